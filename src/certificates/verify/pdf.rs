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
        let near = data.get(..data.len().min(MOST_BADGE_BYTES as usize))?;
        let data = near.get(..find(near, b"endstream")?)?;
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    fn pdf(dictionary: &str, data: &[u8]) -> Vec<u8> {
        let head = format!(
            "%PDF-1.7\n4 0 obj\n<< /Length 3 >>\nstream\nabc\nendstream\nendobj\n5 0 obj\n<< {dictionary} >>\nstream\n"
        );
        [head.as_bytes(), data, b"\nendstream\nendobj\n"].concat()
    }

    fn deflated(data: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn an_attached_badge_is_found_whether_compressed_or_not() {
        let plain = pdf("/Type /EmbeddedFile", b"eyJ.b.c");
        let packed = pdf("/Type /EmbeddedFile /Filter /FlateDecode", &deflated(b"eyJ.b.c"));
        assert_eq!(attached(&plain).unwrap().trim(), "eyJ.b.c");
        assert_eq!(attached(&packed).unwrap(), "eyJ.b.c");
    }

    #[test]
    fn other_streams_and_other_attachments_are_passed_over() {
        assert_eq!(attached(&pdf("/Type /XObject", b"eyJ.b.c")), None);
        assert_eq!(attached(&pdf("/Type /EmbeddedFile", b"a,b,c")), None);
        assert_eq!(attached(&pdf("/Type /EmbeddedFile /Filter /FlateDecode", b"eyJ.b.c")), None);
    }

    #[test]
    fn a_bomb_is_read_no_further_than_a_badge_may_reach() {
        let bomb = deflated(&[b"eyJ".as_slice(), &vec![b'a'; 20 << 20]].concat());
        let text = attached(&pdf("/Type /EmbeddedFile /Filter /FlateDecode", &bomb)).unwrap();
        assert_eq!(text.len() as u64, MOST_BADGE_BYTES);
    }
}
