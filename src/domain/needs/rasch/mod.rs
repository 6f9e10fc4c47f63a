//! How hard each short question is, and how able a person: the Rasch model.
//!
//! The chance that a person of ability `θ` answers an item of difficulty `b` rightly is
//! `P = 1 / (1 + e^(b − θ))`. Both are in logits, without bounds, mostly −4 to 4; a higher
//! difficulty is harder, a higher ability abler, and the mean difficulty is 0.
//!
//! [`calibrate`](calibrate::calibrate) finds difficulties, [`ability::estimate`] abilities,
//! [`adaptive`] chooses the next item and says when to stop.
//!
//! Source: G. Rasch, *Probabilistic Models for Some Intelligence and Attainment Tests* (1960).

pub mod ability;
pub mod adaptive;
pub mod calibrate;
mod matrix;
mod symmetric;

/// `P = 1 / (1 + e^(b − θ))`, 0 to 1.
pub fn chance(ability: f64, difficulty: f64) -> f64 {
    1.0 / (1.0 + (difficulty - ability).exp())
}

/// The information of an item, `P (1 − P)`: 0 to 0.25, greatest where difficulty equals ability.
pub fn information(ability: f64, difficulty: f64) -> f64 {
    let chance = chance(ability, difficulty);
    chance * (1.0 - chance)
}

#[cfg(test)]
pub(super) mod reference {
    //! The simulated responses and the numbers of the reference implementation.

    pub fn responses() -> Vec<Vec<Option<bool>>> {
        let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/needs/rasch-responses.csv"));
        text.lines().map(|line| line.chars().map(|answer| Some(answer == '1')).collect()).collect()
    }

    /// Value and error of each row of a kind.
    pub fn values(kind: &str) -> Vec<(f64, f64)> {
        let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/needs/rasch-reference.csv"));
        let rows = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let number = |text: &str| if text.is_empty() { 0.0 } else { text.parse().unwrap() };
        rows.filter(|row| row[0] == kind).map(|row| (number(row[2]), number(row[3]))).collect()
    }
}
