//! *Who looked*: what staff did with one's things in the last 90 days, and stopping a way back in that
//! one did not ask for.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::role_words;
use crate::locale::{Argument, Words};
use crate::store::accounts::recoveries;
use crate::store::audit::{self, Act, Entry};
use crate::web::error::AppError;
use crate::web::form::{Nothing, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `accounts/looks`
#[derive(Serialize)]
struct IndexLooks {
    is_recovery_open: bool,
    looks: Vec<LookRow>,
    is_empty: bool,
}

#[derive(Serialize)]
struct LookRow {
    what: String,
    /// A made-up sign, the same for one member of staff each time.
    by: String,
    when: String,
}

impl View for IndexLooks {
    const TEMPLATE: &'static str = "accounts/looks";
}

#[get("/account/looks")]
async fn index(learner: Learner<'_>) -> Result<Reply, AppError> {
    let visitor = &learner.visitor;
    let store = &visitor.house.store;
    let entries = audit::mine(store, learner.id).await?;
    let words = visitor.words();
    visitor.page(&IndexLooks {
        is_recovery_open: recoveries::is_open(store, learner.id, visitor.now).await?,
        is_empty: entries.is_empty(),
        looks: entries.iter().map(|entry| row(words, entry)).collect(),
    })
}

fn row(words: &Words, entry: &Entry) -> LookRow {
    let by = match &entry.by {
        Some(sign) => words.fill("looks.by", &[("sign", Argument::Text(sign))]),
        None => words.get("looks.by_operator"),
    };
    LookRow { what: what(words, entry.act), by, when: words.day(entry.at.day()) }
}

fn what(words: &Words, act: Act) -> String {
    match act {
        Act::LookedUp => words.get("looks.looked_up"),
        Act::WorkRead => words.get("looks.work_read"),
        Act::WorkMarked => words.get("looks.work_marked"),
        Act::WorkReturned => words.get("looks.work_returned"),
        Act::RoleGranted(role) => {
            words.fill("looks.role_granted", &[("role", Argument::Text(&words.get(role_words(role))))])
        }
        Act::RoleRevoked(role) => {
            words.fill("looks.role_revoked", &[("role", Argument::Text(&words.get(role_words(role))))])
        }
        Act::CertificateRevoked => words.get("looks.certificate_revoked"),
        Act::CertificateReinstated => words.get("looks.certificate_reinstated"),
        Act::RecoveryStarted => words.get("looks.recovery_started"),
        Act::RecoveryConfirmed => words.get("looks.recovery_confirmed"),
        Act::RecoveryStopped => words.get("looks.recovery_stopped"),
    }
}

/// Whoever is still signed in has not lost everything.
#[post("/account/looks/recovery/end", data = "<_form>")]
async fn refuse(learner: Learner<'_>, _form: Submitted<Nothing>) -> Result<Reply, AppError> {
    recoveries::refuse(&learner.visitor.house.store, learner.id).await?;
    Ok(Reply::see_other("/account/looks"))
}

pub fn routes() -> Vec<Route> {
    routes![index, refuse]
}
