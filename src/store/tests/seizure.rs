//! What a thief finds who takes the files: nothing that somebody typed, and nothing at all of people
//! who were deleted.

use std::collections::HashMap;
use std::path::Path;

use data_encoding::{BASE32_NOPAD, BASE64, BASE64URL, HEXLOWER, HEXUPPER};
use sea_orm::{ConnectionTrait, EntityTrait, IsolationLevel, TransactionTrait};
use uuid::Uuid;

use super::fresh::{self, NOW, attempt, hand_in, mark, name, new_account, respond, sitting, submit};
use crate::crypto::recovery;
use crate::crypto::totp::TotpSecret;
use crate::domain::account::Role;
use crate::domain::id::ChallengeId;
use crate::domain::needs::pathway::LessonRef;
use crate::domain::needs::pathway::edit::Edit;
use crate::domain::quiz::response::Response;
use crate::domain::time::DAY;
use crate::store::accounts::{self, NewAccount, erasure::erase, roles, second_factor};
use crate::store::audit::{self, Act};
use crate::store::checks::{self, NewCheck};
use crate::store::entity::{accounts as account_rows, notes as note_rows};
use crate::store::memberships::{self, Placement};
use crate::store::notes::{self, Note};
use crate::store::sessions::{self, NewSession};
use crate::store::submissions::{self, Item};
use crate::store::{challenges, enrolments, invitations, organisations, pathways, retention};

/// How many of the files of a folder hold `needle`.
fn found(folder: &Path, needle: &[u8]) -> usize {
    files(folder).iter().filter(|bytes| bytes.windows(needle.len()).any(|window| window == needle)).count()
}

fn files(folder: &Path) -> Vec<Vec<u8>> {
    std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect()
}

/// The first of many needles that is in one of the files: one pass over each, whatever their number.
fn first_found(folder: &Path, needles: &[Vec<u8>]) -> Option<String> {
    let mut by_start: HashMap<&[u8], Vec<&[u8]>> = HashMap::new();
    for needle in needles {
        by_start.entry(&needle[..8]).or_default().push(needle);
    }
    let is_at = |bytes: &[u8], start: usize| {
        let candidates = by_start.get(&bytes[start..start + 8])?;
        candidates.iter().find(|needle| bytes[start..].starts_with(needle)).map(|needle| needle.to_vec())
    };
    let in_file = |bytes: &Vec<u8>| (0..bytes.len().saturating_sub(8)).find_map(|start| is_at(bytes, start));
    files(folder).iter().find_map(in_file).map(|needle| String::from_utf8_lossy(&needle).into_owned())
}

/// A text in the encodings in which it might have slipped through.
fn encodings(text: &str) -> Vec<Vec<u8>> {
    let bytes = text.as_bytes();
    let wide = |to_bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to_bytes).collect::<Vec<u8>>();
    let mut forms = vec![bytes.to_vec(), wide(u16::to_le_bytes), wide(u16::to_be_bytes)];
    for encoding in [&BASE64, &BASE64URL, &BASE32_NOPAD, &HEXLOWER, &HEXUPPER] {
        // Whole groups only, so that what follows does not matter.
        let whole = bytes.len() / 15 * 15;
        forms.push(encoding.encode(&bytes[..whole]).into_bytes());
    }
    forms.push(text.to_lowercase().into_bytes());
    forms.push(text.to_uppercase().into_bytes());
    forms
}

