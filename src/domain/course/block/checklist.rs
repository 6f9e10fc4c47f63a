//! `checklist`: things to tick; the ticks stay with the learner.

use super::{Checklist, list};
use crate::domain::course::markdown::fragment::Fragment;
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::RawBlock;

pub fn read(raw: &RawBlock, reader: &mut Reader) -> Option<Checklist> {
    reader.allow(raw, &["#", "title"]);
    let id = reader.block_id(raw);
    let title = reader.required_title(raw, "title");
    let fragment = Fragment::parse(reader.only_text(raw)?);
    let items = list::plain_items(raw.name, &fragment, reader);
    Some(Checklist { id: id?, title: title?, items })
}
