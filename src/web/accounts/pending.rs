//! Forms that arrive after their session has ended. What was typed is sealed into the sign-in
//! page, and its owner can send it again after signing in: nothing is lost, nothing is stored.

use data_encoding::BASE64URL_NOPAD;
use rocket::http::Status;
use serde::{Deserialize, Serialize};

use super::sign_in::NewSignIn;
use crate::crypto::seal::Place;
use crate::domain::id::{AccountId, SessionId};
use crate::domain::time::{HOUR, Timestamp};
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

/// The sign-in page that carries `fields`, when this visitor's session has ended; the plain way to
/// the sign-in page otherwise.
pub fn keep(visitor: &Visitor<'_>, fields: Vec<(String, String)>) -> Result<Reply, AppError> {
    let Some(account) = visitor.ended_account() else { return Err(AppError::SignInFirst) };
    let kept = Kept { account, at: visitor.now, path: visitor.here().to_owned(), fields };
    let json = serde_json::to_vec(&kept).map_err(AppError::fault)?;
    let sealed = BASE64URL_NOPAD.encode(&visitor.house.vault.seal(PLACE, &json));
    let view = NewSignIn::blank(visitor, "/home").with_pending(visitor, sealed);
    Ok(visitor.page(&view)?.private().with_status(Status::Unauthorized))
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

/// Where to after signing in: back to a kept form of the same account, or to `next`.
pub(super) fn resume(
    visitor: &Visitor<'_>,
    account: AccountId,
    session: SessionId,
    pending: &str,
    next: &str,
) -> Result<Reply, AppError> {
    match open(visitor, pending) {
        Some(kept) if kept.account == account && visitor.now.since(kept.at) < KEPT_FOR => {
            let fields = kept.fields.into_iter().map(|(name, value)| FieldRow { name, value }).collect();
            let secret = visitor.house.vault.session_secret(session.0);
            Ok(visitor.page_with(&ShowKept { action: kept.path, fields }, &secret)?.private())
        }
        _ => Ok(Reply::see_other(Next::read(next).into_address())),
    }
}

fn open(visitor: &Visitor<'_>, pending: &str) -> Option<Kept> {
    let sealed = BASE64URL_NOPAD.decode(pending.as_bytes()).ok()?;
    let json = visitor.house.vault.open(PLACE, &sealed).ok()?;
    serde_json::from_slice(&json).ok()
}
