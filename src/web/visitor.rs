//! Who asks, in which language, and what every page needs to know of that.

use std::sync::Arc;

use rocket::http::{Method, Status};
use rocket::outcome::Outcome;
use rocket::request::{FromRequest, Request};
use zeroize::Zeroizing;

use super::csrf;
use super::error::{AppError, remember};
use super::house::House;
use super::sessions::Found;
use crate::crypto::token::Token;
use crate::domain::account::Role;
use crate::domain::id::AccountId;
use crate::domain::time::Timestamp;
use crate::locale::{self, Language, Words};
use crate::store::error::StoreError;
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
    asked: String,
    /// The same where it answers to GET; for the answer to a form the nearest address that does.
    here: String,
    /// The language a visitor without account chose by `?lang=`; links carry it on.
    chosen: Option<Language>,
}

enum Session {
    None,
    /// It has ended: a form may be kept until its owner signs in again.
    Ended(Ended),
    /// The password was right and the second step is missing: nobody yet, on every page but that of
    /// the step.
    Half(Arc<SignedIn>),
    Live(Arc<SignedIn>),
    /// The database does not say.
    Unknown(Secret, StoreError),
}

/// A session that is over, as far as it is still known.
struct Ended {
    /// Its forms are checked as they were while it lived.
    secret: Secret,
    account: Option<AccountId>,
}

type Secret = Zeroizing<csrf::Secret>;

impl<'r> Visitor<'r> {
    pub fn words(&self) -> &'static Words {
        self.language.words()
    }

    /// Who this is. Somebody whose second step is missing is nobody.
    pub fn signed_in(&self) -> Option<&Arc<SignedIn>> {
        match &self.state.session {
            Session::Live(signed_in) => Some(signed_in),
            Session::None | Session::Ended(_) | Session::Half(_) | Session::Unknown(..) => None,
        }
    }

    /// The session behind the cookie, also before the second step: for that step, and for ending it.
    pub fn at_the_door(&self) -> Option<&Arc<SignedIn>> {
        match &self.state.session {
            Session::Live(signed_in) | Session::Half(signed_in) => Some(signed_in),
            Session::None | Session::Ended(_) | Session::Unknown(..) => None,
        }
    }

    /// Who this is, or why nobody gets in.
    fn signed_in_or_why(&self) -> Result<Arc<SignedIn>, AppError> {
        match &self.state.session {
            Session::Live(signed_in) => Ok(signed_in.clone()),
            Session::Half(_) => Err(AppError::SecondStepFirst),
            // Refuse rather than guess: without the database nobody is signed in.
            Session::Unknown(_, error) => Err(error.clone().into()),
            Session::None | Session::Ended(_) => Err(AppError::SignInFirst),
        }
    }

    pub fn session_has_ended(&self) -> bool {
        matches!(self.state.session, Session::Ended(_))
    }

    /// For whom a form that comes too early or too late is kept: `Some(None)` when the session has been
    /// over for so long that nobody knows any more whose it was.
    pub fn keeps_forms_for(&self) -> Option<Option<AccountId>> {
        match &self.state.session {
            Session::Ended(ended) => Some(ended.account),
            Session::Half(signed_in) => Some(Some(signed_in.account)),
            Session::None | Session::Live(_) | Session::Unknown(..) => None,
        }
    }

    /// What this visitor's forms must carry, masked.
    pub fn csrf_secret(&self) -> &csrf::Secret {
        match &self.state.session {
            Session::Live(signed_in) | Session::Half(signed_in) => &signed_in.csrf_secret,
            Session::Ended(Ended { secret, .. }) | Session::Unknown(secret, _) => secret,
            Session::None => &self.house.anonymous_csrf,
        }
    }

    /// Whether this visitor's pages hold something that is theirs alone, if only a form's token.
    pub fn has_session(&self) -> bool {
        !matches!(self.state.session, Session::None)
    }

    /// An address for coming back after signing in or choosing a language.
    pub fn here(&self) -> &str {
        &self.state.here
    }

    /// Path and query of this request, for sending a form once more.
    pub fn asked(&self) -> &str {
        &self.state.asked
    }

    /// One of our addresses as a link on this visitor's pages: the language that somebody without
    /// an account chose travels along, because nothing is kept in their browser.
    pub fn link(&self, path: &str) -> String {
        travelling(path, self.chosen())
    }

    /// The language that somebody without an account chose.
    pub fn chosen(&self) -> Option<Language> {
        self.state.chosen.filter(|_| self.signed_in().is_none())
    }

    async fn of(request: &'r Request<'_>) -> Option<Self> {
        let house = request.rocket().state::<House>()?;
        let now = house.now();
        let session = session(request, house, now).await;
        let query_language = request.query_value::<&str>("lang").and_then(Result::ok).and_then(Language::from_tag);
        let chosen = query_language.filter(|language| house.offers(*language));
        let of_account = match &session {
            Session::Live(signed_in) => Language::from_tag(signed_in.language.as_str()),
            Session::None | Session::Ended(_) | Session::Half(_) | Session::Unknown(..) => None,
        };
        let accepted = || locale::negotiate(request.headers().get_one("Accept-Language").unwrap_or_default());
        let language = of_account.or(chosen).unwrap_or_else(accepted);
        let asked = asked(request);
        Some(Self {
            house,
            language,
            now,
            state: Arc::new(State { session, here: here(request, &asked), asked, chosen }),
        })
    }
}

