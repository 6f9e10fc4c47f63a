//! Proving a step away: a short quiz on the competency, at the levels of the step.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::competency::Level;
use crate::domain::course::EditionHash;
use crate::domain::id::{CourseSlug, QuestionId};
use crate::domain::quiz::question::Question;
use crate::domain::quiz::response::Response;
use crate::domain::quiz::scoring::{self, Verdict};
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
/// challenges first, none that a person must mark, none below the level that was shown. Where a
/// level is thin, questions of the step's other levels fill up; `None` where that is not enough, so
/// that no challenge is shorter than another.
pub fn draw<'a>(step: &Step, pool: &[&'a Question], seed: u64, seen: &[QuestionId]) -> Option<Vec<&'a Question>> {
    let draws = draws(step)?;
    let fits = |question: &&Question| !question.is_marked_by_hand() && question.level >= step.from.max(1);
    let pool: Vec<&Question> = pool.iter().copied().filter(fits).collect();
    let drawn = drawing::draw_from(&pool, &draws, seed, seen);
    let missing = QUESTIONS.saturating_sub(u16::try_from(drawn.len()).unwrap_or(QUESTIONS));
    let filling = Draw { competency: step.key.code, level: None, count: missing };
    let drawn = drawing::draw_from(&pool, &[draws, vec![filling]].concat(), seed, seen);
    (drawn.len() == usize::from(QUESTIONS)).then_some(drawn)
}

/// How many of a sitting's questions are wholly right. `questions` are those it asked, in order.
pub fn count_right(sitting: &Sitting, questions: &[&Question]) -> u16 {
    let is_right = |(number, question): &(u16, &&Question)| {
        let response = sitting.responses.get(number).and_then(Option::as_ref);
        scoring::mark(question, response).verdict == Verdict::Right
    };
    let right = (1..).zip(questions).filter(is_right).count();
    u16::try_from(right).unwrap_or(u16::MAX)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::needs::pathway::Reason;
    use crate::domain::quiz::samples;
    use crate::domain::time::HOUR;

    fn step(from: Level, to: Level) -> Step {
        Step {
            key: StepKey { code: samples::competency(), to },
            from,
            reason: Reason::Core,
            lessons: Vec::new(),
            shared: Vec::new(),
            skipped: Vec::new(),
            has_mentored_task: false,
            waits_for: Vec::new(),
        }
    }

    /// So many questions of each of these levels.
    fn pool(levels: &[(Level, usize)]) -> Vec<Question> {
        let of_level = |&(level, count): &(Level, usize)| {
            (0..count).map(move |number| Question { level, ..samples::named(&format!("l{level}-{number}")) })
        };
        levels.iter().flat_map(of_level).collect()
    }

    fn levels(drawn: Option<Vec<&Question>>) -> Option<Vec<Level>> {
        drawn.map(|drawn| drawn.iter().map(|question| question.level).collect())
    }

    fn drawn(step: &Step, pool: &[Question]) -> Option<Vec<Level>> {
        levels(draw(step, &pool.iter().collect::<Vec<_>>(), 7, &[]))
    }

    #[test]
    fn questions_come_from_the_levels_of_the_step() {
        let pool = pool(&[(1, 8), (2, 8), (3, 8)]);
        assert_eq!(drawn(&step(1, 2), &pool), Some(vec![2; 6]));
        assert_eq!(drawn(&step(1, 3), &pool), Some(vec![3, 3, 3, 2, 2, 2]));
        assert_eq!(drawn(&step(0, 4), &pool), None, "only a person confirms level 4");
    }

    #[test]
    fn a_thin_level_is_filled_up_but_never_from_below_what_was_shown() {
        assert_eq!(drawn(&step(0, 1), &pool(&[(1, 5), (2, 3)])), Some(vec![1, 1, 1, 1, 1, 2]));
        assert_eq!(drawn(&step(2, 3), &pool(&[(1, 9), (2, 1), (3, 5)])).map(|levels| levels.contains(&1)), Some(false));
        assert_eq!(drawn(&step(2, 3), &pool(&[(1, 9), (3, 5)])), None, "too few for a whole challenge");
    }

    #[test]
    fn a_second_challenge_asks_other_questions() {
        let pool = pool(&[(2, 12)]);
        let pool: Vec<&Question> = pool.iter().collect();
        let first = draw(&step(1, 2), &pool, 7, &[]).unwrap();
        let seen: Vec<QuestionId> = first.iter().map(|question| question.id.clone()).collect();
        let second = draw(&step(1, 2), &pool, 8, &seen).unwrap();
        assert!(second.iter().all(|question| !seen.contains(&question.id)));
    }

    fn sitting(code: &str) -> Sitting {
        let step = StepKey { code: code.parse().unwrap(), to: 2 };
        Sitting { step, from: 1, seed: 7, questions: Vec::new(), responses: BTreeMap::new(), right: None }
    }

    #[test]
    fn the_next_one_waits_for_a_day_and_only_on_the_same_competency() {
        let now = Timestamp(1_800_000_000_000);
        let (over, other, open) = (sitting("DS1"), sitting("UN1"), sitting("DS1"));
        let past = [
            Past { sitting: &over, finished: Some(now) },
            Past { sitting: &other, finished: Some(now.plus(HOUR)) },
            Past { sitting: &open, finished: None },
        ];
        let wait = |after| wait_until(past, over.step, now.plus(after));
        assert_eq!(wait(HOUR), Some(now.plus(WAIT)));
        assert_eq!(wait(WAIT), None);
        let another = StepKey { code: "BH1".parse().unwrap(), to: 2 };
        assert_eq!(wait_until(past, another, now), None);
    }

    #[test]
    fn only_what_is_wholly_right_counts() {
        let question = samples::single_choice();
        let asked = [&question, &question, &question];
        let mut sitting = sitting("DS1");
        assert_eq!(count_right(&sitting, &asked), 0);
        let key =
            (0..3).find(|choice| scoring::mark(&question, Some(&Response::Choice(*choice))).verdict == Verdict::Right);
        let key = Response::Choice(key.unwrap());
        sitting.responses = BTreeMap::from([(1, Some(key.clone())), (2, None), (3, Some(key)), (9, None)]);
        assert_eq!(count_right(&sitting, &asked), 2);
        assert_eq!(format!("{sitting:?}"), "Sitting(…)");
    }
}
