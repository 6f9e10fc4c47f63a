use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use uuid::Uuid;

use super::fresh::{NOW, learner, marked, person, quiz, rubric_score, score};
use crate::domain::id::{AccountId, AttemptId, BlockId, CertificateId, QuestionId, SubmissionId, TaskId};
use crate::domain::progress::TaskState;
use crate::domain::quiz::Quiz;
use crate::domain::quiz::question::Question;
use crate::domain::quiz::response::{Confidence, Response};
use crate::domain::quiz::rules::Limits;
use crate::domain::quiz::scoring::Score;
use crate::domain::time::{DAY, Day, MINUTE};
use crate::store::Store;
use crate::store::attempts::{self, Marked, NewAttempt, SavedResponse};
use crate::store::audit::{self, Act};
use crate::store::certificates::{self, NewCertificate};
use crate::store::checks::{self, Check, NewCheck};
use crate::store::enrolments::{self, Enrolment};
use crate::store::error::{StoreError, StoreResult};
use crate::store::notes::{self, Note};
use crate::store::progress;
use crate::store::submissions::{self, Item, Judgement, Message, SubmissionState, Written};

super::suite! {
    nobody_marks_their_own_work,
    a_note_is_kept_until_it_is_emptied,
    the_last_response_to_a_check_counts,
    browsers_that_begin_at_once_share_one_attempt,
    an_attempt_beyond_the_limit_is_refused,
    an_attempt_before_its_time_is_refused,
    anothers_attempt_is_not_found,
    a_response_is_replaced_until_the_attempt_is_submitted,
    a_second_submission_gives_the_first_score,
    many_submissions_at_once_give_one_score,
    a_score_changes_when_a_person_has_marked,
    an_old_attempt_that_was_passed_is_not_unpassed_by_marking,
    attempts_and_scores_are_listed_oldest_first,
    a_draft_becomes_the_work_handed_in,
    handing_in_many_times_at_once_is_handing_in_once,
    a_task_can_be_tried_again_until_it_is_passed,
    a_free_response_is_marked_once,
    an_older_draft_does_not_replace_a_newer_one,
    another_text_than_the_one_handed_in_is_refused,
    what_does_not_wait_cannot_be_marked,
    work_returned_keeps_its_comment,
    the_queue_holds_what_waits_oldest_first,
    messages_come_back_in_order,
    a_certificate_is_issued_once,
    anothers_certificate_is_not_found,
    a_certificate_is_revoked_once_and_stays,
    a_certificate_that_has_run_out_makes_room_and_stays_its_holders,
    a_certificate_outlives_its_enrolment,
}

const SCORE: Score =
    Score { hundredths: 667, max_hundredths: 1000, percent: 66, passed: false, awaiting: 1, may_still_pass: true };

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn new_attempt(enrolment: &Enrolment) -> NewAttempt {
    NewAttempt {
        id: AttemptId(Uuid::now_v7()),
        quiz: id("quiz-1"),
        edition: enrolment.edition.clone(),
        seed: u64::MAX - 1,
        questions: vec![id("q2"), id("q1")],
    }
}

async fn open(store: &Store, enrolment: &Enrolment) -> AttemptId {
    attempts::open_or_resume(store, enrolment, new_attempt(enrolment), Limits::default(), NOW).await.unwrap()
}

async fn save(
    store: &Store,
    enrolment: &Enrolment,
    attempt: AttemptId,
    question: &str,
    response: Option<&Response>,
) -> StoreResult<()> {
    let confidence = response.map(|_| Confidence::Sure);
    attempts::save_response(store, enrolment.account, attempt, &id(question), 1, response, confidence, NOW).await
}

async fn submit(store: &Store, enrolment: &Enrolment, attempt: AttemptId, score: Score) -> StoreResult<Score> {
    let mark = move |_: &_| marked(score);
    attempts::submit(store, enrolment.account, attempt, mark, NOW.plus(MINUTE)).await
}

fn task() -> Item {
    Item::Task(id("final-task"))
}

async fn hand_in(store: &Store, enrolment: &Enrolment, item: &Item, text: &str) -> StoreResult<SubmissionId> {
    submissions::hand_in(store, enrolment, written(store, enrolment, item, text).await, NOW).await
}

