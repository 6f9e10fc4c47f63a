//! The public side of courses: the catalogue, a course's page, its open sample lesson.

pub mod index;
mod media;
mod range;
mod sample;
mod show;

use rocket::Route;

use super::error::AppError;
use super::visitor::Visitor;
use crate::domain::course::{Area, Course};
use crate::domain::language::LanguageTag;
use crate::locale::Language;

use std::sync::Arc;

pub use index::CourseCard;

pub fn routes() -> Vec<Route> {
    [index::routes(), media::routes(), sample::routes(), show::routes()].concat()
}

/// The tag under which courses know this language.
pub fn content_language(language: Language) -> LanguageTag {
    language.content_tag()
}

/// The latest edition of the course with this slug.
pub fn course(visitor: &Visitor<'_>, slug: &str) -> Result<Arc<Course>, AppError> {
    let slug = slug.parse().map_err(|_| AppError::NotFound)?;
    visitor.house.catalogue.course(&slug).ok_or(AppError::NotFound)
}

/// The key of an area's name.
pub fn area_words(area: Area) -> &'static str {
    match area {
        Area::DigitalSecurity => "area.digital_security",
        Area::UnMechanisms => "area.un_mechanisms",
        Area::BusinessAndHumanRights => "area.business_and_human_rights",
        Area::Platform => "area.platform",
    }
}
