//! Signing in, and the second step for those who set one up.

use rocket::http::CookieJar;
use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::credentials::{self, Verdict};
use super::{begin_session, cookie, pending, remembered_device};
use crate::domain::id::AccountId;
use crate::store::accounts::second_factor;
use crate::store::sessions;
use crate::web::error::AppError;
use crate::web::errors;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::next::{Next, encoded};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::{DEVICE_COOKIE, HalfSignedIn, Visitor};

pub struct SignInForm {
    name: String,
    password: String,
    is_own_device: bool,
    next: String,
    pending: String,
}

impl Form for SignInForm {
    // A kept form may hold the longest text there is, sealed.
    const LIMIT: u64 = 1024 * 1024;
    const HOLDS_SECRETS: bool = true;

    fn take(fields: &mut Fields) -> Self {
        Self {
            name: fields.text("name"),
            password: fields.raw("password"),
            is_own_device: fields.is_ticked("own_device"),
            next: fields.raw("next"),
            pending: fields.raw("pending"),
        }
    }
}

/// `accounts/sign_in`
#[derive(Serialize)]
pub(super) struct NewSignIn {
    action: String,
    notice: String,
    name: String,
    next: String,
    pending: String,
    errors: Problems,
    recovery_url: String,
    sign_up_url: String,
}

#[derive(Default, Serialize)]
struct Problems {
    form: String,
    name: String,
    password: String,
}

impl View for NewSignIn {
    const TEMPLATE: &'static str = "accounts/sign_in";
}

impl NewSignIn {
    pub(super) fn blank(visitor: &Visitor<'_>, next: &str) -> Self {
        Self {
            action: visitor.link("/sign-in"),
            notice: String::new(),
            name: String::new(),
            next: Next::read(next).as_str().to_owned(),
            pending: String::new(),
            errors: Problems::default(),
            recovery_url: visitor.link("/recovery"),
            sign_up_url: visitor.link("/sign-up"),
        }
    }

    pub(super) fn with_pending(self, visitor: &Visitor<'_>, pending: String) -> Self {
        Self { pending, ..self.with_notice(visitor, "sign_in.pending") }
    }

    pub(super) fn with_notice(self, visitor: &Visitor<'_>, words: &str) -> Self {
        Self { notice: visitor.words().get(words), ..self }
    }
}

#[get("/sign-in?<next>&<ended>")]
fn new(visitor: Visitor<'_>, next: Option<&str>, ended: Option<&str>) -> Result<Reply, AppError> {
    let next = next.unwrap_or_default();
    if visitor.signed_in().is_some() {
        return Ok(Reply::see_other(Next::read(next).into_address()));
    }
    let view = NewSignIn::blank(&visitor, next);
    match ended {
        Some(_) => visitor.page(&view.with_notice(&visitor, "sign_in.ended")),
        None => visitor.page(&view),
    }
}

#[post("/sign-in", data = "<form>")]
async fn create(visitor: Visitor<'_>, cookies: &CookieJar<'_>, form: Submitted<SignInForm>) -> Result<Reply, AppError> {
    match open(&visitor, cookies, &form.0).await {
        // The form comes back: it may carry another one that waits for the sign-in.
        Err(error) if error.passes() => {
            let said = errors::said(visitor.words(), error.status(), Some(&error));
            Ok(again(&visitor, form.0, said)?.because(error))
        }
        Ok(None) => again(&visitor, form.0, visitor.words().get("sign_in.wrong")),
        Ok(Some(reply)) => Ok(reply),
        Err(error) => Err(error),
    }
}

fn again(visitor: &Visitor<'_>, form: SignInForm, said: String) -> Result<Reply, AppError> {
    let view = NewSignIn::blank(visitor, &form.next);
    let errors = Problems { form: said, ..Problems::default() };
    visitor.mend(&NewSignIn { name: form.name, pending: form.pending, errors, ..view })
}

/// Begins the session. `None`: name and password do not fit.
async fn open(visitor: &Visitor<'_>, cookies: &CookieJar<'_>, form: &SignInForm) -> Result<Option<Reply>, AppError> {
    let owner = device_owner(visitor, cookies).await?;
    let opened = match credentials::check(visitor, &form.name, &form.password, owner).await? {
        Verdict::TooManyTries(wait) => return Err(wait.into()),
        Verdict::DoesNotFit => return Ok(None),
        Verdict::Fits(opened) => opened,
    };
    // Who has a second step to show is not known before it.
    if form.is_own_device && !opened.has_second_factor {
        remember_device(visitor, cookies, opened.account).await?;
    }
    // Last, because a form that comes back is good for the session before only.
    let secret = begin_session(visitor, cookies, opened.account, form.is_own_device).await?;
    let reply = match (opened.has_second_factor, form.pending.as_str()) {
        (true, "") => Reply::see_other(visitor.link(&second_step(&form.next))),
        (true, pending) => {
            let step = NewSecondStep::with_pending(&form.next, pending.to_owned());
            visitor.page_with(&step, &secret)?.private()
        }
        (false, pending) => pending::resume(visitor, &secret, opened.account, pending, &form.next)?,
    };
    Ok(Some(reply))
}

