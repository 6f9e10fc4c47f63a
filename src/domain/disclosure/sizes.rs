//! About how many people an organisation and its cohorts have, for those who look after them.
//!
//! Small groups are hidden, and where a hidden one could be worked out from the others, a larger one is
//! hidden with it. Whoever keeps these figures for a while and shows no newer ones keeps back single
//! arrivals and departures as well.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::noise::REACH;
use super::{Figure, Frozen, Group, NoiseKey, Scope, WIDTH};

/// Sizes that may be seen. A hidden one may be of any size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sizes {
    pub whole: Figure,
    pub cohorts: BTreeMap<Group, Figure>,
}

/// The true sizes of an organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    pub cohorts: BTreeMap<Group, u32>,
    /// Those who are in no cohort.
    pub elsewhere: u32,
}

/// One size that is shown.
struct Shown {
    people: u32,
    about: u32,
}

/// Through the gate. The shift of each figure is fixed, so counting again tells nothing more.
pub fn sizes(organisation: &Group, members: &Members, scope: &Scope, key: &NoiseKey) -> Sizes {
    let about = |group: &Group, people: u32| key.about(&["size", &group.0], people);
    let whole = members.elsewhere + members.cohorts.values().sum::<u32>();
    if whole < scope.threshold() {
        return Sizes::hidden();
    }
    let whole = about(organisation, whole);
    let mut shown: BTreeMap<&Group, Shown> = members
        .cohorts
        .iter()
        .filter(|(_, people)| **people >= scope.threshold())
        .map(|(group, &people)| (group, Shown { people, about: about(group, people) }))
        .collect();
    while !is_safe(whole, members, &shown) {
        let smallest = shown.iter().min_by_key(|(_, size)| size.people).map(|(group, _)| *group);
        match smallest {
            Some(group) => drop(shown.remove(group)),
            None => break,
        }
    }
    let figure = |group: &Group| shown.get(group).map_or(Figure::Hidden, |size| Figure::About(size.about));
    let cohorts = members.cohorts.keys().map(|group| (group.clone(), figure(group))).collect();
    Sizes { whole: Figure::About(whole), cohorts }
}

impl Sizes {
    /// Of which nothing is known.
    pub fn hidden() -> Self {
        Self { whole: Figure::Hidden, cohorts: BTreeMap::new() }
    }

    /// The sizes for keeping.
    pub fn freeze(&self, key: &NoiseKey) -> Frozen {
        Frozen::of(self, key)
    }

    /// The sizes as they were, unless the text is not what the gate wrote.
    pub fn thaw(frozen: &Frozen, key: &NoiseKey) -> Option<Self> {
        frozen.open(key)
    }
}

/// Whether nobody can show of a hidden cohort, or of those in none, that there is anybody, or that one of
/// them has fewer than five possible sizes; also not a member of a shown cohort, who may know its size.
fn is_safe(whole: u32, members: &Members, shown: &BTreeMap<&Group, Shown>) -> bool {
    let hidden = members.cohorts.len() - shown.len();
    shown.keys().map(|group| Some(*group)).chain([None]).all(|known| {
        let (least, most) = left_over(whole, shown, known);
        let elsewhere = i64::from(members.elsewhere);
        match hidden {
            0 => least <= 0,
            // The one that is hidden is what is left over, for whoever knows who is in no cohort.
            1 => least - elsewhere <= 0 && most - elsewhere >= i64::from(WIDTH - 1),
            // Each may be nothing as long as another may be everything.
            _ => most - elsewhere >= i64::from(WIDTH - 1),
        }
    })
}

/// The least and the most people that are not in a shown cohort, by what is shown and one size known besides.
fn left_over(whole: u32, shown: &BTreeMap<&Group, Shown>, known: Option<&Group>) -> (i64, i64) {
    let (whole, reach) = (i64::from(whole), i64::from(REACH));
    shown.iter().fold((whole - reach, whole + reach), |(least, most), (group, size)| match known == Some(*group) {
        true => (least - i64::from(size.people), most - i64::from(size.people)),
        false => (least - i64::from(size.about) - reach, most - i64::from(size.about) + reach),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cohorts: &[u32], elsewhere: u32, key: u8) -> Sizes {
        let named = |(number, people): (usize, &u32)| (Group(format!("cohort {number}")), *people);
        let members = Members { cohorts: cohorts.iter().enumerate().map(named).collect(), elsewhere };
        sizes(&Group("all".into()), &members, &Scope::Outside, &NoiseKey::new([key; 32]))
    }

    fn shown(sizes: &Sizes) -> usize {
        sizes.cohorts.values().filter(|figure| figure.about().is_some()).count()
    }

    #[test]
    fn a_small_cohort_is_not_what_is_left_of_the_whole() {
        for key in 0..50 {
            let sizes = of(&[10, 5], 0, key);
            assert!(sizes.whole.about().is_some());
            assert_eq!(shown(&sizes), 0, "15 less 10 is 5: {sizes:?}");
        }
    }

    #[test]
    fn where_nothing_follows_most_sizes_are_shown() {
        for key in 0..50 {
            assert_eq!(shown(&of(&[25, 30, 41], 0, key)), 3);
            let sizes = of(&[25, 30, 6], 0, key);
            assert!(shown(&sizes) >= 1 && sizes.cohorts[&Group("cohort 2".into())] == Figure::Hidden, "{sizes:?}");
        }
    }

    #[test]
    fn an_organisation_that_is_small_shows_nothing() {
        assert_eq!(of(&[4, 5], 0, 1), Sizes::hidden());
        assert_eq!(of(&[], 12, 1).whole.about().map(|about| about.abs_diff(12) <= 4), Some(true));
    }

    /// Of one hidden cohort whoever knows any shown one exactly finds at least the sizes 0 to 4 possible.
    #[test]
    fn no_hidden_cohort_can_be_worked_out() {
        for (first, second, third) in (0..40_u32).flat_map(|first| [(first, 12, 30), (first, 3, 25), (first, first, 9)])
        {
            for key in 0..8 {
                let truth = [first, second, third];
                let sizes = of(&truth, 0, key);
                let Some(whole) = sizes.whole.about() else { continue };
                let figures: Vec<_> = sizes.cohorts.values().map(Figure::about).collect();
                if figures.iter().filter(|figure| figure.is_none()).count() != 1 {
                    continue;
                }
                for known in 0..3 {
                    let (mut least, mut most) = (i64::from(whole) - 4, i64::from(whole) + 4);
                    for (at, about) in figures.iter().enumerate().filter_map(|(at, about)| Some((at, (*about)?))) {
                        let (low, high) = if at == known { (truth[at], truth[at]) } else { (about - 4, about + 4) };
                        (least, most) = (least - i64::from(high), most - i64::from(low));
                    }
                    assert!(least <= 0 && most >= 4, "{truth:?} shows {sizes:?}");
                }
            }
        }
    }
}
