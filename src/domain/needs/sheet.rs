//! What is kept of one assessment, sealed as a whole: while it is filled in everything that was
//! answered, afterwards what the person may look at again. The exact risk level stands apart from
//! the other answers, so that whoever prints, exports or compares answers cannot print it; it goes
//! when the assessment is finished.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::competency::{CompetencyCode, Level};
use crate::domain::id::{ItemId, OptionId, QuestionId};

use super::adaptive;
use super::answers::{Answers, Outcome};
use super::diagnosis::{self, Kept};
use super::framework::AreaCode;
use super::instrument::{Form, Instrument, ItemKind};
use super::rasch::calibrate::Calibration;

/// One assessment. What is stored must stay readable: fields are added with a default and never
/// renamed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// All answers but the risk level.
    pub answers: Answers,
    /// The last step that was reached, from 1; 0 before the first.
    #[serde(default)]
    pub furthest: u16,
    /// Whether the next short question is chosen by the answers before it.
    #[serde(default)]
    pub is_adaptive: bool,
    /// The short questions of an adaptive sitting in the order in which they were asked.
    #[serde(default)]
    pub asked: Vec<QuestionId>,
    /// What follows from it, once it is finished.
    #[serde(default)]
    pub kept: Option<Kept>,
    /// The chosen choice of each short question, in authored order, so that a person who goes back
    /// sees it. Until it is finished.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    choices: BTreeMap<QuestionId, usize>,
    /// Until it is finished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    risk: Option<(ItemId, Vec<OptionId>)>,
}

/// One thing that a person answered, or passed over.
#[derive(Clone, PartialEq, Eq)]
pub enum Given {
    /// An empty list is "prefer not to say".
    Context(ItemId, Vec<OptionId>),
    Risk(ItemId, Vec<OptionId>),
    /// `None`: passed over.
    SelfRating(CompetencyCode, Option<u8>),
    Question {
        question: QuestionId,
        outcome: Outcome,
        /// In authored order.
        choice: Option<usize>,
    },
    /// The step that comes next, from 1.
    Reached(u16),
}

/// How much of one competency a person needs, for counting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedLevel {
    pub competency: CompetencyCode,
    /// `None`: they did not say.
    pub role: Option<OptionId>,
    /// The gap `G`, 0–4.
    pub need: Level,
}

impl Sheet {
    /// An empty sheet. No area: all of them.
    pub fn new(form: Form, area: Option<AreaCode>, is_adaptive: bool) -> Self {
        let answers = Answers { form, areas: area.into_iter().collect(), ..Answers::default() };
        Self { answers, is_adaptive, ..Self::default() }
    }

    pub fn take(&mut self, given: Given) {
        match given {
            Given::Context(item, options) => _ = self.answers.context.insert(item, options),
            Given::Risk(item, options) => self.risk = Some((item, options)),
            Given::SelfRating(code, Some(rating)) => _ = self.answers.self_ratings.insert(code, rating.min(4)),
            Given::SelfRating(code, None) => _ = self.answers.self_ratings.remove(&code),
            Given::Question { question, outcome, choice } => self.take_question(question, outcome, choice),
            Given::Reached(step) => self.furthest = self.furthest.max(step),
        }
    }

    fn take_question(&mut self, question: QuestionId, outcome: Outcome, choice: Option<usize>) {
        match choice {
            Some(choice) => _ = self.choices.insert(question.clone(), choice),
            None => _ = self.choices.remove(&question),
        }
        if self.is_adaptive && !self.asked.contains(&question) {
            self.asked.push(question.clone());
        }
        self.answers.questions.insert(question, outcome);
    }

    /// What was chosen for an item about the person's situation; `None`: not answered yet.
    pub fn chosen(&self, item: &ItemId) -> Option<&[OptionId]> {
        let risk = self.risk.as_ref().filter(|(known, _)| known == item).map(|(_, options)| options);
        risk.or_else(|| self.answers.context.get(item)).map(Vec::as_slice)
    }

    /// Which choice of a short question was taken, in authored order.
    pub fn choice(&self, question: &QuestionId) -> Option<usize> {
        self.choices.get(question).copied()
    }

    /// Works out what follows and lets go of everything that may not outlive it. Doing it again
    /// changes nothing.
    /// `calibration`: of an adaptive sitting's form.
    pub fn finish(&mut self, instrument: &Instrument, calibration: Option<&Calibration>) -> Vec<NeedLevel> {
        if self.kept.is_none() {
            self.suppose(instrument, calibration);
            let mut answers = self.answers.clone();
            answers.context.extend(self.risk.take());
            self.kept = Some(diagnosis::diagnose(instrument, &answers).keep(instrument));
            self.choices.clear();
        }
        self.need_levels(instrument)
    }

