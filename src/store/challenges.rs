//! Challenges: short quizzes that prove a step of a pathway away.
//!
//! Everything but the moments is sealed: which step somebody doubts is as private as what they
//! answered. A person has one open challenge at a time; each response is saved as it is given, and
//! marking, closing and giving credit are one transaction.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::crypto::seal::DataKey;
use crate::domain::id::{AccountId, ChallengeId};
use crate::domain::needs::pathway::challenge::Sitting;
use crate::domain::quiz::response::Response;
use crate::domain::time::Timestamp;

use super::Store;
use super::entity::challenges::{self, Column, Entity, Model};
use super::error::{StoreError, StoreResult};
use super::pathways;
use super::rows::insert;
use super::sealed::CHALLENGE;
use super::writer::Tx;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    pub id: ChallengeId,
    pub sitting: Sitting,
    pub started: Timestamp,
    /// `None`: still open.
    pub finished: Option<Timestamp>,
}

/// The open challenge, or a new one. One that is open on another step is no reason to forget it: whoever
/// has seen its questions hands it in before others are drawn.
pub async fn open_or_resume(
    store: &Store,
    account: AccountId,
    id: ChallengeId,
    sitting: Sitting,
    now: Timestamp,
) -> StoreResult<ChallengeId> {
    let key = store.data_key(account).await?;
    let content = seal(&key, id, &sitting)?;
    let row = Model { id, account, content, started_at: now, finished_at: None };
    let opened = store.write(move |tx| {
        Box::pin(async move {
            if let Some(open) = of(account).filter(Column::FinishedAt.is_null()).one(tx).await? {
                return Ok(open.id);
            }
            insert(tx, row).await?;
            Ok(id)
        })
    });
    opened.await
}

/// A challenge, if it is this person's.
pub async fn by_id(store: &Store, account: AccountId, id: ChallengeId) -> StoreResult<Option<Challenge>> {
    let query = of(account).filter(challenges::COLUMN.id.eq(id));
    let Some(row) = store.read(query.one(store.reader())).await? else { return Ok(None) };
    let key = store.data_key(account).await?;
    challenge(&key, row).map(Some)
}

/// All of a person's, oldest first.
pub async fn mine(store: &Store, account: AccountId) -> StoreResult<Vec<Challenge>> {
    let query = of(account).order_by_asc(Column::StartedAt).order_by_asc(Column::Id);
    let rows = store.read(query.all(store.reader())).await?;
    let key = store.data_key(account).await?;
    rows.into_iter().map(|row| challenge(&key, row)).collect()
}

/// Saves the response to question `number` (from 1) in place of the one before.
///
/// # Errors
/// [`StoreError::Gone`] when it is no open challenge of this person's.
pub async fn save_response(
    store: &Store,
    account: AccountId,
    id: ChallengeId,
    number: u16,
    response: Option<Response>,
) -> StoreResult<()> {
    let key = store.data_key(account).await?;
    let saved = store.write(move |tx| {
        Box::pin(async move {
            let open = of(account).filter(challenges::COLUMN.id.eq(id)).filter(Column::FinishedAt.is_null());
            let row = open.one(tx).await?.ok_or(StoreError::Gone)?;
            let mut sitting = open_sealed(&key, &row)?;
            sitting.responses.insert(number, response);
            replace(tx, &key, row, &sitting, None).await
        })
    });
    saved.await
}

/// Marks a challenge with `mark` (how many are right), closes it and credits the step if that proves
/// it, all in one. The first time counts: after that the first result comes back.
///
/// # Errors
/// [`StoreError::NotFound`] when the challenge is not this person's.
pub async fn finish<F>(
    store: &Store,
    account: AccountId,
    id: ChallengeId,
    mark: F,
    now: Timestamp,
) -> StoreResult<Sitting>
where
    F: FnOnce(&Sitting) -> u16 + Clone + Send + 'static,
{
    let key = store.data_key(account).await?;
    let finished = store.write(move |tx| {
        Box::pin(async move {
            let row = of(account).filter(challenges::COLUMN.id.eq(id)).one(tx).await?.ok_or(StoreError::NotFound)?;
            let mut sitting = open_sealed(&key, &row)?;
            if row.finished_at.is_some() {
                return Ok(sitting);
            }
            sitting.right = Some(mark(&sitting));
            replace(tx, &key, row, &sitting, Some(now)).await?;
            if sitting.is_proven() {
                let step = sitting.step;
                pathways::change_in(tx, &key, account, now, move |basis| basis.prove(step)).await?;
            }
            Ok(sitting)
        })
    });
    finished.await
}

pub(super) async fn delete_in(tx: &Tx, account: AccountId) -> StoreResult<()> {
    Entity::delete_many().filter(challenges::COLUMN.account.eq(account)).exec(tx).await?;
    Ok(())
}

fn of(account: AccountId) -> sea_orm::Select<Entity> {
    Entity::find().filter(challenges::COLUMN.account.eq(account))
}

/// Writes a challenge back that was just read, unless it was closed meanwhile.
async fn replace(
    tx: &Tx,
    key: &DataKey,
    row: Model,
    sitting: &Sitting,
    finished: Option<Timestamp>,
) -> StoreResult<()> {
    let change = challenges::ActiveModel {
        content: sea_orm::Set(seal(key, row.id, sitting)?),
        finished_at: sea_orm::Set(finished),
        ..Default::default()
    };
    let open = Column::FinishedAt.is_null();
    let update = Entity::update_many().set(change).filter(challenges::COLUMN.id.eq(row.id)).filter(open);
    if update.exec(tx).await?.rows_affected > 0 { Ok(()) } else { Err(StoreError::Gone) }
}

fn challenge(key: &DataKey, row: Model) -> StoreResult<Challenge> {
    Ok(Challenge { sitting: open_sealed(key, &row)?, id: row.id, started: row.started_at, finished: row.finished_at })
}

fn seal(key: &DataKey, id: ChallengeId, sitting: &Sitting) -> StoreResult<Vec<u8>> {
    CHALLENGE.seal(key, id.0.as_bytes(), sitting)
}

fn open_sealed(key: &DataKey, row: &Model) -> StoreResult<Sitting> {
    CHALLENGE.open(key, row.id.0.as_bytes(), &row.content)
}
