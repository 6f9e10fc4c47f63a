//! Difficulties from responses, by conditional maximum likelihood.
//!
//! Given how many items a person got right, which ones they were no longer depends on their ability,
//! so difficulties are found without any assumption on who answered. With `n_r` persons of score
//! `r` on the same items, `s_i` right answers to item `i` and `π_i|r = ε_i γ_(r−1)^(i) / γ_r`,
//! the likelihood is greatest where `s_i = Σ_r n_r π_i|r`; Newton's method finds it.
//!
//! Source: E. B. Andersen, *The numerical solution of a set of conditional estimation equations*,
//! JRSS B 34 (1972); G. H. Fischer and I. W. Molenaar, *Rasch Models* (1995), chapter 3, also for
//! when a solution exists. Items not answered (passed over, or of a form not taken) are left out person
//! by person: persons are grouped by which items they answered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::matrix;
use super::symmetric::{functions, without};

/// One person's answers: right, wrong, or not answered, one for each item.
pub type Row = Vec<Option<bool>>;

/// Difficulties of a set of items. Stored as JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// One for each item, in order; `None` where all or none answered it rightly.
    pub items: Vec<Option<Difficulty>>,
    /// Persons whose answers tell something: neither all right nor all wrong.
    pub persons: usize,
}

/// An item's difficulty in logits; higher is harder.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difficulty {
    pub logit: f64,
    /// Standard error, logits.
    pub error: f64,
    /// How many telling persons answered the item.
    pub responses: usize,
}

/// Why nothing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the rows are not of the same length")]
    Ragged,
    #[error("fewer than two items were answered rightly by some and wrongly by others")]
    TooFewItems,
    /// Some items were never answered better *and* worse than others by anybody, so they cannot be
    /// set on one scale.
    #[error("the items cannot be set on one scale yet: more people must answer them")]
    Unlinked,
    #[error("the search for the difficulties did not end")]
    DidNotConverge,
}

/// Newton's method needs about five steps; more than this means that something is wrong.
const MOST_STEPS: usize = 60;

/// Stops when no difficulty moves by more, in logits.
const PRECISION: f64 = 1e-9;

/// Difficulties of all items that some got right and others wrong, with mean 0.
///
/// # Errors
///
/// [`Refusal`], when the responses do not determine them.
pub fn calibrate(rows: &[Row]) -> Result<Calibration, Refusal> {
    let width = rows.first().map_or(0, Vec::len);
    if rows.iter().any(|row| row.len() != width) {
        return Err(Refusal::Ragged);
    }
    let (items, rows) = telling(rows, width);
    if items.len() < 2 {
        return Err(Refusal::TooFewItems);
    }
    if !are_linked(&rows, items.len()) {
        return Err(Refusal::Unlinked);
    }
    let groups = groups(&rows);
    let (logits, errors) = newton(&groups, items.len())?;
    let mut found = vec![None; width];
    for (at, item) in items.iter().enumerate() {
        let responses = rows.iter().filter(|row| row[at].is_some()).count();
        found[*item] = Some(Difficulty { logit: logits[at], error: errors[at], responses });
    }
    Ok(Calibration { items: found, persons: rows.len() })
}

/// Leaves out, until nothing changes, persons with all right or all wrong and items that all or none
/// got right. Returns the places of the items left, and the rows cut down to them.
fn telling(rows: &[Row], width: usize) -> (Vec<usize>, Vec<Row>) {
    let mut items: Vec<usize> = (0..width).collect();
    let mut rows: Vec<Row> = rows.to_vec();
    loop {
        let before = (items.len(), rows.len());
        rows.retain(|row| is_mixed(row.iter().copied()));
        let keeps: Vec<bool> = (0..items.len()).map(|at| is_mixed(rows.iter().map(|row| row[at]))).collect();
        let kept = |at: &usize| keeps[*at];
        rows = rows.iter().map(|row| (0..row.len()).filter(kept).map(|at| row[at]).collect()).collect();
        items = (0..items.len()).filter(kept).map(|at| items[at]).collect();
        if before == (items.len(), rows.len()) {
            return (items, rows);
        }
    }
}

fn is_mixed(answers: impl Iterator<Item = Option<bool>>) -> bool {
    let (mut right, mut wrong) = (false, false);
    for answer in answers.flatten() {
        right |= answer;
        wrong |= !answer;
    }
    right && wrong
}

