//! `download`: a file to keep, with what it is for.

use super::Download;
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::RawBlock;
use crate::domain::language::LanguageTag;

pub fn read(raw: &RawBlock, reader: &mut Reader) -> Option<Download> {
    reader.allow(raw, &["#", "src", "title", "language"]);
    let id = reader.block_id(raw);
    let title = reader.required_title(raw, "title");
    if raw.attributes.text("src").is_none() {
        reader.missing_attribute(raw, "src", "\"media/name.rtf\"");
    }
    let medium = reader.medium(raw, "src", &[""]);
    let language = reader.parsed::<LanguageTag>(raw, "language", "a language tag such as en or id");
    let purpose = reader.only_text(raw).map(|chunk| reader.prose(chunk));
    Some(Download { id: id?, title: title?, medium: medium?, language: language.map(String::from), purpose: purpose? })
}
