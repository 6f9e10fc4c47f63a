use super::fresh::{NOW, begin_attempt, how_often, learner, open_attempt, person, quiz, respond};
use crate::domain::quiz::response::{Confidence, Response};
use crate::domain::quiz::rules::Refusal;
use crate::domain::time::MINUTE;
use crate::store::Store;
use crate::store::attempts::submission::submit;
use crate::store::attempts::{self, Opening, responses};
use crate::store::error::StoreError;

super::suite! {
    an_attempt_is_begun_and_gone_on_with,
    of_a_hundred_last_attempts_at_once_one_is_begun,
    when_all_attempts_are_used_up_none_begins,
    responses_are_saved_and_replaced,
    nobody_gets_at_anothers_attempt,
    handing_in_marks_what_was_saved,
    handing_in_twice_gives_the_first_result,
    after_handing_in_nothing_is_saved,
    a_response_saved_while_handing_in_counts_or_is_refused,
    scores_are_told_by_quiz,
}

async fn an_attempt_is_begun_and_gone_on_with(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let quiz = quiz(0);
    let begun = begin_attempt(store, &mira, &quiz).await;
    assert_eq!((begun.number, begun.seed, begun.handed_in), (1, 7, None));
    assert_eq!(begun.questions, ["choose".parse().unwrap(), "write".parse().unwrap()]);
    assert_eq!(open_attempt(store, &mira, &quiz).await, Opening::Resumed(begun.clone()));
    assert_eq!(attempts::by_id(store, mira.account, begun.id).await.unwrap(), Some(begun.clone()));

    submit(store, mira.account, begun.id, &quiz, NOW).await.unwrap();
    let second = begin_attempt(store, &mira, &quiz).await;
    assert_eq!(second.number, 2);
    let numbers: Vec<_> =
        attempts::history(store, mira.id, &quiz.id).await.unwrap().iter().map(|attempt| attempt.number).collect();
    assert_eq!(numbers, [1, 2]);
}

async fn of_a_hundred_last_attempts_at_once_one_is_begun(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let (shared, learner, quiz) = (store.clone(), mira.clone(), quiz(1));
    let begun = how_often(100, || {
        let (store, mira, quiz) = (shared.clone(), learner.clone(), quiz.clone());
        async move {
            match open_attempt(&store, &mira, &quiz).await {
                Opening::Begun(_) => Ok(()),
                Opening::Resumed(_) | Opening::Refused(_) => Err(()),
            }
        }
    });
    assert_eq!(begun.await, 1);
    assert_eq!(attempts::history(store, mira.id, &quiz.id).await.unwrap().len(), 1);
}

async fn when_all_attempts_are_used_up_none_begins(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let quiz = quiz(1);
    let begun = begin_attempt(store, &mira, &quiz).await;
    submit(store, mira.account, begun.id, &quiz, NOW).await.unwrap();
    assert_eq!(open_attempt(store, &mira, &quiz).await, Opening::Refused(Refusal::UsedUp { allowed: 1 }));
}

async fn responses_are_saved_and_replaced(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let attempt = begin_attempt(store, &mira, &quiz(0)).await;
    respond(store, &mira, &attempt, "choose", Response::Choice(1)).await.unwrap();
    respond(store, &mira, &attempt, "choose", Response::Choice(0)).await.unwrap();
    let id = "write".parse().unwrap();
    let empty = responses::NewResponse { question: &id, position: 1, response: None, confidence: None };
    responses::save(store, mira.account, attempt.id, empty, NOW.plus(MINUTE)).await.unwrap();

    let saved = responses::of_attempt(store, mira.account, attempt.id).await.unwrap();
    let chosen = &saved[&"choose".parse().unwrap()];
    assert_eq!(chosen.response, Some(Response::Choice(0)));
    assert_eq!((chosen.position, chosen.confidence, chosen.hundredths), (0, Some(Confidence::Sure), None));
    let left = &saved[&id];
    assert_eq!((&left.response, left.position, left.confidence), (&None, 1, None));
    assert_eq!((left.saved_at, left.is_expired), (NOW.plus(MINUTE), false));
}

