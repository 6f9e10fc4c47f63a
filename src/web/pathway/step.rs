//! One step: why it is there, what one can do after it, its lessons, and the ways to change it.

use rocket::{Route, get, routes};
use serde::Serialize;

use super::challenges::{self, Offered};
use super::rows::{LessonRow, StepRow};
use super::show::{AsideRow, skipped_rows};
use super::walk::Walk;
use super::wording;
use crate::domain::needs::pathway::Reason;
use crate::locale::Argument;
use crate::web::error::AppError;
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `pathway/step`
#[derive(Serialize)]
struct ShowStep {
    step: StepRow,
    title: String,
    /// What the answers showed, and what the lessons lead to.
    now_level: String,
    now: String,
    after_level: String,
    after: String,
    /// Lessons that stand in earlier steps and serve this one too.
    shared: Vec<LessonRow>,
    has_shared: bool,
    has_lessons: bool,
    skipped: Vec<AsideRow>,
    has_skipped: bool,
    challenge: Offered,
    may_prove: bool,
    /// It only opens another step, so it has no place of its own.
    may_move: bool,
    is_later: bool,
    act: String,
    prove_url: String,
}

impl View for ShowStep {
    const TEMPLATE: &'static str = "pathway/step";
}

#[get("/pathway/steps/<called>")]
async fn show(learner: Learner<'_>, called: &str) -> Result<Reply, AppError> {
    let walk = Walk::existing(&learner).await?;
    let step = walk.step(&learner, called)?;
    let words = learner.visitor.words();
    let text = &walk.text(&learner).framework;
    let level = |level| {
        let name = wording::level(text, level);
        words.fill("pathway.level", &[("level", Argument::Number(level.into())), ("name", Argument::Text(name))])
    };
    let mut shared = Vec::new();
    for lesson in &step.shared {
        shared.extend(LessonRow::of(&learner.visitor, &walk, lesson)?);
    }
    let mut row = StepRow::of(&learner, &walk, step).with_lessons(&learner, &walk, step)?;
    row.lessons = row.lessons.into_iter().map(LessonRow::skippable).collect();
    let skipped = skipped_rows(&learner, &walk, &step.skipped)?;
    let challenge = challenges::offered(&learner, &walk, step).await?;
    learner.visitor.page(&ShowStep {
        title: row.title.clone(),
        has_lessons: !row.lessons.is_empty(),
        act: row.id.clone(),
        prove_url: format!("{}/challenge", row.url),
        step: row,
        now_level: level(step.from),
        now: wording::ability(text, step.key.code, step.from),
        after_level: level(step.key.to),
        after: wording::ability(text, step.key.code, step.key.to),
        has_shared: !shared.is_empty(),
        shared,
        has_skipped: !skipped.is_empty(),
        skipped,
        may_prove: challenge.is_possible,
        challenge,
        may_move: !matches!(step.reason, Reason::Opens { .. }),
        is_later: walk.pathway.later.iter().any(|later| later.key == step.key),
    })
}

pub fn routes() -> Vec<Route> {
    routes![show]
}
