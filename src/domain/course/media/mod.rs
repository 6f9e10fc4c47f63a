//! Files that pages and learners ask for: told by their bytes, checked, pictures made anew.

mod palette;
mod picture;
mod svg;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Medium;
use super::diagnostic::{Report, Spot, rule};
use super::language::LanguageTexts;
use super::source::{SourceTree, sha256};

/// Pictures weigh no more than this as served, so that they come over a slow line.
const MAX_PICTURE: usize = 20_000;

/// A file made ready to serve.
struct Ready {
    content_type: &'static str,
    /// In CSS pixels.
    size: Option<(u32, u32)>,
    bytes: Vec<u8>,
}

/// Why a file is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Refusal {
    message: String,
    help: &'static str,
}

/// A type of file that may be served: its ending, and what tells that the bytes are of it.
struct Type {
    extension: &'static str,
    content_type: &'static str,
    fits: fn(&[u8]) -> bool,
    make: fn(&'static str, &[u8]) -> Result<Ready, Refusal>,
}

const TYPES: &[Type] = &[
    Type { extension: "svg", content_type: "image/png", fits: is_text, make: |_, bytes| svg::rasterise(bytes) },
    Type {
        extension: "png",
        content_type: "image/png",
        fits: |bytes| bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        make: picture::re_encode,
    },
    Type {
        extension: "jpg",
        content_type: "image/jpeg",
        fits: |bytes| bytes.starts_with(b"\xff\xd8\xff"),
        make: picture::re_encode,
    },
    Type {
        extension: "jpeg",
        content_type: "image/jpeg",
        fits: |bytes| bytes.starts_with(b"\xff\xd8\xff"),
        make: picture::re_encode,
    },
    Type { extension: "webp", content_type: "image/webp", fits: is_webp, make: picture::re_encode },
    Type { extension: "mp3", content_type: "audio/mpeg", fits: is_mp3, make: as_it_is },
    Type {
        extension: "mp4",
        content_type: "video/mp4",
        fits: |bytes| bytes.get(4..8) == Some(b"ftyp"),
        make: as_it_is,
    },
    Type {
        extension: "vtt",
        content_type: "text/vtt",
        fits: |bytes| bytes.starts_with(b"WEBVTT") && is_text(bytes),
        make: as_it_is,
    },
    Type {
        extension: "rtf",
        content_type: "application/rtf",
        fits: |bytes| bytes.starts_with(b"{\\rtf"),
        make: as_it_is,
    },
    Type { extension: "txt", content_type: "text/plain; charset=utf-8", fits: is_text, make: as_it_is },
    Type { extension: "csv", content_type: "text/csv; charset=utf-8", fits: is_text, make: as_it_is },
];

fn as_it_is(content_type: &'static str, bytes: &[u8]) -> Result<Ready, Refusal> {
    Ok(Ready { content_type, size: None, bytes: bytes.to_vec() })
}

fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'))
}

fn is_webp(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")
}

fn is_mp3(bytes: &[u8]) -> bool {
    bytes.starts_with(b"ID3") || matches!(bytes, [0xff, second, ..] if second & 0xe0 == 0xe0)
}

/// Reads every file in the media folders.
pub fn read(tree: &SourceTree, report: &mut Report) -> BTreeMap<String, Medium> {
    let mut media = BTreeMap::new();
    for (name, bytes) in &tree.0 {
        let inside = name.strip_prefix("media/").or_else(|| name.split_once("/media/").map(|(_, inside)| inside));
        let Some(file_name) = inside else { continue };
        match medium(file_name, bytes) {
            Ok(medium) => {
                check_weight(name, &medium, report);
                media.insert(name.clone(), medium);
            }
            Err(refusal) => report.error(&Spot::file(name), rule::BAD_MEDIA, refusal.message, refusal.help),
        }
    }
    media
}

fn medium(file_name: &str, bytes: &[u8]) -> Result<Medium, Refusal> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if !file_name.chars().all(is_plain) || file_name.starts_with('.') {
        return refuse(
            format!("`{file_name}` is no name for a file to serve"),
            "use letters a-z, digits, hyphens and one dot, and no folder",
        );
    }
    let (stem, extension) = file_name.rsplit_once('.').unwrap_or((file_name, ""));
    let Some(known) = TYPES.iter().find(|known| known.extension.eq_ignore_ascii_case(extension)) else {
        let names: Vec<&str> = TYPES.iter().map(|known| known.extension).collect();
        return refuse(
            format!("files of type `.{extension}` are not served; these are: {}", names.join(", ")),
            "convert the file",
        );
    };
    if !(known.fits)(bytes) {
        return refuse(
            format!("the bytes of this file are not those of a .{extension} file"),
            "save it again in that format, or give it the right ending",
        );
    }
    let ready = (known.make)(known.content_type, bytes)?;
    let extension = if known.extension == "svg" { "png" } else { known.extension };
    Ok(Medium {
        hash: sha256(&ready.bytes),
        content_type: ready.content_type,
        file_name: format!("{stem}.{extension}"),
        width: ready.size.map(|(width, _)| width),
        height: ready.size.map(|(_, height)| height),
        bytes: Arc::from(ready.bytes),
    })
}

fn refuse<T>(message: String, help: &'static str) -> Result<T, Refusal> {
    Err(Refusal { message, help })
}

fn check_weight(name: &str, medium: &Medium, report: &mut Report) {
    if medium.content_type.starts_with("image/") && medium.bytes.len() > MAX_PICTURE {
        report.warning(
            &Spot::file(name),
            rule::IMAGE_WEIGHT,
            format!(
                "as served, this picture has {} kB; on slow lines it should have 20 kB or less",
                medium.bytes.len().div_ceil(1_000)
            ),
            "make it smaller or simpler, use fewer colours, or draw it with a `diagram` block",
        );
    }
}

/// Warns of files that no text uses.
pub fn check_used<'l>(
    media: &BTreeMap<String, Medium>,
    languages: impl Iterator<Item = &'l LanguageTexts>,
    report: &mut Report,
) {
    let used: BTreeSet<&String> = languages.flat_map(|language| &language.media).collect();
    for name in media.keys().filter(|name| !used.contains(name)) {
        report.warning(
            &Spot::file(name),
            rule::UNUSED_MEDIA,
            "no text uses this file",
            "show or offer it in a block, or take it out",
        );
    }
}
