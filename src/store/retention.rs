//! What is deleted by itself, and when. Activity detail lasts 90 days; scores, counts and what the
//! learner wrote for themselves stay until they delete it.

use std::path::Path;
use std::time::{Duration, SystemTime};

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set, Statement};

use crate::domain::id::AttemptId;
use crate::domain::time::{DAY, HOUR, MINUTE, Timestamp};

use super::accounts::recoveries::OPEN_FOR;
use super::connect::Location;
use super::entity::{attempt_responses, attempts};
use super::error::StoreResult;
use super::sessions::REMEMBERED;
use super::writer::Tx;
use super::{Store, audit, settings};

/// How long it is kept what somebody answered and where they were.
pub const DETAIL: i64 = 90 * DAY;
/// How long an assessment that is not finished waits for its person, the exact risk level in it.
pub const LEFT: i64 = 30 * DAY;
/// How long the text of a free response that was handed in waits for a trainer.
pub const WAITING: i64 = 365 * DAY;
/// The most rows in one transaction, which has a time limit.
const SLICE: u64 = 1_000;
/// The same for attempts, each with its responses.
const SITTINGS: u64 = 100;
/// How long copies made before an upgrade are kept, deleted people in them.
const COPIES: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What a purge deleted, for the log: counts only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    pub sessions: u64,
    pub devices: u64,
    pub invitations: u64,
    pub recoveries: u64,
    pub audit_entries: u64,
    /// Needs assessments that were begun and left.
    pub assessments: u64,
    /// Responses to questions inside lessons.
    pub checks: u64,
    /// Attempts that were begun and left.
    pub attempts: u64,
    /// Responses of attempts, emptied: what they earned is kept.
    pub responses: u64,
    /// Challenges: what they proved stays with the pathway.
    pub challenges: u64,
    /// Further tries of free responses that were begun and left.
    pub drafts: u64,
    /// Messages about free responses.
    pub messages: u64,
    /// Tries of free responses, emptied: their markings are kept.
    pub works: u64,
    /// Enrolments whose last place was forgotten.
    pub places: u64,
    /// Files made before upgrades.
    pub copies: u64,
}

/// When the rows were purged last, whichever server did it.
const PURGED: &str = "purged-at";
/// When a server began with it: as long as it may be at it, others leave it alone.
const BEGUN: &str = "purge-begun-at";
const TURN: i64 = 30 * MINUTE;
/// A little less than a day, so that the hour does not wander.
const EVERY: i64 = 23 * HOUR;

/// Deletes what is due, once a day: of several servers on one database the first does it, and the
/// others find it done. `None`: it is not time yet.
pub async fn purge_daily(store: &Store, now: Timestamp) -> StoreResult<Option<Purged>> {
    let is_ours = store.write(move |tx| {
        Box::pin(async move {
            if was_lately(tx, PURGED, EVERY, now).await? || was_lately(tx, BEGUN, TURN, now).await? {
                return Ok(false);
            }
            settings::put(tx, BEGUN, &now.0.to_string()).await?;
            Ok(true)
        })
    });
    if !is_ours.await? {
        return Ok(None);
    }
    let purged = purge(store, now).await?;
    store.write(move |tx| Box::pin(async move { settings::put(tx, PURGED, &now.0.to_string()).await })).await?;
    Ok(Some(purged))
}

/// Whether a moment that was kept is less than so long ago. A clock that was set back puts nothing off.
async fn was_lately(tx: &Tx, key: &str, within: i64, now: Timestamp) -> StoreResult<bool> {
    let last = settings::get(tx, key).await?.and_then(|text| text.parse().ok()).map(Timestamp);
    Ok(last.is_some_and(|last| (0..within).contains(&now.since(last))))
}

