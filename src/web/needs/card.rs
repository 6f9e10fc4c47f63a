//! What the home page says of the needs assessment.

use serde::Serialize;

use crate::store::needs;
use crate::web::error::AppError;
use crate::web::visitor::Learner;

/// `needs/_card`
#[derive(Serialize)]
pub struct NeedsCard {
    /// It was never done: the first thing to suggest.
    is_new: bool,
    /// It was begun and not finished.
    is_open: bool,
    open_url: String,
    /// It was done some months ago.
    is_due: bool,
    dismiss_action: String,
    /// It was done, and nothing need be said of it.
    is_done: bool,
}

impl NeedsCard {
    /// `None` where there is no needs assessment.
    pub async fn of(learner: &Learner<'_>) -> Result<Option<Self>, AppError> {
        let house = learner.visitor.house;
        if house.instruments.latest().is_none() {
            return Ok(None);
        }
        let mine = needs::mine(&house.store, learner.id).await?;
        let open = mine.iter().find(|assessment| assessment.finished.is_none());
        let due = mine.iter().find(|assessment| assessment.remind.is_some_and(|from| from <= learner.visitor.now));
        Ok(Some(Self {
            is_new: mine.is_empty(),
            is_open: open.is_some(),
            open_url: open.map(|assessment| format!("/needs/{}", assessment.id)).unwrap_or_default(),
            is_due: due.is_some() && open.is_none(),
            is_done: due.is_none() && open.is_none() && !mine.is_empty(),
            dismiss_action: due
                .map(|assessment| format!("/needs/{}/reminder/dismissal", assessment.id))
                .unwrap_or_default(),
        }))
    }
}
