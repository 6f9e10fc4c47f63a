//! facts.toml: dates, numbers, limits and articles, each once, with a day to look at it again.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::course::diagnostic::{Report, Spot, rule};
use crate::domain::course::front::{Fields, TomlText};
use crate::domain::course::scan::Chunk;
use crate::domain::course::{Confidence, Fact};
use crate::domain::id::FactId;

pub const FILE: &str = "facts.toml";

/// Facts by their ids.
pub type Facts = BTreeMap<FactId, Fact>;

/// Facts with the places they stand in.
#[derive(Debug, Default)]
pub struct FactFile {
    pub facts: Facts,
    pub spots: BTreeMap<FactId, Spot>,
}

pub fn read(file: &str, text: &str, report: &mut Report) -> FactFile {
    let file: Arc<str> = file.into();
    let text = TomlText::new(&file, Chunk { line: 1, text });
    let (table, _) = text.parse(report);
    let document = text.fields(&table);
    let mut found = FactFile { facts: BTreeMap::new(), spots: BTreeMap::new() };
    for (name, fields) in document.named_tables(report) {
        let Some(id) = fact_id(name, &document, report) else { continue };
        let fact = fact(&id, &fields, report);
        fields.finish(report);
        found.spots.insert(id.clone(), document.spot(name));
        if let Some(fact) = fact {
            found.facts.insert(id, fact);
        }
    }
    found
}

fn fact_id(name: &str, document: &Fields, report: &mut Report) -> Option<FactId> {
    let id = name.parse().ok();
    if id.is_none() {
        report.error(
            &document.spot(name),
            rule::BAD_ID,
            format!("`{name}` is not an id"),
            "an id has the letters a-z, digits and hyphens, at most 80, and begins with a letter or digit",
        );
    }
    id
}

fn fact(id: &FactId, fields: &Fields, report: &mut Report) -> Option<Fact> {
    let text = fields.text("text", report);
    let statement = sourced("statement", fields, report);
    let source = sourced("source", fields, report);
    let url = url(fields, report);
    let confidence = confidence(fields, report);
    let checked = fields.day("checked", report);
    let review_by = fields.day("review_by", report);
    let brief = fields.optional_text("brief", report);
    let fact = Fact {
        id: id.clone(),
        text,
        statement,
        source,
        url,
        confidence: confidence?,
        checked: checked?,
        review_by: review_by?,
        brief,
    };
    check_review(&fact, fields, report);
    Some(fact)
}

/// A statement or a source: a fact without them cannot be checked by anybody.
fn sourced(key: &'static str, fields: &Fields, report: &mut Report) -> String {
    if !fields.has(key) {
        report.error(
            &fields.spot(key),
            rule::UNSOURCED_FACT,
            format!("this fact has no `{key}`"),
            "a fact says in `statement` what holds, and in `source` where it can be checked",
        );
    }
    fields.optional_text(key, report).unwrap_or_default()
}

fn url(fields: &Fields, report: &mut Report) -> Option<String> {
    let url = fields.optional_text("url", report)?;
    let fits = url.starts_with("https://") && !url.contains(|c: char| c.is_whitespace() || c.is_control());
    if !fits {
        report.error(
            &fields.spot("url"),
            rule::BAD_LINK,
            format!("`{url}` is not an address that can be linked"),
            "an address begins with https:// and has no spaces; leave it out if there is none",
        );
    }
    fits.then_some(url)
}

fn confidence(fields: &Fields, report: &mut Report) -> Option<Confidence> {
    match fields.text("confidence", report).as_str() {
        "certain" => Some(Confidence::Certain),
        "check" => Some(Confidence::Check),
        "often" => Some(Confidence::Often),
        "" => None,
        other => {
            report.error(
                &fields.spot("confidence"),
                rule::BAD_FIELD,
                format!("`confidence` is `{other}`"),
                "expected: certain, check or often",
            );
            None
        }
    }
}

/// A fact that may change often must be looked at often.
fn check_review(fact: &Fact, fields: &Fields, report: &mut Report) {
    let (months, name) = match fact.confidence {
        Confidence::Certain => (24, "certain"),
        Confidence::Check => (12, "check"),
        Confidence::Often => (6, "often"),
    };
    let latest = fact.checked.plus_months(months);
    if fact.review_by < fact.checked {
        report.error(
            &fields.spot("review_by"),
            rule::FACT_REVIEW,
            format!("`review_by` ({}) lies before `checked` ({})", fact.review_by, fact.checked),
            "look at the fact, then write the day as checked and a later one as review_by",
        );
    } else if fact.review_by > latest {
        report.warning(
            &fields.spot("review_by"),
            rule::FACT_REVIEW,
            format!(
                "a fact of confidence `{name}` is reviewed after {months} months at most, not on {}",
                fact.review_by
            ),
            format!("write review_by = {latest} or earlier"),
        );
    }
}

/// A translation's facts: the source's, with its own text and statement.
pub fn read_translation(file: &str, text: &str, source: &Facts, report: &mut Report) -> Facts {
    let file: Arc<str> = file.into();
    let text = TomlText::new(&file, Chunk { line: 1, text });
    let (table, _) = text.parse(report);
    let document = text.fields(&table);
    let mut facts = source.clone();
    for (name, fields) in document.named_tables(report) {
        let translated = fields.optional_text("text", report);
        let statement = fields.optional_text("statement", report);
        fields.finish(report);
        let Some(fact) = name.parse().ok().and_then(|id: FactId| facts.get_mut(&id)) else {
            report.error(
                &document.spot(name),
                rule::UNKNOWN_FACT,
                format!("there is no fact `{name}` in the source language"),
                "a translation has the ids of facts.toml beside course.toml",
            );
            continue;
        };
        fact.text = translated.unwrap_or_else(|| fact.text.clone());
        fact.statement = statement.unwrap_or_else(|| fact.statement.clone());
    }
    facts
}
