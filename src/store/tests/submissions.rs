use super::fresh::{NOW, begin_attempt, how_often, learner, marking, person, quiz, respond};
use crate::domain::progress::TaskState;
use crate::domain::quiz::response::Response;
use crate::domain::time::MINUTE;
use crate::store::attempts::submission::submit;
use crate::store::error::StoreError;
use crate::store::submissions::marking::{self as trainers, mark, return_for_another_try};
use crate::store::submissions::messages::{self, Sender};
use crate::store::submissions::{self, hand_in, save_draft};
use crate::store::{Store, attempts};

super::suite! {
    a_draft_is_its_writers_until_it_is_handed_in,
    handing_in_twice_is_handing_in_once,
    work_waits_in_the_queue_by_pseudonym,
    a_mark_is_given_once,
    nobody_marks_their_own_work,
    returned_work_gets_another_try,
    work_that_did_not_pass_gets_another_try_and_passed_work_none,
    a_marked_free_response_lifts_its_attempt,
    two_attempts_may_wait_for_marking,
    learner_and_trainer_talk_about_work,
    nobody_reads_anothers_work,
}

fn task() -> crate::domain::id::TaskId {
    "a-task".parse().unwrap()
}

async fn state(store: &Store, mira: &crate::store::enrolments::Enrolment) -> Option<TaskState> {
    submissions::task_states(store, mira.id).await.unwrap().get(&task()).copied()
}

async fn a_draft_is_its_writers_until_it_is_handed_in(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    assert_eq!(state(store, &mira).await, None);
    let id = save_draft(store, mira.account, mira.id, &task(), "begun", NOW).await.unwrap();
    let again = save_draft(store, mira.account, mira.id, &task(), "written on", NOW.plus(MINUTE)).await.unwrap();
    assert_eq!(id, again);
    let draft = submissions::by_id(store, mira.account, id).await.unwrap().unwrap();
    assert_eq!((draft.text.as_str(), draft.state, draft.number), ("written on", TaskState::Drafted, 1));
    assert_eq!((draft.saved_at, draft.handed_in_at, draft.attempt), (NOW.plus(MINUTE), None, None));
    assert!(trainers::queue(store).await.unwrap().is_empty());
    assert_eq!(state(store, &mira).await, Some(TaskState::Drafted));

    hand_in(store, mira.account, id, NOW).await.unwrap();
    assert_eq!(state(store, &mira).await, Some(TaskState::HandedIn));
    let late = save_draft(store, mira.account, mira.id, &task(), "too late", NOW).await;
    assert_eq!(late, Err(StoreError::Gone));
    assert_eq!(submissions::by_id(store, mira.account, id).await.unwrap().unwrap().text, "written on");
}

async fn handing_in_twice_is_handing_in_once(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let id = save_draft(store, mira.account, mira.id, &task(), "text", NOW).await.unwrap();
    let (shared, account) = (store.clone(), mira.account);
    let handed = how_often(20, || {
        let store = shared.clone();
        async move { hand_in(&store, account, id, NOW).await }
    });
    assert_eq!(handed.await, 20);
    assert_eq!(trainers::queue(store).await.unwrap().len(), 1);
    assert_eq!(submissions::of_item(store, mira.account, mira.id, "a-task").await.unwrap().len(), 1);
}

async fn work_waits_in_the_queue_by_pseudonym(store: &Store) {
    let (mira, arun) = (learner(store, "river-lamp-42").await, learner(store, "stone-cup-77").await);
    for (owner, later) in [(&arun, MINUTE), (&mira, 0)] {
        let id = save_draft(store, owner.account, owner.id, &task(), "text", NOW).await.unwrap();
        hand_in(store, owner.account, id, NOW.plus(later)).await.unwrap();
    }
    let queue = trainers::queue(store).await.unwrap();
    let owners: Vec<_> = queue.iter().map(|waiting| waiting.owner).collect();
    assert_eq!(owners, [mira.account, arun.account]);
    assert_ne!(queue[0].pseudonym, queue[1].pseudonym);
    assert_eq!((queue[0].item.as_str(), &queue[0].course), ("a-task", &mira.course));
    let work = trainers::by_id(store, queue[0].id).await.unwrap().unwrap();
    assert_eq!((work.owner, work.submission.text.as_str()), (mira.account, "text"));
    assert_eq!(work.pseudonym, queue[0].pseudonym);
}

async fn a_mark_is_given_once(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let trainer = person(store, "wind-tree-10").await;
    let id = save_draft(store, mira.account, mira.id, &task(), "text", NOW).await.unwrap();
    assert_eq!(mark(store, id, trainer, marking(80), None, NOW).await, Err(StoreError::Gone));
    hand_in(store, mira.account, id, NOW).await.unwrap();
    let shared = store.clone();
    let marked = how_often(20, || {
        let store = shared.clone();
        async move { mark(&store, id, trainer, marking(80), None, NOW).await }
    });
    assert_eq!(marked.await, 1);
    let seen = submissions::by_id(store, mira.account, id).await.unwrap().unwrap();
    let mark = seen.marking.unwrap();
    assert_eq!((seen.state, mark.percent, mark.passed, mark.is_returned), (TaskState::Passed, 80, true, false));
    assert_eq!((mark.comment.as_str(), mark.levels), ("Well said.", marking(80).levels));
    assert!(trainers::queue(store).await.unwrap().is_empty());
}