/// Whose device this is, if it is remembered.
async fn device_owner(visitor: &Visitor<'_>, cookies: &CookieJar<'_>) -> Result<Option<AccountId>, AppError> {
    let Some(token) = remembered_device(cookies) else { return Ok(None) };
    Ok(sessions::device_owner(&visitor.house.store, &token, visitor.now).await?)
}

/// Remembers this device for somebody who is let in with it.
async fn remember_device(visitor: &Visitor<'_>, cookies: &CookieJar<'_>, account: AccountId) -> Result<(), AppError> {
    if device_owner(visitor, cookies).await? == Some(account) {
        return Ok(());
    }
    let store = &visitor.house.store;
    // Somebody else's, perhaps: its cookie is written over.
    if let Some(token) = remembered_device(cookies) {
        sessions::forget_device(store, &token).await?;
    }
    let token = sessions::remember_device(store, account, visitor.now).await?;
    cookies.add(cookie(DEVICE_COOKIE, token.reveal()));
    Ok(())
}

fn second_step(next: &str) -> String {
    let next = encoded(Next::read(next).as_str());
    format!("/sign-in/second-step?next={next}")
}

pub struct SecondStepForm {
    digits: String,
    next: String,
    pending: String,
    token: String,
}

impl Form for SecondStepForm {
    const LIMIT: u64 = SignInForm::LIMIT;
    const HOLDS_SECRETS: bool = true;

    fn take(fields: &mut Fields) -> Self {
        Self {
            digits: fields.text("digits"),
            next: fields.raw("next"),
            pending: fields.raw("pending"),
            token: fields.token().to_owned(),
        }
    }
}

/// `accounts/second_step`
#[derive(Serialize)]
pub(super) struct NewSecondStep {
    next: String,
    /// A form that waits for the step, sealed.
    pending: String,
    error: String,
}

impl View for NewSecondStep {
    const TEMPLATE: &'static str = "accounts/second_step";
}

impl NewSecondStep {
    pub(super) fn with_pending(next: &str, pending: String) -> Self {
        Self { next: Next::read(next).into_address(), pending, error: String::new() }
    }
}

#[get("/sign-in/second-step?<next>")]
fn new_second_step(half: HalfSignedIn<'_>, next: Option<&str>) -> Result<Reply, AppError> {
    half.visitor.page(&NewSecondStep::with_pending(next.unwrap_or_default(), String::new()))
}

#[post("/sign-in/second-step", data = "<form>")]
async fn create_second_step(
    visitor: Visitor<'_>,
    half: Result<HalfSignedIn<'_>, AppError>,
    cookies: &CookieJar<'_>,
    form: Submitted<SecondStepForm>,
) -> Result<Reply, AppError> {
    let shown = match half {
        Ok(half) => show(&half, cookies, &form.0).await,
        Err(refusal) => Err(refusal),
    };
    let (error, reason) = match shown {
        Ok(Some(reply)) => return Ok(reply),
        Ok(None) => (visitor.words().get("sign_in.second_factor_wrong"), None),
        Err(error) if error.passes() => (errors::said(visitor.words(), error.status(), Some(&error)), Some(error)),
        Err(error) => return Err(error),
    };
    let again = NewSecondStep { error, ..NewSecondStep::with_pending(&form.0.next, form.0.pending) };
    let page = visitor.mend(&again)?;
    Ok(match reason {
        Some(error) => page.because(error),
        None => page,
    })
}

/// Passes the second step. `None`: the digits are wrong.
async fn show(
    half: &HalfSignedIn<'_>,
    cookies: &CookieJar<'_>,
    form: &SecondStepForm,
) -> Result<Option<Reply>, AppError> {
    let house = half.visitor.house;
    let resume = || pending::resume(&half.visitor, &half.signed_in.csrf_secret, half.id, &form.pending, &form.next);
    // Passed already, by the same form a moment ago perhaps, or asked of somebody who has none.
    if half.visitor.signed_in().is_some() {
        return resume().map(Some);
    }
    let is_remembered = device_owner(&half.visitor, cookies).await? == Some(half.id);
    house.limits.guess(&credentials::second_step_key(half.id, is_remembered))?;
    let turn = house.repeats.turn(&form.token).await;
    if !turn.is_repeat {
        if !second_factor::check(&house.store, half.id, &form.digits, half.visitor.now).await? {
            return Ok(None);
        }
        sessions::pass_second_factor(&house.store, &half.signed_in).await?;
        house.sessions.forget(half.id);
        if half.signed_in.is_own_device {
            remember_device(&half.visitor, cookies, half.id).await?;
        }
    }
    turn.done();
    resume().map(Some)
}

pub fn routes() -> Vec<Route> {
    routes![new, create, new_second_step, create_second_step]
}
