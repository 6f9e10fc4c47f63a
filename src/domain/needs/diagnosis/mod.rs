//! From answers to levels and gaps, each of which explains itself, and to priorities, which give needs
//! their order and are shown to nobody: they tell the risk level.
//!
//! For each competency, with `S` the self-rating (0–4) and `D` the right answers among its three
//! short questions (0–3):
//!
//! - measured level `M = min((S + 2D + 1) div 3, D + 1)`, 0–3: proof counts twice, and confidence
//!   alone lifts a person at most one level above what they showed;
//! - gap `G = max(0, R − M)` with `R` the level that the role asks for (0–4);
//! - priority `P = G × k × r + d`, higher comes earlier, with `k` the risk factor (safety set only),
//!   `r` the relevance and `d` the deadline bonus (only where there is a gap).
//!
//! Source: the project's curriculum brief, section 2d. Priorities are exact: integers in hundredths.
//!
//! Nothing answered counts as follows: a question passed over is not right; no self-rating is 0 and
//! gives no note on confidence; no risk and no relevance count as the instrument says; no role asks
//! for the middle of what all roles ask for. So passing over never raises a measured level.

mod explain;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::competency::{CompetencyCode, Level};
use crate::domain::course::EditionHash;
use crate::domain::id::OptionId;

use super::answers::{Answers, Outcome};
use super::framework::AreaCode;
use super::instrument::{ContextOption, Instrument, ItemKind, Meaning, Risk, Rules, Tenths};
use super::ranking::{self, Need};

pub use explain::Explanation;

/// What a person's answers say, competency by competency, in course order. It holds what follows
/// from the exact risk level: show it, then keep only [`Diagnosis::keep`].
#[derive(Clone, PartialEq, Eq)]
pub struct Diagnosis {
    pub edition: EditionHash,
    pub standings: Vec<Standing>,
    pub(super) risk: Risk,
    /// Minutes of learning a week.
    pub minutes_a_week: u16,
}

/// Risk is in it: it prints nothing of itself.
impl std::fmt::Debug for Diagnosis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Diagnosis(…)")
    }
}

/// One competency: where the person stands, what is asked for, and how much it matters now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub code: CompetencyCode,
    pub measured: Measured,
    pub required: Required,
    pub weight: Weight,
    pub note: Option<Note>,
}

/// The measured level and the answers it was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// `S`, 0–4; `None`: passed over, which counts as 0.
    pub self_rating: Option<u8>,
    /// `D`, 0–3, [`Measured::supposed`] among them.
    pub right: u8,
    /// How many short questions were answered, "I don't know" included, 0–3.
    pub answered: u8,
    /// How many of `right` were not asked: in an adaptive sitting the other answers make them likely.
    #[serde(default)]
    pub supposed: u8,
}

/// The required level `R`, 0–4, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Required {
    ByRole(OptionId, Level),
    /// No role was given: the middle of what the roles ask for.
    MiddleOfRoles(Level),
}

/// The factors of a priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight {
    /// `k`, 1.0 outside the safety set.
    pub risk_factor: Tenths,
    /// `r`.
    pub relevance: Relevance,
    /// `d`, where the person named a deadline for this competency.
    pub deadline_bonus: Option<Tenths>,
}

/// The relevance factor and why it is what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relevance {
    Stated(Tenths),
    /// What was stated is under the least that holds for the area.
    RaisedToLeast(Tenths),
    Unanswered(Tenths),
}

/// A priority `P` in hundredths: 225 is 2.25. Higher comes earlier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Priority(pub u32);

/// What is said about confidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Note {
    /// "Let's check this together": `S − D` is 2 or more.
    CheckTogether,
    /// "You know more than you think": `D − S` is 2 or more.
    KnowMore,
}

/// What may be kept after the path was built: no priority, no factor, and of the risk a band only.
/// The order of the needs and their causes follow from the band too: two people whose risk levels share
/// a band and who answered alike leave the same thing behind.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub edition: EditionHash,
    pub risk: RiskBand,
    /// Minutes of learning a week.
    pub minutes_a_week: u16,
    pub standings: Vec<KeptStanding>,
    /// What to learn, in order.
    pub needs: Vec<Need>,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kept(…)")
    }
}

