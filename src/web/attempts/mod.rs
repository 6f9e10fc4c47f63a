//! Sitting a quiz: its page, one question a page, looking over, submitting, the result.
//!
//! Marking happens here and once; no page before it holds a key.

mod calibration;
mod memory;
pub mod question;
mod quiz;
pub mod review;
pub mod scoring;
pub mod show;
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
pub fn printed(visitor: &Visitor<'_>, partial: &str, view: &impl Serialize, folder: &str) -> Result<Markup, AppError> {
    let html = visitor.house.templates.render(visitor.language, partial, view)?;
    Ok(Markup::rendered(html).in_folder(folder))
}
