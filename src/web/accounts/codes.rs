//! New recovery codes instead of the old ones.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::sign_up::ShowCodes;
use crate::crypto::recovery::{self, RecoveryCode};
use crate::locale::Argument;
use crate::store::accounts::recovery as stored;
use crate::web::error::AppError;
use crate::web::form::{Nothing, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `accounts/codes_edit`
#[derive(Serialize)]
struct EditCodes {
    codes_left: String,
}

impl View for EditCodes {
    const TEMPLATE: &'static str = "accounts/codes_edit";
}

#[get("/account/recovery-codes")]
async fn edit(learner: Learner<'_>) -> Result<Reply, AppError> {
    let left = stored::left(&learner.visitor.house.store, learner.id).await?;
    let codes_left = learner
        .visitor
        .words()
        .fill("codes.left", &[("count", Argument::Number(i64::try_from(left).unwrap_or_default()))]);
    learner.visitor.page(&EditCodes { codes_left })
}

#[post("/account/recovery-codes", data = "<_form>")]
async fn create(learner: Learner<'_>, _form: Submitted<Nothing>) -> Result<Reply, AppError> {
    let codes = recovery::print();
    stored::replace(&learner.visitor.house.store, learner.id, &codes).await?;
    learner.visitor.page(&ShowCodes {
        is_new_account: false,
        name: String::new(),
        codes: codes.iter().map(RecoveryCode::printed).collect(),
        continue_url: "/account".to_owned(),
    })
}

pub fn routes() -> Vec<Route> {
    routes![edit, create]
}
