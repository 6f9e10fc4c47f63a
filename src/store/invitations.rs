//! Invitations: codes that let somebody in. How often a code was used is kept, not by whom.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::crypto::recovery::RecoveryCode;
use crate::crypto::vault::Lookup;
use crate::domain::id::{CohortId, InvitationId};
use crate::domain::time::Timestamp;

use super::Store;
use super::entity::invitations::{self, Column, Entity, Model};
use super::error::{StoreError, StoreResult};
use super::memberships::{self, Placement};
use super::rows::{found, insert};
use super::writer::Tx;

/// An invitation as administrators see it; the code itself is shown once, when it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invitation {
    pub id: InvitationId,
    pub uses_left: u32,
    pub expires_at: Timestamp,
    pub created_at: Timestamp,
}

/// Makes an invitation for `uses` people, who are placed where `placement` says. The code reads like a
/// recovery code.
pub async fn create(
    store: &Store,
    uses: u32,
    expires_at: Timestamp,
    placement: Option<Placement>,
    now: Timestamp,
) -> StoreResult<(InvitationId, RecoveryCode)> {
    let (id, code) = (InvitationId(Uuid::now_v7()), RecoveryCode::random());
    let row = Model {
        id,
        code_hash: code_hash(store, code.canonical()),
        uses_left: uses.into(),
        expires_at,
        created_at: now,
        organisation: placement.map(|placement| placement.organisation),
        cohort: placement.and_then(|placement| placement.cohort),
    };
    let inserted = store.write(move |tx| {
        Box::pin(async move {
            if let Some(placement) = placement {
                memberships::check(tx, placement).await?;
            }
            insert(tx, row).await
        })
    });
    inserted.await?;
    Ok((id, code))
}

/// Those of administrators that still let somebody in, newest first.
pub async fn open(store: &Store, now: Timestamp) -> StoreResult<Vec<Invitation>> {
    let query = Entity::find()
        .filter(Column::Organisation.is_null())
        .filter(invitations::COLUMN.uses_left.gt(0))
        .filter(Column::ExpiresAt.gt(now))
        .order_by_desc(Column::Id);
    let rows = store.read(query.all(store.reader())).await?;
    Ok(rows.into_iter().map(invitation).collect())
}

/// Whether a typed code would let somebody in now.
pub async fn is_open(store: &Store, typed: &str, now: Timestamp) -> StoreResult<bool> {
    let query = Entity::find().filter(invitations::COLUMN.code_hash.eq(code_hash(store, typed)));
    let row = store.read(query.one(store.reader())).await?;
    Ok(row.is_some_and(|row| row.uses_left > 0 && row.expires_at > now))
}

/// Those of one cohort that have not expired, newest first; also those that are used up, because a code
/// that is gone would tell that somebody joined, and when.
pub async fn of_cohort(store: &Store, cohort: CohortId, now: Timestamp) -> StoreResult<Vec<Invitation>> {
    let query = Entity::find()
        .filter(invitations::COLUMN.cohort.eq(cohort))
        .filter(Column::ExpiresAt.gt(now))
        .order_by_desc(Column::Id);
    let rows = store.read(query.all(store.reader())).await?;
    Ok(rows.into_iter().map(invitation).collect())
}

/// Takes an invitation of one cohort back; `NotFound` when it is another's.
pub async fn withdraw_of_cohort(store: &Store, cohort: CohortId, id: InvitationId) -> StoreResult<()> {
    let delete =
        Entity::delete_many().filter(invitations::COLUMN.id.eq(id)).filter(invitations::COLUMN.cohort.eq(cohort));
    store.write(move |tx| Box::pin(async move { found(delete.exec(tx).await?.rows_affected) })).await
}

/// Takes an invitation back.
pub async fn withdraw(store: &Store, id: InvitationId) -> StoreResult<()> {
    store.write(move |tx| Box::pin(async move { found(Entity::delete_by_id(id).exec(tx).await?.rows_affected) })).await
}

/// Uses a code once and says where it leads; `Gone` when it is unknown, used up or expired.
pub(super) async fn redeem(tx: &Tx, code_hash: Vec<u8>, now: Timestamp) -> StoreResult<Option<Placement>> {
    use_up(tx, code_hash, Condition::all(), now).await
}

/// The same for a code that must lead somewhere; one that does not is left unused.
pub(super) async fn redeem_placing(tx: &Tx, code_hash: Vec<u8>, now: Timestamp) -> StoreResult<Placement> {
    let placing = Condition::all().add(Column::Organisation.is_not_null());
    use_up(tx, code_hash, placing, now).await?.ok_or(StoreError::Gone)
}

/// Where a code leads, used up or not.
pub(super) async fn leads_to(tx: &Tx, code_hash: &[u8]) -> StoreResult<Option<Placement>> {
    let row = Entity::find().filter(invitations::COLUMN.code_hash.eq(code_hash.to_vec())).one(tx).await?;
    Ok(row.as_ref().and_then(placement))
}

async fn use_up(tx: &Tx, code_hash: Vec<u8>, of: Condition, now: Timestamp) -> StoreResult<Option<Placement>> {
    let used = Entity::update_many()
        .col_expr(Column::UsesLeft, Expr::col(Column::UsesLeft).sub(1))
        .filter(Column::CodeHash.eq(code_hash.clone()))
        .filter(invitations::COLUMN.uses_left.gt(0))
        .filter(Column::ExpiresAt.gt(now))
        .filter(of)
        .exec(tx)
        .await?;
    found(used.rows_affected).map_err(|_| StoreError::Gone)?;
    let row = Entity::find().filter(invitations::COLUMN.code_hash.eq(code_hash)).one(tx).await?;
    Ok(placement(&row.ok_or(StoreError::Gone)?))
}

fn placement(row: &Model) -> Option<Placement> {
    row.organisation.map(|organisation| Placement { organisation, cohort: row.cohort })
}

/// The keyed hash of a typed code; what is no code at all hashes to something no row has.
pub(super) fn code_hash(store: &Store, typed: &str) -> Vec<u8> {
    let canonical = typed.parse::<RecoveryCode>().map(|code| code.canonical().to_owned()).unwrap_or_default();
    store.vault().lookup(Lookup::InvitationCode, &canonical).to_vec()
}

fn invitation(row: Model) -> Invitation {
    Invitation {
        id: row.id,
        uses_left: u32::try_from(row.uses_left).unwrap_or_default(),
        expires_at: row.expires_at,
        created_at: row.created_at,
    }
}
