//! Migrations as SQL text.
//!
//! `{uuid}`, `{bytes}`, `{int}` (64 bits) and `{bool}` become the type names of the database, `{now}` the
//! moment in milliseconds; a table's closing `{strict}` or `{clustered}` says how SQLite keeps it. Clustered (`WITHOUT ROWID`)
//! suits small rows found by their key: one tree instead of two.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// Makes the file's `Migration` from SQL text. The name is the file's.
macro_rules! migration {
    ($sql:literal) => {
        pub struct Migration;

        impl sea_orm_migration::MigrationName for Migration {
            fn name(&self) -> &str {
                sea_orm_migration::util::get_file_stem(file!())
            }
        }

        #[sea_orm_migration::async_trait::async_trait]
        impl sea_orm_migration::MigrationTrait for Migration {
            async fn up(&self, manager: &sea_orm_migration::SchemaManager) -> Result<(), sea_orm_migration::DbErr> {
                crate::sql::run(manager, $sql).await
            }

            /// All or nothing, on SQLite too.
            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }
        }
    };
}

pub(crate) use migration;

pub(crate) async fn run(manager: &SchemaManager<'_>, text: &str) -> Result<(), DbErr> {
    let text = translate(text, manager.get_database_backend())?;
    manager.get_connection().execute_unprepared(&text).await?;
    Ok(())
}

fn translate(text: &str, backend: DbBackend) -> Result<String, DbErr> {
    let words = match backend {
        DbBackend::Sqlite => [
            ("{uuid}", "blob"),
            ("{bytes}", "blob"),
            ("{int}", "integer"),
            ("{bool}", "integer"),
            ("{now}", "(unixepoch() * 1000)"),
            ("{strict}", "strict"),
            ("{clustered}", "strict, without rowid"),
        ],
        DbBackend::Postgres => [
            ("{uuid}", "uuid"),
            ("{bytes}", "bytea"),
            ("{int}", "bigint"),
            ("{bool}", "boolean"),
            ("{now}", "(extract(epoch from now())::bigint * 1000)"),
            ("{strict}", ""),
            ("{clustered}", ""),
        ],
        other => return Err(DbErr::Migration(format!("{other:?} is not supported"))),
    };
    Ok(words.iter().fold(text.to_owned(), |text, (word, meaning)| text.replace(word, meaning)))
}
