//! Whether the server lives and serves, for whoever watches over it; and what robots may read.

use std::time::{Duration, Instant};

use rocket::http::{ContentType, Status};
use rocket::{Route, State, get, routes};
use tokio::sync::Mutex;

use super::house::House;
use super::reply::Reply;
use crate::store::Store;

#[get("/healthz")]
fn live() -> &'static str {
    "alive\n"
}

/// What `/readyz` found last. It writes a row, so whoever asks without end must not be able to fill the
/// queue in which answers wait: it is found out once in a while, by one at a time.
#[derive(Default)]
pub struct Readiness(Mutex<Option<(Instant, bool)>>);

impl Readiness {
    /// How long it counts that all was well, and that it was not.
    const GOOD_FOR: Duration = Duration::from_secs(5);
    const BAD_FOR: Duration = Duration::from_secs(1);

    async fn is_good(&self, store: &Store) -> bool {
        let mut last = self.0.lock().await;
        if let Some((at, is_good)) = *last
            && at.elapsed() < if is_good { Self::GOOD_FOR } else { Self::BAD_FOR }
        {
            return is_good;
        }
        let is_good = store.health().await.is_good();
        *last = Some((Instant::now(), is_good));
        is_good
    }
}

/// Ready: the database can be read and written.
#[get("/readyz")]
async fn ready(house: &State<House>, readiness: &State<Readiness>) -> (Status, &'static str) {
    match readiness.is_good(&house.store).await {
        true => (Status::Ok, "ready\n"),
        false => (Status::ServiceUnavailable, "the database cannot be used\n"),
    }
}

#[get("/robots.txt")]
fn robots() -> Reply {
    let body = "User-agent: *\nAllow: /$\nAllow: /courses\nAllow: /about\nAllow: /emergency\nDisallow: /\n";
    Reply::Data { content_type: ContentType::Plain, body: body.into() }
}

/// Browsers ask for it unasked; the page names the real one.
#[get("/favicon.ico")]
fn icon(house: &State<House>) -> Reply {
    Reply::see_other(house.assets.icon_url.clone())
}

pub fn routes() -> Vec<Route> {
    routes![live, ready, robots, icon]
}