/// Written over the draft there is.
async fn written<'a>(store: &Store, enrolment: &'a Enrolment, item: &'a Item, text: &'a str) -> Written<'a> {
    let current = submissions::current(store, enrolment.account, enrolment.id, item).await.unwrap();
    let over = current.filter(|work| work.state == SubmissionState::Draft).map(|work| work.saved);
    Written { item, edition: &enrolment.edition, text, over, quiz: Some(quiz()) }
}

async fn mark(store: &Store, trainer: AccountId, work: SubmissionId, percent: u8, passed: bool) -> StoreResult<()> {
    let score = rubric_score(percent, passed);
    submissions::mark(store, work, said(trainer, "Well done."), &[(id("clear"), 2)], &score, NOW).await
}

async fn give_back(store: &Store, trainer: AccountId, work: SubmissionId, comment: &str) -> StoreResult<()> {
    submissions::give_back(store, work, said(trainer, comment), NOW).await
}

fn said(marker: AccountId, comment: &str) -> Judgement<'_> {
    Judgement { marker, comment, quiz: Some(quiz()) }
}

async fn state(store: &Store, enrolment: &Enrolment) -> Option<TaskState> {
    let states = submissions::task_states(store, enrolment.id).await.unwrap();
    states.get(&id::<TaskId>("final-task")).copied()
}

async fn a_note_is_kept_until_it_is_emptied(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let (list, thought): (BlockId, BlockId) = (id("checklist"), id("thought"));
    let keep = async |block: &BlockId, note: Note| {
        notes::keep(store, mira.account, mira.id, block, &note).await.unwrap();
        notes::of_enrolment(store, mira.account, mira.id).await.unwrap()
    };
    let ticks = Note::Ticks(BTreeSet::from([0, 2]));
    let written = Note::Reflection("A thought\n".into());
    keep(&list, Note::Ticks(BTreeSet::from([1]))).await;
    keep(&list, ticks.clone()).await;
    let both = keep(&thought, written.clone()).await;
    assert_eq!(both, BTreeMap::from([(list.clone(), ticks), (thought.clone(), written.clone())]));
    assert_eq!(keep(&list, Note::Ticks(BTreeSet::new())).await, BTreeMap::from([(thought.clone(), written)]));
    assert_eq!(keep(&thought, Note::Reflection(" \n".into())).await, BTreeMap::new());
    assert_eq!(keep(&thought, Note::Reflection(String::new())).await, BTreeMap::new());
}

async fn the_last_response_to_a_check_counts(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let question: QuestionId = id("q1");
    for (choice, hundredths) in [(1, 0), (0, 100)] {
        let response = Response::Choice(choice);
        let check = NewCheck { question: &question, response: &response, hundredths };
        checks::record(store, mira.account, mira.id, check, NOW).await.unwrap();
    }
    let kept = checks::of_enrolment(store, mira.account, mira.id).await.unwrap();
    let last = Check { response: Response::Choice(0), hundredths: 100, answered: NOW };
    assert_eq!(kept, BTreeMap::from([(question.clone(), last)]));
    for _ in 0..2 {
        checks::forget(store, mira.id, &question).await.unwrap();
        assert!(checks::of_enrolment(store, mira.account, mira.id).await.unwrap().is_empty());
    }
}

async fn browsers_that_begin_at_once_share_one_attempt(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    for number in 1..=3 {
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let (store, mira) = (store.clone(), mira.clone());
                tokio::spawn(async move { open(&store, &mira).await })
            })
            .collect();
        let mut begun = BTreeSet::new();
        for task in tasks {
            begun.insert(task.await.unwrap());
        }
        assert_eq!(begun.len(), 1);
        let history = attempts::history(store, mira.id, &id("quiz-1")).await.unwrap();
        assert_eq!(history.iter().map(|attempt| attempt.number).collect::<Vec<_>>(), (1..=number).collect::<Vec<_>>());
        submit(store, &mira, *begun.first().unwrap(), SCORE).await.unwrap();
    }
}

