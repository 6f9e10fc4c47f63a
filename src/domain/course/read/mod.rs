//! Readers of whole files, one for each kind of file.

pub mod course_page;
pub mod facilitator;
pub mod facts;
pub mod glossary;
pub mod lesson;
pub mod manifest;
pub mod module;
pub mod quiz;
pub mod reading_list;
pub mod task;

use crate::domain::competency::CompetencyCode;
use crate::domain::course::diagnostic::{Report, Spot, rule};
use crate::domain::course::front::{Fields, TomlText};
use crate::domain::course::scan::Document;

/// Reads a document's front matter with `read`, then reports fields that nobody asked for. Where the
/// TOML itself is broken or missing, that was said, and what follows from it is not.
pub fn front<T>(document: &Document, report: &mut Report, read: impl FnOnce(&Fields, &mut Report) -> T) -> T {
    let text = TomlText::new(&document.file, document.front);
    let (table, is_whole) = text.parse(report);
    let mut unheard = Report::default();
    let report = if is_whole && document.has_front { report } else { &mut unheard };
    let fields = text.fields(&table);
    // Any file of a translation may say which source text it translates.
    let _ = fields.optional_text("source_hash", report);
    let value = read(&fields, report);
    fields.finish(report);
    value
}

/// A text field of the front matter with its place, whatever else is wrong there.
pub fn front_text(document: &Document, key: &'static str) -> Option<(String, Spot)> {
    let mut unheard = Report::default();
    let text = TomlText::new(&document.file, document.front);
    let (table, _) = text.parse(&mut unheard);
    let fields = text.fields(&table);
    Some((fields.optional_text(key, &mut unheard)?, fields.spot(key)))
}

const ID_SHAPE: &str = "an id: a-z, digits and hyphens, such as ds1-1";

fn competency(text: &str, spot: &Spot, report: &mut Report) -> Option<CompetencyCode> {
    let code = text.parse().ok();
    if code.is_none() {
        report.error(
            spot,
            rule::BAD_FIELD,
            format!("`{text}` is not a competency"),
            "expected: two capital letters and a digit, such as DS1",
        );
    }
    code
}

fn texts(texts: Vec<(String, Spot)>) -> Vec<String> {
    texts.into_iter().map(|(text, _)| text).collect()
}

fn small(number: Option<u32>) -> u16 {
    number.and_then(|number| u16::try_from(number).ok()).unwrap_or(0)
}
