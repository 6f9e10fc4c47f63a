//! What a trainer writes to the learner about a piece of work.

use rocket::{Route, post, routes};

use super::show::{Marked, Mending};
use crate::store::submissions;
use crate::web::accounts;
use crate::web::error::AppError;
use crate::web::form::Submitted;
use crate::web::reply::Reply;
use crate::web::tasks::message_problem;
use crate::web::tasks::messages::MessageForm;
use crate::web::tasks::views::MessageFields;
use crate::web::visitor::{Trainer, Visitor};

#[post("/teach/marking/<submission>/messages", data = "<form>")]
async fn create(
    visitor: Visitor<'_>,
    trainer: Result<Trainer<'_>, AppError>,
    submission: &str,
    form: Submitted<MessageForm>,
) -> Result<Reply, AppError> {
    let learner = match &trainer {
        Ok(trainer) => &trainer.0,
        Err(refusal) => return accounts::keep(&visitor, refusal.clone(), vec![("message".to_owned(), form.0.message)]),
    };
    let marked = Marked::load(learner, submission).await?;
    if !marked.may_be_commented_by(learner) {
        return Err(AppError::NotFound);
    }
    let message = form.0.message;
    if let Some(message_error) = message_problem(learner.visitor.words(), &message) {
        let message = MessageFields { message, message_error };
        return marked.mend(learner, Mending { message, ..Mending::default() }).await;
    }
    let store = &learner.visitor.house.store;
    submissions::add_message(store, marked.work.id, false, &message, learner.visitor.now).await?;
    Ok(Reply::see_other(format!("{}#messages", marked.url())))
}

pub fn routes() -> Vec<Route> {
    routes![create]
}
