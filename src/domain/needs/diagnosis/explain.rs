//! What each figure is made of, so that no number is a black box.

use crate::domain::competency::Level;
use crate::domain::id::OptionId;
use crate::domain::needs::instrument::Tenths;

use super::{KeptStanding, Measured, Priority, Required, Standing, Weight};

/// A figure and the numbers that made it. Pages print it through the message named by
/// [`Explanation::key`] with [`Explanation::numbers`]; no figure is shown without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Explanation {
    /// `(S + 2D + 1) div 3` decided.
    LevelWeighed {
        self_rating: u8,
        right: u8,
        weighed: u8,
        level: Level,
    },
    /// `D + 1` decided: confidence lifts one level at most.
    LevelHeld {
        self_rating: u8,
        right: u8,
        weighed: u8,
        level: Level,
    },
    RequiredByRole {
        role: OptionId,
        level: Level,
    },
    RequiredMiddle {
        level: Level,
    },
    Gap {
        required: Level,
        measured: Level,
        gap: u8,
    },
    NoGap {
        required: Level,
        measured: Level,
    },
    Priority {
        gap: u8,
        risk_factor: Tenths,
        relevance: Tenths,
        bonus: Tenths,
        priority: Priority,
    },
}

impl Measured {
    pub fn explain(self) -> Explanation {
        let (self_rating, right) = (self.self_rating.unwrap_or(0), self.right);
        let (weighed, level) = (self.weighed(), self.level());
        if weighed > level {
            Explanation::LevelHeld { self_rating, right, weighed, level }
        } else {
            Explanation::LevelWeighed { self_rating, right, weighed, level }
        }
    }
}

impl Required {
    pub fn explain(&self) -> Explanation {
        match self {
            Self::ByRole(role, level) => Explanation::RequiredByRole { role: role.clone(), level: *level },
            Self::MiddleOfRoles(level) => Explanation::RequiredMiddle { level: *level },
        }
    }
}

impl Weight {
    pub fn explain(&self, gap: u8) -> Explanation {
        Explanation::Priority {
            gap,
            risk_factor: self.risk_factor,
            relevance: self.relevance.factor(),
            bonus: if gap == 0 { Tenths(0) } else { self.bonus() },
            priority: self.priority(gap),
        }
    }
}

impl Standing {
    pub fn explain_gap(&self) -> Explanation {
        Explanation::of_gap(self.required.level(), self.measured.level())
    }

    pub fn explain_priority(&self) -> Explanation {
        self.weight.explain(self.gap())
    }
}

impl KeptStanding {
    pub fn explain_gap(&self) -> Explanation {
        Explanation::of_gap(self.required.level(), self.measured.level())
    }
}

impl Explanation {
    fn of_gap(required: Level, measured: Level) -> Self {
        match required.saturating_sub(measured) {
            0 => Self::NoGap { required, measured },
            gap => Self::Gap { required, measured, gap },
        }
    }

    /// The message that prints it.
    pub fn key(&self) -> &'static str {
        match self {
            Self::LevelWeighed { .. } => "needs.explain.level_weighed",
            Self::LevelHeld { .. } => "needs.explain.level_held",
            Self::RequiredByRole { .. } => "needs.explain.required_by_role",
            Self::RequiredMiddle { .. } => "needs.explain.required_middle",
            Self::Gap { .. } => "needs.explain.gap",
            Self::NoGap { .. } => "needs.explain.no_gap",
            Self::Priority { .. } => "needs.explain.priority",
        }
    }

    /// The numbers for that message by the names it uses, in hundredths (200 is 2), so that pages
    /// write each as their language does.
    pub fn numbers(&self) -> Vec<(&'static str, u32)> {
        let whole = |number: &u8| u32::from(*number) * 100;
        let part = |factor: &Tenths| u32::from(factor.0) * 10;
        match self {
            Self::LevelWeighed { self_rating, right, weighed, level }
            | Self::LevelHeld { self_rating, right, weighed, level } => vec![
                ("self-rating", whole(self_rating)),
                ("right", whole(right)),
                ("weighed", whole(weighed)),
                ("level", whole(level)),
            ],
            Self::RequiredByRole { level, .. } | Self::RequiredMiddle { level } => vec![("level", whole(level))],
            Self::Gap { required, measured, gap } => {
                vec![("required", whole(required)), ("measured", whole(measured)), ("gap", whole(gap))]
            }
            Self::NoGap { required, measured } => vec![("required", whole(required)), ("measured", whole(measured))],
            Self::Priority { gap, risk_factor, relevance, bonus, priority } => vec![
                ("gap", whole(gap)),
                ("risk-factor", part(risk_factor)),
                ("relevance", part(relevance)),
                ("bonus", part(bonus)),
                ("priority", priority.0),
            ],
        }
    }
}