/// Whether from each item one comes to each other over persons who got the one right and the next
/// wrong: the condition for a unique finite solution (Fischer and Molenaar 1995, p. 43).
fn are_linked(rows: &[Row], items: usize) -> bool {
    let mut beats = vec![vec![false; items]; items];
    for row in rows {
        for (winner, _) in row.iter().enumerate().filter(|(_, answer)| **answer == Some(true)) {
            for (loser, _) in row.iter().enumerate().filter(|(_, answer)| **answer == Some(false)) {
                beats[winner][loser] = true;
            }
        }
    }
    let reaches_all = |has_link: &dyn Fn(usize, usize) -> bool| {
        let mut seen = vec![false; items];
        let mut next = vec![0];
        seen[0] = true;
        while let Some(at) = next.pop() {
            for to in 0..items {
                if !seen[to] && has_link(at, to) {
                    seen[to] = true;
                    next.push(to);
                }
            }
        }
        seen.into_iter().all(|seen| seen)
    };
    reaches_all(&|from, to| beats[from][to]) && reaches_all(&|from, to| beats[to][from])
}

/// Persons who answered the same items.
struct Group {
    items: Vec<usize>,
    /// How many of them had each score, from 0.
    scores: Vec<f64>,
    /// How many of them got each of the items right.
    right: Vec<f64>,
}

fn groups(rows: &[Row]) -> Vec<Group> {
    let mut groups: BTreeMap<Vec<usize>, Group> = BTreeMap::new();
    for row in rows {
        let items: Vec<usize> = (0..row.len()).filter(|at| row[*at].is_some()).collect();
        let group = groups.entry(items.clone()).or_insert_with(|| Group {
            scores: vec![0.0; items.len() + 1],
            right: vec![0.0; items.len()],
            items,
        });
        let answers = row.iter().flatten();
        group.scores[answers.clone().filter(|answer| **answer).count()] += 1.0;
        for (right, answer) in group.right.iter_mut().zip(answers) {
            *right += f64::from(u8::from(*answer));
        }
    }
    groups.into_values().collect()
}

/// Difficulties and their standard errors.
fn newton(groups: &[Group], items: usize) -> Result<(Vec<f64>, Vec<f64>), Refusal> {
    let mut logits = vec![0.0; items];
    let mut likelihood = log_likelihood(groups, &logits);
    for _ in 0..MOST_STEPS {
        let (slope, information) = derivatives(groups, &logits);
        let inverse = constrained_inverse(&information).ok_or(Refusal::DidNotConverge)?;
        let mut step = matrix::times(&inverse, &slope);
        let mut tried: Vec<f64> = centred(logits.iter().zip(&step).map(|(logit, step)| logit + step).collect());
        let mut found = log_likelihood(groups, &tried);
        // A step too long is halved: the likelihood has one top, so this ends.
        while found < likelihood - 1e-9 && step.iter().any(|step| step.abs() > PRECISION) {
            step.iter_mut().for_each(|step| *step /= 2.0);
            tried = centred(logits.iter().zip(&step).map(|(logit, step)| logit + step).collect());
            found = log_likelihood(groups, &tried);
        }
        (logits, likelihood) = (tried, found);
        if step.iter().all(|step| step.abs() <= PRECISION) {
            let variance = |at: usize| inverse[at][at] - 1.0 / items as f64;
            let errors = (0..items).map(|at| variance(at).max(0.0).sqrt()).collect();
            return Ok((logits, errors));
        }
    }
    Err(Refusal::DidNotConverge)
}

/// The inverse on the plane of mean 0. The information has the direction of equal shifts as its
/// null space; adding `1/k` everywhere makes it invertible, and that direction adds `1/k` back.
fn constrained_inverse(information: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let share = 1.0 / information.len() as f64;
    let whole: Vec<Vec<f64>> = information.iter().map(|row| row.iter().map(|value| value + share).collect()).collect();
    matrix::inverse(&whole)
}

fn centred(mut logits: Vec<f64>) -> Vec<f64> {
    let mean = logits.iter().sum::<f64>() / logits.len() as f64;
    logits.iter_mut().for_each(|logit| *logit -= mean);
    logits
}

