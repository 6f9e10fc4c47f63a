//! The order in which gaps are closed: safety floor first, then by priority.
//!
//! 1. At the floor's risk level and above, its competencies under its level come first, up to it.
//! 2. Then by `P`, high to low, of the gap that remains after the floor.
//! 3. Ties: safety set first, then course order.
//! 4. A priority under the instrument's limit is "later, if you wish".
//!
//! Source: the curriculum brief, section 2d. Prerequisites and weeks are the pathway's matter.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use crate::domain::competency::{CompetencyCode, Level};

use super::diagnosis::{Diagnosis, Priority, Relevance, Standing, Weight};
use super::instrument::{Instrument, Tenths};

/// One stretch to learn: from a level to a level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    pub code: CompetencyCode,
    /// 0–3.
    pub from: Level,
    /// 1–4; what lies above 3 is met by a mentored task.
    pub to: Level,
    pub cause: Cause,
}

/// Why a need stands where it stands, as far as it may be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// People at this risk begin with it.
    Floor,
    /// A deadline was named.
    Deadline,
    /// It is in the safety set.
    Safety { is_core: bool },
    /// The person called it core.
    Core,
    /// The role asks for more than was shown.
    Gap,
    /// A small need: "later, if you wish".
    Later,
}

/// A need with the priority that gave it its place. Not for keeping: it tells the risk level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    pub need: Need,
    /// Of what remains after the floor; for the floor itself, of what it closes.
    pub priority: Priority,
}

/// Every gap in the order in which it is to be closed.
pub fn rank(instrument: &Instrument, diagnosis: &Diagnosis) -> Vec<Ranked> {
    let mut floor = Vec::new();
    let mut rest = Vec::new();
    for standing in &diagnosis.standings {
        let mut from = standing.measured.level();
        if let Some(to) = floor_level(instrument, diagnosis, standing) {
            floor.push(ranked(standing, (from, to), Cause::Floor));
            from = to;
        }
        let to = standing.required.level();
        if to > from {
            let cause = cause(instrument, standing, to - from);
            rest.push(ranked(standing, (from, to), cause));
        }
    }
    // Standings are in course order and both sorts are stable, so ties keep it.
    floor.sort_by_key(|ranked| instrument.rules.floor.competencies.iter().position(|code| *code == ranked.need.code));
    rest.sort_by_key(|ranked| (Reverse(ranked.priority), !instrument.framework.is_safety(ranked.need.code)));
    floor.into_iter().chain(rest).collect()
}

/// The level to which the floor lifts this competency, if it does.
fn floor_level(instrument: &Instrument, diagnosis: &Diagnosis, standing: &Standing) -> Option<Level> {
    let floor = &instrument.rules.floor;
    let is_under = standing.measured.level() < floor.level && floor.competencies.contains(&standing.code);
    (is_under && diagnosis.risk.level >= floor.from_risk).then_some(floor.level)
}

fn ranked(standing: &Standing, (from, to): (Level, Level), cause: Cause) -> Ranked {
    let priority = standing.weight.priority(to - from);
    Ranked { need: Need { code: standing.code, from, to, cause }, priority }
}

/// The strongest reason that a person would recognise.
fn cause(instrument: &Instrument, standing: &Standing, gap: u8) -> Cause {
    let is_core = is_core(&standing.weight);
    if standing.weight.priority(gap) < Priority(10 * u32::from(instrument.rules.later_below.0)) {
        Cause::Later
    } else if standing.weight.deadline_bonus.is_some() {
        Cause::Deadline
    } else if instrument.framework.is_safety(standing.code) {
        Cause::Safety { is_core }
    } else if is_core {
        Cause::Core
    } else {
        Cause::Gap
    }
}

fn is_core(weight: &Weight) -> bool {
    matches!(weight.relevance, Relevance::Stated(factor) if factor > Tenths::ONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::needs::diagnosis::diagnose;
    use crate::domain::needs::{fixtures, people};

    /// `DS1 1-2 floor 150`.
    fn written(ranked: &[Ranked]) -> Vec<String> {
        let line = |ranked: &Ranked| {
            let Need { code, from, to, cause } = &ranked.need;
            let kind = match cause {
                Cause::Floor => "floor",
                Cause::Later => "later",
                Cause::Deadline | Cause::Safety { .. } | Cause::Core | Cause::Gap => "now",
            };
            format!("{code} {from}-{to} {kind} {}", ranked.priority.0)
        };
        ranked.iter().map(line).collect()
    }

    #[test]
    fn mira_is_ranked_as_in_the_brief() {
        let instrument = fixtures::instrument();
        let ranked = rank(instrument, &diagnose(instrument, &people::mira(instrument)));
        let expected = [
            "DS1 1-2 floor 150",
            "DS3 1-2 floor 150",
            "DS4 1-2 floor 150",
            "BH6 0-2 now 450",
            "DS5 0-2 now 300",
            "BH3 1-3 now 300",
            "BH4 2-3 now 225",
            "DS3 2-3 now 150",
            "DS4 2-3 now 150",
            "UN6 1-3 now 150",
            "BH1 1-2 now 150",
            "BH2 0-1 now 150",
            "BH5 1-2 now 150",
            "UN2 0-1 later 50",
            "UN3 1-2 later 50",
            "UN4 0-1 later 50",
            "UN5 0-1 later 50",
        ];
        assert_eq!(written(&ranked), expected);
    }

    #[test]
    fn lien_is_ranked_as_in_the_brief() {
        let instrument = fixtures::instrument();
        let ranked = rank(instrument, &diagnose(instrument, &people::lien(instrument)));
        let expected = [
            "UN2 1-3 now 300",
            "UN5 1-3 now 300",
            "UN4 2-3 now 250",
            "BH6 1-3 now 240",
            "BH2 1-3 now 200",
            "BH5 0-2 now 200",
            "UN6 2-3 now 180",
            "UN3 2-3 now 150",
            "DS4 1-2 now 120",
            "DS5 1-2 now 120",
            "BH3 1-2 now 100",
        ];
        assert_eq!(written(&ranked), expected);
        assert_eq!(ranked[2].need.cause, Cause::Deadline);
        assert_eq!(ranked[0].need.cause, Cause::Core);
    }

    #[test]
    fn the_floor_goes_to_its_level_even_where_the_role_asks_for_less() {
        let instrument = fixtures::instrument();
        let choices = [("role", "community-defender"), ("risk", "detained-or-attacked")];
        let ranked = rank(instrument, &diagnose(instrument, &people::answers(instrument, &choices, &[])));
        let floor: Vec<String> = written(&ranked).into_iter().take(4).collect();
        assert_eq!(floor, ["DS1 0-2 floor 400", "DS2 0-2 floor 400", "DS3 0-2 floor 400", "DS4 0-2 floor 400"]);
        assert_eq!(ranked.iter().filter(|ranked| ranked.need.code.as_str() == "DS4").count(), 1);
    }

    #[test]
    fn there_is_no_floor_at_low_risk() {
        let instrument = fixtures::instrument();
        let ranked = rank(instrument, &diagnose(instrument, &people::answers(instrument, &[], &[])));
        assert!(ranked.iter().all(|ranked| ranked.need.cause != Cause::Floor));
    }
}
