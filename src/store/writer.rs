//! How writes reach the database.
//!
//! **SQLite** takes one writer at a time, and with `synchronous=FULL` each commit waits for the disk.
//! So one task owns the writing connection: it takes what is queued (up to [`BATCH`] jobs), runs each
//! in a savepoint of its own (unless it is a single statement) inside one IMMEDIATE transaction, commits
//! once, and only then answers.
//! Under load the wait for the disk is shared; a job that fails takes nothing with it.
//!
//! A deletion leaves copies in SQLite's log until the log is truncated, which a reader in the middle of a
//! long query (a backup, a large report) does not allow. The writer never waits for one: it owes the
//! truncation and tries again between batches.
//!
//! **PostgreSQL** gives each job a SERIALIZABLE transaction of its own, run again when it collided
//! with another. Both therefore mean the same: jobs happen as if one after the other.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel, SqliteTransactionMode,
    Statement, TransactionOptions, TransactionTrait,
};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep, timeout, timeout_at};

use crate::crypto::random;

use super::connect::BUSY_TIME;
use super::error::{Outage, StoreError, StoreResult};

/// A transaction, as jobs see it.
pub(in crate::store) type Tx = DatabaseTransaction;
/// What a job returns: a boxed future that borrows the transaction.
pub(in crate::store) type Pending<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;

/// The most jobs in one commit.
const BATCH: usize = 64;
/// When the last batch ended less than this ago, others are writing too: then a batch is
/// [`GATHERED_FOR`], because a commit for several costs as much as one for one.
const RUSH: Duration = Duration::from_millis(4);
const GATHERED_FOR: Duration = Duration::from_millis(1);
/// The most jobs that wait; more are refused at once.
const QUEUE: usize = 2_048;
/// One job's time inside its transaction.
const JOB_TIME: Duration = Duration::from_secs(5);
/// A caller's time, waiting included. Past it the job may still be done later.
const CALLER_TIME: Duration = Duration::from_secs(15);
/// How often a job on PostgreSQL is run before giving up on collisions.
const TRIES: u32 = 40;
/// A deletion's caller waits this long for the log to be truncated. Past it the writer goes on trying.
const TRUNCATION_TIME: Duration = Duration::from_secs(1);
/// Between two tries at the log: so long at first, twice as long each time, and never longer than this.
const PAUSE: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(1));
/// When a log still holds what was deleted, the operator is told.
const OWED_LONG: Duration = Duration::from_secs(60);

/// Where writes go.
#[derive(Clone)]
pub(super) enum Writer {
    Batching(mpsc::Sender<Message>),
    Pool(DatabaseConnection),
}

pub(super) enum Message {
    Job(Box<dyn Job>),
    /// Empties the write-ahead log into the database file and truncates it, as soon as no reader is in
    /// the way.
    Truncate(oneshot::Sender<()>),
}

/// A job in the queue.
pub(super) trait Job: Send {
    fn run<'c>(self: Box<Self>, tx: &'c Tx) -> Pending<'c, Done>;

    /// Whether it is one statement, which the database undoes by itself when it fails.
    fn is_statement(&self) -> bool;

    /// Answers without having run.
    fn refuse(self: Box<Self>, error: StoreError);
}

/// A job that ran: why it failed, if it did, and how to tell its caller once that is certain.
pub(super) struct Done {
    failure: Option<StoreError>,
    answer: Answer,
}

/// Called with `Ok` after the commit, or with why there was none.
type Answer = Box<dyn FnOnce(StoreResult<()>) + Send>;

struct Queued<T, F> {
    job: F,
    is_statement: bool,
    caller: oneshot::Sender<StoreResult<T>>,
}

impl<T, F> Job for Queued<T, F>
where
    F: for<'c> FnOnce(&'c Tx) -> Pending<'c, StoreResult<T>> + Send + 'static,
    T: Send + 'static,
{
    fn run<'c>(self: Box<Self>, tx: &'c Tx) -> Pending<'c, Done> {
        Box::pin(async move {
            let Self { job, caller, .. } = *self;
            let result = in_its_time(tx, job).await;
            let failure = result.as_ref().err().cloned();
            // A caller that left does not hear the answer; the work stands all the same.
            Done { failure, answer: Box::new(move |committed| drop(caller.send(committed.and(result)))) }
        })
    }

    fn is_statement(&self) -> bool {
        self.is_statement
    }

    fn refuse(self: Box<Self>, error: StoreError) {
        drop(self.caller.send(Err(error)));
    }
}

