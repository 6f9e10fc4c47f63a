//! Giving a work back unmarked, for another try.

use rocket::{Route, post, routes};

use super::levels::Chosen;
use super::show::{Marked, Mending, Said};
use crate::domain::quiz::text::is_blank;
use crate::store::error::StoreError;
use crate::store::submissions::{self, Judgement, SubmissionState};
use crate::web::accounts;
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::reply::Reply;
use crate::web::tasks::too_long;
use crate::web::visitor::{Trainer, Visitor};

pub struct ReturnForm {
    comment: String,
}

impl Form for ReturnForm {
    const LIMIT: u64 = 128 * 1024;

    fn take(fields: &mut Fields) -> Self {
        Self { comment: fields.text("comment") }
    }
}

#[post("/teach/marking/<submission>/return", data = "<form>")]
async fn create(
    visitor: Visitor<'_>,
    trainer: Result<Trainer<'_>, AppError>,
    submission: &str,
    form: Submitted<ReturnForm>,
) -> Result<Reply, AppError> {
    let learner = match &trainer {
        Ok(trainer) => &trainer.0,
        Err(refusal) => return accounts::keep(&visitor, refusal.clone(), vec![("comment".to_owned(), form.0.comment)]),
    };
    let marked = Marked::load(learner, submission).await?;
    let comment = form.0.comment;
    let said = |comment| Said { state: SubmissionState::Returned, chosen: Chosen::default(), comment };
    if !marked.may_be_marked_by(learner) {
        return marked.late(learner, said(comment)).await;
    }
    let words = learner.visitor.words();
    let problem = match is_blank(&comment) {
        true => Some(words.get("marking.comment_missing")),
        false => too_long(words, &comment),
    };
    if let Some(return_error) = problem {
        return marked.mend(learner, Mending { return_comment: comment, return_error, ..Mending::default() }).await;
    }
    let house = learner.visitor.house;
    let quiz = marked.assignment()?.quiz();
    let judgement = Judgement { marker: learner.id, comment: &comment, quiz };
    let stored = submissions::give_back(&house.store, marked.work.id, judgement, learner.visitor.now).await;
    house.progress.forget(marked.work.enrolment);
    match stored {
        Ok(()) => Ok(Reply::see_other(marked.url())),
        Err(StoreError::Gone) => Marked::load(learner, submission).await?.late(learner, said(comment)).await,
        Err(error) => Err(error.into()),
    }
}

pub fn routes() -> Vec<Route> {
    routes![create]
}
