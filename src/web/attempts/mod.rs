//! Sitting a quiz: its page, one question a page, looking over, submitting, the result.
//!
//! Marking happens here and once; no page before it holds a key.

mod calibration;
mod question;
mod quiz;
mod review;
mod show;
pub mod sitting;
mod submission;
mod topics;

use rocket::Route;
use serde::Serialize;

use super::error::AppError;
use super::helpers::Markup;
use super::visitor::Visitor;

pub fn routes() -> Vec<Route> {
    [question::routes(), quiz::routes(), review::routes(), show::routes(), submission::routes()].concat()
}

/// One of our partials with its links led to the folder of lessons.
fn printed(visitor: &Visitor<'_>, partial: &str, view: &impl Serialize, folder: &str) -> Result<Markup, AppError> {
    let html = visitor.house.templates.render(visitor.language, partial, view)?;
    Ok(Markup::rendered(html).in_folder(folder))
}

/// What trainers said of the free responses of an attempt. A work whose levels no longer fit its
/// rubric, which the store's immutable editions rule out, counts as not marked yet.
pub fn by_hand(quiz: &Quiz, works: &BTreeMap<QuestionId, Work>) -> BTreeMap<QuestionId, RubricScore> {
    let score = |(id, work): (&QuestionId, &Work)| {
        let Body::FreeResponse(free) = &quiz.question(id)?.body else { return None };
        let levels = &work.marking.as_ref()?.levels;
        Some((id.clone(), mark_by_hand(&free.rubric, levels, 0).ok()?))
    };
    works.iter().filter_map(score).collect()
}
