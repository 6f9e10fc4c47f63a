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
    /// All there are, those without anybody as well.
    pub cohorts: BTreeMap<Group, u32>,
    /// Those who are in no cohort.
    pub elsewhere: u32,
}

/// From how many to how many people a group may have. No most: nothing is known of it.
#[derive(Clone, Copy)]
struct Range {
    least: u32,
    most: Option<u32>,
}

/// One cohort as it would be seen.
struct Seen {
    people: u32,
    /// `None`: hidden.
    about: Option<u32>,
}

/// Through the gate. The shift of each figure is fixed, so counting again tells nothing more.
pub fn sizes(organisation: &Group, members: &Members, scope: &Scope, key: &NoiseKey) -> Sizes {
    let about = |group: &Group, people: u32| key.about(&["size", &group.0], people);
    let threshold = scope.threshold();
    let people = members.elsewhere + members.cohorts.values().sum::<u32>();
    if people < threshold {
        return Sizes::hidden();
    }
    let whole = about(organisation, people);
    let see =
        |(group, &people): (&Group, &u32)| Seen { people, about: (people >= threshold).then(|| about(group, people)) };
    let mut cohorts: Vec<Seen> = members.cohorts.iter().map(see).collect();
    while !is_safe(whole, &cohorts, members.elsewhere, threshold) {
        let shown = cohorts.iter_mut().filter(|cohort| cohort.about.is_some());
        match shown.min_by_key(|cohort| cohort.people) {
            Some(smallest) => smallest.about = None,
            // The whole alone tells too much.
            None => return Sizes::hidden(),
        }
    }
    let figure = |cohort: &Seen| cohort.about.map_or(Figure::Hidden, Figure::About);
    let cohorts = members.cohorts.keys().cloned().zip(cohorts.iter().map(figure)).collect();
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

/// Whether nobody can narrow the size of a cohort, or of those in none, to fewer than five values, or show of
/// one that is under the limit that there is anybody. Also not who knows how many are in none, or how many in a
/// cohort that is shown, as its members may, or both. Not so who knows the exact size of a hidden cohort.
fn is_safe(whole: u32, cohorts: &[Seen], elsewhere: u32, threshold: u32) -> bool {
    let whole = Range::of_figure(whole, threshold);
    let in_none = Seen { people: elsewhere, about: None };
    let groups = || cohorts.iter().chain([&in_none]).enumerate();
    let shown = cohorts.iter().enumerate().filter(|(_, cohort)| cohort.about.is_some());
    let mut knowing = shown.map(|(at, _)| Some(at)).chain([None]).flat_map(|at| [(at, false), (at, true)]);
    knowing.all(|(cohort, knows_elsewhere)| {
        let is_known = |at: usize| cohort == Some(at) || (knows_elsewhere && at == cohorts.len());
        let range = |(at, group): (usize, &Seen)| match (is_known(at), group.about) {
            (true, _) => Range { least: group.people, most: Some(group.people) },
            (false, Some(about)) => Range::of_figure(about, threshold),
            (false, None) => Range { least: 0, most: None },
        };
        let ranges: Vec<Range> = groups().map(range).collect();
        groups().filter(|(at, _)| !is_known(*at)).all(|(at, group)| {
            let left = left(whole, &ranges, at);
            let is_wide = left.most.is_none_or(|most| most >= left.least + WIDTH - 1);
            is_wide && (group.people >= threshold || left.least == 0)
        })
    })
}

/// How many people one of the groups may have for all of them to make up the whole.
fn left(whole: Range, groups: &[Range], at: usize) -> Range {
    let others = || groups.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, range)| range);
    let least_of_others: u32 = others().map(|range| range.least).sum();
    let most_of_others: Option<u32> = others().map(|range| range.most).sum();
    let least = most_of_others.map_or(0, |others| whole.least.saturating_sub(others));
    let most = whole.most.map(|whole| whole.saturating_sub(least_of_others));
    Range { least: groups[at].least.max(least), most: [most, groups[at].most].into_iter().flatten().min() }
}

impl Range {
    /// Of what is shown as about so many.
    fn of_figure(about: u32, threshold: u32) -> Self {
        Self { least: about.saturating_sub(REACH).max(threshold), most: Some(about + REACH) }
    }
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

