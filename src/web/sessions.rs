//! Who is signed in, remembered for one second, so that a page costs no query. Whatever ends a
//! session here forgets it at once; on other servers it is dead within that second (SAFETY 28).

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

use crate::crypto::token::{Token, TokenHash};
use crate::domain::id::AccountId;
use crate::domain::time::Timestamp;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::sessions::{self, Session};

pub struct SessionCache(Cache<TokenHash, Arc<Session>>);

/// What a cookie says about its bearer.
#[derive(Clone)]
pub enum Found {
    /// It has run out or was ended. Whose it was is known for a day after it ran out.
    Ended(Option<AccountId>),
    Live(Arc<Session>),
}

impl Default for SessionCache {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(10_000).time_to_live(Duration::from_secs(1)).build())
    }
}

impl SessionCache {
    /// The session of a cookie's token; notes that it was used.
    pub async fn find(&self, store: &Store, token: &Token, now: Timestamp) -> Result<Found, StoreError> {
        let hash = token.hash();
        if let Some(session) = self.0.get(&hash) {
            return Ok(Found::Live(session));
        }
        match sessions::by_token(store, token, now).await? {
            Some(session) => {
                sessions::touch(store, &session, now).await?;
                let session = Arc::new(session);
                self.0.insert(hash, session.clone());
                Ok(Found::Live(session))
            }
            None => Ok(Found::Ended(sessions::ended(store, token, now).await?)),
        }
    }

    /// Forgets what is remembered of one person.
    pub fn forget(&self, account: AccountId) {
        let theirs: Vec<TokenHash> =
            self.0.iter().filter(|(_, session)| session.account == account).map(|(hash, _)| *hash).collect();
        theirs.iter().for_each(|hash| self.0.invalidate(hash));
    }
}
