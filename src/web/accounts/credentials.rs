//! The one function through which everybody proves who they are, with its own limiter
//! (SAFETY 26). An unknown name and a wrong password take the same time and say the same.

use crate::crypto::names;
use crate::crypto::password::Password;
use crate::crypto::vault::Lookup;
use crate::domain::id::AccountId;
use crate::store::accounts::{self, second_factor};
use crate::web::error::AppError;
use crate::web::form::{FieldErrors, Fields};
use crate::web::limits::{Key, Wait};
use crate::web::visitor::{Learner, Visitor};

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

/// Whether `password` opens the account of `name`. `owner` is whose browser this is known to be,
/// remembered or signed in: for that account, and for no other, it has an allowance of its own, so
/// that a guesser elsewhere cannot keep the owner out.
pub async fn check(
    visitor: &Visitor<'_>,
    name: &str,
    password: &str,
    owner: Option<AccountId>,
) -> Result<Verdict, AppError> {
    let house = visitor.house;
    let account = accounts::by_name(&house.store, name).await?;
    let key = match (&account, owner) {
        (Some(found), Some(owner)) if found.account == owner => own_key(owner),
        _ => house.vault.lookup(Lookup::SignInName, &names::lookup_form(name)),
    };
    if let Err(wait) = house.limits.guess(&key) {
        return Ok(Verdict::TooManyTries(wait));
    }
    let hash = account.as_ref().map(|account| account.password.clone());
    let fits = house.hasher.verify(Password::new(password), hash).await?;
    Ok(match account {
        Some(found) if fits => {
            Verdict::Fits(Opened { account: found.account, has_second_factor: found.has_second_factor })
        }
        Some(_) | None => Verdict::DoesNotFit,
    })
}

/// What somebody signed in shows once more before the keys of their account change: a session alone
/// may be an unlocked phone in other hands.
pub struct Proof {
    password: String,
    /// What the present second step shows, for those who have one.
    digits: String,
}

impl Proof {
    pub fn take(fields: &mut Fields) -> Self {
        Self { password: fields.raw("password"), digits: fields.text("present_digits") }
    }

    /// What does not fit, by field; nothing when it is the owner. Right digits are used up.
    pub async fn check(&self, learner: &Learner<'_>) -> Result<FieldErrors, AppError> {
        let store = &learner.visitor.house.store;
        let account = accounts::by_id(store, learner.id).await?.ok_or(AppError::NotFound)?;
        match check(&learner.visitor, account.name.reveal(), &self.password, Some(learner.id)).await? {
            Verdict::TooManyTries(wait) => return Err(wait.into()),
            Verdict::DoesNotFit => return Ok(FieldErrors::one("password", "error.password_wrong")),
            Verdict::Fits(_) => {}
        }
        let learner_has_shown = !account.has_second_factor
            || second_factor::check(store, learner.id, &self.digits, learner.visitor.now).await?;
        match learner_has_shown {
            true => Ok(FieldErrors::default()),
            false => Ok(FieldErrors::one("present_digits", "sign_in.second_factor_wrong")),
        }
    }
}

/// The limiter's key for tries by somebody who is known already: on a remembered device, or signed
/// in and asked again.
pub fn own_key(account: AccountId) -> Key {
    let mut key = [0; 32];
    key[..16].copy_from_slice(account.0.as_bytes());
    key
}
