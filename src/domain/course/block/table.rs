//! `table`: one table with a caption.

use super::Table;
use crate::domain::course::markdown::fragment::{ElementKind, Fragment};
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::RawBlock;

pub fn read(raw: &RawBlock, reader: &mut Reader) -> Option<Table> {
    reader.allow(raw, &["#", "caption"]);
    let id = raw.attributes.id.is_some().then(|| reader.block_id(raw)).flatten();
    let caption = reader.required_title(raw, "caption");
    let fragment = Fragment::parse(reader.only_text(raw)?);
    let elements = fragment.elements();
    if elements.len() != 1 || elements.first().is_none_or(|element| element.kind != ElementKind::Table) {
        reader.content(
            fragment.line(),
            "`table` holds one table and nothing else",
            "write rows | a | b | with a line | --- | --- | below the first; put other text outside",
        );
        return None;
    }
    let table = reader.render(&fragment, fragment.whole());
    Some(Table { id, caption: caption?, table })
}
