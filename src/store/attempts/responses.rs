//! The responses of an attempt, saved one by one.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::crypto::seal::DataKey;
use crate::domain::id::{AccountId, AttemptId, QuestionId};
use crate::domain::quiz::response::{Confidence, Response};
use crate::domain::time::Timestamp;
use crate::store::Store;
use crate::store::entity::attempt_responses::{self, Entity, Model};
use crate::store::error::{StoreError, StoreResult};
use crate::store::sealed;

/// A response as it is saved; `response: None` when the question was left empty.
pub struct NewResponse<'a> {
    pub question: &'a QuestionId,
    /// Where the question stands in the attempt, from 0.
    pub position: u32,
    pub response: Option<&'a Response>,
    pub confidence: Option<Confidence>,
}

#[derive(Clone)]
pub struct SavedResponse {
    pub position: u32,
    pub response: Option<Response>,
    pub confidence: Option<Confidence>,
    /// Hundredths of a point earned; `None` before the attempt is handed in.
    pub hundredths: Option<u32>,
    pub saved_at: Timestamp,
    /// The response was deleted after its time; what it earned is kept.
    pub is_expired: bool,
}

/// One statement: whose attempt it is and that it is open is checked by the one that writes.
const SAVE: &str = "\
    INSERT INTO attempt_responses (attempt, question, position, response, confidence, saved_at) \
    SELECT $1, $2, $3, $4, $5, $6 FROM attempts JOIN enrolments ON enrolments.id = attempts.enrolment \
    WHERE attempts.id = $1 AND attempts.submitted_at IS NULL AND enrolments.account = $7 \
    ON CONFLICT (attempt, question) DO UPDATE SET position = excluded.position, \
    response = excluded.response, confidence = excluded.confidence, saved_at = excluded.saved_at";

/// Saves a response in place of the one before. `Gone`: the attempt was handed in, and nothing changed.
/// `NotFound`: it is not this person's.
pub async fn save(
    store: &Store,
    account: AccountId,
    attempt: AttemptId,
    new: NewResponse<'_>,
    now: Timestamp,
) -> StoreResult<()> {
    let key = store.data_key(account).await?;
    let row = sealed::row(attempt.0, new.question.as_str());
    let values = [
        attempt.into(),
        new.question.clone().into(),
        i64::from(new.position).into(),
        sealed::ATTEMPT_RESPONSE.seal(&key, &row, &new.response)?.into(),
        new.confidence.map(|confidence| confidence as i64).into(),
        now.into(),
        account.into(),
    ];
    let saved = store.write(move |tx| {
        Box::pin(async move {
            if tx.execute_raw(super::statement(tx, SAVE, values)).await?.rows_affected() > 0 {
                return Ok(());
            }
            super::in_tx(tx, account, attempt).await?;
            Err(StoreError::Gone)
        })
    });
    saved.await
}

/// The saved responses of an attempt that the caller was let to, by their questions.
pub async fn of_attempt(
    store: &Store,
    account: AccountId,
    attempt: AttemptId,
) -> StoreResult<BTreeMap<QuestionId, SavedResponse>> {
    let query = Entity::find().filter(attempt_responses::COLUMN.attempt.eq(attempt));
    let rows = store.read(query.all(store.reader())).await?;
    let key = store.data_key(account).await?;
    rows.into_iter().map(|row| Ok((row.question.clone(), open(&key, &row)?))).collect()
}

/// What was answered, within a transaction, for marking.
pub(super) async fn answered<C: ConnectionTrait>(
    db: &C,
    key: &DataKey,
    attempt: AttemptId,
) -> StoreResult<BTreeMap<QuestionId, Response>> {
    let mut answered = BTreeMap::new();
    for row in Entity::find().filter(attempt_responses::COLUMN.attempt.eq(attempt)).all(db).await? {
        if let Some(response) = open(key, &row)?.response {
            answered.insert(row.question, response);
        }
    }
    Ok(answered)
}

fn open(key: &DataKey, row: &Model) -> StoreResult<SavedResponse> {
    let place = sealed::row(row.attempt.0, row.question.as_str());
    // Retention leaves an empty value in place of a response.
    let is_expired = row.response.is_empty();
    let response = if is_expired { None } else { sealed::ATTEMPT_RESPONSE.open(key, &place, &row.response)? };
    let points = row.points_hundredths.map(u32::try_from).transpose();
    Ok(SavedResponse {
        position: u32::try_from(row.position).map_err(|_| StoreError::Corrupt("a position"))?,
        response,
        confidence: row.confidence.map(confidence).transpose()?,
        hundredths: points.map_err(|_| StoreError::Corrupt("points"))?,
        saved_at: row.saved_at,
        is_expired,
    })
}

fn confidence(number: i64) -> StoreResult<Confidence> {
    let known = Confidence::ALL.into_iter().find(|confidence| *confidence as i64 == number);
    known.ok_or(StoreError::Corrupt("an unknown confidence"))
}
