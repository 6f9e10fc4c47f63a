//! An attempt as its pages know it.
//!
//! What never changes of an attempt is kept in memory, so that saving a response is one write and
//! no read. What is saved is remembered only as far as [`Memory`] is sure of it, and the store's write
//! asks anew whether the attempt is open.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

use super::memory::{Answered, Memory, Writing};
use crate::domain::course::{CourseText, EditionHash};
use crate::domain::id::{AccountId, AttemptId, EnrolmentId, QuestionId, QuizId};
use crate::domain::quiz::Quiz;
use crate::domain::quiz::question::Question;
use crate::store::Store;
use crate::store::attempts::{self, Attempt, SavedResponse};
use crate::web::courses::content_language;
use crate::web::error::AppError;
use crate::web::house::House;
use crate::web::visitor::Learner;

/// The part of an attempt that never changes.
pub struct Sitting {
    pub id: AttemptId,
    pub account: AccountId,
    pub enrolment: EnrolmentId,
    pub quiz: QuizId,
    pub edition: EditionHash,
    pub seed: u64,
    pub questions: Vec<QuestionId>,
    memory: Memory,
}

/// Sittings of the last half hour.
pub struct Sittings {
    kept: Cache<AttemptId, Arc<Sitting>>,
    /// Other servers write to the same database, so nothing is remembered of what is saved.
    is_shared: bool,
}

impl Sittings {
    pub fn new(is_shared: bool) -> Self {
        let kept = Cache::builder().max_capacity(5_000).time_to_idle(Duration::from_secs(30 * 60)).build();
        Self { kept, is_shared }
    }

    /// After some were deleted.
    pub fn forget_all(&self) {
        self.kept.invalidate_all();
    }

    /// The sitting, if it is this person's.
    async fn load(&self, store: &Store, account: AccountId, id: AttemptId) -> Result<Arc<Sitting>, AppError> {
        if let Some(known) = self.kept.get(&id) {
            return if known.account == account { Ok(known) } else { Err(AppError::NotFound) };
        }
        let attempt = attempts::by_id(store, account, id).await?.ok_or(AppError::NotFound)?;
        let sitting = Arc::new(Sitting::from(attempt));
        self.kept.insert(id, sitting.clone());
        Ok(sitting)
    }
}

impl From<Attempt> for Sitting {
    fn from(attempt: Attempt) -> Self {
        Self {
            id: attempt.id,
            account: attempt.account,
            enrolment: attempt.enrolment,
            quiz: attempt.quiz,
            edition: attempt.edition,
            seed: attempt.seed,
            questions: attempt.questions,
            memory: Memory::default(),
        }
    }
}

impl Sitting {
    /// Before something is saved in it, or it is handed in.
    pub fn writing(&self) -> Writing<'_> {
        self.memory.writing()
    }
}

/// What was saved of a sitting.
pub struct Saved {
    pub responses: BTreeMap<QuestionId, SavedResponse>,
    pub answered: Answered,
    /// From here on nothing is saved any more.
    pub is_submitted: bool,
}

/// A sitting with its quiz in the learner's language, as it was in the edition it was begun with.
pub struct Seated {
    pub sitting: Arc<Sitting>,
    pub quiz: Arc<Quiz>,
    /// The quiz in all languages of the edition, the learner's first: an answer counts in any.
    pub quizzes: Vec<Arc<Quiz>>,
}

impl Seated {
    /// The attempt, if it is this learner's: otherwise there is no such thing.
    pub async fn load(learner: &Learner<'_>, attempt: &str) -> Result<Self, AppError> {
        let id: AttemptId = attempt.parse().map_err(|_| AppError::NotFound)?;
        let house = learner.visitor.house;
        let sitting = house.sittings.load(&house.store, learner.id, id).await?;
        let course = house.catalogue.edition(&house.store, &sitting.edition).await?;
        let own = course.text(&content_language(learner.visitor.language));
        let others = course.texts.values().filter(|text| text.language != own.language);
        let of_sitting = |text: &Arc<CourseText>| text.quizzes().find(|quiz| quiz.id == sitting.quiz).cloned();
        let quizzes: Vec<_> = [own].into_iter().chain(others).filter_map(of_sitting).collect();
        let quiz = quizzes.first().cloned().ok_or(AppError::NotFound)?;
        Ok(Self { sitting, quiz, quizzes })
    }

    /// What was saved so far. Without the responses, where it is known that `question`, the one that is
    /// shown if any, has none.
    pub async fn saved_beside(&self, house: &House, question: Option<&QuestionId>) -> Result<Saved, AppError> {
        let is_in = |answered: &Answered| question.is_some_and(|question| answered.contains_key(question));
        match self.sitting.memory.known().filter(|answered| !is_in(answered)) {
            Some(answered) => Ok(Saved { responses: BTreeMap::new(), answered, is_submitted: false }),
            None => self.saved(house).await,
        }
    }

    /// What was saved so far.
    pub async fn saved(&self, house: &House) -> Result<Saved, AppError> {
        let Sitting { id, account, ref memory, .. } = *self.sitting;
        let store = &house.store;
        let reading = memory.reading();
        let responses = attempts::responses(store, account, id).await?;
        let answered = responses.iter().map(|(id, saved)| (id.clone(), saved.response.is_some())).collect();
        // Points are written when an attempt is submitted, so only an empty sitting must be asked for.
        let is_submitted = match responses.values().next() {
            Some(first) => first.points_hundredths.is_some(),
            None => attempts::by_id(store, account, id).await?.ok_or(AppError::NotFound)?.submitted.is_some(),
        };
        if !is_submitted && !house.sittings.is_shared {
            memory.learn(reading, &answered);
        }
        Ok(Saved { responses, answered, is_submitted })
    }

    /// How many questions it asks.
    pub fn length(&self) -> usize {
        self.sitting.questions.len()
    }

    /// The questions in order, numbered from 1.
    pub fn questions(&self) -> impl Iterator<Item = (usize, &Question)> {
        (1..).zip(&self.sitting.questions).filter_map(|(number, id)| Some((number, self.quiz.question(id)?)))
    }

    /// A question in all languages, the learner's first.
    pub fn in_any<'a>(&'a self, id: &'a QuestionId) -> impl Iterator<Item = &'a Question> {
        self.quizzes.iter().filter_map(|quiz| quiz.question(id))
    }

    /// The question with this number, counted from 1.
    pub fn question(&self, number: usize) -> Option<&Question> {
        self.quiz.question(self.sitting.questions.get(number.checked_sub(1)?)?)
    }

    /// `/attempts/<id>`
    pub fn url(&self) -> String {
        format!("/attempts/{}", self.sitting.id)
    }

    /// `/attempts/<id>/<rest>`
    pub fn url_of(&self, rest: impl std::fmt::Display) -> String {
        format!("/attempts/{}/{rest}", self.sitting.id)
    }

    /// Where the lessons stand that its texts link to.
    pub fn lessons_folder(&self) -> String {
        format!("/learn/{}/", self.sitting.enrolment)
    }
}
