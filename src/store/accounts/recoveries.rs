//! A way back in for somebody who has lost everything, given by two administrators together: one
//! starts it, another confirms it and gets a code to hand over in person. With it the person chooses
//! a new password themselves; nobody else ever has one that works (SAFETY 4).

use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, Set};
use uuid::Uuid;

use crate::crypto::names::SignInName;
use crate::crypto::recovery::RecoveryCode;
use crate::domain::account::Role;
use crate::domain::id::AccountId;
use crate::domain::time::{DAY, Timestamp};
use crate::store::Store;
use crate::store::entity::recoveries::{self, ActiveModel, Column, Entity, Model};
use crate::store::entity::roles;
use crate::store::error::{StoreError, StoreResult};
use crate::store::rows::upsert;
use crate::store::writer::Tx;

/// How long it waits for the second administrator, and then for the person.
pub const OPEN_FOR: i64 = DAY;

/// One that waits for a second administrator.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub id: Uuid,
    pub name: SignInName,
    pub started_by: AccountId,
    pub started: Timestamp,
}

/// Starts one for `account`. One that is open already stays as it is.
///
/// # Errors
/// [`StoreError::NotFound`] for one's own account.
pub async fn start(store: &Store, account: AccountId, by: AccountId, now: Timestamp) -> StoreResult<()> {
    if account == by {
        return Err(StoreError::NotFound);
    }
    let row = Model {
        id: Uuid::now_v7(),
        account,
        started_by: by,
        started_at: now,
        confirmed_by: None,
        confirmed_at: None,
        code_hash: None,
    };
    let started = store.write(move |tx| {
        Box::pin(async move {
            Entity::delete_many().filter(recoveries::COLUMN.account.eq(account)).filter(is_over(now)).exec(tx).await?;
            let keep = OnConflict::column(Column::Account).do_nothing().to_owned();
            upsert(tx, row, keep).await.map(drop)
        })
    });
    started.await
}

/// Those that wait for a second administrator, oldest first.
pub async fn waiting(store: &Store, now: Timestamp) -> StoreResult<Vec<Waiting>> {
    let query = Entity::find()
        .filter(Column::ConfirmedAt.is_null())
        .filter(Column::StartedAt.gt(now.plus(-OPEN_FOR)))
        .order_by_asc(Column::StartedAt);
    let mut waiting = Vec::new();
    for row in store.read(query.all(store.reader())).await? {
        // Somebody may delete their account meanwhile.
        let Some(account) = super::by_id(store, row.account).await? else { continue };
        let (id, name) = (row.id, account.name);
        waiting.push(Waiting { id, name, started_by: row.started_by, started: row.started_at });
    }
    Ok(waiting)
}

/// Confirms one, with the code that its person will use. Whose it is comes back.
///
/// # Errors
/// [`StoreError::Gone`] unless it waits, was started by another who is still an administrator, and is
/// about somebody else.
pub async fn confirm(
    store: &Store,
    id: Uuid,
    by: AccountId,
    code: &RecoveryCode,
    now: Timestamp,
) -> StoreResult<AccountId> {
    let administrators = Query::select()
        .column(roles::Column::Account)
        .from(roles::Entity)
        .and_where(roles::COLUMN.role.eq(Role::Administrator.as_str()))
        .to_owned();
    let change = ActiveModel {
        confirmed_by: Set(Some(by)),
        confirmed_at: Set(Some(now)),
        code_hash: Set(Some(super::recovery::hash(store, code))),
        ..Default::default()
    };
    let update = Entity::update_many()
        .set(change)
        .filter(recoveries::COLUMN.id.eq(id))
        .filter(Column::ConfirmedAt.is_null())
        .filter(Column::StartedAt.gt(now.plus(-OPEN_FOR)))
        .filter(recoveries::COLUMN.started_by.ne(by))
        .filter(recoveries::COLUMN.account.ne(by))
        .filter(Column::StartedBy.in_subquery(administrators));
    let confirmed = store.write(move |tx| {
        Box::pin(async move {
            match update.exec(tx).await?.rows_affected {
                0 => Err(StoreError::Gone),
                _ => Ok(Entity::find_by_id(id).one(tx).await?.ok_or(StoreError::Gone)?.account),
            }
        })
    });
    confirmed.await
}

/// Stops one, whoever started it. Whose it was comes back.
pub async fn stop(store: &Store, id: Uuid) -> StoreResult<AccountId> {
    let stopped = store.write(move |tx| {
        Box::pin(async move {
            let row = Entity::find_by_id(id).one(tx).await?.ok_or(StoreError::NotFound)?;
            Entity::delete_by_id(id).exec(tx).await?;
            Ok(row.account)
        })
    });
    stopped.await
}

/// Stops the one about this person, at their own wish.
pub async fn refuse(store: &Store, account: AccountId) -> StoreResult<()> {
    let delete = Entity::delete_many().filter(recoveries::COLUMN.account.eq(account));
    store.write(move |tx| Box::pin(async move { Ok(delete.exec(tx).await.map(drop)?) })).await
}

/// Whether one about this person is open.
pub async fn is_open(store: &Store, account: AccountId, now: Timestamp) -> StoreResult<bool> {
    let query = Entity::find().filter(recoveries::COLUMN.account.eq(account)).filter(is_over(now).not());
    Ok(store.read(query.one(store.reader())).await?.is_some())
}

/// Whom the code of a confirmed one would let in now.
pub(super) async fn holder(store: &Store, hash: &[u8], now: Timestamp) -> StoreResult<Option<AccountId>> {
    let query =
        Entity::find().filter(Column::CodeHash.eq(hash.to_vec())).filter(Column::ConfirmedAt.gt(now.plus(-OPEN_FOR)));
    Ok(store.read(query.one(store.reader())).await?.map(|row| row.account))
}

/// Uses the code of a confirmed one, once, whoever races; whether it fitted.
pub(super) async fn redeem(tx: &Tx, account: AccountId, hash: &[u8], now: Timestamp) -> StoreResult<bool> {
    let used = Entity::delete_many()
        .filter(recoveries::COLUMN.account.eq(account))
        .filter(Column::CodeHash.eq(hash.to_vec()))
        .filter(Column::ConfirmedAt.gt(now.plus(-OPEN_FOR)))
        .exec(tx)
        .await?;
    Ok(used.rows_affected > 0)
}

fn is_over(now: Timestamp) -> Condition {
    let limit = now.plus(-OPEN_FOR);
    let is_unconfirmed = Condition::all().add(Column::ConfirmedAt.is_null()).add(Column::StartedAt.lte(limit));
    // An unconfirmed one has no moment to compare, which must not make the whole unknown.
    let is_confirmed = Condition::all().add(Column::ConfirmedAt.is_not_null()).add(Column::ConfirmedAt.lte(limit));
    Condition::any().add(is_confirmed).add(is_unconfirmed)
}
