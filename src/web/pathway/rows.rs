//! Steps and lessons as pages show them.

use serde::Serialize;

use super::alias;
use super::walk::{Found, Walk};
use super::wording;
use crate::domain::needs::pathway::{LessonRef, Step, StepLesson};
use crate::web::courses::content_language;
use crate::web::error::AppError;
use crate::web::learn::pressed;
use crate::web::visitor::{Learner, Visitor};

/// `pathway/_step`
#[derive(Serialize)]
pub struct StepRow {
    /// `DS1-2`
    pub id: String,
    pub url: String,
    pub title: String,
    levels: String,
    reason: String,
    reason_on_paper: String,
    /// It stands in an earlier week too.
    is_continued: bool,
    has_mentored_task: bool,
    waits: String,
    /// "1 lesson skipped"
    skipped: String,
    pub lessons: Vec<LessonRow>,
}

/// `pathway/_lesson`
#[derive(Serialize)]
pub struct LessonRow {
    pub title: String,
    /// Where it differs from the page's.
    pub lang: String,
    /// "12 minutes · 9 kB"
    pub cost: String,
    /// Empty while its course is not enrolled in: then starting it enrols.
    pub url: String,
    /// `digital-security/ds1-1`
    pub start: String,
    is_done: bool,
    /// What takes it out; empty where that is not offered.
    skip: String,
}

impl StepRow {
    pub fn of(learner: &Learner<'_>, walk: &Walk, step: &Step) -> Self {
        let words = learner.visitor.words();
        let text = &walk.text(learner).framework;
        Self {
            id: step.key.to_string(),
            url: format!("/pathway/steps/{}", alias::of(learner, step.key)),
            title: wording::name(text, step.key.code),
            levels: wording::levels(words, text, step.from, step.key.to),
            reason: wording::reason(words, text, step),
            reason_on_paper: wording::reason_on_paper(words, step),
            is_continued: false,
            has_mentored_task: step.has_mentored_task,
            waits: wording::waits(words, text, step),
            skipped: wording::skipped(words, step),
            lessons: Vec::new(),
        }
    }

    pub fn continued(self) -> Self {
        Self { is_continued: true, ..self }
    }

    /// The same with all its own lessons.
    pub fn with_lessons(mut self, learner: &Learner<'_>, walk: &Walk, step: &Step) -> Result<Self, AppError> {
        for lesson in &step.lessons {
            self.lessons.extend(LessonRow::of_step(learner, walk, lesson)?);
        }
        Ok(self)
    }
}

impl LessonRow {
    pub fn of_step(learner: &Learner<'_>, walk: &Walk, lesson: &StepLesson) -> Result<Option<Self>, AppError> {
        let row = Self::of(&learner.visitor, walk, &lesson.lesson)?;
        Ok(row.map(|row| Self { is_done: lesson.is_done, ..row }))
    }

    /// A lesson that is not done; `None` if it is gone from its course.
    pub fn of(visitor: &Visitor<'_>, walk: &Walk, lesson: &LessonRef) -> Result<Option<Self>, AppError> {
        let Some(Found { shelf, place, lesson: found }) = walk.find(lesson) else { return Ok(None) };
        let pressed =
            visitor.house.pressed.lesson(visitor.house, visitor.language, &shelf.course, &shelf.text, place)?;
        let is_foreign = found.language.primary() != content_language(visitor.language).primary();
        let url = shelf.enrolment.as_ref().map(|enrolment| format!("/learn/{}/{place}", enrolment.id));
        Ok(Some(Self {
            title: found.title.clone(),
            lang: if is_foreign { found.language.to_string() } else { String::new() },
            cost: pressed::cost(visitor.words(), found, pressed.bytes),
            url: url.unwrap_or_default(),
            start: lesson.to_string(),
            is_done: false,
            skip: String::new(),
        }))
    }

    /// The same with a way to take it out of the path, unless it is done.
    pub fn skippable(self) -> Self {
        Self { skip: if self.is_done { String::new() } else { format!("skip {}", self.start) }, ..self }
    }
}
