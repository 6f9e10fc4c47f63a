//! `free-response`: some sentences, marked by a trainer with a rubric.

use super::{Answers, wrong};
use crate::domain::course::diagnostic::rule;
use crate::domain::course::question::rubric;
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::{Node, RawBlock};
use crate::domain::markup::SafeHtml;
use crate::domain::quiz::question::{Body, FreeResponse};

pub fn read(raw: &RawBlock, reader: &mut Reader) -> Option<Answers> {
    let max_words = super::required_number(raw, "max_words", 1..=5_000, reader);
    let prompt = prompt(raw, reader);
    let criteria = raw.blocks().filter(|block| block.name == "criterion");
    let rubric = rubric::read(criteria, raw.line, reader);
    let model = model(raw, reader);
    let body = Body::FreeResponse(FreeResponse { max_words: max_words?, rubric, model });
    Some(Answers { prompt, explanation: None, body })
}

fn prompt(raw: &RawBlock, reader: &mut Reader) -> SafeHtml {
    let prompt = match raw.nodes.first() {
        Some(Node::Text(chunk)) => reader.prose(*chunk),
        _ => {
            wrong(raw.line, "the question has no prompt", "ask something before the criteria", reader);
            SafeHtml::default()
        }
    };
    let texts: Vec<u32> = raw
        .nodes
        .iter()
        .skip(1)
        .filter_map(|node| match node {
            Node::Text(chunk) => Some(chunk.line),
            Node::Block(_) => None,
        })
        .collect();
    for line in texts {
        wrong(line, "text stands after the criteria", "put it into the prompt, or into a `model` block", reader);
    }
    prompt
}

fn model(raw: &RawBlock, reader: &mut Reader) -> Option<SafeHtml> {
    let mut model = None;
    for block in raw.blocks().filter(|block| block.name != "criterion") {
        if block.name == "model" && model.is_none() {
            reader.allow(block, &[]);
            model = reader.only_text(block).map(|chunk| reader.prose(chunk));
        } else {
            reader.error(
                block.line,
                rule::BLOCK_PLACE,
                format!("`{}` cannot stand here", block.name),
                "a free response has a prompt, `criterion` blocks and one `model`",
            );
        }
    }
    model
}