async fn an_attempt_beyond_the_limit_is_refused(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let begin = async || {
        attempts::open_or_resume(store, &mira, new_attempt(&mira), Limits { attempts: 1, ..Limits::default() }, NOW)
            .await
    };
    let first = begin().await.unwrap();
    assert_eq!(begin().await, Ok(first), "an open one goes on whatever the limit");
    submit(store, &mira, first, SCORE).await.unwrap();
    assert_eq!(begin().await, Err(StoreError::Gone));
    assert_ne!(open(store, &mira).await, first, "no limit");
}

async fn an_attempt_before_its_time_is_refused(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let limits = Limits { wait_minutes: 30, ..Limits::default() };
    let begin = async |now| attempts::open_or_resume(store, &mira, new_attempt(&mira), limits, now).await;
    let first = begin(NOW).await.unwrap();
    assert_eq!(begin(NOW).await, Ok(first), "an open one goes on at any time");
    submit(store, &mira, first, SCORE).await.unwrap();
    let handed_in = NOW.plus(MINUTE);
    assert_eq!(begin(handed_in.plus(30 * MINUTE - 1)).await, Err(StoreError::Gone));
    assert_ne!(begin(handed_in.plus(30 * MINUTE)).await.unwrap(), first);
}

async fn anothers_attempt_is_not_found(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let arun = learner(store, "stone-cup-77").await;
    let attempt = open(store, &mira).await;
    save(store, &mira, attempt, "q1", Some(&Response::Choice(1))).await.unwrap();

    assert_eq!(attempts::by_id(store, arun.account, attempt).await, Ok(None));
    assert_eq!(attempts::responses(store, arun.account, attempt).await, Ok(BTreeMap::new()));
    assert_eq!(save(store, &arun, attempt, "q1", None).await, Err(StoreError::Gone));
    assert_eq!(submit(store, &arun, attempt, SCORE).await, Err(StoreError::NotFound));

    let own = attempts::by_id(store, mira.account, attempt).await.unwrap().unwrap();
    assert_eq!(
        (own.account, own.enrolment, own.number, own.submitted, own.score),
        (mira.account, mira.id, 1, None, None)
    );
    assert_eq!((own.seed, own.questions), (u64::MAX - 1, vec![id("q2"), id("q1")]));
    let saved = attempts::responses(store, mira.account, attempt).await.unwrap();
    assert_eq!(saved[&id::<QuestionId>("q1")].response, Some(Response::Choice(1)));
}

async fn a_response_is_replaced_until_the_attempt_is_submitted(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let attempt = open(store, &mira).await;
    save(store, &mira, attempt, "q1", Some(&Response::Text("first".into()))).await.unwrap();
    save(store, &mira, attempt, "q1", None).await.unwrap();
    save(store, &mira, attempt, "q2", Some(&Response::Text("second".into()))).await.unwrap();

    let marks = vec![(id("q1"), 0), (id("q2"), 67), (id("never-saved"), 0)];
    let mark = |_: &_| Marked { marks, ..marked(SCORE) };
    attempts::submit(store, mira.account, attempt, mark, NOW).await.unwrap();
    assert_eq!(save(store, &mira, attempt, "q1", Some(&Response::Choice(0))).await, Err(StoreError::Gone));

    let empty =
        SavedResponse { response: None, confidence: None, points_hundredths: Some(0), saved: NOW, is_expired: false };
    let given = SavedResponse {
        response: Some(Response::Text("second".into())),
        confidence: Some(Confidence::Sure),
        points_hundredths: Some(67),
        saved: NOW,
        is_expired: false,
    };
    let saved = attempts::responses(store, mira.account, attempt).await.unwrap();
    assert_eq!(saved, BTreeMap::from([(id("q1"), empty), (id("q2"), given)]));
}

async fn a_second_submission_gives_the_first_score(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let attempt = open(store, &mira).await;
    assert_eq!(submit(store, &mira, attempt, SCORE).await, Ok(SCORE));
    let better = Score { hundredths: 1000, percent: 100, passed: true, awaiting: 0, ..SCORE };
    assert_eq!(submit(store, &mira, attempt, better).await, Ok(SCORE));
    let kept = attempts::by_id(store, mira.account, attempt).await.unwrap().unwrap();
    assert_eq!((kept.submitted, kept.score), (Some(NOW.plus(MINUTE)), Some(SCORE)));
}

