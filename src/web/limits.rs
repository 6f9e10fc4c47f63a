//! Limits that slow down guessers and floods and never lock out the owner (SAFETY 26).
//!
//! They are kept in memory only, under keyed hashes: nothing of a person and no address stays.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};

use super::caller::Caller;

/// What is counted: a keyed hash of a name or an address, or an account that is known already.
pub type Key = [u8; 32];

/// When one more is looked at.
type Until = NotUntil<<DefaultClock as Clock>::Instant>;

/// How many keys are remembered before those that waited long enough are dropped.
const MOST_KEYS: usize = 50_000;

/// The server's limiters.
pub struct Limits {
    clock: DefaultClock,
    guesses: DefaultKeyedRateLimiter<Key>,
    accounts: Shared,
    wrong_codes: Shared,
}

/// An allowance for each address, and one for all together that is so much larger that nobody uses it
/// up from a single address. Who has no address of their own here has only the large one.
struct Shared {
    each: DefaultKeyedRateLimiter<Key>,
    all: DefaultDirectRateLimiter,
}

/// Too many tries; so long until the next is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait(pub Duration);

#[expect(clippy::expect_used, reason = "no outside input: each period stands below")]
fn quota(every: Duration, burst: u32) -> Quota {
    let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
    Quota::with_period(every).expect("the period is not zero").allow_burst(burst)
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            clock: DefaultClock::default(),
            // Ten tries at once, then one every half minute: 10,000 guesses take three days.
            guesses: RateLimiter::keyed(quota(Duration::from_secs(30), 10)),
            // A workshop of sixty may sign up at once from behind one address.
            accounts: Shared::new(quota(Duration::from_secs(2), 120)),
            wrong_codes: Shared::new(quota(Duration::from_secs(3), 60)),
        }
    }
}

impl Shared {
    fn new(each: Quota) -> Self {
        Self { each: RateLimiter::keyed(each), all: RateLimiter::direct(quota(Duration::from_millis(100), 2_000)) }
    }

    /// Counts one. An address that has used up its own allowance takes nothing from the others.
    fn count(&self, caller: &Caller) -> Result<(), Until> {
        if let Some(key) = &caller.0 {
            check(&self.each, key)?;
        }
        self.all.check()
    }
}

fn check(limiter: &DefaultKeyedRateLimiter<Key>, key: &Key) -> Result<(), Until> {
    if limiter.len() > MOST_KEYS {
        limiter.retain_recent();
    }
    limiter.check_key(key)
}

impl Limits {
    /// Counts one try at the credentials of `key`.
    pub fn guess(&self, key: &Key) -> Result<(), Wait> {
        check(&self.guesses, key).map_err(|until| self.wait(&until))
    }

    /// Counts one new account.
    pub fn new_account(&self, caller: &Caller) -> Result<(), Wait> {
        self.accounts.count(caller).map_err(|until| self.wait(&until))
    }

    /// Counts one code that fitted nothing. Codes are far too long to be guessed, so right ones are not
    /// counted: nobody can use up the allowance of somebody who has one.
    pub fn wrong_code(&self, caller: &Caller) -> Result<(), Wait> {
        self.wrong_codes.count(caller).map_err(|until| self.wait(&until))
    }

    fn wait(&self, until: &Until) -> Wait {
        Wait(until.wait_time_from(self.clock.now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guesser_is_slowed_and_others_are_not() {
        let limits = Limits::default();
        let looked_at = (0..10_000).filter(|_| limits.guess(&[1; 32]).is_ok()).count();

        assert!((10..=100).contains(&looked_at), "{looked_at} guesses were looked at");
        assert!(limits.guess(&[2; 32]).is_ok(), "somebody else was locked out");
    }

    #[test]
    fn a_flood_from_one_address_closes_nothing_for_another() {
        let limits = Limits::default();
        let from = |number| Caller(Some([number; 32]));
        let let_in = (0..10_000).filter(|_| limits.new_account(&from(1)).is_ok()).count();

        assert!((120..200).contains(&let_in), "{let_in} were let in");
        assert!(limits.new_account(&from(2)).is_ok() && limits.new_account(&Caller(None)).is_ok());
        assert!((0..10_000).any(|_| limits.new_account(&Caller(None)).is_err()), "all together have no bound");
    }
}
