//! `warning`: something to take care of; with `sensitive`, heavy content that stays folded.

use super::{Warning, prose_and_blocks};
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::RawBlock;

pub fn read(raw: &RawBlock, reader: &mut Reader) -> Warning {
    reader.allow(raw, &["title", "sensitive!"]);
    let is_sensitive = raw.attributes.flag("sensitive");
    // The title is all that is seen before it is opened.
    let title = if is_sensitive { reader.required_title(raw, "title") } else { reader.title(raw, "title") };
    Warning { title, is_sensitive, blocks: prose_and_blocks(raw, reader) }
}
