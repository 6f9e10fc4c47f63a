//! Free response: some sentences that a trainer marks with a rubric.

use crate::domain::id::CriterionId;
use crate::domain::markup::SafeHtml;
use crate::domain::quiz::response::{self, FieldProblem, Fields, Response};

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

impl FreeResponse {
    pub(in crate::domain::quiz) fn read(&self, fields: Fields<'_>) -> Result<Option<Response>, FieldProblem> {
        let Some(typed) = fields.first("a") else { return Ok(None) };
        response::read_prose(typed, self.max_words).map(|prose| prose.map(Response::Free))
    }
}
