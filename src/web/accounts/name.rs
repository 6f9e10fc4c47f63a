//! Changing one's sign-in name.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::name_words;
use crate::crypto::names;
use crate::store::accounts;
use crate::store::error::StoreError;
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

pub struct NameForm {
    name: String,
}

impl Form for NameForm {
    fn take(fields: &mut Fields) -> Self {
        Self { name: fields.text("name") }
    }
}

/// `accounts/name`
#[derive(Serialize)]
struct EditName {
    name: String,
    error: String,
}

impl View for EditName {
    const TEMPLATE: &'static str = "accounts/name";
}

#[get("/account/name")]
async fn edit(learner: Learner<'_>) -> Result<Reply, AppError> {
    learner.visitor.page(&EditName { name: names::propose().reveal().to_owned(), error: String::new() })
}

#[post("/account/name", data = "<form>")]
async fn update(learner: Learner<'_>, form: Submitted<NameForm>) -> Result<Reply, AppError> {
    let visitor = &learner.visitor;
    let mend = |key: &str| visitor.mend(&EditName { name: form.0.name.clone(), error: visitor.words().get(key) });
    let name = match names::choose(&form.0.name) {
        Ok(name) => name,
        Err(problem) => return mend(name_words(problem)),
    };
    match accounts::change_name(&visitor.house.store, learner.id, &name).await {
        Ok(()) => Ok(Reply::see_other("/account")),
        Err(StoreError::Taken(_)) => mend("error.name_taken"),
        Err(other) => Err(other.into()),
    }
}

pub fn routes() -> Vec<Route> {
    routes![edit, update]
}
