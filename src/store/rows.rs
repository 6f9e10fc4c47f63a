//! Small helpers over sea-orm that every collection uses.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelBehavior, ActiveModelTrait, ConnectionTrait, EntityTrait, Insert, IntoActiveModel};

use super::error::{StoreError, StoreResult};
use super::writer::Tx;

/// Inserts one row.
pub(super) async fn insert<M, A>(tx: &Tx, row: M) -> StoreResult<()>
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait + ActiveModelBehavior + Send,
{
    A::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

/// Inserts one row, or does what `on_conflict` says; the number of rows changed.
pub(super) async fn upsert<M, A>(tx: &Tx, row: M, on_conflict: OnConflict) -> StoreResult<u64>
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait + ActiveModelBehavior + Send,
{
    let insert = Insert::one(row.into_active_model()).on_conflict(on_conflict);
    let statement = tx.get_database_backend().build(&sea_orm::QueryTrait::into_query(insert));
    Ok(tx.execute_raw(statement).await?.rows_affected())
}

/// A conditional update or delete that must have found its row.
pub(super) fn found(rows_affected: u64) -> StoreResult<()> {
    if rows_affected > 0 { Ok(()) } else { Err(StoreError::NotFound) }
}
