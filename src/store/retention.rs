//! What is deleted by itself, and when. Activity detail lasts 90 days; scores, counts and what the
//! learner wrote for themselves stay until they delete it.

use std::path::Path;
use std::time::{Duration, SystemTime};

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QuerySelect, QueryTrait};

use crate::domain::time::{DAY, HOUR, Timestamp};

use super::accounts::recoveries::OPEN_FOR;
use super::connect::Location;
use super::entity::{
    attempt_responses, attempts, audit_entries, challenges, check_responses, enrolments, invitations, recoveries,
    remembered_devices, sessions, submissions,
};
use super::error::StoreResult;
use super::sessions::REMEMBERED;
use super::writer::Tx;
use super::{Store, audit, settings};

/// How long it is kept what somebody answered and where they were.
pub const DETAIL: i64 = 90 * DAY;
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
    /// Responses to questions inside lessons.
    pub checks: u64,
    /// Responses of attempts, emptied: what they earned is kept.
    pub responses: u64,
    /// Challenges: what they proved stays with the pathway.
    pub challenges: u64,
    /// Enrolments whose last place was forgotten.
    pub places: u64,
    /// Files made before upgrades.
    pub copies: u64,
}

impl Purged {
    fn rows(self) -> u64 {
        self.sessions
            + self.devices
            + self.invitations
            + self.recoveries
            + self.audit_entries
            + self.checks
            + self.responses
            + self.challenges
            + self.places
    }
}

/// When the rows were purged last, whichever server did it.
const PURGED: &str = "purged-at";
/// A little less than a day, so that the hour does not wander.
const EVERY: i64 = 23 * HOUR;

/// Deletes what is due, once a day: of several servers on one database the first does it, and the
/// others find it done. `None`: it is not time yet.
pub async fn purge_daily(store: &Store, now: Timestamp) -> StoreResult<Option<Purged>> {
    let purged = store.write(move |tx| {
        Box::pin(async move {
            let last = settings::get(tx, PURGED).await?.and_then(|text| text.parse().ok()).map(Timestamp);
            // A clock that was set back does not put it off.
            if last.is_some_and(|last| (0..EVERY).contains(&now.since(last))) {
                return Ok(None);
            }
            settings::put(tx, PURGED, &now.0.to_string()).await?;
            purge_rows(tx, now).await.map(Some)
        })
    });
    match purged.await? {
        Some(purged) => clean_up(store, purged).await.map(Some),
        None => Ok(None),
    }
}

/// Deletes what is due now; running it again deletes nothing more.
pub async fn purge(store: &Store, now: Timestamp) -> StoreResult<Purged> {
    let purged = store.write(move |tx| Box::pin(purge_rows(tx, now))).await?;
    clean_up(store, purged).await
}

/// What deleted rows leave behind in files, and files that are due themselves.
async fn clean_up(store: &Store, purged: Purged) -> StoreResult<Purged> {
    if purged.rows() > 0 {
        store.0.writer.checkpoint().await?;
    }
    let copies = match &store.0.location {
        Location::Sqlite(path) => remove_copies(path),
        Location::Postgres(_) => 0,
    };
    Ok(Purged { copies, ..purged })
}

async fn purge_rows(tx: &Tx, now: Timestamp) -> StoreResult<Purged> {
    // Long over: until then `sessions::ended` tells whose it was, for what they were typing.
    let over = sessions::Column::LastSeenAt.lte(now.plus(-DAY));
    let spent = Condition::any().add(invitations::Column::ExpiresAt.lte(now)).add(invitations::Column::UsesLeft.eq(0));
    let devices = remembered_devices::Column::CreatedAt.lte(now.plus(-REMEMBERED));
    let entries = audit_entries::Column::HappenedAt.lte(now.plus(-audit::KEPT_FOR));
    let limit = now.plus(-OPEN_FOR);
    let is_unconfirmed =
        Condition::all().add(recoveries::Column::ConfirmedAt.is_null()).add(recoveries::Column::StartedAt.lte(limit));
    let ways_back = Condition::any().add(recoveries::Column::ConfirmedAt.lte(limit)).add(is_unconfirmed);
    let checks = check_responses::Column::AnsweredAt.lte(now.plus(-DETAIL));
    let challenges = challenges::Column::StartedAt.lte(now.plus(-DETAIL));
    Ok(Purged {
        sessions: sessions::Entity::delete_many().filter(over).exec(tx).await?.rows_affected,
        devices: remembered_devices::Entity::delete_many().filter(devices).exec(tx).await?.rows_affected,
        invitations: invitations::Entity::delete_many().filter(spent).exec(tx).await?.rows_affected,
        recoveries: recoveries::Entity::delete_many().filter(ways_back).exec(tx).await?.rows_affected,
        audit_entries: audit_entries::Entity::delete_many().filter(entries).exec(tx).await?.rows_affected,
        checks: check_responses::Entity::delete_many().filter(checks).exec(tx).await?.rows_affected,
        responses: empty_responses(tx, now).await?,
        challenges: challenges::Entity::delete_many().filter(challenges).exec(tx).await?.rows_affected,
        places: forget_places(tx, now).await?,
        copies: 0,
    })
}

/// Empties the responses of attempts handed in long ago, unless a free response is still on its way
/// between learner and trainer: its mark adds up the whole attempt once more.
async fn empty_responses(tx: &Tx, now: Timestamp) -> StoreResult<u64> {
    let waiting = ["draft", "handed-in"];
    let unsettled = submissions::Entity::find()
        .select_only()
        .column(submissions::Column::Enrolment)
        .filter(submissions::Column::Item.starts_with("response:"))
        .filter(submissions::Column::State.is_in(waiting).or(is_last_and_returned()))
        .into_query();
    let old = attempts::Entity::find()
        .select_only()
        .column(attempts::Column::Id)
        .filter(attempts::Column::SubmittedAt.lte(now.plus(-DETAIL)))
        .filter(attempts::Column::Enrolment.not_in_subquery(unsettled))
        .into_query();
    let nothing = Vec::<u8>::new();
    let emptied = attempt_responses::Entity::update_many()
        .col_expr(attempt_responses::Column::Response, Expr::val(nothing.clone()))
        .filter(attempt_responses::Column::Attempt.in_subquery(old))
        .filter(attempt_responses::Column::Response.ne(nothing))
        .exec(tx)
        .await?;
    Ok(emptied.rows_affected)
}

/// Given back, and no newer try of the same response was begun.
fn is_last_and_returned() -> Expr {
    Expr::cust(
        "submissions.state = 'returned' AND NOT EXISTS (SELECT 1 FROM submissions AS newer \
         WHERE newer.enrolment = submissions.enrolment AND newer.item = submissions.item \
         AND newer.number > submissions.number)",
    )
}

async fn forget_places(tx: &Tx, now: Timestamp) -> StoreResult<u64> {
    let forgotten = enrolments::Entity::update_many()
        .col_expr(enrolments::Column::LastPlace, Expr::val(Option::<String>::None))
        .col_expr(enrolments::Column::LastOpenedAt, Expr::val(Option::<i64>::None))
        .filter(enrolments::Column::LastOpenedAt.lte(now.plus(-DETAIL)))
        .exec(tx)
        .await?;
    Ok(forgotten.rows_affected)
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
