//! The attacker: linear programming over everything that was released.
//!
//! For random networks and quarters it asks of every hidden figure what is the least and the most that
//! fits all tables. Against the gate it must find nothing; against a gate that only hides small
//! counts it must find much, or it would prove nothing.

use std::collections::{BTreeMap, BTreeSet};

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOutcome, Variable};

use super::layout::{Cells, Place};
use super::*;
use crate::domain::time::Day;

/// What really is: people by place and column.
type Truth = BTreeMap<Place, Cells>;

/// One figure that an attacker would like to know: of these places, in this column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Target {
    row: RowKey,
    column: usize,
}

/// What an attacker knows of a sum of people: at least, at most.
#[derive(Clone)]
struct Known {
    places: Vec<Place>,
    columns: Vec<usize>,
    low: f64,
    high: f64,
}

/// Small numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        // Xorshift by G. Marsaglia; good enough for made-up networks.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 33) % u64::from(sides)) as u32
    }
}

fn group(kind: &str, number: u32) -> Group {
    Group(format!("{kind}{number}"))
}

/// A made-up network of 2–5 organisations, some small, some with cohorts, of 2–3 roles.
fn network(dice: &mut Dice) -> Truth {
    let roles = 2 + dice.roll(2);
    let mut truth = Truth::new();
    for organisation in 0..2 + dice.roll(4) {
        let size = [1, 2, 4, 9][dice.roll(4) as usize];
        let cohorts = dice.roll(3);
        for cohort in 0..cohorts.max(1) {
            for role in 0..roles {
                let place = Place {
                    organisation: group("o", organisation),
                    cohort: (cohorts > 0).then(|| group("c", cohort)),
                    role: group("r", role),
                };
                let lean = dice.roll(COLUMNS as u32) as usize;
                let cells = std::array::from_fn(|column| dice.roll(size + 1) * if column == lean { 3 } else { 1 });
                truth.insert(place, cells);
            }
        }
    }
    truth
}

fn counts(truth: &Truth) -> Vec<Count> {
    let of_place = |(place, cells): (&Place, &Cells)| {
        let place = place.clone();
        cells
            .iter()
            .enumerate()
            .map(move |(column, people)| Count {
                organisation: place.organisation.clone(),
                cohort: place.cohort.clone(),
                role: place.role.clone(),
                competency: "DS1".parse().unwrap(),
                need: u8::try_from(column).unwrap(),
                people: *people,
            })
            .collect::<Vec<_>>()
    };
    truth.iter().flat_map(of_place).collect()
}

fn is_in(place: &Place, row: &RowKey) -> bool {
    match row {
        RowKey::Everyone => true,
        RowKey::Organisation(organisation) => place.organisation == *organisation,
        RowKey::Cohort { organisation, cohort } => {
            place.organisation == *organisation && place.cohort.as_ref() == Some(cohort)
        }
        RowKey::Role(role) => place.role == *role,
    }
}

/// Every row that anybody could ask for.
fn rows(truth: &Truth) -> BTreeSet<RowKey> {
    let mut rows = BTreeSet::from([RowKey::Everyone]);
    for place in truth.keys() {
        let organisation = place.organisation.clone();
        rows.insert(RowKey::Organisation(organisation.clone()));
        rows.insert(RowKey::Role(place.role.clone()));
        rows.extend(place.cohort.clone().map(|cohort| RowKey::Cohort { organisation, cohort }));
    }
    rows
}

fn true_count(truth: &Truth, row: &RowKey, column: usize) -> u32 {
    truth.iter().filter(|(place, _)| is_in(place, row)).map(|(_, cells)| cells[column]).sum()
}

fn people(truth: &Truth, row: &RowKey) -> Vec<Place> {
    truth.keys().filter(|place| is_in(place, row)).cloned().collect()
}

fn known(truth: &Truth, row: &RowKey, columns: Vec<usize>, low: u32, high: u32) -> Known {
    Known { places: people(truth, row), columns, low: f64::from(low), high: f64::from(high) }
}

fn exactly(places: Vec<Place>, column: usize, count: u32) -> Known {
    Known { places, columns: vec![column], low: f64::from(count), high: f64::from(count) }
}