    fn suppose(&mut self, instrument: &Instrument, calibration: Option<&Calibration>) {
        let Some(calibration) = calibration.filter(|_| self.is_adaptive) else { return };
        for question in adaptive::supposed(instrument, self, calibration) {
            self.answers.questions.insert(question, Outcome::Supposed);
        }
    }

    /// For counting; empty before it is finished.
    fn need_levels(&self, instrument: &Instrument) -> Vec<NeedLevel> {
        let role = self.role(instrument);
        let standings = self.kept.iter().flat_map(|kept| &kept.standings);
        let level = |standing: &diagnosis::KeptStanding| NeedLevel {
            competency: standing.code,
            role: role.clone(),
            need: standing.gap(),
        };
        standings.map(level).collect()
    }

    pub fn self_rating(&self, code: CompetencyCode) -> Option<u8> {
        self.answers.self_ratings.get(&code).copied()
    }

    /// The role that was given, if the instrument knows it.
    pub fn role(&self, instrument: &Instrument) -> Option<OptionId> {
        let item = instrument.item(|kind| kind == ItemKind::Role)?;
        let chosen = self.chosen(&item.id)?;
        chosen.iter().find(|role| instrument.required.contains_key(*role)).cloned()
    }
}

/// Never prints what was answered, wherever it is logged.
impl std::fmt::Debug for Sheet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sheet(…)")
    }
}

impl std::fmt::Debug for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Given(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::needs::diagnosis::RiskBand;
    use crate::domain::needs::{fixtures, people};

    /// Mira's sheet as she fills it in.
    fn mira() -> Sheet {
        let instrument = fixtures::instrument();
        let answers = people::mira(instrument);
        let mut sheet = Sheet::new(Form::First, None, false);
        for (item, options) in answers.context {
            let is_risk = item.as_str() == "risk";
            sheet.take(if is_risk { Given::Risk(item, options) } else { Given::Context(item, options) });
        }
        for (code, rating) in answers.self_ratings {
            sheet.take(Given::SelfRating(code, Some(rating)));
        }
        for (question, outcome) in answers.questions {
            sheet.take(Given::Question { question, outcome, choice: Some(0) });
        }
        sheet
    }

    #[test]
    fn finishing_gives_what_the_diagnosis_gives() {
        let instrument = fixtures::instrument();
        let mut sheet = mira();
        let levels = sheet.finish(instrument, None);

        let expected = diagnosis::diagnose(instrument, &people::mira(instrument)).keep(instrument);
        assert!(sheet.kept.as_ref() == Some(&expected));
        assert_eq!(levels.len(), 18);
        assert!(levels.iter().all(|level| level.role.as_ref().is_some_and(|role| role.as_str() == "documenter")));
        let bh6 = levels.iter().find(|level| level.competency.as_str() == "BH6").unwrap();
        assert_eq!(bh6.need, 2);
        assert_eq!(sheet.finish(instrument, None), levels, "finishing again");
    }

    #[test]
    fn nothing_of_the_exact_risk_level_outlives_the_finish() {
        let instrument = fixtures::instrument();
        let mut sheet = mira();
        let before = serde_json::to_string(&sheet).unwrap();
        assert!(before.contains("questioned-or-attacked-online"), "it is kept while the assessment is open");

        sheet.finish(instrument, None);
        let after = serde_json::to_string(&sheet).unwrap();
        for option in &instrument.item(|kind| kind == ItemKind::Risk).unwrap().options {
            assert!(!after.contains(option.id.as_str()), "{after}");
        }
        assert!(sheet.kept.unwrap().risk == RiskBand::ThreeOrFour);
    }

    #[test]
    fn two_neighbouring_risk_levels_leave_the_same_sheet() {
        let instrument = fixtures::instrument();
        let finished = |risk: &str| {
            let mut sheet = mira();
            sheet.take(Given::Risk("risk".parse().unwrap(), vec![risk.parse().unwrap()]));
            sheet.finish(instrument, None);
            sheet
        };
        assert!(finished("questioned-or-attacked-online") == finished("detained-or-attacked"));
        assert!(finished("rarely-worried") == finished("some-pressure"));
    }

    #[test]
    fn a_later_answer_takes_the_place_of_the_one_before() {
        let mut sheet = mira();
        let code: CompetencyCode = "DS1".parse().unwrap();
        sheet.take(Given::SelfRating(code, Some(4)));
        assert_eq!(sheet.answers.self_ratings.get(&code), Some(&4));
        sheet.take(Given::SelfRating(code, None));
        assert_eq!(sheet.answers.self_ratings.get(&code), None);
        let question: QuestionId = "na-ds1-a".parse().unwrap();
        sheet.take(Given::Question { question: question.clone(), outcome: Outcome::DoNotKnow, choice: None });
        assert_eq!(sheet.choice(&question), None);
        assert_eq!(format!("{sheet:?}"), "Sheet(…)");
    }
}
