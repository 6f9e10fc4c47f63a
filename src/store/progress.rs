//! What a learner has done in a course, gathered from attempts, completions, works and certificates.

use crate::domain::id::EnrolmentId;
use crate::domain::progress::{CourseProgress, QuizStanding};

use super::error::StoreResult;
use super::{Store, attempts, certificates, enrolments, submissions};

/// The progress of one enrolment.
pub async fn of_enrolment(store: &Store, enrolment: EnrolmentId) -> StoreResult<CourseProgress> {
    let scores = attempts::scores(store, enrolment).await?;
    let quizzes = scores.into_iter().filter_map(|(quiz, scores)| Some((quiz, QuizStanding::of(&scores)?)));
    Ok(CourseProgress {
        lessons_done: enrolments::completions(store, enrolment).await?.into_keys().collect(),
        quizzes: quizzes.collect(),
        tasks: submissions::task_states(store, enrolment).await?,
        has_certificate: certificates::of_enrolment(store, enrolment).await?.is_some(),
    })
}
