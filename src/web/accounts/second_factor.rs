//! Setting up the second step of signing in. Staff need it; everybody may. It asks for the password,
//! and to replace one for what that one shows.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::credentials::Proof;
use crate::crypto::totp::TotpSecret;
use crate::store::accounts::second_factor;
use crate::store::sessions;
use crate::web::error::AppError;
use crate::web::form::{FieldErrors, Fields, Form, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

pub struct SecondFactorForm {
    secret: String,
    digits: String,
    proof: Proof,
}

impl Form for SecondFactorForm {
    const HOLDS_SECRETS: bool = true;

    fn take(fields: &mut Fields) -> Self {
        Self { secret: fields.text("secret"), digits: fields.text("digits"), proof: Proof::take(fields) }
    }
}

/// `accounts/second_factor`
#[derive(Serialize)]
struct EditSecondFactor {
    has_second_factor: bool,
    secret: String,
    /// The same in groups of four, to be typed.
    grouped: String,
    uri: String,
    error: String,
    password_error: String,
    present_error: String,
}

impl View for EditSecondFactor {
    const TEMPLATE: &'static str = "accounts/second_factor";
}

#[get("/account/second-factor")]
fn edit(learner: Learner<'_>) -> Result<Reply, AppError> {
    learner.visitor.page(&view(&learner, &TotpSecret::random(), &FieldErrors::default()))
}

fn view(learner: &Learner<'_>, secret: &TotpSecret, errors: &FieldErrors) -> EditSecondFactor {
    let words = learner.visitor.words();
    EditSecondFactor {
        has_second_factor: learner.signed_in.has_second_factor,
        secret: secret.reveal(),
        grouped: in_groups(&secret.reveal()),
        uri: secret.uri(),
        error: errors.words("digits", words),
        password_error: errors.words("password", words),
        present_error: errors.words("present_digits", words),
    }
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
    let refused = |errors: &FieldErrors| visitor.mend(&view(&learner, &secret, errors));
    // Before the proof, whose digits are good once.
    let Some(step) = secret.check(&form.0.digits, visitor.now, None) else {
        return refused(&FieldErrors::one("digits", "sign_in.second_factor_wrong"));
    };
    let turn = match form.0.proof.check(&learner).await? {
        Ok(turn) => turn,
        Err(errors) => return refused(&errors),
    };
    if !turn.is_repeat {
        second_factor::set_up(&house.store, learner.id, &secret, step).await?;
        sessions::pass_second_factor(&house.store, &learner.signed_in).await?;
        house.sessions.forget(learner.id);
    }
    turn.done();
    Ok(Reply::see_other("/account"))
}

pub fn routes() -> Vec<Route> {
    routes![edit, update]
}
