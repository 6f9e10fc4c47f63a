//! Accounts as their owners see them: making one, signing in and out, keeping it safe, ending it.

mod codes;
mod cohort;
pub mod credentials;
mod data;
mod deletion;
mod language;
mod leave;
mod looks;
mod name;
mod overview;
mod password;
mod pending;
mod recovery;
pub mod repeats;
mod second_factor;
mod sessions;
mod sign_in;
mod sign_up;

use rocket::Route;
use rocket::http::{Cookie, CookieJar, SameSite};
use zeroize::Zeroizing;

use super::csrf;
use super::error::AppError;
use super::visitor::{DEVICE_COOKIE, SESSION_COOKIE, Visitor};
use crate::crypto::names::NameProblem;
use crate::crypto::password::rules::PasswordProblem;
use crate::crypto::token::Token;
use crate::domain::id::AccountId;
use crate::store::sessions::{self as stored, NewSession};

pub use overview::role_words;
pub use pending::keep;

pub fn routes() -> Vec<Route> {
    [
        codes::routes(),
        cohort::routes(),
        data::routes(),
        deletion::routes(),
        language::routes(),
        leave::routes(),
        looks::routes(),
        name::routes(),
        overview::routes(),
        password::routes(),
        recovery::routes(),
        second_factor::routes(),
        sessions::routes(),
        sign_in::routes(),
        sign_up::routes(),
    ]
    .concat()
}

/// Begins a session with a new id and gives its token to the browser. The session before is over.
/// Returns the secret of the new one's forms.
async fn begin_session(
    visitor: &Visitor<'_>,
    cookies: &CookieJar<'_>,
    account: AccountId,
    is_own_device: bool,
) -> Result<Zeroizing<csrf::Secret>, AppError> {
    let house = visitor.house;
    if let Some(old) = visitor.at_the_door() {
        stored::end(&house.store, old.account, old.id).await?;
        house.sessions.forget(old.account);
    }
    let session = NewSession { account, is_own_device, second_factor_passed: false };
    let (token, _) = stored::create(&house.store, session, visitor.now).await?;
    cookies.add(cookie(SESSION_COOKIE, token.reveal()));
    Ok(house.vault.session_secret(&token.hash()))
}

/// The token of this browser's device, if it says that it is remembered.
fn remembered_device(cookies: &CookieJar<'_>) -> Option<Token> {
    cookies.get(DEVICE_COOKIE).and_then(|cookie| cookie.value().parse().ok())
}

/// Ours alone, for this host alone, over TLS or loopback alone, gone when the browser closes.
fn cookie(name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build((name, value)).path("/").secure(true).http_only(true).same_site(SameSite::Lax).build()
}

fn name_words(problem: NameProblem) -> &'static str {
    match problem {
        NameProblem::Short | NameProblem::Long => "error.name_short",
        NameProblem::BadCharacter | NameProblem::NoLetter => "error.name_letters",
        NameProblem::LooksLikeEmail | NameProblem::LooksLikePhone => "error.name_personal",
    }
}

fn password_words(problem: PasswordProblem) -> &'static str {
    match problem {
        PasswordProblem::Short => "error.password_short",
        PasswordProblem::Long => "error.password_long",
        PasswordProblem::Common => "error.password_common",
        PasswordProblem::IsSignInName => "error.password_like_name",
    }
}
