//! Who asks, in which language, and what every page needs to know of that.

use std::sync::Arc;

use rocket::http::Status;
use rocket::outcome::Outcome;
use rocket::request::{FromRequest, Request};

use super::csrf;
use super::error::{AppError, remember};
use super::house::House;
use super::sessions::Found;
use crate::domain::account::Role;
use crate::domain::id::AccountId;
use crate::domain::time::Timestamp;
use crate::locale::{self, Language, Words};
use crate::store::sessions::Session as SignedIn;

/// The name of the session's cookie. `__Host-` ties it to this host, TLS and the whole site.
pub const SESSION_COOKIE: &str = "__Host-session";

/// The cookie by which the owner's device has an allowance of its own when signing in.
pub const DEVICE_COOKIE: &str = "__Host-device";

/// Somebody who asks for a page, signed in or not.
#[derive(Clone)]
pub struct Visitor<'r> {
    pub house: &'r House,
    pub language: Language,
    pub now: Timestamp,
    state: Arc<State>,
}

struct State {
    session: Session,
    /// Path and query as asked for, without `lang`.
    here: String,
    /// The language a visitor without account chose by `?lang=`; links carry it on.
    chosen: Option<Language>,
}

enum Session {
    None,
    /// It was there and has ended: a form may be kept until its owner signs in again.
    Ended(AccountId),
    Live(Arc<SignedIn>),
}

impl<'r> Visitor<'r> {
    pub fn words(&self) -> &'static Words {
        self.language.words()
    }

    pub fn signed_in(&self) -> Option<&Arc<SignedIn>> {
        match &self.state.session {
            Session::Live(signed_in) => Some(signed_in),
            Session::None | Session::Ended(_) => None,
        }
    }

    pub fn session_has_ended(&self) -> bool {
        matches!(self.state.session, Session::Ended(_))
    }

    /// Whose session has ended.
    pub fn ended_account(&self) -> Option<AccountId> {
        match self.state.session {
            Session::Ended(account) => Some(account),
            Session::None | Session::Live(_) => None,
        }
    }

    /// What this visitor's forms must carry, masked.
    pub fn csrf_secret(&self) -> &csrf::Secret {
        match self.signed_in() {
            Some(signed_in) => &signed_in.csrf_secret,
            None => &self.house.anonymous_csrf,
        }
    }

    /// Path and query of this request, for coming back after signing in or choosing a language.
    pub fn here(&self) -> &str {
        &self.state.here
    }

    /// One of our addresses as a link on this visitor's pages: the language that somebody without
    /// an account chose travels along, because nothing is kept in their browser.
    pub fn link(&self, path: &str) -> String {
        match self.state.chosen {
            Some(language) if self.signed_in().is_none() => with_language(path, language),
            _ => path.to_owned(),
        }
    }

    /// This page in another language.
    pub fn here_in(&self, language: Language) -> String {
        with_language(&self.state.here, language)
    }

    async fn of(request: &'r Request<'_>) -> Option<Self> {
        let house = request.rocket().state::<House>()?;
        let now = house.now();
        let session = session(request, house, now).await;
        let query_language = request.query_value::<&str>("lang").and_then(Result::ok).and_then(Language::from_tag);
        let chosen = query_language.filter(|language| house.offers(*language));
        let of_account = match &session {
            Session::Live(signed_in) => Language::from_tag(signed_in.language.as_str()),
            Session::None | Session::Ended(_) => None,
        };
        let asked = || locale::negotiate(request.headers().get_one("Accept-Language").unwrap_or_default());
        let language = of_account.or(chosen).unwrap_or_else(asked);
        Some(Self { house, language, now, state: Arc::new(State { session, here: here(request), chosen }) })
    }
}

async fn session(request: &Request<'_>, house: &House, now: Timestamp) -> Session {
    let Some(cookie) = request.cookies().get(SESSION_COOKIE) else { return Session::None };
    match house.sessions.find(&house.store, cookie.value(), now).await {
        Ok(Found::Live(signed_in)) => Session::Live(signed_in),
        Ok(Found::Ended(account)) => Session::Ended(account),
        Ok(Found::Unknown) => Session::None,
        Err(error) => {
            // Refuse rather than guess: without the database nobody is signed in.
            remember(request, AppError::from(error));
            Session::None
        }
    }
}

fn here(request: &Request<'_>) -> String {
    let uri = request.uri();
    let query: Vec<&str> = uri
        .query()
        .map(|query| query.as_str().split('&').filter(|pair| !pair.starts_with("lang=") && !pair.is_empty()).collect())
        .unwrap_or_default();
    match query.as_slice() {
        [] => uri.path().to_string(),
        pairs => format!("{}?{}", uri.path(), pairs.join("&")),
    }
}