async fn many_submissions_at_once_give_one_score(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let attempt = open(store, &mira).await;
    let tasks: Vec<_> = (0..20_u32)
        .map(|hundredths| {
            let (store, mira) = (store.clone(), mira.clone());
            let score = Score { hundredths, percent: u8::try_from(hundredths / 10).unwrap(), ..SCORE };
            tokio::spawn(async move { submit(&store, &mira, attempt, score).await.unwrap() })
        })
        .collect();
    let mut scores = BTreeSet::new();
    for task in tasks {
        scores.insert(task.await.unwrap().hundredths);
    }
    assert_eq!(scores.len(), 1);
}

/// The machine marked `choose` by the key of the language in which it was answered; `write` waits. A
/// person's mark is added to that, with the note for the learner, or nothing is.
async fn a_score_changes_when_a_person_has_marked(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let trainer = person(store, "green-door-31").await;
    let attempt = super::fresh::attempt(store, &mira).await;
    let question: QuestionId = id("write");
    super::fresh::respond(store, &mira, attempt, &Response::Free("What I think.".into())).await;
    let waiting = Score { awaiting: 1, may_still_pass: true, ..score(100, 200, 50, false) };
    let prose = vec![(question.clone(), "What I think.".to_owned())];
    let mark = move |_: &_| Marked { prose, marks: vec![(id("write"), 0)], ..marked(waiting) };
    attempts::submit(store, mira.account, attempt, mark, NOW).await.unwrap();
    let stands = async || attempts::by_id(store, mira.account, attempt).await.unwrap().unwrap().score;
    let item = Item::Response { attempt, question: question.clone() };
    let work = submissions::current(store, mira.account, mira.id, &item).await.unwrap().unwrap();
    let (quiz, levels) = (quiz(), [(id("clear"), 2)]);
    let said = |comment| Judgement { marker: trainer, comment, quiz: Some(quiz) };

    let without_quiz = Judgement { quiz: None, ..said("Well done.") };
    let refused = submissions::mark(store, work.id, without_quiz, &levels, &rubric_score(70, true), NOW).await;
    assert!(matches!(refused, Err(StoreError::Fault(_))));
    let kept = submissions::by_id(store, work.id).await.unwrap().unwrap();
    assert_eq!((kept.state, kept.marking, stands().await), (SubmissionState::HandedIn, None, Some(waiting)));
    assert!(audit::mine(store, mira.account).await.unwrap().is_empty(), "all of it or nothing");

    submissions::give_back(store, work.id, said("Say more."), NOW).await.unwrap();
    assert_eq!(stands().await, Some(score(100, 200, 50, false)));
    let again = Written { item: &item, edition: &mira.edition, text: "More.", over: None, quiz: Some(quiz) };
    let second = submissions::hand_in(store, &mira, again, NOW).await.unwrap();
    assert_eq!(stands().await, Some(waiting));
    submissions::mark(store, second, said("Well done."), &levels, &rubric_score(70, true), NOW).await.unwrap();
    assert_eq!(stands().await, Some(score(170, 200, 85, true)));
    let acts: Vec<_> = audit::mine(store, mira.account).await.unwrap().iter().map(|entry| entry.act).collect();
    assert_eq!(acts, [Act::WorkMarked, Act::WorkReturned]);
    let saved = attempts::responses(store, mira.account, attempt).await.unwrap();
    assert_eq!(saved[&question].points_hundredths, Some(70));
}

