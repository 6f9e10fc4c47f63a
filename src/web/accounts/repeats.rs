//! Forms with what is good once that come twice.
//!
//! On a slow link people tap again, and the browser then shows the answer to the second form. The
//! digits of a second step are used up by then, so that answer would say that nothing was done although
//! it was. What was done is remembered for a minute by the token of its page, and the same form sent
//! twice waits for its first answer.

use std::time::Duration;

use moka::sync::Cache;
use sha2::{Digest, Sha256};
use tokio::sync::{Mutex, MutexGuard};

const REMEMBERED: Duration = Duration::from_secs(60);
/// A form waits for others that share its lane; those sent twice do in any case.
const LANES: usize = 64;

type Page = [u8; 32];

pub struct Repeats {
    done: Cache<Page, ()>,
    lanes: [Mutex<()>; LANES],
}

/// The turn of one form: the same one, sent again, waits until this is dropped.
pub struct Turn<'a> {
    /// Whether the same form was taken a moment ago.
    pub is_repeat: bool,
    page: Page,
    done: &'a Cache<Page, ()>,
    _lane: MutexGuard<'a, ()>,
}

impl Default for Repeats {
    fn default() -> Self {
        Self {
            done: Cache::builder().max_capacity(10_000).time_to_live(REMEMBERED).build(),
            lanes: std::array::from_fn(|_| Mutex::new(())),
        }
    }
}

impl Repeats {
    /// The turn of the form that came with `token`, see `web::form::Fields::token`.
    /// The token fits one session alone, so nobody repeats what another sent.
    pub async fn turn(&self, token: &str) -> Turn<'_> {
        let page: Page = Sha256::digest(token).into();
        let lane = self.lanes[usize::from(page[0]) % LANES].lock().await;
        Turn { is_repeat: self.done.contains_key(&page), page, done: &self.done, _lane: lane }
    }
}

impl Turn<'_> {
    /// What the form asked for is done.
    pub fn done(self) {
        self.done.insert(self.page, ());
    }
}
