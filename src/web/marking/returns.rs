//! Giving a work back unmarked, for another try.

use rocket::{Route, post, routes};

use super::show::{Marked, Mending};
use crate::domain::quiz::text::is_blank;
use crate::store::audit::{self, Act};
use crate::store::error::StoreError;
use crate::store::submissions::{self, Item};
use crate::web::accounts;
use crate::web::attempts::scoring::rescore;
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
    if !marked.may_be_marked_by(learner) {
        return Ok(Reply::see_other(marked.url()));
    }
    let comment = form.0.comment;
    let words = learner.visitor.words();
    let problem = match is_blank(&comment) {
        true => Some(words.get("marking.comment_missing")),
        false => too_long(words, &comment),
    };
    if let Some(return_error) = problem {
        return marked.mend(learner, Mending { return_comment: comment, return_error, ..Mending::default() }).await;
    }
    let house = learner.visitor.house;
    match submissions::give_back(&house.store, marked.work.id, learner.id, &comment, learner.visitor.now).await {
        Ok(()) => {}
        Err(StoreError::Gone) => return Ok(Reply::see_other(marked.url())),
        Err(error) => return Err(error.into()),
    }
    let actor = Some(learner.id);
    audit::record(&house.store, marked.work.account, actor, Act::WorkReturned, learner.visitor.now).await?;
    if let Item::Response { attempt, .. } = marked.work.item {
        rescore(house, marked.work.account, attempt).await?;
    }
    house.progress.forget(marked.work.enrolment);
    Ok(Reply::see_other(marked.url()))
}

pub fn routes() -> Vec<Route> {
    routes![create]
}
