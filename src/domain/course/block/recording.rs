//! `audio` and `video`: never played by themselves, always with a transcript.

use super::Recording;
use crate::domain::course::diagnostic::rule;
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::RawBlock;

pub fn read_audio(raw: &RawBlock, reader: &mut Reader) -> Option<Recording> {
    reader.allow(raw, &["#", "src", "title"]);
    read(raw, "audio/", reader)
}

pub fn read_video(raw: &RawBlock, reader: &mut Reader) -> Option<Recording> {
    reader.allow(raw, &["#", "src", "title", "captions", "poster"]);
    if raw.attributes.text("captions").is_none() {
        reader.missing_attribute(raw, "captions", "\"media/name.vtt\"");
    }
    read(raw, "video/", reader)
}

fn read(raw: &RawBlock, content_type: &str, reader: &mut Reader) -> Option<Recording> {
    let id = reader.block_id(raw);
    if raw.attributes.text("src").is_none() {
        reader.missing_attribute(raw, "src", "\"media/…\"");
    }
    if raw.nodes.is_empty() {
        reader.error(
            raw.line,
            rule::ALT_TEXT,
            format!("this {} has no transcript", raw.name),
            "write what is said and heard as the block's content",
        );
        return None;
    }
    let transcript = reader.only_text(raw).map(|chunk| reader.prose(chunk));
    Some(Recording {
        title: reader.title(raw, "title"),
        captions: reader.medium(raw, "captions", &["text/vtt"]),
        poster: reader.medium(raw, "poster", &["image/"]),
        medium: reader.medium(raw, "src", &[content_type])?,
        id: id?,
        transcript: transcript?,
    })
}
