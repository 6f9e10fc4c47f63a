//! What changed between two measurements, and how sure one can be.
//!
//! For one person a handful of questions can seldom show a change, and the words say so. For groups
//! there is the normalised gain with its interval, from the same people before and after. Group
//! figures leave only through [`crate::domain::disclosure`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::competency::{CompetencyCode, Level};
use crate::domain::id::AccountId;

use super::diagnosis::{KeptStanding, Measured};

/// The smallest group about which anything is said.
pub const LEAST_GROUP: usize = 10;

/// Shares of right answers of one person, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    pub before: f64,
    pub after: f64,
}

/// What a group gained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroupGain {
    /// People measured both times, at least [`LEAST_GROUP`].
    pub people: usize,
    /// Mean shares, 0 to 1.
    pub before: f64,
    pub after: f64,
    /// Mean change, −1 to 1, of the same people.
    pub change: Interval,
    /// Normalised gain: what was gained of what could be gained, up to 1; below 0 where people did
    /// worse. `None` where everybody had everything right before.
    pub normalised: Option<Interval>,
    pub better: usize,
    pub same: usize,
    pub worse: usize,
}

/// A figure and its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

/// Why nothing is said of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("fewer than {LEAST_GROUP} people were measured both times")]
pub struct TooFew;

/// How sure a change is. Each has its message ([`Certainty::key`]); none says more than it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// "So few questions", or "these figures", "cannot tell." A difference like this comes by chance in
    /// more than a quarter of cases without any change.
    CannotTell,
    /// "This points to a change, and may still be chance": 5 to 25 %.
    Perhaps,
    /// "This is hardly chance": at most 5 %.
    Clear,
}

/// How large a normalised gain is called. R. Hake, *Interactive-engagement versus traditional
/// methods*, American Journal of Physics 66 (1998): below 0.3 low, from 0.7 high.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Size {
    /// Not above zero.
    None,
    Low,
    Medium,
    High,
}

/// One competency of one person, then and now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub code: CompetencyCode,
    /// Measured levels, 0–3.
    pub level_before: Level,
    pub level_after: Level,
    pub before: Given,
    pub after: Given,
    /// Of the right answers: levels also hold the self-rating, which is no proof.
    pub certainty: Certainty,
}

/// Of one competency's short questions, 0–3 each: how many were answered, and how many of these rightly.
/// What an adaptive sitting supposes is in neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    pub right: u8,
    pub answered: u8,
}

/// Pairs the shares of those who were measured both times, by their pseudonymous id.
pub fn pairs(before: &BTreeMap<AccountId, f64>, after: &BTreeMap<AccountId, f64>) -> Vec<Pair> {
    let both = before.iter().filter_map(|(id, before)| after.get(id).map(|after| (*before, *after)));
    both.map(|(before, after)| Pair { before: before.clamp(0.0, 1.0), after: after.clamp(0.0, 1.0) }).collect()
}

/// What a group gained.
///
/// Normalised gain `g = (b − a) / (1 − a)` with mean shares `a` before and `b` after (Hake 1998).
/// Its variance is that of the linearised mean `Σ ((a_i − a) ∂g/∂a + (b_i − b) ∂g/∂b) / n`, which
/// counts the pairing (delta method); the interval is ± Student's t with `n − 1` degrees of freedom.
///
/// # Errors
///
/// [`TooFew`] under [`LEAST_GROUP`] people.
pub fn of_group(pairs: &[Pair]) -> Result<GroupGain, TooFew> {
    if pairs.len() < LEAST_GROUP {
        return Err(TooFew);
    }
    let before = mean(pairs.iter().map(|pair| pair.before));
    let after = mean(pairs.iter().map(|pair| pair.after));
    let room = 1.0 - before;
    let normalised = (room > 1e-9).then(|| {
        let by_after = 1.0 / room;
        let by_before = (after - 1.0) / (room * room);
        let parts = pairs.iter().map(|pair| (pair.before - before) * by_before + (pair.after - after) * by_after);
        interval((after - before) / room, parts)
    });
    let count = |wanted: &dyn Fn(f64) -> bool| pairs.iter().filter(|pair| wanted(pair.after - pair.before)).count();
    let change = after - before;
    Ok(GroupGain {
        people: pairs.len(),
        before,
        after,
        change: interval(change, pairs.iter().map(|pair| pair.after - pair.before - change)),
        normalised,
        better: count(&|change| change > 1e-9),
        same: count(&|change| change.abs() <= 1e-9),
        worse: count(&|change| change < -1e-9),
    })
}