/// What the release tells, and besides the exact size of each group in it.
fn told(truth: &Truth, release: &Release) -> (Vec<Known>, BTreeSet<Target>) {
    let threshold = release.scope().threshold();
    let mut facts = Vec::new();
    let mut shown = BTreeSet::new();
    for row in release.tables()[0].rows() {
        let size = (0..COLUMNS).map(|column| true_count(truth, row.group(), column)).sum();
        assert!(size >= threshold && row.people().abs_diff(size) <= 4);
        facts.push(known(truth, row.group(), (0..COLUMNS).collect(), size, size));
        for (column, figure) in row.figures().iter().enumerate() {
            let Some(about) = figure.about() else { continue };
            let count = true_count(truth, row.group(), column);
            assert!(count >= threshold && count < size && about % 5 == 0 && about.abs_diff(count) <= 4);
            let low = about.saturating_sub(4).max(threshold);
            facts.push(known(truth, row.group(), vec![column], low, about + 4));
            shown.insert(Target { row: row.group().clone(), column });
        }
    }
    (facts, shown)
}

/// The least and the most that a sum can be: of these places, in this column.
fn range(truth: &Truth, facts: &[Known], places: &[Place], column: usize) -> (f64, f64) {
    let solve = |direction| {
        let mut problem = Problem::new(direction);
        let mut variables: BTreeMap<(&Place, usize), Variable> = BTreeMap::new();
        for place in truth.keys() {
            for at in 0..COLUMNS {
                let weight = f64::from(u8::from(at == column && places.contains(place)));
                variables.insert((place, at), problem.add_var(weight, (0.0, 1e6)));
            }
        }
        for fact in facts {
            let terms = fact.places.iter().flat_map(|place| fact.columns.iter().map(move |column| (place, *column)));
            let terms: Vec<(Variable, f64)> = terms.map(|term| (variables[&term], 1.0)).collect();
            if fact.low == fact.high {
                problem.add_constraint(terms, ComparisonOp::Eq, fact.low);
            } else {
                problem.add_constraint(terms.clone(), ComparisonOp::Ge, fact.low);
                problem.add_constraint(terms, ComparisonOp::Le, fact.high);
            }
        }
        match problem.solve().expect("the truth fits what was released") {
            SolveOutcome::Solution(solution) => solution.objective(),
            SolveOutcome::Interrupted(_) => panic!("no limit was set"),
        }
    };
    (solve(OptimizationDirection::Minimize), solve(OptimizationDirection::Maximize))
}

/// How a hidden figure was found out, if it was.
fn found(count: u32, threshold: u32, (low, high): (f64, f64)) -> Option<&'static str> {
    const SLACK: f64 = 1e-6;
    if high - low < f64::from(WIDTH) - SLACK {
        Some("narrowed")
    } else if count < threshold && low > SLACK {
        Some("shown to be there")
    } else {
        None
    }
}

fn quarter(number: u8) -> Quarter {
    Quarter { year: 2026, number }
}

fn today() -> Day {
    "2027-06-01".parse().unwrap()
}

/// What is not shown, by no row of the same people either (an organisation's only cohort is the
/// organisation).
fn targets(truth: &Truth, shown: &BTreeSet<Target>) -> Vec<Target> {
    let seen: BTreeSet<_> = shown.iter().map(|target| (people(truth, &target.row), target.column)).collect();
    let all =
        rows(truth).into_iter().flat_map(|row| (0..COLUMNS).map(move |column| Target { row: row.clone(), column }));
    all.filter(|target| !seen.contains(&(people(truth, &target.row), target.column))).collect()
}

/// Networks and quarters that the attacks run on.
const NETWORKS: u64 = 60;
const QUARTERS: u8 = 3;

/// Made-up networks, each with its quarters. Quarters hold different assessments, so their unknowns
/// have nothing in common, and each can be attacked by itself.
fn worlds() -> impl Iterator<Item = (u64, Quarter, Truth)> {
    (1..=NETWORKS).flat_map(|seed| {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        (1..=QUARTERS).map(move |number| (seed, quarter(number), network(&mut dice)))
    })
}

