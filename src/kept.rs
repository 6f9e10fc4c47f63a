//! Editions, compiled and held in memory: each is compiled once, however many ask for it at once, and
//! those that nobody asked for in a long time make room for others.

use std::future::Future;
use std::sync::Arc;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use tokio::sync::OnceCell;

use crate::domain::course::EditionHash;

/// In kilobytes, for all that are held.
const ROOM: u32 = 48 * 1024;
/// However large they are, so many find room.
const AT_LEAST: u32 = 4;

/// Cheap to clone.
pub struct Kept<T> {
    cells: Cache<EditionHash, Arc<OnceCell<Arc<T>>>>,
}

impl<T: Send + Sync + 'static> Kept<T> {
    /// `weight` tells how many kilobytes an edition takes.
    pub fn new(weight: fn(&T) -> u32) -> Self {
        let weigh = move |_: &EditionHash, cell: &Arc<OnceCell<Arc<T>>>| {
            cell.get().map_or(1, |edition| weight(edition).clamp(1, ROOM / AT_LEAST))
        };
        let cells = Cache::builder().max_capacity(ROOM.into()).weigher(weigh).eviction_policy(EvictionPolicy::lru());
        Self { cells: cells.build() }
    }

    /// The edition with this hash; whoever asks first makes it, and the others wait for that.
    pub async fn get<E>(&self, hash: &EditionHash, make: impl Future<Output = Result<T, E>>) -> Result<Arc<T>, E> {
        let cell = self.cells.get_with_by_ref(hash, Arc::default);
        let mut is_new = false;
        let made = cell.get_or_try_init(async || {
            is_new = true;
            make.await.map(Arc::new)
        });
        let edition = made.await?.clone();
        if is_new {
            // Once more, now that its weight is known.
            self.cells.insert(hash.clone(), cell);
        }
        Ok(edition)
    }

    /// Holds one that is made already.
    pub fn put(&self, hash: &EditionHash, edition: Arc<T>) {
        self.cells.insert(hash.clone(), Arc::new(OnceCell::new_with(Some(edition))));
    }
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self { cells: self.cells.clone() }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn hash(number: u32) -> EditionHash {
        EditionHash(format!("edition-{number}"))
    }

    #[tokio::test]
    async fn however_many_ask_at_once_it_is_made_once() {
        let kept = Kept::<u32>::new(|_| 1);
        let made = Arc::new(AtomicUsize::new(0));
        let asking = (0..50).map(|_| {
            let (kept, made) = (kept.clone(), made.clone());
            tokio::spawn(async move {
                let make = async {
                    made.fetch_add(1, Ordering::SeqCst);
                    tokio::task::yield_now().await;
                    Ok::<_, Infallible>(7)
                };
                kept.get(&hash(1), make).await.map(|edition| *edition)
            })
        });
        for asked in asking.collect::<Vec<_>>() {
            assert_eq!(asked.await.unwrap(), Ok(7));
        }
        assert_eq!(made.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn what_failed_is_tried_again() {
        let kept = Kept::<u32>::new(|_| 1);
        assert_eq!(kept.get(&hash(1), async { Err("the database is away") }).await, Err("the database is away"));
        assert_eq!(kept.get(&hash(1), async { Ok::<_, &str>(7) }).await, Ok(Arc::new(7)));
    }

    #[tokio::test]
    async fn only_what_finds_room_is_held_and_never_less_than_a_few() {
        let kept = Kept::<u32>::new(|_| u32::MAX);
        for number in 0..20 {
            kept.get(&hash(number), async { Ok::<_, Infallible>(number) }).await.unwrap();
            kept.cells.run_pending_tasks();
        }
        assert_eq!(kept.cells.entry_count(), u64::from(AT_LEAST));
        assert!(kept.cells.contains_key(&hash(19)), "the one asked for last stays");
    }
}
