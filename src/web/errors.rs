//! The pages for what went wrong: one catcher, one template.

use rocket::http::Status;
use rocket::request::Request;
use rocket::{Catcher, catch, catchers};
use serde::Serialize;

use super::error::{AppError, Remembered};
use super::form::Sent;
use super::next::encoded;
use super::page::View;
use super::reply::Reply;
use super::visitor::Visitor;
use crate::locale::{Argument, Words};

#[derive(Serialize)]
struct ShowError {
    heading: String,
    text: String,
    /// What to tell the operator; the log has the same.
    incident: Option<String>,
    links: Vec<LinkRow>,
}

#[derive(Serialize)]
struct LinkRow {
    url: String,
    label: String,
    is_first: bool,
}

impl View for ShowError {
    const TEMPLATE: &'static str = "errors/show";
}

#[catch(default)]
async fn show(status: Status, request: &Request<'_>) -> Result<Reply, Status> {
    let visitor = request.guard::<Visitor<'_>>().await.succeeded().ok_or(status)?;
    let error = request.local_cache(Remembered::default).get();
    if let Some(AppError::SignInFirst) = error {
        return Ok(Reply::see_other(visitor.link(&sign_in_address(request, &visitor))));
    }
    if let Some(AppError::SecondStepFirst) = error {
        let next = encoded(visitor.here());
        return Ok(Reply::see_other(visitor.link(&format!("/sign-in/second-step?next={next}"))));
    }
    let incident = incident(status, error);
    let sent: &Sent = request.local_cache(Sent::default);
    if status == Status::ServiceUnavailable && !sent.fields().is_empty() {
        return unsaved(&visitor, sent.fields());
    }
    let view = ShowError {
        heading: visitor.words().get(words_of(status, error).0),
        text: said(visitor.words(), status, error),
        incident,
        links: links(&visitor, error),
    };
    // Without its template an error is still an answer: Rocket's own plain page.
    let page = visitor.page(&view).map_err(|_| status)?;
    Ok(page.with_status(status))
}

/// `errors/unsaved`: what was sent and could not be saved, to be sent again.
#[derive(Serialize)]
struct ShowUnsaved<'a> {
    action: &'a str,
    fields: Vec<FieldRow<'a>>,
}

#[derive(Serialize)]
struct FieldRow<'a> {
    name: &'a str,
    value: &'a str,
}

impl View for ShowUnsaved<'_> {
    const TEMPLATE: &'static str = "errors/unsaved";
}

fn unsaved(visitor: &Visitor<'_>, sent: &[(String, String)]) -> Result<Reply, Status> {
    let fields = sent.iter().map(|(name, value)| FieldRow { name, value }).collect();
    let page = visitor.page(&ShowUnsaved { action: visitor.asked(), fields });
    let page = page.map_err(|_| Status::ServiceUnavailable)?;
    Ok(page.private().with_status(Status::ServiceUnavailable))
}

/// `next` only for pages one can come back to: not for forms, whose addresses answer to no GET.
fn sign_in_address(request: &Request<'_>, visitor: &Visitor<'_>) -> String {
    let ended = if visitor.session_has_ended() { "&ended=1" } else { "" };
    let here = if request.method() == rocket::http::Method::Get { visitor.here() } else { "/home" };
    let next = encoded(here);
    format!("/sign-in?next={next}{ended}")
}

fn links(visitor: &Visitor<'_>, error: Option<&AppError>) -> Vec<LinkRow> {
    let mut links = vec![("/courses", "error.to_courses")];
    links.insert(0, (if visitor.signed_in().is_some() { "/home" } else { "/" }, "error.to_home"));
    if let Some(AppError::SecondFactorFirst) = error {
        links.insert(0, ("/account/second-factor", "error.second_factor_link"));
    }
    let row = |(number, (path, words)): (usize, (&str, &str))| LinkRow {
        url: visitor.link(path),
        label: visitor.words().get(words),
        is_first: number == 0,
    };
    links.into_iter().enumerate().map(row).collect()
}

/// What is wrong, for people.
pub fn said(words: &Words, status: Status, error: Option<&AppError>) -> String {
    let time = match error {
        Some(AppError::TooManyTries { wait_seconds }) => {
            words.fill("unit.seconds", &[("count", Argument::Number(i64::try_from(*wait_seconds).unwrap_or(60)))])
        }
        _ => String::new(),
    };
    words.fill(words_of(status, error).1, &[("time", Argument::Text(&time))])
}

/// Faults are logged here and nowhere else, with a number and without anything of a person.
pub fn incident(status: Status, error: Option<&AppError>) -> Option<String> {
    if status.code < 500 {
        return None;
    }
    let number = format!("{:08x}", getrandom::u32().unwrap_or_default());
    match error {
        Some(error) => tracing::error!(incident = number, "{error}"),
        None => tracing::error!(incident = number, "status {status} without a reason, perhaps a panic"),
    }
    (status != Status::ServiceUnavailable).then_some(number)
}

fn words_of(status: Status, error: Option<&AppError>) -> (&'static str, &'static str) {
    match error {
        Some(AppError::SecondFactorFirst) => ("error.second_factor_heading", "error.second_factor_text"),
        Some(AppError::ForeignForm) => ("error.foreign_heading", "error.foreign_text"),
        Some(AppError::Busy) => ("error.busy_heading", "error.busy_text"),
        Some(AppError::PressBusy) => ("error.too_many_heading", "error.press_busy_text"),
        Some(AppError::StaleForm) => ("error.stale_heading", "error.stale_text"),
        _ => match status.code {
            404 | 405 => ("error.not_found_heading", "error.not_found_text"),
            413 => ("error.too_large_heading", "error.too_large_text"),
            429 => ("error.too_many_heading", "error.too_many_text"),
            503 => ("error.unavailable_heading", "error.unavailable_text"),
            500.. => ("error.fault_heading", "error.fault_text"),
            _ => ("error.unreadable_heading", "error.unreadable_text"),
        },
    }
}

pub fn catchers() -> Vec<Catcher> {
    catchers![show]
}
