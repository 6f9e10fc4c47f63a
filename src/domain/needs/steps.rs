//! The steps of an assessment, a page each, in the order in which they are walked.
//!
//! First the person's work and how they learn, a few items a page; then the self-ratings, an area a
//! page; then the short questions, one a page. The ten-minute form leaves out what changes nothing
//! in a path through one area.

use crate::domain::competency::CompetencyCode;
use crate::domain::quiz::question::Question;

use super::adaptive;
use super::framework::AreaCode;
use super::instrument::{ContextItem, Instrument, ItemKind, Meaning};
use super::rasch::calibrate::Calibration;
use super::sheet::Sheet;

/// One page.
#[derive(Clone, Debug, PartialEq)]
pub enum Step<'a> {
    Situation(Vec<&'a ContextItem>),
    Ratings(AreaCode, Vec<CompetencyCode>),
    /// Counted from 1 among `of` short questions (of an adaptive sitting: at most so many). In the words
    /// of the source.
    Question {
        question: &'a Question,
        number: usize,
        of: usize,
    },
}

/// A stretch of steps, for showing how far one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Situation,
    Ratings(AreaCode),
    Questions(AreaCode),
}

/// All steps of this sheet's form; of an adaptive one, as far as they are known. `calibration`: of the
/// sheet's form, where there is one.
pub fn steps<'a>(instrument: &'a Instrument, sheet: &Sheet, calibration: Option<&Calibration>) -> Vec<Step<'a>> {
    let areas = areas(instrument, sheet);
    let mut steps = situation(instrument, &areas, areas.len() == instrument.framework.areas.len());
    for area in &areas {
        let codes = instrument.framework.competencies.iter().map(|competency| competency.code);
        steps.push(Step::Ratings(*area, codes.filter(|code| AreaCode::of(*code) == *area).collect()));
    }
    let (questions, of) = match calibration.filter(|_| sheet.is_adaptive) {
        Some(calibration) => (chosen(instrument, sheet, calibration), adaptive::most(instrument, sheet)),
        None => {
            let all = questions(instrument, sheet, &areas);
            let of = all.len();
            (all, of)
        }
    };
    steps.extend((1..).zip(questions).map(|(number, question)| Step::Question { question, number, of }));
    steps
}

fn questions<'a>(instrument: &'a Instrument, sheet: &Sheet, areas: &[AreaCode]) -> Vec<&'a Question> {
    let all = instrument.questions(sheet.answers.form, &instrument.source_language).iter();
    all.filter(|question| areas.contains(&AreaCode::of(question.competency))).collect()
}

/// Those that were asked, and the one that comes next.
fn chosen<'a>(instrument: &'a Instrument, sheet: &Sheet, calibration: &Calibration) -> Vec<&'a Question> {
    let all = instrument.questions(sheet.answers.form, &instrument.source_language);
    let asked = sheet.asked.iter().filter_map(|id| all.iter().find(|question| question.id == *id));
    asked.chain(adaptive::next(instrument, sheet, calibration)).collect()
}

/// The areas asked about, in the order of the framework.
pub fn areas(instrument: &Instrument, sheet: &Sheet) -> Vec<AreaCode> {
    let asked = &sheet.answers.areas;
    let areas = instrument.framework.areas.iter().map(|area| area.code);
    areas.filter(|area| asked.is_empty() || asked.contains(area)).collect()
}

fn situation<'a>(instrument: &'a Instrument, areas: &[AreaCode], is_whole: bool) -> Vec<Step<'a>> {
    let mut pages: Vec<(Page, Vec<&ContextItem>)> = Vec::new();
    for item in instrument.items.iter().filter(|item| is_asked(item, areas, is_whole)) {
        let page = page(item.kind);
        match pages.iter_mut().find(|(known, _)| *known == page) {
            Some((_, items)) => items.push(item),
            None => pages.push((page, vec![item])),
        }
    }
    pages.into_iter().map(|(_, items)| Step::Situation(items)).collect()
}

