//! Limits that slow down guessers and floods and never lock out the owner (SAFETY 26).
//!
//! They are kept in memory only, under keyed hashes: nothing of a person and no address stays.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};

/// What is counted: a keyed hash of a name, or of a name with a known device.
pub type Key = [u8; 32];

/// The server's limiters.
pub struct Limits {
    clock: DefaultClock,
    guesses: DefaultKeyedRateLimiter<Key>,
    accounts: DefaultDirectRateLimiter,
    guessable_codes: DefaultDirectRateLimiter,
}

/// Too many tries; so long until the next is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait(pub Duration);

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
            // A workshop of sixty may sign up at once.
            accounts: RateLimiter::direct(quota(Duration::from_secs(2), 120)),
            guessable_codes: RateLimiter::direct(quota(Duration::from_secs(3), 60)),
        }
    }
}

impl Limits {
    /// Counts one try at the credentials of `key`.
    pub fn guess(&self, key: &Key) -> Result<(), Wait> {
        if self.guesses.len() > 50_000 {
            self.guesses.retain_recent();
        }
        self.guesses.check_key(key).map_err(|not_until| Wait(not_until.wait_time_from(self.clock.now())))
    }

    /// Counts one new account.
    pub fn new_account(&self) -> Result<(), Wait> {
        self.accounts.check().map_err(|not_until| Wait(not_until.wait_time_from(self.clock.now())))
    }

    /// Counts one try at an invitation.
    pub fn invitation(&self) -> Result<(), Wait> {
        self.guessable_codes.check().map_err(|not_until| Wait(not_until.wait_time_from(self.clock.now())))
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
}
