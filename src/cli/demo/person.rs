//! Who somebody made up is: what they can do, what they do at work, how they keep at it.

use std::collections::BTreeMap;

use super::dice::Dice;
use crate::domain::competency::CompetencyCode;
use crate::domain::id::OptionId;
use crate::domain::needs::instrument::Instrument;

/// What somebody is like.
pub struct Character {
    pub role: OptionId,
    /// What they can do in each competency, in levels, about 0 to 3.
    pub ability: BTreeMap<CompetencyCode, f64>,
    pub habit: Habit,
}

/// How somebody keeps at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// A lesson every few days, to the end.
    Steady,
    /// The same with weeks in between.
    Slow,
    /// Stops after so many lessons and does not come back.
    Stops(usize),
    /// Stops after so many lessons, and comes back after months.
    ComesBack(usize),
}

impl Character {
    pub fn made_up(dice: &mut Dice, instrument: &Instrument) -> Self {
        let roles: Vec<&OptionId> = instrument.required.keys().collect();
        // Community defenders and documenters are many, security focal points few.
        let role = roles[dice.below(roles.len()).min(dice.below(roles.len() + 2))].clone();
        let general = dice.normal() * 0.5;
        let required = instrument.required.get(&role);
        let mut ability = BTreeMap::new();
        for competency in &instrument.framework.competencies {
            let asked = required.and_then(|levels| levels.get(&competency.code)).copied().unwrap_or(2);
            // Who needs something at work has met some of it.
            let met = (f64::from(asked) - 2.0) * 0.35;
            ability.insert(competency.code, (1.05 + general + met + dice.normal() * 0.6).clamp(0.0, 3.2));
        }
        Self { role, ability, habit: Habit::made_up(dice) }
    }

    /// The mean ability in some competencies.
    pub fn in_all(&self, competencies: &[CompetencyCode]) -> f64 {
        let known: Vec<f64> = competencies.iter().filter_map(|code| self.ability.get(code)).copied().collect();
        known.iter().sum::<f64>() / known.len().max(1) as f64
    }
}

impl Habit {
    fn made_up(dice: &mut Dice) -> Self {
        match dice.below(100) {
            0..34 => Self::Steady,
            34..56 => Self::Slow,
            // Most who stop do so early.
            56..88 => Self::Stops(dice.below(12).min(dice.below(12))),
            _ => Self::ComesBack(2 + dice.below(6)),
        }
    }

    /// Days until the next lesson, after so many; `None`: never.
    pub fn pause(self, dice: &mut Dice, done: usize) -> Option<i64> {
        match self {
            Self::Stops(after) if done >= after => None,
            Self::ComesBack(after) if done == after => Some(dice.between(45, 140)),
            Self::Slow => Some(dice.between(4, 16)),
            // Two lessons on one day happen.
            Self::Steady | Self::Stops(_) | Self::ComesBack(_) => Some(dice.between(0, 5)),
        }
    }
}