fn with_language(path: &str, language: Language) -> String {
    let (path, fragment) = path.split_once('#').map_or((path, None), |(path, fragment)| (path, Some(fragment)));
    let joint = if path.contains('?') { '&' } else { '?' };
    let mut linked = format!("{path}{joint}lang={}", language.tag());
    if let Some(fragment) = fragment {
        linked.push('#');
        linked.push_str(fragment);
    }
    linked
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Visitor<'r> {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, (Status, ()), Status> {
        // A request has several guards; the session is looked up once.
        let cached =
            request.local_cache_async(async { Visitor::of(request).await.map(|visitor| visitor.parts()) }).await;
        match cached {
            Some(parts) => match request.rocket().state::<House>() {
                Some(house) => Outcome::Success(parts.with(house)),
                None => Outcome::Error((Status::InternalServerError, ())),
            },
            None => Outcome::Error((Status::InternalServerError, ())),
        }
    }
}

/// A visitor without the borrow of the house, to be kept in the request.
struct Parts {
    language: Language,
    now: Timestamp,
    state: Arc<State>,
}

impl Visitor<'_> {
    fn parts(self) -> Parts {
        Parts { language: self.language, now: self.now, state: self.state }
    }
}

impl Parts {
    fn with<'r>(&self, house: &'r House) -> Visitor<'r> {
        Visitor { house, language: self.language, now: self.now, state: self.state.clone() }
    }
}

/// Somebody signed in, and their page.
pub struct Learner<'r> {
    pub visitor: Visitor<'r>,
    pub id: AccountId,
    pub signed_in: Arc<SignedIn>,
}

/// The reason why nobody gets in is in the request's cache; the status picks the catcher.
fn refused<T>(request: &Request<'_>, error: AppError) -> Outcome<T, (Status, ()), Status> {
    let status = error.status();
    remember(request, error);
    Outcome::Error((status, ()))
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Learner<'r> {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, (Status, ()), Status> {
        let visitor = match Visitor::from_request(request).await {
            Outcome::Success(visitor) => visitor,
            Outcome::Error(error) => return Outcome::Error(error),
            Outcome::Forward(status) => return Outcome::Forward(status),
        };
        match visitor.signed_in().cloned() {
            Some(signed_in) if signed_in.has_second_factor && !signed_in.second_factor_passed => {
                refused(request, AppError::SecondStepFirst)
            }
            Some(signed_in) => Outcome::Success(Self { visitor, id: signed_in.account, signed_in }),
            None => refused(request, AppError::SignInFirst),
        }
    }
}

/// Somebody whose password was right and who has still to show the second factor.
pub struct HalfSignedIn<'r> {
    pub visitor: Visitor<'r>,
    pub id: AccountId,
    pub signed_in: Arc<SignedIn>,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for HalfSignedIn<'r> {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, (Status, ()), Status> {
        let visitor = match Visitor::from_request(request).await {
            Outcome::Success(visitor) => visitor,
            Outcome::Error(error) => return Outcome::Error(error),
            Outcome::Forward(status) => return Outcome::Forward(status),
        };
        match visitor.signed_in().cloned() {
            Some(signed_in) => Outcome::Success(Self { visitor, id: signed_in.account, signed_in }),
            None => refused(request, AppError::SignInFirst),
        }
    }
}

macro_rules! staff_guard {
    ($(#[$doc:meta])* $name:ident, $role:expr) => {
        $(#[$doc])*
        pub struct $name<'r>(pub Learner<'r>);

        #[rocket::async_trait]
        impl<'r> FromRequest<'r> for $name<'r> {
            type Error = ();

            async fn from_request(request: &'r Request<'_>) -> Outcome<Self, (Status, ()), Status> {
                match Learner::from_request(request).await {
                    Outcome::Success(learner) if !learner.signed_in.roles.contains(&$role) => {
                        // To everybody else the page does not exist.
                        refused(request, AppError::NotFound)
                    }
                    Outcome::Success(learner) if !learner.signed_in.second_factor_passed => {
                        refused(request, AppError::SecondFactorFirst)
                    }
                    Outcome::Success(learner) => Outcome::Success(Self(learner)),
                    Outcome::Error(error) => Outcome::Error(error),
                    Outcome::Forward(status) => Outcome::Forward(status),
                }
            }
        }
    };
}

staff_guard! {
    /// A trainer who has shown a second factor.
    Trainer, Role::Trainer
}
staff_guard! {
    /// A programme manager who has shown a second factor. What they manage is asked for afterwards.
    ProgrammeManager, Role::ProgrammeManager
}
staff_guard! {
    /// An administrator who has shown a second factor.
    Administrator, Role::Administrator
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chosen_language_travels_in_links() {
        assert_eq!(with_language("/courses", Language::Indonesian), "/courses?lang=id");
        assert_eq!(with_language("/courses?area=x#list", Language::English), "/courses?area=x&lang=en#list");
    }
}
