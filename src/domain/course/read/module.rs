//! module.md: a module's title and a few words.

use super::{ID_SHAPE, front};
use crate::domain::course::Module;
use crate::domain::course::block::{Ground, read_blocks};
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::Document;

/// The module without its lessons, quiz and notes.
pub fn read(document: &Document, reader: &mut Reader) -> Option<Module> {
    let (id, title, summary) = front(document, reader.report, |fields, report| {
        (fields.parsed("id", ID_SHAPE, report), fields.text("title", report), fields.text("summary", report))
    });
    let line = document.front.line;
    let (title, summary) = (reader.plain(&title, line), reader.plain(&summary, line));
    let introduction = read_blocks(&document.nodes, Ground::Page, reader);
    Some(Module { id: id?, title, summary, introduction, lessons: Vec::new(), quiz: None, facilitator: None })
}
