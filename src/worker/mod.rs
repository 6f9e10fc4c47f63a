//! What the server does by itself, at start and every hour: deletes what is due, moves learners to new
//! editions, counts for managers when a week or a quarter has ended, and works out once a day how hard the
//! short questions of the needs assessment are. Shallow: each task is a function of the store that may be
//! cut off and run again, and that several servers on one database may run at once.

pub mod editions;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use crate::catalogue::Catalogue;
use crate::domain::disclosure::Quarter;
use crate::domain::time::Timestamp;
use crate::instruments::Instruments;
use crate::store::releases::{self, Tests};
use crate::store::{Store, retention, sizes};

const EVERY: Duration = Duration::from_secs(60 * 60);

/// Works until `stop` says so. What is on its way then is done whole or not at all.
pub async fn run(
    store: Store,
    (catalogue, instruments): (Catalogue, Arc<Instruments>),
    clock: fn() -> Timestamp,
    stop: impl Future<Output = ()>,
) {
    let mut stop = pin!(stop);
    for hour in 0_u64.. {
        let work = async {
            round(&store, &catalogue, clock()).await;
            if hour.is_multiple_of(24)
                && let Err(error) = instruments.calibrate_daily(&store, clock()).await
            {
                tracing::error!("how hard the short questions are was not worked out: {error}");
            }
            tokio::time::sleep(EVERY).await;
        };
        tokio::select! {
            () = &mut stop => return,
            () = work => {}
        }
    }
}

/// One round. What fails is logged and tried again in the next.
pub async fn round(store: &Store, catalogue: &Catalogue, now: Timestamp) {
    match retention::purge_daily(store, now).await {
        Ok(Some(purged)) => tracing::info!("deleted what was due: {purged:?}"),
        Ok(None) => {}
        Err(error) => tracing::error!("what is due could not be deleted: {error}"),
    }
    match editions::carry_over(store, catalogue).await {
        Ok(0) => {}
        Ok(moved) => tracing::info!(moved, "learners are in a newer edition now"),
        Err(error) => tracing::error!("learners could not be moved to newer editions: {error}"),
    }
    if let Err(error) = sizes::count_due(store, now).await {
        tracing::error!("the sizes of groups could not be counted: {error}");
    }
    // As soon as the quarter has ended, so that the figures are of those who were there, and nobody
    // chooses their moment.
    let ended = Quarter::of(now.day()).before();
    if let Err(error) = releases::make(store, ended, &Tests::of(&catalogue.latest()), now).await {
        tracing::error!("the figures of {ended} could not be made: {error}");
    }
}
