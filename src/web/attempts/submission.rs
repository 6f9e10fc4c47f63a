//! Submitting an attempt: marked here, stored once.

use std::collections::BTreeMap;

use rocket::{Route, post, routes};

use super::scoring::{responses, score};
use super::sitting::Seated;
use crate::domain::id::QuestionId;
use crate::domain::quiz::Quiz;
use crate::domain::quiz::response::Response;
use crate::domain::quiz::scoring;
use crate::store::attempts::{self, Marked, SavedResponse};
use crate::web::error::AppError;
use crate::web::form::{Nothing, Submitted};
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

#[post("/attempts/<attempt>/submission", data = "<_form>")]
async fn create(learner: Learner<'_>, attempt: &str, _form: Submitted<Nothing>) -> Result<Reply, AppError> {
    let seated = Seated::load(&learner, attempt).await?;
    let house = learner.visitor.house;
    let (quiz, sitting) = (seated.quiz.clone(), seated.sitting.clone());
    let mark = move |saved: &BTreeMap<QuestionId, SavedResponse>| marked(&quiz, &sitting.questions, saved);
    // Sent twice, or from two windows: the first counts.
    attempts::submit(&house.store, learner.id, seated.sitting.id, mark, learner.visitor.now).await?;
    house.progress.forget(seated.sitting.enrolment);
    Ok(Reply::see_other(seated.url()))
}

/// What the responses come to before a person has read any of them.
fn marked(quiz: &Quiz, questions: &[QuestionId], saved: &BTreeMap<QuestionId, SavedResponse>) -> Marked {
    let given = responses(saved, &BTreeMap::new());
    let mark = |id: &QuestionId| {
        let question = quiz.question(id)?;
        Some((id.clone(), scoring::mark(question, given.get(id)).hundredths))
    };
    let prose = given.iter().filter_map(|(id, response)| match response {
        Response::Free(prose) => Some((id.clone(), prose.clone())),
        _ => None,
    });
    Marked {
        score: score(quiz, questions, saved, &BTreeMap::new()),
        marks: questions.iter().filter_map(mark).collect(),
        prose: prose.collect(),
    }
}

pub fn routes() -> Vec<Route> {
    routes![create]
}
