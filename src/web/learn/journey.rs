//! One learner's way through one course: loaded once per page, and the only way in which pages get
//! at an enrolment, so that nobody gets at another's.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

use crate::domain::course::{Course, CourseText, EditionHash, Place};
use crate::domain::id::{AccountId, EnrolmentId, QuizId};
use crate::domain::progress::{CourseProgress, NextStep, TaskState, next_step};
use crate::domain::time::HOUR;
use crate::store::enrolments::{self, Enrolment};
use crate::store::error::StoreError;
use crate::store::{Store, notes, progress};
use crate::web::courses::content_language;
use crate::web::error::AppError;
use crate::web::visitor::Learner;

/// Work at one place is noted at most this often.
const NOTED_EVERY: i64 = HOUR;

pub struct Journey {
    pub enrolment: Enrolment,
    pub course: Arc<Course>,
    /// The course in the learner's language.
    pub text: Arc<CourseText>,
    pub progress: Arc<CourseProgress>,
}

/// The blocks and questions of lessons in which a learner has left something.
pub type Touched = BTreeSet<String>;

/// What was done, remembered for a second: whatever changes it here forgets it at once. Where several
/// servers share a database nothing is remembered, since the next request may go to another.
pub struct ProgressCache {
    known: Cache<EnrolmentId, (Enrolment, Arc<CourseProgress>)>,
    touched: Cache<EnrolmentId, Arc<Touched>>,
}

impl ProgressCache {
    pub fn new(is_shared: bool) -> Self {
        let most = if is_shared { 0 } else { 5_000 };
        let second = Duration::from_secs(1);
        Self {
            known: Cache::builder().max_capacity(most).time_to_live(second).build(),
            touched: Cache::builder().max_capacity(most).time_to_live(second).build(),
        }
    }

    pub fn forget(&self, enrolment: EnrolmentId) {
        self.known.invalidate(&enrolment);
        self.touched.invalidate(&enrolment);
    }

    /// Another's enrolment is not found, whether it is remembered or not.
    async fn load(
        &self,
        store: &Store,
        account: AccountId,
        id: EnrolmentId,
    ) -> Result<(Enrolment, Arc<CourseProgress>), StoreError> {
        if let Some(known) = self.known.get(&id).filter(|(enrolment, _)| enrolment.account == account) {
            return Ok(known);
        }
        let enrolment = enrolments::by_id(store, account, id).await?.ok_or(StoreError::NotFound)?;
        let progress = Arc::new(progress::of_enrolment(store, id).await?);
        self.known.insert(id, (enrolment.clone(), progress.clone()));
        Ok((enrolment, progress))
    }

    /// Where this enrolment, which its learner has loaded, has left something in lessons.
    pub async fn touched(&self, store: &Store, enrolment: EnrolmentId) -> Result<Arc<Touched>, StoreError> {
        if let Some(touched) = self.touched.get(&enrolment) {
            return Ok(touched);
        }
        let touched = Arc::new(notes::touched(store, enrolment).await?);
        self.touched.insert(enrolment, touched.clone());
        Ok(touched)
    }
}

impl Journey {
    /// The journey of this enrolment, if it is this learner's: otherwise there is no such thing.
    pub async fn load(learner: &Learner<'_>, enrolment: &str) -> Result<Self, AppError> {
        let id: EnrolmentId = enrolment.parse().map_err(|_| AppError::NotFound)?;
        let house = learner.visitor.house;
        let (enrolment, progress) = house.progress.load(&house.store, learner.id, id).await?;
        let course = house.catalogue.edition(&house.store, &enrolment.edition).await?;
        let text = course.text(&content_language(learner.visitor.language)).clone();
        Ok(Self { enrolment, course, text, progress })
    }

    /// The course of another edition in the learner's language: attempts and works keep the one
    /// they were begun with.
    pub async fn text_of(learner: &Learner<'_>, edition: &EditionHash) -> Result<Arc<CourseText>, AppError> {
        let house = learner.visitor.house;
        let course = house.catalogue.edition(&house.store, edition).await?;
        Ok(course.text(&content_language(learner.visitor.language)).clone())
    }

    /// `/learn/<enrolment>/<rest>`
    pub fn url(&self, rest: impl std::fmt::Display) -> String {
        format!("/learn/{}/{rest}", self.enrolment.id)
    }

    pub fn next(&self) -> NextStep {
        next_step(&self.text, &self.course.certificate, &self.progress, self.enrolment.last_place)
    }

    /// Notes that the learner did something here, so that *Continue* goes on from this lesson, also
    /// on another device. Reading alone is not noted: a page that is looked at changes nothing.
    pub async fn worked_at(&self, learner: &Learner<'_>, place: Place) -> Result<(), AppError> {
        let house = learner.visitor.house;
        let (enrolment, now) = (&self.enrolment, learner.visitor.now);
        let is_noted = enrolment.last_place == Some(place)
            && enrolment.last_opened_at.is_some_and(|at| now.since(at) < NOTED_EVERY);
        if !is_noted {
            enrolments::remember_place(&house.store, enrolment, place, now).await?;
            house.progress.forget(enrolment.id);
        }
        Ok(())
    }

    /// Where the next step is done.
    pub fn next_url(&self) -> String {
        match self.next() {
            NextStep::Lesson(place) => self.url(place),
            NextStep::Quiz(quiz) => self.url(format_args!("quizzes/{}", self.quiz_number(&quiz))),
            NextStep::Task(_) => self.url("task"),
            NextStep::Certificate => self.url("certificate"),
            NextStep::AwaitMarking | NextStep::Finished => format!("/learn/{}", self.enrolment.id),
        }
    }

    /// The number of the module whose quiz this is, or `before` and `after` for the tests.
    pub fn quiz_number(&self, quiz: &crate::domain::id::QuizId) -> String {
        let is_it = |held: &Option<Arc<crate::domain::quiz::Quiz>>| held.as_ref().is_some_and(|held| held.id == *quiz);
        if is_it(&self.text.pre_test) {
            return "before".to_owned();
        }
        if is_it(&self.text.post_test) {
            return "after".to_owned();
        }
        let position = self.text.modules.iter().position(|module| is_it(&module.quiz));
        position.map_or(0, |position| position + 1).to_string()
    }

    /// The last lesson of the module that this quiz closes.
    pub fn end_of_module_with(&self, quiz: &QuizId) -> Option<Place> {
        let mut numbered = (1..).zip(&self.text.modules);
        let (module, found) = numbered.find(|(_, module)| module.quiz.as_ref().is_some_and(|held| held.id == *quiz))?;
        Some(Place { module, lesson: u16::try_from(found.lessons.len()).ok()? })
    }

    pub fn task_state(&self) -> Option<TaskState> {
        let task = self.text.final_task.as_ref()?;
        self.progress.tasks.get(&task.id).copied()
    }
}
