//! `note` and `example`: a titled aside.

use super::{Aside, prose_and_blocks};
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::RawBlock;

pub fn read(raw: &RawBlock, reader: &mut Reader) -> Aside {
    reader.allow(raw, &["title"]);
    Aside { title: reader.title(raw, "title"), blocks: prose_and_blocks(raw, reader) }
}
