//! Marking responses and adding up attempts.
//!
//! Shares are exact fractions, so that three times a third is a whole: an attempt that reaches the
//! pass mark exactly passes. Only what is shown and stored is rounded (always down).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Quiz;
use super::feedback::{Detail, Feedback};
use super::question::{Body, Question};
use super::response::Response;
use crate::domain::id::QuestionId;

/// A part of a question's points, from none to the whole.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    parts: usize,
    /// At least 1.
    of: usize,
}

/// What a response is worth, and what to say about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Marking<'a> {
    pub share: Share,
    /// Hundredths of a point earned, rounded down.
    pub hundredths: u32,
    /// Hundredths of a point there were to earn.
    pub max_hundredths: u32,
    pub verdict: Verdict,
    pub feedback: Feedback<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    Right,
    PartlyRight,
    Wrong,
    /// Left empty; earns nothing.
    Skipped,
    /// A person has yet to mark it; earns nothing until then.
    Awaiting,
}

/// Points in the exact parts in which they are added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Earned(u64);

/// Where a free response of an attempt that was handed in stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByHand {
    Waiting,
    /// Given back: it waits for nobody but its writer.
    Returned,
    /// Per cent of the question's points.
    Marked(u8),
}

/// What an attempt comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Score {
    /// Hundredths of a point, rounded down.
    pub hundredths: u32,
    pub max_hundredths: u32,
    /// Per cent of the points, rounded down; 0 when there were none to earn.
    pub percent: u8,
    /// Whether the points reach the quiz's pass mark; true when nothing is to be passed. While
    /// responses wait for a person they count for nothing, so this can still turn true.
    pub passed: bool,
    /// How many responses wait for a person.
    pub awaiting: u16,
    /// Not passed yet, and what waits for a person could still make it so.
    pub may_still_pass: bool,
}

impl Earned {
    pub fn of_units(units: u64) -> Self {
        Self(units)
    }

    pub fn of_hundredths(hundredths: u64) -> Self {
        Self(hundredths.saturating_mul(UNITS_PER_POINT / 100))
    }

    pub fn units(self) -> u64 {
        self.0
    }
}

/// What a kind of question says of a response to it.
pub(super) struct Marked<'a> {
    pub(super) share: Share,
    pub(super) detail: Detail<'a>,
}

/// Marks one response; `None` when the question was left empty. A response that belongs to another
/// kind of question, or names what the question does not have, earns nothing.
pub fn mark<'a>(question: &'a Question, response: Option<&'a Response>) -> Marking<'a> {
    let marked = mark_body(&question.body, response);
    let verdict = match response {
        None => Verdict::Skipped,
        Some(_) if question.is_marked_by_hand() => Verdict::Awaiting,
        Some(_) => marked.share.verdict(),
    };
    marking(question, marked, verdict)
}

/// Marks one response to a question that is there in several languages, by the language in which it
/// is worth most: the words that are accepted differ, and somebody may answer in one language and
/// hand in, or look back, in another. The first of `questions` where all are worth the same; `None`
/// without any.
pub fn mark_in_any<'a>(
    questions: impl IntoIterator<Item = &'a Question>,
    response: Option<&'a Response>,
) -> Option<Marking<'a>> {
    let mut best: Option<Marking<'a>> = None;
    for question in questions {
        let marking = mark(question, response);
        if best.as_ref().is_none_or(|best| marking.share.is_more_than(best.share)) {
            best = Some(marking);
        }
    }
    best
}

/// Marks one response by hand: what a person said of it, in per cent of its points.
pub fn mark_with<'a>(question: &'a Question, response: Option<&'a Response>, percent: u8) -> Marking<'a> {
    let Body::FreeResponse(free) = &question.body else { return mark(question, response) };
    let share = Share::percent(percent);
    let detail = Detail::Free { given: response.and_then(Response::free), model: free.model.as_ref() };
    marking(question, Marked { share, detail }, share.verdict())
}

