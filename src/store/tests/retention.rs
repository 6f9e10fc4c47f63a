use sea_orm::{ConnectionTrait, EntityTrait};

use super::fresh::{NOW, attempt, hand_in, learner, mark, person, quiz, respond, submit};
use super::needs::{answers, begin, instrument};
use crate::domain::quiz::response::Response;
use crate::domain::time::{DAY, HOUR};
use crate::store::audit::{self, Act};
use crate::store::checks::{self, NewCheck};
use crate::store::entity::attempts as attempt_rows;
use crate::store::error::StoreError;
use crate::store::retention::{Purged, purge, purge_daily};
use crate::store::sessions::{self, NewSession};
use crate::store::submissions::{self, Item, Judgement, Written};
use crate::store::{Store, attempts, enrolments, invitations, needs};

super::suite! {
    what_is_due_goes_and_nothing_else,
    responses_expire_and_their_points_stay,
    a_needs_assessment_that_was_left_goes_with_its_risk_level,
    what_is_more_than_a_slice_goes_whole,
    a_response_on_its_way_expires_alone_and_at_last,
    a_marked_response_expires_and_its_marking_stays,
    a_sitting_that_was_begun_and_left_goes,
    whose_session_ended_is_known_for_a_day,
    the_audit_log_is_read_by_its_subject,
}

async fn what_is_due_goes_and_nothing_else(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let session = NewSession { account: mira.account, is_own_device: false, second_factor_passed: false };
    sessions::create(store, session, NOW).await.unwrap();
    sessions::remember_device(store, mira.account, NOW).await.unwrap();
    invitations::create(store, 1, NOW.plus(DAY), None, NOW).await.unwrap();
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
    let sat = attempt(store, &mira).await;
    respond(store, &mira, sat, &Response::Choice(0)).await;
    submit(store, &mira, sat).await;
    assert_eq!(purge(store, NOW.plus(90 * DAY)).await.unwrap().responses, 1);
    let looked_at = attempt_rows::Entity::find_by_id(sat).one(store.reader()).await.unwrap().unwrap();
    assert_eq!(looked_at.emptied_at, Some(NOW.plus(90 * DAY)), "it is not looked at again");
    assert_eq!(purge(store, NOW.plus(91 * DAY)).await.unwrap().responses, 0);
    let saved = attempts::responses(store, mira.account, sat).await.unwrap();
    let emptied = &saved[&"write".parse().unwrap()];
    assert_eq!((&emptied.response, emptied.is_expired, emptied.points_hundredths), (&None, true, Some(200)));
    assert_eq!(attempts::scores(store, mira.id).await.unwrap()[&"a-quiz".parse().unwrap()][0].percent, 50);
}

async fn a_needs_assessment_that_was_left_goes_with_its_risk_level(store: &Store) {
    let (mira, arun) = (person(store, "river-lamp-42").await, person(store, "stone-cup-77").await);
    let left = begin(store, mira, NOW).await;
    needs::save(store, mira, left, answers(), NOW.plus(DAY)).await.unwrap();
    let finished = begin(store, arun, NOW).await;
    needs::save(store, arun, finished, answers(), NOW).await.unwrap();
    needs::finish(store, arun, finished, (instrument(store).await, None), NOW).await.unwrap();

    assert_eq!(purge(store, NOW.plus(31 * DAY - 1)).await, Ok(Purged::default()), "saved less than 30 days ago");
    let after = purge(store, NOW.plus(31 * DAY)).await;
    assert_eq!(after, Ok(Purged { assessments: 1, ..Purged::default() }));
    assert_eq!(needs::mine(store, mira).await, Ok(Vec::new()));
    assert_eq!(needs::mine(store, arun).await.unwrap().len(), 1);
    assert!(purge_daily(store, NOW.plus(31 * DAY)).await.unwrap().is_some());
    assert_eq!(purge_daily(store, NOW.plus(31 * DAY + HOUR)).await, Ok(None));
}

async fn what_is_more_than_a_slice_goes_whole(store: &Store) {
    learner(store, "river-lamp-42").await;
    let fill = "INSERT INTO check_responses (enrolment, question, response, points_hundredths, answered_at) \
        SELECT enrolments.id, 'q' || number, accounts.data_key, 100, 1 FROM enrolments \
        JOIN accounts ON accounts.id = enrolments.account \
        JOIN (WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers \
        WHERE number < 2500) SELECT number FROM numbers) AS many ON 1 = 1";
    let filled = store.write(move |tx| Box::pin(async move { Ok(tx.execute_unprepared(fill).await.map(drop)?) }));
    filled.await.unwrap();
    assert_eq!(purge(store, NOW).await, Ok(Purged { checks: 2_500, ..Purged::default() }));
}

