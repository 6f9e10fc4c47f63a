//! Responses to the questions inside lessons: for learning only, the last one is kept.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement};

use crate::domain::id::{AccountId, EnrolmentId, QuestionId};
use crate::domain::quiz::response::Response;
use crate::domain::time::Timestamp;

use super::Store;
use super::entity::check_responses::{self, Entity};
use super::error::{StoreError, StoreResult};
use super::rows::found;
use super::sealed;

pub struct NewCheck<'a> {
    pub question: &'a QuestionId,
    pub response: &'a Response,
    /// Hundredths of a point earned.
    pub hundredths: u32,
}

#[derive(Clone)]
pub struct Check {
    pub response: Response,
    pub hundredths: u32,
    pub answered_at: Timestamp,
}

const RECORD: &str = "\
    INSERT INTO check_responses (enrolment, question, response, points_hundredths, answered_at) \
    SELECT $1, $2, $3, $4, $5 FROM enrolments WHERE id = $1 AND account = $6 \
    ON CONFLICT (enrolment, question) DO UPDATE SET response = excluded.response, \
    points_hundredths = excluded.points_hundredths, answered_at = excluded.answered_at";

/// Records a response in place of the one before. `NotFound`: the enrolment is not this person's.
pub async fn record(
    store: &Store,
    account: AccountId,
    enrolment: EnrolmentId,
    check: NewCheck<'_>,
    now: Timestamp,
) -> StoreResult<()> {
    let key = store.data_key(account).await?;
    let row = sealed::row(enrolment.0, check.question.as_str());
    let values = [
        enrolment.into(),
        check.question.clone().into(),
        sealed::CHECK_RESPONSE.seal(&key, &row, check.response)?.into(),
        i64::from(check.hundredths).into(),
        now.into(),
        account.into(),
    ];
    store
        .write(move |tx| {
            let statement = Statement::from_sql_and_values(tx.get_database_backend(), RECORD, values);
            Box::pin(async move { found(tx.execute_raw(statement).await?.rows_affected()) })
        })
        .await
}

/// The responses of an enrolment by their questions.
pub async fn of_enrolment(
    store: &Store,
    account: AccountId,
    enrolment: EnrolmentId,
) -> StoreResult<BTreeMap<QuestionId, Check>> {
    let query = Entity::find().filter(check_responses::COLUMN.enrolment.eq(enrolment));
    let rows = store.read(query.all(store.reader())).await?;
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let key = store.data_key(account).await?;
    let mut checks = BTreeMap::new();
    for row in rows {
        let place = sealed::row(enrolment.0, row.question.as_str());
        let check = Check {
            response: sealed::CHECK_RESPONSE.open(&key, &place, &row.response)?,
            hundredths: u32::try_from(row.points_hundredths).map_err(|_| StoreError::Corrupt("points"))?,
            answered_at: row.answered_at,
        };
        checks.insert(row.question, check);
    }
    Ok(checks)
}

/// Forgets the response to a question, so that it can be answered afresh.
pub async fn forget(store: &Store, enrolment: EnrolmentId, question: &QuestionId) -> StoreResult<()> {
    let delete = Entity::delete_by_id((enrolment, question.clone()));
    store.write(move |tx| Box::pin(async move { Ok(delete.exec(tx).await.map(drop)?) })).await
}
