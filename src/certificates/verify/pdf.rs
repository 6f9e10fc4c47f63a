//! Finds the badge that a PDF carries as an attached file.
//!
//! Not a PDF reader: attachments are streams, streams are always top-level objects, and their
//! dictionary stands before them in clear, so they are found by looking for the words. Files that
//! were encrypted or printed anew have none.

use std::io::Read;

use flate2::read::ZlibDecoder;

/// A badge has about two thousand bytes.
const MOST_BADGE_BYTES: u64 = 64 << 10;

/// How far before `stream` a dictionary may begin.
const MOST_DICTIONARY_BYTES: usize = 1024;

/// The first attached file that looks like a JWT.
pub fn attached(pdf: &[u8]) -> Option<String> {
    let mut rest = pdf;
    while let Some(at) = find(rest, b"stream") {
        let (before, after) = (rest.get(..at)?, rest.get(at + b"stream".len()..)?);
        if !before.ends_with(b"end")
            && let Some(text) = badge_in(before, after)
        {
            return Some(text);
        }
        rest = after;
    }
    None
}

fn badge_in(before: &[u8], after: &[u8]) -> Option<String> {
    let dictionary = before.get(before.len().saturating_sub(MOST_DICTIONARY_BYTES)..)?;
    let dictionary = dictionary.get(rfind(dictionary, b" obj").unwrap_or(0)..)?;
    find(dictionary, b"EmbeddedFile")?;
    let data = after.strip_prefix(b"\r\n").or_else(|| after.strip_prefix(b"\n"))?;
    let mut text = String::new();
    if find(dictionary, b"FlateDecode").is_some() {
        ZlibDecoder::new(data).take(MOST_BADGE_BYTES).read_to_string(&mut text).ok()?;
    } else {
        let data = data.get(..find(data, b"endstream")?)?;
        text.push_str(std::str::from_utf8(data).ok()?);
    }
    text.starts_with("eyJ").then_some(text)
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

fn rfind(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).rposition(|window| window == wanted)
}