impl Writer {
    /// Starts the task that owns SQLite's writing connection. It ends when the store is dropped.
    pub(super) fn batching(connection: DatabaseConnection) -> Self {
        let (sender, inbox) = mpsc::channel(QUEUE);
        tokio::spawn(work(connection, inbox));
        Self::Batching(sender)
    }

    pub(super) async fn write<T, F>(&self, job: F) -> StoreResult<T>
    where
        F: for<'c> FnOnce(&'c Tx) -> Pending<'c, StoreResult<T>> + Clone + Send + 'static,
        T: Send + 'static,
    {
        self.queue(job, false).await
    }

    /// Runs one statement; how many rows it changed. In a batch it needs no savepoint, which is half of
    /// what a small write costs.
    pub(super) async fn execute(&self, statement: Statement) -> StoreResult<u64> {
        self.queue(move |tx| Box::pin(async move { Ok(tx.execute_raw(statement).await?.rows_affected()) }), true).await
    }

    async fn queue<T, F>(&self, job: F, is_statement: bool) -> StoreResult<T>
    where
        F: for<'c> FnOnce(&'c Tx) -> Pending<'c, StoreResult<T>> + Clone + Send + 'static,
        T: Send + 'static,
    {
        let written = async {
            match self {
                Self::Batching(sender) => enqueue(sender, job, is_statement).await,
                Self::Pool(pool) => run_until_alone(pool, job).await,
            }
        };
        timeout(CALLER_TIME, written).await.unwrap_or(Err(StoreError::Unavailable(Outage::Slow)))
    }

    /// After a deletion: has what was deleted taken out of the log. Usually done on return; while a long
    /// read is in the way it is done after it. On PostgreSQL dead rows are vacuumed once a day instead, and
    /// the keys of an erased account at once.
    pub(super) async fn truncate_log(&self) {
        let Self::Batching(sender) = self else { return };
        let (done, answer) = oneshot::channel();
        let truncated = async {
            // Without a writer nothing is left open, and SQLite empties the log by itself.
            if sender.send(Message::Truncate(done)).await.is_ok() {
                drop(answer.await);
            }
        };
        drop(timeout(TRUNCATION_TIME, truncated).await);
    }
}

async fn enqueue<T, F>(sender: &mpsc::Sender<Message>, job: F, is_statement: bool) -> StoreResult<T>
where
    F: for<'c> FnOnce(&'c Tx) -> Pending<'c, StoreResult<T>> + Send + 'static,
    T: Send + 'static,
{
    let (caller, answered) = oneshot::channel();
    let message = Message::Job(Box::new(Queued { job, is_statement, caller }));
    sender.try_send(message).map_err(|_| StoreError::Unavailable(Outage::Busy))?;
    answered.await.unwrap_or(Err(StoreError::Unavailable(Outage::Gone)))
}

async fn work(connection: DatabaseConnection, mut inbox: mpsc::Receiver<Message>) {
    let mut messages = Vec::with_capacity(BATCH);
    let mut owed: Option<Owed> = None;
    let mut last: Option<Instant> = None;
    loop {
        let received = inbox.recv_many(&mut messages, BATCH);
        let received = match &owed {
            Some(owed) => timeout_at(owed.next_try, received).await,
            None => Ok(received.await),
        };
        if received == Ok(0) {
            return;
        }
        if last.is_some_and(|last| last.elapsed() < RUSH) {
            sleep(GATHERED_FOR).await;
            while messages.len() < BATCH
                && let Ok(message) = inbox.try_recv()
            {
                messages.push(message);
            }
        }
        let mut jobs = Vec::with_capacity(messages.len());
        for message in messages.drain(..) {
            match message {
                Message::Job(job) => jobs.push(job),
                Message::Truncate(done) => owed.get_or_insert_with(Owed::now).ask(done),
            }
        }
        run_batch(&connection, jobs).await;
        last = Some(Instant::now());
        if let Some(debt) = owed.take_if(|debt| debt.next_try <= Instant::now()) {
            owed = debt.try_now(&connection).await;
        }
    }
}

