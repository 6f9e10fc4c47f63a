//! Submitting an attempt: marked here, stored once.

use std::collections::BTreeMap;
use std::sync::Arc;

use rocket::{Route, post, routes};

use super::sitting::Seated;
use crate::domain::id::QuestionId;
use crate::domain::quiz::Quiz;
use crate::domain::quiz::response::Response;
use crate::domain::quiz::scoring::{self, ByHand};
use crate::store::attempts::{self, Marked, SavedResponse};
use crate::web::error::AppError;
use crate::web::form::{Nothing, Submitted};
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

#[post("/attempts/<attempt>/submission", data = "<_form>")]
async fn create(learner: Learner<'_>, attempt: &str, _form: Submitted<Nothing>) -> Result<Reply, AppError> {
    let seated = Seated::load(&learner, attempt).await?;
    let house = learner.visitor.house;
    let (quizzes, sitting) = (seated.quizzes.clone(), seated.sitting.clone());
    let quiz = quizzes.first().cloned().ok_or_else(|| AppError::fault("a sitting without its quiz"))?;
    let mark = move |saved: &BTreeMap<QuestionId, SavedResponse>| marked(&quiz, &quizzes, &sitting.questions, saved);
    let _writing = seated.sitting.writing();
    // Sent twice, or from two windows: the first counts.
    attempts::submit(&house.store, learner.id, seated.sitting.id, mark, learner.visitor.now).await?;
    house.progress.forget(seated.sitting.enrolment);
    Ok(Reply::see_other(seated.url()))
}

/// What the responses come to before a person has read any of them. `quizzes`: `quiz` in all its
/// languages.
fn marked(
    quiz: &Quiz,
    quizzes: &[Arc<Quiz>],
    questions: &[QuestionId],
    saved: &BTreeMap<QuestionId, SavedResponse>,
) -> Marked {
    let given = saved.iter().filter_map(|(id, saved)| Some((id.clone(), saved.response.clone()?))).collect();
    let (machine, marks) = scoring::mark_attempt(quizzes, questions, &given);
    let prose: Vec<_> = given
        .into_iter()
        .filter_map(|(id, response)| match response {
            Response::Free(prose) => Some((id, prose)),
            _ => None,
        })
        .collect();
    let waiting = prose.iter().map(|(id, _)| (id.clone(), ByHand::Waiting)).collect();
    Marked { score: scoring::add_up(quiz, questions, machine, &waiting), machine, marks, prose }
}

pub fn routes() -> Vec<Route> {
    routes![create]
}
