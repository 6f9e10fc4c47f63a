//! The kinds of questions. A new kind is a file here, a variant of [`Body`] and a template
//! `questions/_<name>`; the compiler names the other places.
//!
//! Each kind's file holds what it is made of and, beside that, how a form about it is read, in which
//! order it is presented and how a response is marked. Indices are authored ones
//! everywhere but in forms, which hold positions as presented.

mod blanks;
mod choices;
mod free_response;
mod matching;
mod numeric;
mod ordering;
mod short_text;

use crate::domain::competency::{CompetencyCode, Level};
use crate::domain::id::{FactId, LessonId, QuestionId};
use crate::domain::markup::SafeHtml;

pub use blanks::{Blanks, Piece};
pub use choices::{Choice, Choices};
pub use free_response::{Criterion, CriterionLevel, FreeResponse};
pub use matching::{Matching, Pair};
pub use numeric::{Numeric, NumericVariant};
pub use ordering::Ordering;
pub use short_text::{ShortText, Variant};

#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    pub id: QuestionId,
    pub competency: CompetencyCode,
    /// 1–3.
    pub level: Level,
    pub points: u16,
    pub asks_confidence: bool,
    /// Choices stand as written instead of shuffled.
    pub keeps_order: bool,
    /// What to read again.
    pub lesson: Option<LessonId>,
    pub prompt: SafeHtml,
    /// Shown after marking, whatever was answered.
    pub explanation: Option<SafeHtml>,
    pub body: Body,
    /// What its texts cite, in order of first citation.
    pub facts: Vec<FactId>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    SingleChoice(Choices),
    MultipleChoice(Choices),
    TrueFalse(Choices),
    ShortText(ShortText),
    Numeric(Numeric),
    Matching(Matching),
    Ordering(Ordering),
    Blanks(Blanks),
    FreeResponse(FreeResponse),
}

impl Question {
    /// Whether a person marks it.
    pub fn is_marked_by_hand(&self) -> bool {
        matches!(self.body, Body::FreeResponse(_))
    }
}
