use std::collections::BTreeMap;

use uuid::Uuid;

use super::fresh::{NOW, course, kept, learner, person, sitting, step};
use crate::domain::id::{AccountId, ChallengeId};
use crate::domain::needs::pathway::challenge::Sitting;
use crate::domain::needs::pathway::edit::Edit;
use crate::domain::quiz::response::Response;
use crate::domain::time::DAY;
use crate::store::accounts::erasure::erase;
use crate::store::error::StoreError;
use crate::store::retention::{Purged, purge};
use crate::store::{Store, challenges, enrolments, pathways};

super::suite! {
    being_measured_again_keeps_changes_and_proofs,
    many_changes_at_once_are_all_kept,
    nobody_changes_a_pathway_that_is_not_there,
    two_browsers_share_one_challenge,
    a_challenge_on_another_step_waits_for_the_open_one,
    anothers_challenge_is_not_found,
    a_response_is_replaced_until_the_challenge_is_over,
    finishing_gives_credit_once,
    deleting_takes_pathway_and_challenges,
    challenges_are_forgotten_after_ninety_days_and_proofs_stay,
    erasing_an_account_takes_pathway_and_challenges,
    lessons_done_are_found_over_all_courses_and_nobody_elses,
}

async fn with_pathway(store: &Store, called: &str) -> AccountId {
    let account = person(store, called).await;
    pathways::put_diagnosis(store, account, kept("DS1", 0, 2), NOW).await.unwrap();
    account
}

async fn open(store: &Store, account: AccountId, code: &str) -> ChallengeId {
    let id = ChallengeId(Uuid::now_v7());
    challenges::open_or_resume(store, account, id, sitting(code), NOW).await.unwrap()
}

async fn being_measured_again_keeps_changes_and_proofs(store: &Store) {
    let mira = with_pathway(store, "river-lamp-42").await;
    pathways::edit(store, mira, Edit::Drop(step("DS1")), NOW).await.unwrap();
    pathways::pace(store, mira, 30, NOW).await.unwrap();
    let challenge = open(store, mira, "DS1").await;
    challenges::finish(store, mira, challenge, |_| 5, NOW).await.unwrap();
    let before = pathways::mine(store, mira).await.unwrap().unwrap();
    assert_eq!(before.kept.minutes_a_week, 30);

    pathways::put_diagnosis(store, mira, kept("UN1", 1, 3), NOW.plus(DAY)).await.unwrap();
    let basis = pathways::mine(store, mira).await.unwrap().unwrap();
    assert_eq!(basis.edits, [Edit::Drop(step("DS1"))]);
    assert_eq!(basis.proven, BTreeMap::from([("DS1".parse().unwrap(), 2)]));
    let codes: Vec<&str> = basis.kept.needs.iter().map(|need| need.code.as_str()).collect();
    assert_eq!(codes, ["UN1", "DS1"], "what was asked now comes first, what was known before stays");
}

async fn many_changes_at_once_are_all_kept(store: &Store) {
    let mira = with_pathway(store, "river-lamp-42").await;
    let tasks: Vec<_> = (1..=9)
        .map(|number| {
            let store = store.clone();
            let edit = Edit::Add(step(&format!("UN{number}")));
            tokio::spawn(async move { pathways::edit(&store, mira, edit, NOW).await.unwrap() })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(pathways::mine(store, mira).await.unwrap().unwrap().edits.len(), 9);
}

async fn nobody_changes_a_pathway_that_is_not_there(store: &Store) {
    let mira = person(store, "river-lamp-42").await;
    assert_eq!(pathways::mine(store, mira).await, Ok(None));
    assert_eq!(pathways::edit(store, mira, Edit::Drop(step("DS1")), NOW).await, Err(StoreError::NotFound));
    assert_eq!(pathways::pace(store, mira, 30, NOW).await, Err(StoreError::NotFound));
    assert_eq!(pathways::delete(store, mira).await, Ok(()));
}

async fn two_browsers_share_one_challenge(store: &Store) {
    let mira = with_pathway(store, "river-lamp-42").await;
    let tasks: Vec<_> = (0..10)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { open(&store, mira, "DS1").await })
        })
        .collect();
    let mut ids = std::collections::BTreeSet::new();
    for task in tasks {
        ids.insert(task.await.unwrap());
    }
    assert_eq!(ids.len(), 1);
    assert_eq!(challenges::mine(store, mira).await.unwrap().len(), 1);
}

/// Otherwise whoever looks without answering gets other questions as often as they like.
async fn a_challenge_on_another_step_waits_for_the_open_one(store: &Store) {
    let mira = with_pathway(store, "river-lamp-42").await;
    let first = open(store, mira, "DS1").await;
    assert_eq!(open(store, mira, "UN1").await, first);
    assert_eq!(challenges::by_id(store, mira, first).await.unwrap().unwrap().sitting.step, step("DS1"));
    challenges::finish(store, mira, first, |_| 0, NOW).await.unwrap();
    let second = open(store, mira, "UN1").await;
    assert_ne!(first, second, "one that is over stays as it was");
    assert_eq!(challenges::mine(store, mira).await.unwrap().len(), 2);
}