/// What the machine marks of an attempt, once, when it is handed in: the points together, and the
/// hundredths that each response earned. `quizzes` is the quiz in all its languages, see
/// [`mark_in_any`].
pub fn mark_attempt(
    quizzes: &[Arc<Quiz>],
    asked: &[QuestionId],
    responses: &BTreeMap<QuestionId, Response>,
) -> (Earned, Vec<(QuestionId, u32)>) {
    let (mut earned, mut marks) = (Earned::default(), Vec::new());
    for id in asked {
        let questions = quizzes.iter().filter_map(|quiz| quiz.question(id));
        let points = questions.clone().next().map_or(0, |question| question.points);
        let Some(marking) = mark_in_any(questions, responses.get(id)) else { continue };
        earned = Earned(earned.0.saturating_add(marking.share.units(points)));
        marks.push((id.clone(), marking.hundredths));
    }
    (earned, marks)
}

/// Adds up an attempt: `asked` are the questions drawn for it, `machine` what [`mark_attempt`] made of
/// it, `by_hand` where its free responses stand (absent: left empty). Questions that the quiz does
/// not have are passed over.
pub fn add_up(quiz: &Quiz, asked: &[QuestionId], machine: Earned, by_hand: &BTreeMap<QuestionId, ByHand>) -> Score {
    let (mut earned, mut waiting, mut max, mut awaiting) = (machine.0, 0_u64, 0_u64, 0_u16);
    for question in asked.iter().filter_map(|id| quiz.question(id)) {
        max = max.saturating_add(Share::WHOLE.units(question.points));
        match by_hand.get(&question.id) {
            Some(ByHand::Marked(percent)) => {
                earned = earned.saturating_add(Share::percent(*percent).units(question.points));
            }
            Some(ByHand::Waiting) => {
                awaiting = awaiting.saturating_add(1);
                waiting = waiting.saturating_add(Share::WHOLE.units(question.points));
            }
            Some(ByHand::Returned) | None => {}
        }
    }
    let percent = |earned: u64| u8::try_from(u128::from(earned) * 100 / u128::from(max.max(1))).unwrap_or(100);
    let passed = percent(earned) >= quiz.pass;
    Score {
        hundredths: hundredths(earned),
        max_hundredths: hundredths(max),
        percent: percent(earned),
        passed,
        awaiting,
        may_still_pass: !passed && percent(earned.saturating_add(waiting)) >= quiz.pass,
    }
}

/// The hundredths of a point that `percent` of a question's points are.
pub fn hundredths_by_hand(question: &Question, percent: u8) -> u32 {
    hundredths(Share::percent(percent).units(question.points))
}

impl Marking<'_> {
    /// The same response with the points that were stored for it, which are the truth whatever
    /// marking would say by now.
    pub fn with_stored(self, hundredths: u32) -> Self {
        let share = Share::new(usize::try_from(hundredths).unwrap_or(usize::MAX), self.max_hundredths as usize);
        let verdict = match self.verdict {
            Verdict::Skipped if hundredths == 0 => Verdict::Skipped,
            Verdict::Awaiting => Verdict::Awaiting,
            Verdict::Right | Verdict::PartlyRight | Verdict::Wrong | Verdict::Skipped => share.verdict(),
        };
        Self { share, hundredths, verdict, ..self }
    }
}

fn mark_body<'a>(body: &'a Body, response: Option<&'a Response>) -> Marked<'a> {
    match body {
        Body::SingleChoice(choices) | Body::TrueFalse(choices) => choices.mark_one(response.and_then(Response::choice)),
        Body::MultipleChoice(choices) => choices.mark_several(response.and_then(Response::choices)),
        Body::ShortText(short_text) => short_text.mark(response.and_then(Response::text)),
        Body::Numeric(numeric) => numeric.mark(response.and_then(Response::number)),
        Body::Matching(matching) => matching.mark(response.and_then(Response::pairs).unwrap_or_default()),
        Body::Ordering(ordering) => ordering.mark(response.and_then(Response::order)),
        Body::Blanks(blanks) => blanks.mark(response.and_then(Response::blanks).unwrap_or_default()),
        // The model answer waits until a person has marked.
        Body::FreeResponse(_) => Marked {
            share: Share::NONE,
            detail: Detail::Free { given: response.and_then(Response::free), model: None },
        },
    }
}

fn marking<'a>(question: &'a Question, marked: Marked<'a>, verdict: Verdict) -> Marking<'a> {
    Marking {
        share: marked.share,
        hundredths: hundredths(marked.share.units(question.points)),
        max_hundredths: hundredths(Share::WHOLE.units(question.points)),
        verdict,
        feedback: Feedback {
            detail: marked.detail,
            explanation: question.explanation.as_ref(),
            lesson: question.lesson.as_ref(),
        },
    }
}

