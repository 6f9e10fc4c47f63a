//! glossary.md: `## Term {#id aka="…"}`, then what it means.

use std::sync::Arc;

use super::front;
use crate::domain::course::Term;
use crate::domain::course::attributes::Attributes;
use crate::domain::course::diagnostic::{Spot, rule};
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::{Chunk, Document, Node};
use crate::domain::id::{TermId, is_authored_id};

/// A term before its meaning is rendered.
pub struct RawTerm<'a> {
    pub line: u32,
    pub name: &'a str,
    pub attributes: Attributes,
    pub meaning: Chunk<'a>,
}

/// The terms of the file, each with its text. Reports nothing: the index asks first.
pub fn raw_terms<'a>(document: &Document<'a>) -> Vec<RawTerm<'a>> {
    let mut terms = Vec::new();
    for node in &document.nodes {
        let Node::Text(chunk) = node else { continue };
        cut(*chunk, &mut terms);
    }
    terms
}

fn cut<'a>(chunk: Chunk<'a>, terms: &mut Vec<RawTerm<'a>>) {
    let mut at = 0;
    for (line, written) in (chunk.line..).zip(chunk.text.split_inclusive('\n')) {
        if let Some(heading) = written.strip_prefix("## ") {
            let (name, attributes) = match heading.find('{') {
                Some(brace) => heading.split_at(brace),
                None => (heading, ""),
            };
            let attributes = Attributes::read(attributes).unwrap_or_default();
            let meaning = Chunk { line: line + 1, text: "" };
            terms.push(RawTerm { line, name: name.trim(), attributes, meaning });
        } else if let Some(term) = terms.last_mut() {
            // The meaning runs on until the next heading.
            let from = at - term.meaning.text.len();
            let first = if term.meaning.text.is_empty() { at } else { from };
            if term.meaning.text.is_empty() {
                term.meaning.line = line;
            }
            term.meaning.text = chunk.text.get(first..at + written.len()).unwrap_or_default();
        }
        at += written.len();
    }
}

pub fn read(document: &Document, reader: &mut Reader) -> Vec<Term> {
    let _ = front(document, reader.report, |fields, report| fields.text("title", report));
    check_shape(document, reader);
    raw_terms(document).iter().filter_map(|raw| term(raw, reader)).collect()
}

fn check_shape(document: &Document, reader: &mut Reader) {
    for node in &document.nodes {
        match node {
            Node::Block(block) => reader.error(
                block.line,
                rule::BLOCK_PLACE,
                format!("`{}` cannot stand in the glossary", block.name),
                "the glossary has headings ## Term {#id} and a short text below each",
            ),
            Node::Text(chunk) if !chunk.text.trim_start().starts_with("## ") => reader.content(
                chunk.line,
                "text stands in the glossary outside of a term",
                "begin each term with a heading ## Term {#id}",
            ),
            Node::Text(_) => {}
        }
    }
}

fn term(raw: &RawTerm, reader: &mut Reader) -> Option<Term> {
    let Some(id) = raw.attributes.id.as_deref().and_then(|id| id.parse::<TermId>().ok()) else {
        reader.error(
            raw.line,
            rule::BAD_ID,
            format!("the term `{}` has no id that can be read", raw.name),
            "write ## Term {#an-id}, or ## Term {#an-id aka=\"another name\"}",
        );
        return None;
    };
    for (name, _) in raw.attributes.names().filter(|(name, _)| *name != "aka") {
        reader.error(
            raw.line,
            rule::UNKNOWN_ATTRIBUTE,
            format!("a term has no attribute `{name}`"),
            "a term knows: aka",
        );
    }
    let aka = raw.attributes.text("aka").unwrap_or_default();
    let aka = aka.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    if raw.meaning.text.trim().is_empty() {
        reader.content(
            raw.line,
            format!("the term `{}` has no meaning", raw.name),
            "explain it in a sentence or two below the heading",
        );
    }
    let name = reader.plain(raw.name, raw.line);
    Some(Term { id, name, aka, meaning: reader.prose(raw.meaning) })
}

/// The ids of the terms with their places, for the index.
pub fn ids(document: &Document) -> Vec<(String, Spot)> {
    let file: &Arc<str> = &document.file;
    raw_terms(document)
        .into_iter()
        .filter_map(|raw| Some((raw.attributes.id.filter(|id| is_authored_id(id))?, Spot::line(file, raw.line))))
        .collect()
}