/// Of an attempt from before the exact points were kept: three times two thirds are two points, also when the
/// hundredths of each were rounded down.
async fn an_old_attempt_that_was_passed_is_not_unpassed_by_marking(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let trainer = person(store, "green-door-31").await;
    let machine = ["choose", "match", "order"].map(id::<QuestionId>);
    let quiz = Arc::new(Quiz {
        pass: 50,
        pool: machine
            .iter()
            .map(|id| Question { id: id.clone(), ..quiz().pool[0].clone() })
            .chain([quiz().pool[1].clone()])
            .collect(),
        ..Quiz::clone(quiz())
    });
    let questions = quiz.pool.iter().map(|question| question.id.clone()).collect();
    let new = NewAttempt { quiz: quiz.id.clone(), questions, ..new_attempt(&mira) };
    let attempt = attempts::open_or_resume(store, &mira, new, Limits::default(), NOW).await.unwrap();
    for question in &quiz.pool {
        save(store, &mira, attempt, question.id.as_str(), Some(&Response::Free("What I think.".into()))).await.unwrap();
    }
    let (passed, prose) = (score(200, 400, 50, true), vec![(id("write"), "What I think.".to_owned())]);
    let marks = machine.into_iter().map(|id| (id, 66)).chain([(id("write"), 0)]).collect();
    let mark = move |_: &_| Marked { prose, marks, ..marked(Score { awaiting: 1, ..passed }) };
    attempts::submit(store, mira.account, attempt, mark, NOW).await.unwrap();
    let before = "UPDATE attempts SET machine_units = NULL, may_still_pass = NULL";
    store.execute(store.statement(before)).await.unwrap();

    let item = Item::Response { attempt, question: id("write") };
    let work = submissions::current(store, mira.account, mira.id, &item).await.unwrap().unwrap();
    let judgement = Judgement { quiz: Some(&quiz), ..said(trainer, "Nothing of it is right.") };
    submissions::mark(store, work.id, judgement, &[(id("clear"), 0)], &rubric_score(0, false), NOW).await.unwrap();
    let stands = attempts::by_id(store, mira.account, attempt).await.unwrap().unwrap().score;
    assert_eq!(stands, Some(passed));
}

async fn attempts_and_scores_are_listed_oldest_first(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let first = open(store, &mira).await;
    submit(store, &mira, first, SCORE).await.unwrap();
    let second = open(store, &mira).await;
    let other = NewAttempt { quiz: id("quiz-2"), questions: vec![id("q9")], ..new_attempt(&mira) };
    let other = attempts::open_or_resume(store, &mira, other, Limits::default(), NOW).await.unwrap();
    let nothing = score(0, 0, 0, true);
    submit(store, &mira, other, nothing).await.unwrap();

    let history = attempts::history(store, mira.id, &id("quiz-1")).await.unwrap();
    assert_eq!(history.iter().map(|attempt| attempt.id).collect::<Vec<_>>(), [first, second]);
    let scores = BTreeMap::from([(id("quiz-1"), vec![SCORE]), (id("quiz-2"), vec![nothing])]);
    assert_eq!(attempts::scores(store, mira.id).await, Ok(scores));
}

async fn a_draft_becomes_the_work_handed_in(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let draft = async |text| {
        let item = task();
        submissions::save_draft(store, &mira, written(store, &mira, &item, text).await, NOW).await
    };
    assert_eq!(state(store, &mira).await, None);
    let begun = draft("first").await.unwrap();
    assert_eq!(draft("second").await, Ok(begun));
    let kept = submissions::current(store, mira.account, mira.id, &task()).await.unwrap().unwrap();
    assert_eq!((kept.state, kept.text.as_str(), kept.handed_in), (SubmissionState::Draft, "second", None));
    assert_eq!(state(store, &mira).await, Some(TaskState::Drafted));
    assert!(submissions::queue(store).await.unwrap().is_empty());

    assert_eq!(hand_in(store, &mira, &task(), "third").await, Ok(begun));
    assert_eq!(draft("fourth").await, Err(StoreError::Gone));
    let kept = submissions::by_id(store, begun).await.unwrap().unwrap();
    assert_eq!((kept.state, kept.text.as_str(), kept.handed_in), (SubmissionState::HandedIn, "third", Some(NOW)));
    assert_eq!((kept.account, &kept.course, kept.number), (mira.account, &mira.course, 1));
    assert_eq!(state(store, &mira).await, Some(TaskState::HandedIn));

    let arun = person(store, "stone-cup-77").await;
    assert_eq!(submissions::current(store, arun, mira.id, &task()).await, Ok(None), "it is Mira's");
}

async fn handing_in_many_times_at_once_is_handing_in_once(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (store, mira) = (store.clone(), mira.clone());
            tokio::spawn(async move { hand_in(&store, &mira, &task(), "text").await.unwrap() })
        })
        .collect();
    let mut ids = BTreeSet::new();
    for task in tasks {
        ids.insert(task.await.unwrap());
    }
    assert_eq!(ids.len(), 1);
    assert_eq!(submissions::all(store, mira.account, mira.id, &task()).await.unwrap().len(), 1);
}

