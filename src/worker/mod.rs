//! What the server does by itself, at start and every hour: deletes what is due, moves learners to
//! new editions. Shallow: each task is a function of the store that may be cut off and run again,
//! and that several servers on one database may run at once.

pub mod editions;

use std::pin::pin;
use std::time::Duration;

use crate::catalogue::Catalogue;
use crate::domain::time::Timestamp;
use crate::store::{Store, retention};

const EVERY: Duration = Duration::from_secs(60 * 60);

/// Works until `stop` says so. What is on its way then is done whole or not at all.
pub async fn run(store: Store, catalogue: Catalogue, clock: fn() -> Timestamp, stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    loop {
        let work = async {
            round(&store, &catalogue, clock()).await;
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
}
