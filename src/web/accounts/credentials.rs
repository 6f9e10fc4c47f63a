//! The one function through which everybody proves who they are, with its own limiter
//! (SAFETY 26). An unknown name and a wrong password take the same time and say the same.

use crate::crypto::names;
use crate::crypto::password::Password;
use crate::crypto::vault::Lookup;
use crate::domain::id::AccountId;
use crate::store::accounts;
use crate::web::error::AppError;
use crate::web::limits::{Key, Wait};
use crate::web::visitor::Visitor;

/// What the check says.
pub enum Verdict {
    Fits(Opened),
    DoesNotFit,
    /// Not even looked at.
    TooManyTries(Wait),
}

/// The account that was opened.
pub struct Opened {
    pub account: AccountId,
    pub has_second_factor: bool,
}

/// Whether `password` opens the account of `name`. `known_device` is set when the browser is one
/// that its owner signed in on before: it has an allowance of its own, so that a guesser elsewhere
/// cannot keep the owner out.
pub async fn check(
    visitor: &Visitor<'_>,
    name: &str,
    password: &str,
    known_device: Option<Key>,
) -> Result<Verdict, AppError> {
    let house = visitor.house;
    let key = known_device.unwrap_or_else(|| house.vault.lookup(Lookup::SignInName, &names::lookup_form(name)));
    if let Err(wait) = house.limits.guess(&key) {
        return Ok(Verdict::TooManyTries(wait));
    }
    let account = accounts::by_name(&house.store, name).await?;
    let hash = account.as_ref().map(|account| account.password.clone());
    let fits = house.hasher.verify(Password::new(password), hash).await.map_err(AppError::fault)?;
    Ok(match account {
        Some(found) if fits => {
            Verdict::Fits(Opened { account: found.account, has_second_factor: found.has_second_factor })
        }
        Some(_) | None => Verdict::DoesNotFit,
    })
}

/// The limiter's key for tries by somebody who is known already: on a remembered device, or signed
/// in and asked again.
pub fn own_key(account: AccountId) -> Key {
    let mut key = [0; 32];
    key[..16].copy_from_slice(account.0.as_bytes());
    key
}
