use super::fresh::{NOW, learner, person};
use crate::domain::quiz::response::Response;
use crate::domain::time::MINUTE;
use crate::store::checks::{self, NewCheck};
use crate::store::error::StoreError;
use crate::store::notes::{self, Note};
use crate::store::{Store, enrolments};

super::suite! {
    notes_come_back_and_replace_each_other,
    an_empty_note_is_not_kept,
    nobody_writes_into_anothers_enrolment,
    the_last_response_to_a_check_is_kept,
    withdrawing_takes_notes_and_checks_along,
}

async fn notes_come_back_and_replace_each_other(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let (list, prompt) = ("a-list".parse().unwrap(), "a-prompt".parse().unwrap());
    let ticks = Note::Ticks([0, 2].into());
    for text in ["first thought", "second thought"] {
        let note = Note::Reflection(text.into());
        notes::keep(store, mira.account, mira.id, &prompt, &note).await.unwrap();
    }
    notes::keep(store, mira.account, mira.id, &list, &ticks).await.unwrap();
    let kept = notes::of_enrolment(store, mira.account, mira.id).await.unwrap();
    assert_eq!(kept, [(list, ticks), (prompt, Note::Reflection("second thought".into()))].into());
}

async fn an_empty_note_is_not_kept(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let block = "a-list".parse().unwrap();
    for note in [Note::Ticks([1].into()), Note::Ticks([].into()), Note::Reflection(String::new())] {
        notes::keep(store, mira.account, mira.id, &block, &note).await.unwrap();
    }
    assert!(notes::of_enrolment(store, mira.account, mira.id).await.unwrap().is_empty());
}

async fn nobody_writes_into_anothers_enrolment(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let arun = person(store, "stone-cup-77").await;
    let note = Note::Reflection("mine".into());
    let kept = notes::keep(store, arun, mira.id, &"a-prompt".parse().unwrap(), &note).await;
    assert_eq!(kept, Err(StoreError::NotFound));
    let check = NewCheck { question: &"q1".parse().unwrap(), response: &Response::Choice(1), hundredths: 100 };
    assert_eq!(checks::record(store, arun, mira.id, check, NOW).await, Err(StoreError::NotFound));
    assert!(notes::of_enrolment(store, mira.account, mira.id).await.unwrap().is_empty());
}

async fn the_last_response_to_a_check_is_kept(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let question = "q1".parse().unwrap();
    for (choice, later) in [(1, 0), (0, MINUTE)] {
        let response = Response::Choice(choice);
        let check = NewCheck { question: &question, response: &response, hundredths: 100 * choice as u32 };
        checks::record(store, mira.account, mira.id, check, NOW.plus(later)).await.unwrap();
    }
    let kept = checks::of_enrolment(store, mira.account, mira.id).await.unwrap();
    let check = &kept[&question];
    assert_eq!(kept.len(), 1);
    assert_eq!((&check.response, check.hundredths, check.answered_at), (&Response::Choice(0), 0, NOW.plus(MINUTE)));
    checks::forget(store, mira.id, &question).await.unwrap();
    assert!(checks::of_enrolment(store, mira.account, mira.id).await.unwrap().is_empty());
}

async fn withdrawing_takes_notes_and_checks_along(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let note = Note::Reflection("mine".into());
    notes::keep(store, mira.account, mira.id, &"a-prompt".parse().unwrap(), &note).await.unwrap();
    enrolments::withdraw(store, &mira).await.unwrap();
    assert!(notes::of_enrolment(store, mira.account, mira.id).await.unwrap().is_empty());
}
