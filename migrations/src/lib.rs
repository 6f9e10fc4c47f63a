//! The frozen history of Lontar's database.
//!
//! One change a file, named `mYYYYMMDD_NNNNNN_verb_table`; forward only. A migration that has landed
//! is history: it is never edited, a later one mends it. It knows nothing of the program around it,
//! so names stand here as literals.
//!
//! The same text serves both databases; only four type names differ (see [`sql`]). On SQLite every
//! table is `STRICT`, so a value of the wrong kind is refused there as it is on PostgreSQL.

mod sql;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection};

/// Declares the migrations in the order they run.
macro_rules! history {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        fn all() -> Vec<Box<dyn MigrationTrait>> {
            vec![$(Box::new($name::Migration)),*]
        }
    };
}

history! {
    m20261123_000001_create_settings,
    m20261123_000002_create_accounts,
    m20261123_000003_create_roles,
    m20261123_000004_create_sessions,
    m20261123_000005_create_remembered_devices,
    m20261123_000006_create_recovery_codes,
    m20261123_000007_create_invitations,
    m20261123_000008_create_blobs,
    m20261123_000009_create_editions,
    m20261123_000010_create_edition_files,
    m20261123_000011_create_enrolments,
    m20261123_000012_create_completions,
    m20261123_000013_create_notes,
    m20261123_000014_create_check_responses,
    m20261123_000015_create_attempts,
    m20261123_000016_create_attempt_responses,
    m20261123_000017_create_submissions,
    m20261123_000018_create_submission_markings,
    m20261123_000019_create_submission_messages,
    m20261123_000020_create_certificates,
    m20261123_000021_create_revocations,
    m20261123_000022_create_audit_entries,
    m20261126_000023_create_recoveries,
    m20261126_000024_alter_enrolments,
    m20261126_000025_create_kept_certificates,
    m20261126_000030_create_instrument_editions,
    m20261126_000031_create_instrument_files,
    m20261126_000032_create_needs_assessments,
    m20261126_000033_create_need_levels,
    m20261126_000034_create_calibrations,
    m20261126_000040_create_pathways,
    m20261126_000041_create_challenges,
    m20261126_000050_create_organisations,
    m20261126_000051_create_cohorts,
    m20261126_000052_create_memberships,
    m20261126_000053_create_manager_scopes,
    m20261126_000054_add_placement_to_invitations,
    m20261126_000055_create_releases,
    m20261127_000070_alter_sessions,
    m20261127_000070_create_edition_media,
    m20261127_000201_add_saved_at_to_needs_assessments,
    m20261127_000202_add_emptied_at_to_attempts,
    m20261127_000203_index_what_expires,
    m20261127_000204_add_is_network_to_manager_scopes,
    m20261127_021000_add_machine_units_to_attempts,
}

/// The table in which a database remembers what ran.
pub const TABLE: &str = "migrations";

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        all()
    }

    fn migration_table_name() -> DynIden {
        TABLE.into_iden()
    }
}

/// How far a database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing ran yet: a new database.
    Empty,
    /// Everything this program knows ran.
    Current,
    /// Something is still to run, beginning with the migration named here.
    Behind { next: String },
    /// Something ran that this program does not know: a newer one was here.
    Newer { unknown: String },
}

/// Compares what ran with what this program knows. Changes nothing.
pub async fn progress(db: &DatabaseConnection) -> Result<Progress, DbErr> {
    let manager = SchemaManager::new(db);
    if !manager.has_table(TABLE).await? {
        return Ok(Progress::Empty);
    }
    let query = Query::select().column("version").from(TABLE).take();
    let rows = db.query_all(&query).await?;
    let applied = rows.iter().map(|row| row.try_get::<String>("", "version")).collect::<Result<Vec<_>, _>>()?;
    let known: Vec<String> = all().iter().map(|migration| migration.name().to_owned()).collect();
    Ok(compare(&applied, &known))
}

/// Runs the first `count` changes only: makes an old database, to test the later ones on.
pub async fn run_first(db: &DatabaseConnection, count: u32) -> Result<(), DbErr> {
    Migrator::up(db, Some(count)).await
}

/// Runs what is still to run.
pub async fn run(db: &DatabaseConnection) -> Result<(), DbErr> {
    Migrator::up(db, None).await
}

fn compare(applied: &[String], known: &[String]) -> Progress {
    if let Some(unknown) = applied.iter().find(|name| !known.contains(name)) {
        return Progress::Newer { unknown: unknown.clone() };
    }
    if applied.is_empty() {
        return Progress::Empty;
    }
    match known.iter().find(|name| !applied.contains(name)) {
        Some(next) => Progress::Behind { next: next.clone() },
        None => Progress::Current,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn progress_is_told_from_names() {
        let known = names(&["a", "b"]);
        assert_eq!(compare(&[], &known), Progress::Empty);
        assert_eq!(compare(&names(&["a"]), &known), Progress::Behind { next: "b".into() });
        assert_eq!(compare(&known, &known), Progress::Current);
        assert_eq!(compare(&names(&["a", "b", "c"]), &known), Progress::Newer { unknown: "c".into() });
    }

    #[test]
    fn migrations_run_in_the_order_of_their_names() {
        let names: Vec<String> = all().iter().map(|migration| migration.name().to_owned()).collect();
        let mut sorted = names.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(names, sorted);
        assert!(names.iter().all(|name| name.starts_with("m2")));
    }
}