fn released(truth: &Truth, scope: Scope, quarter: Quarter) -> Option<Release> {
    needs_map(&counts(truth), scope, quarter, today(), &NoiseKey::new([9; 32])).ok()
}

/// Every figure that is hidden and yet found out. `own` are the people that the targets speak of.
fn attack_on(truth: &Truth, own: &Truth, facts: &[Known], targets: &[Target], threshold: u32) -> Vec<String> {
    let found_out = |target: &Target| {
        let count = true_count(own, &target.row, target.column);
        let range = range(truth, facts, &people(own, &target.row), target.column);
        found(count, threshold, range).map(|how| format!("{target:?} is {count}, {how} by {range:?}"))
    };
    targets.iter().filter_map(found_out).collect()
}

fn attack(truth: &Truth, facts: &[Known], targets: &[Target]) -> Vec<String> {
    attack_on(truth, truth, facts, targets, 10)
}

/// Hidden figures of the rows that concern other organisations than this one.
fn of_others(truth: &Truth, release: &Release, shown: &BTreeSet<Target>, group: &Group) -> Vec<Target> {
    let concerns = |row: &RowKey| match row {
        RowKey::Organisation(other) | RowKey::Cohort { organisation: other, .. } => other != group,
        RowKey::Everyone | RowKey::Role(_) => false,
    };
    let mut targets = targets(truth, shown);
    targets.retain(|target| concerns(&target.row) && release.tables()[0].row(&target.row).is_some());
    targets
}

fn part(truth: &Truth, organisation: &Group) -> Truth {
    let own = truth.iter().filter(|(place, _)| place.organisation == *organisation);
    own.map(|(place, cells)| (place.clone(), *cells)).collect()
}

fn organisations(truth: &Truth) -> BTreeSet<Group> {
    truth.keys().map(|place| place.organisation.clone()).collect()
}

#[test]
fn the_attacker_finds_nothing_behind_the_gate() {
    let (mut hidden, mut seen) = (0, 0);
    for (seed, quarter, truth) in worlds() {
        let Some(release) = released(&truth, Scope::Outside, quarter) else { continue };
        let (facts, shown) = told(&truth, &release);
        let targets = targets(&truth, &shown);
        assert_eq!(attack(&truth, &facts, &targets), Vec::<String>::new(), "network {seed}, {quarter}");
        hidden += targets.len();
        seen += shown.len();
    }
    assert!(hidden > 5_000 && seen > 2_000, "{hidden} hidden, {seen} shown: too little to attack, or to use");
}

#[test]
fn who_knows_all_of_one_organisation_learns_nothing_of_the_others() {
    let mut hidden = 0;
    for (seed, quarter, truth) in worlds().filter(|(seed, ..)| seed % 2 == 0) {
        let Some(release) = released(&truth, Scope::Outside, quarter) else { continue };
        let (told, shown) = told(&truth, &release);
        for insider in organisations(&truth) {
            if release.tables()[0].row(&RowKey::Organisation(insider.clone())).is_none() {
                continue;
            }
            let own = part(&truth, &insider);
            let own =
                own.iter().flat_map(|(place, cells)| (0..COLUMNS).map(move |column| (place, column, cells[column])));
            let own = own.map(|(place, column, count)| exactly(vec![place.clone()], column, count));
            let facts: Vec<Known> = told.iter().cloned().chain(own).collect();
            let targets = of_others(&truth, &release, &shown, &insider);
            assert_eq!(
                attack(&truth, &facts, &targets),
                Vec::<String>::new(),
                "network {seed}, {quarter}, {insider:?}"
            );
            hidden += targets.len();
        }
    }
    assert!(hidden > 1_000, "{hidden} hidden");
}

