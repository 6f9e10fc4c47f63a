//! Member organisations and their cohorts. Names are sealed with the server key; who belongs to them is in
//! [`super::memberships`], and no list of people is made anywhere.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use uuid::Uuid;

use crate::domain::id::{CohortId, OrganisationId};
use crate::domain::time::Timestamp;

use super::Store;
use super::entity::cohorts::{self, Entity as Cohorts};
use super::entity::organisations::{self, Column, Entity, Model};
use super::error::StoreResult;
use super::rows::{found, insert};
use super::sealed::{COHORT_NAME, ORGANISATION_NAME};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    pub id: OrganisationId,
    pub name: String,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cohort {
    pub id: CohortId,
    pub organisation: OrganisationId,
    pub name: String,
    pub created_at: Timestamp,
}

pub async fn create(store: &Store, name: &str, now: Timestamp) -> StoreResult<OrganisationId> {
    let id = OrganisationId(Uuid::now_v7());
    let row = Model { id, name: sealed_name(store, id, name), created_at: now };
    store.write(move |tx| Box::pin(insert(tx, row))).await?;
    Ok(id)
}

pub async fn rename(store: &Store, id: OrganisationId, name: &str) -> StoreResult<()> {
    let change = organisations::ActiveModel { name: Set(sealed_name(store, id, name)), ..Default::default() };
    let update = Entity::update_many().set(change).filter(organisations::COLUMN.id.eq(id));
    store.write(move |tx| Box::pin(async move { found(update.exec(tx).await?.rows_affected) })).await
}

/// Deletes an organisation with its cohorts, memberships and open codes. People keep their accounts, and
/// what was released stays as it was.
pub async fn delete(store: &Store, id: OrganisationId) -> StoreResult<()> {
    let delete = Entity::delete_by_id(id);
    store.write_then_forget(move |tx| Box::pin(async move { found(delete.exec(tx).await?.rows_affected) })).await
}

/// All of them, in the order in which they were made.
pub async fn all(store: &Store) -> StoreResult<Vec<Organisation>> {
    let rows = store.read(Entity::find().order_by_asc(Column::Id).all(store.reader())).await?;
    rows.into_iter().map(|row| organisation(store, row)).collect()
}

pub async fn by_id(store: &Store, id: OrganisationId) -> StoreResult<Option<Organisation>> {
    let row = store.read(Entity::find_by_id(id).one(store.reader())).await?;
    row.map(|row| organisation(store, row)).transpose()
}

pub async fn create_cohort(
    store: &Store,
    organisation: OrganisationId,
    name: &str,
    now: Timestamp,
) -> StoreResult<CohortId> {
    let id = CohortId(Uuid::now_v7());
    let row = cohorts::Model { id, organisation, name: sealed_cohort_name(store, id, name), created_at: now };
    store.write(move |tx| Box::pin(insert(tx, row))).await?;
    Ok(id)
}

pub async fn rename_cohort(store: &Store, id: CohortId, name: &str) -> StoreResult<()> {
    let change = cohorts::ActiveModel { name: Set(sealed_cohort_name(store, id, name)), ..Default::default() };
    let update = Cohorts::update_many().set(change).filter(cohorts::COLUMN.id.eq(id));
    store.write(move |tx| Box::pin(async move { found(update.exec(tx).await?.rows_affected) })).await
}

/// Deletes a cohort with its open codes. Its people stay in the organisation.
pub async fn delete_cohort(store: &Store, id: CohortId) -> StoreResult<()> {
    let delete = Cohorts::delete_by_id(id);
    store.write_then_forget(move |tx| Box::pin(async move { found(delete.exec(tx).await?.rows_affected) })).await
}

/// All cohorts of one organisation or of all, in the order in which they were made.
pub async fn cohorts(store: &Store, of: Option<OrganisationId>) -> StoreResult<Vec<Cohort>> {
    let mut query = Cohorts::find().order_by_asc(cohorts::Column::Id);
    if let Some(organisation) = of {
        query = query.filter(cohorts::COLUMN.organisation.eq(organisation));
    }
    let rows = store.read(query.all(store.reader())).await?;
    rows.into_iter().map(|row| cohort(store, row)).collect()
}

pub async fn cohort_by_id(store: &Store, id: CohortId) -> StoreResult<Option<Cohort>> {
    let row = store.read(Cohorts::find_by_id(id).one(store.reader())).await?;
    row.map(|row| cohort(store, row)).transpose()
}

fn organisation(store: &Store, row: Model) -> StoreResult<Organisation> {
    let name = ORGANISATION_NAME.open_shared(store.vault(), row.id.0.as_bytes(), &row.name)?;
    Ok(Organisation { id: row.id, name, created_at: row.created_at })
}

fn cohort(store: &Store, row: cohorts::Model) -> StoreResult<Cohort> {
    let name = COHORT_NAME.open_shared(store.vault(), row.id.0.as_bytes(), &row.name)?;
    Ok(Cohort { id: row.id, organisation: row.organisation, name, created_at: row.created_at })
}

pub(super) fn sealed_name(store: &Store, id: OrganisationId, name: &str) -> Vec<u8> {
    ORGANISATION_NAME.seal_shared(store.vault(), id.0.as_bytes(), name)
}

pub(super) fn sealed_cohort_name(store: &Store, id: CohortId, name: &str) -> Vec<u8> {
    COHORT_NAME.seal_shared(store.vault(), id.0.as_bytes(), name)
}