async fn nobody_marks_their_own_work(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let id = save_draft(store, mira.account, mira.id, &task(), "text", NOW).await.unwrap();
    hand_in(store, mira.account, id, NOW).await.unwrap();
    assert_eq!(mark(store, id, mira.account, marking(100), None, NOW).await, Err(StoreError::NotFound));
    assert_eq!(return_for_another_try(store, id, mira.account, "", NOW).await, Err(StoreError::NotFound));
    assert_eq!(state(store, &mira).await, Some(TaskState::HandedIn));
}

async fn returned_work_gets_another_try(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let trainer = person(store, "wind-tree-10").await;
    let first = save_draft(store, mira.account, mira.id, &task(), "first", NOW).await.unwrap();
    hand_in(store, mira.account, first, NOW).await.unwrap();
    return_for_another_try(store, first, trainer, "Say who decides.", NOW).await.unwrap();
    assert_eq!(state(store, &mira).await, Some(TaskState::Returned));
    assert_eq!(hand_in(store, mira.account, first, NOW).await, Err(StoreError::Gone));

    let second = save_draft(store, mira.account, mira.id, &task(), "second", NOW).await.unwrap();
    assert_ne!(first, second);
    assert_eq!(state(store, &mira).await, Some(TaskState::Drafted));
    let all = submissions::of_item(store, mira.account, mira.id, "a-task").await.unwrap();
    let told: Vec<_> = all.iter().map(|work| (work.number, work.text.as_str(), work.state)).collect();
    assert_eq!(told, [(1, "first", TaskState::Returned), (2, "second", TaskState::Drafted)]);
    let comment = all[0].marking.as_ref().map(|marking| (marking.is_returned, marking.comment.as_str()));
    assert_eq!(comment, Some((true, "Say who decides.")));
}

async fn work_that_did_not_pass_gets_another_try_and_passed_work_none(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let trainer = person(store, "wind-tree-10").await;
    for (percent, expected) in [(20, TaskState::NotPassed), (90, TaskState::Passed)] {
        let id = save_draft(store, mira.account, mira.id, &task(), "text", NOW).await.unwrap();
        hand_in(store, mira.account, id, NOW).await.unwrap();
        mark(store, id, trainer, marking(percent), None, NOW).await.unwrap();
        assert_eq!(state(store, &mira).await, Some(expected));
    }
    let more = save_draft(store, mira.account, mira.id, &task(), "more", NOW).await;
    assert_eq!(more, Err(StoreError::Gone));
}

async fn a_marked_free_response_lifts_its_attempt(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let trainer = person(store, "wind-tree-10").await;
    let quiz = quiz(0);
    let attempt = begin_attempt(store, &mira, &quiz).await;
    respond(store, &mira, &attempt, "write", Response::Free("What I think.".into())).await.unwrap();
    let done = submit(store, mira.account, attempt.id, &quiz, NOW).await.unwrap().handed_in.unwrap();
    assert_eq!((done.score.percent, done.score.passed, done.score.awaiting), (0, false, 1));

    let waiting = trainers::queue(store).await.unwrap();
    assert_eq!((waiting[0].item.as_str(), waiting[0].attempt), ("write", Some(attempt.id)));
    assert!(submissions::task_states(store, mira.id).await.unwrap().is_empty());
    mark(store, waiting[0].id, trainer, marking(100), Some(quiz.clone()), NOW).await.unwrap();

    let score = attempts::by_id(store, mira.account, attempt.id).await.unwrap().unwrap().handed_in.unwrap().score;
    assert_eq!((score.hundredths, score.percent, score.passed, score.awaiting), (200, 50, true, 0));
    let works = submissions::of_attempt(store, mira.account, attempt.id).await.unwrap();
    assert_eq!((works.len(), works[0].text.as_str(), works[0].state), (1, "What I think.", TaskState::Passed));
    let saved = attempts::responses::of_attempt(store, mira.account, attempt.id).await.unwrap();
    assert_eq!(saved[&"write".parse().unwrap()].hundredths, Some(200));
}

async fn two_attempts_may_wait_for_marking(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let quiz = quiz(0);
    for text in ["one", "two"] {
        let attempt = begin_attempt(store, &mira, &quiz).await;
        respond(store, &mira, &attempt, "write", Response::Free(text.into())).await.unwrap();
        submit(store, mira.account, attempt.id, &quiz, NOW).await.unwrap();
    }
    let numbers: Vec<_> = trainers::queue(store).await.unwrap().iter().map(|waiting| waiting.number).collect();
    assert_eq!(numbers, [1, 2]);
}

async fn learner_and_trainer_talk_about_work(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let id = save_draft(store, mira.account, mira.id, &task(), "text", NOW).await.unwrap();
    assert!(messages::thread(store, id).await.unwrap().is_empty());
    messages::add(store, id, Sender::Trainer, "What about Sari?", NOW).await.unwrap();
    messages::add(store, id, Sender::Learner, "She decides.", NOW.plus(MINUTE)).await.unwrap();
    let thread = messages::thread(store, id).await.unwrap();
    let told: Vec<_> = thread.iter().map(|message| (message.sender, message.text.as_str(), message.sent_at)).collect();
    let expected = [(Sender::Trainer, "What about Sari?", NOW), (Sender::Learner, "She decides.", NOW.plus(MINUTE))];
    assert_eq!(told, expected);
}

async fn nobody_reads_anothers_work(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let arun = person(store, "stone-cup-77").await;
    let id = save_draft(store, mira.account, mira.id, &task(), "text", NOW).await.unwrap();
    assert_eq!(submissions::by_id(store, arun, id).await, Ok(None));
    assert_eq!(hand_in(store, arun, id, NOW).await, Err(StoreError::NotFound));
    assert_eq!(save_draft(store, arun, mira.id, &task(), "mine", NOW).await, Err(StoreError::NotFound));
}