/// A truncation of the log that is still to be done, and who waits for it.
struct Owed {
    since: Instant,
    next_try: Instant,
    pause: Duration,
    was_told: bool,
    waiting: Vec<oneshot::Sender<()>>,
}

impl Owed {
    fn now() -> Self {
        let now = Instant::now();
        Self { since: now, next_try: now, pause: PAUSE.0, was_told: false, waiting: Vec::new() }
    }

    /// Whoever asks gets a try at once.
    fn ask(&mut self, done: oneshot::Sender<()>) {
        self.waiting.push(done);
        (self.next_try, self.pause) = (Instant::now(), PAUSE.0);
    }

    /// Tries; what is still owed afterwards.
    async fn try_now(mut self, connection: &DatabaseConnection) -> Option<Self> {
        let why = match truncate(connection).await {
            Ok(true) => {
                // Whoever left need not be told.
                self.waiting.into_iter().for_each(|done| done.send(()).unwrap_or_default());
                return None;
            }
            Ok(false) => "something reads for long".to_owned(),
            Err(error) => {
                renew(connection).await;
                error.to_string()
            }
        };
        self.waiting.retain(|done| !done.is_closed());
        if !self.was_told && self.since.elapsed() > OWED_LONG {
            tracing::warn!("what was deleted a minute ago is still in the database's log: {why}");
            self.was_told = true;
        }
        self.next_try = Instant::now() + self.pause;
        self.pause = (self.pause * 2).min(PAUSE.1);
        Some(self)
    }
}

/// Runs jobs in one transaction and answers them after its commit.
async fn run_batch(connection: &DatabaseConnection, jobs: Vec<Box<dyn Job>>) {
    if jobs.is_empty() {
        return;
    }
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let tx = match connection.begin_with_options(options).await {
        Ok(tx) => tx,
        Err(error) => {
            let error = StoreError::from(error);
            return jobs.into_iter().for_each(|job| job.refuse(error.clone()));
        }
    };
    let mut answers = Vec::with_capacity(jobs.len());
    let (result, is_sound) = match run_jobs(&tx, jobs, &mut answers).await {
        Ok(Keep::Work) => {
            let committed = tx.commit().await.map_err(StoreError::from);
            let is_sound = committed.is_ok();
            (committed, is_sound)
        }
        // The job's own error is the answer.
        Ok(Keep::Nothing) => (Ok(()), tx.rollback().await.is_ok()),
        Err(error) => {
            drop(tx);
            (Err(error), false)
        }
    };
    if !is_sound {
        renew(connection).await;
    }
    for answer in answers {
        answer(result.clone());
    }
}

enum Keep {
    Work,
    Nothing,
}

/// Runs the jobs of one transaction. An error means that the whole transaction is lost.
async fn run_jobs(tx: &Tx, mut jobs: Vec<Box<dyn Job>>, answers: &mut Vec<Answer>) -> StoreResult<Keep> {
    // A job that is alone needs no savepoint: the transaction is its own.
    if jobs.len() == 1
        && let Some(job) = jobs.pop()
    {
        let Done { failure, answer } = job.run(tx).await;
        answers.push(answer);
        return Ok(if failure.is_none() { Keep::Work } else { Keep::Nothing });
    }
    let mut savepoint = Savepoint::None;
    let mut lost = None;
    for job in jobs {
        let is_statement = job.is_statement();
        if lost.is_none() && !is_statement {
            lost = savepoint.set(tx).await.err();
        }
        if let Some(error) = &lost {
            job.refuse(error.clone());
            continue;
        }
        let Done { failure, answer } = job.run(tx).await;
        answers.push(answer);
        savepoint.use_up();
        lost = match failure {
            None => None,
            Some(failure) if is_statement => {
                Some(failure).filter(|failure| matches!(failure, StoreError::Unavailable(_)))
            }
            Some(failure) => savepoint.go_back(tx, failure).await.err(),
        };
    }
    lost.map_or(Ok(Keep::Work), Err)
}

