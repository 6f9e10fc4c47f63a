//! The second factor of staff: a shared secret, sealed together with the step used last.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use serde::{Deserialize, Serialize};

use crate::crypto::totp::TotpSecret;
use crate::domain::id::AccountId;
use crate::domain::time::Timestamp;
use crate::store::entity::accounts::{self, ActiveModel, Entity};
use crate::store::error::{StoreError, StoreResult};
use crate::store::{Store, sealed};

/// What is sealed in the column.
#[derive(Serialize, Deserialize)]
struct Held {
    secret: String,
    /// The step whose code was used last; it and older ones are refused.
    last_step: Option<i64>,
}

/// Sets the second factor, or takes it away.
pub async fn set(store: &Store, account: AccountId, secret: Option<&TotpSecret>) -> StoreResult<()> {
    put(store, account, secret.map(|secret| Held { secret: secret.reveal(), last_step: None })).await
}

/// Sets a second factor whose code of `step` was shown to set it up: that code is used up.
pub async fn set_up(store: &Store, account: AccountId, secret: &TotpSecret, step: i64) -> StoreResult<()> {
    put(store, account, Some(Held { secret: secret.reveal(), last_step: Some(step) })).await
}

async fn put(store: &Store, account: AccountId, held: Option<Held>) -> StoreResult<()> {
    let key = store.data_key(account).await?;
    let sealed = held.map(|held| sealed::SECOND_FACTOR.seal(&key, account.0.as_bytes(), &held)).transpose()?;
    super::update(store, account, ActiveModel { second_factor: Set(sealed), ..Default::default() }).await
}

/// Whether a typed code is right, now, and was not used before. A right one is used up, once,
/// whoever races. `Gone`: the account has no second factor.
pub async fn check(store: &Store, account: AccountId, typed: &str, now: Timestamp) -> StoreResult<bool> {
    let key = store.data_key(account).await?;
    let typed = typed.to_owned();
    let checked = store.write(move |tx| {
        Box::pin(async move {
            let row = Entity::find_by_id(account).one(tx).await?.ok_or(StoreError::NotFound)?;
            let before = row.second_factor.ok_or(StoreError::Gone)?;
            let held: Held = sealed::SECOND_FACTOR.open(&key, account.0.as_bytes(), &before)?;
            let damaged = |_| StoreError::Corrupt("a second factor is no secret");
            let secret: TotpSecret = held.secret.parse().map_err(damaged)?;
            let Some(step) = secret.check(&typed, now, held.last_step) else { return Ok(false) };
            let held = Held { last_step: Some(step), ..held };
            let after = sealed::SECOND_FACTOR.seal(&key, account.0.as_bytes(), &held)?;
            // The sealed value is new each time it is written, so this notices anyone in between.
            let used = Entity::update_many()
                .set(ActiveModel { second_factor: Set(Some(after)), ..Default::default() })
                .filter(accounts::COLUMN.id.eq(account))
                .filter(accounts::COLUMN.second_factor.eq(before))
                .exec(tx)
                .await?;
            Ok(used.rows_affected == 1)
        })
    });
    checked.await
}
