//! What each figure is made of, so that no number is a black box.

use crate::domain::competency::Level;
use crate::domain::id::OptionId;

use super::{KeptStanding, Measured, Required};

/// A figure and the numbers that made it. Pages print it through the message named by
/// [`Explanation::key`] with [`Explanation::numbers`]; no figure is shown without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Explanation {
    /// `(S + 2D + 1) div 3` decided.
    LevelWeighed(Measured),
    /// `D + 1` decided: confidence lifts one level at most.
    LevelHeld(Measured),
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
}

impl Measured {
    pub fn explain(self) -> Explanation {
        if self.weighed() > self.level() { Explanation::LevelHeld(self) } else { Explanation::LevelWeighed(self) }
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
            Self::LevelWeighed(measured) if measured.supposed > 0 => "needs.explain.level_weighed_supposed",
            Self::LevelHeld(measured) if measured.supposed > 0 => "needs.explain.level_held_supposed",
            Self::LevelWeighed(_) => "needs.explain.level_weighed",
            Self::LevelHeld(_) => "needs.explain.level_held",
            Self::RequiredByRole { .. } => "needs.explain.required_by_role",
            Self::RequiredMiddle { .. } => "needs.explain.required_middle",
            Self::Gap { .. } => "needs.explain.gap",
            Self::NoGap { .. } => "needs.explain.no_gap",
        }
    }

    /// The numbers for that message by the names it uses, in hundredths (200 is 2), so that pages
    /// write each as their language does.
    pub fn numbers(&self) -> Vec<(&'static str, u32)> {
        let whole = |number: &u8| u32::from(*number) * 100;
        match self {
            Self::LevelWeighed(measured) | Self::LevelHeld(measured) => vec![
                ("self-rating", whole(&measured.self_rating.unwrap_or(0))),
                ("answered", whole(&measured.answered)),
                ("given", whole(&measured.given())),
                ("supposed", whole(&measured.supposed)),
                ("right", whole(&measured.right)),
                ("weighed", whole(&measured.weighed())),
                ("level", whole(&measured.level())),
            ],
            Self::RequiredByRole { level, .. } | Self::RequiredMiddle { level } => vec![("level", whole(level))],
            Self::Gap { required, measured, gap } => {
                vec![("required", whole(required)), ("measured", whole(measured)), ("gap", whole(gap))]
            }
            Self::NoGap { required, measured } => vec![("required", whole(required)), ("measured", whole(measured))],
        }
    }
}
