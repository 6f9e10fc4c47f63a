//! `matching`: pairs written `left :: right`; an item without a left side is a distractor.

use super::{Answers, explanation, missing_feedback, prompt, text_of, wrong};
use crate::domain::course::block::list::{self, Item};
use crate::domain::course::markdown::fragment::{self, Fragment};
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::RawBlock;
use crate::domain::quiz::question::{Body, Matching, Pair};

pub fn read(raw: &RawBlock, reader: &mut Reader) -> Option<Answers> {
    let fragment = text_of(raw, reader)?;
    let parts = list::parts(&fragment, reader);
    let prompt = prompt(raw, &fragment, &parts, reader);
    let mut matching = Matching { pairs: Vec::new(), distractors: Vec::new() };
    for item in &parts.items {
        read_item(&fragment, item, &mut matching, reader);
    }
    let explanation = explanation(&fragment, &parts, reader);
    if matching.pairs.len() < 2 {
        wrong(raw.line, "a matching question has fewer than two pairs", "write at least two: - left :: right", reader);
    }
    Some(Answers { prompt, explanation, body: Body::Matching(matching) })
}

fn read_item(fragment: &Fragment, item: &Item, matching: &mut Matching, reader: &mut Reader) {
    let Some((left, right)) = fragment::cut(item.label, "::") else {
        wrong(
            item.line,
            "this item has no ::",
            "write - left :: right, or - :: right for a right side that matches nothing",
            reader,
        );
        return;
    };
    let left = reader.render(fragment, &left);
    let right = reader.render(fragment, &right);
    if right.is_empty() {
        wrong(item.line, "nothing stands on the right of ::", "write - left :: right", reader);
    }
    if left.is_empty() {
        matching.distractors.push(right);
        return;
    }
    let feedback = item.quote.map(|quote| reader.render(fragment, quote)).unwrap_or_default();
    if feedback.is_empty() {
        missing_feedback(item.line, reader);
    }
    matching.pairs.push(Pair { left, right, feedback });
}
