//! `reflection`: a prompt to think or write about; what is written stays sealed.

use super::Reflection;
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::RawBlock;

pub fn read(raw: &RawBlock, reader: &mut Reader) -> Option<Reflection> {
    reader.allow(raw, &["#"]);
    let id = reader.block_id(raw);
    let prompt = reader.only_text(raw).map(|chunk| reader.prose(chunk));
    Some(Reflection { id: id?, prompt: prompt? })
}