/// Where a failed job is undone to.
enum Savepoint {
    None,
    /// Nothing was written since it was set.
    Fresh,
    Used,
}

impl Savepoint {
    async fn set(&mut self, tx: &Tx) -> StoreResult<()> {
        let statement = match self {
            Self::Fresh => return Ok(()),
            Self::None => "SAVEPOINT job",
            Self::Used => "RELEASE job; SAVEPOINT job",
        };
        tx.execute_unprepared(statement).await?;
        *self = Self::Fresh;
        Ok(())
    }

    fn use_up(&mut self) {
        if matches!(self, Self::Fresh) {
            *self = Self::Used;
        }
    }

    /// Takes back what a failed job did; the savepoint stays and serves the next one. SQLite itself ends
    /// the transaction when the disk is full or fails; then the savepoint is gone, and why is what the job
    /// was told.
    async fn go_back(&mut self, tx: &Tx, failure: StoreError) -> StoreResult<()> {
        *self = Self::Fresh;
        match (tx.execute_unprepared("ROLLBACK TO job").await, failure) {
            (Ok(_), _) => Ok(()),
            (Err(_), failure @ StoreError::Unavailable(_)) => Err(failure),
            (Err(error), _) => Err(error.into()),
        }
    }
}

/// Closes the writing connection, so that the next batch begins with a fresh one whatever state this
/// one was left in (an ended transaction, a full disk, a file that was away).
async fn renew(connection: &DatabaseConnection) {
    if let Ok(inner) = connection.get_sqlite_connection_pool().acquire().await {
        // An error while closing leaves nothing to do: the connection is gone either way.
        drop(inner.close().await);
    }
}

/// Truncates the log unless a reader is in the way; whether it did. Waits for nobody.
async fn truncate(connection: &DatabaseConnection) -> StoreResult<bool> {
    connection.execute_unprepared("PRAGMA busy_timeout = 0").await?;
    let checkpoint = Statement::from_string(DbBackend::Sqlite, "PRAGMA wal_checkpoint(TRUNCATE)");
    let row = connection.query_one_raw(checkpoint).await?;
    let patience = BUSY_TIME.as_millis();
    connection.execute_unprepared(&format!("PRAGMA busy_timeout = {patience}")).await?;
    Ok(row.map(|row| row.try_get_by_index::<i64>(0)).transpose()? == Some(0))
}

/// Runs a job in a transaction of its own until it did not collide with another.
async fn run_until_alone<T, F>(pool: &DatabaseConnection, job: F) -> StoreResult<T>
where
    F: for<'c> FnOnce(&'c Tx) -> Pending<'c, StoreResult<T>> + Clone + Send + 'static,
{
    let mut result = Err(StoreError::Unavailable(Outage::Locked));
    for attempt in 0..TRIES {
        let tx = pool.begin_with_config(Some(IsolationLevel::Serializable), None).await?;
        result = in_its_time(&tx, job.clone()).await;
        result = match result {
            Ok(value) => tx.commit().await.map(|()| value).map_err(StoreError::from),
            Err(error) => {
                tx.rollback().await?;
                Err(error)
            }
        };
        if !matches!(result, Err(StoreError::Unavailable(Outage::Locked))) {
            return result;
        }
        let pause = random::below(4 << attempt.min(5));
        tokio::time::sleep(Duration::from_millis(u64::from(pause))).await;
    }
    result
}

/// Runs a job with a time limit; a panic in it is its own failure and not the writer's end.
async fn in_its_time<T, F>(tx: &Tx, job: F) -> StoreResult<T>
where
    F: for<'c> FnOnce(&'c Tx) -> Pending<'c, StoreResult<T>>,
{
    let mut running = match std::panic::catch_unwind(AssertUnwindSafe(|| job(tx))) {
        Ok(running) => running,
        Err(_) => return Err(panicked()),
    };
    let guarded = std::future::poll_fn(move |context| {
        match std::panic::catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(context))) {
            Ok(poll) => poll,
            Err(_) => Poll::Ready(Err(panicked())),
        }
    });
    timeout(JOB_TIME, guarded).await.unwrap_or(Err(StoreError::Unavailable(Outage::Slow)))
}

fn panicked() -> StoreError {
    StoreError::Fault("a write panicked".into())
}
