//! Forms that arrive after their session has ended, or before its second step. What was typed is
//! sealed into the page that asks to sign in, and its owner, nobody else, can send it again afterwards:
//! nothing is lost, nothing is stored.

use data_encoding::BASE64URL_NOPAD;
use rocket::http::Status;
use serde::{Deserialize, Serialize};

use super::sign_in::{NewSecondStep, NewSignIn};
use crate::crypto::seal::Place;
use crate::domain::id::AccountId;
use crate::domain::time::{HOUR, Timestamp};
use crate::web::csrf;
use crate::web::error::AppError;
use crate::web::next::Next;
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

const PLACE: Place<'static> = Place { table: "pending form", column: "fields", row: b"" };
const KEPT_FOR: i64 = 12 * HOUR;

/// A form as it came, with where it was going.
#[derive(Serialize, Deserialize)]
pub struct Kept {
    account: AccountId,
    at: Timestamp,
    /// Where it is posted.
    path: String,
    fields: Vec<(String, String)>,
}

/// The page that asks to sign in and carries `fields`, when that is what this visitor was refused
/// for; the refusal itself otherwise.
pub fn keep(visitor: &Visitor<'_>, refusal: AppError, fields: Vec<(String, String)>) -> Result<Reply, AppError> {
    let Some(owner) = visitor.keeps_forms_for() else { return Err(refusal) };
    // What nobody knows the owner of is not handed to whoever signs in next.
    let Some(account) = owner else { return not_kept(visitor, refusal) };
    let kept = Kept { account, at: visitor.now, path: visitor.asked().to_owned(), fields };
    let json = serde_json::to_vec(&kept).map_err(AppError::fault)?;
    let sealed = || BASE64URL_NOPAD.encode(&visitor.house.vault.seal(PLACE, &json));
    let page = match refusal {
        AppError::SignInFirst => visitor.page(&NewSignIn::blank(visitor, "/home").with_pending(visitor, sealed()))?,
        AppError::SecondStepFirst => visitor.page(&NewSecondStep::with_pending("/home", sealed()))?,
        other => return Err(other),
    };
    Ok(page.private().with_status(Status::Unauthorized))
}

fn not_kept(visitor: &Visitor<'_>, refusal: AppError) -> Result<Reply, AppError> {
    match refusal {
        AppError::SignInFirst => {
            let page = visitor.page(&NewSignIn::blank(visitor, "/home").with_notice(visitor, "sign_in.not_kept"))?;
            Ok(page.private().with_status(Status::Unauthorized))
        }
        other => Err(other),
    }
}

/// `accounts/kept`: one tap to send what was kept.
#[derive(Serialize)]
struct ShowKept {
    action: String,
    fields: Vec<FieldRow>,
}

#[derive(Serialize)]
struct FieldRow {
    name: String,
    value: String,
}

impl View for ShowKept {
    const TEMPLATE: &'static str = "accounts/kept";
}

/// Where to after signing in: back to a kept form of the same account, or to `next`. `secret` is that
/// of the session that has begun.
pub(super) fn resume(
    visitor: &Visitor<'_>,
    secret: &csrf::Secret,
    account: AccountId,
    pending: &str,
    next: &str,
) -> Result<Reply, AppError> {
    match open(visitor, pending) {
        Some(kept) if kept.account == account && visitor.now.since(kept.at) < KEPT_FOR => {
            let fields = kept.fields.into_iter().map(|(name, value)| FieldRow { name, value }).collect();
            Ok(visitor.page_with(&ShowKept { action: kept.path, fields }, secret)?.private())
        }
        _ => Ok(Reply::see_other(Next::read(next).into_address())),
    }
}

fn open(visitor: &Visitor<'_>, pending: &str) -> Option<Kept> {
    let sealed = BASE64URL_NOPAD.decode(pending.as_bytes()).ok()?;
    let json = visitor.house.vault.open(PLACE, &sealed).ok()?;
    serde_json::from_slice(&json).ok()
}
