//! Full disks, locks, lost connections, failing and panicking jobs: said plainly, nothing lost, and no
//! restart needed.

use std::time::{Duration, Instant};

use sea_orm::{ConnectOptions, ConnectionTrait, Database};

use super::fresh::{self, person};
use crate::store::error::{Outage, StoreError};
use crate::store::{Store, accounts, settings};

super::suite! {
    a_failing_job_takes_nothing_with_it,
    a_panicking_job_is_its_own_failure,
    a_healthy_store_says_so,
    what_takes_too_long_is_given_up_and_stays_in_nobody_s_way,
}

const HOUR: Duration = Duration::from_secs(3600);
const SLOW: StoreError = StoreError::Unavailable(Outage::Slow);

async fn a_failing_job_takes_nothing_with_it(store: &Store) {
    let tasks: Vec<_> = (0..200)
        .map(|number: u32| {
            let store = store.clone();
            tokio::spawn(async move {
                store
                    .write(move |tx| {
                        Box::pin(async move {
                            settings::put(tx, &format!("number-{number}"), "written").await?;
                            if number.is_multiple_of(3) { Err(StoreError::Gone) } else { Ok(()) }
                        })
                    })
                    .await
            })
        })
        .collect();
    for (number, task) in tasks.into_iter().enumerate() {
        let expected = if number.is_multiple_of(3) { Err(StoreError::Gone) } else { Ok(()) };
        assert_eq!(task.await.unwrap(), expected);
        let kept = settings::get(store.reader(), &format!("number-{number}")).await.unwrap();
        assert_eq!(kept.is_some(), number % 3 != 0);
    }
}

async fn a_panicking_job_is_its_own_failure(store: &Store) {
    let broken = store.write::<(), _>(|_| Box::pin(async { panic!("on purpose") })).await;
    assert_eq!(broken, Err(StoreError::Fault("a write panicked".into())));
    person(store, "river-lamp-42").await;
}

async fn a_healthy_store_says_so(store: &Store) {
    assert!(store.health().await.is_good());
}

/// SAFETY 24.
async fn what_takes_too_long_is_given_up_and_stays_in_nobody_s_way(store: &Store) {
    let began = Instant::now();
    let read = store.read(async {
        tokio::time::sleep(HOUR).await;
        Ok(())
    });
    let (read, write) = tokio::join!(read, sleep_in_a_write(store));
    assert_eq!((read, write), (Err(SLOW), Err(SLOW)));
    assert!(began.elapsed() < Duration::from_secs(11), "{:?}", began.elapsed());
    assert!(store.health().await.is_good());
}

async fn sleep_in_a_write(store: &Store) -> Result<(), StoreError> {
    store
        .write(|_| {
            Box::pin(async {
                tokio::time::sleep(HOUR).await;
                Ok(())
            })
        })
        .await
}

/// Four jobs before one's own take their whole time, one after the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_too_long_behind_others_is_told_so() {
    let fresh = fresh::sqlite().await;
    let store = &fresh.store;
    let began = Instant::now();
    let others: Vec<_> = (0..4)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { sleep_in_a_write(&store).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(200)).await;

    let mine = store.write(|tx| Box::pin(async { settings::put(tx, "a", "b").await })).await;

    assert_eq!(mine, Err(SLOW));
    assert!(began.elapsed() < Duration::from_secs(18), "{:?}", began.elapsed());
    for other in others {
        assert_eq!(other.await.unwrap(), Err(SLOW));
    }
}

