//! The needs assessment: what it is, its steps a page each, and what follows from the answers.
//!
//! The answers are the person's own: every page here asks for the learner and loads by their account,
//! and no page for staff reads any of it.

pub mod card;
mod deletion;
mod ending;
mod index;
mod picture;
mod reminder;
mod result;
mod step;

use std::sync::Arc;

use rocket::Route;

use super::error::AppError;
use super::reply::Reply;
use super::visitor::{Learner, Visitor};
use crate::domain::id::AssessmentId;
use crate::domain::language::LanguageTag;
use crate::domain::needs::instrument::{Instrument, InstrumentText};
use crate::domain::needs::rasch::calibrate::Calibration;
use crate::domain::needs::steps::{self, Step};
use crate::store::needs::{self, Assessment};

pub fn routes() -> Vec<Route> {
    [deletion::routes(), ending::routes(), index::routes(), reminder::routes(), result::routes(), step::routes()]
        .concat()
}

/// An assessment with the edition it was begun in.
struct Seated {
    assessment: Assessment,
    instrument: Arc<Instrument>,
}

impl Seated {
    /// The assessment, if it is this learner's: otherwise there is no such thing.
    async fn load(learner: &Learner<'_>, assessment: &str) -> Result<Self, AppError> {
        let id: AssessmentId = assessment.parse().map_err(|_| AppError::NotFound)?;
        let house = learner.visitor.house;
        let assessment = needs::by_id(&house.store, learner.id, id).await?.ok_or(AppError::NotFound)?;
        let instrument = house.instruments.edition(&house.store, &assessment.edition).await?;
        Ok(Self { assessment, instrument })
    }

    /// The same while it is open; the way to its result afterwards.
    async fn load_open(learner: &Learner<'_>, assessment: &str) -> Result<Result<Self, Reply>, AppError> {
        let seated = Self::load(learner, assessment).await?;
        Ok(match seated.assessment.finished {
            Some(_) => Err(Reply::see_other(seated.url("result"))),
            None => Ok(seated),
        })
    }

    /// How hard the questions of its form are, where that steers it.
    fn calibration(&self, visitor: &Visitor<'_>) -> Option<Arc<Calibration>> {
        let Assessment { edition, form, .. } = &self.assessment;
        visitor.house.instruments.calibration(edition, *form).filter(|_| self.assessment.sheet.is_adaptive)
    }

    fn steps(&self, visitor: &Visitor<'_>) -> Vec<Step<'_>> {
        steps::steps(&self.instrument, &self.assessment.sheet, self.calibration(visitor).as_deref())
    }

    fn text(&self, visitor: &Visitor<'_>) -> &InstrumentText {
        self.instrument.text(&reader(visitor))
    }

    /// `/needs/<id>/<rest>`
    fn url(&self, rest: impl std::fmt::Display) -> String {
        url(&self.assessment, rest)
    }
}

fn url(assessment: &Assessment, rest: impl std::fmt::Display) -> String {
    format!("/needs/{}/{rest}", assessment.id)
}

/// Whose words the instrument should use.
fn reader(visitor: &Visitor<'_>) -> LanguageTag {
    visitor.language.content_tag()
}
