//! Looking over a challenge, and handing it in: marking, closing and giving credit are one act.

use std::sync::Arc;

use rocket::{Route, get, post, routes};

use super::taken::Taken;
use crate::domain::needs::pathway::challenge;
use crate::domain::quiz::question::Question;
use crate::store::challenges;
use crate::web::attempts::review::{Heading, ShowReview};
use crate::web::error::AppError;
use crate::web::form::{Nothing, Submitted};
use crate::web::questions::plain_prompt;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

#[get("/pathway/challenges/<challenge>/review")]
async fn show(learner: Learner<'_>, challenge: &str) -> Result<Reply, AppError> {
    let taken = Taken::load(&learner, challenge).await?;
    if taken.is_over() {
        return Ok(Reply::see_other(taken.url()));
    }
    let prompts = taken.questions()?.into_iter().map(plain_prompt).collect();
    let source = taken.text(1).ok_or(AppError::NotFound)?;
    let heading = Heading {
        quiz_title: taken.title.clone(),
        title_lang: taken.lang.to_owned(),
        title_dir: taken.dir,
        lang: source.language.to_string(),
        dir: source.language.dir(),
    };
    let words = learner.visitor.words();
    learner.visitor.page(&ShowReview::new(words, heading, prompts, &taken.answered(), |rest| taken.url_of(rest)))
}

#[post("/pathway/challenges/<challenge>/submission", data = "<_form>")]
async fn create(learner: Learner<'_>, challenge: &str, _form: Submitted<Nothing>) -> Result<Reply, AppError> {
    let taken = Taken::load(&learner, challenge).await?;
    let questions: Arc<Vec<Question>> = Arc::new(taken.questions()?.into_iter().cloned().collect());
    let mark = move |sitting: &challenge::Sitting| {
        let asked: Vec<&Question> = questions.iter().collect();
        challenge::count_right(sitting, &asked)
    };
    let store = &learner.visitor.house.store;
    // Sent twice, or from two windows: the first counts.
    challenges::finish(store, learner.id, taken.challenge.id, mark, learner.visitor.now).await?;
    Ok(Reply::see_other(taken.url()))
}

pub fn routes() -> Vec<Route> {
    routes![show, create]
}
