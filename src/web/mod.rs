//! The web: the only place that knows Rocket and handlebars. One folder per feature; handlers load,
//! decide through `domain`, save through `store`, and redirect.

pub mod accounts;
mod admin;
mod assets;
mod attempts;
mod blocks;
mod caller;
mod certificates;
mod compress;
mod courses;
mod csrf;
mod error;
mod errors;
mod form;
mod frame;
mod headers;
mod health;
mod helpers;
mod home;
pub mod house;
mod learn;
mod limits;
mod manage;
mod marking;
mod needs;
mod next;
mod page;
mod pathway;
mod questions;
mod reply;
mod sessions;
mod tasks;
pub mod templates;
mod visitor;
mod welcome;

use rocket::{Build, Rocket, Route};

use headers::SafetyHeaders;
use house::House;

/// Every route of the server, in one list: the authorisation matrix has a row for each.
pub fn routes() -> Vec<Route> {
    [
        accounts::routes(),
        admin::routes(),
        assets::routes(),
        attempts::routes(),
        certificates::routes(),
        courses::routes(),
        health::routes(),
        home::routes(),
        learn::routes(),
        manage::routes(),
        marking::routes(),
        needs::routes(),
        pathway::routes(),
        tasks::routes(),
        welcome::routes(),
    ]
    .concat()
}

/// Puts routes, error pages, headers and shared state onto a server.
pub fn mount(rocket: Rocket<Build>, house: House) -> Rocket<Build> {
    let headers = SafetyHeaders { is_https: house.is_https() };
    let rocket = rocket.manage(house).manage(health::Readiness::default());
    rocket.attach(headers).mount("/", routes()).register("/", errors::catchers())
}
