//! Where people belong, and which organisation a programme manager manages.
//!
//! Nobody is listed: a person sees their own membership, managers see about how many there are.

use std::collections::BTreeMap;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Statement};

use crate::domain::account::ManagerScope;
use crate::domain::disclosure::{Figure, Group, NoiseKey, Scope, size};
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

/// About how many people an organisation has, and each of its cohorts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizes {
    pub whole: Figure,
    pub cohorts: BTreeMap<CohortId, Figure>,
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
        .write(move |tx| {
            Box::pin(async move {
                let placement = invitations::redeem_placing(tx, code, now).await?;
                place(tx, account, placement, now).await?;
                Ok(placement)
            })
        })
        .await
}

/// Leaves; once left, leaving again changes nothing.
pub async fn leave(store: &Store, account: AccountId) -> StoreResult<()> {
    store.write(move |tx| Box::pin(async move { Ok(Entity::delete_by_id(account).exec(tx).await.map(drop)?) })).await
}

/// What a programme manager manages.
pub async fn manager_scope(store: &Store, account: AccountId) -> StoreResult<ManagerScope> {
    let row = store.read(manager_scopes::Entity::find_by_id(account).one(store.reader())).await?;
    Ok(match row.map(|row| row.organisation) {
        None => ManagerScope::Network,
        Some(Some(organisation)) => ManagerScope::Organisation(organisation),
        Some(None) => ManagerScope::Nothing,
    })
}

/// The sizes of an organisation and its cohorts as `scope` may see them.
pub async fn sizes(store: &Store, of: OrganisationId, scope: &Scope, key: &NoiseKey) -> StoreResult<Sizes> {
    #[derive(FromQueryResult)]
    struct Counted {
        cohort: Option<CohortId>,
        people: i64,
    }
    let sql = "SELECT cohort, count(*) AS people FROM memberships WHERE organisation = $1 GROUP BY cohort";
    let backend = sea_orm::ConnectionTrait::get_database_backend(store.reader());
    let statement = Statement::from_sql_and_values(backend, sql, [of.into()]);
    let rows = store.read(Counted::find_by_statement(statement).all(store.reader())).await?;
    let about = |name: String, people: i64| size(&Group(name), u32::try_from(people).unwrap_or(u32::MAX), scope, key);
    let whole = rows.iter().map(|row| row.people).sum();
    let of_cohort = |row: &Counted| row.cohort.map(|cohort| (cohort, about(cohort.to_string(), row.people)));
    Ok(Sizes { whole: about(of.to_string(), whole), cohorts: rows.iter().filter_map(of_cohort).collect() })
}

/// Puts a person where an invitation says.
pub(super) async fn place(tx: &Tx, account: AccountId, placement: Placement, now: Timestamp) -> StoreResult<()> {
    let row = Model { account, organisation: placement.organisation, cohort: placement.cohort, joined_at: now };
    let columns = [Column::Organisation, Column::Cohort, Column::JoinedAt];
    let replace = OnConflict::column(Column::Account).update_columns(columns).to_owned();
    upsert(tx, row, replace).await.map(drop)
}

/// Fixes what a new programme manager manages: the organisation they belong to now, or the network.
pub(super) async fn fix_manager_scope(tx: &Tx, account: AccountId) -> StoreResult<()> {
    forget_manager_scope(tx, account).await?;
    let Some(row) = Entity::find_by_id(account).one(tx).await? else { return Ok(()) };
    let scope = manager_scopes::Model { account, organisation: Some(row.organisation) };
    super::rows::insert(tx, scope).await
}

pub(super) async fn forget_manager_scope(tx: &Tx, account: AccountId) -> StoreResult<()> {
    let delete = manager_scopes::Entity::delete_many().filter(manager_scopes::COLUMN.account.eq(account));
    delete.exec(tx).await?;
    Ok(())
}

/// Whether a placement can be kept: a cohort belongs to its organisation.
pub(super) async fn check(tx: &Tx, placement: Placement) -> StoreResult<()> {
    let Some(cohort) = placement.cohort else { return Ok(()) };
    let row = super::entity::cohorts::Entity::find_by_id(cohort).one(tx).await?.ok_or(StoreError::NotFound)?;
    if row.organisation == placement.organisation { Ok(()) } else { Err(StoreError::NotFound) }
}
