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
    visitor.page(&NewRecovery { action: visitor.link("/recovery"), name: String::new(), errors: Problems::default() })
}

#[post("/recovery", data = "<form>")]
async fn create(
    visitor: Visitor<'_>,
    caller: Caller,
    cookies: &CookieJar<'_>,
    form: Submitted<RecoveryForm>,
) -> Result<Reply, AppError> {
    let form = form.0;
    let house = visitor.house;
    let mend = |errors: Problems| {
        visitor.mend(&NewRecovery { action: visitor.link("/recovery"), name: form.name.clone(), errors })
    };
    if let Err(problem) = rules::rules(&Password::new(&form.password), &form.name) {
        return mend(Problems { password: visitor.words().get(password_words(problem)), ..Default::default() });
    }
    // A code that cannot be one is looked up all the same.
    let code = form.code.parse().unwrap_or_else(|_| RecoveryCode::random());
    let wrong = || mend(Problems { form: visitor.words().get("recovery.wrong"), ..Default::default() });
    // Only misses are counted, by where they come from: whoever knows a name cannot keep its owner out.
    if !recovery::fits(&house.store, &form.name, &code, visitor.now).await? {
        house.limits.wrong_code(&caller)?;
        return wrong();
    }
    let hash = house.hasher.hash(Password::new(&form.password)).await?;
    match recovery::redeem(&house.store, &form.name, &code, &hash, visitor.now).await {
        Ok(account) => {
            house.sessions.forget(account);
            begin_session(&visitor, cookies, account, false).await?;
            Ok(Reply::see_other("/home"))
        }
        Err(StoreError::NotFound) => wrong(),
        Err(other) => Err(other.into()),
    }
}

pub fn routes() -> Vec<Route> {
    routes![new, create]
}
