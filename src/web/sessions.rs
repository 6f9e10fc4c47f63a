//! Who is signed in, remembered for one second, so that a page costs no query. Whatever ends a
//! session here forgets it at once; on other servers it is dead within that second (SAFETY 28).

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use tokio::time::timeout;

use crate::crypto::token::{Token, TokenHash};
use crate::domain::id::AccountId;
use crate::domain::time::{MINUTE, Timestamp};
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::sessions::{self, Session};

/// A page waits no longer for the note that its session was used.
const TOUCH_TIME: Duration = Duration::from_millis(250);
/// After a note that failed: no other is tried for so long.
const RETRY: i64 = MINUTE;

pub struct SessionCache {
    sessions: Cache<TokenHash, Arc<Session>>,
    /// When it was last tried to note that a session was used.
    touches: Cache<TokenHash, Timestamp>,
}

/// What a cookie says about its bearer.
#[derive(Clone)]
pub enum Found {
    /// It has run out or was ended. Whose it was is known for a day after it ran out.
    Ended(Option<AccountId>),
    Live(Arc<Session>),
}

impl Default for SessionCache {
    fn default() -> Self {
        Self {
            sessions: Cache::builder().max_capacity(10_000).time_to_live(Duration::from_secs(1)).build(),
            touches: Cache::builder().max_capacity(10_000).time_to_live(Duration::from_secs(60)).build(),
        }
    }
}

impl SessionCache {
    /// The session of a cookie's token; notes that it was used.
    pub async fn find(&self, store: &Store, token: &Token, now: Timestamp) -> Result<Found, StoreError> {
        let hash = token.hash();
        if let Some(session) = self.sessions.get(&hash) {
            return Ok(Found::Live(session));
        }
        match sessions::by_token(store, token, now).await? {
            Some(session) => {
                let session = Arc::new(session);
                self.touch(store, hash, &session, now).await;
                self.sessions.insert(hash, session.clone());
                Ok(Found::Live(session))
            }
            None => Ok(Found::Ended(sessions::ended(store, token, now).await?)),
        }
    }

    /// Notes that a session was used. While nothing can be written pages are read all the same, so this
    /// neither fails nor holds them up; at worst the session ends by idleness.
    async fn touch(&self, store: &Store, hash: TokenHash, session: &Arc<Session>, now: Timestamp) {
        let was_tried = self.touches.get(&hash).is_some_and(|at| (0..RETRY).contains(&now.since(at)));
        if was_tried || !sessions::is_to_touch(session, now) {
            return;
        }
        self.touches.insert(hash, now);
        let (store, session) = (store.clone(), session.clone());
        let touching = tokio::spawn(async move {
            if let Err(error) = sessions::touch(&store, &session, now).await {
                tracing::warn!("it was not noted that a session is in use: {error}");
            }
        });
        drop(timeout(TOUCH_TIME, touching).await);
    }

    /// Forgets what is remembered of one person.
    pub fn forget(&self, account: AccountId) {
        let theirs: Vec<TokenHash> =
            self.sessions.iter().filter(|(_, session)| session.account == account).map(|(hash, _)| *hash).collect();
        theirs.iter().for_each(|hash| self.sessions.invalidate(hash));
    }
}
