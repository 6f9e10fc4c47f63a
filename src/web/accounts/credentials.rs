//! The one function through which everybody proves who they are, with its own limiter
//! (SAFETY 26). An unknown name and a wrong password take the same time and say the same.

use crate::crypto::names;
use crate::crypto::password::Password;
use crate::crypto::vault::{Lookup, Purpose};
use crate::store::accounts::{self, Account};
use crate::web::error::AppError;
use crate::web::limits::{Key, Wait};
use crate::web::visitor::Visitor;

/// What the check says.
pub enum Verdict {
    Fits(Account),
    DoesNotFit,
    /// Not even looked at.
    TooManyTries(Wait),
}

/// Whether `password` opens the account of `name`. `known_device` is set when the browser is one
/// that its owner signed in on before: it has an allowance of its own, so that a guesser elsewhere
/// cannot keep the owner out.
pub async fn check(visitor: &Visitor<'_>, name: &str, password: &str, known_device: Option<Key>) -> Result<Verdict, AppError> {
    let house = visitor.house;
    let name = names::lookup_form(name);
    let key = known_device.unwrap_or_else(|| house.vault.lookup(Lookup::SignInName, &name));
    if let Err(wait) = house.limits.guess(&key) {
        return Ok(Verdict::TooManyTries(wait));
    }
    let account = accounts::by_name(&house.store, &name).await?;
    let hash = account.as_ref().map(|account| account.password.clone());
    let fits = house.hasher.verify(Password::new(password), hash).await.map_err(AppError::fault)?;
    Ok(match account {
        Some(account) if fits => Verdict::Fits(account),
        Some(_) | None => Verdict::DoesNotFit,
    })
}

/// The limiter's key for a remembered device together with a name.
pub fn device_key(visitor: &Visitor<'_>, device_token: &str, name: &str) -> Key {
    let text = format!("{device_token}\0{}", names::lookup_form(name));
    let key = visitor.house.vault.derive(Purpose::Limits);
    crate::crypto::vault::keyed_hash(&key, text.as_bytes())
}
