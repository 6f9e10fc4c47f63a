//! Where people belong, and which organisation a programme manager manages.
//!
//! Nobody is listed: a person sees their own membership, managers see about how many there are.

use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, SelectExt};

use crate::domain::account::ManagerScope;
use crate::domain::id::{AccountId, CohortId, OrganisationId};
use crate::domain::time::Timestamp;

use super::entity::manager_scopes;
use super::entity::memberships::{Column, Entity, Model};
use super::error::{StoreError, StoreResult};
use super::rows::upsert;
use super::writer::Tx;
use super::{Store, invitations};

/// Where somebody belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    pub organisation: OrganisationId,
    pub cohort: Option<CohortId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    pub placement: Placement,
    pub joined_at: Timestamp,
}

/// Where this person belongs.
pub async fn of(store: &Store, account: AccountId) -> StoreResult<Option<Membership>> {
    let row = store.read(Entity::find_by_id(account).one(store.reader())).await?;
    Ok(row.map(|row| Membership {
        placement: Placement { organisation: row.organisation, cohort: row.cohort },
        joined_at: row.joined_at,
    }))
}

/// Uses a code for a cohort or an organisation; whoever belonged elsewhere moves. `Gone` when the code is
/// unknown, used up, expired, or leads nowhere.
pub async fn join(store: &Store, account: AccountId, typed: &str, now: Timestamp) -> StoreResult<Placement> {
    let code = invitations::code_hash(store, typed);
    store
        .write_then_forget(move |tx| {
            Box::pin(async move {
                // A form that is sent twice, or a code of where one is already, uses up nobody's place.
                if let Some(there) = is_there(tx, account, &code).await? {
                    return Ok(there);
                }
                let placement = invitations::redeem_placing(tx, code, now).await?;
                place(tx, account, placement, now).await?;
                Ok(placement)
            })
        })
        .await
}

/// Where a code leads, if this person is there already.
async fn is_there(tx: &Tx, account: AccountId, code: &[u8]) -> StoreResult<Option<Placement>> {
    let Some(there) = Entity::find_by_id(account).one(tx).await? else { return Ok(None) };
    let there = Placement { organisation: there.organisation, cohort: there.cohort };
    Ok(invitations::leads_to(tx, code).await?.filter(|leads| *leads == there))
}

/// Leaves; once left, leaving again changes nothing.
pub async fn leave(store: &Store, account: AccountId) -> StoreResult<()> {
    let delete = Entity::delete_by_id(account);
    store.write_then_forget(move |tx| Box::pin(async move { Ok(delete.exec(tx).await.map(drop)?) })).await
}

/// What a programme manager manages.
pub async fn manager_scope(store: &Store, account: AccountId) -> StoreResult<ManagerScope> {
    let row = store.read(manager_scopes::Entity::find_by_id(account).one(store.reader())).await?;
    Ok(match row {
        Some(manager_scopes::Model { is_network: true, .. }) => ManagerScope::Network,
        Some(manager_scopes::Model { organisation: Some(own), .. }) => ManagerScope::Organisation(own),
        Some(_) | None => ManagerScope::Nothing,
    })
}

/// Puts a person where an invitation says.
pub(super) async fn place(tx: &Tx, account: AccountId, placement: Placement, now: Timestamp) -> StoreResult<()> {
    let row = Model { account, organisation: placement.organisation, cohort: placement.cohort, joined_at: now };
    let columns = [Column::Organisation, Column::Cohort, Column::JoinedAt];
    let replace = OnConflict::column(Column::Account).update_columns(columns).to_owned();
    upsert(tx, row, replace).await.map(drop)
}

pub(super) async fn is_member(tx: &Tx, account: AccountId) -> StoreResult<bool> {
    Ok(Entity::find_by_id(account).exists(tx).await?)
}

/// Fixes what a programme manager manages: the organisation they belong to now, if they do, and never
/// more than that.
pub(super) async fn fix_manager_scope(tx: &Tx, account: AccountId) -> StoreResult<()> {
    let organisation = Entity::find_by_id(account).one(tx).await?.map(|row| row.organisation);
    put_manager_scope(tx, manager_scopes::Model { account, organisation, is_network: false }).await
}

/// Makes a programme manager one of the whole network.
pub(super) async fn widen_manager_scope(tx: &Tx, account: AccountId) -> StoreResult<()> {
    put_manager_scope(tx, manager_scopes::Model { account, organisation: None, is_network: true }).await
}

async fn put_manager_scope(tx: &Tx, scope: manager_scopes::Model) -> StoreResult<()> {
    let columns = [manager_scopes::Column::Organisation, manager_scopes::Column::IsNetwork];
    let replace = OnConflict::column(manager_scopes::Column::Account).update_columns(columns).to_owned();
    upsert(tx, scope, replace).await.map(drop)
}

pub(super) async fn forget_manager_scope(tx: &Tx, account: AccountId) -> StoreResult<()> {
    Ok(manager_scopes::Entity::delete_by_id(account).exec(tx).await.map(drop)?)
}

/// Whether a placement can be kept: a cohort belongs to its organisation.
pub(super) async fn check(tx: &Tx, placement: Placement) -> StoreResult<()> {
    let Some(cohort) = placement.cohort else { return Ok(()) };
    let row = super::entity::cohorts::Entity::find_by_id(cohort).one(tx).await?.ok_or(StoreError::NotFound)?;
    if row.organisation == placement.organisation { Ok(()) } else { Err(StoreError::NotFound) }
}
