//! One's own certificate: type the name, make the files.

use rocket::{Route, get, routes};
use serde::Serialize;

use super::{described, own_stored};
use crate::domain::certificate::{Certificate, Validity, is_renewable};
use crate::locale::{Argument, Words};
use crate::web::courses::content_language;
use crate::web::error::AppError;
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::{Learner, Visitor};

/// `certificates/show`
#[derive(Serialize)]
pub struct ShowCertificate {
    title: String,
    lang: String,
    standing: String,
    is_valid: bool,
    issued: String,
    name: String,
    name_error: String,
    pdf_action: String,
    picture_action: String,
    small_picture_action: String,
    badge_url: String,
    check_url: String,
    check_address: String,
    /// Where a new one takes the place of one that has run out.
    again_url: String,
}

impl View for ShowCertificate {
    const TEMPLATE: &'static str = "certificates/show";
}

impl ShowCertificate {
    pub fn of(visitor: &Visitor<'_>, certificate: &Certificate, name: String, name_error: String) -> Self {
        let words = visitor.words();
        let validity = certificate.validity(visitor.now.day());
        let (lang, title) = title(certificate, visitor);
        Self {
            title,
            lang,
            standing: standing(words, certificate, validity),
            is_valid: validity == Validity::Valid,
            issued: words.fill("certificates.issued_on", &[("day", Argument::Text(&words.day(certificate.issued)))]),
            name,
            name_error,
            pdf_action: format!("/certificates/{}/pdf", certificate.id),
            picture_action: format!("/certificates/{}/picture", certificate.id),
            small_picture_action: format!("/certificates/{}/small-picture", certificate.id),
            badge_url: format!("/certificates/{}/badge", certificate.id),
            check_url: format!("/verify/{}", certificate.id),
            check_address: format!("{}/verify/{}", visitor.house.settings.public_url, certificate.id),
            again_url: String::new(),
        }
    }
}

/// Language and text of the title for this visitor.
pub fn title(certificate: &Certificate, visitor: &Visitor<'_>) -> (String, String) {
    match certificate.title(&content_language(visitor.language)) {
        Some((tag, title)) => (tag.to_string(), title.to_owned()),
        None => (visitor.language.tag().to_owned(), certificate.course.to_string()),
    }
}

/// Valid, expired on …, revoked on …
pub fn standing(words: &Words, certificate: &Certificate, validity: Validity) -> String {
    let on = |key, day: Option<crate::domain::time::Day>| {
        let day = day.map(|day| words.day(day)).unwrap_or_default();
        words.fill(key, &[("day", Argument::Text(&day))])
    };
    match (validity, certificate.expires) {
        (Validity::Valid, Some(_)) => on("certificates.valid_until", certificate.expires),
        (Validity::Valid, None) => words.get("certificates.valid"),
        (Validity::Expired, _) => on("certificates.expired", certificate.expires),
        (Validity::Revoked, _) => on("certificates.revoked", certificate.revoked),
    }
}

#[get("/certificates/<id>")]
async fn show(learner: Learner<'_>, id: &str) -> Result<Reply, AppError> {
    let stored = own_stored(&learner, id).await?;
    let again = stored.enrolment.filter(|_| is_renewable(stored.revoked, stored.expires, learner.visitor.now.day()));
    let (certificate, _) = described(learner.visitor.house, stored).await?;
    let page = ShowCertificate::of(&learner.visitor, &certificate, String::new(), String::new());
    let again_url = again.map(|enrolment| format!("/learn/{enrolment}/certificate")).unwrap_or_default();
    learner.visitor.page(&ShowCertificate { again_url, ..page })
}

pub fn routes() -> Vec<Route> {
    routes![show]
}
