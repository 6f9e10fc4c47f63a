//! Signing in, and the second step for those who set one up.

use rocket::http::CookieJar;
use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::credentials::{self, Verdict};
use super::{begin_session, cookie, pending, remembered_device};
use crate::store::accounts::second_factor;
use crate::store::sessions;
use crate::web::error::AppError;
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
    let form = form.0;
    let store = &visitor.house.store;
    let device = remembered_device(cookies);
    let owner = match &device {
        Some(token) => sessions::device_owner(store, token, visitor.now).await?,
        None => None,
    };
    let again = |form: SignInForm, words| {
        let mut view = NewSignIn::blank(&visitor, &form.next);
        view.name = form.name;
        view.pending = form.pending;
        view.errors.form = visitor.words().get(words);
        visitor.mend(&view)
    };
    let verdict = match credentials::check(&visitor, &form.name, &form.password, owner).await {
        // The form comes back: it may carry another one that waits for the sign-in.
        Err(busy @ AppError::Busy) => return Ok(again(form, "error.busy_text")?.with_status(busy.status())),
        verdict => verdict?,
    };
    match verdict {
        Verdict::TooManyTries(wait) => Err(wait.into()),
        Verdict::DoesNotFit => again(form, "sign_in.wrong"),
        Verdict::Fits(opened) => {
            let secret = begin_session(&visitor, cookies, opened.account, form.is_own_device).await?;
            if form.is_own_device && owner != Some(opened.account) {
                // Somebody else's, perhaps: its cookie is written over.
                if let Some(token) = &device {
                    sessions::forget_device(store, token).await?;
                }
                let token = sessions::remember_device(store, opened.account, visitor.now).await?;
                cookies.add(cookie(DEVICE_COOKIE, token.reveal()));
            }
            match (opened.has_second_factor, form.pending.as_str()) {
                (true, "") => Ok(Reply::see_other(visitor.link(&second_step(&form.next)))),
                (true, _) => {
                    let step = NewSecondStep::with_pending(&form.next, form.pending);
                    Ok(visitor.page_with(&step, &secret)?.private())
                }
                (false, pending) => pending::resume(&visitor, &secret, opened.account, pending, &form.next),
            }
        }
    }
}

fn second_step(next: &str) -> String {
    let next = encoded(Next::read(next).as_str());
    format!("/sign-in/second-step?next={next}")
}

pub struct SecondStepForm {
    digits: String,
    next: String,
    pending: String,
}

impl Form for SecondStepForm {
    const LIMIT: u64 = SignInForm::LIMIT;
    const HOLDS_SECRETS: bool = true;

    fn take(fields: &mut Fields) -> Self {
        Self { digits: fields.text("digits"), next: fields.raw("next"), pending: fields.raw("pending") }
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
async fn create_second_step(half: HalfSignedIn<'_>, form: Submitted<SecondStepForm>) -> Result<Reply, AppError> {
    let house = half.visitor.house;
    if !half.signed_in.has_second_factor {
        return Ok(Reply::see_other(Next::read(&form.0.next).into_address()));
    }
    house.limits.guess(&credentials::own_key(half.id))?;
    if second_factor::check(&house.store, half.id, &form.0.digits, half.visitor.now).await? {
        sessions::pass_second_factor(&house.store, &half.signed_in).await?;
        house.sessions.forget(half.id);
        return pending::resume(&half.visitor, &half.signed_in.csrf_secret, half.id, &form.0.pending, &form.0.next);
    }
    let error = half.visitor.words().get("sign_in.second_factor_wrong");
    half.visitor.mend(&NewSecondStep { error, ..NewSecondStep::with_pending(&form.0.next, form.0.pending) })
}

pub fn routes() -> Vec<Route> {
    routes![new, create, new_second_step, create_second_step]
}
