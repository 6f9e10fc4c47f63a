//! Proving a step away: a short quiz on the competency, at the levels of the step.

use crate::domain::quiz::Draw;

use super::{LESSONS_REACH, Step};

/// Questions of a challenge. Six, of which five must be right: with three choices each, whoever
/// guesses passes with a chance of 13 in 729, under 2 % (binomial, p = 1/3).
pub const QUESTIONS: u16 = 6;

/// How many of them must be right.
pub const RIGHT: u16 = 5;

/// What to draw for a step: its questions spread over its levels, the higher ones first to get one
/// more. `None` where only a person can confirm the level.
pub fn draws(step: &Step) -> Option<Vec<Draw>> {
    let levels: Vec<u8> = (step.from + 1..=step.key.to).rev().collect();
    if step.key.to > LESSONS_REACH || levels.is_empty() {
        return None;
    }
    let each = QUESTIONS / levels.len() as u16;
    let over = usize::from(QUESTIONS) % levels.len();
    let draw = |(at, level): (usize, &u8)| Draw {
        competency: step.key.code,
        level: Some(*level),
        count: each + u16::from(at < over),
    };
    Some(levels.iter().enumerate().map(draw).collect())
}

/// Whether so many right answers prove the step.
pub fn is_proven(right: u16) -> bool {
    right >= RIGHT
}
