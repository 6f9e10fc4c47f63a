//! Checking a certificate: whether it is genuine, what for, since when. Nothing that is not on the
//! paper, and nothing about the one who asks.

use rocket::http::ContentType;
use rocket::{Route, State, get, routes};
use serde::Serialize;

use super::{described, show};
use crate::certificates::badge::public_keys_json;
use crate::certificates::paper::short_edition;
use crate::domain::certificate::Validity;
use crate::domain::id::CertificateId;
use crate::locale::Argument;
use crate::store::certificates;
use crate::web::error::AppError;
use crate::web::house::House;
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// `certificates/check`: where one types the number.
#[derive(Serialize)]
struct NewCheck {
    number: String,
    error: String,
    chosen_language: String,
}

impl View for NewCheck {
    const TEMPLATE: &'static str = "certificates/check";

    fn public_title(&self) -> Option<String> {
        None
    }
}

/// `certificates/verify`
#[derive(Serialize)]
struct ShowCheck {
    standing: String,
    class: &'static str,
    title: String,
    lang: String,
    issued: String,
    edition: String,
    again_url: String,
}

impl View for ShowCheck {
    const TEMPLATE: &'static str = "certificates/verify";
}

#[get("/verify?<number>")]
fn new(visitor: Visitor<'_>, number: Option<&str>) -> Result<Reply, AppError> {
    let typed = number.unwrap_or_default().trim();
    // People paste the whole address from the paper.
    let id = typed.rsplit('/').next().unwrap_or_default();
    if let Ok(id) = id.parse::<CertificateId>() {
        return Ok(Reply::see_other(visitor.link(&format!("/verify/{id}"))));
    }
    let error = if typed.is_empty() { String::new() } else { visitor.words().get("verify.not_a_number") };
    let chosen_language = if visitor.link("/").contains("lang=") { visitor.language.tag() } else { "" };
    let view = NewCheck { number: typed.to_owned(), error, chosen_language: chosen_language.to_owned() };
    if typed.is_empty() { visitor.page(&view) } else { visitor.mend(&view) }
}

#[get("/verify/<id>")]
async fn verify(visitor: Visitor<'_>, id: &str) -> Result<Reply, AppError> {
    let id: CertificateId = id.parse().map_err(|_| AppError::NotFound)?;
    let stored = certificates::by_id(&visitor.house.store, id).await?;
    let (certificate, _) = described(visitor.house, stored).await?;
    let words = visitor.words();
    let validity = certificate.validity(visitor.now.day());
    let (lang, title) = show::title(&certificate, &visitor);
    let edition = short_edition(&certificate.edition.0);
    visitor.page(&ShowCheck {
        standing: show::standing(words, &certificate, validity),
        class: match validity {
            Validity::Valid => "mark-right",
            Validity::Expired => "mark-part",
            Validity::Revoked => "mark-wrong",
        },
        title,
        lang,
        issued: words.day(certificate.issued),
        edition: words.fill("verify.edition", &[("edition", Argument::Text(&edition))]),
        again_url: visitor.link("/verify"),
    })
}

/// The public keys, for checking certificates without us.
#[get("/.well-known/lontar-keys.json")]
fn keys(house: &State<House>) -> Reply {
    let key = house.vault.signing_key().verifying_key();
    Reply::Data { content_type: ContentType::JSON, body: public_keys_json(&[key]).into_bytes() }
}

pub fn routes() -> Vec<Route> {
    routes![new, verify, keys]
}
