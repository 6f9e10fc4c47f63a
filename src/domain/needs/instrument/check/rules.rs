//! The rules by which answers become priorities.

use std::collections::BTreeMap;

use crate::domain::competency::CompetencyCode;
use crate::domain::needs::framework::{AreaCode, Framework};

use super::super::diagnostic::{Problems, Source};
use super::super::raw::{RawInstrument, RawRules, Word};
use super::super::{ContextItem, Floor, ItemKind, Meaning, Rules, Tenths, Unanswered};
use super::{parse, tenths};

pub fn rules(
    source: Source<'_>,
    raw: &RawInstrument,
    framework: &Framework,
    items: &[ContextItem],
    problems: &mut Problems,
) -> Option<Rules> {
    let rules = raw.rules.get_ref();
    let deadline_bonus = factor(source, &rules.deadline_bonus, problems);
    let later_below = factor(source, &rules.later_below, problems);
    let floor = floor(source, raw, framework, problems);
    let unanswered = unanswered(source, rules, items, problems);
    let least_relevance = least_relevance(source, rules, framework, problems);
    Some(Rules {
        deadline_bonus: deadline_bonus?,
        later_below: later_below?,
        check_together_from: rules.check_together_from,
        know_more_from: rules.know_more_from,
        floor: floor?,
        unanswered: unanswered?,
        least_relevance,
    })
}

fn factor(source: Source<'_>, written: &toml::Spanned<f64>, problems: &mut Problems) -> Option<Tenths> {
    let read = tenths(*written.get_ref());
    if read.is_none() {
        let message = format!("`{}` is no factor", written.get_ref());
        problems.error(source, written.span(), "factor", message, "Write 0.1 to 9.9, one digit after the point.");
    }
    read
}

fn floor(source: Source<'_>, raw: &RawInstrument, framework: &Framework, problems: &mut Problems) -> Option<Floor> {
    let floor = &raw.rules.get_ref().floor;
    let mut competencies = Vec::new();
    for word in &floor.competencies {
        let Some(code) = parse::<CompetencyCode>(source, word, problems) else { continue };
        if !framework.is_safety(code) {
            let message = format!("{code} is on the safety floor but not in the safety set");
            problems.error(source, word.span(), "floor", message, "Set `safety = true` for it, or take it out.");
        }
        competencies.push(code);
    }
    // A floor for one level of a band would tell the level of whoever has it.
    if ![1, 3].contains(&floor.from_risk) || !(1..=3).contains(&floor.level) {
        let message = format!("The floor begins at risk {} and goes to level {}", floor.from_risk, floor.level);
        let help = "It begins at risk 1 or 3, where the bands 1-2 and 3-4 begin, and lessons reach level 3.";
        problems.error(source, raw.rules.span(), "floor", message, help);
        return None;
    }
    Some(Floor { from_risk: floor.from_risk, level: floor.level, competencies })
}

fn unanswered(
    source: Source<'_>,
    rules: &RawRules,
    items: &[ContextItem],
    problems: &mut Problems,
) -> Option<Unanswered> {
    let risk = named(source, &rules.unanswered.risk, items, problems, |kind| kind == ItemKind::Risk);
    let is_relevance = |kind| matches!(kind, ItemKind::Relevance(_));
    let relevance = named(source, &rules.unanswered.relevance, items, problems, is_relevance);
    match (risk?, relevance?) {
        (Meaning::Risk(risk), Meaning::Relevance(relevance)) => {
            Some(Unanswered { risk, relevance, minutes: rules.unanswered.minutes.max(1) })
        }
        _ => None,
    }
}

/// What the named option of the first item of a kind means.
fn named(
    source: Source<'_>,
    word: &Word,
    items: &[ContextItem],
    problems: &mut Problems,
    wanted: impl Fn(ItemKind) -> bool,
) -> Option<Meaning> {
    let mut options = items.iter().filter(|item| wanted(item.kind)).flat_map(|item| &item.options);
    let found = options.find(|option| option.id.as_str() == word.get_ref());
    if found.is_none() {
        let message = format!("`{}` is no option of that item", word.get_ref());
        problems.error(source, word.span(), "unanswered", message, "Name one of its options.");
    }
    found.map(|option| option.meaning)
}

fn least_relevance(
    source: Source<'_>,
    rules: &RawRules,
    framework: &Framework,
    problems: &mut Problems,
) -> BTreeMap<AreaCode, Tenths> {
    let mut least = BTreeMap::new();
    for (word, written) in &rules.least_relevance {
        let area: Option<AreaCode> = parse(source, word, problems);
        let value = factor(source, written, problems);
        if let (Some(area), Some(value)) = (area, value) {
            if !framework.has_area(area) {
                let message = format!("{area} is no area of the framework");
                problems.error(source, word.span(), "area", message, "Name one of the framework's areas.");
            }
            least.insert(area, value);
        }
    }
    least
}
