//! A challenge that is over: whether the step is proven, what was right and why, what to read.

use rocket::{Route, get, routes};
use serde::Serialize;

use super::taken::Taken;
use super::{past, wait_words};
use crate::domain::needs::pathway::challenge::{self, RIGHT};
use crate::domain::quiz::scoring;
use crate::locale::Argument;
use crate::store::challenges;
use crate::web::attempts::printed;
use crate::web::error::AppError;
use crate::web::helpers::Markup;
use crate::web::page::View;
use crate::web::pathway::rows::LessonRow;
use crate::web::pathway::walk::Walk;
use crate::web::questions::marked::{Rereading, marked};
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `pathway/result`
#[derive(Serialize)]
struct ShowResult {
    title: String,
    /// "5 of 6"
    score: String,
    is_proven: bool,
    verdict: String,
    /// When it may be tried again.
    again: String,
    /// The lessons of the step: where what was not right is taught.
    lessons: Vec<LessonRow>,
    has_lessons: bool,
    answers: Vec<AnswerRow>,
}

#[derive(Serialize)]
struct AnswerRow {
    label: String,
    lang: String,
    dir: &'static str,
    marked: Markup,
}

impl View for ShowResult {
    const TEMPLATE: &'static str = "pathway/result";
}

#[get("/pathway/challenges/<challenge>")]
async fn show(learner: Learner<'_>, challenge: &str) -> Result<Reply, AppError> {
    let taken = Taken::load(&learner, challenge).await?;
    if !taken.is_over() {
        return Ok(Reply::see_other(taken.url_of("review")));
    }
    let words = learner.visitor.words();
    let sitting = &taken.challenge.sitting;
    let right = sitting.right.unwrap_or_default();
    let numbers = [
        ("right", Argument::Number(right.into())),
        ("all", Argument::Number(i64::try_from(taken.length()).unwrap_or_default())),
        ("needed", Argument::Number(RIGHT.into())),
    ];
    let is_proven = sitting.is_proven();
    let lessons = if is_proven { Vec::new() } else { lessons(&learner, &taken).await? };
    learner.visitor.page(&ShowResult {
        title: taken.title.clone(),
        score: words.fill("attempts.right_of", &numbers),
        is_proven,
        verdict: words.fill(if is_proven { "pathway.proven" } else { "pathway.not_proven" }, &numbers),
        again: if is_proven { String::new() } else { again(&learner, &taken).await? },
        has_lessons: !lessons.is_empty(),
        lessons,
        answers: answers(&learner, &taken)?,
    })
}

/// The lessons of the step where it is still on the path.
async fn lessons(learner: &Learner<'_>, taken: &Taken) -> Result<Vec<LessonRow>, AppError> {
    let Some(walk) = Walk::load(learner).await? else { return Ok(Vec::new()) };
    let Some(step) = walk.pathway.step(taken.challenge.sitting.step) else { return Ok(Vec::new()) };
    let mut rows = Vec::new();
    for lesson in &step.lessons {
        rows.extend(LessonRow::of_step(learner, &walk, lesson)?);
    }
    Ok(rows)
}

async fn again(learner: &Learner<'_>, taken: &Taken) -> Result<String, AppError> {
    let visitor = &learner.visitor;
    let mine = challenges::mine(&visitor.house.store, learner.id).await?;
    let until = challenge::wait_until(past(&mine), taken.challenge.sitting.step, visitor.now);
    Ok(until.map(|until| wait_words(visitor.words(), until, visitor.now)).unwrap_or_default())
}

fn answers(learner: &Learner<'_>, taken: &Taken) -> Result<Vec<AnswerRow>, AppError> {
    let words = learner.visitor.words();
    let mut rows = Vec::with_capacity(taken.length());
    for (number, question) in (1..).zip(taken.questions()?) {
        let text = taken.text(number).ok_or(AppError::NotFound)?;
        let folder = taken.folder(number);
        let marking = scoring::mark(question, taken.response(number));
        let view = marked(words, question, &marking, None, Rereading { text, folder });
        let label = [("number", Argument::Number(i64::try_from(number).unwrap_or_default()))];
        rows.push(AnswerRow {
            label: words.fill("attempts.question", &label),
            lang: text.language.to_string(),
            dir: text.language.dir(),
            marked: printed(&learner.visitor, "questions/_marked", &view, folder)?,
        });
    }
    Ok(rows)
}

pub fn routes() -> Vec<Route> {
    routes![show]
}