async fn nobody_gets_at_anothers_attempt(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let arun = person(store, "stone-cup-77").await;
    let quiz = quiz(0);
    let attempt = begin_attempt(store, &mira, &quiz).await;
    assert_eq!(attempts::by_id(store, arun, attempt.id).await, Ok(None));
    assert_eq!(submit(store, arun, attempt.id, &quiz, NOW).await, Err(StoreError::NotFound));
    let stranger = crate::store::enrolments::Enrolment { account: arun, ..mira.clone() };
    let saved = respond(store, &stranger, &attempt, "choose", Response::Choice(0)).await;
    assert_eq!(saved, Err(StoreError::NotFound));
    let opened = attempts::open_or_resume(store, arun, mira.id, (&mira.edition, &quiz), 7, NOW).await;
    assert_eq!(opened, Err(StoreError::NotFound));
}

async fn handing_in_marks_what_was_saved(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let quiz = quiz(0);
    let attempt = begin_attempt(store, &mira, &quiz).await;
    respond(store, &mira, &attempt, "choose", Response::Choice(0)).await.unwrap();
    let done = submit(store, mira.account, attempt.id, &quiz, NOW.plus(MINUTE)).await.unwrap().handed_in.unwrap();
    assert_eq!((done.at, done.score.hundredths, done.score.max_hundredths), (NOW.plus(MINUTE), 200, 400));
    assert!(done.score.passed && done.score.percent == 50 && done.score.awaiting == 0);
    let kept = attempts::by_id(store, mira.account, attempt.id).await.unwrap().unwrap();
    assert_eq!(kept.handed_in, Some(done));
    let saved = responses::of_attempt(store, mira.account, attempt.id).await.unwrap();
    assert_eq!(saved[&"choose".parse().unwrap()].hundredths, Some(200));
}

async fn handing_in_twice_gives_the_first_result(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let quiz = quiz(0);
    let attempt = begin_attempt(store, &mira, &quiz).await;
    respond(store, &mira, &attempt, "write", Response::Free("What I think.".into())).await.unwrap();
    let tasks: Vec<_> = (0..20)
        .map(|later| {
            let (store, quiz, account, id) = (store.clone(), quiz.clone(), mira.account, attempt.id);
            tokio::spawn(async move { submit(&store, account, id, &quiz, NOW.plus(later)).await.unwrap() })
        })
        .collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    assert!(results.iter().all(|result| *result == results[0]));
    let waiting = crate::store::submissions::marking::queue(store).await.unwrap();
    assert_eq!(waiting.len(), 1);
}

async fn after_handing_in_nothing_is_saved(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let quiz = quiz(0);
    let attempt = begin_attempt(store, &mira, &quiz).await;
    respond(store, &mira, &attempt, "choose", Response::Choice(1)).await.unwrap();
    submit(store, mira.account, attempt.id, &quiz, NOW).await.unwrap();
    assert_eq!(respond(store, &mira, &attempt, "choose", Response::Choice(0)).await, Err(StoreError::Gone));
    let saved = responses::of_attempt(store, mira.account, attempt.id).await.unwrap();
    assert_eq!(saved[&"choose".parse().unwrap()].response, Some(Response::Choice(1)));
}

async fn a_response_saved_while_handing_in_counts_or_is_refused(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let quiz = quiz(0);
    for _ in 0..10 {
        let attempt = begin_attempt(store, &mira, &quiz).await;
        respond(store, &mira, &attempt, "choose", Response::Choice(1)).await.unwrap();
        let (saver, learner, open) = (store.clone(), mira.clone(), attempt.clone());
        let saving = tokio::spawn(async move { respond(&saver, &learner, &open, "choose", Response::Choice(0)).await });
        let done = submit(store, mira.account, attempt.id, &quiz, NOW).await.unwrap().handed_in.unwrap();
        let was_saved = saving.await.unwrap().is_ok();
        assert_eq!(done.score.hundredths, if was_saved { 200 } else { 0 });
    }
}

async fn scores_are_told_by_quiz(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let quiz = quiz(0);
    for choice in [1, 0] {
        let attempt = begin_attempt(store, &mira, &quiz).await;
        respond(store, &mira, &attempt, "choose", Response::Choice(choice)).await.unwrap();
        submit(store, mira.account, attempt.id, &quiz, NOW).await.unwrap();
    }
    begin_attempt(store, &mira, &quiz).await;
    let scores = attempts::scores(store, mira.id).await.unwrap();
    let percents: Vec<_> = scores[&quiz.id].iter().map(|score| score.percent).collect();
    assert_eq!((scores.len(), percents), (1, vec![0, 50]));
}
