//! Roles: who is staff. A change of roles ends the person's sessions, so it holds at once.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Select};

use crate::domain::account::Role;
use crate::domain::id::AccountId;
use crate::domain::time::Timestamp;
use crate::store::entity::accounts;
use crate::store::entity::roles::{self, Column, Entity, Model};
use crate::store::error::{StoreError, StoreResult};
use crate::store::rows::upsert;
use crate::store::writer::Tx;
use crate::store::{Store, memberships, sessions};

use super::Account;

/// What came of taking a role away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revoked {
    Done,
    /// The server would have no administrator left; nothing was changed.
    LastAdministrator,
}

/// What came of making somebody a programme manager of their organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granted {
    Done,
    /// They belong to no organisation, so there is nothing to manage; nothing was changed.
    NoOrganisation,
}

/// Gives a role; once given, giving it again changes nothing, what a programme manager manages included.
/// `NotFound`: no such account.
pub async fn grant(store: &Store, account: AccountId, role: Role, now: Timestamp) -> StoreResult<()> {
    store
        .write(move |tx| {
            Box::pin(async move {
                if insert_if_missing(tx, account, role, now).await? {
                    sessions::end_all_but(tx, account, None).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Makes somebody a programme manager of the organisation they belong to now and of nothing else, whatever
/// they managed before. `NotFound`: no such account.
pub async fn grant_organisation(store: &Store, account: AccountId, now: Timestamp) -> StoreResult<Granted> {
    store
        .write_then_forget(move |tx| {
            Box::pin(async move {
                if !memberships::is_member(tx, account).await? {
                    accounts::Entity::find_by_id(account).one(tx).await?.ok_or(StoreError::NotFound)?;
                    return Ok(Granted::NoOrganisation);
                }
                insert_if_missing(tx, account, Role::ProgrammeManager, now).await?;
                memberships::fix_manager_scope(tx, account).await?;
                sessions::end_all_but(tx, account, None).await?;
                Ok(Granted::Done)
            })
        })
        .await
}

/// Makes somebody a programme manager of the whole network, whatever they managed before. `NotFound`: no
/// such account.
pub async fn grant_network(store: &Store, account: AccountId, now: Timestamp) -> StoreResult<()> {
    store
        .write(move |tx| {
            Box::pin(async move {
                insert_if_missing(tx, account, Role::ProgrammeManager, now).await?;
                memberships::widen_manager_scope(tx, account).await?;
                sessions::end_all_but(tx, account, None).await
            })
        })
        .await
}

/// Takes a role away, unless the server would be left without an administrator.
pub async fn revoke(store: &Store, account: AccountId, role: Role) -> StoreResult<Revoked> {
    store
        .write_then_forget(move |tx| {
            Box::pin(async move {
                if role == Role::Administrator && is_last_administrator(tx, account).await? {
                    return Ok(Revoked::LastAdministrator);
                }
                Entity::delete_by_id((account, role.as_str().to_owned())).exec(tx).await?;
                if role == Role::ProgrammeManager {
                    memberships::forget_manager_scope(tx, account).await?;
                }
                sessions::end_all_but(tx, account, None).await?;
                Ok(Revoked::Done)
            })
        })
        .await
}

/// Everybody with a role, by role and name.
pub async fn staff(store: &Store) -> StoreResult<Vec<Account>> {
    let mut held: BTreeMap<AccountId, BTreeSet<Role>> = BTreeMap::new();
    for row in store.read(Entity::find().all(store.reader())).await? {
        held.entry(row.account).or_default().insert(read(&row.role)?);
    }
    let rows = accounts::Entity::find().filter(accounts::COLUMN.id.is_in(held.keys().copied()));
    let mut staff = Vec::with_capacity(held.len());
    for row in store.read(rows.all(store.reader())).await? {
        let roles = held.remove(&row.id).unwrap_or_default();
        staff.push(super::account(store, row, roles)?);
    }
    staff.sort_by_cached_key(|account| account.name.lookup_form());
    Ok(staff)
}

pub(super) async fn of(store: &Store, account: AccountId) -> StoreResult<BTreeSet<Role>> {
    let query = Entity::find().filter(roles::COLUMN.account.eq(account));
    store.read(query.all(store.reader())).await?.iter().map(|row| read(&row.role)).collect()
}

/// Whether the role is new. A new programme manager manages the organisation they belong to now, or nothing.
pub(super) async fn insert_if_missing(tx: &Tx, account: AccountId, role: Role, now: Timestamp) -> StoreResult<bool> {
    let row = Model { account, role: role.as_str().to_owned(), granted_at: now };
    let keep = OnConflict::columns([Column::Account, Column::Role]).do_nothing().to_owned();
    let is_new = upsert(tx, row, keep).await? > 0;
    if is_new && role == Role::ProgrammeManager {
        memberships::fix_manager_scope(tx, account).await?;
    }
    Ok(is_new)
}

pub(in crate::store) fn read(text: &str) -> StoreResult<Role> {
    text.parse().map_err(|()| StoreError::Corrupt("an unknown role"))
}

/// Whether taking this person's administrator role away, or this person, would leave none.
pub(super) async fn is_last_administrator<C: ConnectionTrait>(db: &C, account: AccountId) -> StoreResult<bool> {
    let others = administrators().filter(roles::COLUMN.account.ne(account)).count(db).await?;
    let own = administrators().filter(roles::COLUMN.account.eq(account)).count(db).await?;
    Ok(own > 0 && others == 0)
}

pub(in crate::store) fn administrators() -> Select<Entity> {
    Entity::find().filter(roles::COLUMN.role.eq(Role::Administrator.as_str()))
}
