//! `figure`: a picture with its text equivalent.

use super::Figure;
use crate::domain::course::diagnostic::rule;
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::RawBlock;

pub fn read(raw: &RawBlock, reader: &mut Reader) -> Option<Figure> {
    reader.allow(raw, &["#", "src", "alt"]);
    let id = reader.block_id(raw);
    if raw.attributes.text("src").is_none() {
        reader.missing_attribute(raw, "src", "\"media/name.svg\"");
    }
    let medium = reader.medium(raw, "src", &["image/"]);
    let alt = alt(raw, reader);
    let caption = reader.only_text(raw).map(|chunk| reader.prose(chunk));
    Some(Figure { id: id?, medium: medium?, alt: alt?, caption: caption? })
}

/// The text for those who do not see the picture. It must carry what the picture shows.
pub fn alt(raw: &RawBlock, reader: &mut Reader) -> Option<String> {
    let written = raw.attributes.text("alt").unwrap_or_default().trim();
    if written.is_empty() {
        reader.error(
            raw.line,
            rule::ALT_TEXT,
            format!("this {} has no `alt`", raw.name),
            "add alt=\"…\": what somebody who cannot see it must know",
        );
        return None;
    }
    if written.split_whitespace().count() < 4 {
        reader.warning(
            raw.line,
            rule::ALT_TEXT,
            format!("the `alt` of this {} has fewer than four words", raw.name),
            "say what it shows, not only what it is called",
        );
    }
    Some(reader.plain(written, raw.line))
}