async fn a_task_can_be_tried_again_until_it_is_passed(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let trainer = person(store, "green-door-31").await;
    let first = hand_in(store, &mira, &task(), "first").await.unwrap();
    mark(store, trainer, first, 40, false).await.unwrap();
    assert_eq!(state(store, &mira).await, Some(TaskState::NotPassed));
    let second = hand_in(store, &mira, &task(), "second").await.unwrap();
    assert_eq!(state(store, &mira).await, Some(TaskState::HandedIn));
    mark(store, trainer, second, 80, true).await.unwrap();
    assert_eq!(state(store, &mira).await, Some(TaskState::Passed));
    assert_eq!(hand_in(store, &mira, &task(), "third").await, Err(StoreError::Gone));

    let tries = submissions::all(store, mira.account, mira.id, &task()).await.unwrap();
    assert_eq!(tries.iter().map(|work| (work.id, work.number)).collect::<Vec<_>>(), [(first, 1), (second, 2)]);
    let marking = tries[1].marking.as_ref().unwrap();
    assert_eq!((marking.percent, marking.passed, marking.comment.as_str()), (80, true, "Well done."));
    assert_eq!((&marking.levels, marking.at), (&vec![(id("clear"), 2)], NOW));
}

async fn a_free_response_is_marked_once(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let trainer = person(store, "green-door-31").await;
    let item = Item::Response { attempt: open(store, &mira).await, question: id("q1") };
    let work = hand_in(store, &mira, &item, "prose").await.unwrap();
    mark(store, trainer, work, 0, false).await.unwrap();
    assert_eq!(hand_in(store, &mira, &item, "prose").await, Err(StoreError::Gone));
    assert_eq!(state(store, &mira).await, None, "it is no task");
    assert_eq!(submissions::by_id(store, work).await.unwrap().unwrap().item, item);
}

/// Two windows with one draft: each says which one it was written over.
async fn an_older_draft_does_not_replace_a_newer_one(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let item = task();
    let write = |text, over| Written { item: &item, edition: &mira.edition, text, over, quiz: None };
    let later = NOW.plus(MINUTE);
    let draft = submissions::save_draft(store, &mira, write("first", None), NOW).await.unwrap();
    assert_eq!(submissions::save_draft(store, &mira, write("second", Some(NOW)), later).await, Ok(draft));
    for over in [None, Some(NOW)] {
        assert_eq!(submissions::save_draft(store, &mira, write("stale", over), later).await, Err(StoreError::Changed));
        assert_eq!(submissions::hand_in(store, &mira, write("stale", over), later).await, Err(StoreError::Changed));
    }
    let kept = submissions::by_id(store, draft).await.unwrap().unwrap();
    assert_eq!((kept.text.as_str(), kept.state), ("second", SubmissionState::Draft));
    assert_eq!(
        submissions::save_draft(store, &mira, write("second", Some(NOW)), later).await,
        Ok(draft),
        "a second tap says the same"
    );
}

async fn another_text_than_the_one_handed_in_is_refused(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let work = hand_in(store, &mira, &task(), "text").await.unwrap();
    assert_eq!(hand_in(store, &mira, &task(), "text").await, Ok(work));
    assert_eq!(hand_in(store, &mira, &task(), "more text").await, Err(StoreError::Gone));
    assert_eq!(submissions::by_id(store, work).await.unwrap().unwrap().text, "text");
}

async fn what_does_not_wait_cannot_be_marked(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let trainer = person(store, "green-door-31").await;
    let item = task();
    let draft = submissions::save_draft(store, &mira, written(store, &mira, &item, "text").await, NOW).await.unwrap();
    assert_eq!(mark(store, trainer, draft, 80, true).await, Err(StoreError::Gone));
    let work = hand_in(store, &mira, &task(), "text").await.unwrap();
    mark(store, trainer, work, 40, false).await.unwrap();
    assert_eq!(mark(store, trainer, work, 80, true).await, Err(StoreError::Gone));
    assert_eq!(give_back(store, trainer, work, "Again.").await, Err(StoreError::Gone));
    assert_eq!(state(store, &mira).await, Some(TaskState::NotPassed));
    let none = SubmissionId(Uuid::now_v7());
    assert_eq!(mark(store, trainer, none, 80, true).await, Err(StoreError::NotFound));
}