/// Deletes what is due now; running it again deletes nothing more. It goes slice by slice, so that others
/// write in between, no slice takes long however much is due, and what was deleted before a failure stays so.
pub async fn purge(store: &Store, now: Timestamp) -> StoreResult<Purged> {
    let before = |age: i64| now.plus(-age);
    let purged = Purged {
        // Long over: until then `sessions::ended` tells whose it was, for what they were typing.
        sessions: delete(store, "sessions", "token_hash", "last_seen_at <= $1", before(DAY)).await?,
        devices: delete(store, "remembered_devices", "token_hash", "created_at <= $1", before(REMEMBERED)).await?,
        // One that is used up stays as well: its end would tell that somebody joined, and when.
        invitations: delete(store, "invitations", "id", "expires_at <= $1", now).await?,
        recoveries: delete(store, "recoveries", "id", RECOVERY_IS_OVER, before(OPEN_FOR)).await?,
        audit_entries: delete(store, "audit_entries", "id", "happened_at <= $1", before(audit::KEPT_FOR)).await?,
        assessments: delete(store, "needs_assessments", "id", WAS_LEFT, before(LEFT)).await?,
        checks: delete(store, "check_responses", "enrolment, question", "answered_at <= $1", before(DETAIL)).await?,
        attempts: delete(store, "attempts", "id", ATTEMPT_WAS_LEFT, before(DETAIL)).await?,
        responses: empty_responses(store, now).await?,
        challenges: delete(store, "challenges", "id", "started_at <= $1", before(DETAIL)).await?,
        drafts: delete(store, "submissions", "id", DRAFT_WAS_LEFT, before(DETAIL)).await?,
        messages: delete(store, "submission_messages", "id", ABOUT_RESPONSES, before(DETAIL)).await?,
        works: empty_works(store, now).await?,
        places: change(store, "enrolments", FORGOTTEN, "last_opened_at <= $1", before(DETAIL)).await?,
        copies: match &store.0.location {
            Location::Sqlite(path) => remove_copies(path),
            Location::Postgres(_) => 0,
        },
    };
    // Also when nothing was due: a server that was killed may have left something in the log.
    store.0.writer.truncate_log().await;
    store.forget_the_dead().await;
    Ok(purged)
}

const RECOVERY_IS_OVER: &str = "confirmed_at <= $1 OR (confirmed_at IS NULL AND started_at <= $1)";
const WAS_LEFT: &str = "finished_at IS NULL AND saved_at <= $1";
const ATTEMPT_WAS_LEFT: &str = "submitted_at IS NULL AND started_at <= $1 AND NOT EXISTS (SELECT 1 \
    FROM attempt_responses WHERE attempt_responses.attempt = attempts.id AND attempt_responses.saved_at > $1)";
const FORGOTTEN: &str = "last_place = NULL, last_opened_at = NULL";
const DRAFT_WAS_LEFT: &str = "item LIKE 'response:%' AND state = 'draft' AND saved_at <= $1";
const ABOUT_RESPONSES: &str =
    "sent_at <= $1 AND submission IN (SELECT id FROM submissions WHERE item LIKE 'response:%')";
/// Nobody reads it again: it was marked, or given back so long ago that its writer left it.
const WORK_IS_OVER: &str = "item LIKE 'response:%' AND length(content) > 0 AND saved_at <= $1 \
    AND (state = 'marked' OR (state = 'returned' AND NOT EXISTS (SELECT 1 FROM submission_markings \
    WHERE submission_markings.submission = submissions.id AND submission_markings.marked_at > $1)))";
const WORK_WAITED: &str = "item LIKE 'response:%' AND length(content) > 0 AND state = 'handed-in' AND saved_at <= $1";

/// Deletes the rows of a table that were due at a moment.
async fn delete(store: &Store, table: &str, key: &str, is_due: &str, at: Timestamp) -> StoreResult<u64> {
    let due = format!("SELECT {key} FROM {table} WHERE {is_due} LIMIT {SLICE}");
    sweep(store, format!("DELETE FROM {table} WHERE ({key}) IN ({due})"), at).await
}

