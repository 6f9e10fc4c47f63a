//! Deleting a pathway and the answers it was made from: says what will be gone, then asks.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use crate::store::pathways;
use crate::web::error::AppError;
use crate::web::form::{Nothing, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `pathway/deletion`
#[derive(Serialize)]
struct NewDeletion {}

impl View for NewDeletion {
    const TEMPLATE: &'static str = "pathway/deletion";
}

#[get("/pathway/deletion")]
fn new(learner: Learner<'_>) -> Result<Reply, AppError> {
    learner.visitor.page(&NewDeletion {})
}

#[post("/pathway/deletion", data = "<_form>")]
async fn create(learner: Learner<'_>, _form: Submitted<Nothing>) -> Result<Reply, AppError> {
    pathways::delete(&learner.visitor.house.store, learner.id).await?;
    Ok(Reply::see_other("/pathway"))
}

pub fn routes() -> Vec<Route> {
    routes![new, create]
}
