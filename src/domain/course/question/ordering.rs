//! `ordering`: a numbered list in its right order.

use super::{Answers, explanation, prompt, required_explanation, text_of, wrong};
use crate::domain::course::block::list;
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::RawBlock;
use crate::domain::markup::SafeHtml;
use crate::domain::quiz::question::{Body, Ordering};

pub fn read(raw: &RawBlock, reader: &mut Reader) -> Option<Answers> {
    let fragment = text_of(raw, reader)?;
    let parts = list::parts(&fragment, reader);
    let prompt = prompt(raw, &fragment, &parts, reader);
    if parts.items.len() < 2 || !parts.is_ordered {
        wrong(
            raw.line,
            "an ordering question is a numbered list of two or more items",
            "write 1. … 2. … in the right order",
            reader,
        );
    }
    let mut items: Vec<SafeHtml> = Vec::with_capacity(parts.items.len());
    for item in &parts.items {
        if item.quote.is_some() {
            wrong(
                item.line,
                "a quote stands under this item",
                "explain the order once, in a quote below the list",
                reader,
            );
        }
        let label = reader.render(&fragment, item.label);
        if items.contains(&label) {
            wrong(
                item.line,
                "two items read alike, and nobody could tell which comes first",
                "say what is different about them",
                reader,
            );
        }
        items.push(label);
    }
    let explanation = explanation(&fragment, &parts, reader);
    required_explanation(raw, &explanation, reader);
    Some(Answers { prompt, explanation, body: Body::Ordering(Ordering { items }) })
}