/// Changes the rows of a table that were due at a moment, so that they are due no more.
async fn change(store: &Store, table: &str, change: &str, is_due: &str, at: Timestamp) -> StoreResult<u64> {
    let due = format!("SELECT id FROM {table} WHERE {is_due} LIMIT {SLICE}");
    sweep(store, format!("UPDATE {table} SET {change} WHERE id IN ({due})"), at).await
}

/// Runs a statement that changes at most a slice of rows until there are no more; how many there were.
async fn sweep(store: &Store, sql: String, at: Timestamp) -> StoreResult<u64> {
    let statement = Statement::from_sql_and_values(store.reader().get_database_backend(), sql, [at.into()]);
    let mut all = 0;
    loop {
        let changed = store.execute(statement.clone()).await?;
        all += changed;
        if changed < SLICE {
            return Ok(all);
        }
    }
}

/// Empties the tries of free responses, which hold the answers of attempts once more. The markings stay. One
/// that waits for a trainer stays a while longer: it was received, and somebody still has to read it.
async fn empty_works(store: &Store, now: Timestamp) -> StoreResult<u64> {
    let empty = match store.0.location {
        Location::Sqlite(_) => "content = x''",
        Location::Postgres(_) => "content = ''",
    };
    let over = change(store, "submissions", empty, WORK_IS_OVER, now.plus(-DETAIL)).await?;
    Ok(over + change(store, "submissions", empty, WORK_WAITED, now.plus(-WAITING)).await?)
}

/// Empties the responses of attempts handed in long ago, each attempt once; how many there were.
async fn empty_responses(store: &Store, now: Timestamp) -> StoreResult<u64> {
    let mut all = 0;
    loop {
        let (attempts, responses) = store.write(move |tx| Box::pin(empty_slice(tx, now))).await?;
        all += responses;
        if attempts < SITTINGS {
            return Ok(all);
        }
    }
}

/// How many attempts were emptied, and of how many responses. Their points stay, so one that a person has
/// yet to mark is still added up rightly.
async fn empty_slice(tx: &Tx, now: Timestamp) -> StoreResult<(u64, u64)> {
    let old = attempts::Entity::find()
        .select_only()
        .column(attempts::Column::Id)
        .filter(attempts::Column::SubmittedAt.lte(now.plus(-DETAIL)))
        .filter(attempts::Column::EmptiedAt.is_null())
        .limit(SITTINGS);
    let old: Vec<AttemptId> = old.into_tuple().all(tx).await?;
    let nothing = Vec::<u8>::new();
    let emptied = attempt_responses::Entity::update_many()
        .col_expr(attempt_responses::Column::Response, Expr::val(nothing.clone()))
        .filter(attempt_responses::COLUMN.attempt.is_in(old.iter().copied()))
        .filter(attempt_responses::Column::Response.ne(nothing))
        .exec(tx)
        .await?;
    let change = attempts::ActiveModel { emptied_at: Set(Some(now)), ..Default::default() };
    let marked = attempts::Entity::update_many().set(change).filter(attempts::COLUMN.id.is_in(old)).exec(tx).await?;
    Ok((marked.rows_affected, emptied.rows_affected))
}

/// Removes copies made before upgrades once they are old. One that cannot be removed is tried again
/// tomorrow.
fn remove_copies(database: &Path) -> u64 {
    let Some(name) = database.file_name().and_then(|name| name.to_str()) else { return 0 };
    let prefix = format!("{name}.before-");
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let is_due = |entry: &std::fs::DirEntry| {
        let made = entry.metadata().and_then(|about| about.modified()).ok();
        let age = made.and_then(|made| SystemTime::now().duration_since(made).ok());
        entry.file_name().to_str().is_some_and(|name| name.starts_with(&prefix)) && age.is_some_and(|age| age > COPIES)
    };
    let due = entries.flatten().filter(is_due);
    due.map(|entry| u64::from(std::fs::remove_file(entry.path()).is_ok())).sum()
}
