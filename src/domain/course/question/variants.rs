//! What `short-text` and `numeric` share: written answers that are expected, and `*` for the rest.

use super::{choices, missing_feedback};
use crate::domain::course::block::list::Parts;
use crate::domain::course::diagnostic::rule;
use crate::domain::course::markdown::fragment::{self, Fragment};
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::RawBlock;
use crate::domain::markup::SafeHtml;

/// An expected answer as it was written.
pub struct Written {
    pub line: u32,
    pub text: String,
    pub is_key: bool,
    pub feedback: SafeHtml,
}

/// The expected answers, and the feedback for anything else.
pub fn read(raw: &RawBlock, fragment: &Fragment, parts: &Parts, reader: &mut Reader) -> (Vec<Written>, SafeHtml) {
    let mut variants = Vec::new();
    let mut otherwise = None;
    for item in &parts.items {
        let is_key = choices::marked(item, reader);
        let line = item.line;
        let text = reader.plain(&fragment::plain(item.label), line);
        let feedback = item.quote.map(|quote| reader.render(fragment, quote)).unwrap_or_default();
        if feedback.is_empty() {
            missing_feedback(line, reader);
        }
        if text == "*" {
            otherwise = Some(feedback);
        } else {
            variants.push(Written { line, text, is_key, feedback });
        }
    }
    if !variants.iter().any(|variant| variant.is_key) {
        reader.error(raw.line, rule::NO_KEY, "no answer is right", "tick the right one: - [x] …");
    }
    if otherwise.is_none() {
        reader.error(
            raw.line,
            rule::MISSING_FEEDBACK,
            "there is no feedback for other answers",
            "add - [ ] * and an indented quote below it",
        );
    }
    (variants, otherwise.unwrap_or_default())
}
