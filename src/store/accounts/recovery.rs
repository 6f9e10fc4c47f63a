//! Recovery codes: printed once, each good for one new password.

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Set};

use crate::crypto::password::PasswordHash;
use crate::crypto::recovery::RecoveryCode;
use crate::crypto::vault::Lookup;
use crate::domain::id::AccountId;
use crate::domain::time::Timestamp;
use crate::store::entity::recovery_codes::{self, ActiveModel, Entity, Model};
use crate::store::error::{StoreError, StoreResult};
use crate::store::rows::{found, insert};
use crate::store::writer::Tx;
use crate::store::{Store, sessions};

use super::recoveries;

/// Uses a code, printed or given by two administrators, to set a new password; ends all sessions. A
/// wrong name, a wrong code and a used code are all `NotFound`, so nothing can be told from the answer.
/// Once only, whoever races.
pub async fn redeem(
    store: &Store,
    typed_name: &str,
    code: &RecoveryCode,
    password: &PasswordHash,
    now: Timestamp,
) -> StoreResult<AccountId> {
    let row = super::row_by_name(store, typed_name).await?.ok_or(StoreError::NotFound)?;
    let (account, key) = (row.id, store.keep_key(row.id, &row.data_key)?);
    let sealed = super::seal_password(&key, account, password);
    let hash = hash(store, code);
    let redeemed = store.write(move |tx| {
        Box::pin(async move {
            let printed = Entity::update_many()
                .set(ActiveModel { used_at: Set(Some(now)), ..Default::default() })
                .filter(recovery_codes::COLUMN.code_hash.eq(hash.clone()))
                .filter(recovery_codes::COLUMN.account.eq(account))
                .filter(recovery_codes::COLUMN.used_at.is_null())
                .exec(tx)
                .await?;
            if printed.rows_affected == 0 {
                let is_given = recoveries::redeem(tx, account, &hash, now).await?;
                found(u64::from(is_given))?;
                // Whoever needed two administrators has lost the second factor as well.
                super::drop_second_factor(tx, account).await?;
            }
            super::put_password(tx, account, sealed, now).await?;
            sessions::end_all_but(tx, account, None).await?;
            Ok(account)
        })
    });
    redeemed.await
}

/// Whether [`redeem`] would let this name and code in now: what it costs to set a password is worth it.
pub async fn fits(store: &Store, typed_name: &str, code: &RecoveryCode, now: Timestamp) -> StoreResult<bool> {
    let row = super::row_by_name(store, typed_name).await?;
    let hash = hash(store, code);
    let printed = Entity::find_by_id(hash.clone()).filter(recovery_codes::COLUMN.used_at.is_null());
    let holders = [
        store.read(printed.one(store.reader())).await?.map(|code| code.account),
        recoveries::holder(store, &hash, now).await?,
    ];
    Ok(row.is_some_and(|row| holders.contains(&Some(row.id))))
}

/// Adds codes to those that are good already.
pub async fn add(store: &Store, account: AccountId, codes: &[RecoveryCode]) -> StoreResult<()> {
    let hashes = hashes(store, codes);
    store.write(move |tx| Box::pin(insert_all(tx, account, hashes))).await
}

/// Puts a new set in place of the old one, used ones included.
pub async fn replace(store: &Store, account: AccountId, codes: &[RecoveryCode]) -> StoreResult<()> {
    let hashes = hashes(store, codes);
    store
        .write(move |tx| {
            Box::pin(async move {
                Entity::delete_many().filter(recovery_codes::COLUMN.account.eq(account)).exec(tx).await?;
                insert_all(tx, account, hashes).await
            })
        })
        .await
}

/// How many codes are still good.
pub async fn left(store: &Store, account: AccountId) -> StoreResult<u64> {
    let query = Entity::find()
        .select_only()
        .column(recovery_codes::Column::CodeHash)
        .filter(recovery_codes::COLUMN.account.eq(account))
        .filter(recovery_codes::COLUMN.used_at.is_null());
    store.read(query.count(store.reader())).await
}

pub(super) fn hashes(store: &Store, codes: &[RecoveryCode]) -> Vec<Vec<u8>> {
    codes.iter().map(|code| hash(store, code)).collect()
}

pub(super) async fn insert_all(tx: &Tx, account: AccountId, hashes: Vec<Vec<u8>>) -> StoreResult<()> {
    for code_hash in hashes {
        insert(tx, Model { code_hash, account, used_at: None }).await?;
    }
    Ok(())
}

pub(super) fn hash(store: &Store, code: &RecoveryCode) -> Vec<u8> {
    store.vault().lookup(Lookup::RecoveryCode, code.canonical()).to_vec()
}
