//! Deleting one's account: asks for the password, then everything is gone at once.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::credentials::{self, Verdict};
use crate::store::accounts;
use crate::store::accounts::erasure::{self, Erased};
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

pub struct DeletionForm {
    password: String,
}

impl Form for DeletionForm {
    const HOLDS_SECRETS: bool = true;

    fn take(fields: &mut Fields) -> Self {
        Self { password: fields.raw("password") }
    }
}

/// `accounts/deletion`
#[derive(Default, Serialize)]
struct NewDeletion {
    error: String,
}

impl View for NewDeletion {
    const TEMPLATE: &'static str = "accounts/deletion";
}

#[get("/account/deletion")]
fn new(learner: Learner<'_>) -> Result<Reply, AppError> {
    learner.visitor.page(&NewDeletion::default())
}

#[post("/account/deletion", data = "<form>")]
async fn create(learner: Learner<'_>, form: Submitted<DeletionForm>) -> Result<Reply, AppError> {
    let visitor = &learner.visitor;
    let house = visitor.house;
    let account = accounts::by_id(&house.store, learner.id).await?.ok_or(AppError::NotFound)?;
    match credentials::check(visitor, account.name.reveal(), &form.0.password, Some(learner.id)).await? {
        Verdict::TooManyTries(wait) => Err(wait.into()),
        Verdict::DoesNotFit => visitor.mend(&NewDeletion { error: visitor.words().get("error.password_wrong") }),
        Verdict::Fits(_) => match erasure::erase(&house.store, learner.id).await? {
            Erased::Done => {
                house.sessions.forget(learner.id);
                Ok(Reply::Forget("/".to_owned()))
            }
            Erased::LastAdministrator => {
                visitor.mend(&NewDeletion { error: visitor.words().get("error.last_administrator") })
            }
        },
    }
}

pub fn routes() -> Vec<Route> {
    routes![new, create]
}