async fn session(request: &Request<'_>, house: &House, now: Timestamp) -> Session {
    let Some(cookie) = request.cookies().get(SESSION_COOKIE) else { return Session::None };
    let Ok(token) = cookie.value().parse::<Token>() else { return Session::None };
    let secret = || house.vault.session_secret(&token.hash());
    match house.sessions.find(&house.store, &token, now).await {
        Ok(Found::Live(session)) if session.has_second_factor && !session.second_factor_passed => {
            Session::Half(session)
        }
        Ok(Found::Live(session)) => Session::Live(session),
        Ok(Found::Ended(account)) => Session::Ended(Ended { secret: secret(), account }),
        Err(error) => Session::Unknown(secret(), error),
    }
}

/// The page one is on: after a form that was answered with a page the nearest one above that there is.
fn here(request: &Request<'_>, asked: &str) -> String {
    if request.method() == Method::Get {
        return asked.to_owned();
    }
    let Some(form) = request.route() else { return "/home".to_owned() };
    let is_page = |route: &str| {
        request.rocket().routes().any(|page| page.method == Method::Get && is_alike(page.uri.path(), route))
    };
    nearest(request.uri().path().as_str(), form.uri.path(), is_page).unwrap_or("/home").to_owned()
}

/// The nearest address at or above `path` that is a page; `route` is what the form at `path` is mounted
/// as. Both are climbed together: `/attempts/7/submission` reads like the page `/attempts/<attempt>/<number>`
/// and is none.
fn nearest<'a>(path: &'a str, route: &str, is_page: impl Fn(&str) -> bool) -> Option<&'a str> {
    let (mut path, mut route) = (path, route);
    while !is_page(route) {
        let (above, _) = path.rsplit_once('/').filter(|(above, _)| !above.is_empty())?;
        (path, route) = (above, route.rsplit_once('/')?.0);
    }
    Some(path)
}

/// Whether two routes take the same addresses, whatever they call their parts. Asked with each form, so
/// it stops at the first part that differs.
fn is_alike(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.split('/'), other.split('/'));
    loop {
        match (one.next(), other.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if one == other || (one.starts_with('<') && other.starts_with('<')) => {}
            _ => return false,
        }
    }
}