async fn anothers_challenge_is_not_found(store: &Store) {
    let mira = with_pathway(store, "river-lamp-42").await;
    let arun = with_pathway(store, "stone-cup-77").await;
    let challenge = open(store, mira, "DS1").await;
    assert_eq!(challenges::by_id(store, arun, challenge).await, Ok(None));
    assert!(challenges::mine(store, arun).await.unwrap().is_empty());
    let saved = challenges::save_response(store, arun, challenge, 1, Some(Response::Choice(0))).await;
    assert_eq!(saved, Err(StoreError::Gone));
    let finished = challenges::finish(store, arun, challenge, |_| 6, NOW).await;
    assert_eq!(finished, Err(StoreError::NotFound));
    assert!(pathways::mine(store, arun).await.unwrap().unwrap().proven.is_empty());
    assert_eq!(challenges::by_id(store, mira, challenge).await.unwrap().unwrap().finished, None);
}

async fn a_response_is_replaced_until_the_challenge_is_over(store: &Store) {
    let mira = with_pathway(store, "river-lamp-42").await;
    let challenge = open(store, mira, "DS1").await;
    let save = async |response| challenges::save_response(store, mira, challenge, 2, response).await;
    save(Some(Response::Choice(1))).await.unwrap();
    save(None).await.unwrap();
    save(Some(Response::Choice(0))).await.unwrap();
    let kept = challenges::by_id(store, mira, challenge).await.unwrap().unwrap();
    let expected = BTreeMap::from([(2, Some(Response::Choice(0)))]);
    assert_eq!(kept.sitting, Sitting { responses: expected.clone(), ..sitting("DS1") });
    challenges::finish(store, mira, challenge, |_| 1, NOW).await.unwrap();
    assert_eq!(save(Some(Response::Choice(2))).await, Err(StoreError::Gone));
    assert_eq!(challenges::by_id(store, mira, challenge).await.unwrap().unwrap().sitting.responses, expected);
}

async fn finishing_gives_credit_once(store: &Store) {
    let mira = with_pathway(store, "river-lamp-42").await;
    let proven = async || pathways::mine(store, mira).await.unwrap().unwrap().proven;
    let failed = open(store, mira, "DS1").await;
    let first = challenges::finish(store, mira, failed, |_| 4, NOW).await.unwrap();
    assert_eq!((first.right, first.is_proven()), (Some(4), false));
    assert!(proven().await.is_empty());
    let again = challenges::finish(store, mira, failed, |_| 6, NOW).await.unwrap();
    assert_eq!(again.right, Some(4), "the first result stands");
    assert!(proven().await.is_empty());

    let passed = open(store, mira, "DS1").await;
    let seen = |sitting: &Sitting| u16::try_from(sitting.questions.len()).unwrap();
    challenges::finish(store, mira, passed, seen, NOW.plus(DAY)).await.unwrap();
    assert_eq!(proven().await, BTreeMap::from([("DS1".parse().unwrap(), 2)]));
    let over = challenges::by_id(store, mira, passed).await.unwrap().unwrap();
    assert_eq!(over.finished, Some(NOW.plus(DAY)));
}

async fn deleting_takes_pathway_and_challenges(store: &Store) {
    let mira = with_pathway(store, "river-lamp-42").await;
    let arun = with_pathway(store, "stone-cup-77").await;
    open(store, mira, "DS1").await;
    open(store, arun, "DS1").await;
    pathways::delete(store, mira).await.unwrap();
    assert_eq!(pathways::mine(store, mira).await, Ok(None));
    assert!(challenges::mine(store, mira).await.unwrap().is_empty());
    assert!(pathways::mine(store, arun).await.unwrap().is_some());
    assert_eq!(challenges::mine(store, arun).await.unwrap().len(), 1);
}

async fn challenges_are_forgotten_after_ninety_days_and_proofs_stay(store: &Store) {
    let mira = with_pathway(store, "river-lamp-42").await;
    let challenge = open(store, mira, "DS1").await;
    challenges::finish(store, mira, challenge, |_| 6, NOW).await.unwrap();
    assert_eq!(purge(store, NOW.plus(90 * DAY - 1)).await, Ok(Purged::default()));
    assert_eq!(purge(store, NOW.plus(90 * DAY)).await, Ok(Purged { challenges: 1, ..Purged::default() }));
    assert_eq!(pathways::mine(store, mira).await.unwrap().unwrap().proven.len(), 1);
}

async fn erasing_an_account_takes_pathway_and_challenges(store: &Store) {
    let mira = with_pathway(store, "river-lamp-42").await;
    let challenge = open(store, mira, "DS1").await;
    erase(store, mira).await.unwrap();
    assert_eq!(pathways::mine(store, mira).await, Ok(None));
    assert_eq!(challenges::by_id(store, mira, challenge).await, Ok(None));
}

async fn lessons_done_are_found_over_all_courses_and_nobody_elses(store: &Store) {
    let (mira, arun) = (learner(store, "river-lamp-42").await, learner(store, "stone-cup-77").await);
    let other = course(store, "b-course", "first").await;
    let elsewhere = enrolments::enrol(store, mira.account, &other.course, &other.hash, NOW).await.unwrap();
    for (who, lesson) in [(&mira, "l1"), (&mira, "l2"), (&elsewhere, "l1"), (&arun, "l9")] {
        enrolments::complete_lesson(store, who, &lesson.parse().unwrap(), NOW).await.unwrap();
    }
    let done = enrolments::lessons_done(store, mira.account).await.unwrap();
    let written: Vec<String> = done.iter().map(|(course, lesson)| format!("{course}/{lesson}")).collect();
    assert_eq!(written, ["a-course/l1", "a-course/l2", "b-course/l1"]);
}
