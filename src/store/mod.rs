//! The store: the only place that knows the database.
//!
//! One file of functions per collection. A function takes domain values, returns domain values (never
//! rows) and owns its transaction; whatever it checks and whatever it does on the strength of that
//! happen in one transaction, held by a unique key or a conditional update. Personal and sensitive
//! values are sealed here with the person's data key (`sealed`) and are never written otherwise;
//! [`data_map`] names every column and its class.
//!
//! Reads go to `Store::reader`, writes through `Store::write` (see `writer`). Everything has a
//! time limit, and every error says what can be done about it ([`error`]).

pub mod accounts;
pub mod attempts;
pub mod audit;
pub mod certificates;
pub mod challenges;
pub mod checks;
pub mod connect;
pub mod data_map;
pub mod demo;
pub mod editions;
pub mod enrolments;
mod entity;
pub mod error;
pub mod existing;
mod files;
mod ids;
pub mod instruments;
pub mod invitations;
pub mod memberships;
pub mod needs;
pub mod notes;
pub mod organisations;
pub mod pathways;
pub mod progress;
pub mod releases;
pub mod retention;
mod rows;
mod sealed;
pub mod sessions;
pub mod settings;
pub mod sizes;
pub mod submissions;
mod writer;

#[cfg(test)]
mod tests;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use data_encoding::HEXLOWER;
use migrations::Progress;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, Statement};
use tokio::time::timeout;

use crate::crypto::seal::DataKey;
use crate::crypto::vault::Vault;
use crate::domain::id::AccountId;

use connect::{Connections, Location};
use error::{Outage, StoreError, StoreResult};
use writer::{Pending, Tx, Writer};

/// One read's time.
const READ_TIME: Duration = Duration::from_secs(5);
/// Data keys kept unwrapped in memory: people who did something in the last quarter of an hour.
const KEYS_KEPT: u64 = 10_000;
const KEYS_KEPT_FOR: Duration = Duration::from_secs(15 * 60);

/// The setting that tells with which server key a database was made.
const KEY_FINGERPRINT: &str = "key-fingerprint";

/// The way to the data. Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    location: Location,
    reader: DatabaseConnection,
    writer: Writer,
    vault: Vault,
    keys: moka::sync::Cache<AccountId, DataKey>,
}

/// Why a store does not open. Each is a sentence to print before stopping.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the database cannot be opened: {0}")]
    Store(StoreError),
    #[error(
        "the database was made by a newer Lontar (it knows the change {0}): install that release again, or go back to the copy made before the upgrade"
    )]
    Newer(String),
    #[error(
        "the server key does not belong to this database: put back the key (or passphrase) it was made with; with another one nobody's data can be read"
    )]
    WrongKey,
    #[error("there is no database yet: the first start of the server makes one")]
    Missing,
    #[error(
        "the database was made by an older Lontar: start the server once, which makes a copy and brings it up to date"
    )]
    Behind,
    #[error("the database cannot be brought up to date: {0}")]
    Migration(StoreError),
    #[error("no copy of the database could be made before bringing it up to date, so it was left as it is: {0}")]
    Copy(StoreError),
}

/// How the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    pub reads: StoreResult<()>,
    pub writes: StoreResult<()>,
}

impl Health {
    pub fn is_good(&self) -> bool {
        self.reads.is_ok() && self.writes.is_ok()
    }
}

impl Store {
    /// Opens the database, brings it up to date (after making a copy of an old SQLite file beside it)
    /// and makes sure it belongs to the vault's server key.
    pub async fn open(location: &Location, vault: Vault) -> Result<Self, OpenError> {
        let connections = connect::connect(location).await.map_err(|error| OpenError::Store(error.into()))?;
        migrate(location, &connections.writer).await?;
        let store = Self::over(location, connections, vault);
        store.check_key().await?;
        Ok(store)
    }

    fn over(location: &Location, connections: Connections, vault: Vault) -> Self {
        let Connections { writer, reader } = connections;
        let writer = match location {
            Location::Sqlite(_) => Writer::batching(writer),
            Location::Postgres(_) => Writer::Pool(writer),
        };
        let keys = moka::sync::Cache::builder().max_capacity(KEYS_KEPT).time_to_idle(KEYS_KEPT_FOR).build();
        Self(Arc::new(Inner { location: location.clone(), reader, writer, vault, keys }))
    }

    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// Whether other servers may write to the same database.
    pub fn is_shared(&self) -> bool {
        matches!(self.0.location, Location::Postgres(_))
    }