/// One competency as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptStanding {
    pub code: CompetencyCode,
    pub measured: Measured,
    pub required: Required,
    pub note: Option<Note>,
}

/// All that is kept of a risk level.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RiskBand {
    #[serde(rename = "1-2")]
    OneOrTwo,
    #[serde(rename = "3-4")]
    ThreeOrFour,
}

impl std::fmt::Debug for RiskBand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RiskBand(…)")
    }
}

/// Works out where a person stands in the areas they were asked about (all, if none is named).
pub fn diagnose(instrument: &Instrument, answers: &Answers) -> Diagnosis {
    let risk = risk(instrument, answers);
    let asked = |area: AreaCode| answers.areas.is_empty() || answers.areas.contains(&area);
    let codes = instrument.framework.competencies.iter().map(|competency| competency.code);
    let codes = codes.filter(|code| asked(AreaCode::of(*code)));
    Diagnosis {
        edition: instrument.edition.clone(),
        standings: codes.map(|code| standing(instrument, answers, risk, code)).collect(),
        risk,
        minutes_a_week: minutes_a_week(instrument, answers),
    }
}

impl Diagnosis {
    pub fn standing(&self, code: CompetencyCode) -> Option<&Standing> {
        self.standings.iter().find(|standing| standing.code == code)
    }

    /// What to learn, in order, with the exact priorities.
    pub fn ranked(&self, instrument: &Instrument) -> Vec<ranking::Ranked> {
        ranking::rank(instrument, self)
    }

    /// What may be stored once the path is built. It is ranked by the band's factor, not by the level's:
    /// whoever knows the formulas reads the level from an order or a cause that follows from it.
    pub fn keep(&self, instrument: &Instrument) -> Kept {
        let banded = self.banded(instrument);
        let kept = |standing: &Standing| KeptStanding {
            code: standing.code,
            measured: standing.measured,
            required: standing.required.clone(),
            note: standing.note,
        };
        Kept {
            edition: self.edition.clone(),
            risk: RiskBand::of(self.risk.level),
            minutes_a_week: self.minutes_a_week,
            standings: self.standings.iter().map(kept).collect(),
            needs: banded.ranked(instrument).into_iter().map(|ranked| ranked.need).collect(),
        }
    }

    /// The same with the level that stands for the whole band of the person's own.
    fn banded(&self, instrument: &Instrument) -> Self {
        let risk = instrument.band_risk(self.risk);
        let mut banded = Self { risk, ..self.clone() };
        for standing in &mut banded.standings {
            standing.weight.risk_factor = risk_factor(instrument, risk, standing.code);
        }
        banded
    }
}

impl RiskBand {
    /// The band of a level 1–4.
    pub fn of(level: u8) -> Self {
        if level >= 3 { Self::ThreeOrFour } else { Self::OneOrTwo }
    }
}

impl Measured {
    /// `M = min((S + 2D + 1) div 3, D + 1)`, 0–3. Level 4 is never given by the tool.
    pub fn level(self) -> Level {
        self.weighed().min(self.right + 1)
    }

    /// `(S + 2D + 1) div 3`, 0–3.
    fn weighed(self) -> u8 {
        (self.self_rating.unwrap_or(0) + 2 * self.right + 1) / 3
    }

    /// The right answers that were given, 0–3.
    pub fn given(self) -> u8 {
        self.right.saturating_sub(self.supposed)
    }

    /// `S − D`: above zero, more confidence than proof; `None` without a self-rating.
    pub fn confidence(self) -> Option<i8> {
        self.self_rating.map(|rating| rating as i8 - self.right as i8)
    }
}

impl KeptStanding {
    /// `G = max(0, R − M)`, 0–4.
    pub fn gap(&self) -> u8 {
        self.required.level().saturating_sub(self.measured.level())
    }
}

impl Required {
    pub fn level(&self) -> Level {
        match self {
            Self::ByRole(_, level) | Self::MiddleOfRoles(level) => *level,
        }
    }
}

impl Relevance {
    pub fn factor(self) -> Tenths {
        match self {
            Self::Stated(factor) | Self::RaisedToLeast(factor) | Self::Unanswered(factor) => factor,
        }
    }
}

