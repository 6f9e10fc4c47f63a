//! A free response after its quiz was submitted: what a trainer says of it, and writing it anew when
//! it was given back.

use std::sync::Arc;

use rocket::{Route, get, post, routes};

use super::assignment::Assignment;
use super::desk::{Desk, Mending, WorkForm, messages, texts};
use crate::domain::course::CourseText;
use crate::domain::id::SubmissionId;
use crate::store::submissions::{self, Item, Submission};
use crate::web::accounts;
use crate::web::error::AppError;
use crate::web::form::Submitted;
use crate::web::learn::journey::Journey;
use crate::web::reply::Reply;
use crate::web::visitor::{Learner, Visitor};

#[get("/learn/<enrolment>/work/<submission>")]
async fn show(learner: Learner<'_>, enrolment: &str, submission: &str) -> Result<Reply, AppError> {
    let (journey, work, text) = load(&learner, enrolment, submission).await?;
    match &work.item {
        Item::Task(_) => Ok(Reply::see_other(journey.url("task"))),
        Item::Response { .. } => desk(&learner, &journey, &text, &work).await?.page(Mending::default()),
    }
}

#[post("/learn/<enrolment>/work/<submission>", rank = 2, data = "<form>")]
async fn save(
    visitor: Visitor<'_>,
    learner: Result<Learner<'_>, AppError>,
    enrolment: &str,
    submission: &str,
    form: Submitted<WorkForm>,
) -> Result<Reply, AppError> {
    let learner = match learner {
        Ok(learner) => learner,
        Err(refusal) => return accounts::keep(&visitor, refusal, form.0.into_fields()),
    };
    let (journey, work, text) = load(&learner, enrolment, submission).await?;
    desk(&learner, &journey, &text, &work).await?.save(form.0.handing_in()).await
}

/// The work, if it is this learner's, with its course as it was in the edition it was begun with.
pub(super) async fn load(
    learner: &Learner<'_>,
    enrolment: &str,
    submission: &str,
) -> Result<(Journey, Submission, Arc<CourseText>), AppError> {
    let journey = Journey::load(learner, enrolment).await?;
    let id: SubmissionId = submission.parse().map_err(|_| AppError::NotFound)?;
    let work = submissions::by_id(&learner.visitor.house.store, id).await?.ok_or(AppError::NotFound)?;
    if work.account != learner.id || work.enrolment != journey.enrolment.id {
        return Err(AppError::NotFound);
    }
    let text = Journey::text_of(learner, &work.edition).await?;
    Ok((journey, work, text))
}

pub(super) async fn desk<'a>(
    learner: &'a Learner<'a>,
    journey: &'a Journey,
    text: &'a CourseText,
    work: &Submission,
) -> Result<Desk<'a>, AppError> {
    let assignment = Assignment::of(text, &work.item).ok_or(AppError::NotFound)?;
    let store = &learner.visitor.house.store;
    let tries = submissions::all(store, learner.id, work.enrolment, &work.item).await?;
    let (back_url, back_title) = match &work.item {
        Item::Task(_) => (format!("/learn/{}", journey.enrolment.id), journey.text.title.clone()),
        Item::Response { attempt, .. } => (format!("/attempts/{attempt}"), assignment.title().to_owned()),
    };
    Ok(Desk {
        learner,
        journey,
        assignment,
        item: work.item.clone(),
        edition: work.edition.clone(),
        messages: messages(store, &tries).await?,
        texts: texts(learner, &tries).await?,
        tries,
        url: journey.url(format_args!("work/{}", work.id)),
        back_url,
        back_title,
    })
}

pub fn routes() -> Vec<Route> {
    routes![show, save]
}
