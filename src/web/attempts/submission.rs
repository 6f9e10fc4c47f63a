//! Submitting an attempt: marked here, stored once.

use std::collections::BTreeMap;

use rocket::{Route, post, routes};

use super::scoring::{responses, score};
use super::sitting::{Saved, Seated};
use crate::domain::quiz::response::Response;
use crate::domain::quiz::scoring;
use crate::store::attempts;
use crate::store::error::StoreError;
use crate::store::submissions::{self, Item};
use crate::web::error::AppError;
use crate::web::form::{Nothing, Submitted};
use crate::web::learn::journey::Journey;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

#[post("/attempts/<attempt>/submission", data = "<_form>")]
async fn create(learner: Learner<'_>, attempt: &str, _form: Submitted<Nothing>) -> Result<Reply, AppError> {
    let seated = Seated::load(&learner, attempt).await?;
    let house = learner.visitor.house;
    let saved = seated.saved(&house.store).await?;
    if !saved.is_submitted {
        hand_in_prose(&learner, &seated, &saved).await?;
        let score = score(&seated.quiz, &seated.sitting.questions, &saved.responses, &BTreeMap::new());
        let marks = marks(&seated, &saved);
        // Sent twice, or from two windows: the first counts.
        attempts::submit(&house.store, learner.id, seated.sitting.id, score, marks, learner.visitor.now).await?;
        house.progress.forget(seated.sitting.enrolment);
    }
    Ok(Reply::see_other(seated.url()))
}

/// Puts free responses into the trainers' queue. This comes before the attempt is closed: should the
/// server stop in between, submitting again does both, and no response is left unread.
async fn hand_in_prose(learner: &Learner<'_>, seated: &Seated, saved: &Saved) -> Result<(), AppError> {
    let sitting = &seated.sitting;
    let prose = saved.responses.iter().filter_map(|(id, saved)| match &saved.response {
        Some(Response::Free(prose)) => Some((id, prose)),
        _ => None,
    });
    let prose: Vec<_> = prose.collect();
    if prose.is_empty() {
        return Ok(());
    }
    let journey = Journey::load(learner, &sitting.enrolment.to_string()).await?;
    let store = &learner.visitor.house.store;
    for (question, prose) in prose {
        let item = Item::Response { attempt: sitting.id, question: question.clone() };
        match submissions::hand_in(store, &journey.enrolment, &item, &sitting.edition, prose, learner.visitor.now).await
        {
            Ok(_) | Err(StoreError::Gone) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Hundredths of a point by question.
fn marks(seated: &Seated, saved: &Saved) -> Vec<(crate::domain::id::QuestionId, u32)> {
    let responses = responses(&saved.responses, &BTreeMap::new());
    let mark = |question| scoring::mark(question, responses.get(&question.id)).hundredths;
    seated.questions().map(|(_, question)| (question.id.clone(), mark(question))).collect()
}

pub fn routes() -> Vec<Route> {
    routes![create]
}