impl Weight {
    /// `P = G × k × r + d`; 0 where there is no gap.
    pub fn priority(&self, gap: u8) -> Priority {
        if gap == 0 {
            return Priority(0);
        }
        let product = u32::from(gap) * u32::from(self.risk_factor.0) * u32::from(self.relevance.factor().0);
        Priority(product + 10 * u32::from(self.bonus().0))
    }

    fn bonus(&self) -> Tenths {
        self.deadline_bonus.unwrap_or(Tenths(0))
    }
}

impl Standing {
    /// `G = max(0, R − M)`, 0–4.
    pub fn gap(&self) -> u8 {
        self.required.level().saturating_sub(self.measured.level())
    }

    /// `P` for the whole gap.
    pub fn priority(&self) -> Priority {
        self.weight.priority(self.gap())
    }
}

fn standing(instrument: &Instrument, answers: &Answers, risk: Risk, code: CompetencyCode) -> Standing {
    let measured = measured(instrument, answers, code);
    Standing {
        code,
        measured,
        required: required(instrument, answers, code),
        weight: Weight {
            risk_factor: risk_factor(instrument, risk, code),
            relevance: relevance(instrument, answers, AreaCode::of(code)),
            deadline_bonus: has_deadline(instrument, answers, code).then_some(instrument.rules.deadline_bonus),
        },
        note: note(&instrument.rules, measured),
    }
}

fn risk_factor(instrument: &Instrument, risk: Risk, code: CompetencyCode) -> Tenths {
    if instrument.framework.is_safety(code) { risk.factor } else { Tenths::ONE }
}

fn measured(instrument: &Instrument, answers: &Answers, code: CompetencyCode) -> Measured {
    let questions = instrument.questions(answers.form, &instrument.source_language);
    let of_it = questions.iter().filter(|question| question.competency == code);
    let outcomes: Vec<Outcome> = of_it.filter_map(|question| answers.questions.get(&question.id).copied()).collect();
    let count = |wanted: &dyn Fn(&Outcome) -> bool| {
        let found = outcomes.iter().filter(|outcome| wanted(outcome)).count();
        u8::try_from(found.min(3)).unwrap_or(3)
    };
    Measured {
        self_rating: answers.self_ratings.get(&code).map(|rating| (*rating).min(4)),
        right: count(&|outcome| matches!(outcome, Outcome::Right | Outcome::Supposed)),
        answered: count(&|outcome| !matches!(outcome, Outcome::PassedOver | Outcome::Supposed)),
        supposed: count(&|outcome| *outcome == Outcome::Supposed),
    }
}

fn note(rules: &Rules, measured: Measured) -> Option<Note> {
    let rating = measured.self_rating?;
    if rating >= measured.right.saturating_add(rules.check_together_from) {
        Some(Note::CheckTogether)
    } else if measured.right >= rating.saturating_add(rules.know_more_from) {
        Some(Note::KnowMore)
    } else {
        None
    }
}

fn required(instrument: &Instrument, answers: &Answers, code: CompetencyCode) -> Required {
    let level_for = |levels: &BTreeMap<CompetencyCode, Level>| levels.get(&code).copied().unwrap_or(0);
    let role = chosen(instrument, answers, |kind| kind == ItemKind::Role).next();
    let by_role = role.and_then(|role| instrument.required.get(&role.id).map(|levels| (role, level_for(levels))));
    if let Some((role, level)) = by_role {
        return Required::ByRole(role.id.clone(), level);
    }
    let mut levels: Vec<Level> = instrument.required.values().map(level_for).collect();
    levels.sort_unstable();
    // The lower of two middle ones: asking for less is mended with one tap.
    let middle = levels.len().saturating_sub(1) / 2;
    Required::MiddleOfRoles(levels.get(middle).copied().unwrap_or(0))
}

fn risk(instrument: &Instrument, answers: &Answers) -> Risk {
    let mut risks =
        chosen(instrument, answers, |kind| kind == ItemKind::Risk).filter_map(|option| match option.meaning {
            Meaning::Risk(risk) => Some(risk),
            Meaning::Plain | Meaning::Relevance(_) | Meaning::Deadline(_) | Meaning::Time(_) => None,
        });
    risks.next().unwrap_or(instrument.rules.unanswered.risk)
}

