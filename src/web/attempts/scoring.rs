//! The free responses of an attempt, with what trainers said of them.

use std::collections::BTreeMap;

use crate::domain::id::QuestionId;
use crate::domain::quiz::response::Response;
use crate::store::Store;
use crate::store::attempts::SavedResponse;
use crate::store::submissions::{self, Item, Submission, SubmissionState};
use crate::web::attempts::sitting::{Seated, Sitting};
use crate::web::error::AppError;

/// The last try of each free response of an attempt.
pub type Works = BTreeMap<QuestionId, Submission>;

/// The works of an attempt. A quiz without free responses asks the store nothing.
pub async fn works(store: &Store, seated: &Seated) -> Result<Works, AppError> {
    let Sitting { id: attempt, account, enrolment, .. } = *seated.sitting;
    let mut works = Works::new();
    for (_, question) in seated.questions().filter(|(_, question)| question.is_marked_by_hand()) {
        let item = Item::Response { attempt, question: question.id.clone() };
        if let Some(work) = submissions::current(store, account, enrolment, &item).await? {
            works.insert(question.id.clone(), work);
        }
    }
    Ok(works)
}

/// What a trainer gave a work, in per cent of its question's points.
pub fn percent(work: &Submission) -> Option<u8> {
    let marking = work.marking.as_ref().filter(|_| work.state == SubmissionState::Marked)?;
    Some(marking.percent)
}

/// What was answered: as it was saved, and free responses as they were last handed in.
pub fn responses(saved: &BTreeMap<QuestionId, SavedResponse>, works: &Works) -> BTreeMap<QuestionId, Response> {
    let of_sitting = saved.iter().filter_map(|(id, saved)| Some((id.clone(), saved.response.clone()?)));
    let of_works = works.iter().map(|(id, work)| (id.clone(), Response::Free(work.text.clone())));
    of_sitting.chain(of_works).collect()
}