fn asked(request: &Request<'_>) -> String {
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

/// One of our addresses as a link on a page whose reader may have chosen a language.
pub fn travelling(path: &str, chosen: Option<Language>) -> String {
    chosen.map_or_else(|| path.to_owned(), |language| with_language(path, language))
}

/// One of our addresses, asking for a language.
pub fn with_language(path: &str, language: Language) -> String {
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

/// The reason why nobody gets in is in the request's cache as well; the status picks the catcher.
fn refused<T>(request: &Request<'_>, error: AppError) -> Outcome<T, (Status, AppError), Status> {
    let status = error.status();
    remember(request, error.clone());
    Outcome::Error((status, error))
}

/// The visitor, for guards that ask for more.
async fn visitor<'r>(request: &'r Request<'_>) -> Result<Visitor<'r>, AppError> {
    let found = Visitor::from_request(request).await.succeeded();
    found.ok_or_else(|| AppError::fault("the server runs without its state"))
}

impl<'r> Learner<'r> {
    async fn of(request: &'r Request<'_>) -> Result<Self, AppError> {
        let visitor = visitor(request).await?;
        let signed_in = visitor.signed_in_or_why()?;
        Ok(Self { visitor, id: signed_in.account, signed_in })
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Learner<'r> {
    type Error = AppError;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, (Status, AppError), Status> {
        match Self::of(request).await {
            Ok(learner) => Outcome::Success(learner),
            Err(error) => refused(request, error),
        }
    }
}

/// Somebody whose password was right and who has still to show the second factor.
pub struct HalfSignedIn<'r> {
    pub visitor: Visitor<'r>,
    pub id: AccountId,
    pub signed_in: Arc<SignedIn>,
}

impl<'r> HalfSignedIn<'r> {
    async fn of(request: &'r Request<'_>) -> Result<Self, AppError> {
        let visitor = visitor(request).await?;
        let signed_in = match visitor.at_the_door() {
            Some(signed_in) => signed_in.clone(),
            None => visitor.signed_in_or_why()?,
        };
        Ok(Self { visitor, id: signed_in.account, signed_in })
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for HalfSignedIn<'r> {
    type Error = AppError;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, (Status, AppError), Status> {
        match Self::of(request).await {
            Ok(half) => Outcome::Success(half),
            Err(error) => refused(request, error),
        }
    }
}

macro_rules! staff_guard {
    ($(#[$doc:meta])* $name:ident, $role:expr) => {
        $(#[$doc])*
        pub struct $name<'r>(pub Learner<'r>);

        #[rocket::async_trait]
        impl<'r> FromRequest<'r> for $name<'r> {
            type Error = AppError;

            async fn from_request(request: &'r Request<'_>) -> Outcome<Self, (Status, AppError), Status> {
                match Learner::of(request).await {
                    Ok(learner) if !learner.signed_in.roles.contains(&$role) => {
                        // To everybody else the page does not exist.
                        refused(request, AppError::NotFound)
                    }
                    Ok(learner) if !learner.signed_in.second_factor_passed => {
                        refused(request, AppError::SecondFactorFirst)
                    }
                    Ok(learner) => Outcome::Success(Self(learner)),
                    Err(error) => refused(request, error),
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
    fn the_nearest_page_is_one_that_answers() {
        let pages = ["/learn/<enrolment>/<place>", "/learn/<enrolment>", "/attempts/<attempt>/<number>", "/home"];
        let is_page = |route: &str| pages.iter().any(|page| is_alike(page, route));
        for (path, route, page) in [
            ("/learn/7/1-1", "/learn/<course>/<lesson>", Some("/learn/7/1-1")),
            ("/learn/7/1-1/check", "/learn/<enrolment>/<place>/check", Some("/learn/7/1-1")),
            ("/learn/7/changes/seen", "/learn/<enrolment>/changes/seen", Some("/learn/7")),
            ("/attempts/7/submission", "/attempts/<attempt>/submission", None),
            ("/home", "/home", Some("/home")),
            ("/sign-out", "/sign-out", None),
        ] {
            assert_eq!(nearest(path, route, is_page), page, "{path}");
        }
    }

    #[test]
    fn a_chosen_language_travels_in_links() {
        assert_eq!(with_language("/courses", Language::Indonesian), "/courses?lang=id");
        assert_eq!(with_language("/courses?area=x#list", Language::English), "/courses?area=x&lang=en#list");
    }
}
