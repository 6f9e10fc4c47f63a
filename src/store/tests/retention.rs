use super::fresh::{NOW, begin_attempt, learner, quiz, respond};
use crate::domain::quiz::response::Response;
use crate::domain::time::{DAY, HOUR};
use crate::store::attempts::responses;
use crate::store::attempts::submission::submit;
use crate::store::audit::{self, Act};
use crate::store::checks::{self, NewCheck};
use crate::store::retention::{Purged, purge};
use crate::store::sessions::{self, NewSession};
use crate::store::{Store, attempts, enrolments, invitations};

super::suite! {
    what_is_due_goes_and_nothing_else,
    responses_expire_and_their_points_stay,
    a_response_that_waits_for_a_trainer_does_not_expire,
    the_audit_log_is_read_by_its_subject,
}

async fn what_is_due_goes_and_nothing_else(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let session = NewSession { account: mira.account, is_own_device: false, second_factor_passed: false };
    sessions::create(store, session, NOW).await.unwrap();
    sessions::remember_device(store, mira.account, NOW).await.unwrap();
    invitations::create(store, 1, NOW.plus(DAY), NOW).await.unwrap();
    audit::record(store, mira.account, None, Act::LookedUp, NOW).await.unwrap();
    enrolments::remember_place(store, &mira, "1-1".parse().unwrap(), NOW).await.unwrap();
    let check = NewCheck { question: &"q1".parse().unwrap(), response: &Response::Choice(1), hundredths: 100 };
    checks::record(store, mira.account, mira.id, check, NOW).await.unwrap();

    assert_eq!(purge(store, NOW.plus(1)).await, Ok(Purged::default()));
    let after_a_day = Purged { sessions: 1, invitations: 1, ..Purged::default() };
    assert_eq!(purge(store, NOW.plus(DAY)).await, Ok(after_a_day));
    assert_eq!(purge(store, NOW.plus(90 * DAY - HOUR)).await, Ok(Purged::default()));
    let after_ninety = Purged { devices: 1, audit_entries: 1, checks: 1, places: 1, ..Purged::default() };
    assert_eq!(purge(store, NOW.plus(90 * DAY)).await, Ok(after_ninety));
    assert_eq!(purge(store, NOW.plus(90 * DAY)).await, Ok(Purged::default()));
    assert_eq!(enrolments::mine(store, mira.account).await.unwrap()[0].last_place, None);
}

async fn responses_expire_and_their_points_stay(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let quiz = quiz(0);
    let attempt = begin_attempt(store, &mira, &quiz).await;
    respond(store, &mira, &attempt, "choose", Response::Choice(0)).await.unwrap();
    submit(store, mira.account, attempt.id, &quiz, NOW).await.unwrap();
    assert_eq!(purge(store, NOW.plus(90 * DAY)).await.unwrap().responses, 1);
    assert_eq!(purge(store, NOW.plus(91 * DAY)).await.unwrap().responses, 0);
    let saved = responses::of_attempt(store, mira.account, attempt.id).await.unwrap();
    let emptied = &saved[&"choose".parse().unwrap()];
    assert_eq!((&emptied.response, emptied.is_expired, emptied.hundredths), (&None, true, Some(200)));
    assert_eq!(attempts::scores(store, mira.id).await.unwrap()[&quiz.id][0].percent, 50);
}

async fn a_response_that_waits_for_a_trainer_does_not_expire(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let quiz = quiz(0);
    let attempt = begin_attempt(store, &mira, &quiz).await;
    respond(store, &mira, &attempt, "write", Response::Free("What I think.".into())).await.unwrap();
    submit(store, mira.account, attempt.id, &quiz, NOW).await.unwrap();
    assert_eq!(purge(store, NOW.plus(90 * DAY)).await.unwrap().responses, 0);
}

async fn the_audit_log_is_read_by_its_subject(store: &Store) {
    let (mira, arun) = (learner(store, "river-lamp-42").await, learner(store, "stone-cup-77").await);
    audit::record(store, mira.account, Some(arun.account), Act::WorkRead, NOW).await.unwrap();
    audit::record(store, mira.account, Some(arun.account), Act::WorkMarked, NOW.plus(DAY)).await.unwrap();
    audit::record(store, mira.account, None, Act::LookedUp, NOW.plus(2 * DAY)).await.unwrap();
    let entries = audit::mine(store, mira.account).await.unwrap();
    let acts: Vec<_> = entries.iter().map(|entry| (entry.act, entry.at)).collect();
    assert_eq!(acts[2], (Act::WorkRead, NOW));
    assert_eq!((entries.len(), &entries[0].by), (3, &None));
    assert!(entries[1].by.is_some() && entries[1].by == entries[2].by);
    assert!(audit::mine(store, arun.account).await.unwrap().is_empty());
}
