use uuid::Uuid;

use super::fresh::{NOW, attempt, hand_in, kept, learner, mark, person, respond, sitting, step, submit};
use crate::domain::account::Role;
use crate::domain::id::{CertificateId, ChallengeId};
use crate::domain::needs::pathway::edit::Edit;
use crate::domain::quiz::response::Response;
use crate::store::accounts::{export, roles};
use crate::store::audit::{self, Act};
use crate::store::certificates::NewCertificate;
use crate::store::checks::{self, NewCheck};
use crate::store::notes::{self, Note};
use crate::store::sessions::{self, NewSession};
use crate::store::submissions::{self, Item};
use crate::store::{Store, certificates, challenges, enrolments, pathways};

super::suite! {
    the_export_holds_everything_and_nothing_of_others,
}

async fn the_export_holds_everything_and_nothing_of_others(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let arun = learner(store, "stone-cup-77").await;
    let trainer = person(store, "wind-tree-10").await;
    roles::grant(store, mira.account, Role::Trainer, NOW).await.unwrap();
    for (who, mark_of) in [(&mira, "of-mira"), (&arun, "of-arun")] {
        fill(store, who, trainer, mark_of).await;
    }
    let held = serde_json::to_string(&export(store, mira.account).await.unwrap()).unwrap();
    for part in [
        "river-lamp-42",
        "trainer",
        "reflection of-mira",
        "check of-mira",
        "response of-mira",
        "work of-mira",
        "message of-mira",
        "Well said.",
        "a-course",
        "looked-up",
        "1-1",
        "ds1-1",
        "\"percent\":80",
        "\"minutes_a_week\":90",
        "{\"drop\":{\"code\":\"DS1\"",
        "challenge of-mira",
        "asked-6",
    ] {
        assert!(held.contains(part), "{part} is missing from {held}");
    }
    assert!(!held.contains("of-arun") && !held.contains("stone-cup-77"));
    // A risk band, and what tells it, is kept out on purpose.
    for secret in ["argon2", "data_key", "token", "risk", "\"3-4\"", "floor"] {
        assert!(!held.contains(secret), "{secret} is in the export");
    }
    let listed = |held: &str| held.matches("last_seen_at").count();
    assert_eq!(listed(&held), 1);
    roles::grant(store, mira.account, Role::Administrator, NOW).await.unwrap();
    let held = serde_json::to_string(&export(store, mira.account).await.unwrap()).unwrap();
    assert_eq!(listed(&held), 0, "one that was ended is none");
    let nobody = crate::domain::id::AccountId(Uuid::now_v7());
    assert!(export(store, nobody).await.is_err());
}

/// Leaves something in every collection.
async fn fill(store: &Store, who: &enrolments::Enrolment, trainer: crate::domain::id::AccountId, mark_of: &str) {
    let session = NewSession { account: who.account, is_own_device: false, second_factor_passed: false };
    sessions::create(store, session, NOW).await.unwrap();
    enrolments::remember_place(store, who, "1-1".parse().unwrap(), NOW).await.unwrap();
    enrolments::complete_lesson(store, who, &"ds1-1".parse().unwrap(), NOW).await.unwrap();
    let note = Note::Reflection(format!("reflection {mark_of}"));
    notes::keep(store, who.account, who.id, &"a-prompt".parse().unwrap(), &note).await.unwrap();
    let response = Response::Text(format!("check {mark_of}"));
    let check = NewCheck { question: &"q1".parse().unwrap(), response: &response, hundredths: 100 };
    checks::record(store, who.account, who.id, check, NOW).await.unwrap();
    let sat = attempt(store, who).await;
    respond(store, who, sat, &Response::Free(format!("response {mark_of}"))).await;
    submit(store, who, sat).await;
    let item = Item::Task("a-task".parse().unwrap());
    let work = hand_in(store, who, &item, &format!("work {mark_of}")).await;
    mark(store, work, trainer, "Well said.").await;
    submissions::add_message(store, work, true, &format!("message {mark_of}"), NOW).await.unwrap();
    audit::record(store, who.account, Some(trainer), Act::LookedUp, NOW).await.unwrap();
    pathways::put_diagnosis(store, who.account, kept("DS1", 0, 2), NOW).await.unwrap();
    pathways::edit(store, who.account, Edit::Drop(step("DS1")), NOW).await.unwrap();
    let id = ChallengeId(Uuid::now_v7());
    let challenge = challenges::open_or_resume(store, who.account, id, sitting("DS1"), NOW).await.unwrap();
    let response = Response::Text(format!("challenge {mark_of}"));
    challenges::save_response(store, who.account, challenge, 1, Some(response)).await.unwrap();
    let new = NewCertificate {
        id: CertificateId(Uuid::new_v4()),
        subject: Uuid::new_v4(),
        course: &who.course,
        edition: &who.edition,
        issued: NOW.day(),
        expires: None,
    };
    certificates::issue(store, who, new).await.unwrap();
}
