//! The one way in which bodies are read (SAFETY 23, 24).
//!
//! A handler asks for `Submitted<SignInForm>`. Before it runs, the body was held to its size limit,
//! came from our own page, carried a fitting token, and had exactly the fields the form knows.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Duration;

use rocket::data::{Data, FromData, ToByteUnit};
use rocket::http::{RawStr, Status};
use rocket::outcome::Outcome;
use rocket::request::Request;

use super::csrf::{self, Provenance};
use super::error::{AppError, remember};
use super::visitor::Visitor;
use crate::locale::Words;

/// A form as an HTML page posts it.
pub trait Form: Sized + Send {
    /// The largest body in bytes.
    const LIMIT: u64 = 16 * 1024;

    /// Whether it holds something that no page must show again, not even to whoever typed it.
    const HOLDS_SECRETS: bool = false;

    /// Whether it may come from a page from before signing in, by somebody who is signed in by now.
    const IS_FROM_BEFORE: bool = false;

    /// Takes its fields out of `fields`. Whatever is left over refuses the form.
    fn take(fields: &mut Fields) -> Self;
}

/// A form that may be acted upon.
pub struct Submitted<T>(pub T);

/// The decoded fields of a body, in order, without control characters.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    left: Vec<(String, String)>,
    token: String,
}

impl Fields {
    fn read(body: &str) -> Self {
        let pairs = body.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        });
        Self { left: pairs.collect(), token: String::new() }
    }

    /// The field's text, trimmed; empty when the browser did not send it.
    pub fn text(&mut self, name: &str) -> String {
        self.raw(name).trim().to_owned()
    }

    /// The field exactly as it came: for passwords and written work.
    pub fn raw(&mut self, name: &str) -> String {
        self.optional(name).unwrap_or_default()
    }

    pub fn optional(&mut self, name: &str) -> Option<String> {
        let found = self.left.iter().position(|(known, _)| known == name)?;
        Some(self.left.remove(found).1)
    }

    pub fn is_ticked(&mut self, name: &str) -> bool {
        self.optional(name).is_some()
    }

    /// All fields whose names `belongs` accepts, in order.
    pub fn all(&mut self, belongs: impl Fn(&str) -> bool) -> Vec<(String, String)> {
        let (taken, left) = std::mem::take(&mut self.left).into_iter().partition(|(name, _)| belongs(name));
        self.left = left;
        taken
    }

    pub fn pairs(&self) -> &[(String, String)] {
        &self.left
    }

    /// The token that it came with. Each printed page has its own, so this is the same only in a form
    /// that is sent twice.
    pub fn token(&self) -> &str {
        &self.token
    }
}

/// Browsers send line ends as CR LF; other control characters never come from a keyboard.
fn decoded(text: &str) -> String {
    let decoded = RawStr::new(text).url_decode_lossy();
    decoded
        .replace("\r\n", "\n")
        .chars()
        .filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t'))
        .collect()
}

/// What went wrong, by field: the key of the words that say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(BTreeMap<&'static str, &'static str>);

impl FieldErrors {
    pub fn one(field: &'static str, words: &'static str) -> Self {
        Self(BTreeMap::from([(field, words)]))
    }

    pub fn add(&mut self, field: &'static str, words: &'static str) {
        self.0.entry(field).or_insert(words);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key of the words for `field`.
    pub fn of(&self, field: &str) -> Option<&'static str> {
        self.0.get(field).copied()
    }

    /// The words for `field`; none where nothing is wrong with it.
    pub fn words(&self, field: &str, words: &Words) -> String {
        self.of(field).map(|key| words.get(key)).unwrap_or_default()
    }
}

/// What a request sent, for the page that says that it could not be saved.
#[derive(Default)]
pub struct Sent(OnceLock<Vec<(String, String)>>);

impl Sent {
    pub fn fields(&self) -> &[(String, String)] {
        self.0.get().map(Vec::as_slice).unwrap_or_default()
    }
}

#[rocket::async_trait]
impl<'r, T: Form> FromData<'r> for Submitted<T> {
    type Error = ();

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> rocket::data::Outcome<'r, Self> {
        let refuse = |error: AppError| {
            let status = error.status();
            remember(request, error);
            Outcome::Error((status, ()))
        };
        let Outcome::Success(visitor) = request.guard::<Visitor<'_>>().await else {
            return Outcome::Error((Status::ServiceUnavailable, ()));
        };
        if request.content_type().is_none_or(|kind| !kind.is_form()) {
            return refuse(AppError::WrongContentType);
        }
        if !csrf::comes_from_us(provenance(request)) {
            return refuse(AppError::ForeignForm);
        }
        let reading = data.open(T::LIMIT.bytes()).into_string();
        let body = match tokio::time::timeout(Duration::from_secs(30), reading).await {
            Ok(Ok(body)) if body.is_complete() => body.into_inner(),
            Ok(Ok(_)) => return refuse(AppError::TooLarge),
            Ok(Err(_)) | Err(_) => return refuse(AppError::Unreadable),
        };
        let mut fields = Fields::read(&body);
        fields.token = fields.raw("csrf");
        let fits_before = || T::IS_FROM_BEFORE && csrf::fits(&fields.token, &visitor.house.anonymous_csrf);
        if !csrf::fits(&fields.token, visitor.csrf_secret()) && !fits_before() {
            return refuse(AppError::StaleForm);
        }
        if !T::HOLDS_SECRETS {
            let sent: &Sent = request.local_cache(Sent::default);
            let _ = sent.0.set(fields.left.clone());
        }
        let form = T::take(&mut fields);
        match fields.pairs() {
            [] => Outcome::Success(Self(form)),
            _ => refuse(AppError::Unreadable),
        }
    }
}

fn provenance<'a>(request: &'a Request<'_>) -> Provenance<'a> {
    let headers = request.headers();
    Provenance {
        fetch_site: headers.get_one("Sec-Fetch-Site"),
        origin: headers.get_one("Origin"),
        host: headers.get_one("Host"),
    }
}

/// A form without fields of its own: only the token.
pub struct Nothing;

impl Form for Nothing {
    fn take(_: &mut Fields) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_once_and_taken_once() {
        let mut fields = Fields::read("a=1+2&b=%E0%B8%81&a=3&c=x%00%07y%0D%0Az&=&d");

        assert_eq!(fields.text("a"), "1 2");
        assert_eq!(fields.text("a"), "3");
        assert_eq!(fields.text("b"), "ก");
        assert_eq!(fields.raw("c"), "xy\nz");
        assert!(fields.is_ticked("d"));
        assert!(!fields.is_ticked("e"));
    }
}
