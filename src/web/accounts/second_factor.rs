//! Setting up the second step of signing in. Staff need it; everybody may.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use crate::crypto::totp::TotpSecret;
use crate::store::accounts;
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

pub struct SecondFactorForm {
    secret: String,
    digits: String,
}

impl Form for SecondFactorForm {
    fn take(fields: &mut Fields) -> Self {
        Self { secret: fields.text("secret"), digits: fields.text("digits") }
    }
}

/// `accounts/second_factor`
#[derive(Serialize)]
struct EditSecondFactor {
    is_set: bool,
    secret: String,
    uri: String,
    error: String,
}

impl View for EditSecondFactor {
    const TEMPLATE: &'static str = "accounts/second_factor";
}

#[get("/account/second-factor")]
async fn edit(learner: Learner<'_>) -> Result<Reply, AppError> {
    let account = accounts::by_id(&learner.visitor.house.store, learner.id).await?;
    learner.visitor.page(&view(account.has_second_factor, &TotpSecret::random(), String::new()))
}

fn view(is_set: bool, secret: &TotpSecret, error: String) -> EditSecondFactor {
    EditSecondFactor { is_set, secret: secret.reveal(), uri: secret.uri(), error }
}

/// The secret travels in the form and is kept only once the app has shown that it has it.
#[post("/account/second-factor", data = "<form>")]
async fn update(learner: Learner<'_>, form: Submitted<SecondFactorForm>) -> Result<Reply, AppError> {
    let visitor = &learner.visitor;
    let house = visitor.house;
    let secret: TotpSecret = form.0.secret.parse().map_err(|_| AppError::Unreadable)?;
    match secret.check(&form.0.digits, visitor.now, None) {
        Some(step) => {
            accounts::set_second_factor(&house.store, learner.id, learner.signed_in.session, &secret, step).await?;
            house.sessions.forget(ACCOUNT);
            Ok(Reply::see_other("/account"))
        }
        None => {
            let account = accounts::by_id(&house.store, learner.id).await?;
            visitor.mend(&view(account.has_second_factor, &secret, visitor.words().get("sign_in.second_factor_wrong")))
        }
    }
}

pub fn routes() -> Vec<Route> {
    routes![edit, update]
}
