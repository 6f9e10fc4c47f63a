//! Which questions an attempt asks, and in which order each shows its parts.
//!
//! Both follow from the attempt's seed alone, so that reloading, another device, another server and
//! another release show the same attempt.

use std::collections::BTreeMap;

use super::chance::Chance;
use super::question::{Body, Question};
use super::{Draw, Quiz};
use crate::domain::id::QuestionId;

/// The order in which one question shows its parts, as authored indices: choices; right-hand sides
/// (indices in `Matching::rights`, those that read the same once); items of an ordering; words of a
/// bank (indices in `Blanks::words`). Empty for what is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presentation {
    pub order: Vec<usize>,
}

impl Presentation {
    /// Where the part with this authored index is shown, from 0: what its form field holds.
    pub fn position_of(&self, authored: usize) -> Option<usize> {
        self.order.iter().position(|shown| *shown == authored)
    }
}

/// Draws the questions of an attempt, each at most once.
///
/// `seen` are the questions of earlier attempts, oldest first: those not in it are preferred, then
/// those seen longest ago. Draws for one level choose before draws for any level, which would
/// otherwise take their questions. Where the pool is too small the attempt is shorter. Questions
/// stand in the order of the quiz's draws, shuffled within each; without draws, in authored order.
pub fn draw(quiz: &Quiz, seed: u64, seen: &[QuestionId]) -> Vec<QuestionId> {
    if quiz.draws.is_empty() {
        return quiz.pool.iter().map(|question| question.id.clone()).collect();
    }
    let pool: Vec<&Question> = quiz.pool.iter().collect();
    draw_from(&pool, &quiz.draws, seed, seen).into_iter().map(|question| question.id.clone()).collect()
}

/// The same from any questions.
pub fn draw_from<'a>(pool: &[&'a Question], draws: &[Draw], seed: u64, seen: &[QuestionId]) -> Vec<&'a Question> {
    let mut shuffled = pool.to_vec();
    Chance::from_seed(seed).shuffle(&mut shuffled);
    let mut preferred = shuffled.clone();
    preferred.sort_by_key(|question| seen.iter().rposition(|id| *id == question.id));

    let mut drawn_by: BTreeMap<&QuestionId, usize> = BTreeMap::new();
    for (number, draw) in by_narrowness(draws) {
        let is_free = |question: &&Question| !drawn_by.contains_key(&question.id) && draw.fits(question);
        let chosen: Vec<&Question> = preferred.iter().copied().filter(is_free).take(usize::from(draw.count)).collect();
        drawn_by.extend(chosen.into_iter().map(|question| (&question.id, number)));
    }
    let mut drawn: Vec<(usize, &Question)> =
        shuffled.iter().filter_map(|question| Some((*drawn_by.get(&question.id)?, *question))).collect();
    drawn.sort_by_key(|(number, _)| *number);
    drawn.into_iter().map(|(_, question)| question).collect()
}

/// The order in which an attempt with this seed shows the parts of `question`.
///
/// `keeps_order` and true-or-false keep choices as written. It says nothing about matching, ordering
/// and banks: there the authored order is the key, so they are always shuffled, and an ordering is
/// never shown already solved.
pub fn present(question: &Question, seed: u64) -> Presentation {
    let mut chance = Chance::for_name(seed, question.id.as_str());
    let order = match &question.body {
        Body::SingleChoice(choices) | Body::MultipleChoice(choices) => {
            choices.presented(&mut chance, question.keeps_order)
        }
        Body::TrueFalse(choices) => choices.presented(&mut chance, true),
        Body::Matching(matching) => matching.presented(&mut chance),
        Body::Ordering(ordering) => ordering.presented(&mut chance),
        Body::Blanks(blanks) => blanks.presented(&mut chance),
        Body::ShortText(_) | Body::Numeric(_) | Body::FreeResponse(_) => Vec::new(),
    };
    Presentation { order }
}

/// The draws with their numbers, those for one level first.
fn by_narrowness(draws: &[Draw]) -> impl Iterator<Item = (usize, &Draw)> {
    let narrow = draws.iter().enumerate().filter(|(_, draw)| draw.level.is_some());
    let wide = draws.iter().enumerate().filter(|(_, draw)| draw.level.is_none());
    narrow.chain(wide)
}

