//! Erasing an account and all that hangs on it. Certificates stay, with their link cut.

use sea_orm::EntityTrait;

use crate::domain::id::AccountId;
use crate::store::Store;
use crate::store::entity::accounts::Entity;
use crate::store::error::StoreResult;
use crate::store::rows::found;

use super::roles::is_last_administrator;

/// What came of erasing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erased {
    Done,
    /// The server would have no administrator left; nothing was changed.
    LastAdministrator,
}

/// Deletes the account; the database's keys delete everything that belongs to it and cut the link of
/// its certificates. On SQLite the log is emptied as well, so no copy is left on the disk; on PostgreSQL
/// the table of keys is written anew, without which nothing of the person can be read.
pub async fn erase(store: &Store, account: AccountId) -> StoreResult<Erased> {
    let erased = store.write_then_forget(move |tx| {
        Box::pin(async move {
            if is_last_administrator(tx, account).await? {
                return Ok(Erased::LastAdministrator);
            }
            found(Entity::delete_by_id(account).exec(tx).await?.rows_affected)?;
            Ok(Erased::Done)
        })
    });
    let erased = erased.await?;
    if erased == Erased::Done {
        store.forget_key(account);
        store.forget_keys_of_the_dead().await;
    }
    Ok(erased)
}
