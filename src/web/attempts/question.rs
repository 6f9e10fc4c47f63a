//! One question of an attempt: asked, and its response saved at every step.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::printed;
use super::sitting::{Saved, Seated};
use crate::domain::quiz::drawing;
use crate::domain::quiz::question::Question;
use crate::domain::quiz::response::{Confidence, Response};
use crate::locale::Argument;
use crate::store::attempts;
use crate::store::error::StoreError;
use crate::web::accounts;
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::helpers::Markup;
use crate::web::learn::checks::is_answer_field;
use crate::web::learn::outline::Leaves;
use crate::web::page::View;
use crate::web::questions::{self, Asked, Given};
use crate::web::reply::Reply;
use crate::web::visitor::{Learner, Visitor};

/// `attempts/question`
#[derive(Serialize)]
pub struct ShowQuestion {
    pub quiz_title: String,
    pub title_lang: String,
    pub title_dir: &'static str,
    /// The question's own.
    pub lang: String,
    pub dir: &'static str,
    /// "Question 3 of 10"
    pub position: String,
    pub leaves: Leaves,
    pub action: String,
    pub question: Markup,
    pub is_first: bool,
    pub review_url: String,
}

impl View for ShowQuestion {
    const TEMPLATE: &'static str = "attempts/question";
}

pub struct ResponseForm {
    pub answers: Vec<(String, String)>,
    pub goes_back: bool,
}

impl Form for ResponseForm {
    /// A free response in a script of three bytes a letter, each byte sent as three.
    const LIMIT: u64 = 128 * 1024;

    fn take(fields: &mut Fields) -> Self {
        Self { goes_back: fields.is_ticked("back"), answers: fields.all(is_answer_field) }
    }
}

impl ResponseForm {
    pub fn into_fields(self) -> Vec<(String, String)> {
        let back = self.goes_back.then(|| ("back".to_owned(), "1".to_owned()));
        self.answers.into_iter().chain(back).collect()
    }
}

#[get("/attempts/<attempt>/<number>", rank = 2)]
async fn show(learner: Learner<'_>, attempt: &str, number: &str) -> Result<Reply, AppError> {
    let seated = Seated::load(&learner, attempt).await?;
    let number: usize = number.parse().map_err(|_| AppError::NotFound)?;
    if number > seated.length() {
        return Ok(Reply::see_other(seated.url_of("review")));
    }
    let question = seated.question(number).ok_or(AppError::NotFound)?;
    let saved = seated.saved_beside(learner.visitor.house, Some(&question.id)).await?;
    if saved.is_submitted {
        return Ok(Reply::see_other(seated.url()));
    }
    let words = learner.visitor.words();
    let given = saved.responses.get(&question.id);
    let given = Given {
        response: given.and_then(|given| given.response.as_ref()),
        confidence: given.and_then(|given| given.confidence),
        problem: None,
    };
    let asked = questions::ask(words, question, seated.sitting.seed, given, seated.quiz.asks_confidence);
    learner.visitor.page(&view(&learner.visitor, &seated, number, &saved, &asked)?)
}

#[post("/attempts/<attempt>/<number>", rank = 2, data = "<form>")]
async fn save(
    visitor: Visitor<'_>,
    learner: Result<Learner<'_>, AppError>,
    attempt: &str,
    number: &str,
    form: Submitted<ResponseForm>,
) -> Result<Reply, AppError> {
    let form = form.0;
    let learner = match learner {
        Ok(learner) => learner,
        Err(refusal) => return accounts::keep(&visitor, refusal, form.into_fields()),
    };
    let seated = Seated::load(&learner, attempt).await?;
    let number: usize = number.parse().map_err(|_| AppError::NotFound)?;
    let question = seated.question(number).ok_or(AppError::NotFound)?;
    let presentation = drawing::present(question, seated.sitting.seed);
    let response = match Response::read(question, &presentation, &form.answers) {
        Ok(response) => response,
        Err(problem) => {
            let given = Given { problem: Some(problem), ..Given::default() };
            return mend(&learner, &seated, number, question, given, &form.answers).await;
        }
    };
    let confidence = Confidence::read(&form.answers);
    let store = &visitor.house.store;
    let position = u16::try_from(number).map_err(|_| AppError::NotFound)?;
    let (id, response) = (seated.sitting.id, response.as_ref());
    let writing = seated.sitting.writing();
    match attempts::save_response(store, learner.id, id, &question.id, position, response, confidence, visitor.now)
        .await
    {
        Ok(()) => {
            writing.saved(&question.id, response.is_some());
            Ok(Reply::see_other(onwards(&seated, number, form.goes_back)))
        }
        // Another window submitted it meanwhile: the result is there.
        Err(StoreError::Gone) => Ok(Reply::see_other(seated.url())),
        Err(error) => Err(error.into()),
    }
}

/// The same question with what is wrong and what was typed.
async fn mend(
    learner: &Learner<'_>,
    seated: &Seated,
    number: usize,
    question: &Question,
    given: Given<'_>,
    typed: &[(String, String)],
) -> Result<Reply, AppError> {
    let visitor = &learner.visitor;
    let saved = seated.saved(visitor.house).await?;
    let asked = questions::ask(visitor.words(), question, seated.sitting.seed, given, seated.quiz.asks_confidence);
    visitor.mend(&view(visitor, seated, number, &saved, &asked.with_typed(typed))?)
}

fn onwards(seated: &Seated, number: usize, goes_back: bool) -> String {
    match number {
        number if goes_back => seated.url_of(number.saturating_sub(1).max(1)),
        number if number < seated.length() => seated.url_of(number + 1),
        _ => seated.url_of("review"),
    }
}

fn view(
    visitor: &Visitor<'_>,
    seated: &Seated,
    number: usize,
    saved: &Saved,
    asked: &Asked,
) -> Result<ShowQuestion, AppError> {
    let words = visitor.words();
    let count = |number: usize| Argument::Number(i64::try_from(number).unwrap_or_default());
    Ok(ShowQuestion {
        quiz_title: seated.quiz.title.clone(),
        title_lang: seated.quiz.language.to_string(),
        title_dir: seated.quiz.language.dir(),
        lang: seated.quiz.language.to_string(),
        dir: seated.quiz.language.dir(),
        position: words.fill("attempts.question_of", &[("number", count(number)), ("all", count(seated.length()))]),
        leaves: Leaves::of(words, &answered(seated, saved), number.checked_sub(1)),
        action: seated.url_of(number),
        question: printed(visitor, "questions/_ask", asked, &seated.lessons_folder())?,
        is_first: number == 1,
        review_url: seated.url_of("review"),
    })
}

/// For each question in order whether it has a response.
pub(super) fn answered(seated: &Seated, saved: &Saved) -> Vec<bool> {
    seated.sitting.questions.iter().map(|id| saved.answered.get(id) == Some(&true)).collect()
}

pub fn routes() -> Vec<Route> {
    routes![show, save]
}
