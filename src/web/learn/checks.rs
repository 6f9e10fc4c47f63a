//! Questions inside lessons: answered there, marked here, as often as one likes.

use rocket::{Route, post, routes};

use super::journey::Journey;
use super::lesson::CHECK_SEED;
use super::mend::{self, LongText};
use crate::domain::course::Place;
use crate::domain::course::block::Block;
use crate::domain::id::QuestionId;
use crate::domain::quiz::drawing;
use crate::domain::quiz::question::Question;
use crate::domain::quiz::response::Response;
use crate::domain::quiz::scoring;
use crate::store::checks;
use crate::web::accounts;
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::reply::Reply;
use crate::web::visitor::{Learner, Visitor};

pub struct CheckForm {
    question: String,
    answers: Vec<(String, String)>,
    tries_again: bool,
}

impl Form for CheckForm {
    // Five thousand words of Burmese or Khmer, whose letters take nine bytes each on their way here.
    const LIMIT: u64 = 1024 * 1024;

    fn take(fields: &mut Fields) -> Self {
        Self {
            question: fields.text("question"),
            tries_again: fields.is_ticked("again"),
            answers: fields.all(is_answer_field),
        }
    }
}

/// Names under which questions post: `a`, `a0`, `a1` … and `sure`.
pub fn is_answer_field(name: &str) -> bool {
    name == "sure"
        || name.strip_prefix('a').is_some_and(|rest| rest.len() < 4 && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

#[post("/learn/<enrolment>/<place>/check", data = "<form>")]
async fn create(
    visitor: Visitor<'_>,
    learner: Result<Learner<'_>, AppError>,
    enrolment: &str,
    place: &str,
    form: Submitted<CheckForm>,
) -> Result<Reply, AppError> {
    let learner = match learner {
        Ok(learner) => learner,
        Err(refusal) => {
            let mut fields = form.0.answers;
            fields.push(("question".to_owned(), form.0.question));
            return accounts::keep(&visitor, refusal, fields);
        }
    };
    let journey = Journey::load(&learner, enrolment).await?;
    let place: Place = place.parse().map_err(|()| AppError::NotFound)?;
    let lesson = journey.text.lesson_at(place).ok_or(AppError::NotFound)?;
    let id: QuestionId = form.0.question.parse().map_err(|_| AppError::Unreadable)?;
    let question = find(&lesson.blocks, &id).ok_or(AppError::NotFound)?;
    journey.worked_at(&learner, place).await?;
    let store = &visitor.house.store;
    let back = Reply::see_other(format!("{}#q-{id}", journey.url(place)));
    if form.0.tries_again {
        checks::forget(store, journey.enrolment.id, &id).await?;
        visitor.house.progress.forget(journey.enrolment.id);
        return Ok(back);
    }
    let answers = &form.0.answers;
    let response = match Response::read(question, &drawing::present(question, CHECK_SEED), answers) {
        Err(problem) if problem.most().is_some() => {
            // Only what was typed can be too long, and that is not thrown away.
            let text = answers.iter().find(|(name, _)| name == "a").map(|(_, text)| text.as_str());
            let lesson_url = journey.url(place);
            let Some(text) = text else { return Ok(back) };
            let long =
                LongText { beside: ("question", id.as_str()), name: "a", text, problem, lesson_url: &lesson_url };
            return mend::ask(&visitor, &long);
        }
        // What cannot be read leaves the question as it was, to be answered again.
        Err(_) => None,
        Ok(response) => response,
    };
    if let Some(response) = response {
        let hundredths = scoring::mark(question, Some(&response)).hundredths;
        let check = checks::NewCheck { question: &id, response: &response, hundredths };
        checks::record(store, learner.id, journey.enrolment.id, check, visitor.now).await?;
        visitor.house.progress.forget(journey.enrolment.id);
    }
    Ok(back)
}

/// The question with this id among a lesson's blocks.
pub fn find<'a>(blocks: &'a [Block], id: &QuestionId) -> Option<&'a Question> {
    blocks.iter().find_map(|block| match block {
        Block::Question(question) if question.id == *id => Some(question.as_ref()),
        _ => None,
    })
}

pub fn routes() -> Vec<Route> {
    routes![create]
}
