//! When an attempt may begin.

use crate::domain::id::AttemptId;
use crate::domain::time::{MINUTE, Timestamp};

/// What a quiz says of trying again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// How many attempts one has; 0: as many as one likes.
    pub attempts: u16,
    /// Minutes between handing in one attempt and beginning the next.
    pub wait_minutes: u32,
}

/// What the rules need to know of an attempt that was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastAttempt {
    pub id: AttemptId,
    /// `None`: still open.
    pub handed_in: Option<Timestamp>,
}

/// Why no attempt may begin now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// One is open: go on with it.
    #[error("an attempt is open already")]
    StillOpen(AttemptId),
    #[error("all {allowed} attempts are used up")]
    UsedUp { allowed: u16 },
    #[error("the next attempt may begin later")]
    WaitUntil(Timestamp),
}

/// Whether somebody with this `history` may begin another attempt. Having passed is no obstacle.
///
/// The waiting time counts from the last attempt handed in. One that was handed in later than `now`
/// tells that the clock was set back: how long ago it really was cannot be known, so nobody is kept
/// waiting for it, perhaps for years.
///
/// # Errors
/// The [`Refusal`] that matters first: an open attempt, then their number, then the waiting time.
pub fn may_begin(limits: Limits, history: &[PastAttempt], now: Timestamp) -> Result<(), Refusal> {
    if let Some(open) = history.iter().find(|attempt| attempt.handed_in.is_none()) {
        return Err(Refusal::StillOpen(open.id));
    }
    if limits.attempts > 0 && history.len() >= usize::from(limits.attempts) {
        return Err(Refusal::UsedUp { allowed: limits.attempts });
    }
    let last = history.iter().filter_map(|attempt| attempt.handed_in).filter(|at| *at <= now).max();
    let until = last.map(|last| last.plus(i64::from(limits.wait_minutes) * MINUTE));
    match until {
        Some(until) if until > now => Err(Refusal::WaitUntil(until)),
        _ => Ok(()),
    }
}

/// How many attempts are left; `None`: as many as one likes.
pub fn attempts_left(limits: Limits, history: &[PastAttempt]) -> Option<u16> {
    let used = u16::try_from(history.len()).unwrap_or(u16::MAX);
    (limits.attempts > 0).then(|| limits.attempts.saturating_sub(used))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const NOON: Timestamp = Timestamp(1_800_000_000_000);

    fn limits(attempts: u16, wait_minutes: u32) -> Limits {
        Limits { attempts, wait_minutes }
    }

    fn handed_in(minutes_ago: i64) -> PastAttempt {
        PastAttempt { id: AttemptId(Uuid::nil()), handed_in: Some(NOON.plus(-minutes_ago * MINUTE)) }
    }

    #[test]
    fn without_limits_one_may_always_try_again() {
        assert_eq!(may_begin(limits(0, 0), &[handed_in(0); 50], NOON), Ok(()));
        assert_eq!(attempts_left(limits(0, 0), &[handed_in(0)]), None);
    }

    #[test]
    fn an_open_attempt_is_gone_on_with() {
        let open = PastAttempt { id: AttemptId(Uuid::max()), handed_in: None };
        let history = [handed_in(1), open];
        assert_eq!(may_begin(limits(2, 60), &history, NOON), Err(Refusal::StillOpen(open.id)));
    }

    #[test]
    fn attempts_are_used_up() {
        assert_eq!(may_begin(limits(2, 0), &[handed_in(5)], NOON), Ok(()));
        assert_eq!(may_begin(limits(2, 0), &[handed_in(9), handed_in(5)], NOON), Err(Refusal::UsedUp { allowed: 2 }));
        assert_eq!(attempts_left(limits(2, 0), &[handed_in(5)]), Some(1));
    }

    #[test]
    fn the_waiting_time_counts_from_the_last_attempt_handed_in() {
        let history = [handed_in(5), handed_in(90)];
        assert_eq!(may_begin(limits(0, 30), &history, NOON), Err(Refusal::WaitUntil(NOON.plus(25 * MINUTE))));
        assert_eq!(may_begin(limits(0, 5), &history, NOON), Ok(()));
        assert_eq!(
            may_begin(limits(0, 5), &history, NOON.plus(-1)),
            Err(Refusal::WaitUntil(NOON)),
            "to the last moment"
        );
    }

    #[test]
    fn a_clock_set_back_keeps_nobody_waiting_for_years() {
        let next_year = handed_in(-60 * 24 * 365);
        assert_eq!(may_begin(limits(0, 30), &[next_year], NOON), Ok(()));
        assert!(may_begin(limits(0, 30), &[next_year, handed_in(5)], NOON).is_err());
    }

    proptest! {
        #[test]
        fn nobody_waits_longer_than_the_waiting_time(
            wait in 0_u32..10_000,
            ago in proptest::collection::vec(-100_000_i64..100_000, 0..5),
        ) {
            let history: Vec<_> = ago.into_iter().map(handed_in).collect();
            if let Err(Refusal::WaitUntil(until)) = may_begin(limits(0, wait), &history, NOON) {
                prop_assert!(until > NOON && until.since(NOON) <= i64::from(wait) * MINUTE);
                let handed_in_by_now: Vec<_> =
                    history.into_iter().filter(|attempt| attempt.handed_in <= Some(NOON)).collect();
                prop_assert_eq!(may_begin(limits(0, wait), &handed_in_by_now, until), Ok(()));
            }
        }
    }
}
