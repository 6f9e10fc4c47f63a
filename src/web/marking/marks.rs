//! Giving a marking.

use rocket::{Route, post, routes};

use super::levels::{Chosen, PREFIX};
use super::show::{Marked, Mending, Said};
use crate::domain::quiz::rubric::mark_by_hand;
use crate::store::error::StoreError;
use crate::store::submissions::{self, Judgement, SubmissionState};
use crate::web::accounts;
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::reply::Reply;
use crate::web::tasks::too_long;
use crate::web::visitor::{Trainer, Visitor};

pub struct MarkingForm {
    levels: Vec<(String, String)>,
    comment: String,
}

impl Form for MarkingForm {
    const LIMIT: u64 = 128 * 1024;

    fn take(fields: &mut Fields) -> Self {
        Self { comment: fields.text("comment"), levels: fields.all(|name| name.starts_with(PREFIX)) }
    }
}

impl MarkingForm {
    fn into_fields(self) -> Vec<(String, String)> {
        self.levels.into_iter().chain([("comment".to_owned(), self.comment)]).collect()
    }
}

#[post("/teach/marking/<submission>/marking", data = "<form>")]
async fn create(
    visitor: Visitor<'_>,
    trainer: Result<Trainer<'_>, AppError>,
    submission: &str,
    form: Submitted<MarkingForm>,
) -> Result<Reply, AppError> {
    let learner = match &trainer {
        Ok(trainer) => &trainer.0,
        Err(refusal) => return accounts::keep(&visitor, refusal.clone(), form.0.into_fields()),
    };
    let marked = Marked::load(learner, submission).await?;
    let MarkingForm { levels, comment } = form.0;
    let assignment = marked.assignment()?;
    let chosen = Chosen::read(assignment.rubric(), &levels);
    if !marked.may_be_marked_by(learner) {
        return marked.late(learner, Said { state: SubmissionState::Marked, chosen, comment }).await;
    }
    let names_missing = !chosen.is_complete(assignment.rubric());
    let comment_error = too_long(learner.visitor.words(), &comment).unwrap_or_default();
    if names_missing || !comment_error.is_empty() {
        return marked
            .mend(learner, Mending { chosen, names_missing, comment, comment_error, ..Mending::default() })
            .await;
    }
    let levels = chosen.clone().into_levels();
    let score = mark_by_hand(assignment.rubric(), &levels, assignment.pass()).map_err(|_| AppError::Unreadable)?;
    let house = learner.visitor.house;
    let (id, now) = (marked.work.id, learner.visitor.now);
    let judgement = Judgement { marker: learner.id, comment: &comment, quiz: assignment.quiz() };
    let stored = submissions::mark(&house.store, id, judgement, &levels, &score, now).await;
    house.progress.forget(marked.work.enrolment);
    match stored {
        Ok(()) => Ok(Reply::see_other(marked.url())),
        Err(StoreError::Gone) => {
            let said = Said { state: SubmissionState::Marked, chosen, comment };
            Marked::load(learner, submission).await?.late(learner, said).await
        }
        Err(error) => Err(error.into()),
    }
}

pub fn routes() -> Vec<Route> {
    routes![create]
}