fn relevance(instrument: &Instrument, answers: &Answers, area: AreaCode) -> Relevance {
    let mut stated = chosen(instrument, answers, |kind| kind == ItemKind::Relevance(area));
    let least = instrument.rules.least_relevance.get(&area).copied().unwrap_or(Tenths(0));
    match stated.next().map(|option| option.meaning) {
        Some(Meaning::Relevance(factor)) if factor < least => Relevance::RaisedToLeast(least),
        Some(Meaning::Relevance(factor)) => Relevance::Stated(factor),
        _ => Relevance::Unanswered(instrument.rules.unanswered.relevance.max(least)),
    }
}

fn has_deadline(instrument: &Instrument, answers: &Answers, code: CompetencyCode) -> bool {
    let mut named = chosen(instrument, answers, |kind| kind == ItemKind::Deadline);
    named.any(|option| option.meaning == Meaning::Deadline(code))
}

fn minutes_a_week(instrument: &Instrument, answers: &Answers) -> u16 {
    let mut times =
        chosen(instrument, answers, |kind| kind == ItemKind::Time).filter_map(|option| match option.meaning {
            Meaning::Time(minutes) => Some(minutes),
            Meaning::Plain | Meaning::Risk(_) | Meaning::Relevance(_) | Meaning::Deadline(_) => None,
        });
    times.next().unwrap_or(instrument.rules.unanswered.minutes)
}

