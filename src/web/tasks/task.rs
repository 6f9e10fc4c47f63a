//! The final task: writing it, handing it in.

use rocket::{Route, get, post, routes};

use super::assignment::Assignment;
use super::desk::{Desk, Mending, WorkForm, messages, texts};
use crate::store::submissions::{self, Item};
use crate::web::accounts;
use crate::web::error::AppError;
use crate::web::form::Submitted;
use crate::web::learn::journey::Journey;
use crate::web::reply::Reply;
use crate::web::visitor::{Learner, Visitor};

#[get("/learn/<enrolment>/task")]
async fn show(learner: Learner<'_>, enrolment: &str) -> Result<Reply, AppError> {
    let journey = Journey::load(&learner, enrolment).await?;
    desk(&learner, &journey).await?.page(Mending::default())
}

#[post("/learn/<enrolment>/task", data = "<form>")]
async fn save(
    visitor: Visitor<'_>,
    learner: Result<Learner<'_>, AppError>,
    enrolment: &str,
    form: Submitted<WorkForm>,
) -> Result<Reply, AppError> {
    let learner = match learner {
        Ok(learner) => learner,
        Err(refusal) => return accounts::keep(&visitor, refusal, form.0.into_fields()),
    };
    let journey = Journey::load(&learner, enrolment).await?;
    desk(&learner, &journey).await?.save(form.0).await
}

/// The final task of the edition this learner is in.
pub(super) async fn desk<'a>(learner: &'a Learner<'a>, journey: &'a Journey) -> Result<Desk<'a>, AppError> {
    let task = journey.text.final_task.as_deref().ok_or(AppError::NotFound)?;
    let item = Item::Task(task.id.clone());
    let store = &learner.visitor.house.store;
    let tries = submissions::all(store, learner.id, journey.enrolment.id, &item).await?;
    Ok(Desk {
        learner,
        journey,
        assignment: Assignment::Task(task),
        item,
        edition: journey.enrolment.edition.clone(),
        messages: messages(store, &tries).await?,
        texts: texts(learner, &tries).await?,
        tries,
        url: journey.url("task"),
        back_url: format!("/learn/{}", journey.enrolment.id),
        back_title: journey.text.title.clone(),
    })
}

pub fn routes() -> Vec<Route> {
    routes![show, save]
}
