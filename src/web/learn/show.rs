//! A course as its learner sees it: what to do next, what is done, the outline.

use rocket::{Route, get, routes};
use serde::Serialize;

use super::changes::Changes;
use super::journey::Journey;
use super::outline::{Here, Leaves, Outline};
use crate::domain::course::block::Block;
use crate::domain::progress::NextStep;
use crate::locale::{Argument, Words};
use crate::web::attempts;
use crate::web::blocks::Press;
use crate::web::courses::content_language;
use crate::web::error::AppError;
use crate::web::helpers::Markup;
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `learn/show`
#[derive(Serialize)]
struct ShowJourney {
    title: String,
    lang: String,
    dir: &'static str,
    is_fallback: bool,
    leaves: Leaves,
    next: Next,
    /// What changed between the tests before and after.
    change: String,
    changes: Option<Changes>,
    introduction: Markup,
    outline: Outline,
    glossary_url: String,
    facts_url: String,
    reading_url: String,
    withdrawal_url: String,
}

/// `learn/_next`: the one thing to do.
#[derive(Serialize)]
pub struct Next {
    pub meta: String,
    pub title: String,
    pub url: String,
    pub label: String,
    pub has_link: bool,
}

const SEE_CERTIFICATE: &str = "learn.see_certificate";

impl View for ShowJourney {
    const TEMPLATE: &'static str = "learn/show";
}

impl Next {
    pub fn of(words: &Words, journey: &Journey) -> Self {
        let (title, label) = match journey.next() {
            NextStep::Lesson(place) => {
                (journey.text.lesson_at(place).map(|lesson| lesson.title.clone()).unwrap_or_default(), "learn.continue")
            }
            NextStep::Quiz(id) => {
                let quiz = journey.text.quizzes().find(|quiz| quiz.id == id);
                (quiz.map(|quiz| quiz.title.clone()).unwrap_or_default(), "learn.continue")
            }
            NextStep::Task(_) => {
                (journey.text.final_task.as_ref().map(|task| task.title.clone()).unwrap_or_default(), "learn.continue")
            }
            NextStep::Certificate => (words.get("learn.certificate_ready"), "learn.get_certificate"),
            NextStep::AwaitMarking => (words.get("learn.awaiting"), ""),
            NextStep::Finished if journey.progress.has_certificate => (words.get("learn.finished"), SEE_CERTIFICATE),
            NextStep::Finished => (words.get("learn.finished"), ""),
        };
        let done = journey.progress.percent(&journey.text);
        Self {
            meta: words.fill("learn.percent", &[("count", Argument::Number(done.into()))]),
            title,
            url: if label == SEE_CERTIFICATE { journey.url("certificate") } else { journey.next_url() },
            has_link: !label.is_empty(),
            label: if label.is_empty() { String::new() } else { words.get(label) },
        }
    }
}

#[get("/learn/<enrolment>")]
async fn show(learner: Learner<'_>, enrolment: &str) -> Result<Reply, AppError> {
    let journey = Journey::load(&learner, enrolment).await?;
    let visitor = &learner.visitor;
    let words = visitor.words();
    let press = Press {
        templates: &visitor.house.templates,
        language: visitor.language,
        course: &journey.course,
        for_trainers: false,
    };
    let whole = |blocks: &[Block]| Ok::<_, AppError>(press.whole(blocks)?.in_folder(&journey.url("")));
    let introductions: Vec<_> =
        journey.text.modules.iter().map(|module| whole(&module.introduction)).collect::<Result<_, _>>()?;
    visitor.page(&ShowJourney {
        title: journey.text.title.clone(),
        lang: journey.text.language.to_string(),
        dir: journey.text.language.dir(),
        is_fallback: journey.text.language.primary() != content_language(visitor.language).primary(),
        leaves: Leaves::of_lessons(words, &journey, None),
        next: Next::of(words, &journey),
        change: attempts::show::change(&learner, &journey).await?,
        changes: Changes::of(&learner, &journey).await?,
        introduction: whole(&journey.text.introduction)?,
        outline: Outline::of(words, &journey, Here::Elsewhere).introduced(introductions),
        glossary_url: journey.url("glossary"),
        facts_url: journey.url("facts"),
        reading_url: journey.url("reading"),
        withdrawal_url: journey.url("withdrawal"),
    })
}

pub fn routes() -> Vec<Route> {
    routes![show]
}