/// Points are added up in these parts of a point: divisible by every number up to 16 and by 100, so
/// that the shares of real questions are exact.
const UNITS_PER_POINT: u64 = 3_603_600;

fn hundredths(units: u64) -> u32 {
    u32::try_from(units / (UNITS_PER_POINT / 100)).unwrap_or(u32::MAX)
}

impl Share {
    pub const NONE: Self = Self { parts: 0, of: 1 };
    pub const WHOLE: Self = Self { parts: 1, of: 1 };

    /// `parts` of `of`, at most the whole; nothing of nothing is nothing.
    pub(super) fn new(parts: usize, of: usize) -> Self {
        if of == 0 { Self::NONE } else { Self { parts: parts.min(of), of } }
    }

    fn percent(percent: u8) -> Self {
        Self::new(usize::from(percent), 100)
    }

    fn is_more_than(self, other: Self) -> bool {
        self.parts as u128 * other.of as u128 > other.parts as u128 * self.of as u128
    }

    pub(super) fn all_if(is_right: bool) -> Self {
        if is_right { Self::WHOLE } else { Self::NONE }
    }

    fn verdict(self) -> Verdict {
        match self.parts {
            0 => Verdict::Wrong,
            parts if parts == self.of => Verdict::Right,
            _ => Verdict::PartlyRight,
        }
    }

    /// This share of `points`, in units. What is finer than a unit is rounded up, in the learner's
    /// favour.
    fn units(self, points: u16) -> u64 {
        let whole = u128::from(points) * u128::from(UNITS_PER_POINT);
        let units = (whole * self.parts as u128).div_ceil(self.of as u128);
        // Never more than `whole`, which is below 2⁴⁸.
        u64::try_from(units).unwrap_or(0)
    }
}

/// A half is a half, however it is written.
impl PartialEq for Share {
    fn eq(&self, other: &Self) -> bool {
        self.parts as u128 * other.of as u128 == other.parts as u128 * self.of as u128
    }
}

impl Eq for Share {}

impl Response {
    fn choice(&self) -> Option<usize> {
        if let Self::Choice(index) = self { Some(*index) } else { None }
    }

    fn choices(&self) -> Option<&BTreeSet<usize>> {
        if let Self::Choices(ticked) = self { Some(ticked) } else { None }
    }

    fn text(&self) -> Option<&str> {
        if let Self::Text(typed) = self { Some(typed) } else { None }
    }

    fn number(&self) -> Option<&str> {
        if let Self::Number(typed) = self { Some(typed) } else { None }
    }

    fn pairs(&self) -> Option<&[Option<usize>]> {
        if let Self::Pairs(chosen) = self { Some(chosen) } else { None }
    }

    fn order(&self) -> Option<&[usize]> {
        if let Self::Order(order) = self { Some(order) } else { None }
    }

    fn blanks(&self) -> Option<&[String]> {
        if let Self::Blanks(given) = self { Some(given) } else { None }
    }

