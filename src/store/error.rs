//! What can go wrong between us and the database, told apart by what can be done about it.
//!
//! Nothing here carries a value from a row: driver errors quote them, so only codes, names of
//! constraints and our own words get out.

use sea_orm::sqlx;
use sea_orm::{DbErr, RuntimeErr, SqlErr};

use crate::crypto::seal::Unreadable;

/// Why the store did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A unique key is held by another row. Carries the key's name as PostgreSQL would make it
    /// (`accounts_sign_in_lookup_key`). 409 or a field error; not logged.
    #[error("{0} is taken")]
    Taken(String),
    /// What was asked for is not there, or is not this person's. 404; not logged.
    #[error("not found")]
    NotFound,
    /// What was asked for was there and is over: a used code, a submitted attempt, an expired
    /// invitation. A page that says so; not logged.
    #[error("over and done")]
    Gone,
    /// What was to be replaced is another than the one that was seen: it was changed from another
    /// window meanwhile. A page that shows both; not logged.
    #[error("changed meanwhile")]
    Changed,
    /// The database cannot serve now; trying again later may work. 503; logged.
    #[error("the database is unavailable: {0}")]
    Unavailable(Outage),
    /// Stored data does not open or is not what it should be. 500; logged.
    #[error("stored data is damaged: {0}")]
    Corrupt(&'static str),
    /// Our own mistake. 500; logged with the code.
    #[error("the store failed: {0}")]
    Fault(String),
}

/// Why the database cannot serve now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Outage {
    /// Another process holds it, or too many writes meet.
    #[error("it is locked")]
    Locked,
    /// No answer, no connection, no file.
    #[error("it cannot be reached")]
    Gone,
    #[error("its disk is full")]
    DiskFull,
    /// It does not let us in.
    #[error("it refuses our name or password")]
    Refused,
    /// The server has no database of that name, or keeps it closed.
    #[error("the server does not open it")]
    Closed,
    /// It did not answer within its time.
    #[error("it is too slow")]
    Slow,
    /// More work is waiting than can be done soon.
    #[error("too much is waiting")]
    Busy,
}

pub type StoreResult<T> = Result<T, StoreError>;

impl StoreError {
    /// Whether this is a unique key's, and which: `error.is_taken(accounts::NAME_KEY)`.
    pub fn is_taken(&self, key: &str) -> bool {
        matches!(self, Self::Taken(taken) if taken == key)
    }
}

impl From<Unreadable> for StoreError {
    fn from(_: Unreadable) -> Self {
        Self::Corrupt("a sealed value does not open")
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(message)) => return Self::Taken(taken_key(&error, &message)),
            // A row refers to one that is gone: an account erased meanwhile, say.
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => return Self::NotFound,
            Some(_) | None => {}
        }
        match &error {
            DbErr::Conn(RuntimeErr::SqlxError(driver))
            | DbErr::Exec(RuntimeErr::SqlxError(driver))
            | DbErr::Query(RuntimeErr::SqlxError(driver)) => from_driver(driver),
            DbErr::ConnectionAcquire(_) => Self::Unavailable(Outage::Busy),
            DbErr::Conn(RuntimeErr::Internal(_)) => Self::Unavailable(Outage::Gone),
            DbErr::TryIntoErr { .. } | DbErr::Type(_) | DbErr::Json(_) => Self::Corrupt("a column holds another type"),
            DbErr::RecordNotFound(_) => Self::NotFound,
            DbErr::RecordNotUpdated => Self::NotFound,
            other => Self::Fault(kind(other).to_owned()),
        }
    }
}

fn from_driver(error: &sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(database) => match database.code() {
            Some(code) => from_code(&code),
            None => StoreError::Fault("a database error without a code".into()),
        },
        sqlx::Error::PoolTimedOut => StoreError::Unavailable(Outage::Busy),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => StoreError::Unavailable(Outage::Gone),
        sqlx::Error::RowNotFound => StoreError::NotFound,
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => StoreError::Corrupt("a column holds another type"),
        _ => StoreError::Fault("the database driver refused".into()),
    }
}

/// SQLSTATEs have five characters; SQLite's numbers stay below 10,000, their lowest byte the kind.
fn from_code(code: &str) -> StoreError {
    if code.len() == 5 {
        return from_sqlstate(code);
    }
    match code.parse::<i32>().map(|number| number & 0xff) {
        Ok(5 | 6) => StoreError::Unavailable(Outage::Locked),
        Ok(13) => StoreError::Unavailable(Outage::DiskFull),
        // Permission, read-only, input and output, cannot open, not authorised.
        Ok(3 | 8 | 10 | 14 | 23) => StoreError::Unavailable(Outage::Gone),
        Ok(9) => StoreError::Unavailable(Outage::Slow),
        Ok(11 | 26) => StoreError::Corrupt("the database file is damaged"),
        _ => StoreError::Fault(format!("database code {code}")),
    }
}

