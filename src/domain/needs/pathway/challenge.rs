//! Proving a step away: a short quiz on the competency, at the levels of the step.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::competency::Level;
use crate::domain::course::EditionHash;
use crate::domain::id::{CourseSlug, QuestionId};
use crate::domain::quiz::question::Question;
use crate::domain::quiz::response::Response;
use crate::domain::quiz::{Draw, drawing};
use crate::domain::time::{DAY, Timestamp};

use super::{LESSONS_REACH, Step, StepKey};

/// Questions of a challenge. Six, of which five must be right: with three choices each, whoever
/// guesses passes with a chance of 13 in 729, under 2 % (binomial, p = 1/3).
pub const QUESTIONS: u16 = 6;

/// How many of them must be right.
pub const RIGHT: u16 = 5;

/// Between one challenge on a competency and the next, in milliseconds: time to read, and no use
/// in trying until it fits.
pub const WAIT: i64 = DAY;

/// One sitting. Stored sealed, as JSON; what is stored must stay readable.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sitting {
    pub step: StepKey,
    /// The level from which the step leads.
    pub from: Level,
    /// From which its questions show their parts in an order of their own.
    pub seed: u64,
    pub questions: Vec<Asked>,
    /// By the number of the question, from 1; `None`: seen and left empty.
    #[serde(default)]
    pub responses: BTreeMap<u16, Option<Response>>,
    /// There once it is over.
    #[serde(default)]
    pub right: Option<u16>,
}

/// A question of a course, in the edition in which it was drawn and by which it is marked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Asked {
    pub course: CourseSlug,
    pub edition: EditionHash,
    pub question: QuestionId,
}

/// A challenge of the past, for what may be asked now.
#[derive(Clone, Copy, Debug)]
pub struct Past<'a> {
    pub sitting: &'a Sitting,
    pub finished: Option<Timestamp>,
}

/// Never prints what was answered.
impl std::fmt::Debug for Sitting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sitting(…)")
    }
}

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

/// Draws the questions for a step from what the courses have: those not `seen` in earlier
/// challenges first, none that a person must mark. `None` where there are not enough of them, so
/// that a challenge is never easier because a course is thin.
pub fn draw<'a>(step: &Step, pool: &[&'a Question], seed: u64, seen: &[QuestionId]) -> Option<Vec<&'a Question>> {
    let draws = draws(step)?;
    let marked: Vec<&Question> = pool.iter().copied().filter(|question| !question.is_marked_by_hand()).collect();
    let drawn = drawing::draw_from(&marked, &draws, seed, seen);
    (drawn.len() == usize::from(QUESTIONS)).then_some(drawn)
}

/// Whether so many right answers prove the step.
pub fn is_proven(right: u16) -> bool {
    right >= RIGHT
}

/// When the next challenge on the step's competency may begin, if that is later than now.
pub fn wait_until<'a>(past: impl IntoIterator<Item = Past<'a>>, step: StepKey, now: Timestamp) -> Option<Timestamp> {
    let of_it = past.into_iter().filter(|past| past.sitting.step.code == step.code);
    let last = of_it.filter_map(|past| past.finished).max()?;
    let until = last.plus(WAIT);
    (until > now).then_some(until)
}

/// The questions of earlier challenges on a competency, oldest first.
pub fn seen<'a>(past: impl IntoIterator<Item = Past<'a>>, step: StepKey) -> Vec<QuestionId> {
    let of_it = past.into_iter().filter(|past| past.sitting.step.code == step.code);
    of_it.flat_map(|past| past.sitting.questions.iter().map(|asked| asked.question.clone())).collect()
}

impl Sitting {
    pub fn is_proven(&self) -> bool {
        self.right.is_some_and(is_proven)
    }
}