/// `− Σ s_i b_i − Σ n_r ln γ_r`.
fn log_likelihood(groups: &[Group], logits: &[f64]) -> f64 {
    let of = |group: &Group| -> f64 {
        let gamma = functions(&easiness(group, logits));
        let products: f64 = group.items.iter().zip(&group.right).map(|(item, right)| right * logits[*item]).sum();
        let sums = group.scores.iter().zip(&gamma).filter(|(count, _)| **count > 0.0);
        -products - sums.map(|(count, gamma)| count * gamma.ln()).sum::<f64>()
    };
    groups.iter().map(of).sum()
}

fn easiness(group: &Group, logits: &[f64]) -> Vec<f64> {
    group.items.iter().map(|item| (-logits[*item]).exp()).collect()
}

/// Slope of the log-likelihood, and the information (its negative second derivative).
fn derivatives(groups: &[Group], logits: &[f64]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let mut slope = vec![0.0; logits.len()];
    let mut information = vec![vec![0.0; logits.len()]; logits.len()];
    for group in groups {
        add_group(group, logits, &mut slope, &mut information);
    }
    (slope, information)
}

fn add_group(group: &Group, logits: &[f64], slope: &mut [f64], information: &mut [Vec<f64>]) {
    let easiness = easiness(group, logits);
    let gamma = functions(&easiness);
    let rest: Vec<Vec<f64>> = easiness.iter().map(|item| without(&gamma, *item)).collect();
    let telling: Vec<usize> = (1..easiness.len()).filter(|score| group.scores[*score] > 0.0).collect();
    let single = |at: usize, score: usize| easiness[at] * rest[at][score - 1] / gamma[score];
    for (at, item) in group.items.iter().enumerate() {
        let expected: f64 = telling.iter().map(|score| group.scores[*score] * single(at, *score)).sum();
        slope[*item] += expected - group.right[at];
        for (other, second) in group.items.iter().enumerate().take(at) {
            let both = without(&rest[at], easiness[other]);
            let pair = |score: usize| {
                let together = if score < 2 { 0.0 } else { both[score - 2] };
                easiness[at] * easiness[other] * together / gamma[score] - single(at, score) * single(other, score)
            };
            let covariance: f64 = telling.iter().map(|score| group.scores[*score] * pair(*score)).sum();
            information[*item][*second] += covariance;
            information[*second][*item] += covariance;
        }
        let variance = |score: usize| single(at, score) * (1.0 - single(at, score));
        information[*item][*item] += telling.iter().map(|score| group.scores[*score] * variance(*score)).sum::<f64>();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::needs::rasch::reference;

    fn logits(calibration: &Calibration) -> Vec<f64> {
        calibration.items.iter().map(|item| item.unwrap().logit).collect()
    }

    #[test]
    fn it_agrees_with_the_reference_implementation() {
        let calibration = calibrate(&reference::responses()).unwrap();
        let expected = reference::values("conditional-difficulty");
        assert_eq!(calibration.items.len(), expected.len());
        for (found, (expected, _)) in logits(&calibration).iter().zip(&expected) {
            assert!((found - expected).abs() < 5e-4, "{found} is not {expected}");
        }
        // The reference stops a little early; what is found here is at least as likely.
        let groups = groups(&telling(&reference::responses(), expected.len()).1);
        let theirs: Vec<f64> = expected.iter().map(|(logit, _)| *logit).collect();
        assert!(log_likelihood(&groups, &logits(&calibration)) >= log_likelihood(&groups, &theirs));
    }

    #[test]
    fn the_true_difficulties_lie_within_their_errors() {
        let calibration = calibrate(&reference::responses()).unwrap();
        let truth = reference::values("true-difficulty");
        let distances = calibration.items.iter().zip(truth).map(|(item, (truth, _))| {
            let item = item.unwrap();
            assert_eq!(item.responses, calibration.persons);
            ((item.logit - truth) / item.error).abs()
        });
        let distances: Vec<f64> = distances.collect();
        assert!(distances.iter().all(|distance| *distance < 3.5), "{distances:?}");
        let within_two = distances.iter().filter(|distance| **distance < 1.96).count();
        assert!(within_two >= 15, "{distances:?}");
    }

    #[test]
    fn two_items_by_hand() {
        // 30 got only the first right and 10 only the second: b2 − b1 = ln 3.
        let mut rows = vec![vec![Some(true), Some(false)]; 30];
        rows.extend(vec![vec![Some(false), Some(true)]; 10]);
        rows.extend(vec![vec![Some(true), Some(true)]; 5]);
        let calibration = calibrate(&rows).unwrap();
        let found = logits(&calibration);
        assert!((found[1] - found[0] - 3.0_f64.ln()).abs() < 1e-8);
        // The difference has variance 1/30 + 1/10, each centred difficulty a quarter of it.
        let error = (0.25 * (1.0 / 30.0 + 1.0 / 10.0_f64)).sqrt();
        assert!((calibration.items[0].unwrap().error - error).abs() < 1e-8);
        assert_eq!(calibration.persons, 40);
    }

    #[test]
    fn what_was_not_answered_is_left_out() {
        let mut rows = reference::responses();
        for (at, row) in rows.iter_mut().enumerate() {
            row[at % 18] = None;
            if at % 2 == 0 {
                row[12..].fill(None);
            }
        }
        let calibration = calibrate(&rows).unwrap();
        let expected = reference::values("conditional-difficulty");
        for (item, (expected, _)) in calibration.items.iter().zip(expected) {
            let item = item.unwrap();
            assert!((item.logit - expected).abs() < 3.0 * item.error, "{item:?} is far from {expected}");
        }
    }

    #[test]
    fn an_item_that_all_got_right_has_no_difficulty() {
        let mut rows = reference::responses();
        rows.iter_mut().for_each(|row| row[3] = Some(true));
        let calibration = calibrate(&rows).unwrap();
        assert_eq!(calibration.items[3], None);
        assert_eq!(calibration.items.iter().flatten().count(), 17);
    }

    #[test]
    fn what_cannot_be_found_is_refused() {
        assert_eq!(calibrate(&[]), Err(Refusal::TooFewItems));
        assert_eq!(calibrate(&[vec![Some(true)], vec![]]), Err(Refusal::Ragged));
        // Nobody ever got the second item right and the first wrong.
        assert_eq!(calibrate(&vec![vec![Some(true), Some(false)]; 9]), Err(Refusal::TooFewItems));
        let (yes, no) = (Some(true), Some(false));
        let apart = [vec![yes, no, yes, no], vec![no, yes, yes, no], vec![yes, no, no, yes], vec![no, yes, no, yes]];
        assert!(calibrate(&apart).is_ok());
        let unlinked = [
            vec![yes, no, None, None],
            vec![no, yes, None, None],
            vec![None, None, yes, no],
            vec![None, None, no, yes],
        ];
        assert_eq!(calibrate(&unlinked), Err(Refusal::Unlinked));
    }

    proptest! {
        #[test]
        fn the_order_of_persons_and_items_changes_nothing(
            persons in Just((0..60_usize).collect::<Vec<_>>()).prop_shuffle(),
            items in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle(),
        ) {
            let rows: Vec<Row> = reference::responses().iter().take(60).map(|row| row[4..10].to_vec()).collect();
            let mixed: Vec<Row> =
                persons.iter().map(|person| items.iter().map(|item| rows[*person][*item]).collect()).collect();
            let one = calibrate(&rows).unwrap();
            let other = calibrate(&mixed).unwrap();
            for (place, item) in items.iter().enumerate() {
                let (a, b) = (one.items[*item].unwrap(), other.items[place].unwrap());
                prop_assert!((a.logit - b.logit).abs() < 1e-6 && (a.error - b.error).abs() < 1e-6);
            }
        }

        #[test]
        fn an_item_more_got_right_is_easier(rows in proptest::collection::vec(proptest::collection::vec(any::<bool>(), 5), 20..60)) {
            let rows: Vec<Row> = rows.iter().map(|row| row.iter().map(|answer| Some(*answer)).collect()).collect();
            if let Ok(calibration) = calibrate(&rows) {
                let found = logits_of_all(&calibration);
                let right = |item: usize| rows.iter().filter(|row| row[item] == Some(true)).count();
                for (a, b) in (0..5).flat_map(|a| (0..5).map(move |b| (a, b))) {
                    if let (Some(x), Some(y)) = (found[a], found[b]) {
                        prop_assert!(right(a) <= right(b) || x < y);
                    }
                }
            }
        }
    }

    fn logits_of_all(calibration: &Calibration) -> Vec<Option<f64>> {
        calibration.items.iter().map(|item| item.map(|item| item.logit)).collect()
    }
}
