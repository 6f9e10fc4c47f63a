//! What a learner writes to the trainers about a piece of work.

use rocket::{Route, post, routes};

use super::desk::Mending;
use super::views::MessageFields;
use super::work::{desk, load};
use super::{message_problem, task};
use crate::store::submissions::{self, Item};
use crate::web::accounts;
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::reply::Reply;
use crate::web::visitor::{Learner, Visitor};

pub struct MessageForm {
    pub message: String,
}

impl Form for MessageForm {
    const LIMIT: u64 = 128 * 1024;

    fn take(fields: &mut Fields) -> Self {
        Self { message: fields.text("message") }
    }
}

#[post("/learn/<enrolment>/work/<submission>/messages", data = "<form>")]
async fn create(
    visitor: Visitor<'_>,
    learner: Result<Learner<'_>, AppError>,
    enrolment: &str,
    submission: &str,
    form: Submitted<MessageForm>,
) -> Result<Reply, AppError> {
    let message = form.0.message;
    let learner = match learner {
        Ok(learner) => learner,
        Err(refusal) => return accounts::keep(&visitor, refusal, vec![("message".to_owned(), message)]),
    };
    let (journey, work, text) = load(&learner, enrolment, submission).await?;
    let desk = match &work.item {
        Item::Task(_) => task::desk(&learner, &journey).await?,
        Item::Response { .. } => desk(&learner, &journey, &text, &work).await?,
    };
    if !desk.may_comment() {
        return Err(AppError::NotFound);
    }
    if let Some(problem) = message_problem(visitor.words(), &message) {
        let message = MessageFields { message, message_error: problem };
        return desk.page(Mending::of_message(message));
    }
    submissions::add_message(&visitor.house.store, work.id, true, &message, visitor.now).await?;
    Ok(Reply::see_other(format!("{}#messages", desk.url)))
}

pub fn routes() -> Vec<Route> {
    routes![create]
}
