//! The last page before the result, and the finish.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::Seated;
use crate::domain::needs::answers::Outcome;
use crate::locale::{Argument, Words};
use crate::store::needs;
use crate::web::accounts;
use crate::web::error::AppError;
use crate::web::form::{Nothing, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::{Learner, Visitor};

/// `needs/ending`
#[derive(Serialize)]
struct ShowEnding {
    answered: String,
    action: String,
    back_url: String,
}

impl View for ShowEnding {
    const TEMPLATE: &'static str = "needs/ending";
}

#[get("/needs/<assessment>/end")]
async fn show(learner: Learner<'_>, assessment: &str) -> Result<Reply, AppError> {
    let seated = match Seated::load_open(&learner, assessment).await? {
        Ok(seated) => seated,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let steps = seated.steps(&learner.visitor).len();
    learner.visitor.page(&ShowEnding {
        answered: answered(learner.visitor.words(), &seated),
        action: seated.url("completion"),
        back_url: seated.url(steps),
    })
}

fn answered(words: &Words, seated: &Seated) -> String {
    let outcomes = seated.assessment.sheet.answers.questions.values();
    let count = outcomes.filter(|outcome| **outcome != Outcome::PassedOver).count();
    let count = i64::try_from(count).unwrap_or_default();
    words.fill("needs.answered", &[("count", Argument::Number(count))])
}

#[post("/needs/<assessment>/completion", data = "<_form>")]
async fn create(
    visitor: Visitor<'_>,
    learner: Result<Learner<'_>, AppError>,
    assessment: &str,
    _form: Submitted<Nothing>,
) -> Result<Reply, AppError> {
    let learner = match learner {
        Ok(learner) => learner,
        Err(refusal) => return accounts::keep(&visitor, refusal, Vec::new()),
    };
    let seated = Seated::load(&learner, assessment).await?;
    let store = &visitor.house.store;
    let basis = (seated.instrument.clone(), seated.calibration(&visitor));
    needs::finish(store, learner.id, seated.assessment.id, basis, visitor.now).await?;
    Ok(Reply::see_other(seated.url("result")))
}

pub fn routes() -> Vec<Route> {
    routes![show, create]
}
