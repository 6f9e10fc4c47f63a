//! Where one belongs: joining a cohort with a code, and leaving again.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use crate::store::error::StoreError;
use crate::store::{memberships, organisations};
use crate::web::caller::Caller;
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Nothing, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `accounts/cohort`
#[derive(Serialize)]
struct ShowCohort {
    is_member: bool,
    organisation: String,
    cohort: String,
    code: String,
    error: String,
}

impl View for ShowCohort {
    const TEMPLATE: &'static str = "accounts/cohort";
}

async fn view(learner: &Learner<'_>) -> Result<ShowCohort, AppError> {
    let store = &learner.visitor.house.store;
    let (mut organisation, mut cohort) = (String::new(), String::new());
    let membership = memberships::of(store, learner.id).await?;
    if let Some(membership) = membership {
        let placement = membership.placement;
        organisation = organisations::by_id(store, placement.organisation).await?.map(|of| of.name).unwrap_or_default();
        if let Some(id) = placement.cohort {
            cohort = organisations::cohort_by_id(store, id).await?.map(|of| of.name).unwrap_or_default();
        }
    }
    Ok(ShowCohort { is_member: membership.is_some(), organisation, cohort, code: String::new(), error: String::new() })
}

#[get("/account/cohort")]
async fn show(learner: Learner<'_>) -> Result<Reply, AppError> {
    learner.visitor.page(&view(&learner).await?)
}

pub struct CodeForm {
    code: String,
}

impl Form for CodeForm {
    fn take(fields: &mut Fields) -> Self {
        Self { code: fields.text("code") }
    }
}

#[post("/account/cohort", data = "<form>")]
async fn join(learner: Learner<'_>, caller: Caller, form: Submitted<CodeForm>) -> Result<Reply, AppError> {
    let visitor = &learner.visitor;
    match memberships::join(&visitor.house.store, learner.id, &form.0.code, visitor.now).await {
        Ok(_) => Ok(Reply::see_other("/account/cohort")),
        Err(StoreError::Gone) => {
            visitor.house.limits.wrong_code(&caller)?;
            let error = visitor.words().get("cohort.unknown_code");
            visitor.mend(&ShowCohort { code: form.0.code, error, ..view(&learner).await? })
        }
        Err(other) => Err(other.into()),
    }
}

#[post("/account/cohort/departure", data = "<_form>")]
async fn leave(learner: Learner<'_>, _form: Submitted<Nothing>) -> Result<Reply, AppError> {
    memberships::leave(&learner.visitor.house.store, learner.id).await?;
    Ok(Reply::see_other("/account/cohort"))
}

pub fn routes() -> Vec<Route> {
    routes![show, join, leave]
}
