//! One suite, run on both databases: each test is a function of a fresh store, named in a [`suite!`].
//!
//! PostgreSQL's half runs when `LONTAR_TEST_POSTGRES` holds the URL of a server on which databases may
//! be made (each test makes and drops its own); otherwise a line says that it was left out.

mod accounts;
mod courses;
mod export;
mod fresh;
mod learning;
mod needs;
mod opening;
mod organisations;
mod outages;
mod pathways;
mod races;
mod releases;
mod retention;
mod schema;
mod seizure;
mod sessions;

/// Runs each named `async fn(&Store)` of the surrounding module on a fresh SQLite file and on a fresh
/// PostgreSQL database.
macro_rules! suite {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let fresh = $crate::store::tests::fresh::sqlite().await;
                super::$name(&fresh.store).await;
            })*
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if let Some(fresh) = $crate::store::tests::fresh::postgres().await {
                    super::$name(&fresh.store).await;
                    fresh.remove().await;
                }
            })*
        }
    };
}

use suite;
