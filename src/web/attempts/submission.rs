//! Submitting an attempt: marked here, stored once.

use std::collections::BTreeMap;

use rocket::{Route, post, routes};

use super::responses;
use super::sitting::Seated;
use crate::domain::quiz::scoring;
use crate::store::StoreError;
use crate::store::attempts::{self, SavedResponses, Submission};
use crate::web::error::AppError;
use crate::web::form::{Nothing, Submitted};
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

#[post("/attempts/<attempt>/submission", data = "<_form>")]
async fn create(learner: Learner<'_>, attempt: &str, _form: Submitted<Nothing>) -> Result<Reply, AppError> {
    let seated = Seated::load(&learner, attempt).await?;
    let house = learner.visitor.house;
    let sitting = &seated.sitting;
    let saved = attempts::responses(&house.store, sitting.account, sitting.id).await?;
    if !saved.is_submitted {
        let submission = marked(&seated, &saved);
        match attempts::submit(&house.store, sitting.account, sitting.id, submission, learner.visitor.now).await {
            // Sent twice, or from two windows: the first counts.
            Ok(()) | Err(StoreError::Gone) => house.progress.forget(sitting.enrolment),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Reply::see_other(seated.url()))
}

/// What the attempt comes to, question by question and in sum.
fn marked(seated: &Seated, saved: &SavedResponses) -> Submission {
    let responses = responses(saved, &BTreeMap::new());
    let by_question = seated
        .questions()
        .map(|(_, question)| (question.id.clone(), scoring::mark(question, responses.get(&question.id)).hundredths));
    let for_marking = seated
        .questions()
        .filter(|(_, question)| question.is_marked_by_hand() && responses.contains_key(&question.id))
        .map(|(_, question)| question.id.clone());
    Submission {
        score: scoring::mark_attempt(&seated.quiz, &seated.sitting.questions, &responses, &BTreeMap::new()),
        hundredths: by_question.collect(),
        for_marking: for_marking.collect(),
    }
}

pub fn routes() -> Vec<Route> {
    routes![create]
}
