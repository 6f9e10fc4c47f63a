//! Who is signed in, remembered for one second, so that a page costs no query. Whatever ends a
//! session here forgets it at once; on other servers it is dead within that second (SAFETY 28).

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

use crate::crypto::token::{Token, TokenHash};
use crate::domain::id::AccountId;
use crate::domain::time::Timestamp;
use crate::store::sessions::{self, Found};
use crate::store::{Store, StoreError};

pub struct SessionCache(Cache<TokenHash, Found>);

impl Default for SessionCache {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(10_000).time_to_live(Duration::from_secs(1)).build())
    }
}

impl SessionCache {
    /// The session of a cookie's value.
    pub async fn find(&self, store: &Store, cookie: &str, now: Timestamp) -> Result<Found, StoreError> {
        let Ok(token) = cookie.parse::<Token>() else { return Ok(Found::Unknown) };
        let hash = token.hash();
        if let Some(found) = self.0.get(&hash) {
            return Ok(found);
        }
        let found = sessions::by_token(store, &token, now).await?;
        if let Found::Live(_) = found {
            self.0.insert(hash, found.clone());
        }
        Ok(found)
    }

    /// Forgets what is remembered of one person.
    pub fn forget(&self, account: AccountId) {
        let theirs: Vec<_> = self
            .0
            .iter()
            .filter(|(_, found)| matches!(found, Found::Live(signed_in) if signed_in.account == account))
            .map(|(hash, _)| *hash)
            .collect();
        theirs.iter().for_each(|hash| self.0.invalidate(hash));
    }
}
