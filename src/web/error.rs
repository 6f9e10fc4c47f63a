//! What can go wrong with a request, and the one place that answers it.

use std::sync::OnceLock;

use rocket::http::Status;
use rocket::request::Request;
use rocket::response::{self, Responder};

use super::limits::Wait;
use crate::catalogue::CatalogueError;
use crate::crypto::password::HashingError;
use crate::store::error::StoreError;

/// Everything that is neither in a course, in a form, nor against a rule of the field.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AppError {
    /// 404: no such thing, or not yours; nobody can tell which.
    #[error("not found")]
    NotFound,
    /// 401 → the sign-in page, and back here afterwards.
    #[error("not signed in")]
    SignInFirst,
    /// 401 → the second step of signing in, and back here afterwards.
    #[error("the second step is missing")]
    SecondStepFirst,
    /// 403 → set up a second factor first. Staff only.
    #[error("a second factor is needed")]
    SecondFactorFirst,
    /// 403: a form that another site sent.
    #[error("a form from elsewhere")]
    ForeignForm,
    /// 403: our form, but its page is too old, or from before signing in.
    #[error("an old page")]
    StaleForm,
    /// 400: not a form we know.
    #[error("an unreadable form")]
    Unreadable,
    /// 413: more than the form takes.
    #[error("too large")]
    TooLarge,
    /// 415: not sent as a form.
    #[error("wrong content type")]
    WrongContentType,
    /// 429: too many tries; seconds until the next.
    #[error("too many tries")]
    TooManyTries { wait_seconds: u64 },
    /// 503: too many passwords are being checked; nothing was looked at. Logged.
    #[error("too many passwords are being checked")]
    Busy,
    /// 503: too many certificates are being drawn. Logged.
    #[error("too many certificates are being drawn")]
    PressBusy,
    /// 503: the database is locked, gone or full. Logged; nothing was changed.
    #[error("the database cannot be reached: {0}")]
    Unavailable(StoreError),
    /// 500: our fault. Logged once, with an incident number that the page shows.
    #[error("{0}")]
    Fault(String),
}

impl AppError {
    pub fn status(&self) -> Status {
        match self {
            Self::NotFound => Status::NotFound,
            Self::SignInFirst | Self::SecondStepFirst => Status::Unauthorized,
            Self::SecondFactorFirst | Self::ForeignForm | Self::StaleForm => Status::Forbidden,
            Self::Unreadable => Status::BadRequest,
            Self::TooLarge => Status::PayloadTooLarge,
            Self::WrongContentType => Status::UnsupportedMediaType,
            Self::TooManyTries { .. } => Status::TooManyRequests,
            Self::Busy | Self::PressBusy | Self::Unavailable(_) => Status::ServiceUnavailable,
            Self::Fault(_) => Status::InternalServerError,
        }
    }

    /// Whether the same form may well be taken a little later: its page is shown again then, with what
    /// was typed.
    pub fn passes(&self) -> bool {
        matches!(self.status(), Status::TooManyRequests | Status::ServiceUnavailable)
    }

    /// A fault of ours, with what a maintainer needs and nothing of a person.
    pub fn fault(what: impl std::fmt::Display) -> Self {
        Self::Fault(what.to_string())
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound | StoreError::Gone | StoreError::Changed => Self::NotFound,
            StoreError::Unavailable(_) => Self::Unavailable(error),
            other => Self::Fault(other.to_string()),
        }
    }
}

impl From<HashingError> for AppError {
    fn from(error: HashingError) -> Self {
        match error {
            HashingError::Busy => Self::Busy,
            HashingError::Failed => Self::fault(error),
        }
    }
}

impl From<Wait> for AppError {
    fn from(wait: Wait) -> Self {
        Self::TooManyTries { wait_seconds: wait.0.as_secs() + 1 }
    }
}

impl From<CatalogueError> for AppError {
    fn from(error: CatalogueError) -> Self {
        match error {
            CatalogueError::Store(error) => error.into(),
            CatalogueError::Unreadable(_) | CatalogueError::UnreadableInstrument(_) | CatalogueError::BrokenOff => {
                Self::Fault(error.to_string())
            }
        }
    }
}

impl From<handlebars::RenderError> for AppError {
    fn from(error: handlebars::RenderError) -> Self {
        Self::Fault(format!("a page could not be made: {error}"))
    }
}

/// What the catchers need to know of the error behind a status.
#[derive(Default)]
pub struct Remembered(OnceLock<AppError>);

impl Remembered {
    pub fn get(&self) -> Option<&AppError> {
        self.0.get()
    }
}

/// Keeps `error` for the catcher that makes its page.
pub fn remember(request: &Request<'_>, error: AppError) {
    let remembered: &Remembered = request.local_cache(Remembered::default);
    // The first error is the cause; a later one in the same request is only its echo.
    let _ = remembered.0.set(error);
}

impl<'r> Responder<'r, 'static> for AppError {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let status = self.status();
        remember(request, self);
        Err(status)
    }
}
