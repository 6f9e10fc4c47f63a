//! "Do not remind me": the reminder on the home page goes.

use rocket::{Route, post, routes};

use super::Seated;
use crate::store::needs;
use crate::web::error::AppError;
use crate::web::form::{Nothing, Submitted};
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

#[post("/needs/<assessment>/reminder/dismissal", data = "<_form>")]
async fn dismiss(learner: Learner<'_>, assessment: &str, _form: Submitted<Nothing>) -> Result<Reply, AppError> {
    let seated = Seated::load(&learner, assessment).await?;
    needs::dismiss_reminder(&learner.visitor.house.store, learner.id, seated.assessment.id).await?;
    Ok(Reply::see_other("/home"))
}

pub fn routes() -> Vec<Route> {
    routes![dismiss]
}