/// What is asked together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Page {
    Work,
    Risk,
    Soon,
    Means,
    Languages,
    Pace,
}

fn page(kind: ItemKind) -> Page {
    match kind {
        ItemKind::Role | ItemKind::Setting => Page::Work,
        ItemKind::Risk => Page::Risk,
        ItemKind::Relevance(_) | ItemKind::Deadline => Page::Soon,
        ItemKind::Connectivity | ItemKind::Device => Page::Means,
        ItemKind::Language => Page::Languages,
        ItemKind::Access | ItemKind::Time => Page::Pace,
    }
}

fn is_asked(item: &ContextItem, areas: &[AreaCode], is_whole: bool) -> bool {
    match item.kind {
        ItemKind::Role | ItemKind::Risk | ItemKind::Time => true,
        ItemKind::Relevance(area) => areas.contains(&area),
        ItemKind::Deadline => item.options.iter().any(|option| match option.meaning {
            Meaning::Deadline(code) => areas.contains(&AreaCode::of(code)),
            Meaning::Plain | Meaning::Risk(_) | Meaning::Relevance(_) | Meaning::Time(_) => false,
        }),
        ItemKind::Setting | ItemKind::Connectivity | ItemKind::Device | ItemKind::Language | ItemKind::Access => {
            is_whole
        }
    }
}

impl Step<'_> {
    pub fn part(&self) -> Part {
        match self {
            Self::Situation(_) => Part::Situation,
            Self::Ratings(area, _) => Part::Ratings(*area),
            Self::Question { question, .. } => Part::Questions(AreaCode::of(question.competency)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::needs::fixtures;
    use crate::domain::needs::instrument::Form;

    fn of(area: Option<&str>, form: Form) -> Vec<Step<'static>> {
        let sheet = Sheet::new(form, area.map(|area| area.parse().unwrap()), false);
        steps(fixtures::instrument(), &sheet, None)
    }

    #[test]
    fn the_whole_form_asks_everything_once() {
        let instrument = fixtures::instrument();
        for form in [Form::First, Form::Again] {
            let steps = of(None, form);
            assert_eq!(steps.len(), 6 + 3 + 54);
            let mut items = Vec::new();
            let mut questions = BTreeSet::new();
            for step in &steps {
                match step {
                    Step::Situation(on_page) => items.extend(on_page.iter().map(|item| &item.id)),
                    Step::Ratings(_, codes) => assert_eq!(codes.len(), 6),
                    Step::Question { question, of, .. } => {
                        assert_eq!(*of, 54);
                        assert!(questions.insert(&question.id));
                    }
                }
            }
            assert_eq!(items, instrument.items.iter().map(|item| &item.id).collect::<Vec<_>>());
            assert_eq!(questions.len(), 54);
        }
    }

    #[test]
    fn the_ten_minute_form_asks_about_its_area_only() {
        let steps = of(Some("UN"), Form::First);
        let ids: Vec<&str> = steps
            .iter()
            .filter_map(|step| match step {
                Step::Situation(items) => Some(items),
                Step::Ratings(..) | Step::Question { .. } => None,
            })
            .flatten()
            .map(|item| item.id.as_str())
            .collect();
        assert_eq!(ids, ["role", "risk", "relevance-un", "deadline", "time"]);
        assert_eq!(steps.len(), 4 + 1 + 18);
        assert!(steps.iter().all(|step| match step.part() {
            Part::Situation => true,
            Part::Ratings(area) | Part::Questions(area) => area.as_str() == "UN",
        }));
        let has_deadline = |step: &Step| matches!(step, Step::Situation(items) if items.iter().any(|item| item.kind == ItemKind::Deadline));
        assert!(!of(Some("DS"), Form::First).iter().any(has_deadline), "no deadline is about digital security");
    }

    #[test]
    fn the_risk_stands_alone_on_its_page() {
        let alone = of(None, Form::First)
            .into_iter()
            .any(|step| matches!(step, Step::Situation(items) if items.len() == 1 && items[0].kind == ItemKind::Risk));
        assert!(alone);
    }
}