    fn free(&self) -> Option<&str> {
        if let Self::Free(prose) = self { Some(prose) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::quiz::{rehearsal, samples};

    fn attempt(quiz: &Quiz, responses: impl IntoIterator<Item = (QuestionId, Response)>) -> Score {
        let asked = asked(quiz);
        let (machine, _) = mark_attempt(&[Arc::new(quiz.clone())], &asked, &responses.into_iter().collect());
        add_up(quiz, &asked, machine, &BTreeMap::new())
    }

    fn asked(quiz: &Quiz) -> Vec<QuestionId> {
        quiz.pool.iter().map(|question| question.id.clone()).collect()
    }

    #[test]
    fn an_attempt_that_reaches_the_pass_mark_exactly_passes() {
        // Six right and three times a third: seven of ten.
        let quiz = samples::quiz((0..10).map(|number| samples::matching_named(&format!("q{number}"))).collect(), 70);
        let third = Response::Pairs(vec![Some(0), None, None]);
        let responses = quiz.pool.iter().take(9).enumerate().map(|(number, question)| {
            (question.id.clone(), if number < 6 { rehearsal::right(question) } else { third.clone() })
        });
        let score = attempt(&quiz, responses);
        assert_eq!((score.hundredths, score.max_hundredths, score.percent), (700, 1000, 70));
        assert!(score.passed);
    }

    #[test]
    fn an_attempt_below_the_pass_mark_does_not_pass() {
        let quiz = samples::quiz(vec![samples::single_choice(), samples::ordering(), samples::numeric()], 67);
        let two = quiz.pool.iter().take(2).map(|question| (question.id.clone(), rehearsal::right(question)));
        let score = attempt(&quiz, two);
        assert_eq!((score.percent, score.passed), (66, false));
    }

    #[test]
    fn nothing_is_passed_where_nothing_is_to_be_passed() {
        let quiz = samples::quiz(vec![samples::single_choice()], 0);
        assert!(attempt(&quiz, []).passed);
    }

    #[test]
    fn a_free_response_waits_for_a_person_and_then_counts() {
        let quiz = samples::quiz(vec![samples::free_response(), samples::single_choice()], 70);
        let responses: BTreeMap<_, _> =
            quiz.pool.iter().map(|question| (question.id.clone(), rehearsal::right(question))).collect();
        let (asked, free) = (asked(&quiz), &quiz.pool[0]);
        let (machine, marks) = mark_attempt(&[Arc::new(quiz.clone())], &asked, &responses);
        assert_eq!(marks.iter().map(|(_, hundredths)| *hundredths).collect::<Vec<_>>(), [0, 100]);
        let score = |by_hand| {
            let score = add_up(&quiz, &asked, machine, &[(free.id.clone(), by_hand)].into());
            (score.awaiting, score.percent, score.passed)
        };
        assert_eq!(score(ByHand::Waiting), (1, 50, false));
        assert_eq!(score(ByHand::Returned), (0, 50, false));
        assert_eq!(score(ByHand::Marked(70)), (0, 85, true));
        assert_eq!(mark_with(free, responses.get(&free.id), 70).verdict, Verdict::PartlyRight);
        assert_eq!(hundredths_by_hand(free, 70), 70);
    }

    #[test]
    fn what_waits_may_be_too_little_to_pass() {
        let quiz = samples::quiz(vec![samples::free_response(), samples::single_choice(), samples::numeric()], 60);
        let (asked, free) = (asked(&quiz), quiz.pool[0].id.clone());
        let may_pass = |hundredths, by_hand| {
            let machine = Earned::of_hundredths(hundredths);
            add_up(&quiz, &asked, machine, &[(free.clone(), by_hand)].into()).may_still_pass
        };
        assert!(may_pass(100, ByHand::Waiting), "33 % and 33 % that wait");
        assert!(!may_pass(50, ByHand::Waiting), "16 % and 33 % that wait");
        assert!(!may_pass(200, ByHand::Waiting), "it is passed");
        assert!(!may_pass(100, ByHand::Returned) && !may_pass(100, ByHand::Marked(10)));
    }

    #[test]
    fn a_word_that_is_right_in_one_language_is_right() {
        let english = samples::short_text();
        let mut other = english.clone();
        let Body::ShortText(words) = &mut other.body else { panic!("another kind") };
        words.variants.retain(|variant| variant.is_key);
        words.variants[0].text = "kerentanan".to_owned();
        let key = rehearsal::right(&other);
        assert_eq!(mark(&english, Some(&key)).verdict, Verdict::Wrong);
        let (of_english, of_other) = (english.clone(), other.clone());
        for order in [[&of_english, &of_other], [&of_other, &of_english]] {
            assert_eq!(mark_in_any(order, Some(&key)).unwrap().verdict, Verdict::Right);
        }
        assert_eq!(mark_in_any([], Some(&key)), None);
        let quizzes = [english, other].map(|question| Arc::new(samples::quiz(vec![question], 70)));
        let asked = asked(&quizzes[0]);
        let (machine, _) = mark_attempt(&quizzes, &asked, &[(asked[0].clone(), key)].into());
        assert!(add_up(&quizzes[0], &asked, machine, &BTreeMap::new()).passed);
    }

    #[test]
    fn stored_points_are_the_truth() {
        let question = samples::matching_named("m");
        let right = rehearsal::right(&question);
        for (hundredths, verdict) in [(100, Verdict::Right), (33, Verdict::PartlyRight), (0, Verdict::Wrong)] {
            let marking = mark(&question, Some(&right)).with_stored(hundredths);
            assert_eq!((marking.verdict, marking.hundredths), (verdict, hundredths));
        }
        assert_eq!(mark(&question, None).with_stored(0).verdict, Verdict::Skipped);
        assert_eq!(mark(&question, None).with_stored(100).verdict, Verdict::Right);
    }

    #[test]
    fn the_model_answer_is_kept_back_until_a_person_has_marked() {
        let question = samples::free_response();
        let response = rehearsal::right(&question);
        let model = |marking: Marking<'_>| match marking.feedback.detail {
            Detail::Free { model, .. } => model.is_some(),
            _ => panic!("another kind's feedback"),
        };
        assert!(!model(mark(&question, Some(&response))));
        assert!(model(mark_with(&question, Some(&response), 0)));
    }

    #[test]
    fn a_response_of_another_kind_earns_nothing() {
        let choice = Response::Choice(0);
        for question in [samples::ordering(), samples::short_text(), samples::matching_named("m"), samples::numeric()] {
            assert_eq!(mark(&question, Some(&choice)).verdict, Verdict::Wrong);
        }
    }

    #[test]
    fn the_largest_points_do_not_overflow() {
        let mut question = samples::single_choice();
        question.points = u16::MAX;
        assert_eq!(mark(&question, Some(&rehearsal::right(&question))).hundredths, 6_553_500);
    }

    proptest! {
        #[test]
        fn no_response_earns_less_than_nothing_or_more_than_all((question, response) in samples::answered()) {
            let marking = mark(&question, Some(&response));
            prop_assert!(marking.hundredths <= marking.max_hundredths);
            prop_assert_eq!(marking.max_hundredths, u32::from(question.points) * 100);
            prop_assert!(question.is_marked_by_hand() || (marking.verdict == Verdict::Right) == (marking.share == Share::WHOLE));
        }

        #[test]
        fn the_key_always_earns_everything(question in samples::question()) {
            let key = rehearsal::right(&question);
            let marking = mark(&question, Some(&key));
            if question.is_marked_by_hand() {
                prop_assert_eq!(marking.verdict, Verdict::Awaiting);
            } else {
                prop_assert_eq!(marking.verdict, Verdict::Right);
                prop_assert_eq!(marking.hundredths, marking.max_hundredths);
            }
        }

        #[test]
        fn a_wrong_response_earns_nothing(question in samples::question()) {
            if let Some(wrong) = rehearsal::wrong(&question) {
                let marking = mark(&question, Some(&wrong));
                prop_assert_eq!((marking.verdict, marking.hundredths), (Verdict::Wrong, 0));
            }
        }

        #[test]
        fn every_wrong_single_choice_earns_nothing(question in samples::question()) {
            if let Body::SingleChoice(choices) | Body::TrueFalse(choices) = &question.body {
                for (index, choice) in choices.0.iter().enumerate() {
                    let marking = mark(&question, Some(&Response::Choice(index))).hundredths;
                    prop_assert_eq!(marking > 0, choice.is_key);
                }
            }
        }

        #[test]
        fn ticking_everything_never_pays(question in samples::question()) {
            if let Body::MultipleChoice(choices) = &question.body {
                let everything = Response::Choices((0..choices.0.len()).collect());
                prop_assert_eq!(mark(&question, Some(&everything)).hundredths, 0);
            }
        }

        #[test]
        fn what_is_left_empty_earns_nothing_and_says_so(question in samples::question()) {
            let marking = mark(&question, None);
            prop_assert_eq!((marking.verdict, marking.hundredths), (Verdict::Skipped, 0));
        }

        #[test]
        fn one_more_right_response_never_lowers_the_score(quiz in samples::any_quiz(), right in 0..12_usize) {
            let fewer = quiz.pool.iter().take(right).map(|question| (question.id.clone(), rehearsal::right(question)));
            let more = quiz.pool.iter().take(right + 1).map(|question| (question.id.clone(), rehearsal::right(question)));
            let (fewer, more) = (attempt(&quiz, fewer), attempt(&quiz, more));
            prop_assert!(more.percent >= fewer.percent && more.percent <= 100);
            prop_assert!(more.passed || !fewer.passed);
        }
    }
}