async fn work_returned_keeps_its_comment(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let trainer = person(store, "stone-cup-77").await;
    let work = hand_in(store, &mira, &task(), "text").await.unwrap();
    give_back(store, trainer, work, "Say more.").await.unwrap();
    assert_eq!(state(store, &mira).await, Some(TaskState::Returned));
    let kept = submissions::current(store, mira.account, mira.id, &task()).await.unwrap().unwrap();
    assert_eq!((kept.state, kept.marking.unwrap().comment.as_str()), (SubmissionState::Returned, "Say more."));
    assert_ne!(hand_in(store, &mira, &task(), "more").await.unwrap(), work);
}

async fn the_queue_holds_what_waits_oldest_first(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let trainer = person(store, "green-door-31").await;
    let arun = learner(store, "stone-cup-77").await;
    let late = NOW.plus(MINUTE);
    let item = task();
    let later = submissions::hand_in(store, &mira, written(store, &mira, &item, "later").await, late).await.unwrap();
    let sooner = hand_in(store, &arun, &task(), "sooner").await.unwrap();
    let queue = submissions::queue(store).await.unwrap();
    assert_eq!(queue.iter().map(|work| work.id).collect::<Vec<_>>(), [sooner, later]);
    assert_eq!((&queue[1].item, queue[1].number, queue[1].enrolment), (&task(), 1, mira.id));
    assert_eq!((&queue[1].course, queue[1].handed_in), (&mira.course, late));
    mark(store, trainer, sooner, 80, true).await.unwrap();
    assert_eq!(submissions::queue(store).await.unwrap().len(), 1);
}

async fn messages_come_back_in_order(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let work = hand_in(store, &mira, &task(), "text").await.unwrap();
    assert!(submissions::thread(store, work).await.unwrap().is_empty());
    let messages = [(true, "Is this enough?", NOW), (false, "Nearly.", NOW), (true, "And now?", NOW.plus(MINUTE))]
        .map(|(from_learner, text, at)| Message { from_learner, text: text.to_owned(), at });
    for message in &messages {
        submissions::add_message(store, work, message.from_learner, &message.text, message.at).await.unwrap();
    }
    assert_eq!(submissions::thread(store, work).await.unwrap(), messages);
    let none = SubmissionId(Uuid::now_v7());
    assert_eq!(submissions::add_message(store, none, true, "text", NOW).await, Err(StoreError::NotFound));
}

async fn issue(store: &Store, enrolment: &Enrolment) -> StoreResult<CertificateId> {
    issue_on(store, enrolment, NOW.day()).await
}

async fn issue_on(store: &Store, enrolment: &Enrolment, issued: Day) -> StoreResult<CertificateId> {
    let certificate = NewCertificate {
        id: CertificateId(Uuid::new_v4()),
        subject: Uuid::new_v4(),
        course: &enrolment.course,
        edition: &enrolment.edition,
        issued,
        expires: Some(issued.plus_months(24)),
    };
    certificates::issue(store, enrolment, certificate).await
}

async fn a_certificate_is_issued_once(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    assert_eq!(certificates::of_enrolment(store, mira.id).await, Ok(None));
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (store, mira) = (store.clone(), mira.clone());
            tokio::spawn(async move { issue(&store, &mira).await.unwrap() })
        })
        .collect();
    let mut issued = BTreeSet::new();
    for task in tasks {
        issued.insert(task.await.unwrap());
    }
    assert_eq!(issued.len(), 1);
    let held = certificates::of_enrolment(store, mira.id).await.unwrap().unwrap();
    assert_eq!(Some(&held.id), issued.first());
    assert_eq!((&held.course, held.issued, held.revoked), (&mira.course, NOW.day(), None));
    assert_eq!(held.expires, Some(NOW.day().plus_months(24)));
    assert_eq!(certificates::mine(store, mira.account).await, Ok(vec![held]));
}