#[test]
fn managers_who_see_both_their_own_figures_and_everybodys_find_nothing() {
    let (mut hidden, mut seen) = (0, 0);
    for (seed, quarter, truth) in worlds() {
        let outside = released(&truth, Scope::Outside, quarter);
        let (told_outside, shown) = outside.as_ref().map(|release| told(&truth, release)).unwrap_or_default();
        for insider in organisations(&truth) {
            let Some(inside) = released(&truth, Scope::Inside(insider.clone()), quarter) else { continue };
            let own = part(&truth, &insider);
            let (told_inside, own_shown) = told(&own, &inside);
            let facts: Vec<Known> = told_outside.iter().cloned().chain(told_inside).collect();
            let own_targets = targets(&own, &own_shown);
            let mut found = attack_on(&truth, &own, &facts, &own_targets, 5);
            if let Some(release) = &outside {
                found.extend(attack(&truth, &facts, &of_others(&truth, release, &shown, &insider)));
            }
            assert_eq!(found, Vec::<String>::new(), "network {seed}, {quarter}, {insider:?}");
            hidden += own_targets.len();
            seen += own_shown.len();
        }
    }
    assert!(hidden > 5_000 && seen > 1_000, "{hidden} hidden, {seen} shown");
}

/// A gate that only hides counts under ten, and shows the others as `about` makes them.
fn naive(truth: &Truth, about: impl Fn(&Target, u32) -> (u32, u32)) -> (Vec<Known>, BTreeSet<Target>) {
    let mut facts = Vec::new();
    let mut shown = BTreeSet::new();
    for row in rows(truth) {
        let size: u32 = (0..COLUMNS).map(|column| true_count(truth, &row, column)).sum();
        if size >= 10 {
            facts.push(known(truth, &row, (0..COLUMNS).collect(), size, size));
        }
        for column in 0..COLUMNS {
            let target = Target { row: row.clone(), column };
            let count = true_count(truth, &row, column);
            if count >= 10 {
                let (low, high) = about(&target, count);
                facts.push(known(truth, &row, vec![column], low, high));
                shown.insert(target);
            }
        }
    }
    (facts, shown)
}

/// In how many of the networks an attacker finds something.
fn broken(about: impl Fn(&Target, u32) -> (u32, u32)) -> usize {
    let worlds = worlds().filter(|(_, quarter, truth)| quarter.number == 1 && truth.len() > 3);
    let is_broken = |truth: &Truth| {
        let (facts, shown) = naive(truth, &about);
        !attack(truth, &facts, &targets(truth, &shown)).is_empty()
    };
    worlds.filter(|(_, _, truth)| is_broken(truth)).count()
}

#[test]
fn the_attacker_breaks_a_gate_that_only_hides_small_counts() {
    let exact = broken(|_, count| (count, count));
    assert!(exact >= 50, "only {exact} of {NETWORKS} were broken");
}

#[test]
fn the_attacker_breaks_a_gate_that_only_rounds_besides() {
    let key = NoiseKey::new([9; 32]);
    let rounded = broken(|target, count| {
        let about = key.about(&[&format!("{target:?}")], count);
        (about.saturating_sub(4).max(10), about + 4)
    });
    assert!(rounded >= 25, "only {rounded} of {NETWORKS} were broken");
}

#[test]
fn the_attacker_breaks_running_totals_of_two_dates() {
    // Exact running totals, none of them small: what came in between is their difference.
    let mut dice = Dice(7);
    let before: Cells = [40, 30, 20, 15];
    let came: Cells = std::array::from_fn(|_| dice.roll(4));
    let place = |name: &str| Place { organisation: group(name, 0), cohort: None, role: group("r", 0) };
    let truth: Truth = [(place("before"), before), (place("came"), came)].into();
    let both: Vec<Place> = truth.keys().cloned().collect();
    let first = (0..COLUMNS).map(|column| exactly(vec![place("before")], column, before[column]));
    let second = (0..COLUMNS).map(|column| exactly(both.clone(), column, before[column] + came[column]));
    let facts: Vec<Known> = first.chain(second).collect();
    let row = RowKey::Organisation(group("came", 0));
    let targets: Vec<Target> = (0..COLUMNS).map(|column| Target { row: row.clone(), column }).collect();
    assert_eq!(attack(&truth, &facts, &targets).len(), COLUMNS);
}

#[test]
fn asking_again_tells_nothing_more() {
    let (_, quarter, truth) = worlds().nth(4).unwrap();
    let mut mixed = counts(&truth);
    mixed.reverse();
    let key = NoiseKey::new([9; 32]);
    let again = needs_map(&mixed, Scope::Outside, quarter, today(), &key).ok();
    assert_eq!(again, released(&truth, Scope::Outside, quarter));
}