    /// Whether the database can be read and written. Writes one small row, so that a full disk shows.
    pub async fn health(&self) -> Health {
        let reads = self.read(self.reader().query_one_raw(self.statement("SELECT 1"))).await.map(drop);
        let writes = self.write(|tx| Box::pin(async { settings::put(tx, "health", "written").await })).await;
        Health { reads, writes }
    }

    /// Writes a consistent copy of a SQLite database to a new file, while others read and write. Sealed
    /// values stay sealed.
    pub async fn copy_to(&self, path: &Path) -> StoreResult<()> {
        let Location::Sqlite(original) = &self.0.location else {
            return Err(StoreError::Fault("PostgreSQL is copied with its own tools".into()));
        };
        // Its own connection: readers may not write, not even elsewhere, and the writer has work to do.
        let connection = connect::connect_sqlite(original).await?;
        let copied = copy(&connection, path).await;
        connection.close().await?;
        copied
    }

    fn reader(&self) -> &DatabaseConnection {
        &self.0.reader
    }

    /// A read with its time limit: `store.read(query.one(store.reader()))`.
    async fn read<T>(&self, query: impl Future<Output = Result<T, DbErr>>) -> StoreResult<T> {
        match timeout(READ_TIME, query).await {
            Ok(result) => Ok(result?),
            Err(_) => Err(StoreError::Unavailable(Outage::Slow)),
        }
    }

    /// Runs `job` in a transaction and returns after its commit: what it returns is on disk. The job
    /// may be run again after a collision, so it changes nothing but the database, and after an error
    /// from the database it does nothing more.
    async fn write<T, F>(&self, job: F) -> StoreResult<T>
    where
        F: for<'c> FnOnce(&'c Tx) -> Pending<'c, StoreResult<T>> + Clone + Send + 'static,
        T: Send + 'static,
    {
        self.0.writer.write(job).await
    }

    /// The same for a job that deletes something of somebody's: the log forgets it too (SAFETY 7).
    async fn write_then_forget<T, F>(&self, job: F) -> StoreResult<T>
    where
        F: for<'c> FnOnce(&'c Tx) -> Pending<'c, StoreResult<T>> + Clone + Send + 'static,
        T: Send + 'static,
    {
        let done = self.write(job).await?;
        self.0.writer.truncate_log().await;
        Ok(done)
    }

    /// Runs one statement that writes, in a transaction of its own; how many rows it changed.
    async fn execute(&self, statement: Statement) -> StoreResult<u64> {
        self.0.writer.execute(statement).await
    }

    fn statement(&self, sql: &str) -> Statement {
        Statement::from_string(self.reader().get_database_backend(), sql)
    }

    /// The data key of a person, from memory or the database.
    async fn data_key(&self, account: AccountId) -> StoreResult<DataKey> {
        if let Some(key) = self.0.keys.get(&account) {
            return Ok(key);
        }
        let row = self.read(entity::accounts::Entity::find_by_id(account).one(self.reader())).await?;
        self.keep_key(account, &row.ok_or(StoreError::NotFound)?.data_key)
    }

    /// Unwraps a data key that was just read, and keeps it in memory.
    fn keep_key(&self, account: AccountId, wrapped: &[u8]) -> StoreResult<DataKey> {
        if let Some(key) = self.0.keys.get(&account) {
            return Ok(key);
        }
        let key = self.0.vault.unwrap_data_key(account.0, wrapped)?;
        self.0.keys.insert(account, key.clone());
        Ok(key)
    }

    fn forget_key(&self, account: AccountId) {
        self.0.keys.invalidate(&account);
    }

    /// After an erasure. On PostgreSQL the person's wrapped key, without which nothing of theirs can be
    /// read, stays in a dead row until its table is vacuumed, and in the free space of a page after that:
    /// so the table is written anew. What somebody else's long read may still see outlives even that, until
    /// the daily [`Self::forget_the_dead`] after it.
    async fn forget_keys_of_the_dead(&self) {
        self.vacuum(&["VACUUM FULL accounts".to_owned()]).await;
    }

    /// The same for every table that holds something of somebody: also a row that was written over stays as
    /// a dead one, such as a sheet with the exact risk level. Not written anew, for which everybody would
    /// wait, these tables may keep remains in the free space of a page until something else comes there.
    async fn forget_the_dead(&self) {
        let personal = data_map::DATA_MAP.iter().filter(|table| table.is_personal() && table.name != "accounts");
        let plain = personal.map(|table| format!("VACUUM {}", table.name));
        let all: Vec<String> = std::iter::once("VACUUM FULL accounts".to_owned()).chain(plain).collect();
        self.vacuum(&all).await;
    }

    /// Nothing to do on SQLite. A statement that fails is left to the next day.
    async fn vacuum(&self, statements: &[String]) {
        let Location::Postgres(url) = &self.0.location else { return };
        let vacuumed = async {
            let db = connect::connect_for_vacuum(url).await?;
            let mut result = Ok(());
            for statement in statements {
                result = db.execute_unprepared(statement).await.map(drop).and(result);
            }
            db.close().await.and(result)
        };
        if let Err(error) = vacuumed.await {
            let error = StoreError::from(error);
            tracing::warn!("what was deleted is not vacuumed yet, which is tried again within a day: {error}");
        }
    }

    /// A derived value that tells nothing about the server key.
    fn fingerprint(&self) -> String {
        HEXLOWER.encode(&self.0.vault.fingerprint())
    }

    /// That of the key the database was made with.
    async fn kept_fingerprint(&self) -> StoreResult<Option<String>> {
        let row = self.read(settings::find(KEY_FINGERPRINT).one(self.reader())).await?;
        Ok(row.map(|row| row.value))
    }

    /// Compares the server key with the one the database was made with.
    async fn check_key(&self) -> Result<(), OpenError> {
        let ours = self.fingerprint();
        let kept = self.write(move |tx| {
            Box::pin(async move {
                settings::put_if_missing(tx, KEY_FINGERPRINT, &ours).await?;
                Ok((settings::get(tx, KEY_FINGERPRINT).await?, ours))
            })
        });
        let (theirs, ours) = kept.await.map_err(OpenError::Store)?;
        if theirs.as_deref() == Some(ours.as_str()) { Ok(()) } else { Err(OpenError::WrongKey) }
    }
}

