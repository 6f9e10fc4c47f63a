//! One question of a challenge: asked, and its response saved at every step.

use rocket::{Route, get, post, routes};

use super::taken::Taken;
use crate::domain::quiz::drawing;
use crate::domain::quiz::question::Question;
use crate::domain::quiz::response::Response;
use crate::locale::Argument;
use crate::store::challenges;
use crate::store::error::StoreError;
use crate::web::accounts;
use crate::web::attempts::printed;
use crate::web::attempts::question::{ResponseForm, ShowQuestion};
use crate::web::error::AppError;
use crate::web::form::Submitted;
use crate::web::learn::outline::Leaves;
use crate::web::questions::{self, Asked, Given};
use crate::web::reply::Reply;
use crate::web::visitor::{Learner, Visitor};

#[get("/pathway/challenges/<challenge>/<number>", rank = 2)]
async fn show(learner: Learner<'_>, challenge: &str, number: &str) -> Result<Reply, AppError> {
    let taken = Taken::load(&learner, challenge).await?;
    if taken.is_over() {
        return Ok(Reply::see_other(taken.url()));
    }
    let number: usize = number.parse().map_err(|_| AppError::NotFound)?;
    let question = taken.question(number).ok_or(AppError::NotFound)?;
    let given = Given { response: taken.response(number), ..Given::default() };
    let asked = ask(&learner, &taken, question, given);
    learner.visitor.page(&view(&learner, &taken, number, &asked)?)
}

#[post("/pathway/challenges/<challenge>/<number>", rank = 2, data = "<form>")]
async fn save(
    visitor: Visitor<'_>,
    learner: Result<Learner<'_>, AppError>,
    challenge: &str,
    number: &str,
    form: Submitted<ResponseForm>,
) -> Result<Reply, AppError> {
    let form = form.0;
    let learner = match learner {
        Ok(learner) => learner,
        Err(refusal) => return accounts::keep(&visitor, refusal, form.into_fields()),
    };
    let taken = Taken::load(&learner, challenge).await?;
    let number: usize = number.parse().map_err(|_| AppError::NotFound)?;
    let question = taken.question(number).ok_or(AppError::NotFound)?;
    let presentation = drawing::present(question, taken.challenge.sitting.seed);
    let response = match Response::read(question, &presentation, &form.answers) {
        Ok(response) => response,
        Err(problem) => {
            let given = Given { problem: Some(problem), ..Given::default() };
            let asked = ask(&learner, &taken, question, given).with_typed(&form.answers);
            return visitor.mend(&view(&learner, &taken, number, &asked)?);
        }
    };
    let place = u16::try_from(number).map_err(|_| AppError::NotFound)?;
    let store = &visitor.house.store;
    match challenges::save_response(store, learner.id, taken.challenge.id, place, response).await {
        Ok(()) => Ok(Reply::see_other(onwards(&taken, number, form.goes_back))),
        // Another window handed it in meanwhile: the result is there.
        Err(StoreError::Gone) => Ok(Reply::see_other(taken.url())),
        Err(error) => Err(error.into()),
    }
}

fn onwards(taken: &Taken, number: usize, goes_back: bool) -> String {
    match number {
        number if goes_back => taken.url_of(number.saturating_sub(1).max(1)),
        number if number < taken.length() => taken.url_of(number + 1),
        _ => taken.url_of("review"),
    }
}

fn ask(learner: &Learner<'_>, taken: &Taken, question: &Question, given: Given<'_>) -> Asked {
    let words = learner.visitor.words();
    // How sure one is changes nothing here: it is not asked, whatever the question says.
    questions::ask(words, question, taken.challenge.sitting.seed, given, false).without_confidence()
}

fn view(learner: &Learner<'_>, taken: &Taken, number: usize, asked: &Asked) -> Result<ShowQuestion, AppError> {
    let visitor = &learner.visitor;
    let count = |number: usize| Argument::Number(i64::try_from(number).unwrap_or_default());
    let text = taken.text(number).ok_or(AppError::NotFound)?;
    let position = [("number", count(number)), ("all", count(taken.length()))];
    Ok(ShowQuestion {
        quiz_title: taken.title.clone(),
        title_lang: taken.lang.to_owned(),
        title_dir: taken.dir,
        lang: text.language.to_string(),
        dir: text.language.dir(),
        position: visitor.words().fill("attempts.question_of", &position),
        leaves: Leaves::of(visitor.words(), &taken.answered(), number.checked_sub(1)),
        action: taken.url_of(number),
        question: printed(visitor, "questions/_ask", asked, taken.folder(number))?,
        is_first: number == 1,
        review_url: taken.url_of("review"),
    })
}

pub fn routes() -> Vec<Route> {
    routes![show, save]
}
