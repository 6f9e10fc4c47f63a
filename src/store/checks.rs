//! Responses to the questions inside lessons. The last one counts, for the learner alone.

use std::collections::BTreeMap;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select};

use crate::domain::id::{AccountId, EnrolmentId, QuestionId};
use crate::domain::quiz::response::Response;
use crate::domain::time::Timestamp;

use super::Store;
use super::entity::check_responses::{self, Column, Entity, Model};
use super::error::{StoreError, StoreResult};
use super::rows::upsert;
use super::sealed::{self, CHECK_RESPONSE};

/// What was answered, and what it earned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub response: Response,
    /// Hundredths of a point.
    pub hundredths: u32,
    pub answered: Timestamp,
}

#[derive(Clone, Copy, Debug)]
pub struct NewCheck<'a> {
    pub question: &'a QuestionId,
    pub response: &'a Response,
    /// Hundredths of a point.
    pub hundredths: u32,
}

/// The checks of a person's enrolment that were answered.
pub async fn of_enrolment(
    store: &Store,
    account: AccountId,
    enrolment: EnrolmentId,
) -> StoreResult<BTreeMap<QuestionId, Check>> {
    let query = Entity::find().filter(check_responses::COLUMN.enrolment.eq(enrolment));
    open_all(store, account, enrolment, query).await
}

/// The checks of these questions, as far as they were answered.
pub async fn of_questions(
    store: &Store,
    account: AccountId,
    enrolment: EnrolmentId,
    questions: &[QuestionId],
) -> StoreResult<BTreeMap<QuestionId, Check>> {
    if questions.is_empty() {
        return Ok(BTreeMap::new());
    }
    let of_enrolment = Entity::find().filter(check_responses::COLUMN.enrolment.eq(enrolment));
    open_all(store, account, enrolment, of_enrolment.filter(Column::Question.is_in(questions.iter().cloned()))).await
}

async fn open_all(
    store: &Store,
    account: AccountId,
    enrolment: EnrolmentId,
    query: Select<Entity>,
) -> StoreResult<BTreeMap<QuestionId, Check>> {
    let rows = store.read(query.all(store.reader())).await?;
    let key = store.data_key(account).await?;
    let open = |row: Model| {
        let place = sealed::row(enrolment.0, row.question.as_str());
        let response = CHECK_RESPONSE.open(&key, &place, &row.response)?;
        let hundredths =
            u32::try_from(row.points_hundredths).map_err(|_| StoreError::Corrupt("points out of range"))?;
        Ok((row.question, Check { response, hundredths, answered: row.answered_at }))
    };
    rows.into_iter().map(open).collect()
}

/// Records a response in place of the one before.
pub async fn record(
    store: &Store,
    account: AccountId,
    enrolment: EnrolmentId,
    check: NewCheck<'_>,
    now: Timestamp,
) -> StoreResult<()> {
    let key = store.data_key(account).await?;
    let place = sealed::row(enrolment.0, check.question.as_str());
    let row = Model {
        enrolment,
        question: check.question.clone(),
        response: CHECK_RESPONSE.seal(&key, &place, check.response)?,
        points_hundredths: check.hundredths.into(),
        answered_at: now,
    };
    let replace = OnConflict::columns([Column::Enrolment, Column::Question])
        .update_columns([Column::Response, Column::PointsHundredths, Column::AnsweredAt])
        .to_owned();
    store.write(move |tx| Box::pin(async move { upsert(tx, row, replace).await.map(drop) })).await
}

/// Forgets a response, so that the question can be tried afresh. Forgetting none is fine.
pub async fn forget(store: &Store, enrolment: EnrolmentId, question: &QuestionId) -> StoreResult<()> {
    let delete = Entity::delete_by_id((enrolment, question.clone()));
    store.write_then_forget(move |tx| Box::pin(async move { Ok(delete.exec(tx).await.map(drop)?) })).await
}
