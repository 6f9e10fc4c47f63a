//! The competency framework: what can be learned, what is needed for safety, what opens what.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::competency::{CompetencyCode, Level};
use crate::domain::id::CourseSlug;

/// Competencies in course order: the order in which ties are broken and lessons are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framework {
    pub areas: Vec<FrameworkArea>,
    pub competencies: Vec<Competency>,
}

/// A group of competencies and the course that teaches them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameworkArea {
    pub code: AreaCode,
    pub course: CourseSlug,
}

/// What can be learned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Competency {
    pub code: CompetencyCode,
    /// Whether a person at risk needs it first; the risk factor applies to it.
    pub is_safety: bool,
    /// What must be reached before its lessons open.
    pub prerequisites: Vec<Prerequisite>,
}

/// A level that another competency waits for, written `UN6 1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Prerequisite {
    pub code: CompetencyCode,
    /// 1–4.
    pub level: Level,
}

/// The two capital letters before a competency's digit: `DS`, `UN`, `BH`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AreaCode([u8; 2]);

/// Why a text is not an area's code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an area is two capital letters, such as DS, UN or BH")]
pub struct BadArea;

impl Framework {
    pub fn competency(&self, code: CompetencyCode) -> Option<&Competency> {
        self.competencies.iter().find(|competency| competency.code == code)
    }

    pub fn has_area(&self, area: AreaCode) -> bool {
        self.areas.iter().any(|known| known.code == area)
    }

    /// Where the competency stands in course order, from 0; codes of no framework come last.
    pub fn position(&self, code: CompetencyCode) -> usize {
        let found = self.competencies.iter().position(|competency| competency.code == code);
        found.unwrap_or(self.competencies.len())
    }

    pub fn is_safety(&self, code: CompetencyCode) -> bool {
        self.competency(code).is_some_and(|competency| competency.is_safety)
    }

    pub fn prerequisites(&self, code: CompetencyCode) -> &[Prerequisite] {
        self.competency(code).map_or(&[], |competency| &competency.prerequisites)
    }
}

impl AreaCode {
    pub fn of(code: CompetencyCode) -> Self {
        let letters = code.as_str().as_bytes();
        Self([letters[0], letters[1]])
    }

    #[expect(clippy::expect_used, reason = "only capital letters are let in")]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("only capital letters are let in")
    }
}

impl std::str::FromStr for AreaCode {
    type Err = BadArea;

    fn from_str(text: &str) -> Result<Self, BadArea> {
        match *text.as_bytes() {
            [first @ b'A'..=b'Z', second @ b'A'..=b'Z'] => Ok(Self([first, second])),
            _ => Err(BadArea),
        }
    }
}

impl TryFrom<String> for AreaCode {
    type Error = BadArea;

    fn try_from(text: String) -> Result<Self, BadArea> {
        text.parse()
    }
}

impl From<AreaCode> for String {
    fn from(code: AreaCode) -> String {
        code.as_str().to_owned()
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Prerequisite {
    type Err = BadPrerequisite;

    fn from_str(text: &str) -> Result<Self, BadPrerequisite> {
        let (code, level) = text.split_once(' ').ok_or(BadPrerequisite)?;
        let code = code.parse().map_err(|_| BadPrerequisite)?;
        match level {
            "1" | "2" | "3" | "4" => Ok(Self { code, level: level.parse().map_err(|_| BadPrerequisite)? }),
            _ => Err(BadPrerequisite),
        }
    }
}

/// Why a text is not a prerequisite.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a prerequisite is a competency and a level from 1 to 4, such as UN6 1")]
pub struct BadPrerequisite;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_and_prerequisites_are_read_strictly() {
        assert_eq!(AreaCode::of("DS4".parse().unwrap()).as_str(), "DS");
        assert!("UN6 1".parse::<Prerequisite>().is_ok());
        for wrong in ["UN6", "UN6 0", "UN6 5", "un6 1", "UN6  1", ""] {
            assert!(wrong.parse::<Prerequisite>().is_err(), "{wrong:?} was taken");
        }
        for wrong in ["D", "ds", "DSX", ""] {
            assert!(wrong.parse::<AreaCode>().is_err(), "{wrong:?} was taken");
        }
    }
}
