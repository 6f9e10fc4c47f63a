//! One learner's pathway, planned for the page that asks for it.

use std::sync::Arc;

use super::alias;
use crate::domain::course::{Course, CourseText, Lesson, Place};
use crate::domain::id::CourseSlug;
use crate::domain::needs::instrument::{Instrument, InstrumentText};
use crate::domain::needs::pathway::basis::Basis;
use crate::domain::needs::pathway::{self, LessonRef, Offer, Pathway, Progress, Step};
use crate::store::enrolments::{self, Enrolment};
use crate::store::pathways;
use crate::web::courses::content_language;
use crate::web::error::AppError;
use crate::web::visitor::Learner;

pub struct Walk {
    pub basis: Basis,
    pub pathway: Pathway,
    pub instrument: Arc<Instrument>,
    pub shelves: Vec<Shelf>,
}

/// A course as this learner has it: the edition they are in, or the latest.
pub struct Shelf {
    pub course: Arc<Course>,
    pub text: Arc<CourseText>,
    pub enrolment: Option<Enrolment>,
}

/// Where a lesson of the path is.
pub struct Found<'a> {
    pub shelf: &'a Shelf,
    pub place: Place,
    pub lesson: &'a Arc<Lesson>,
}

impl Walk {
    /// The pathway of this learner; `None` until they were measured.
    pub async fn load(learner: &Learner<'_>) -> Result<Option<Self>, AppError> {
        let house = learner.visitor.house;
        let Some(instrument) = house.instruments.latest() else { return Ok(None) };
        let Some(basis) = pathways::mine(&house.store, learner.id).await? else { return Ok(None) };
        let shelves = shelves(learner, &instrument).await?;
        let done = enrolments::lessons_done(&house.store, learner.id).await?;
        let progress = Progress {
            done: done.into_iter().map(|(course, lesson)| LessonRef { course, lesson }).collect(),
            proven: basis.proven.clone(),
        };
        let offers: Vec<Offer> = shelves.iter().flat_map(Shelf::offers).collect();
        let pathway = pathway::plan(&instrument.framework, &basis.kept, &offers, &progress, &basis.edits);
        Ok(Some(Self { basis, pathway, instrument, shelves }))
    }

    /// The same for pages of one step: without a pathway there is no such page.
    pub async fn existing(learner: &Learner<'_>) -> Result<Self, AppError> {
        Self::load(learner).await?.ok_or(AppError::NotFound)
    }

    /// The step that addresses call so, among those for later too.
    pub fn step(&self, learner: &Learner<'_>, called: &str) -> Result<&Step, AppError> {
        let mut steps = self.pathway.steps.iter().chain(&self.pathway.later);
        steps.find(|step| alias::of(learner, step.key) == called).ok_or(AppError::NotFound)
    }

    /// The framework's words in the learner's language.
    pub fn text(&self, learner: &Learner<'_>) -> &InstrumentText {
        self.instrument.text(&content_language(learner.visitor.language))
    }

    pub fn find(&self, lesson: &LessonRef) -> Option<Found<'_>> {
        let shelf = self.shelf(&lesson.course)?;
        let place = shelf.text.place_of(&lesson.lesson)?;
        Some(Found { shelf, place, lesson: shelf.text.lesson_at(place)? })
    }

    pub fn shelf(&self, course: &CourseSlug) -> Option<&Shelf> {
        self.shelves.iter().find(|shelf| shelf.course.slug == *course)
    }
}

/// The courses of the framework's areas, in its order.
async fn shelves(learner: &Learner<'_>, instrument: &Instrument) -> Result<Vec<Shelf>, AppError> {
    let house = learner.visitor.house;
    let mine = enrolments::mine(&house.store, learner.id).await?;
    let language = content_language(learner.visitor.language);
    let mut shelves = Vec::with_capacity(instrument.framework.areas.len());
    for area in &instrument.framework.areas {
        let enrolment = mine.iter().find(|enrolment| enrolment.course == area.course).cloned();
        let course = match &enrolment {
            Some(enrolment) => Some(house.catalogue.edition(&house.store, &enrolment.edition).await?),
            None => house.catalogue.course(&area.course),
        };
        // A course of the framework that is not published here takes its lessons away, no more.
        let shelf = course.map(|course| Shelf { text: course.text(&language).clone(), course, enrolment });
        shelves.extend(shelf);
    }
    Ok(shelves)
}

impl Shelf {
    fn offers(&self) -> impl Iterator<Item = Offer> {
        self.text.lessons().map(|(_, lesson)| Offer {
            lesson: LessonRef { course: self.course.slug.clone(), lesson: lesson.id.clone() },
            minutes: lesson.minutes,
            spans: lesson.competencies.clone(),
        })
    }
}
