//! What a course changed: means of its test before and its test after, of the same people.
//!
//! Released for the whole of a scope only, never by cohort or role, and for an organisation only where the
//! others are none or as many again: then neither part can be taken from the whole. Means are rounded to 5
//! per cent, gains to 0.05; nothing is said where everybody scored alike.

use serde::{Deserialize, Serialize};

use crate::domain::id::CourseSlug;
use crate::domain::needs::gain::{self, Certainty, GroupGain, Interval, LEAST_GROUP, Pair, Size};
use crate::domain::time::Day;

use super::{Frozen, Group, NoiseKey, Quarter, Refusal, Scope};

/// The scores of one person who sat both tests, the second one in the quarter. Comes from the store, and
/// never leaves.
#[derive(Clone, PartialEq)]
pub struct Tested {
    pub organisation: Group,
    pub pair: Pair,
}

/// Scores are not for printing.
impl std::fmt::Debug for Tested {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tested(…)")
    }
}

/// What a course changed. The fields are private and only the gate makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change(Body);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Body {
    period: Quarter,
    scope: Scope,
    course: CourseSlug,
    people: u32,
    before: u32,
    after: u32,
    gain: Option<Gain>,
    certainty: Certainty,
    size: Option<Size>,
}

/// The normalised gain in hundredths, multiples of 5, with its 95 % interval rounded outwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gain {
    pub value: i32,
    pub low: i32,
    pub high: i32,
}

/// Makes the figures of one course, scope and ended quarter.
///
/// # Errors
///
/// [`Refusal`] while the quarter runs, with fewer than [`LEAST_GROUP`] people on either side, or where all
/// are alike.
pub fn change(
    tested: &[Tested],
    course: &CourseSlug,
    scope: Scope,
    period: Quarter,
    today: Day,
    key: &NoiseKey,
) -> Result<Change, Refusal> {
    if !period.has_ended(today) {
        return Err(Refusal::StillRunning);
    }
    let is_in = |person: &&Tested| match &scope {
        Scope::Outside => true,
        Scope::Inside(organisation) => person.organisation == *organisation,
    };
    let pairs: Vec<Pair> = tested.iter().filter(is_in).map(|person| person.pair).collect();
    if (1..LEAST_GROUP).contains(&(tested.len() - pairs.len())) {
        return Err(Refusal::TooFew);
    }
    let group = gain::of_group(&pairs).map_err(|_| Refusal::TooFew)?;
    let (before, after) = (percent(group.before), percent(group.after));
    let is_extreme = |percent: u32| percent == 0 || percent >= 100;
    if are_alike(pairs.iter().map(|pair| pair.before))
        || are_alike(pairs.iter().map(|pair| pair.after))
        || is_extreme(before)
        || is_extreme(after)
    {
        return Err(Refusal::AllAlike);
    }
    let count = u32::try_from(group.people).unwrap_or(u32::MAX);
    let people = key.about(&["change", &period.to_string(), course.as_str(), &name(&scope)], count);
    let (gain, certainty, size) = rounded(&group);
    Ok(Change(Body { period, scope, course: course.clone(), people, before, after, gain, certainty, size }))
}

fn rounded(group: &GroupGain) -> (Option<Gain>, Certainty, Option<Size>) {
    (group.normalised.map(gain), group.certainty(), group.size())
}

fn gain(interval: Interval) -> Gain {
    let steps = |value: f64| (value * 20.0).clamp(-1_000.0, 20.0);
    Gain {
        value: steps(interval.value).round() as i32 * 5,
        low: steps(interval.low).floor() as i32 * 5,
        high: steps(interval.high).ceil() as i32 * 5,
    }
}

/// A share of 0 to 1 as per cent, rounded to 5.
fn percent(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * 20.0).round() as u32 * 5
}

fn are_alike(mut scores: impl Iterator<Item = f64>) -> bool {
    let Some(first) = scores.next() else { return true };
    scores.all(|score| (score - first).abs() < 1e-9)
}

fn name(scope: &Scope) -> String {
    match scope {
        Scope::Outside => "outside".to_owned(),
        Scope::Inside(group) => format!("inside {}", group.0),
    }
}

impl Change {
    pub fn period(&self) -> Quarter {
        self.0.period
    }

    pub fn scope(&self) -> &Scope {
        &self.0.scope
    }

    pub fn course(&self) -> &CourseSlug {
        &self.0.course
    }

    /// About how many people sat both tests, a multiple of 5.
    pub fn people(&self) -> u32 {
        self.0.people
    }

