//! A sitting in which each short question is chosen by the answers before it.
//!
//! The ability is estimated over all competencies asked about; so that each competency still gets its
//! level, the next question is the most telling one among those competencies of which the fewest were
//! asked. Asking stops when the ability is known well enough, but not before each competency had a
//! question, and at half of the questions at the latest. What was not asked counts as right where the
//! ability makes that more likely than not ([`Outcome::Supposed`]).

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::competency::CompetencyCode;
use crate::domain::id::QuestionId;
use crate::domain::quiz::question::Question;

use super::answers::{Answers, Outcome};
use super::framework::AreaCode;
use super::instrument::Instrument;
use super::rasch::ability::{self, Ability};
use super::rasch::adaptive::{self, Stop, Turn};
use super::rasch::calibrate::Calibration;
use super::rasch::chance;
use super::sheet::Sheet;

/// Asking stops once the ability's standard error is this small, in logits.
const ERROR: f64 = 0.5;

/// The next question; `None`: enough is known.
pub fn next<'a>(instrument: &'a Instrument, sheet: &Sheet, calibration: &Calibration) -> Option<&'a Question> {
    let form = Form::of(instrument, sheet);
    let asked = form.places(|question| sheet.asked.contains(&question.id));
    let ability = form.ability(&sheet.answers, calibration);
    if !matches!(adaptive::turn(calibration, &asked, ability, form.stop()), Turn::Ask(_)) {
        return None;
    }
    let closed = form.closed(&asked);
    match adaptive::turn(calibration, &closed, ability, NEVER) {
        Turn::Ask(at) => form.questions.get(at),
        Turn::Precise | Turn::LongEnough | Turn::Exhausted => None,
    }
}

/// At most so many questions are asked.
pub fn most(instrument: &Instrument, sheet: &Sheet) -> usize {
    Form::of(instrument, sheet).stop().most
}

/// The questions that were not asked and would more likely than not have been answered rightly.
pub fn supposed(instrument: &Instrument, sheet: &Sheet, calibration: &Calibration) -> Vec<QuestionId> {
    let form = Form::of(instrument, sheet);
    let Some(ability) = form.ability(&sheet.answers, calibration) else { return Vec::new() };
    let is_likely = |at: usize| {
        let difficulty = calibration.items.get(at).copied().flatten();
        difficulty.is_some_and(|difficulty| chance(ability.logit, difficulty.logit) > 0.5)
    };
    let open = form.questions.iter().enumerate().filter(|(_, question)| form.is_about(question));
    let open = open.filter(|(_, question)| !sheet.answers.questions.contains_key(&question.id));
    open.filter(|(at, _)| is_likely(*at)).map(|(_, question)| question.id.clone()).collect()
}

/// The questions of the sheet's form, those of other areas included: difficulties go by place.
struct Form<'a> {
    questions: &'a [Question],
    areas: BTreeSet<AreaCode>,
}

impl<'a> Form<'a> {
    fn of(instrument: &'a Instrument, sheet: &Sheet) -> Self {
        let questions = instrument.questions(sheet.answers.form, &instrument.source_language);
        Self { questions, areas: sheet.answers.areas.clone() }
    }

    fn is_about(&self, question: &Question) -> bool {
        self.areas.is_empty() || self.areas.contains(&AreaCode::of(question.competency))
    }

    fn places(&self, wanted: impl Fn(&Question) -> bool) -> BTreeSet<usize> {
        let all = self.questions.iter().enumerate();
        all.filter(|(_, question)| wanted(question)).map(|(at, _)| at).collect()
    }

    fn stop(&self) -> Stop {
        let about: Vec<&Question> = self.questions.iter().filter(|question| self.is_about(question)).collect();
        let codes: BTreeSet<CompetencyCode> = about.iter().map(|question| question.competency).collect();
        Stop { error: ERROR, least: codes.len(), most: (about.len() / 2).max(codes.len()) }
    }

    /// What may not be asked now: what was, other areas, and competencies that had more than others.
    fn closed(&self, asked: &BTreeSet<usize>) -> BTreeSet<usize> {
        let mut had: BTreeMap<CompetencyCode, (usize, usize)> = BTreeMap::new();
        for (at, question) in self.questions.iter().enumerate().filter(|(_, question)| self.is_about(question)) {
            let (asked_of, left) = had.entry(question.competency).or_default();
            if asked.contains(&at) { *asked_of += 1 } else { *left += 1 }
        }
        let fewest = had.values().filter(|(_, left)| *left > 0).map(|(asked_of, _)| *asked_of).min().unwrap_or(0);
        let is_open = |question: &Question| had.get(&question.competency).is_some_and(|(of, _)| *of == fewest);
        let mut closed = self.places(|question| !is_open(question));
        closed.extend(asked);
        closed
    }