/// Changes of the competencies that were measured both times, in the order of the later one.
pub fn of_person(before: &[KeptStanding], after: &[KeptStanding]) -> Vec<Change> {
    let change = |now: &KeptStanding| {
        let then = before.iter().find(|then| then.code == now.code)?;
        let given = |measured: Measured| Given { right: measured.given(), answered: measured.answered };
        let (before, after) = (given(then.measured), given(now.measured));
        Some(Change {
            code: now.code,
            level_before: then.measured.level(),
            level_after: now.measured.level(),
            before,
            after,
            certainty: certainty_of(before, after),
        })
    };
    after.iter().filter_map(change).collect()
}

/// How sure a change is between sittings that may differ in how much was answered: of the difference of
/// right answers only what that alone cannot make counts.
fn certainty_of(before: Given, after: Given) -> Certainty {
    let difference = before.right.abs_diff(after.right);
    let difference = difference.saturating_sub(before.answered.abs_diff(after.answered));
    certainty(before.answered.min(after.answered).into(), difference.into())
}

/// How sure a person's change is, of `asked` questions each time and this difference of right ones.
pub fn certainty(asked: u32, difference: u32) -> Certainty {
    let chance = chance_of_difference(asked, difference);
    if chance <= 0.05 {
        Certainty::Clear
    } else if chance <= 0.25 {
        Certainty::Perhaps
    } else {
        Certainty::CannotTell
    }
}

/// The chance, 0 to 1, that two sittings of `asked` questions differ by `difference` or more, in either
/// direction, though nothing changed: taken where it is largest, with a chance of one half for each
/// question. The difference of two such counts is a binomial count of `2 × asked`, moved by `asked`.
///
/// With 3 questions: a difference of 3 in 3 %, of 2 in 22 %, of 1 in 69 % of cases.
pub fn chance_of_difference(asked: u32, difference: u32) -> f64 {
    // So much cannot differ: whoever asks so has counted something else.
    if difference == 0 || difference > asked {
        return 1.0;
    }
    let trials = 2 * asked;
    let mut term = 0.5_f64.powi(i32::try_from(trials).unwrap_or(i32::MAX));
    let mut tail = 0.0;
    for count in 0..=trials {
        if count >= asked + difference {
            tail += term;
        }
        term *= f64::from(trials - count) / f64::from(count + 1);
    }
    (2.0 * tail).min(1.0)
}

impl GroupGain {
    /// How sure it is that the group changed at all.
    pub fn certainty(&self) -> Certainty {
        let freedom = self.people as f64 - 1.0;
        let half = self.change.high - self.change.value;
        let quarter = half * student(EVERY_FOURTH, freedom) / student(EVERY_TWENTIETH, freedom);
        if self.change.value.abs() > half {
            Certainty::Clear
        } else if self.change.value.abs() > quarter {
            Certainty::Perhaps
        } else {
            Certainty::CannotTell
        }
    }

    pub fn size(&self) -> Option<Size> {
        let gain = self.normalised?.value;
        Some(match gain {
            gain if gain <= 0.0 => Size::None,
            gain if gain < 0.3 => Size::Low,
            gain if gain < 0.7 => Size::Medium,
            _ => Size::High,
        })
    }
}

impl Certainty {
    /// The message that prints it of one person, whose questions are few.
    pub fn key(self) -> &'static str {
        match self {
            Self::CannotTell => "gain.certainty.cannot_tell",
            Self::Perhaps => "gain.certainty.perhaps",
            Self::Clear => "gain.certainty.clear",
        }
    }

    /// The message that prints it of a group.
    pub fn group_key(self) -> &'static str {
        match self {
            Self::CannotTell => "gain.certainty.group_cannot_tell",
            Self::Perhaps | Self::Clear => self.key(),
        }
    }
}

