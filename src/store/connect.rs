//! Connecting to either database with the settings it needs.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbErr};

/// How many connections read at once on SQLite. Each keeps a cache of its own.
const READERS: u32 = 4;
/// How many connections a server opens on PostgreSQL.
const POOL: u32 = 16;
/// How long a connection is waited for.
const ACQUIRE_TIME: Duration = Duration::from_secs(5);
/// How long another process may hold SQLite's lock before we say so.
pub(super) const BUSY_TIME: Duration = Duration::from_secs(3);
/// PostgreSQL's own limit for one statement.
const STATEMENT_TIME: Duration = Duration::from_secs(5);

/// How long vacuuming waits for a table: as long as others wait behind it.
const VACUUM_LOCK_TIME: Duration = Duration::from_millis(500);
/// How long a change of the schema waits for others to let go of a table.
const LOCK_TIME: Duration = Duration::from_secs(60);

/// Where the data is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A file of SQLite's, made when it is missing.
    Sqlite(PathBuf),
    /// A PostgreSQL URL. May hold a password, so it prints without it.
    Postgres(PostgresUrl),
}

/// A `postgres://` URL. Prints `…`.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(String);

impl std::fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// A database address that is neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("DATABASE_URL begins with sqlite: (a file) or postgres:// (a server)")]
pub struct BadLocation;

impl std::str::FromStr for Location {
    type Err = BadLocation;

    fn from_str(url: &str) -> Result<Self, BadLocation> {
        if let Some(rest) = url.strip_prefix("postgresql://").or_else(|| url.strip_prefix("postgres://")) {
            return Ok(Self::Postgres(PostgresUrl(format!("postgres://{rest}"))));
        }
        let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")).ok_or(BadLocation)?;
        let path = path.split('?').next().unwrap_or(path);
        if path.is_empty() || path == ":memory:" {
            // Several connections could not share it, and nothing would be kept.
            return Err(BadLocation);
        }
        Ok(Self::Sqlite(path.into()))
    }
}

/// The connection that writes and the one that reads: two pools on SQLite, one on PostgreSQL.
pub(super) struct Connections {
    pub writer: DatabaseConnection,
    pub reader: DatabaseConnection,
}

pub(super) async fn connect(location: &Location) -> Result<Connections, DbErr> {
    match location {
        Location::Sqlite(path) => {
            make_file(path).map_err(|error| DbErr::Conn(sea_orm::RuntimeErr::Internal(error.kind().to_string())))?;
            let writer = connect_sqlite(path).await?;
            let reader = Database::connect(sqlite(path, Access::Read)).await?;
            Ok(Connections { writer, reader })
        }
        Location::Postgres(url) => {
            let pool = Database::connect(postgres(url)).await?;
            Ok(Connections { writer: pool.clone(), reader: pool })
        }
    }
}

/// Connections for bringing the database up to date, which may take long on large tables: without a limit
/// for a statement, and with one for waiting for others. On SQLite the writer does it.
pub(super) async fn connect_for_changes(url: &PostgresUrl) -> Result<DatabaseConnection, DbErr> {
    let mut options = quiet(&url.0);
    options.max_connections(2).set_application_name("lontar-upgrade");
    options.map_sqlx_postgres_opts(|options| {
        options.options([("statement_timeout", "0".to_owned()), ("lock_timeout", format!("{}s", LOCK_TIME.as_secs()))])
    });
    Database::connect(options).await
}

/// A connection for vacuuming, which may take long on large tables and makes nobody wait for it: a table that
/// is in use for long is let be.
pub(super) async fn connect_for_vacuum(url: &PostgresUrl) -> Result<DatabaseConnection, DbErr> {
    let mut options = quiet(&url.0);
    options.max_connections(1).set_application_name("lontar-vacuum");
    options.map_sqlx_postgres_opts(|options| {
        let patience = format!("{}ms", VACUUM_LOCK_TIME.as_millis());
        options.options([("statement_timeout", "0".to_owned()), ("lock_timeout", patience)])
    });
    Database::connect(options).await
}

/// One connection to a SQLite file that may write.
pub(super) async fn connect_sqlite(path: &Path) -> Result<DatabaseConnection, DbErr> {
    Database::connect(sqlite(path, Access::Write)).await
}

/// Makes the file so that only its owner can read it; SQLite gives its log the same rights.
pub(super) fn make_file(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
}

fn sqlite(path: &Path, access: Access) -> ConnectOptions {
    let path = path.to_owned();
    let mut options = quiet("sqlite:lontar");
    options
        .max_connections(if access == Access::Write { 1 } else { READERS })
        .min_connections(1)
        .map_sqlx_sqlite_opts(move |options| pragmas(options, &path, access));
    options
}

/// What SQLite is told on every connection. The caches are small: there are five connections, and
/// the operating system caches the file as well.
fn pragmas(options: SqliteConnectOptions, path: &Path, access: Access) -> SqliteConnectOptions {
    let options = options
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIME)
        .pragma("secure_delete", "ON")
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON")
        .pragma("temp_store", "MEMORY")
        .pragma("journal_size_limit", "16777216");
    match access {
        Access::Write => options.pragma("cache_size", "-4096"),
        Access::Read => options.pragma("cache_size", "-1024").pragma("query_only", "ON"),
    }
}

fn postgres(url: &PostgresUrl) -> ConnectOptions {
    let mut options = quiet(&url.0);
    options.max_connections(POOL).min_connections(1).statement_timeout(STATEMENT_TIME).set_application_name("lontar");
    options
}

/// Common to both: no statement in any log or span, and no wait without end.
fn quiet(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .connect_timeout(ACQUIRE_TIME)
        .acquire_timeout(ACQUIRE_TIME)
        .test_before_acquire_if_idle_for(Duration::from_secs(1));
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_address_are_read() {
        let sqlite = |path: &str| Ok(Location::Sqlite(path.into()));
        assert_eq!("sqlite:var/lontar.db".parse(), sqlite("var/lontar.db"));
        assert_eq!("sqlite:///srv/lontar.db?mode=rwc".parse(), sqlite("/srv/lontar.db"));
        let postgres = Ok(Location::Postgres(PostgresUrl("postgres://a:b@c/d".into())));
        assert_eq!("postgresql://a:b@c/d".parse(), postgres);
        assert_eq!("postgres://a:b@c/d".parse(), postgres);
        for wrong in ["", "mysql://a/b", "sqlite::memory:", "sqlite:", "/var/lontar.db"] {
            assert_eq!(wrong.parse::<Location>(), Err(BadLocation), "{wrong:?}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_not_printed() {
        let location: Location = "postgres://lontar:secret@host/db".parse().unwrap();
        assert!(!format!("{location:?}").contains("secret"));
    }
}
