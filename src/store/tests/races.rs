//! A hundred at once: one counts.

use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use super::fresh::{NOW, how_often, learner, marked, respond, rubric_score, score, submit};
use crate::domain::id::{AttemptId, QuestionId};
use crate::domain::quiz::response::Response;
use crate::domain::quiz::rules::Limits;
use crate::store::Store;
use crate::store::attempts::{self, Marked, NewAttempt};
use crate::store::error::{StoreError, StoreResult};
use crate::store::submissions::{self, Item, Judgement};
use crate::store::writer::Tx;

super::suite! {
    of_a_hundred_last_attempts_at_once_one_counts,
    of_a_hundred_marks_at_once_one_counts,
    a_response_saved_while_handing_in_is_kept_or_refused,
    every_response_that_was_kept_is_counted,
    free_responses_reach_the_trainers_as_they_were_saved_last,
    whatever_fails_in_a_batch_takes_nothing_with_it,
}

async fn of_a_hundred_last_attempts_at_once_one_counts(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let (shared, learner) = (store.clone(), mira.clone());
    let limits = Limits { attempts: 1, ..Limits::default() };
    // Each begins (or finds the open one) and hands in; with one attempt allowed, all but those that
    // shared the first are refused.
    how_often(100, move || {
        let (store, mira) = (shared.clone(), learner.clone());
        let new = NewAttempt {
            id: AttemptId(Uuid::now_v7()),
            quiz: "a-quiz".parse().unwrap(),
            edition: mira.edition.clone(),
            seed: 7,
            questions: Vec::new(),
        };
        async move {
            let begun = attempts::open_or_resume(&store, &mira, new, limits, NOW).await?;
            submit(&store, &mira, begun).await;
            Ok::<_, StoreError>(())
        }
    })
    .await;
    let history = attempts::history(store, mira.id, &"a-quiz".parse().unwrap()).await.unwrap();
    assert_eq!(history.len(), 1);
    assert_eq!(history[0].submitted, Some(NOW));
}

async fn of_a_hundred_marks_at_once_one_counts(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let trainer = super::fresh::person(store, "wind-tree-10").await;
    let item = Item::Task("a-task".parse().unwrap());
    let work = super::fresh::hand_in(store, &mira, &item, "text").await;
    let shared = store.clone();
    let marked = how_often(100, move || {
        let store = shared.clone();
        async move {
            let judgement = Judgement { marker: trainer, comment: "Well said.", quiz: None };
            submissions::mark(&store, work, judgement, &[], &rubric_score(80, true), NOW).await
        }
    });
    assert_eq!(marked.await, 1);
}

async fn a_response_saved_while_handing_in_is_kept_or_refused(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let question = "write".parse().unwrap();
    for _ in 0..10 {
        let open = super::fresh::attempt(store, &mira).await;
        respond(store, &mira, open, &Response::Free("before".into())).await;
        let (saver, account) = (store.clone(), mira.account);
        let saving = tokio::spawn(async move {
            let (question, after) = ("write".parse().unwrap(), Response::Free("after".into()));
            attempts::save_response(&saver, account, open, &question, 1, Some(&after), None, NOW).await
        });
        submit(store, &mira, open).await;
        let told = saving.await.unwrap();
        let saved = attempts::responses(store, mira.account, open).await.unwrap()[&question].response.clone();
        let expected = if told.is_ok() { "after" } else { "before" };
        assert_eq!(saved, Some(Response::Free(expected.into())));
        assert!(matches!(told, Ok(()) | Err(StoreError::Gone)));
    }
}

/// Ten responses arrive while the attempt is handed in: the score counts those that were kept, neither
/// fewer nor more.
async fn every_response_that_was_kept_is_counted(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    for _ in 0..20 {
        let open = super::fresh::attempt(store, &mira).await;
        let saving: Vec<_> = (0..10)
            .map(|number| {
                let (store, account) = (store.clone(), mira.account);
                tokio::spawn(async move {
                    let question = format!("q-{number}").parse().unwrap();
                    let given = Response::Choice(0);
                    attempts::save_response(&store, account, open, &question, 1, Some(&given), None, NOW).await
                })
            })
            .collect();
        let mark = |saved: &std::collections::BTreeMap<_, attempts::SavedResponse>| {
            let hundredths = 100 * u32::try_from(saved.len()).unwrap();
            marked(score(hundredths, 1000, 0, true))
        };
        let score = attempts::submit(store, mira.account, open, mark, NOW).await.unwrap();
        let mut told = 0;
        for saved in saving {
            told += u32::from(saved.await.unwrap().is_ok());
        }
        let kept = attempts::responses(store, mira.account, open).await.unwrap().len();
        assert_eq!((score.hundredths, 100 * told), (100 * u32::try_from(kept).unwrap(), score.hundredths));
    }
}

/// Statements and whole jobs, some of which fail, all at once: what succeeded is there, and nothing of
/// what failed.
async fn whatever_fails_in_a_batch_takes_nothing_with_it(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let open = super::fresh::attempt(store, &mira).await;
    let save = |question: String| {
        let (store, account) = (store.clone(), mira.account);
        tokio::spawn(async move {
            let (question, given) = (question.parse().unwrap(), Response::Choice(0));
            attempts::save_response(&store, account, open, &question, 1, Some(&given), None, NOW).await
        })
    };
    let (mut kept, mut lost) = (Vec::new(), Vec::new());
    for round in 0..8 {
        kept.push(save(format!("before-{round}")));
        let (one, other) = (store.clone(), store.clone());
        let twice = one.statement("INSERT INTO attempts SELECT * FROM attempts");
        lost.push(tokio::spawn(async move { one.execute(twice).await.map(drop) }));
        let all_gone = other.statement("DELETE FROM attempt_responses");
        lost.push(tokio::spawn(
            async move { other.write(move |tx| Box::pin(deleted_and_given_up(tx, all_gone))).await },
        ));
        kept.push(save(format!("after-{round}")));
    }
    for saved in kept {
        assert_eq!(saved.await.unwrap(), Ok(()));
    }
    for failed in lost {
        assert!(matches!(failed.await.unwrap(), Err(StoreError::Taken(_) | StoreError::Gone)));
    }
    assert_eq!(attempts::responses(store, mira.account, open).await.unwrap().len(), 16);
}

async fn deleted_and_given_up(tx: &Tx, deletion: Statement) -> StoreResult<()> {
    tx.execute_raw(deletion).await?;
    Err(StoreError::Gone)
}

async fn free_responses_reach_the_trainers_as_they_were_saved_last(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let open = super::fresh::attempt(store, &mira).await;
    respond(store, &mira, open, &Response::Free("A first word".into())).await;
    respond(store, &mira, open, &Response::Free("The last word".into())).await;
    let mark = |saved: &std::collections::BTreeMap<QuestionId, attempts::SavedResponse>| {
        let prose = saved.iter().filter_map(|(question, saved)| match &saved.response {
            Some(Response::Free(text)) => Some((question.clone(), text.clone())),
            _ => None,
        });
        Marked { prose: prose.collect(), ..marked(score(0, 100, 0, false)) }
    };
    for _ in 0..2 {
        attempts::submit(store, mira.account, open, mark, NOW).await.unwrap();
    }
    let item = Item::Response { attempt: open, question: "write".parse().unwrap() };
    let tries = submissions::all(store, mira.account, mira.id, &item).await.unwrap();
    assert_eq!(tries.iter().map(|work| work.text.as_str()).collect::<Vec<_>>(), ["The last word"]);
    assert_eq!(tries[0].state, submissions::SubmissionState::HandedIn);
}