/// A value with the interval that follows from how its parts (of mean 0, one for each person) vary.
fn interval(value: f64, parts: impl Iterator<Item = f64>) -> Interval {
    let parts: Vec<f64> = parts.collect();
    let people = parts.len() as f64;
    let variance = parts.iter().map(|part| part * part).sum::<f64>() / (people - 1.0);
    let half = student(EVERY_TWENTIETH, people - 1.0) * (variance / people).sqrt();
    Interval { value, low: value - half, high: value + half }
}

/// Points of the normal distribution that chance passes, in either direction, in 5 and in 25 % of cases.
const EVERY_TWENTIETH: f64 = 1.959_963_984_540_054;
const EVERY_FOURTH: f64 = 1.150_349_380_376_008;

/// The point of Student's t that belongs to the point `z` of the normal distribution. Cornish–Fisher
/// expansion: M. Abramowitz and I. Stegun, *Handbook of Mathematical Functions* (1964), 26.7.5; right to
/// three digits from nine degrees of freedom on.
fn student(z: f64, freedom: f64) -> f64 {
    let first = (z.powi(3) + z) / 4.0;
    let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
    let third = (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0;
    z + first / freedom + second / freedom.powi(2) + third / freedom.powi(3)
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::needs::answers::{Answers, Outcome};
    use crate::domain::needs::diagnosis::{Required, diagnose};
    use crate::domain::needs::{fixtures, people};

    fn simulated() -> Vec<Pair> {
        let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/needs/gain-pairs.csv"));
        let pair = |line: &str| {
            let (before, after) = line.split_once(',').unwrap();
            Pair { before: before.parse().unwrap(), after: after.parse().unwrap() }
        };
        text.lines().map(pair).collect()
    }

    #[test]
    fn the_interval_agrees_with_resampling() {
        let gain = of_group(&simulated()).unwrap().normalised.unwrap();
        assert!((gain.value - 0.3476).abs() < 1e-4);
        assert!((gain.low - 0.2574).abs() < 0.02 && (gain.high - 0.4467).abs() < 0.02, "{gain:?}");
    }

    #[test]
    fn points_of_student_are_those_of_the_tables() {
        for (freedom, point) in [(9.0, 2.262), (19.0, 2.093), (39.0, 2.023), (1000.0, 1.962)] {
            assert!((student(EVERY_TWENTIETH, freedom) - point).abs() < 1e-3, "{freedom}");
        }
        for (freedom, point) in [(9.0, 1.230), (19.0, 1.187), (39.0, 1.168), (1000.0, 1.151)] {
            assert!((student(EVERY_FOURTH, freedom) - point).abs() < 1e-3, "{freedom}");
        }
    }

    /// Twenty people whose changes lie evenly at one distance on both sides of the mean.
    #[test]
    fn a_group_points_to_a_change_where_chance_does_so_in_at_most_a_quarter_of_cases() {
        let certainty = |t: f64| {
            let (spread, mean) = (0.2, t * 0.2 / 19.0_f64.sqrt());
            let after = |at: usize| 0.4 + mean + if at.is_multiple_of(2) { spread } else { -spread };
            let pairs: Vec<Pair> = (0..20).map(|at| Pair { before: 0.4, after: after(at) }).collect();
            of_group(&pairs).unwrap().certainty()
        };
        // Of Student's t with 19 degrees of freedom, two-sided: p = 0.26, 0.24, 0.06 and 0.04.
        assert_eq!(certainty(1.161), Certainty::CannotTell);
        assert_eq!(certainty(-1.213), Certainty::Perhaps);
        assert_eq!(certainty(2.0), Certainty::Perhaps);
        assert_eq!(certainty(2.205), Certainty::Clear);
    }

    #[test]
    fn of_a_small_group_nothing_is_said() {
        let pair = Pair { before: 0.2, after: 0.9 };
        assert_eq!(of_group(&[pair; 9]), Err(TooFew));
        assert!(of_group(&[pair; 10]).is_ok());
    }

    #[test]
    fn who_had_everything_right_had_nothing_to_gain() {
        let gain = of_group(&[Pair { before: 1.0, after: 1.0 }; 12]).unwrap();
        assert_eq!((gain.normalised, gain.same), (None, 12));
        assert_eq!(gain.certainty(), Certainty::CannotTell);
    }

    #[test]
    fn only_people_measured_both_times_are_paired() {
        let id = |number: u128| AccountId(Uuid::from_u128(number));
        let before = [(id(1), 0.5), (id(2), 0.1), (id(4), 7.0)].into();
        let after = [(id(2), 0.4), (id(3), 0.9), (id(4), -1.0)].into();
        let expected = [Pair { before: 0.1, after: 0.4 }, Pair { before: 1.0, after: 0.0 }];
        assert_eq!(pairs(&before, &after), expected);
    }

    #[test]
    fn three_questions_say_little_and_the_words_say_so() {
        for (difference, chance) in [(1, 44.0 / 64.0), (2, 14.0 / 64.0), (3, 2.0 / 64.0)] {
            assert!((chance_of_difference(3, difference) - chance).abs() < 1e-12);
        }
        assert_eq!(certainty(3, 0), Certainty::CannotTell);
        assert_eq!(certainty(3, 1), Certainty::CannotTell);
        assert_eq!(certainty(3, 2), Certainty::Perhaps);
        assert_eq!(certainty(3, 3), Certainty::Clear);
        assert_eq!(certainty(18, 7), Certainty::Clear);
        assert_eq!(certainty(18, 4), Certainty::Perhaps);
        assert_eq!(certainty(0, 3), Certainty::CannotTell);
        assert_eq!(certainty(1, 3), Certainty::CannotTell);
    }

    #[test]
    fn a_person_sees_each_competency_then_and_now() {
        let instrument = fixtures::instrument();
        let kept = |answers: &Answers| diagnose(instrument, answers).keep(instrument).standings;
        let before = people::mira(instrument);
        let mut after = before.clone();
        after.questions.values_mut().for_each(|outcome| *outcome = Outcome::Right);
        let changes = of_person(&kept(&before), &kept(&after));
        assert_eq!(changes.len(), 18);
        let remedy = changes.iter().find(|change| change.code.as_str() == "BH6").unwrap();
        let given = |right| Given { right, answered: 3 };
        assert_eq!((remedy.before, remedy.after, remedy.level_after), (given(0), given(3), 2));
        assert_eq!(remedy.certainty, Certainty::Clear);
        assert!(of_person(&[], &kept(&after)).is_empty());
    }

    #[test]
    fn what_an_adaptive_sitting_supposes_is_no_sign_of_a_change() {
        let standing = |given: u8, supposed: u8, answered: u8| KeptStanding {
            code: "DS1".parse().unwrap(),
            measured: Measured { self_rating: Some(1), right: given + supposed, answered, supposed },
            required: Required::MiddleOfRoles(2),
            note: None,
        };
        let change = |before, after| of_person(&[before], &[after])[0];
        let fewer = change(standing(2, 1, 2), standing(1, 0, 2));
        assert_eq!((fewer.before.right, fewer.after.right), (2, 1));
        assert_eq!(fewer.certainty, Certainty::CannotTell, "one given answer differs");
        let shorter = change(standing(0, 0, 3), standing(2, 1, 2));
        assert_eq!(shorter.certainty, Certainty::CannotTell, "another number of questions");
        assert_eq!(change(standing(0, 0, 2), standing(2, 1, 2)).certainty, Certainty::Perhaps);
    }

    proptest! {
        #[test]
        fn the_interval_holds_its_value_and_the_gain_stays_below_one(
            pairs in proptest::collection::vec((0.0_f64..=1.0, 0.0_f64..=1.0), 10..80),
        ) {
            let pairs: Vec<Pair> = pairs.into_iter().map(|(before, after)| Pair { before, after }).collect();
            let gain = of_group(&pairs).unwrap();
            prop_assert_eq!(gain.better + gain.same + gain.worse, gain.people);
            for interval in std::iter::once(gain.change).chain(gain.normalised) {
                prop_assert!(interval.low <= interval.value && interval.value <= interval.high);
                prop_assert!(interval.value <= 1.0 + 1e-9);
            }
        }

        #[test]
        fn a_larger_difference_is_never_likelier_by_chance(asked in 1_u32..40, difference in 0_u32..40) {
            prop_assume!(difference < asked);
            prop_assert!(chance_of_difference(asked, difference + 1) <= chance_of_difference(asked, difference));
        }
    }
}
