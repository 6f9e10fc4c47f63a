//! One's account at a glance, with the way to everything that can be done about it.

use rocket::{Route, get, routes};
use serde::Serialize;

use crate::domain::account::Role;
use crate::locale::Argument;
use crate::store::accounts::{self, recovery};
use crate::web::error::AppError;
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `accounts/overview`
#[derive(Serialize)]
struct ShowAccount {
    name: String,
    codes_left: String,
    is_low_on_codes: bool,
    roles: Vec<String>,
    has_roles: bool,
    has_second_factor: bool,
}

impl View for ShowAccount {
    const TEMPLATE: &'static str = "accounts/overview";
}

#[get("/account")]
async fn show(learner: Learner<'_>) -> Result<Reply, AppError> {
    let visitor = &learner.visitor;
    let store = &visitor.house.store;
    let account = accounts::by_id(store, learner.id).await?.ok_or(AppError::NotFound)?;
    let left = recovery::left(store, learner.id).await?;
    let words = visitor.words();
    visitor.page(&ShowAccount {
        name: account.name.reveal().to_owned(),
        codes_left: words.fill("codes.left", &[("count", Argument::Number(i64::try_from(left).unwrap_or_default()))]),
        is_low_on_codes: left < 3,
        roles: learner.signed_in.roles.iter().map(|role| words.get(role_words(*role))).collect(),
        has_roles: !learner.signed_in.roles.is_empty(),
        has_second_factor: account.has_second_factor,
    })
}

/// The key of a role's name.
pub fn role_words(role: Role) -> &'static str {
    match role {
        Role::Trainer => "role.trainer",
        Role::ProgrammeManager => "role.programme_manager",
        Role::Administrator => "role.administrator",
    }
}

pub fn routes() -> Vec<Route> {
    routes![show]
}
