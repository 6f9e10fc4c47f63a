use std::sync::Arc;

use super::fresh::{NOW, attempt, course, hand_in, learner, person, submit};
use crate::domain::course::EditionHash;
use crate::domain::id::BlockId;
use crate::domain::progress::edition::Holds;
use crate::domain::time::{DAY, MINUTE};
use crate::store::enrolments::{self, Move};
use crate::store::error::StoreError;
use crate::store::files::Files;
use crate::store::notes::{self, Note};
use crate::store::submissions::Item;
use crate::store::{Store, editions, instruments};

super::suite! {
    files_come_back_as_they_were_published,
    publishing_the_same_again_changes_nothing,
    the_edition_published_last_is_current,
    a_clock_that_was_ahead_holds_no_edition_back,
    a_course_of_many_files_comes_back_whole,
    a_large_course_comes_back_whole,
    enrolling_twice_is_enrolling_once,
    an_enrolment_is_its_owners,
    the_last_place_and_the_lessons_done_are_remembered,
    nobody_is_moved_away_from_their_work,
    withdrawing_deletes_the_enrolment,
}

async fn files_come_back_as_they_were_published(store: &Store) {
    let files: Files = [
        ("course.toml".to_owned(), b"format = 1\n".to_vec()),
        ("en/course.md".to_owned(), vec![0, 255, b'\n']),
        ("en/empty.md".to_owned(), Vec::new()),
        ("media/same.svg".to_owned(), b"format = 1\n".to_vec()),
    ]
    .into();
    let (slug, hash) = ("a-course".parse().unwrap(), EditionHash("aa".into()));
    editions::publish(store, &slug, &hash, Arc::new(files.clone()), NOW).await.unwrap();
    assert_eq!(editions::load(store, &hash).await.unwrap(), files);
    assert_eq!(editions::load(store, &EditionHash("bb".into())).await, Err(StoreError::NotFound));
}

/// More than is written in one job or read at once, the same content in two places.
async fn a_large_course_comes_back_whole(store: &Store) {
    let content = |number: u8| vec![number; 3 * 1024 * 1024];
    let files = (0..6).map(|number| (format!("media/{number}.bin"), content(number % 5)));
    let files: Files = files.chain([("course.toml".to_owned(), b"format = 1\n".to_vec())]).collect();
    let (slug, hash) = ("a-course".parse().unwrap(), EditionHash("aa".into()));
    editions::publish(store, &slug, &hash, Arc::new(files.clone()), NOW).await.unwrap();
    assert!(editions::load(store, &hash).await.unwrap() == files);
    let hash = EditionHash("bb".into());
    instruments::publish(store, &hash, Arc::new(files.clone()), NOW).await.unwrap();
    assert!(instruments::load(store, &hash).await.unwrap() == files);
}

async fn publishing_the_same_again_changes_nothing(store: &Store) {
    let first = course(store, "a-course", "first").await;
    let files = Arc::new(editions::load(store, &first.hash).await.unwrap());
    let again = editions::publish(store, &first.course, &first.hash, files, NOW.plus(MINUTE)).await.unwrap();
    assert_eq!(again, first);
    assert_eq!(editions::current(store).await.unwrap(), [first]);
}

async fn the_edition_published_last_is_current(store: &Store) {
    let first = course(store, "a-course", "first").await;
    let other = course(store, "another-course", "first").await;
    let second = course(store, "a-course", "second").await;
    assert_eq!((first.number, second.number, other.number), (1, 2, 1));
    assert_eq!(editions::current(store).await.unwrap(), [second.clone(), other.clone()]);

    let files = Arc::new(editions::load(store, &first.hash).await.unwrap());
    let renewed = editions::publish(store, &first.course, &first.hash, files, NOW.plus(MINUTE)).await.unwrap();
    assert_eq!(renewed.number, 1);
    assert_eq!(editions::current(store).await.unwrap(), [renewed.clone(), other]);
    assert_eq!(editions::is_there(store, &second.hash).await, Ok(true));
    assert_eq!(editions::is_there(store, &EditionHash("bb".into())).await, Ok(false));
}

/// Something was published while the clock was a year ahead.
async fn a_clock_that_was_ahead_holds_no_edition_back(store: &Store) {
    let slug = "a-course".parse().unwrap();
    let publish = async |hash: &str, now| {
        let files = Arc::new([("course.toml".to_owned(), hash.as_bytes().to_vec())].into());
        editions::publish(store, &slug, &EditionHash(hash.into()), files, now).await.unwrap();
        let current = editions::current(store).await.unwrap().remove(0).hash.0;
        let files = Arc::new([("instrument.toml".to_owned(), hash.as_bytes().to_vec())].into());
        instruments::publish(store, &EditionHash(hash.into()), files, now).await.unwrap();
        (current, instruments::current(store).await.unwrap().unwrap().0)
    };
    let both = |hash: &str| (hash.to_owned(), hash.to_owned());
    assert_eq!(publish("ahead", NOW.plus(365 * DAY)).await, both("ahead"));
    assert_eq!(publish("mended", NOW).await, both("mended"));
    assert_eq!(publish("ahead", NOW.plus(MINUTE)).await, both("ahead"));
    assert_eq!(publish("zz", NOW.plus(MINUTE)).await, both("zz"));
}

