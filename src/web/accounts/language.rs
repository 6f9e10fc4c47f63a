//! The language of the pages, kept with the account. Visitors without one choose by link.

use rocket::{Route, post, routes};

use crate::locale::Language;
use crate::store::accounts;
use crate::web::courses::content_language;
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::next::Next;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

pub struct LanguageForm {
    language: String,
    back: String,
}

impl Form for LanguageForm {
    fn take(fields: &mut Fields) -> Self {
        Self { language: fields.text("language"), back: fields.raw("back") }
    }
}

#[post("/account/language", data = "<form>")]
async fn update(learner: Learner<'_>, form: Submitted<LanguageForm>) -> Result<Reply, AppError> {
    let house = learner.visitor.house;
    let language = Language::from_tag(&form.0.language).filter(|language| house.offers(*language));
    let language = language.ok_or(AppError::Unreadable)?;
    accounts::set_language(&house.store, learner.id, content_language(language)).await?;
    house.sessions.forget(learner.id);
    Ok(Reply::see_other(Next::read(&form.0.back).into_address()))
}

pub fn routes() -> Vec<Route> {
    routes![update]
}