async fn anothers_certificate_is_not_found(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let arun = person(store, "stone-cup-77").await;
    let issued = issue(store, &mira).await.unwrap();
    assert_eq!(certificates::of_account(store, arun, issued).await, Err(StoreError::NotFound));
    assert_eq!(certificates::mine(store, arun).await, Ok(Vec::new()));
    assert_eq!(certificates::of_account(store, mira.account, issued).await.unwrap().id, issued);
}

async fn a_certificate_is_revoked_once_and_stays(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let issued = issue(store, &mira).await.unwrap();
    let administrator = person(store, "green-door-31").await;
    certificates::revoke(store, issued, administrator, NOW).await.unwrap();
    certificates::revoke(store, issued, administrator, NOW.plus(DAY)).await.unwrap();
    let acts = async || {
        let entries = audit::mine(store, mira.account).await.unwrap();
        entries.into_iter().rev().map(|entry| entry.act).collect::<Vec<_>>()
    };
    assert_eq!(acts().await, [Act::CertificateRevoked], "the first time counts");
    assert!(progress::of_enrolment(store, mira.id).await.unwrap().has_certificate, "no new one is offered");
    assert_eq!(certificates::by_id(store, issued).await.unwrap().revoked, Some(NOW.day()));
    assert_eq!(issue(store, &mira).await, Ok(issued));
    assert_eq!(issue_on(store, &mira, NOW.day().plus_months(30)).await, Ok(issued), "not even when it has run out");
    let none = CertificateId(Uuid::new_v4());
    assert_eq!(certificates::revoke(store, none, administrator, NOW).await, Err(StoreError::NotFound));
    for was_revoked in [true, false] {
        assert_eq!(certificates::reinstate(store, issued, administrator, NOW).await, Ok(was_revoked));
        assert_eq!(certificates::by_id(store, issued).await.unwrap().revoked, None);
    }
    assert_eq!(acts().await, [Act::CertificateRevoked, Act::CertificateReinstated]);
    assert_eq!(certificates::by_id(store, none).await, Err(StoreError::NotFound));
}

async fn a_certificate_that_has_run_out_makes_room_and_stays_its_holders(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let first = issue(store, &mira).await.unwrap();
    let on_its_last_day = NOW.day().plus_months(24);
    assert_eq!(issue_on(store, &mira, on_its_last_day).await, Ok(first));
    let second = issue_on(store, &mira, NOW.day().plus_months(25)).await.unwrap();
    assert_ne!(second, first);
    assert_eq!(certificates::of_enrolment(store, mira.id).await.unwrap().unwrap().id, second);
    let mine: Vec<_> = certificates::mine(store, mira.account).await.unwrap().iter().map(|held| held.id).collect();
    assert_eq!(mine, [second, first]);
    assert_eq!(certificates::of_account(store, mira.account, first).await.unwrap().enrolment, None);
}

async fn a_certificate_outlives_its_enrolment(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let attempt = open(store, &mira).await;
    save(store, &mira, attempt, "q1", Some(&Response::Choice(1))).await.unwrap();
    let work = hand_in(store, &mira, &task(), "text").await.unwrap();
    let issued = issue(store, &mira).await.unwrap();
    enrolments::withdraw(store, &mira).await.unwrap();
    assert_eq!(attempts::by_id(store, mira.account, attempt).await, Ok(None));
    assert_eq!(submissions::by_id(store, work).await, Ok(None));
    assert_eq!(certificates::by_id(store, issued).await.unwrap().id, issued);
    assert_eq!(certificates::of_account(store, mira.account, issued).await.unwrap().id, issued, "its holder finds it");
    assert_eq!(certificates::mine(store, mira.account).await.unwrap().len(), 1);
}

/// A trainer may also learn, and hands in work; neither passing nor returning it is theirs.
async fn nobody_marks_their_own_work(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let work = hand_in(store, &mira, &task(), "text").await.unwrap();
    assert_eq!(mark(store, mira.account, work, 100, true).await, Err(StoreError::NotFound));
    let returned = give_back(store, mira.account, work, "Once more.").await;
    assert_eq!(returned, Err(StoreError::NotFound));
    assert_eq!(state(store, &mira).await, Some(TaskState::HandedIn));
}
