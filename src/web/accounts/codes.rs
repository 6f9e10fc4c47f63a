//! New recovery codes instead of the old ones. Whoever has them can take the account over, so the
//! password is asked for.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::credentials::Proof;
use super::sign_up::ShowCodes;
use crate::crypto::recovery::{self, RecoveryCode};
use crate::locale::Argument;
use crate::store::accounts::recovery as stored;
use crate::web::error::AppError;
use crate::web::form::{FieldErrors, Fields, Form, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

pub struct CodesForm {
    proof: Proof,
}

impl Form for CodesForm {
    const HOLDS_SECRETS: bool = true;

    fn take(fields: &mut Fields) -> Self {
        Self { proof: Proof::take(fields) }
    }
}

/// `accounts/codes_edit`
#[derive(Serialize)]
struct EditCodes {
    codes_left: String,
    has_second_factor: bool,
    password_error: String,
    present_error: String,
}

impl View for EditCodes {
    const TEMPLATE: &'static str = "accounts/codes_edit";
}

async fn view(learner: &Learner<'_>, errors: &FieldErrors) -> Result<EditCodes, AppError> {
    let words = learner.visitor.words();
    let left = stored::left(&learner.visitor.house.store, learner.id).await?;
    let count = Argument::Number(i64::try_from(left).unwrap_or_default());
    Ok(EditCodes {
        codes_left: words.fill("codes.left", &[("count", count)]),
        has_second_factor: learner.signed_in.has_second_factor,
        password_error: errors.words("password", words),
        present_error: errors.words("present_digits", words),
    })
}

#[get("/account/recovery-codes")]
async fn edit(learner: Learner<'_>) -> Result<Reply, AppError> {
    learner.visitor.page(&view(&learner, &FieldErrors::default()).await?)
}

#[post("/account/recovery-codes", data = "<form>")]
async fn create(learner: Learner<'_>, form: Submitted<CodesForm>) -> Result<Reply, AppError> {
    let turn = match form.0.proof.check(&learner).await? {
        Ok(turn) => turn,
        Err(errors) => return learner.visitor.mend(&view(&learner, &errors).await?),
    };
    let store = &learner.visitor.house.store;
    let codes = recovery::print();
    match turn.is_repeat {
        // The browser shows either answer and drops the other, so both sets are good.
        true => stored::add(store, learner.id, &codes).await?,
        false => stored::replace(store, learner.id, &codes).await?,
    }
    turn.done();
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
