//! Leaving a course: says what will be gone, then asks.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::journey::Journey;
use crate::store::enrolments;
use crate::web::error::AppError;
use crate::web::form::{Nothing, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `learn/withdrawal`
#[derive(Serialize)]
struct NewWithdrawal {
    title: String,
    action: String,
    back_url: String,
}

impl View for NewWithdrawal {
    const TEMPLATE: &'static str = "learn/withdrawal";
}

#[get("/learn/<enrolment>/withdrawal")]
async fn new(learner: Learner<'_>, enrolment: &str) -> Result<Reply, AppError> {
    let journey = Journey::load(&learner, enrolment).await?;
    learner.visitor.page(&NewWithdrawal {
        title: journey.text.title.clone(),
        action: journey.url("withdrawal"),
        back_url: format!("/learn/{}", journey.enrolment.id),
    })
}

#[post("/learn/<enrolment>/withdrawal", data = "<_form>")]
async fn create(learner: Learner<'_>, enrolment: &str, _form: Submitted<Nothing>) -> Result<Reply, AppError> {
    let journey = Journey::load(&learner, enrolment).await?;
    let house = learner.visitor.house;
    enrolments::withdraw(&house.store, &journey.enrolment).await?;
    house.progress.forget(journey.enrolment.id);
    house.sittings.forget_all();
    Ok(Reply::see_other("/home"))
}

pub fn routes() -> Vec<Route> {
    routes![new, create]
}
