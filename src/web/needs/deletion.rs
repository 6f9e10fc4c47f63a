//! Deleting an assessment, or all of them: says what will be gone, then asks.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::{Seated, index};
use crate::locale::Argument;
use crate::store::needs;
use crate::web::error::AppError;
use crate::web::form::{Nothing, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `needs/deletion`
#[derive(Serialize)]
struct NewDeletion {
    /// Which: "All areas, 26 November 2026".
    what: String,
    action: String,
}

impl View for NewDeletion {
    const TEMPLATE: &'static str = "needs/deletion";
}

#[get("/needs/<assessment>/deletion")]
async fn new(learner: Learner<'_>, assessment: &str) -> Result<Reply, AppError> {
    let seated = Seated::load(&learner, assessment).await?;
    let (visitor, assessment) = (&learner.visitor, &seated.assessment);
    let words = visitor.words();
    let day = words.day(assessment.finished.unwrap_or(assessment.started).day());
    let scope = index::scope(words, seated.text(visitor), assessment);
    let what = words.fill("needs.scope_on_day", &[("scope", Argument::Text(&scope)), ("day", Argument::Text(&day))]);
    visitor.page(&NewDeletion { what, action: seated.url("deletion") })
}

#[post("/needs/<assessment>/deletion", data = "<_form>")]
async fn create(learner: Learner<'_>, assessment: &str, _form: Submitted<Nothing>) -> Result<Reply, AppError> {
    let seated = Seated::load(&learner, assessment).await?;
    let visitor = &learner.visitor;
    needs::delete(&visitor.house.store, learner.id, seated.assessment.id, visitor.now).await?;
    Ok(Reply::see_other("/needs"))
}

#[get("/needs/deletion")]
fn new_of_all(learner: Learner<'_>) -> Result<Reply, AppError> {
    let what = learner.visitor.words().get("needs.delete_all_what");
    learner.visitor.page(&NewDeletion { what, action: "/needs/deletion".to_owned() })
}

#[post("/needs/deletion", data = "<_form>")]
async fn create_of_all(learner: Learner<'_>, _form: Submitted<Nothing>) -> Result<Reply, AppError> {
    needs::delete_all(&learner.visitor.house.store, learner.id).await?;
    Ok(Reply::see_other("/needs"))
}

pub fn routes() -> Vec<Route> {
    routes![new, create, new_of_all, create_of_all]
}
