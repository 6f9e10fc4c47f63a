//! A hundred at once: one counts.

use uuid::Uuid;

use super::fresh::{NOW, how_often, learner, respond, submit};
use crate::domain::id::AttemptId;
use crate::domain::quiz::response::Response;
use crate::store::Store;
use crate::store::attempts::{self, NewAttempt};
use crate::store::error::StoreError;
use crate::store::submissions::{self, Item};

super::suite! {
    of_a_hundred_last_attempts_at_once_one_counts,
    of_a_hundred_marks_at_once_one_counts,
    a_response_saved_while_handing_in_is_kept_or_refused,
}

async fn of_a_hundred_last_attempts_at_once_one_counts(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let (shared, learner) = (store.clone(), mira.clone());
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
            let begun = attempts::open_or_resume(&store, &mira, new, 1, NOW).await?;
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
        async move { submissions::mark(&store, work, trainer, &[], 80, true, "Well said.", NOW).await }
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