/// What is on its way between learner and trainer holds back no other answer, and itself only for a time.
async fn a_response_on_its_way_expires_alone_and_at_last(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let trainer = person(store, "wind-tree-10").await;
    let other = attempt(store, &mira).await;
    respond(store, &mira, other, &Response::Choice(0)).await;
    submit(store, &mira, other).await;
    let sat = attempt(store, &mira).await;
    respond(store, &mira, sat, &Response::Free("What I think.".into())).await;
    submit(store, &mira, sat).await;
    let item = Item::Response { attempt: sat, question: "write".parse().unwrap() };
    let first = hand_in(store, &mira, &item, "What I think.").await;
    submissions::add_message(store, first, true, "I think of Mira.", NOW).await.unwrap();
    let texts = async || -> Vec<String> {
        let tries = submissions::all(store, mira.account, mira.id, &item).await.unwrap();
        tries.into_iter().map(|work| work.text).collect()
    };
    let due = async |days: i64| Purged { audit_entries: 0, ..purge(store, NOW.plus(days * DAY)).await.unwrap() };

    let at_ninety = Purged { responses: 2, messages: 1, ..Purged::default() };
    assert_eq!(due(90).await, at_ninety, "of both quizzes, and what was said");
    assert_eq!(texts().await, ["What I think."], "it waits for a trainer");
    let judgement = Judgement { marker: trainer, comment: "Say who decides.", quiz: Some(quiz()) };
    submissions::give_back(store, first, judgement, NOW.plus(100 * DAY)).await.unwrap();
    submissions::add_message(store, first, false, "About Mira.", NOW.plus(100 * DAY)).await.unwrap();
    assert_eq!(due(189).await, Purged::default(), "it waits for its writer");
    let written = |text| Written { item: &item, edition: &mira.edition, text, over: None, quiz: Some(quiz()) };
    submissions::save_draft(store, &mira, written("What I think now."), NOW.plus(110 * DAY)).await.unwrap();
    let after = Purged { messages: 1, works: 1, ..Purged::default() };
    assert_eq!(due(190).await, after, "also what was said after the attempt was emptied");
    assert_eq!(texts().await, ["", "What I think now."]);
    assert_eq!(due(200).await, Purged { drafts: 1, ..Purged::default() }, "it was left");

    let last = submissions::hand_in(store, &mira, written("At last."), NOW.plus(200 * DAY)).await.unwrap();
    assert_eq!(due(200 + 364).await, Purged::default());
    assert_eq!(due(200 + 365).await, Purged { works: 1, ..Purged::default() }, "nobody read it for a year");
    assert_eq!(texts().await, ["", ""]);
    let again = submissions::hand_in(store, &mira, written("At last."), NOW.plus(600 * DAY)).await;
    assert_eq!(again, Err(StoreError::Gone));
    mark(store, last, trainer, "Well said.").await;
    let marked = submissions::by_id(store, last).await.unwrap().unwrap();
    assert!(marked.is_expired && marked.marking.is_some());
}

/// Once a trainer marked it, the text goes with the answers it is one of.
async fn a_marked_response_expires_and_its_marking_stays(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let trainer = person(store, "wind-tree-10").await;
    let sat = attempt(store, &mira).await;
    respond(store, &mira, sat, &Response::Free("What I think.".into())).await;
    submit(store, &mira, sat).await;
    let item = Item::Response { attempt: sat, question: "write".parse().unwrap() };
    let work = hand_in(store, &mira, &item, "What I think.").await;
    mark(store, work, trainer, "Well said.").await;
    assert_eq!(purge(store, NOW.plus(90 * DAY - 1)).await, Ok(Purged::default()));
    let after = Purged { responses: 1, works: 1, audit_entries: 1, ..Purged::default() };
    assert_eq!(purge(store, NOW.plus(90 * DAY)).await, Ok(after));
    let work = submissions::by_id(store, work).await.unwrap().unwrap();
    assert_eq!((work.text.as_str(), work.is_expired, work.marking.is_some()), ("", true, true));
}

async fn a_sitting_that_was_begun_and_left_goes(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let left = attempt(store, &mira).await;
    let (question, later) = ("write".parse().unwrap(), NOW.plus(DAY));
    let given = Response::Free("What I think.".into());
    attempts::save_response(store, mira.account, left, &question, 1, Some(&given), None, later).await.unwrap();
    assert_eq!(purge(store, NOW.plus(90 * DAY)).await.unwrap().attempts, 0, "it was gone on with a day later");
    assert_eq!(purge(store, later.plus(90 * DAY)).await.unwrap().attempts, 1);
    assert_eq!(attempts::by_id(store, mira.account, left).await, Ok(None));
    let sat = attempt(store, &mira).await;
    submit(store, &mira, sat).await;
    assert_eq!(purge(store, later.plus(90 * DAY)).await.unwrap().attempts, 0, "one that was handed in stays");
}

async fn whose_session_ended_is_known_for_a_day(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let session = NewSession { account: mira.account, is_own_device: false, second_factor_passed: false };
    let (token, _) = sessions::create(store, session, NOW).await.unwrap();
    let later = NOW.plus(DAY - HOUR);
    purge(store, later).await.unwrap();
    assert!(sessions::by_token(store, &token, later).await.unwrap().is_none());
    assert_eq!(sessions::ended(store, &token, later).await, Ok(Some(mira.account)));
    assert_eq!(sessions::ended(store, &token, NOW.plus(DAY)).await, Ok(None));
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
