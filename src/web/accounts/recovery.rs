//! Back in with a printed code, or with the two halves that two members of staff hand out.

use rocket::http::CookieJar;
use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::{begin_session, password_words};
use crate::crypto::password::{Password, rules};
use crate::crypto::recovery::RecoveryCode;
use crate::store::accounts::recovery;
use crate::store::error::StoreError;
use crate::web::caller::Caller;
use crate::web::error::AppError;
use crate::web::errors;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

pub struct RecoveryForm {
    name: String,
    code: String,
    password: String,
}

impl Form for RecoveryForm {
    const HOLDS_SECRETS: bool = true;

    fn take(fields: &mut Fields) -> Self {
        Self { name: fields.text("name"), code: fields.text("code"), password: fields.raw("password") }
    }
}

/// `accounts/recovery`
#[derive(Serialize)]
struct NewRecovery {
    action: String,
    name: String,
    /// As it was typed: long, and good still where it was not taken.
    code: String,
    errors: Problems,
}

#[derive(Default, Serialize)]
struct Problems {
    form: String,
    name: String,
    code: String,
    password: String,
}

impl View for NewRecovery {
    const TEMPLATE: &'static str = "accounts/recovery";
}

#[get("/recovery")]
fn new(visitor: Visitor<'_>) -> Result<Reply, AppError> {
    let (name, code) = (String::new(), String::new());
    visitor.page(&NewRecovery { action: visitor.link("/recovery"), name, code, errors: Problems::default() })
}

#[post("/recovery", data = "<form>")]
async fn create(
    visitor: Visitor<'_>,
    caller: Caller,
    cookies: &CookieJar<'_>,
    form: Submitted<RecoveryForm>,
) -> Result<Reply, AppError> {
    let (errors, reason) = match open(&visitor, &caller, cookies, &form.0).await {
        Ok(Ok(())) => return Ok(Reply::see_other("/home")),
        Ok(Err(problems)) => (problems, None),
        Err(error) if error.passes() => {
            let form = errors::said(visitor.words(), error.status(), Some(&error));
            (Problems { form, ..Problems::default() }, Some(error))
        }
        Err(error) => return Err(error),
    };
    let RecoveryForm { name, code, .. } = form.0;
    let page = visitor.mend(&NewRecovery { action: visitor.link("/recovery"), name, code, errors })?.private();
    Ok(match reason {
        Some(error) => page.because(error),
        None => page,
    })
}

/// Sets the password and begins the session, or says what is wrong with the form.
async fn open(
    visitor: &Visitor<'_>,
    caller: &Caller,
    cookies: &CookieJar<'_>,
    form: &RecoveryForm,
) -> Result<Result<(), Problems>, AppError> {
    let house = visitor.house;
    if let Err(problem) = rules::rules(&Password::new(&form.password), &form.name) {
        let password = visitor.words().get(password_words(problem));
        return Ok(Err(Problems { password, ..Problems::default() }));
    }
    // A code that cannot be one is looked up all the same.
    let code = form.code.parse().unwrap_or_else(|_| RecoveryCode::random());
    let wrong = || Ok(Err(Problems { form: visitor.words().get("recovery.wrong"), ..Problems::default() }));
    // Only misses are counted, by where they come from: whoever knows a name cannot keep its owner out.
    if !recovery::fits(&house.store, &form.name, &code, visitor.now).await? {
        house.limits.wrong_code(caller)?;
        return wrong();
    }
    let hash = house.hasher.hash(Password::new(&form.password)).await?;
    match recovery::redeem(&house.store, &form.name, &code, &hash, visitor.now).await {
        Ok(account) => {
            house.sessions.forget(account);
            begin_session(visitor, cookies, account, false).await?;
            Ok(Ok(()))
        }
        Err(StoreError::NotFound) => wrong(),
        Err(other) => Err(other.into()),
    }
}

pub fn routes() -> Vec<Route> {
    routes![new, create]
}
