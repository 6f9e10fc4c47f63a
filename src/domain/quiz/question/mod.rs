//! The kinds of questions. A new kind is a file here, a variant of [`Body`] and a template
//! `questions/_<name>`; the compiler names the other places.

use crate::domain::competency::{CompetencyCode, Level};
use crate::domain::id::{CriterionId, LessonId, QuestionId};
use crate::domain::markup::SafeHtml;

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

/// At least two, at least one of them a key and one a distractor.
#[derive(Clone, Debug, PartialEq)]
pub struct Choices(pub Vec<Choice>);

#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub text: SafeHtml,
    pub is_key: bool,
    pub feedback: SafeHtml,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ShortText {
    /// In authored order; the first that matches decides.
    pub variants: Vec<Variant>,
    /// For anything else.
    pub otherwise: SafeHtml,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    pub text: String,
    pub is_key: bool,
    pub feedback: SafeHtml,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Numeric {
    pub unit: Option<String>,
    /// A response within this distance of a variant's value matches it.
    pub tolerance: f64,
    pub variants: Vec<NumericVariant>,
    pub otherwise: SafeHtml,
}

#[derive(Clone, Debug, PartialEq)]
pub struct NumericVariant {
    pub value: f64,
    pub is_key: bool,
    pub feedback: SafeHtml,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Matching {
    pub pairs: Vec<Pair>,
    /// Right-hand sides that match nothing.
    pub distractors: Vec<SafeHtml>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    pub left: SafeHtml,
    pub right: SafeHtml,
    pub feedback: SafeHtml,
}

/// Items in their right order.
#[derive(Clone, Debug, PartialEq)]
pub struct Ordering {
    pub items: Vec<SafeHtml>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Blanks {
    /// Text and gaps in reading order.
    pub pieces: Vec<Piece>,
    /// Wrong words offered beside the right ones; `None`: learners type.
    pub bank: Option<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Plain text between gaps.
    Text(String),
    /// The accepted forms, the first being the one shown.
    Gap(Vec<String>),
}

/// Marked by a trainer.
#[derive(Clone, Debug, PartialEq)]
pub struct FreeResponse {
    pub max_words: u32,
    pub rubric: Vec<Criterion>,
    pub model: Option<SafeHtml>,
}

/// One line of a rubric; weights of a rubric add up to 100.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    pub id: CriterionId,
    pub title: String,
    pub weight: u8,
    /// The work fails while this stands on its lowest level.
    pub is_required: bool,
    /// From low to high, at least two.
    pub levels: Vec<CriterionLevel>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CriterionLevel {
    /// Per cent of the weight.
    pub share: u8,
    pub label: String,
    pub descriptor: String,
}

impl Blanks {
    /// The gaps in reading order, each with its accepted forms.
    pub fn gaps(&self) -> impl Iterator<Item = &[String]> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Gap(forms) => Some(forms.as_slice()),
        })
    }
}

impl Matching {
    /// Right-hand sides as one list: those of the pairs in their order, then the distractors.
    pub fn rights(&self) -> impl Iterator<Item = &SafeHtml> {
        self.pairs.iter().map(|pair| &pair.right).chain(&self.distractors)
    }
}

impl Question {
    /// Whether a person marks it.
    pub fn is_marked_by_hand(&self) -> bool {
        matches!(self.body, Body::FreeResponse(_))
    }
}
