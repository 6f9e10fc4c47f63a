//! Competencies, their areas and levels (the framework's own texts are authored files).

use serde::{Deserialize, Serialize};

/// A competency's code: two capital letters for the area, one digit, e.g. `DS1`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CompetencyCode([u8; 3]);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a competency is two capital letters and a digit, such as DS1, UN4 or BH6")]
pub struct BadCompetency;

impl CompetencyCode {
    #[expect(clippy::expect_used, reason = "only ASCII is let in by from_str")]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("only ASCII is let in by from_str")
    }

    /// The area's letters: `DS`, `UN`, `BH`, or `LT` for the platform itself.
    pub fn area(&self) -> &str {
        &self.as_str()[..2]
    }
}

impl std::str::FromStr for CompetencyCode {
    type Err = BadCompetency;

    fn from_str(text: &str) -> Result<Self, BadCompetency> {
        match *text.as_bytes() {
            [first @ b'A'..=b'Z', second @ b'A'..=b'Z', digit @ b'1'..=b'9'] => Ok(Self([first, second, digit])),
            _ => Err(BadCompetency),
        }
    }
}

impl TryFrom<String> for CompetencyCode {
    type Error = BadCompetency;

    fn try_from(text: String) -> Result<Self, BadCompetency> {
        text.parse()
    }
}

impl From<CompetencyCode> for String {
    fn from(code: CompetencyCode) -> String {
        code.as_str().to_owned()
    }
}

impl std::fmt::Display for CompetencyCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::fmt::Debug for CompetencyCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A level of mastery, 0 (none yet) to 4 (leads; only ever confirmed by a person).
pub type Level = u8;

/// What a lesson does for one competency: from `before` to `after`, both 0–4, written `DS1 0-2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompetencySpan {
    pub code: CompetencyCode,
    pub before: Level,
    pub after: Level,
}
