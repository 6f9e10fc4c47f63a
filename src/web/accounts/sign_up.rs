//! Making an account: a proposed name, a password, no questions.

use rocket::http::CookieJar;
use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::{begin_session, name_words, password_words};
use crate::crypto::names::{self, SignInName};
use crate::crypto::password::{Password, rules};
use crate::crypto::recovery::{self, RecoveryCode};
use crate::crypto::token::Token;
use crate::domain::account::Registration;
use crate::store::accounts::{self, Door as StoreDoor, NewAccount};
use crate::store::error::StoreError;
use crate::store::settings;
use crate::web::courses::content_language;
use crate::web::error::AppError;
use crate::web::form::{FieldErrors, Fields, Form, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

pub struct SignUpForm {
    name: String,
    password: String,
    invitation: String,
}

impl Form for SignUpForm {
    const HOLDS_SECRETS: bool = true;

    fn take(fields: &mut Fields) -> Self {
        Self { name: fields.text("name"), password: fields.raw("password"), invitation: fields.text("invitation") }
    }
}

/// `accounts/sign_up`
#[derive(Serialize)]
struct NewSignUp {
    action: String,
    name: String,
    invitation: String,
    asks_invitation: bool,
    another_name_url: String,
    sign_in_url: String,
    errors: Problems,
}

#[derive(Default, Serialize)]
struct Problems {
    any: bool,
    name: String,
    password: String,
    invitation: String,
}

impl View for NewSignUp {
    const TEMPLATE: &'static str = "accounts/sign_up";
}

/// `accounts/sign_up_closed`
#[derive(Serialize)]
struct ClosedSignUp {
    courses_url: String,
}

impl View for ClosedSignUp {
    const TEMPLATE: &'static str = "accounts/sign_up_closed";
}

/// `accounts/codes`
#[derive(Serialize)]
pub(super) struct ShowCodes {
    pub is_new_account: bool,
    pub name: String,
    pub codes: Vec<String>,
    pub continue_url: String,
}

impl View for ShowCodes {
    const TEMPLATE: &'static str = "accounts/codes";
}

/// By which door somebody comes in.
enum Door {
    Public(Registration),
    /// The one-time link that the first start prints.
    FirstAdministrator(Token),
}

impl Door {
    fn action(&self) -> String {
        match self {
            Self::Public(_) => "/sign-up".to_owned(),
            Self::FirstAdministrator(token) => format!("/setup/{}", token.reveal()),
        }
    }

    fn asks_invitation(&self) -> bool {
        matches!(self, Self::Public(Registration::ByInvitation))
    }
}

#[get("/sign-up")]
async fn new(visitor: Visitor<'_>) -> Result<Reply, AppError> {
    let registration = settings::registration(&visitor.house.store).await?;
    blank(&visitor, Door::Public(registration))
}

#[get("/setup/<token>")]
async fn set_up(visitor: Visitor<'_>, token: &str) -> Result<Reply, AppError> {
    blank(&visitor, first_door(&visitor, token).await?)
}

#[post("/sign-up", data = "<form>")]
async fn create(visitor: Visitor<'_>, cookies: &CookieJar<'_>, form: Submitted<SignUpForm>) -> Result<Reply, AppError> {
    let registration = settings::registration(&visitor.house.store).await?;
    open(&visitor, cookies, form.0, Door::Public(registration)).await
}

#[post("/setup/<token>", data = "<form>")]
async fn create_first(
    visitor: Visitor<'_>,
    cookies: &CookieJar<'_>,
    token: &str,
    form: Submitted<SignUpForm>,
) -> Result<Reply, AppError> {
    let door = first_door(&visitor, token).await?;
    open(&visitor, cookies, form.0, door).await
}

async fn first_door(visitor: &Visitor<'_>, token: &str) -> Result<Door, AppError> {
    let token: Token = token.parse().map_err(|_| AppError::NotFound)?;
    match settings::is_first_administrator_link(&visitor.house.store, &token).await? {
        true => Ok(Door::FirstAdministrator(token)),
        false => Err(AppError::NotFound),
    }
}

fn blank(visitor: &Visitor<'_>, door: Door) -> Result<Reply, AppError> {
    if visitor.signed_in().is_some() {
        return Ok(Reply::see_other("/home"));
    }
    if let Door::Public(Registration::Closed) = door {
        return visitor.page(&ClosedSignUp { courses_url: visitor.link("/courses") });
    }
    visitor.page(&form_view(visitor, &door, names::propose().reveal(), "", &FieldErrors::default()))
}

fn form_view(visitor: &Visitor<'_>, door: &Door, name: &str, invitation: &str, errors: &FieldErrors) -> NewSignUp {
    let words = |field| errors.of(field).map(|key| visitor.words().get(key)).unwrap_or_default();
    NewSignUp {
        action: visitor.link(&door.action()),
        name: name.to_owned(),
        invitation: invitation.to_owned(),
        asks_invitation: door.asks_invitation(),
        another_name_url: visitor.link(&door.action()),
        sign_in_url: visitor.link("/sign-in"),
        errors: Problems {
            any: !errors.is_empty(),
            name: words("name"),
            password: words("password"),
            invitation: words("invitation"),
        },
    }
}

async fn open(visitor: &Visitor<'_>, cookies: &CookieJar<'_>, form: SignUpForm, door: Door) -> Result<Reply, AppError> {
    if visitor.signed_in().is_some() {
        // The form was sent twice: the first time made the account.
        return Ok(Reply::see_other("/home"));
    }
    if let Door::Public(Registration::Closed) = door {
        return visitor.mend(&ClosedSignUp { courses_url: visitor.link("/courses") });
    }
    let mend = |errors: &FieldErrors| visitor.mend(&form_view(visitor, &door, &form.name, &form.invitation, errors));
    let name = match read(&form) {
        Ok(name) => name,
        Err(errors) => return mend(&errors),
    };
    let limited =
        if door.asks_invitation() { visitor.house.limits.invitation() } else { visitor.house.limits.new_account() };
    limited.map_err(|wait| AppError::TooManyTries { wait_seconds: wait.0.as_secs() + 1 })?;

    let password = visitor.house.hasher.hash(Password::new(&form.password)).await.map_err(AppError::fault)?;
    let codes = recovery::print();
    let account = NewAccount {
        name: name.clone(),
        password,
        language: content_language(visitor.language),
        recovery_codes: codes.clone(),
        door: match &door {
            Door::Public(Registration::ByInvitation) => StoreDoor::Invitation(form.invitation.clone()),
            Door::Public(_) => StoreDoor::Open,
            Door::FirstAdministrator(token) => StoreDoor::FirstAdministrator(token.clone()),
        },
    };
    match accounts::create(&visitor.house.store, account, visitor.now).await {
        Ok(account) => {
            begin_session(visitor, cookies, account, false).await?;
            show_codes(visitor, &name, &codes)
        }
        Err(StoreError::Taken(_)) => mend(&FieldErrors::one("name", "error.name_taken")),
        Err(StoreError::Gone) => mend(&FieldErrors::one("invitation", "error.invitation")),
        Err(other) => Err(other.into()),
    }
}

fn read(form: &SignUpForm) -> Result<SignInName, FieldErrors> {
    let mut errors = FieldErrors::default();
    if let Err(problem) = rules::rules(&Password::new(&form.password), &form.name) {
        errors.add("password", password_words(problem));
    }
    match names::choose(&form.name) {
        Ok(name) if errors.is_empty() => Ok(name),
        Ok(_) => Err(errors),
        Err(problem) => {
            errors.add("name", name_words(problem));
            Err(errors)
        }
    }
}

/// Shown in the answer to the form, because the codes are stored only as hashes.
fn show_codes(visitor: &Visitor<'_>, name: &SignInName, codes: &[RecoveryCode]) -> Result<Reply, AppError> {
    let page = visitor.page(&ShowCodes {
        is_new_account: true,
        name: name.reveal().to_owned(),
        codes: codes.iter().map(RecoveryCode::printed).collect(),
        continue_url: "/home".to_owned(),
    })?;
    Ok(page.private())
}

pub fn routes() -> Vec<Route> {
    routes![new, set_up, create, create_first]
}
