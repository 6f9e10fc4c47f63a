//! reading.md: further reading.

use super::front;
use crate::domain::course::block::{Block, Ground, read_blocks};
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::Document;

pub fn read(document: &Document, reader: &mut Reader) -> Vec<Block> {
    let _ = front(document, reader.report, |fields, report| fields.optional_text("title", report));
    read_blocks(&document.nodes, Ground::Page, reader)
}