    /// Sizes that are possible, as bits: the lowest is nobody.
    type Possible = u128;

    const ANY: Possible = Possible::MAX;

    /// Those that are shown as about so many by one of the five shifts, if this is the least that is shown.
    fn shown_as(about: u32, threshold: u32) -> Possible {
        let is_shown_so = |people: &u32| (0..5).any(|shift| (people + shift) / 5 * 5 == about);
        (threshold..128).filter(is_shown_so).map(|people| 1 << people).sum()
    }

    fn sums(first: Possible, second: Possible) -> Possible {
        (0..128).filter(|people| first >> people & 1 == 1).fold(0, |sums, people| sums | second << people)
    }

    /// The sizes of one of the groups with which the others can make up the whole.
    fn fitting(whole: Possible, groups: &[Possible], at: usize) -> Possible {
        let others = groups.iter().enumerate().filter(|(other, _)| *other != at);
        let others = others.fold(1, |sum, (_, group)| sums(sum, *group));
        let is_possible = |people: &u32| groups[at] >> people & 1 == 1 && (others << people) & whole != 0;
        (0..128).filter(is_possible).map(|people| 1 << people).sum()
    }

    /// Goes through all that may be true behind what is shown, knowing how many are in a shown cohort, in none, or
    /// both; what was found out, if anything.
    fn attack(truth: &[u32], elsewhere: u32, seen: &Sizes, threshold: u32) -> Option<String> {
        let whole = shown_as(seen.whole.about()?, threshold);
        let figures: Vec<_> = seen.cohorts.values().map(Figure::about).collect();
        for known in (0..truth.len()).map(Some).chain([None]) {
            for knows_elsewhere in [false, true] {
                if known.is_some_and(|at| figures[at].is_none()) {
                    continue;
                }
                let cohort = |at: usize| match figures[at] {
                    _ if known == Some(at) => 1 << truth[at],
                    Some(about) => shown_as(about, threshold),
                    None => ANY,
                };
                let mut groups: Vec<Possible> = (0..truth.len()).map(cohort).collect();
                groups.push(if knows_elsewhere { 1 << elsewhere } else { ANY });
                for at in (0..groups.len()).filter(|at| groups[*at].count_ones() > 1) {
                    let left = fitting(whole, &groups, at);
                    let is_small = *truth.get(at).unwrap_or(&elsewhere) < threshold;
                    if left.count_ones() < 5 || (is_small && left & 1 == 0) {
                        let sizes: Vec<u32> = (0..128).filter(|people| left >> people & 1 == 1).collect();
                        return Some(format!(
                            "{truth:?}+{elsewhere}: {known:?} {knows_elsewhere} {at} is of {sizes:?}"
                        ));
                    }
                }
            }
        }
        None
    }

    /// With no, one, two or three hidden cohorts, and with people in none.
    #[test]
    fn no_size_can_be_worked_out() {
        let pairs = || (0..26_u32).flat_map(|first| (0..=first).map(move |second| vec![first, second]));
        let threes = [[25, 12, 30], [14, 13, 3], [20, 5, 4], [12, 11, 10], [9, 8, 7], [30, 1, 1], [10, 10, 0]];
        let truths = pairs().chain((0..26).map(|only| vec![only])).chain(threes.map(Vec::from));
        let (mut seen_with, mut whole_hidden) = ([0_u32; 4], 0);
        for truth in truths {
            for (elsewhere, key) in
                [0, 1, 3, 11].into_iter().flat_map(|elsewhere| (0..12).map(move |key| (elsewhere, key)))
            {
                let sizes = of(&truth, elsewhere, key);
                match sizes.whole.about() {
                    Some(_) => seen_with[truth.len() - shown(&sizes)] += 1,
                    None => whole_hidden += 1,
                }
                assert_eq!(attack(&truth, elsewhere, &sizes, 10), None, "{sizes:?}");
            }
        }
        assert!(seen_with.iter().all(|seen| *seen > 50), "{seen_with:?}, {whole_hidden} without the whole");
        assert!(whole_hidden * 4 < seen_with.iter().sum::<u32>(), "{seen_with:?}, {whole_hidden} without the whole");
    }
}