impl Draw {
    fn fits(&self, question: &Question) -> bool {
        question.competency == self.competency && self.level.is_none_or(|level| level == question.level)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::quiz::samples;

    /// Six questions of level 1 and six of level 2, `a0`–`a5`, `b0`–`b5`.
    fn pool_of_twelve(draws: &[(Option<u8>, u16)]) -> Quiz {
        let question = |name: &str, level| Question { level, ..samples::named(name) };
        let pool = (0..6)
            .map(|number| question(&format!("a{number}"), 1))
            .chain((0..6).map(|number| question(&format!("b{number}"), 2)))
            .collect();
        let mut quiz = samples::quiz(pool, 70);
        let competency = samples::competency();
        quiz.draws = draws.iter().map(|&(level, count)| Draw { competency, level, count }).collect();
        quiz
    }

    fn names(ids: &[QuestionId]) -> Vec<&str> {
        ids.iter().map(QuestionId::as_str).collect()
    }

    #[test]
    fn an_attempt_stays_the_same_in_every_release() {
        let quiz = pool_of_twelve(&[(Some(1), 3), (Some(2), 2)]);
        assert_eq!(names(&draw(&quiz, 42, &[])), GOLDEN_DRAW);
        assert_eq!(present(&samples::single_choice_of(6), 42).order, GOLDEN_ORDER);
    }

    const GOLDEN_DRAW: [&str; 5] = ["a3", "a4", "a2", "b3", "b0"];
    const GOLDEN_ORDER: [usize; 6] = [1, 3, 2, 4, 0, 5];

    #[test]
    fn a_second_attempt_asks_what_the_first_did_not() {
        let quiz = pool_of_twelve(&[(Some(1), 3)]);
        let first = draw(&quiz, 1, &[]);
        let second = draw(&quiz, 2, &first);
        assert!(first.iter().all(|id| !second.contains(id)));
        let seen: Vec<_> = first.iter().chain(&second).cloned().collect();
        let third: BTreeSet<_> = draw(&quiz, 3, &seen).into_iter().collect();
        assert_eq!(third, first.into_iter().collect(), "those seen longest ago come back first");
    }

    #[test]
    fn a_draw_for_any_level_leaves_enough_for_the_others() {
        let quiz = pool_of_twelve(&[(None, 6), (Some(1), 6)]);
        for seed in 0..20 {
            let drawn = draw(&quiz, seed, &[]);
            assert_eq!(drawn.len(), 12);
            assert!(names(&drawn)[6..].iter().all(|name| name.starts_with('a')));
        }
    }

    #[test]
    fn a_pool_that_is_too_small_makes_a_shorter_attempt() {
        let quiz = pool_of_twelve(&[(Some(1), 9), (Some(3), 2)]);
        assert_eq!(draw(&quiz, 1, &[]).len(), 6);
        assert_eq!(quiz.length(), 6);
    }

    #[test]
    fn without_draws_everything_is_asked_as_written() {
        let quiz = pool_of_twelve(&[]);
        assert_eq!(names(&draw(&quiz, 1, &[]))[..2], ["a0", "a1"]);
        assert_eq!(quiz.length(), 12);
    }

    #[test]
    fn a_question_that_keeps_its_order_is_shown_as_written() {
        let fixed = Question { keeps_order: true, ..samples::single_choice_of(6) };
        for seed in 0..20 {
            assert_eq!(present(&fixed, seed).order, [0, 1, 2, 3, 4, 5]);
        }
    }

    #[test]
    fn an_ordering_is_never_shown_solved() {
        for seed in 0..200 {
            assert!(!present(&samples::ordering(), seed).order.is_sorted());
        }
    }

    proptest! {
        #[test]
        fn drawing_is_the_same_each_time_and_without_repeats(
            counts in proptest::collection::vec((proptest::option::of(1..4_u8), 0..8_u16), 0..5),
            seed: u64,
            earlier: u64,
        ) {
            let quiz = pool_of_twelve(&counts);
            let seen = draw(&quiz, earlier, &[]);
            let drawn = draw(&quiz, seed, &seen);
            prop_assert_eq!(&drawn, &draw(&quiz, seed, &seen));
            prop_assert_eq!(drawn.len(), quiz.length());
            prop_assert_eq!(drawn.iter().collect::<BTreeSet<_>>().len(), drawn.len());
            prop_assert!(drawn.iter().all(|id| quiz.question(id).is_some()));
        }

        #[test]
        fn what_is_shown_is_everything_once(question in samples::question(), seed: u64) {
            let shown = present(&question, seed);
            prop_assert_eq!(&shown, &present(&question, seed));
            let mut order = shown.order;
            order.sort_unstable();
            let expected: Vec<usize> = match &question.body {
                Body::SingleChoice(choices) | Body::MultipleChoice(choices) | Body::TrueFalse(choices) => {
                    (0..choices.0.len()).collect()
                }
                Body::Matching(matching) => (0..matching.rights().count()).collect(),
                Body::Ordering(ordering) => (0..ordering.items.len()).collect(),
                Body::Blanks(blanks) => (0..blanks.words().len()).collect(),
                Body::ShortText(_) | Body::Numeric(_) | Body::FreeResponse(_) => vec![],
            };
            prop_assert_eq!(order, expected);
        }
    }
}