/// A text to look for, noted down.
fn plant(planted: &mut Vec<String>, what: &str, number: usize) -> String {
    let text = format!("Planted-{what}-{number:04}-zyxwvu");
    planted.push(text.clone());
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn none_of_a_thousand_planted_strings_is_found_in_any_file() {
    let fresh = fresh::sqlite().await;
    let store = &fresh.store;
    let mut planted: Vec<String> = Vec::new();
    let edition = fresh::course(store, "a-course", "first").await;
    let trainer = fresh::person(store, "wind-tree-10").await;
    for number in 0..100 {
        let secret = TotpSecret::random();
        let printed = recovery::print();
        let called = plant(&mut planted, "name", number);
        let new = NewAccount {
            name: name(&called),
            password: fresh::password(&plant(&mut planted, "password", number)),
            recovery_codes: printed.clone(),
            ..new_account("any-name")
        };
        let id = accounts::create(store, new, NOW).await.unwrap();
        second_factor::set(store, id, Some(&secret)).await.unwrap();
        let session = NewSession { account: id, is_own_device: false, second_factor_passed: false };
        let (token, _) = sessions::create(store, session, NOW).await.unwrap();
        let mira = enrolments::enrol(store, id, &edition.course, &edition.hash, NOW).await.unwrap();
        let note = Note::Reflection(plant(&mut planted, "reflection", number));
        notes::keep(store, id, mira.id, &"a-prompt".parse().unwrap(), &note).await.unwrap();
        let response = Response::Text(plant(&mut planted, "check", number));
        let check = NewCheck { question: &"q1".parse().unwrap(), response: &response, hundredths: 1 };
        checks::record(store, id, mira.id, check, NOW).await.unwrap();
        let sat = attempt(store, &mira).await;
        respond(store, &mira, sat, &Response::Free(plant(&mut planted, "response", number))).await;
        submit(store, &mira, sat).await;
        let item = Item::Task("a-task".parse().unwrap());
        let work = hand_in(store, &mira, &item, &plant(&mut planted, "work", number)).await;
        mark(store, work, trainer, &plant(&mut planted, "comment", number)).await;
        let said = plant(&mut planted, "message", number);
        submissions::add_message(store, work, true, &said, NOW).await.unwrap();
        audit::record(store, id, Some(trainer), Act::WorkRead, NOW).await.unwrap();
        pathways::put_diagnosis(store, id, fresh::kept("DS1", 0, 2), NOW).await.unwrap();
        let left_out = plant(&mut planted, "lesson", number).to_lowercase();
        let lesson = LessonRef { course: edition.course.clone(), lesson: left_out.parse().unwrap() };
        pathways::edit(store, id, Edit::Skip(lesson), NOW).await.unwrap();
        let challenge = ChallengeId(Uuid::now_v7());
        challenges::open_or_resume(store, id, challenge, sitting("DS1"), NOW).await.unwrap();
        let response = Response::Text(plant(&mut planted, "challenge", number));
        challenges::save_response(store, id, challenge, 1, Some(response)).await.unwrap();
        planted.push(secret.reveal());
        planted.push(token.reveal());
        planted.extend(printed.iter().take(1).map(|code| code.canonical().to_owned()));
    }
    store.copy_to(&fresh.folder.path().join("backup.db")).await.unwrap();
    assert!(planted.len() >= 1_000, "{}", planted.len());
    assert!(std::fs::metadata(fresh.folder.path().join("lontar.db-wal")).unwrap().len() > 0);
    let key = fresh::SERVER_KEY;
    let mut needles: Vec<Vec<u8>> = planted.iter().flat_map(|text| encodings(text)).collect();
    needles.push(key.to_vec());
    needles.extend([BASE64, BASE64URL, BASE32_NOPAD, HEXLOWER, HEXUPPER].map(|form| form.encode(&key).into_bytes()));
    assert_eq!(first_found(fresh.folder.path(), &needles), None);
    std::fs::write(fresh.folder.path().join("left-behind"), HEXLOWER.encode(&key)).unwrap();
    assert!(first_found(fresh.folder.path(), &needles).is_some(), "the search finds a key");
    let course = [b"a-course".to_vec()];
    assert!(first_found(fresh.folder.path(), &course).is_some(), "the search works");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_an_erased_person_is_left_in_the_files() {
    let fresh = fresh::sqlite().await;
    let store = &fresh.store;
    let mira = fresh::learner(store, "river-lamp-42").await;
    let note = Note::Reflection("what I think".into());
    for _ in 0..3 {
        notes::keep(store, mira.account, mira.id, &"a-prompt".parse().unwrap(), &note).await.unwrap();
    }
    let account = account_rows::Entity::find_by_id(mira.account).one(store.reader()).await.unwrap().unwrap();
    let kept = note_rows::Entity::find().one(store.reader()).await.unwrap().unwrap();
    let traces: [&[u8]; 5] =
        [&account.data_key, &account.sign_in_lookup, &account.sign_in_name, &kept.content, mira.account.0.as_bytes()];
    for trace in traces {
        assert!(found(fresh.folder.path(), trace) > 0, "the search works");
    }
    erase(store, mira.account).await.unwrap();
    for trace in traces {
        assert_eq!(found(fresh.folder.path(), trace), 0);
    }
    assert_eq!(std::fs::metadata(fresh.folder.path().join("lontar.db-wal")).unwrap().len(), 0);
}

/// On PostgreSQL a row that was deleted or written over stays in its table's file. The key of an erased person
/// goes at once, or, where a long read may still see it, with the next daily round.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dead_rows_are_vacuumed_on_postgres() {
    let Some(fresh) = fresh::postgres().await else { return };
    let store = &fresh.store;
    // A plain vacuum leaves what came last into a page.
    let (arun, mira) = (fresh::person(store, "stone-cup-77").await, fresh::person(store, "river-lamp-42").await);
    let key = async |id| account_rows::Entity::find_by_id(id).one(store.reader()).await.unwrap().unwrap().data_key;
    let keys = [key(mira).await, key(arun).await];
    let on_disk = async |key: &[u8]| {
        store.reader().execute_unprepared("CHECKPOINT").await.unwrap();
        let sql = format!(
            "SELECT position('\\x{}'::bytea IN pg_read_binary_file(pg_relation_filepath('accounts'))) > 0",
            HEXLOWER.encode(key)
        );
        let row = store.reader().query_one_raw(store.statement(&sql)).await.unwrap().unwrap();
        row.try_get_by_index::<bool>(0).unwrap()
    };
    assert!(on_disk(&keys[0]).await && on_disk(&keys[1]).await, "the search works");
    erase(store, mira).await.unwrap();
    assert!(!on_disk(&keys[0]).await);

    let reading = store.reader().begin_with_config(Some(IsolationLevel::RepeatableRead), None).await.unwrap();
    reading.execute_unprepared("SELECT count(*) FROM roles").await.unwrap();
    erase(store, arun).await.unwrap();
    assert!(on_disk(&keys[1]).await, "the reader may still look");
    reading.commit().await.unwrap();
    retention::purge(store, NOW).await.unwrap();
    assert!(!on_disk(&keys[1]).await);

    let counts = "SELECT string_agg(relname, ' ') FROM pg_stat_user_tables WHERE vacuum_count > 0";
    let row = store.reader().query_one_raw(store.statement(counts)).await.unwrap().unwrap();
    let vacuumed = row.try_get_by_index::<String>(0).unwrap();
    for table in ["needs_assessments", "attempt_responses", "notes", "enrolments", "memberships"] {
        assert!(vacuumed.split(' ').any(|name| name == table), "{table} is not among {vacuumed}");
    }
    fresh.remove().await;
}

#[tokio::test]
async fn sqlite_is_told_to_be_careful() {
    let fresh = fresh::sqlite().await;
    let pragma = async |name: &str| {
        let statement = fresh.store.statement(&format!("PRAGMA {name}"));
        let row = fresh.store.reader().query_one_raw(statement).await.unwrap().unwrap();
        row.try_get_by_index::<i64>(0).unwrap()
    };
    assert_eq!(pragma("secure_delete").await, 1);
    assert_eq!(pragma("foreign_keys").await, 1);
    assert_eq!(pragma("synchronous").await, 2);
    assert_eq!(pragma("trusted_schema").await, 0);
    assert_eq!(pragma("cell_size_check").await, 1);
    assert_eq!(pragma("query_only").await, 1);
    // The writer's own, asked from within a write.
    for (name, value) in [
        ("secure_delete", 1),
        ("foreign_keys", 1),
        ("synchronous", 2),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
        ("query_only", 0),
    ] {
        let asked = fresh.store.write(move |tx| {
            Box::pin(async move {
                let pragma = format!("PRAGMA {name}");
                let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, pragma);
                Ok(tx.query_one_raw(statement).await?.unwrap().try_get_by_index::<i64>(0)?)
            })
        });
        assert_eq!(asked.await, Ok(value), "{name}");
    }
    let mode = fresh.store.statement("PRAGMA journal_mode");
    let mode = fresh.store.reader().query_one_raw(mode).await.unwrap().unwrap();
    assert_eq!(mode.try_get_by_index::<String>(0).unwrap(), "wal");
}

