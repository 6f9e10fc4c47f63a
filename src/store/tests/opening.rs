//! Opening: again, with another key, an old one, a newer one.

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, TransactionTrait};

use super::fresh::{self, vault};
use crate::crypto::vault::Vault;
use crate::crypto::vault::key::ServerKey;
use crate::store::accounts;
use crate::store::connect::Location;
use crate::store::{OpenError, Store};

#[tokio::test]
async fn what_was_written_is_there_after_reopening() {
    let fresh = fresh::sqlite().await;
    let id = fresh::person(&fresh.store, "river-lamp-42").await;
    let location = fresh.location();
    drop(fresh.store);
    let store = Store::open(&location, vault()).await.unwrap();
    assert_eq!(accounts::by_name(&store, "river-lamp-42").await.unwrap().unwrap().account, id);
}

#[tokio::test]
async fn another_key_is_refused_with_a_sentence() {
    let fresh = fresh::sqlite().await;
    let other = Vault::new(&ServerKey::from_bytes([8; 32]));
    let error = Store::open(&fresh.location(), other).await.err().unwrap();
    assert!(matches!(error, OpenError::WrongKey));
    assert!(error.to_string().starts_with("the server key does not belong to this database"));
}

#[tokio::test]
async fn a_newer_database_is_refused_with_a_sentence() {
    let fresh = fresh::sqlite().await;
    let newer = "INSERT INTO migrations (version, applied_at) VALUES ('m29990101_000001_create_future', 0)";
    fresh
        .store
        .write(move |tx| Box::pin(async move { Ok(tx.execute_unprepared(newer).await.map(drop)?) }))
        .await
        .unwrap();
    let error = Store::open(&fresh.location(), vault()).await.err().unwrap();
    assert!(matches!(&error, OpenError::Newer(name) if name == "m29990101_000001_create_future"));
    assert!(error.to_string().contains("newer Lontar"));
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lontar.db");
    std::fs::write(&path, "this is a letter, not a database".repeat(100)).unwrap();
    let error = Store::open(&Location::Sqlite(path), vault()).await.err().unwrap();
    assert_eq!(
        error.to_string(),
        "the database cannot be opened: stored data is damaged: the database file is damaged"
    );
}

/// A database to which the last change is still to come, with one attempt handed in.
async fn old(path: &std::path::Path) -> DatabaseConnection {
    let db = Database::connect(format!("sqlite://{}?mode=rwc", path.display())).await.unwrap();
    migrations::run_first(&db, 21).await.unwrap();
    db.execute_unprepared(
        "INSERT INTO accounts (id, sign_in_lookup, sign_in_name, password, data_key, language, registered_on, \
         password_changed_at) VALUES (x'01', x'02', x'03', x'04', x'05', 'en', 20000, 1); \
         INSERT INTO editions VALUES ('aa', 'a-course', 1, 1); \
         INSERT INTO enrolments (id, account, course, edition, enrolled_at) VALUES (x'06', x'01', 'a-course', 'aa', 1); \
         INSERT INTO attempts (id, enrolment, quiz, edition, number, seed, questions, started_at, submitted_at, \
         score_hundredths, max_hundredths, passed) \
         VALUES (x'00000000000000000000000000000007', x'06', 'a-quiz', 'aa', 1, 1, '[]', 1, 2, 100, 200, 1)",
    )
    .await
    .unwrap();
    db
}

#[tokio::test]
async fn an_old_database_is_copied_and_then_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lontar.db");
    old(&path).await.close().await.unwrap();

    let store = Store::open(&Location::Sqlite(path), vault()).await.unwrap();
    let count = async |db: &DatabaseConnection, sql: &str| {
        let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, sql);
        db.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index::<i64>(0).unwrap()
    };
    let kept = "SELECT count(*) FROM attempts WHERE score_hundredths = 100 AND awaiting IS NULL";
    assert_eq!(count(store.reader(), kept).await, 1);

    let copy = folder.path().join("lontar.db.before-m20261123_000022_create_audit_entries");
    let copy = Database::connect(format!("sqlite://{}", copy.display())).await.unwrap();
    assert_eq!(count(&copy, "SELECT count(*) FROM attempts").await, 1);
    assert_eq!(count(&copy, "SELECT count(*) FROM migrations").await, 21);
}

