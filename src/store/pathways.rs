//! What each learner's pathway is planned from: one sealed row a person.
//!
//! A change is made inside the transaction that writes it, so that two windows lose nothing.

use sea_orm::EntityTrait;
use sea_orm::sea_query::OnConflict;

use crate::crypto::seal::DataKey;
use crate::domain::id::AccountId;
use crate::domain::needs::diagnosis::Kept;
use crate::domain::needs::pathway::basis::Basis;
use crate::domain::needs::pathway::edit::Edit;
use crate::domain::time::Timestamp;

use super::Store;
use super::challenges;
use super::entity::pathways::{Column, Entity, Model};
use super::error::{StoreError, StoreResult};
use super::rows::upsert;
use super::sealed::PATHWAY;
use super::writer::Tx;

/// A person's, if they were ever measured.
pub async fn mine(store: &Store, account: AccountId) -> StoreResult<Option<Basis>> {
    let Some(row) = store.read(Entity::find_by_id(account).one(store.reader())).await? else { return Ok(None) };
    let key = store.data_key(account).await?;
    open(&key, &row).map(Some)
}

/// Takes a diagnosis in. The learner's earlier changes, and what they proved, stay.
pub async fn put_diagnosis(store: &Store, account: AccountId, kept: Kept, now: Timestamp) -> StoreResult<()> {
    let key = store.data_key(account).await?;
    store.write(move |tx| Box::pin(async move { put_diagnosis_in(tx, &key, account, kept, now).await })).await
}

/// The same as a part of another write: finishing an assessment.
pub(super) async fn put_diagnosis_in(
    tx: &Tx,
    key: &DataKey,
    account: AccountId,
    kept: Kept,
    now: Timestamp,
) -> StoreResult<()> {
    let basis = match find(tx, key, account).await? {
        Some(mut basis) => {
            basis.measured_again(kept);
            basis
        }
        None => Basis::new(kept),
    };
    put(tx, key, account, &basis, now).await
}

/// What is left after a diagnosis was deleted: `kept` are the others, oldest first. The learner's own
/// changes stay; without any diagnosis there is no pathway.
pub(super) async fn put_left_in(
    tx: &Tx,
    key: &DataKey,
    account: AccountId,
    kept: Vec<Kept>,
    now: Timestamp,
) -> StoreResult<()> {
    if kept.is_empty() {
        return delete_in(tx, account).await;
    }
    match find(tx, key, account).await? {
        Some(basis) => put(tx, key, account, &basis.made_from(kept), now).await,
        None => Ok(()),
    }
}

/// Adds one of the learner's own changes.
///
/// # Errors
/// [`StoreError::NotFound`] for somebody without a pathway.
pub async fn edit(store: &Store, account: AccountId, edit: Edit, now: Timestamp) -> StoreResult<()> {
    change(store, account, now, move |basis| basis.edit(edit)).await
}

/// Changes how much time there is in a week.
///
/// # Errors
/// [`StoreError::NotFound`] for somebody without a pathway.
pub async fn pace(store: &Store, account: AccountId, minutes_a_week: u16, now: Timestamp) -> StoreResult<()> {
    change(store, account, now, move |basis| basis.pace(minutes_a_week)).await
}

/// Deletes it with all challenges; deleting what is not there is no error.
pub async fn delete(store: &Store, account: AccountId) -> StoreResult<()> {
    store.write_then_forget(move |tx| Box::pin(delete_in(tx, account))).await
}

/// The same as a part of another write.
pub(super) async fn delete_in(tx: &Tx, account: AccountId) -> StoreResult<()> {
    challenges::delete_in(tx, account).await?;
    Entity::delete_by_id(account).exec(tx).await?;
    Ok(())
}

async fn change<F>(store: &Store, account: AccountId, now: Timestamp, change: F) -> StoreResult<()>
where
    F: FnOnce(&mut Basis) + Clone + Send + 'static,
{
    let key = store.data_key(account).await?;
    store.write(move |tx| Box::pin(async move { change_in(tx, &key, account, now, change).await })).await
}

pub(super) async fn change_in(
    tx: &Tx,
    key: &DataKey,
    account: AccountId,
    now: Timestamp,
    change: impl FnOnce(&mut Basis) + Send,
) -> StoreResult<()> {
    let mut basis = find(tx, key, account).await?.ok_or(StoreError::NotFound)?;
    change(&mut basis);
    put(tx, key, account, &basis, now).await
}

async fn find(tx: &Tx, key: &DataKey, account: AccountId) -> StoreResult<Option<Basis>> {
    let row = Entity::find_by_id(account).one(tx).await?;
    row.map(|row| open(key, &row)).transpose()
}

async fn put(tx: &Tx, key: &DataKey, account: AccountId, basis: &Basis, now: Timestamp) -> StoreResult<()> {
    let content = PATHWAY.seal(key, account.0.as_bytes(), basis)?;
    let row = Model { account, content, updated_at: now };
    let replace = OnConflict::column(Column::Account).update_columns([Column::Content, Column::UpdatedAt]).to_owned();
    upsert(tx, row, replace).await.map(drop)
}

fn open(key: &DataKey, row: &Model) -> StoreResult<Basis> {
    PATHWAY.open(key, row.account.0.as_bytes(), &row.content)
}
