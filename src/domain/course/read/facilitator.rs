//! facilitator.md: notes for those who run a workshop.

use super::{front, small};
use crate::domain::course::FacilitatorNotes;
use crate::domain::course::block::{Ground, read_blocks};
use crate::domain::course::reader::{Reader, Setting};
use crate::domain::course::scan::Document;
use crate::domain::language::LanguageTag;

pub fn read(document: &Document, language: &LanguageTag, reader: &mut Reader) -> FacilitatorNotes {
    let (title, minutes) = front(document, reader.report, |fields, report| {
        (fields.text("title", report), small(fields.number("minutes", 1..=1_440, report)))
    });
    reader.setting = Setting::Trainers;
    let title = reader.plain(&title, document.front.line);
    let blocks = read_blocks(&document.nodes, Ground::Page, reader);
    FacilitatorNotes { title, minutes, language: language.clone(), blocks }
}
