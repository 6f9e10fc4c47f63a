//! Setting up the second step of signing in. Staff need it; everybody may.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use crate::crypto::totp::TotpSecret;
use crate::store::accounts::{self, second_factor};
use crate::store::sessions;
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
    const HOLDS_SECRETS: bool = true;

    fn take(fields: &mut Fields) -> Self {
        Self { secret: fields.text("secret"), digits: fields.text("digits") }
    }
}

/// `accounts/second_factor`
#[derive(Serialize)]
struct EditSecondFactor {
    is_set: bool,
    secret: String,
    /// The same in groups of four, to be typed.
    grouped: String,
    uri: String,
    error: String,
}

impl View for EditSecondFactor {
    const TEMPLATE: &'static str = "accounts/second_factor";
}

#[get("/account/second-factor")]
async fn edit(learner: Learner<'_>) -> Result<Reply, AppError> {
    let account = accounts::by_id(&learner.visitor.house.store, learner.id).await?.ok_or(AppError::NotFound)?;
    learner.visitor.page(&view(account.has_second_factor, &TotpSecret::random(), String::new()))
}

fn view(is_set: bool, secret: &TotpSecret, error: String) -> EditSecondFactor {
    EditSecondFactor { is_set, secret: secret.reveal(), grouped: in_groups(&secret.reveal()), uri: secret.uri(), error }
}

fn in_groups(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// The secret travels in the form and is kept only once the app has shown that it has it.
#[post("/account/second-factor", data = "<form>")]
async fn update(learner: Learner<'_>, form: Submitted<SecondFactorForm>) -> Result<Reply, AppError> {
    let visitor = &learner.visitor;
    let house = visitor.house;
    let secret: TotpSecret = form.0.secret.parse().map_err(|_| AppError::Unreadable)?;
    match secret.check(&form.0.digits, visitor.now, None) {
        Some(_) => {
            second_factor::set(&house.store, learner.id, Some(&secret)).await?;
            sessions::pass_second_factor(&house.store, &learner.signed_in).await?;
            house.sessions.forget(learner.id);
            Ok(Reply::see_other("/account"))
        }
        None => {
            let account = accounts::by_id(&house.store, learner.id).await?.ok_or(AppError::NotFound)?;
            visitor.mend(&view(account.has_second_factor, &secret, visitor.words().get("sign_in.second_factor_wrong")))
        }
    }
}

pub fn routes() -> Vec<Route> {
    routes![edit, update]
}