    /// From what was answered; a question passed over says nothing.
    fn ability(&self, answers: &Answers, calibration: &Calibration) -> Option<Ability> {
        let known = self.questions.iter().zip(&calibration.items);
        let answered = known.filter_map(|(question, difficulty)| {
            let is_right = match answers.questions.get(&question.id)? {
                Outcome::Right => true,
                Outcome::Wrong | Outcome::DoNotKnow => false,
                Outcome::PassedOver | Outcome::Supposed => return None,
            };
            Some((difficulty.as_ref()?.logit, is_right))
        });
        ability::estimate(&answered.collect::<Vec<_>>())
    }
}

/// For choosing only: whether to stop was asked before.
const NEVER: Stop = Stop { error: 0.0, least: 0, most: usize::MAX };

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::needs::fixtures;
    use crate::domain::needs::instrument::Form as ItemForm;
    use crate::domain::needs::rasch::calibrate::Difficulty;
    use crate::domain::needs::sheet::Given;

    /// Every first question of a competency easy, every third hard.
    fn calibration() -> Calibration {
        let item = |at: usize| Some(Difficulty { logit: (at % 3) as f64 * 1.5 - 1.5, error: 0.1, responses: 400 });
        Calibration { items: (0..54).map(item).collect(), persons: 400 }
    }

    /// Walks to the end; `is_right` by the question's place among its competency's.
    fn walk(area: Option<&str>, is_right: impl Fn(usize) -> bool) -> Sheet {
        let instrument = fixtures::instrument();
        let mut sheet = Sheet::new(ItemForm::First, area.map(|area| area.parse().unwrap()), true);
        while let Some(question) = next(instrument, &sheet, &calibration()) {
            assert!(!sheet.asked.contains(&question.id), "{} is asked twice", question.id);
            let outcome = if is_right(usize::from(question.level) - 1) { Outcome::Right } else { Outcome::DoNotKnow };
            sheet.take(Given::Question { question: question.id.clone(), outcome, choice: None });
        }
        sheet
    }

    #[test]
    fn each_competency_has_a_question_and_fewer_are_asked() {
        let instrument = fixtures::instrument();
        for (area, competencies, questions) in [(None, 18, 54), (Some("UN"), 6, 18)] {
            let sheet = walk(area, |level| level < 1);
            let codes: BTreeSet<_> =
                sheet.asked.iter().map(|id| instrument.competency_of(ItemForm::First, id).unwrap()).collect();
            assert_eq!(codes.len(), competencies);
            assert!(sheet.asked.len() <= questions / 2, "{}", sheet.asked.len());
            assert!(sheet.asked.len() <= most(instrument, &sheet));
        }
    }

    #[test]
    fn the_able_are_supposed_to_know_the_easy_ones_and_others_nothing() {
        let instrument = fixtures::instrument();
        let able = walk(None, |_| true);
        assert_eq!(able.asked.len() + supposed(instrument, &able, &calibration()).len(), 54);
        let lost = walk(None, |_| false);
        assert!(supposed(instrument, &lost, &calibration()).is_empty());
        let silent = Sheet::new(ItemForm::First, None, true);
        assert!(supposed(instrument, &silent, &calibration()).is_empty(), "nothing answered, nothing supposed");
    }

    #[test]
    fn finishing_counts_what_is_supposed_and_says_that_it_was_not_asked() {
        let instrument = fixtures::instrument();
        let mut sheet = walk(Some("DS"), |level| level < 2);
        sheet.finish(instrument, Some(&calibration()));
        let kept = sheet.kept.unwrap();
        assert!(kept.standings.iter().all(|standing| standing.measured.answered < 3));
        let measured = || kept.standings.iter().map(|standing| standing.measured);
        assert!(measured().any(|measured| measured.supposed > 0));
        assert!(measured().all(|measured| measured.given() <= measured.answered));
    }

    proptest! {
        #[test]
        fn it_ends_whatever_is_answered(answers in proptest::collection::vec(0_u8..4, 54)) {
            let instrument = fixtures::instrument();
            let mut sheet = Sheet::new(ItemForm::Again, None, true);
            while let Some(question) = next(instrument, &sheet, &calibration()) {
                let outcome = match answers[sheet.asked.len()] {
                    0 => Outcome::Right,
                    1 => Outcome::Wrong,
                    2 => Outcome::DoNotKnow,
                    _ => Outcome::PassedOver,
                };
                sheet.take(Given::Question { question: question.id.clone(), outcome, choice: None });
            }
            prop_assert!((18..=27).contains(&sheet.asked.len()), "{}", sheet.asked.len());
        }
    }
}
