//! Making an account: a proposed name, a password, no questions.

use rocket::http::CookieJar;
use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::credentials::{self, Verdict};
use super::{begin_session, name_words, password_words};
use crate::crypto::names::{self, SignInName};
use crate::crypto::password::{Password, rules};
use crate::crypto::recovery::{self, RecoveryCode};
use crate::crypto::token::Token;
use crate::domain::account::Registration;
use crate::domain::time::MINUTE;
use crate::store::accounts::{self, Door as StoreDoor, NewAccount, recovery as stored_codes};
use crate::store::error::StoreError;
use crate::store::{invitations, settings};
use crate::web::caller::Caller;
use crate::web::courses::content_language;
use crate::web::error::AppError;
use crate::web::errors;
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
    // A second tap may come when the first has begun the session already.
    const IS_FROM_BEFORE: bool = true;

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
    form: String,
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
async fn create(
    visitor: Visitor<'_>,
    caller: Caller,
    cookies: &CookieJar<'_>,
    form: Submitted<SignUpForm>,
) -> Result<Reply, AppError> {
    let door = settings::registration(&visitor.house.store).await.map(Door::Public);
    // Without the database the form comes back as it was.
    let was = if form.0.invitation.is_empty() { Registration::Open } else { Registration::ByInvitation };
    match door {
        Ok(door) => open(&visitor, &caller, cookies, form.0, door).await,
        Err(error) => later(&visitor, &form.0, &Door::Public(was), error.into()),
    }
}

#[post("/setup/<token>", data = "<form>")]
async fn create_first(
    visitor: Visitor<'_>,
    caller: Caller,
    cookies: &CookieJar<'_>,
    token: &str,
    form: Submitted<SignUpForm>,
) -> Result<Reply, AppError> {
    match first_door(&visitor, token).await {
        Ok(door) => open(&visitor, &caller, cookies, form.0, door).await,
        // Sent twice, perhaps: then the first time used the link up.
        Err(gone) => again(&visitor, cookies, &form.0).await?.ok_or(gone),
    }
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
    let words = |field| errors.words(field, visitor.words());
    NewSignUp {
        action: visitor.link(&door.action()),
        name: name.to_owned(),
        invitation: invitation.to_owned(),
        asks_invitation: door.asks_invitation(),
        another_name_url: visitor.link(&door.action()),
        sign_in_url: visitor.link("/sign-in"),
        errors: Problems {
            form: match errors.of("form") {
                None if !errors.is_empty() => visitor.words().get("error.problem"),
                _ => words("form"),
            },
            name: words("name"),
            password: words("password"),
            invitation: words("invitation"),
        },
    }
}

async fn open(
    visitor: &Visitor<'_>,
    caller: &Caller,
    cookies: &CookieJar<'_>,
    form: SignUpForm,
    door: Door,
) -> Result<Reply, AppError> {
    match make(visitor, caller, cookies, &form, &door).await {
        Err(error) => later(visitor, &form, &door, error),
        made => made,
    }
}

/// The form again, when it may be taken a little later.
fn later(visitor: &Visitor<'_>, form: &SignUpForm, door: &Door, error: AppError) -> Result<Reply, AppError> {
    if !error.passes() {
        return Err(error);
    }
    let mut view = form_view(visitor, door, &form.name, &form.invitation, &FieldErrors::default());
    view.errors.form = errors::said(visitor.words(), error.status(), Some(&error));
    Ok(visitor.mend(&view)?.because(error))
}

async fn make(
    visitor: &Visitor<'_>,
    caller: &Caller,
    cookies: &CookieJar<'_>,
    form: &SignUpForm,
    door: &Door,
) -> Result<Reply, AppError> {
    let house = visitor.house;
    if visitor.signed_in().is_some() {
        return Ok(again(visitor, cookies, form).await?.unwrap_or_else(|| Reply::see_other("/home")));
    }
    let mend = |errors: &FieldErrors| visitor.mend(&form_view(visitor, door, &form.name, &form.invitation, errors));
    let name = match read(form) {
        Ok(name) => name,
        Err(errors) => return mend(&errors),
    };
    let store_door = match door {
        Door::Public(Registration::Closed) => {
            return visitor.mend(&ClosedSignUp { courses_url: visitor.link("/courses") });
        }
        Door::Public(Registration::Open) => {
            house.limits.new_account(caller)?;
            StoreDoor::Open
        }
        Door::Public(Registration::ByInvitation) => {
            if !invitations::is_open(&house.store, &form.invitation, visitor.now).await? {
                house.limits.wrong_code(caller)?;
                let wrong = || mend(&FieldErrors::one("invitation", "error.invitation"));
                return again(visitor, cookies, form).await?.map_or_else(wrong, Ok);
            }
            StoreDoor::Invitation(form.invitation.clone())
        }
        Door::FirstAdministrator(token) => StoreDoor::FirstAdministrator(token.clone()),
    };
    let password = house.hasher.hash(Password::new(&form.password)).await?;
    let codes = recovery::print();
    let account = NewAccount {
        name: name.clone(),
        password,
        language: content_language(visitor.language),
        recovery_codes: codes.clone(),
        door: store_door,
    };
    let refused = match accounts::create(&house.store, account, visitor.now).await {
        Ok(account) => {
            begin_session(visitor, cookies, account, false).await?;
            return show_codes(visitor, &name, &codes);
        }
        Err(StoreError::Taken(_)) => FieldErrors::one("name", "error.name_taken"),
        Err(StoreError::Gone) => FieldErrors::one("invitation", "error.invitation"),
        Err(other) => return Err(other.into()),
    };
    again(visitor, cookies, form).await?.map_or_else(|| mend(&refused), Ok)
}

/// How long the same form, sent twice, is taken for one.
const SENT_TWICE: i64 = 10 * MINUTE;

/// The answer to a form that was sent twice. The first time made the account, and the browser may show
/// either answer and drop the other, so whoever has the name and the password is shown codes once more
/// and both sets are good. `None` when it is no such form.
async fn again(visitor: &Visitor<'_>, cookies: &CookieJar<'_>, form: &SignUpForm) -> Result<Option<Reply>, AppError> {
    let store = &visitor.house.store;
    let own = visitor.signed_in().map(|signed_in| signed_in.account);
    let Verdict::Fits(opened) = credentials::check(visitor, &form.name, &form.password, own).await? else {
        return Ok(None);
    };
    let account = accounts::by_id(store, opened.account).await?.ok_or(AppError::NotFound)?;
    let is_new = account.registered_on == account.password_changed_at.day()
        && visitor.now.since(account.password_changed_at) < SENT_TWICE
        && !opened.has_second_factor;
    if !is_new || own.is_some_and(|own| own != opened.account) {
        return Ok(None);
    }
    let codes = recovery::print();
    stored_codes::add(store, opened.account, &codes).await?;
    if own.is_none() {
        begin_session(visitor, cookies, opened.account, false).await?;
    }
    show_codes(visitor, &account.name, &codes).map(Some)
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
