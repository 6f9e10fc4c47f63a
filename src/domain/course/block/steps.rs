//! `steps`: things to do, in order.

use super::{Steps, list};
use crate::domain::course::markdown::fragment::Fragment;
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::RawBlock;

pub fn read(raw: &RawBlock, reader: &mut Reader) -> Option<Steps> {
    reader.allow(raw, &["title"]);
    let title = reader.title(raw, "title");
    let fragment = Fragment::parse(reader.only_text(raw)?);
    Some(Steps { title, items: list::plain_items(raw.name, &fragment, reader) })
}