/// Whatever somebody takes back is in no file any more when they hear that it is done, or on a slow disk soon
/// after, without anybody writing again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_taken_back_is_gone_from_the_log_at_once() {
    let fresh = fresh::sqlite().await;
    let store = &fresh.store;
    let mira = fresh::learner(store, "river-lamp-42").await;
    let log = fresh.folder.path().join("lontar.db-wal");
    // A slow disk may take longer than anybody is made to wait.
    let gone = async || {
        for _ in 0..100 {
            if std::fs::metadata(&log).unwrap().len() == 0 {
                return true;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        false
    };
    let organisation = organisations::create(store, "River Watch", NOW).await.unwrap();
    let other = organisations::create(store, "Lake Watch", NOW).await.unwrap();
    let cohort = organisations::create_cohort(store, organisation, "Spring", NOW).await.unwrap();
    for organisation in [organisation, other] {
        let placement = Some(Placement { organisation, cohort: None });
        let (_, code) = invitations::create(store, 1, NOW.plus(DAY), placement, NOW).await.unwrap();
        memberships::join(store, mira.account, &code.printed(), NOW).await.unwrap();
    }
    assert!(gone().await, "moving");
    roles::grant(store, mira.account, Role::ProgrammeManager, NOW).await.unwrap();
    roles::revoke(store, mira.account, Role::ProgrammeManager).await.unwrap();
    assert!(gone().await, "a role");
    memberships::leave(store, mira.account).await.unwrap();
    assert!(gone().await, "leaving");
    let (block, question) = ("plan".parse().unwrap(), "q1".parse().unwrap());
    for text in ["Who would ask me?", ""] {
        notes::keep(store, mira.account, mira.id, &block, &Note::Reflection(text.into())).await.unwrap();
    }
    assert!(gone().await, "a note");
    let check = NewCheck { question: &question, response: &Response::Choice(1), hundredths: 100 };
    checks::record(store, mira.account, mira.id, check, NOW).await.unwrap();
    checks::forget(store, mira.id, &question).await.unwrap();
    assert!(gone().await, "a response");
    organisations::delete_cohort(store, cohort).await.unwrap();
    assert!(gone().await, "a cohort");
    organisations::delete(store, organisation).await.unwrap();
    assert!(gone().await, "an organisation");
}