/// The server's own limit: a statement that nobody waits for any more does not go on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_statement_is_ended_on_postgres() {
    let Some(fresh) = fresh::postgres().await else { return };
    let store = &fresh.store;
    let sleep = "SELECT pg_sleep(3600)";
    let read = store.read(store.reader().query_one_raw(store.statement(sleep)));
    let write = store.write(move |tx| {
        Box::pin(async move {
            tx.execute_unprepared(sleep).await?;
            Ok(())
        })
    });
    let (read, write) = tokio::join!(read, write);
    assert_eq!((read.map(drop), write), (Err(SLOW), Err(SLOW)));
    let running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND state = 'active' \
                   AND pid <> pg_backend_pid() AND datname = current_database()";
    for _ in 0..40 {
        let row = store.reader().query_one_raw(store.statement(running)).await.unwrap().unwrap();
        if row.try_get_by_index::<i64>(0).unwrap() == 0 {
            fresh.remove().await;
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it sleeps on");
}

/// SAFETY 32: one that read first and asked for the lock later would fail at once, however long it may wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_holds_the_lock_from_its_beginning() {
    let fresh = fresh::sqlite().await;
    let path = fresh.folder.path().join("lontar.db");
    let mut options = ConnectOptions::new(format!("sqlite://{}", path.display()));
    options.max_connections(1).sqlx_logging(false);
    let other = Database::connect(options).await.unwrap();
    other.execute_unprepared("PRAGMA busy_timeout = 0").await.unwrap();
    let in_between = other.clone();

    let was_free = fresh
        .store
        .write(move |_| Box::pin(async move { Ok(in_between.execute_unprepared("BEGIN IMMEDIATE").await.is_ok()) }));

    assert_eq!(was_free.await, Ok(false), "before its first statement");
    other.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_writes_share_few_commits() {
    let fresh = fresh::sqlite().await;
    fresh.store.0.writer.truncate_log().await;
    let write = async |store: Store, number: u32| {
        let key = format!("number-{}", number % 10);
        store.write(move |tx| Box::pin(async move { settings::put(tx, &key, "written").await })).await.unwrap();
    };
    let tasks: Vec<_> = (0..500).map(|number| tokio::spawn(write(fresh.store.clone(), number))).collect();
    for task in tasks {
        task.await.unwrap();
    }
    // Every commit adds at least one frame of a page and its header to the log.
    let frames = std::fs::metadata(fresh.folder.path().join("lontar.db-wal")).unwrap().len() / (4096 + 24);
    assert!(frames < 200, "{frames} frames for 500 writes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_and_passes() {
    let fresh = fresh::sqlite().await;
    let store = &fresh.store;
    let id = person(store, "river-lamp-42").await;
    // As many pages as there are: the next one that is needed meets a full disk.
    store
        .write(|tx| Box::pin(async { Ok(tx.execute_unprepared("PRAGMA max_page_count = 1").await.map(drop)?) }))
        .await
        .unwrap();
    let large = "x".repeat(200_000);
    // What needs no page of its own would fit, and falls with the batch that it is in.
    let tasks: Vec<_> = (0..8)
        .map(|number: u32| {
            let text = if number.is_multiple_of(2) { "written".to_owned() } else { large.clone() };
            let store = store.clone();
            tokio::spawn(async move {
                let key = format!("number-{number}");
                store.write(move |tx| Box::pin(async move { settings::put(tx, &key, &text).await })).await
            })
        })
        .collect();
    let mut full = 0;
    for (number, task) in tasks.into_iter().enumerate() {
        let is_done = match task.await.unwrap() {
            Err(StoreError::Unavailable(Outage::DiskFull)) => {
                full += 1;
                false
            }
            Ok(()) => true,
            other => panic!("{other:?}"),
        };
        let kept = settings::get(store.reader(), &format!("number-{number}")).await.unwrap();
        assert_eq!(kept.is_some(), is_done, "what was answered for number {number} is what happened");
    }
    assert!(full > 0);
    assert!(accounts::by_id(store, id).await.unwrap().is_some(), "reading goes on");
    // The limit was the old connection's; a fresh one finds the disk with room again.
    store.write(move |tx| Box::pin(async move { settings::put(tx, "after", &large).await })).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_is_told_and_passes() {
    let fresh = fresh::sqlite().await;
    let path = fresh.folder.path().join("lontar.db");
    let other = Database::connect(format!("sqlite://{}", path.display())).await.unwrap();
    other.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    let write = || fresh.store.write(|tx| Box::pin(async { settings::put(tx, "a", "b").await }));
    assert_eq!(write().await, Err(StoreError::Unavailable(Outage::Locked)));
    assert!(!fresh.store.health().await.is_good());
    other.execute_unprepared("ROLLBACK").await.unwrap();
    assert_eq!(write().await, Ok(()));
}

/// A backup or a large report reads on: what was deleted is gone from the log after it, the person hears
/// of it at once, and others write meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_read_holds_up_neither_a_deletion_nor_other_writes() {
    let fresh = fresh::sqlite().await;
    let store = &fresh.store;
    let (mira, arun) = (person(store, "river-lamp-42").await, person(store, "stone-cup-77").await);
    let log = fresh.folder.path().join("lontar.db-wal");
    let length = || std::fs::metadata(&log).unwrap().len();
    let path = fresh.folder.path().join("lontar.db");
    let reading = Database::connect(format!("sqlite://{}", path.display())).await.unwrap();
    reading.execute_unprepared("BEGIN; SELECT count(*) FROM accounts").await.unwrap();

    let began = std::time::Instant::now();
    assert_eq!(accounts::erasure::erase(store, mira).await, Ok(accounts::erasure::Erased::Done));
    store.write(|tx| Box::pin(async { settings::put(tx, "a", "b").await })).await.unwrap();
    assert!(began.elapsed() < std::time::Duration::from_secs(3), "{:?}", began.elapsed());
    assert!(length() > 0, "the reader needs the log");

    reading.execute_unprepared("COMMIT").await.unwrap();
    for _ in 0..40 {
        if length() == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(length(), 0);
    accounts::erasure::erase(store, arun).await.unwrap();
    assert_eq!(length(), 0, "without a reader it is gone on return");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_connections_are_replaced() {
    let Some(fresh) = fresh::postgres().await else { return };
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    for _ in 0..3 {
        let killed = fresh.store.read(fresh.store.reader().query_one_raw(fresh.store.statement(kill))).await;
        assert!(killed.is_ok() || matches!(killed, Err(StoreError::Unavailable(_))), "{killed:?}");
        let mut result = accounts::count(&fresh.store).await;
        for _ in 0..50 {
            if result.is_ok() {
                break;
            }
            assert!(matches!(result, Err(StoreError::Unavailable(_))), "{result:?}");
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            result = accounts::count(&fresh.store).await;
        }
        assert_eq!(result, Ok(0));
    }
    fresh.remove().await;
}
