//! Whether the server lives and serves, for whoever watches over it; and what robots may read.

use rocket::http::{ContentType, Status};
use rocket::{Route, State, get, routes};

use super::house::House;
use super::reply::Reply;

#[get("/healthz")]
fn live() -> &'static str {
    "alive\n"
}

/// Ready: the database can be read and written.
#[get("/readyz")]
async fn ready(house: &State<House>) -> (Status, &'static str) {
    match house.store.health().await.is_good() {
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