/// More than one job writes, and more than one statement names.
async fn a_course_of_many_files_comes_back_whole(store: &Store) {
    let files: Files = (0..1_201).map(|number| (format!("en/{number}.md"), number.to_string().into_bytes())).collect();
    let (slug, hash) = ("a-course".parse().unwrap(), EditionHash("aa".into()));
    editions::publish(store, &slug, &hash, Arc::new(files.clone()), NOW).await.unwrap();
    assert_eq!(editions::load(store, &hash).await.unwrap(), files);
}

async fn enrolling_twice_is_enrolling_once(store: &Store) {
    let first = learner(store, "river-lamp-42").await;
    let newer = course(store, "a-course", "second").await;
    let (shared, account, slug) = (store.clone(), first.account, first.course.clone());
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (store, slug, hash) = (shared.clone(), slug.clone(), newer.hash.clone());
            tokio::spawn(async move { enrolments::enrol(&store, account, &slug, &hash, NOW).await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), Ok(first.clone()));
    }
    assert_eq!(enrolments::mine(store, account).await.unwrap(), std::slice::from_ref(&first));
    let to = Move { edition: newer.hash.clone(), last_place: None, has_news: true, holds: Holds::default() };
    enrolments::move_to_edition(store, &first, to.clone()).await.unwrap();
    let moved = enrolments::mine(store, account).await.unwrap().remove(0);
    assert_eq!((&moved.edition, &moved.moved_from), (&newer.hash, &Some(first.edition.clone())));
    // A second server that comes to it later changes nothing.
    let late = Move { edition: EditionHash("late".into()), ..to.clone() };
    enrolments::move_to_edition(store, &first, late).await.unwrap();
    assert_eq!(enrolments::mine(store, account).await.unwrap(), std::slice::from_ref(&moved));
    let older = enrolments::in_older_editions(store, &first.course, &newer.hash, None, 10).await.unwrap();
    assert!(older.is_empty());
    enrolments::see_changes(store, &moved).await.unwrap();
    assert_eq!(enrolments::mine(store, account).await.unwrap()[0].moved_from, None);
}

/// Asked in the moment of the move: what was begun since the caller looked counts.
async fn nobody_is_moved_away_from_their_work(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let newer = course(store, "a-course", "second").await;
    let go = async |holds: Holds| {
        let to = Move { edition: newer.hash.clone(), last_place: None, has_news: false, holds };
        enrolments::move_to_edition(store, &mira, to).await.unwrap()
    };
    let attempt = attempt(store, &mira).await;
    assert!(!go(Holds::default()).await, "the attempt is open");
    let reflection: BlockId = "thought".parse().unwrap();
    notes::keep(store, mira.account, mira.id, &reflection, &Note::Reflection("Mine.".into())).await.unwrap();
    let ticks = Note::Ticks([1].into());
    notes::keep(store, mira.account, mira.id, &"list".parse().unwrap(), &ticks).await.unwrap();
    let task = Item::Task("a-task".parse().unwrap());
    hand_in(store, &mira, &task, "text").await;
    let whole = Holds {
        quizzes: ["a-quiz".parse().unwrap()].into(),
        tasks: ["a-task".parse().unwrap()].into(),
        reflections: [reflection].into(),
    };
    assert!(!go(Holds { reflections: Default::default(), ..whole.clone() }).await);
    assert!(!go(Holds { tasks: Default::default(), ..whole.clone() }).await);
    submit(store, &mira, attempt).await;
    assert!(!go(Holds { quizzes: Default::default(), ..whole.clone() }).await, "it is passed");
    assert!(go(whole.clone()).await);
    assert!(!go(whole).await, "another server was first");
}

async fn an_enrolment_is_its_owners(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let arun = person(store, "stone-cup-77").await;
    assert_eq!(enrolments::by_id(store, mira.account, mira.id).await.unwrap(), Some(mira.clone()));
    assert_eq!(enrolments::by_id(store, arun, mira.id).await.unwrap(), None);
    assert_eq!(enrolments::in_course(store, arun, &mira.course).await.unwrap(), None);
    assert_eq!(enrolments::in_course(store, mira.account, &mira.course).await.unwrap(), Some(mira));
}

async fn the_last_place_and_the_lessons_done_are_remembered(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    enrolments::remember_place(store, &mira, "2-1".parse().unwrap(), NOW.plus(MINUTE)).await.unwrap();
    let found = enrolments::by_id(store, mira.account, mira.id).await.unwrap().unwrap();
    assert_eq!(found.last_place, Some("2-1".parse().unwrap()));
    assert_eq!(found.last_opened_at, Some(NOW.plus(MINUTE)));

    let lesson = "ds1-1".parse().unwrap();
    enrolments::complete_lesson(store, &mira, &lesson, NOW).await.unwrap();
    enrolments::complete_lesson(store, &mira, &lesson, NOW.plus(MINUTE)).await.unwrap();
    assert_eq!(enrolments::completions(store, mira.id).await.unwrap(), [(lesson.clone(), NOW)].into());
    enrolments::uncomplete_lesson(store, &mira, &lesson).await.unwrap();
    assert!(enrolments::completions(store, mira.id).await.unwrap().is_empty());
}

async fn withdrawing_deletes_the_enrolment(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    enrolments::withdraw(store, &mira).await.unwrap();
    assert!(enrolments::mine(store, mira.account).await.unwrap().is_empty());
    assert_eq!(enrolments::withdraw(store, &mira).await, Err(StoreError::NotFound));
    let gone = enrolments::complete_lesson(store, &mira, &"ds1-1".parse().unwrap(), NOW).await;
    assert_eq!(gone, Err(StoreError::NotFound));
}