/// Another server brings the database up to date and takes longer than any ordinary statement may, here
/// half a second.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_waits_for_the_upgrade_of_another() {
    let Some(empty) = fresh::empty_postgres().await else { return };
    let other = Database::connect(&empty.url).await.unwrap();
    let database = empty.url.rsplit_once('/').unwrap().1;
    other.execute_unprepared(&format!("ALTER DATABASE {database} SET statement_timeout = '500ms'")).await.unwrap();
    let lock = other.begin().await.unwrap();
    lock.execute_unprepared("SELECT pg_advisory_xact_lock(7305801264170394)").await.unwrap();
    let opening = tokio::spawn(empty.open());
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
        AND wait_event = 'advisory' AND clock_timestamp() - query_start > interval '1 second'";
    let waits = || sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, waits);
    while other.query_one_raw(waits()).await.unwrap().unwrap().try_get_by_index::<i64>(0).unwrap() == 0 {
        assert!(!opening.is_finished());
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    lock.commit().await.unwrap();
    other.close().await.unwrap();
    opening.await.unwrap().remove().await;
}

#[tokio::test]
async fn a_copy_opens_and_replaces_no_file() {
    let fresh = fresh::sqlite().await;
    let id = fresh::person(&fresh.store, "river-lamp-42").await;
    let path = fresh.folder.path().join("copy.db");
    // What a copy that was cut short leaves behind is no obstacle.
    std::fs::write(fresh.folder.path().join("copy.db.part"), "half").unwrap();
    fresh.store.copy_to(&path).await.unwrap();
    assert!(fresh.store.copy_to(&path).await.is_err());
    let copy = Store::open(&Location::Sqlite(path), vault()).await.unwrap();
    assert_eq!(accounts::by_name(&copy, "river-lamp-42").await.unwrap().unwrap().account, id);
}

/// Those who managed the network because no row said otherwise go on, and nobody else begins to; answers
/// that are open are not taken for old ones.
#[tokio::test]
async fn managers_and_open_answers_of_before_stay_what_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lontar.db");
    let db = old(&path).await;
    migrations::run_first(&db, 17).await.unwrap();
    db.execute_unprepared(
        "INSERT INTO roles VALUES (x'01', 'programme-manager', 1), (x'01', 'trainer', 1); \
         INSERT INTO instrument_editions VALUES ('bb', 1); \
         INSERT INTO needs_assessments (id, account, edition, form, started_at, answers) \
         VALUES (x'08', x'01', 'bb', 'first', 1, x'00')",
    )
    .await
    .unwrap();
    db.close().await.unwrap();
    let store = Store::open(&Location::Sqlite(path), vault()).await.unwrap();
    let kept = "SELECT (SELECT count(*) FROM manager_scopes WHERE is_network AND organisation IS NULL) * 10 \
                + (SELECT count(*) FROM needs_assessments WHERE saved_at > 1700000000000)";
    let row = store.reader().query_one_raw(store.statement(kept)).await.unwrap().unwrap();
    assert_eq!(row.try_get_by_index::<i64>(0), Ok(11));
}

#[tokio::test]
async fn a_new_database_is_not_copied() {
    let fresh = fresh::sqlite().await;
    drop(Store::open(&fresh.location(), vault()).await.unwrap());
    let names = std::fs::read_dir(fresh.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.into_iter().all(|name| !name.to_string_lossy().contains("before")));
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let fresh = fresh::sqlite().await;
    fresh::person(&fresh.store, "river-lamp-42").await;
    fresh.store.copy_to(&fresh.folder.path().join("copy.db")).await.unwrap();
    for entry in std::fs::read_dir(fresh.folder.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", entry.file_name());
    }
}