async fn migrate(location: &Location, db: &DatabaseConnection) -> Result<(), OpenError> {
    let failed = |error: DbErr| OpenError::Migration(error.into());
    match migrations::progress(db).await.map_err(failed)? {
        Progress::Current => return Ok(()),
        Progress::Newer { unknown } => return Err(OpenError::Newer(unknown)),
        Progress::Behind { next } => {
            if let Location::Sqlite(path) = location {
                let copied = copy_path(path, &next);
                // One that is there was made before the first try at this upgrade, and stays.
                if !copied.exists() {
                    copy(db, &copied).await.map_err(OpenError::Copy)?;
                }
            }
        }
        Progress::Empty => {}
    }
    match location {
        Location::Sqlite(_) => migrations::run(db).await.map_err(failed),
        Location::Postgres(url) => {
            let db = connect::connect_for_changes(url).await.map_err(failed)?;
            let result = migrate_alone(&db).await.map_err(failed);
            db.close().await.map_err(failed)?;
            result
        }
    }
}

/// Two servers that start on one PostgreSQL at the same time must not both do it. The lock goes with its
/// transaction; the changes run beside it.
async fn migrate_alone(db: &DatabaseConnection) -> Result<(), DbErr> {
    use sea_orm::TransactionTrait;
    let lock = db.begin().await?;
    // The other server's changes take as long as they take.
    lock.execute_unprepared("SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock(7305801264170394)").await?;
    let result = migrations::run(db).await;
    lock.commit().await?;
    result
}

/// `lontar.db` → `lontar.db.before-m20270101_000001_…`.
fn copy_path(path: &Path, next: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".before-");
    name.push(next);
    name.into()
}

/// A consistent copy in a new file that only its owner can read. It gets its name when it is whole, so a
/// copy that was cut short is never taken for one.
async fn copy(db: &DatabaseConnection, path: &Path) -> StoreResult<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".part");
    let unfinished = PathBuf::from(unfinished);
    let text = unfinished.to_str().ok_or_else(|| StoreError::Fault("a path that is not Unicode".into()))?.to_owned();
    if path.exists() {
        return Err(StoreError::Fault("the file for the copy is there already".into()));
    }
    if unfinished.exists() {
        std::fs::remove_file(&unfinished).map_err(on_disk)?;
    }
    connect::make_file(&unfinished).map_err(on_disk)?;
    let statement = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO $1", [text.into()]);
    db.execute_raw(statement).await?;
    std::fs::File::open(&unfinished).and_then(|file| file.sync_all()).map_err(on_disk)?;
    std::fs::rename(&unfinished, path).map_err(on_disk)
}

fn on_disk(error: std::io::Error) -> StoreError {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            StoreError::Unavailable(Outage::DiskFull)
        }
        _ => StoreError::Unavailable(Outage::Gone),
    }
}