/// The options chosen for items of a kind; options of no such item are left out.
fn chosen<'i>(
    instrument: &'i Instrument,
    answers: &'i Answers,
    wanted: impl Fn(ItemKind) -> bool + 'i,
) -> impl Iterator<Item = &'i ContextOption> {
    let items = instrument.items.iter().filter(move |item| wanted(item.kind));
    items.flat_map(|item| {
        let ids = answers.context.get(&item.id).map_or(&[][..], Vec::as_slice);
        ids.iter().filter_map(move |id| item.option(id))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::needs::{fixtures, people};

    fn measured(self_rating: u8, right: u8) -> Measured {
        Measured { self_rating: Some(self_rating), right, answered: 3, supposed: 0 }
    }

    fn check_against_the_brief(diagnosis: &Diagnosis, rows: &[people::Row]) {
        assert_eq!(diagnosis.standings.len(), rows.len());
        for (standing, (code, self_rating, right, level, required, priority)) in diagnosis.standings.iter().zip(rows) {
            assert_eq!(standing.code.as_str(), *code);
            assert_eq!(standing.measured, measured(*self_rating, *right), "{code}");
            assert_eq!(standing.measured.level(), *level, "M of {code}");
            assert_eq!(standing.required.level(), *required, "R of {code}");
            assert_eq!(standing.gap(), required.saturating_sub(*level), "G of {code}");
            assert_eq!(standing.priority(), Priority(*priority), "P of {code}");
        }
    }

    #[test]
    fn mira_is_diagnosed_as_in_the_brief() {
        let instrument = fixtures::instrument();
        let diagnosis = diagnose(instrument, &people::mira(instrument));
        check_against_the_brief(&diagnosis, &people::MIRA);
        assert_eq!(diagnosis.minutes_a_week, 90);
    }

    #[test]
    fn lien_is_diagnosed_as_in_the_brief() {
        let instrument = fixtures::instrument();
        let diagnosis = diagnose(instrument, &people::lien(instrument));
        check_against_the_brief(&diagnosis, &people::LIEN);
        let noted = diagnosis.standings.iter().filter(|standing| standing.note.is_some());
        let noted: Vec<_> = noted.map(|standing| (standing.code.to_string(), standing.note)).collect();
        let together = Some(Note::CheckTogether);
        assert_eq!(noted, [("DS2".to_owned(), together), ("UN4".to_owned(), together)]);
    }

    #[test]
    fn confidence_alone_lifts_by_one_level_at_most() {
        assert_eq!(measured(4, 0).level(), 1);
        assert_eq!(measured(4, 1).level(), 2);
        assert_eq!(measured(4, 3).level(), 3);
        assert_eq!(measured(0, 3).level(), 2);
        assert_eq!(measured(0, 0).level(), 0);
    }

    #[test]
    fn each_figure_explains_itself() {
        let explained = |measured: Measured| (measured.explain().key(), measured.explain().numbers());
        let numbers = |right, weighed, level| {
            let answers =
                [("self-rating", 400), ("answered", 300), ("given", right), ("supposed", 0), ("right", right)];
            [&answers[..], &[("weighed", weighed), ("level", level)]].concat()
        };
        assert_eq!(explained(measured(4, 0)), ("needs.explain.level_weighed", numbers(0, 100, 100)));
        assert_eq!(explained(measured(4, 3)), ("needs.explain.level_weighed", numbers(300, 300, 300)));
        let (key, said) = explained(Measured { answered: 1, supposed: 2, ..measured(4, 3) });
        assert_eq!(key, "needs.explain.level_weighed_supposed");
        assert!(
            said.contains(&("answered", 100)) && said.contains(&("given", 100)) && said.contains(&("supposed", 200))
        );
        let instrument = fixtures::instrument();
        let kept = diagnose(instrument, &people::lien(instrument)).keep(instrument);
        let review = kept.standings.iter().find(|standing| standing.code.as_str() == "UN4").unwrap();
        assert_eq!(review.explain_gap().numbers(), [("required", 300), ("measured", 200), ("gap", 100)]);
    }

    #[test]
    fn without_an_answer_risk_is_two_relevance_some_and_the_role_the_middle() {
        let instrument = fixtures::instrument();
        let diagnosis = diagnose(instrument, &Answers::default());
        let remedy = diagnosis.standing("BH6".parse().unwrap()).unwrap();
        assert_eq!(remedy.required, Required::MiddleOfRoles(2));
        assert_eq!(remedy.weight.risk_factor, Tenths(12));
        assert_eq!(remedy.weight.relevance, Relevance::Unanswered(Tenths(10)));
        assert_eq!(remedy.priority(), Priority(240));
        assert_eq!(remedy.note, None);
    }

    #[test]
    fn digital_security_is_never_quite_out_of_sight() {
        let instrument = fixtures::instrument();
        let answers = people::answers(instrument, &[("relevance-ds", "not-now"), ("relevance-un", "not-now")], &[]);
        let diagnosis = diagnose(instrument, &answers);
        let relevance = |code: &str| diagnosis.standing(code.parse().unwrap()).unwrap().weight.relevance;
        assert_eq!(relevance("DS1"), Relevance::RaisedToLeast(Tenths(10)));
        assert_eq!(relevance("UN1"), Relevance::Stated(Tenths(5)));
    }

    #[test]
    fn the_ten_minute_form_speaks_of_its_area_only() {
        let instrument = fixtures::instrument();
        let mut answers = people::mira(instrument);
        answers.areas.insert("UN".parse().unwrap());
        let diagnosis = diagnose(instrument, &answers);
        assert_eq!(diagnosis.standings.len(), 6);
        assert!(diagnosis.standings.iter().all(|standing| standing.code.area() == "UN"));
    }

    #[test]
    fn what_is_kept_holds_the_band_and_no_risk_level() {
        let instrument = fixtures::instrument();
        let kept = diagnose(instrument, &people::mira(instrument)).keep(instrument);
        let written = serde_json::to_string(&kept).unwrap();
        assert!(written.contains("\"risk\":\"3-4\""));
        for word in ["factor", "priority", "detained", "questioned", "level\":3,\"factor", "weight"] {
            assert!(!written.contains(word), "{word} is kept");
        }
    }

    /// A small need of the safety set in an area that is for later: at level 3 it would be "later", at
    /// level 4 not.
    #[test]
    fn neither_cause_nor_order_tells_the_level_within_a_band() {
        let instrument = fixtures::instrument();
        let rows = [("UN6", 2, 2, 2, 3, 0)];
        let kept = |risk: &str| {
            let choices = [("role", "documenter"), ("relevance-un", "not-now"), ("risk", risk)];
            diagnose(instrument, &people::answers(instrument, &choices, &rows)).keep(instrument)
        };
        assert!(kept("questioned-or-attacked-online") == kept("detained-or-attacked"));
        assert!(kept("rarely-worried") == kept("some-pressure"));
        assert!(kept("some-pressure") != kept("detained-or-attacked"));
    }

    #[test]
    fn nothing_of_it_is_printed() {
        let instrument = fixtures::instrument();
        let diagnosis = diagnose(instrument, &people::mira(instrument));
        assert_eq!(format!("{diagnosis:?}"), "Diagnosis(…)");
        assert_eq!(format!("{:?}", diagnosis.keep(instrument)), "Kept(…)");
        assert_eq!(format!("{:?}", RiskBand::ThreeOrFour), "RiskBand(…)");
    }

    proptest! {
        #[test]
        fn more_right_answers_never_lower_a_level(rating in proptest::option::of(0_u8..=4), right in 0_u8..3) {
            let less = Measured { self_rating: rating, ..measured(0, right) };
            let more = Measured { right: right + 1, ..less };
            prop_assert!(more.level() >= less.level());
        }

        #[test]
        fn passing_over_never_raises_a_level(rating in 0_u8..=4, right in 0_u8..=3) {
            let answered = measured(rating, right);
            let silent = Measured { self_rating: None, ..answered };
            let passed = Measured { right: right.saturating_sub(1), ..answered };
            prop_assert!(silent.level() <= answered.level() && passed.level() <= answered.level());
            prop_assert!(answered.level() <= 3);
        }

        #[test]
        fn the_order_of_answering_changes_nothing(order in Just((0..18_usize).collect::<Vec<_>>()).prop_shuffle()) {
            let instrument = fixtures::instrument();
            let rows: Vec<people::Row> = order.iter().map(|at| people::MIRA[*at]).collect();
            let choices = [("role", "documenter"), ("relevance-bh", "core")];
            let mut backwards = choices;
            backwards.reverse();
            let one = diagnose(instrument, &people::answers(instrument, &choices, &people::MIRA));
            let other = diagnose(instrument, &people::answers(instrument, &backwards, &rows));
            prop_assert!(one == other);
        }

        #[test]
        fn what_is_kept_is_the_same_for_both_levels_of_a_band(
            ratings in proptest::collection::vec(0_u8..=4, 18),
            right in proptest::collection::vec(0_u8..=3, 18),
            chosen in proptest::collection::vec(0_usize..8, 5),
        ) {
            let instrument = fixtures::instrument();
            let rows = people::MIRA.iter().zip(ratings.iter().zip(&right));
            let rows: Vec<people::Row> = rows.map(|(row, (rating, right))| (row.0, *rating, *right, 0, 0, 0)).collect();
            let mut answers = people::answers(instrument, &[], &rows);
            let items = ["role", "relevance-ds", "relevance-un", "relevance-bh", "deadline"];
            for (item, chosen) in items.iter().zip(&chosen) {
                let item = instrument.items.iter().find(|known| known.id.as_str() == *item).unwrap();
                let option = item.options.get(*chosen).map(|option| option.id.clone());
                answers.context.insert(item.id.clone(), option.into_iter().collect());
            }
            let mut kept = |risk: &str| {
                answers.context.insert("risk".parse().unwrap(), vec![risk.parse().unwrap()]);
                diagnose(instrument, &answers).keep(instrument)
            };
            prop_assert!(kept("questioned-or-attacked-online") == kept("detained-or-attacked"));
            prop_assert!(kept("rarely-worried") == kept("some-pressure"));
        }

        #[test]
        fn passing_over_a_question_never_closes_a_gap(passed in 0_usize..54, area in 0_usize..18) {
            let instrument = fixtures::instrument();
            let mut answers = people::lien(instrument);
            let before = diagnose(instrument, &answers);
            let id = answers.questions.keys().nth(passed).cloned().unwrap();
            answers.questions.insert(id, Outcome::PassedOver);
            let code = instrument.framework.competencies[area].code;
            answers.self_ratings.remove(&code);
            let after = diagnose(instrument, &answers);
            for (before, after) in before.standings.iter().zip(&after.standings) {
                prop_assert!(after.measured.level() <= before.measured.level());
                prop_assert!(after.gap() >= before.gap());
            }
        }
    }
}
