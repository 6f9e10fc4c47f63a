//! The one function through which everybody proves who they are, with its own limiter
//! (SAFETY 26). An unknown name and a wrong password take the same time and say the same.

use super::repeats::Turn;
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
    token: String,
}

impl Proof {
    pub fn take(fields: &mut Fields) -> Self {
        Self {
            password: fields.raw("password"),
            digits: fields.text("present_digits"),
            token: fields.token().to_owned(),
        }
    }

    /// The owner's turn to change what they asked for, or what does not fit, by field. Right digits are
    /// used up; those of a form that was taken already are right in the same form once more.
    pub async fn check<'a>(&self, learner: &Learner<'a>) -> Result<Result<Turn<'a>, FieldErrors>, AppError> {
        let house = learner.visitor.house;
        let store = &house.store;
        let account = accounts::by_id(store, learner.id).await?.ok_or(AppError::NotFound)?;
        match check(&learner.visitor, account.name.reveal(), &self.password, Some(learner.id)).await? {
            Verdict::TooManyTries(wait) => return Err(wait.into()),
            Verdict::DoesNotFit => return Ok(Err(FieldErrors::one("password", "error.password_wrong"))),
            Verdict::Fits(_) => {}
        }
        let turn = house.repeats.turn(&self.token).await;
        let learner_has_shown = turn.is_repeat
            || !account.has_second_factor
            || second_factor::check(store, learner.id, &self.digits, learner.visitor.now).await?;
        Ok(match learner_has_shown {
            true => Ok(turn),
            false => Err(FieldErrors::one("present_digits", "sign_in.second_factor_wrong")),
        })
    }
}

/// The limiter's key for tries by somebody who is known already: on a remembered device, or signed
/// in and asked again.
fn own_key(account: AccountId) -> Key {
    key_of(account, 0)
}

/// The same for guesses at the second step. Whoever knows the password makes them too, and must use up
/// nothing that the owner needs: neither the allowance for the password, nor that of a remembered device
/// for this step.
pub fn second_step_key(account: AccountId, is_remembered: bool) -> Key {
    key_of(account, if is_remembered { 2 } else { 1 })
}

fn key_of(account: AccountId, what: u8) -> Key {
    let mut key = [0; 32];
    key[..16].copy_from_slice(account.0.as_bytes());
    key[31] = what;
    key
}
