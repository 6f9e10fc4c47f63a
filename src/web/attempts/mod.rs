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

use std::collections::BTreeMap;

use rocket::Route;
use serde::Serialize;

use super::error::AppError;
use super::helpers::Markup;
use super::visitor::Visitor;
use crate::domain::id::QuestionId;
use crate::domain::quiz::Quiz;
use crate::domain::quiz::question::Body;
use crate::domain::quiz::response::Response;
use crate::domain::quiz::rubric::{RubricScore, mark_by_hand};
use crate::store::attempts::SavedResponses;
use crate::store::submissions::Work;

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

/// What was answered: as it was saved, and free responses as they were last handed in.
pub fn responses(saved: &SavedResponses, works: &BTreeMap<QuestionId, Work>) -> BTreeMap<QuestionId, Response> {
    let of_sitting = saved.responses.iter().filter_map(|(id, given)| Some((id.clone(), given.response.clone()?)));
    let of_works = works.iter().map(|(id, work)| (id.clone(), Response::Free(work.text.clone())));
    of_sitting.chain(of_works).collect()
}