    /// The mean share of points before and after in per cent, multiples of 5.
    pub fn means(&self) -> (u32, u32) {
        (self.0.before, self.0.after)
    }

    /// What was gained of what could be gained; `None` where everybody had everything right before.
    pub fn gain(&self) -> Option<Gain> {
        self.0.gain
    }

    pub fn certainty(&self) -> Certainty {
        self.0.certainty
    }

    pub fn size(&self) -> Option<Size> {
        self.0.size
    }

    pub fn freeze(&self, key: &NoiseKey) -> Frozen {
        Frozen::of(&self.0, key)
    }

    /// The figures as they were kept, unless the text is not what the gate wrote.
    pub fn thaw(frozen: &Frozen, key: &NoiseKey) -> Option<Self> {
        frozen.open(key).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [9; 32];

    fn today() -> Day {
        "2027-01-01".parse().unwrap()
    }

    fn quarter() -> Quarter {
        Quarter { year: 2026, number: 3 }
    }

    fn people(organisation: &str, count: u32) -> Vec<Tested> {
        let person = |number: u32| Tested {
            organisation: Group(organisation.to_owned()),
            pair: Pair { before: f64::from(number % 4) / 10.0, after: 0.5 + f64::from(number % 5) / 10.0 },
        };
        (0..count).map(person).collect()
    }

    fn released(tested: &[Tested], scope: Scope) -> Result<Change, Refusal> {
        change(tested, &"a-course".parse().unwrap(), scope, quarter(), today(), &NoiseKey::new(KEY))
    }

    fn inside(organisation: &str) -> Scope {
        Scope::Inside(Group(organisation.to_owned()))
    }

    #[test]
    fn figures_are_rounded_and_the_interval_holds_the_value() {
        let change = released(&people("a", 40), Scope::Outside).unwrap();
        assert_eq!(change.means(), (15, 70));
        assert!(change.people().is_multiple_of(5) && change.people().abs_diff(40) <= 4);
        let gain = change.gain().unwrap();
        assert!(
            gain.low <= gain.value
                && gain.value <= gain.high
                && [gain.low, gain.value, gain.high].iter().all(|part| part % 5 == 0)
        );
        assert_eq!((change.certainty(), change.size()), (Certainty::Clear, Some(Size::Medium)));
    }

    #[test]
    fn small_groups_and_what_remains_of_a_whole_are_refused() {
        assert_eq!(released(&people("a", 9), Scope::Outside), Err(Refusal::TooFew));
        let tested = [people("a", 20), people("b", 9)].concat();
        assert!(released(&tested, Scope::Outside).is_ok());
        assert_eq!(released(&tested, inside("a")), Err(Refusal::TooFew));
        assert_eq!(released(&tested, inside("b")), Err(Refusal::TooFew));
        assert!(released(&[people("a", 20), people("b", 10)].concat(), inside("a")).is_ok());
        assert!(released(&people("a", 20), inside("a")).is_ok());
    }

    #[test]
    fn where_all_are_alike_nothing_is_said() {
        let same = Tested { organisation: Group("a".to_owned()), pair: Pair { before: 0.5, after: 0.8 } };
        assert_eq!(released(&vec![same; 30], Scope::Outside), Err(Refusal::AllAlike));
        let mut nearly = people("a", 30);
        nearly.iter_mut().for_each(|person| person.pair.after = 1.0);
        nearly[0].pair.after = 0.9;
        assert_eq!(released(&nearly, Scope::Outside), Err(Refusal::AllAlike));
    }

    #[test]
    fn a_running_quarter_is_refused() {
        let course = "a-course".parse().unwrap();
        let running =
            change(&people("a", 30), &course, Scope::Outside, Quarter::of(today()), today(), &NoiseKey::new(KEY));
        assert_eq!(running, Err(Refusal::StillRunning));
    }

    #[test]
    fn what_was_kept_comes_back_and_a_forgery_does_not() {
        let key = NoiseKey::new(KEY);
        let change = released(&people("a", 40), Scope::Outside).unwrap();
        let (text, seal) = change.freeze(&key).into_parts();
        assert_eq!(Change::thaw(&Frozen::kept(text.clone(), seal.clone()), &key), Some(change));
        let forged = text.replace("\"people\":4", "\"people\":5");
        assert_ne!(forged, text);
        assert_eq!(Change::thaw(&Frozen::kept(forged, seal), &key), None);
    }
}