fn from_sqlstate(code: &str) -> StoreError {
    match code {
        // Serialisation failure, deadlock, lock not available.
        "40001" | "40P01" | "55P03" => StoreError::Unavailable(Outage::Locked),
        "53100" => StoreError::Unavailable(Outage::DiskFull),
        "57014" => StoreError::Unavailable(Outage::Slow),
        // Read-only (a standby), connection failures, shutting down, out of something.
        "25006" => StoreError::Unavailable(Outage::Gone),
        "28000" | "28P01" => StoreError::Unavailable(Outage::Refused),
        "3D000" | "55000" => StoreError::Unavailable(Outage::Closed),
        "XX001" | "XX002" => StoreError::Corrupt("the database file is damaged"),
        other if ["08", "53", "57", "58"].iter().any(|class| other.starts_with(class)) => {
            StoreError::Unavailable(Outage::Gone)
        }
        other => StoreError::Fault(format!("SQLSTATE {other}")),
    }
}

/// The violated key's name as PostgreSQL makes it: `table_column_key`, `table_pkey`. SQLite says
/// `UNIQUE constraint failed: table.column, table.column` instead.
fn taken_key(error: &DbErr, message: &str) -> String {
    let (DbErr::Exec(RuntimeErr::SqlxError(driver)) | DbErr::Query(RuntimeErr::SqlxError(driver))) = error else {
        return "unknown".into();
    };
    let sqlx::Error::Database(database) = driver.as_ref() else { return "unknown".into() };
    if let Some(name) = database.constraint() {
        return name.to_owned();
    }
    let is_primary = database.code().is_some_and(|code| code == "1555");
    sqlite_key(message, is_primary)
}

fn sqlite_key(message: &str, is_primary: bool) -> String {
    let columns = message.rsplit(": ").next().unwrap_or_default();
    let mut pairs = columns.split(", ").filter_map(|pair| pair.split_once('.')).peekable();
    let table = pairs.peek().map(|(table, _)| *table).unwrap_or("unknown").to_owned();
    if is_primary {
        return table + "_pkey";
    }
    pairs.fold(table, |name, (_, column)| name + "_" + column) + "_key"
}

/// A driverless error in words of ours: its own may quote values.
fn kind(error: &DbErr) -> &'static str {
    match error {
        DbErr::RecordNotInserted => "nothing was inserted",
        DbErr::Migration(_) => "a migration failed",
        DbErr::BackendNotSupported { .. } => "the database cannot do that",
        DbErr::AttrNotSet(_) | DbErr::UpdateGetPrimaryKey | DbErr::PrimaryKeyNotSet { .. } => "a column was left out",
        _ => "the database library failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_one_name_on_both_databases() {
        let name = |message| sqlite_key(message, false);
        assert_eq!(name("UNIQUE constraint failed: accounts.sign_in_lookup"), "accounts_sign_in_lookup_key");
        assert_eq!(name("UNIQUE constraint failed: attempts.enrolment, attempts.quiz"), "attempts_enrolment_quiz_key");
        assert_eq!(sqlite_key("UNIQUE constraint failed: roles.account, roles.role", true), "roles_pkey");
    }

    #[test]
    fn codes_of_both_databases_are_told_apart() {
        use StoreError::{Corrupt, Fault, Unavailable};
        for (code, outage) in [
            ("5", Outage::Locked),
            ("517", Outage::Locked),
            ("13", Outage::DiskFull),
            ("778", Outage::Gone),
            ("1032", Outage::Gone),
            ("40001", Outage::Locked),
            ("40P01", Outage::Locked),
            ("53100", Outage::DiskFull),
            ("53300", Outage::Gone),
            ("08006", Outage::Gone),
            ("57P01", Outage::Gone),
            ("57014", Outage::Slow),
            ("28P01", Outage::Refused),
            ("3D000", Outage::Closed),
            ("55000", Outage::Closed),
        ] {
            assert_eq!(from_code(code), Unavailable(outage), "{code}");
        }
        assert!(matches!(from_code("11"), Corrupt(_)));
        assert!(matches!(from_code("XX001"), Corrupt(_)));
        assert!(matches!(from_code("1"), Fault(_)));
        assert!(matches!(from_code("42P01"), Fault(_)));
    }
}
