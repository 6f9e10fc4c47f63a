//! Changing one's password. It ends all other sessions.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::credentials::{self, Verdict};
use super::password_words;
use crate::crypto::password::{Password, rules};
use crate::store::accounts;
use crate::web::error::AppError;
use crate::web::form::{FieldErrors, Fields, Form, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

pub struct PasswordForm {
    present: String,
    new: String,
}

impl Form for PasswordForm {
    const HOLDS_SECRETS: bool = true;

    fn take(fields: &mut Fields) -> Self {
        Self { present: fields.raw("present"), new: fields.raw("new") }
    }
}

/// `accounts/password`
#[derive(Default, Serialize)]
struct EditPassword {
    present_error: String,
    new_error: String,
}

impl View for EditPassword {
    const TEMPLATE: &'static str = "accounts/password";
}

#[get("/account/password")]
fn edit(learner: Learner<'_>) -> Result<Reply, AppError> {
    learner.visitor.page(&EditPassword::default())
}

#[post("/account/password", data = "<form>")]
async fn update(learner: Learner<'_>, form: Submitted<PasswordForm>) -> Result<Reply, AppError> {
    let visitor = &learner.visitor;
    let house = visitor.house;
    let account = accounts::by_id(&house.store, learner.id).await?.ok_or(AppError::NotFound)?;
    let name = account.name.reveal();
    let mut errors = FieldErrors::default();
    if let Err(problem) = rules::rules(&Password::new(&form.0.new), name) {
        errors.add("new", password_words(problem));
    }
    match credentials::check(visitor, name, &form.0.present, Some(learner.id)).await? {
        Verdict::TooManyTries(wait) => return Err(wait.into()),
        Verdict::DoesNotFit => errors.add("present", "error.password_wrong"),
        Verdict::Fits(_) => {}
    }
    if !errors.is_empty() {
        let words = |field| errors.words(field, visitor.words());
        return visitor.mend(&EditPassword { present_error: words("present"), new_error: words("new") });
    }
    let hash = house.hasher.hash(Password::new(&form.0.new)).await?;
    accounts::change_password(&house.store, learner.id, &hash, Some(learner.signed_in.id), visitor.now).await?;
    house.sessions.forget(learner.id);
    Ok(Reply::see_other("/account"))
}

pub fn routes() -> Vec<Route> {
    routes![edit, update]
}
