//! *Get certificate*: what is still missing, or the certificate itself, once.

use rocket::{Route, get, post, routes};
use serde::Serialize;
use uuid::Uuid;

use crate::domain::certificate::is_renewable;
use crate::domain::id::{CertificateId, QuizId};
use crate::domain::progress::{Missing, certificate_due};
use crate::store::certificates::{self, NewCertificate};
use crate::web::error::AppError;
use crate::web::form::{Nothing, Submitted};
use crate::web::learn::journey::Journey;
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `certificates/new`
#[derive(Serialize)]
struct NewCertificatePage {
    course_title: String,
    is_due: bool,
    is_issued_at_all: bool,
    missing: Vec<MissingRow>,
    action: String,
    back_url: String,
}

#[derive(Serialize)]
struct MissingRow {
    title: String,
    url: String,
    is_waiting: bool,
}

impl View for NewCertificatePage {
    const TEMPLATE: &'static str = "certificates/new";
}

#[get("/learn/<enrolment>/certificate")]
async fn new(learner: Learner<'_>, enrolment: &str) -> Result<Reply, AppError> {
    let journey = Journey::load(&learner, enrolment).await?;
    let store = &learner.visitor.house.store;
    let today = learner.visitor.now.day();
    let held = certificates::of_enrolment(store, journey.enrolment.id).await?;
    if let Some(held) = held.filter(|held| !is_renewable(held.revoked, held.expires, today)) {
        return Ok(Reply::see_other(format!("/certificates/{}", held.id)));
    }
    let due = certificate_due(&journey.text, &journey.course.certificate, &journey.progress);
    learner.visitor.page(&NewCertificatePage {
        course_title: journey.text.title.clone(),
        is_due: due.is_ok(),
        is_issued_at_all: journey.course.certificate.is_issued,
        missing: due.err().unwrap_or_default().iter().filter_map(|missing| row(&journey, missing)).collect(),
        action: journey.url("certificate"),
        back_url: format!("/learn/{}", journey.enrolment.id),
    })
}

fn row(journey: &Journey, missing: &Missing) -> Option<MissingRow> {
    let quiz = |id: &QuizId, is_waiting| {
        let quiz = journey.text.module_quizzes().find(|quiz| quiz.id == *id)?;
        let url = journey.url(format_args!("quizzes/{}", journey.quiz_number(id)));
        Some(MissingRow { title: quiz.title.clone(), url, is_waiting })
    };
    let task = |is_waiting| {
        let title = journey.text.final_task.as_ref()?.title.clone();
        Some(MissingRow { title, url: journey.url("task"), is_waiting })
    };
    match missing {
        Missing::Lesson(id) => {
            let place = journey.text.place_of(id)?;
            let title = journey.text.lesson_at(place)?.title.clone();
            Some(MissingRow { title, url: journey.url(place), is_waiting: false })
        }
        Missing::Quiz(id) => quiz(id, false),
        Missing::QuizMarking(id) => quiz(id, true),
        Missing::Task(_) => task(false),
        Missing::TaskMarking(_) => task(true),
        Missing::NoCertificate => None,
    }
}

/// Issues it if it is due; a second tap finds the first one.
#[post("/learn/<enrolment>/certificate", data = "<_form>")]
async fn create(learner: Learner<'_>, enrolment: &str, _form: Submitted<Nothing>) -> Result<Reply, AppError> {
    let journey = Journey::load(&learner, enrolment).await?;
    if certificate_due(&journey.text, &journey.course.certificate, &journey.progress).is_err() {
        return Ok(Reply::see_other(journey.url("certificate")));
    }
    let house = learner.visitor.house;
    let issued = learner.visitor.now.day();
    let certificate = NewCertificate {
        // Random, because the id is all that one needs to check it.
        id: CertificateId(Uuid::new_v4()),
        subject: Uuid::new_v4(),
        course: &journey.course.slug,
        edition: &journey.course.edition,
        issued,
        expires: journey.course.certificate.expires_after_months.map(|months| issued.plus_months(months)),
    };
    let held = certificates::issue(&house.store, &journey.enrolment, certificate).await?;
    house.progress.forget(journey.enrolment.id);
    Ok(Reply::see_other(format!("/certificates/{held}")))
}

pub fn routes() -> Vec<Route> {
    routes![new, create]
}
