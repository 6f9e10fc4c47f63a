//! The files of a certificate. The holder's name comes with the request, is drawn, and is gone.

use std::sync::Arc;

use rocket::http::ContentType;
use rocket::{Route, get, post, routes};

use super::show::ShowCertificate;
use super::{issuer, own};
use crate::certificates::badge::{self, Badge, BadgeWords};
use crate::certificates::paper::{Paper, PaperProblem, PaperWords, Press};
use crate::domain::certificate::{Certificate, HolderName, NameProblem, Validity};
use crate::domain::course::Course;
use crate::locale::{Argument, Words};
use crate::web::courses::content_language;
use crate::web::error::AppError;
use crate::web::errors;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::reply::{Download, Reply};
use crate::web::visitor::{Learner, Visitor};

pub struct NameForm {
    name: String,
}

impl Form for NameForm {
    fn take(fields: &mut Fields) -> Self {
        Self { name: fields.text("name") }
    }
}

/// One kind of file of a certificate: what it is called and what draws it.
struct Kind {
    content_type: ContentType,
    file_name: &'static str,
    draw: fn(&Press, &Paper<'_>) -> Result<Vec<u8>, PaperProblem>,
}

#[post("/certificates/<id>/pdf", data = "<form>")]
async fn pdf(learner: Learner<'_>, id: &str, form: Submitted<NameForm>) -> Result<Reply, AppError> {
    let kind = Kind { content_type: ContentType::PDF, file_name: "certificate.pdf", draw: Press::pdf };
    make(&learner, id, form.0.name, kind).await
}

#[post("/certificates/<id>/picture", data = "<form>")]
async fn picture(learner: Learner<'_>, id: &str, form: Submitted<NameForm>) -> Result<Reply, AppError> {
    let kind = Kind { content_type: ContentType::PNG, file_name: "certificate.png", draw: Press::picture };
    make(&learner, id, form.0.name, kind).await
}

/// Light enough to send on a slow link.
#[post("/certificates/<id>/small-picture", data = "<form>")]
async fn small_picture(learner: Learner<'_>, id: &str, form: Submitted<NameForm>) -> Result<Reply, AppError> {
    let kind = Kind { content_type: ContentType::JPEG, file_name: "certificate.jpg", draw: Press::preview };
    make(&learner, id, form.0.name, kind).await
}

#[get("/certificates/<id>/badge")]
async fn open_badge(learner: Learner<'_>, id: &str) -> Result<Reply, AppError> {
    let (certificate, course) = own(&learner, id).await?;
    if certificate.validity(learner.visitor.now.day()) != Validity::Valid {
        return Ok(Reply::see_other(format!("/certificates/{}", certificate.id)));
    }
    let badge = signed(&learner.visitor, &certificate, &course);
    let content_type = ContentType::new("application", "vc+jwt");
    Ok(Reply::Download(Download { content_type, file_name: "badge.jwt".to_owned(), body: badge.jwt.into_bytes() }))
}

async fn make(learner: &Learner<'_>, id: &str, typed: String, kind: Kind) -> Result<Reply, AppError> {
    let visitor = &learner.visitor;
    let (certificate, course) = own(learner, id).await?;
    if certificate.validity(visitor.now.day()) != Validity::Valid {
        // Its page says what became of it.
        return Ok(Reply::see_other(format!("/certificates/{}", certificate.id)));
    }
    let mend = |error: String| visitor.mend(&ShowCertificate::of(visitor, &certificate, typed.clone(), error));
    let name = match HolderName::read(&typed) {
        Ok(name) => name,
        Err(problem) => return mend(visitor.words().get(name_words(&problem))),
    };
    let drawn = match draw(visitor, &certificate, &course, name, kind.draw).await {
        Err(busy @ AppError::PressBusy) => {
            return Ok(mend(errors::said(visitor.words(), busy.status(), Some(&busy)))?.because(busy));
        }
        drawn => drawn?,
    };
    match drawn {
        Ok(body) => {
            let file_name = kind.file_name.to_owned();
            Ok(Reply::Download(Download { content_type: kind.content_type, file_name, body }))
        }
        Err(PaperProblem::MissingFont(missing)) => mend(visitor.words().fill(
            "certificates.name.missing_font",
            &[("letters", Argument::Text(&missing.characters)), ("package", Argument::Text(missing.debian_package))],
        )),
        Err(PaperProblem::Undrawable) => mend(visitor.words().get("certificates.name.undrawable")),
        Err(other) => Err(AppError::fault(other)),
    }
}

/// Typesetting is pure computing, so it runs beside the requests; who waits for a turn waits here and
/// not on a thread, of which signing in needs some.
async fn draw(
    visitor: &Visitor<'_>,
    certificate: &Certificate,
    course: &Course,
    name: HolderName,
    file: fn(&Press, &Paper<'_>) -> Result<Vec<u8>, PaperProblem>,
) -> Result<Result<Vec<u8>, PaperProblem>, AppError> {
    let badge = signed(visitor, certificate, course);
    let words = paper_words(visitor, certificate);
    let issuer = issuer(visitor.house);
    let turn = visitor.house.press_turn().await?;
    let press = Arc::clone(visitor.house.press());
    let certificate = certificate.clone();
    let work = move || {
        let _turn = turn;
        let certificate = &certificate;
        file(&press, &Paper { certificate, issuer: &issuer, badge: &badge, name: &name, words: &words })
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| AppError::fault("typesetting a certificate panicked"))
}

fn signed(visitor: &Visitor<'_>, certificate: &Certificate, course: &Course) -> Badge {
    let language = content_language(visitor.language);
    let text = course.text(&language);
    let words = BadgeWords {
        language: text.language.clone(),
        description: text.summary.clone(),
        criteria: visitor.words().get("certificates.criteria"),
    };
    badge::sign(&visitor.house.vault.signing_key(), &issuer(visitor.house), certificate, &words)
}

fn paper_words(visitor: &Visitor<'_>, certificate: &Certificate) -> PaperWords {
    let words: &Words = visitor.words();
    let course = super::show::title(certificate, visitor).1;
    PaperWords {
        language: content_language(visitor.language),
        document_title: words.fill("certificates.paper.document_title", &[("course", Argument::Text(&course))]),
        heading: words.get("certificates.paper.heading"),
        awarded_to: words.get("certificates.paper.awarded_to"),
        completed: words.get("certificates.paper.completed"),
        meaning: words.get("certificates.paper.meaning"),
        issued: (words.get("certificates.paper.issued"), words.day(certificate.issued)),
        expires: certificate.expires.map(|day| (words.get("certificates.paper.expires"), words.day(day))),
        edition: words.get("certificates.paper.edition"),
        seal: words.get("certificates.paper.seal"),
        check: words.get("certificates.paper.check"),
        qr_alt: words.get("certificates.paper.qr_alt"),
        attachment: words.get("certificates.paper.attachment"),
    }
}

fn name_words(problem: &NameProblem) -> &'static str {
    match problem {
        NameProblem::Empty => "certificates.name.empty",
        NameProblem::TooLong { .. } => "certificates.name.too_long",
        NameProblem::TooManyMarks | NameProblem::LoneMark => "certificates.name.too_many_marks",
        NameProblem::Direction | NameProblem::Invisible | NameProblem::Control => "certificates.name.invisible",
        NameProblem::NoLetter | NameProblem::Emoji | NameProblem::NotForNames => "certificates.name.not_a_letter",
    }
}

pub fn routes() -> Vec<Route> {
    routes![pdf, picture, small_picture, open_badge]
}
