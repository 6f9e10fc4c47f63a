//! What an attempt comes to, with what trainers said of its free responses.

use std::collections::BTreeMap;

use crate::domain::id::{AccountId, AttemptId, QuestionId};
use crate::domain::quiz::Quiz;
use crate::domain::quiz::question::Body;
use crate::domain::quiz::response::Response;
use crate::domain::quiz::rubric::{RubricScore, mark_by_hand};
use crate::domain::quiz::scoring::{Score, mark_attempt};
use crate::store::Store;
use crate::store::attempts::{self, SavedResponse};
use crate::store::submissions::{self, Item, Submission, SubmissionState};
use crate::web::error::AppError;
use crate::web::house::House;

/// The last try of each free response of an attempt.
pub type Works = BTreeMap<QuestionId, Submission>;

/// The works of an attempt. A quiz without free responses asks the store nothing.
pub async fn works(store: &Store, quiz: &Quiz, attempt: &AttemptOf<'_>) -> Result<Works, AppError> {
    let mut works = Works::new();
    for question in
        attempt.questions.iter().filter_map(|id| quiz.question(id)).filter(|found| found.is_marked_by_hand())
    {
        let item = Item::Response { attempt: attempt.id, question: question.id.clone() };
        if let Some(work) = submissions::current(store, attempt.account, attempt.enrolment, &item).await? {
            works.insert(question.id.clone(), work);
        }
    }
    Ok(works)
}

/// Whose attempt, and what it asked.
pub struct AttemptOf<'a> {
    pub id: AttemptId,
    pub account: AccountId,
    pub enrolment: crate::domain::id::EnrolmentId,
    pub questions: &'a [QuestionId],
}

/// What trainers said of the free responses of an attempt.
pub fn by_hand(quiz: &Quiz, works: &Works) -> BTreeMap<QuestionId, RubricScore> {
    let score = |(id, work): (&QuestionId, &Submission)| {
        let Body::FreeResponse(free) = &quiz.question(id)?.body else { return None };
        let marking = work.marking.as_ref().filter(|_| work.state == SubmissionState::Marked)?;
        // Editions never change, so the levels always fit; one that does not counts as not marked.
        Some((id.clone(), mark_by_hand(&free.rubric, &marking.levels, 0).ok()?))
    };
    works.iter().filter_map(score).collect()
}

/// What was answered: as it was saved, and free responses as they were last handed in.
pub fn responses(saved: &BTreeMap<QuestionId, SavedResponse>, works: &Works) -> BTreeMap<QuestionId, Response> {
    let of_sitting = saved.iter().filter_map(|(id, saved)| Some((id.clone(), saved.response.clone()?)));
    let of_works = works.iter().map(|(id, work)| (id.clone(), Response::Free(work.text.clone())));
    of_sitting.chain(of_works).collect()
}

/// The sum. A response that was given back earns nothing and waits for nobody but its writer.
pub fn score(
    quiz: &Quiz,
    questions: &[QuestionId],
    saved: &BTreeMap<QuestionId, SavedResponse>,
    works: &Works,
) -> Score {
    let mut responses = responses(saved, works);
    responses.retain(|id, _| works.get(id).is_none_or(|work| work.state != SubmissionState::Returned));
    mark_attempt(quiz, questions, &responses, &by_hand(quiz, works))
}

/// Adds up an attempt again after one of its free responses was marked, given back or handed in anew.
pub async fn rescore(house: &House, account: AccountId, attempt: AttemptId) -> Result<(), AppError> {
    let store = &house.store;
    let attempt = attempts::by_id(store, account, attempt).await?.ok_or(AppError::NotFound)?;
    if attempt.submitted.is_none() {
        return Ok(());
    }
    let course = house.catalogue.edition(store, &attempt.edition).await?;
    let quiz = course.source().quizzes().find(|quiz| quiz.id == attempt.quiz).ok_or(AppError::NotFound)?;
    let of = AttemptOf { id: attempt.id, account, enrolment: attempt.enrolment, questions: &attempt.questions };
    let works = works(store, quiz, &of).await?;
    let saved = attempts::responses(store, account, attempt.id).await?;
    attempts::rescore(store, attempt.id, score(quiz, &attempt.questions, &saved, &works)).await?;
    house.progress.forget(attempt.enrolment);
    Ok(())
}
