//! A page that many people get, alike but for a few words of known length: printed and compressed
//! once, and filled for each answer.
//!
//! The trick is in the formats. A Brotli stream (RFC 7932, section 9.2) and a deflate stream (RFC
//! 1951, section 3.2.4) may hold stretches of plain bytes, and what repeats later is written as a
//! copy from there. So the first place of each word is written plain, between two flushes, and
//! filling is overwriting those bytes: copies of them then yield the new word. Literals must not be
//! coded by the bytes before them (RFC 7932, section 7.1), which the encoder can be told; a gzip file
//! ends with the checksum of what it yields, which is put in last. Whether a stream really yields
//! what it should is tried out when it is made.

use std::io::{Read, Write};
use std::ops::Range;

use super::{Encoding, compress};
use crate::crypto::random;

/// A page with gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stencil {
    plain: Filling,
    /// Absent when the compressed page cannot be filled, as happens with very small ones: then each
    /// answer is compressed.
    brotli: Option<Filling>,
    /// The same. For the onion address: Tor Browser asks for Brotli over TLS only.
    gzip: Option<Filling>,
}

/// Bytes, and where which word goes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Filling {
    bytes: Vec<u8>,
    gaps: Vec<(Range<usize>, usize)>,
}

/// A stretch of a page: text, or the gap for the word with this number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    Gap(usize),
}

impl Stencil {
    /// Cuts gaps where `page` holds one of `words`; none of them may be part of another.
    pub fn cut(page: &str, words: &[&str]) -> Self {
        let pieces = pieces(page, words);
        let plain = Filling::plain(&pieces, words);
        let lengths: Vec<usize> = words.iter().map(|word| word.len()).collect();
        let brotli = Filling::packed(&pieces, &lengths, brotli_packer);
        let gzip = Filling::packed(&pieces, &lengths, gzip_packer);
        let mut stencil = Self { plain, brotli, gzip };
        stencil.keep_what_yields_the_page(&lengths);
        stencil
    }

    /// The page with `words` in place of those it was cut with, each of the same length, compressed as
    /// it travels.
    pub fn fill(&self, words: &[&str], encoding: Encoding) -> Vec<u8> {
        match (encoding, &self.brotli, &self.gzip) {
            (Encoding::Brotli, Some(brotli), _) => brotli.fill(words),
            (Encoding::Gzip, _, Some(gzip)) => with_checksum(gzip.fill(words), &self.plain.fill(words)),
            _ => compress(self.plain.fill(words), encoding),
        }
    }

    /// What it takes in memory.
    pub fn weight(&self) -> usize {
        let packed = [&self.brotli, &self.gzip].into_iter().flatten();
        self.plain.bytes.len() + packed.map(|filling| filling.bytes.len()).sum::<usize>()
    }

    /// Tries each compressed page out with words of which no part is like another, and drops one that
    /// fails.
    fn keep_what_yields_the_page(&mut self, lengths: &[usize]) {
        for _ in 0..3 {
            let words: Vec<String> = lengths.iter().map(|length| random_word(*length)).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let page = self.plain.fill(&words);
            if unpacked(brotli::Decompressor::new(&self.fill(&words, Encoding::Brotli)[..], 4096)) != page {
                self.brotli = None;
            }
            if unpacked(flate2::read::GzDecoder::new(&self.fill(&words, Encoding::Gzip)[..])) != page {
                self.gzip = None;
            }
        }
    }
}

fn random_word(length: usize) -> String {
    (0..length).map(|_| char::from(b' ' + random::below(95) as u8)).collect()
}

fn unpacked(mut packed: impl Read) -> Vec<u8> {
    let mut read = Vec::new();
    // What cannot be read whole is not the page.
    drop(packed.read_to_end(&mut read));
    read
}

/// `gzip` with the end that fits what it yields: checksum and length (RFC 1952, section 2.3.1).
fn with_checksum(mut gzip: Vec<u8>, page: &[u8]) -> Vec<u8> {
    let mut checksum = flate2::Crc::new();
    checksum.update(page);
    gzip.truncate(gzip.len().saturating_sub(8));
    gzip.extend_from_slice(&checksum.sum().to_le_bytes());
    gzip.extend_from_slice(&checksum.amount().to_le_bytes());
    gzip
}

/// A compressor whose output so far can be taken out.
trait Packer: Write {
    fn packed(&mut self) -> &mut Vec<u8>;

    /// What stands before `length` plain bytes at the border of a byte; `None` when they are too many.
    fn plain_header(length: usize) -> Option<Vec<u8>>;

    fn end(self) -> Option<Vec<u8>>;
}

type Brotli = brotli::CompressorWriter<Vec<u8>>;
type Gzip = flate2::write::GzEncoder<Vec<u8>>;

/// Quality 9 of 11: higher saves little and takes much longer.
fn brotli_packer() -> Brotli {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 9,
        lgwin: 18,
        disable_literal_context_modeling: 1,
        ..Default::default()
    };
    brotli::CompressorWriter::with_params(Vec::new(), 4096, &parameters)
}

impl Packer for Brotli {
    fn packed(&mut self) -> &mut Vec<u8> {
        self.get_mut()
    }

    /// Not the last, four nibbles of length, uncompressed; the rest of the byte is empty.
    fn plain_header(length: usize) -> Option<Vec<u8>> {
        let length = u16::try_from(length.checked_sub(1)?).ok()?;
        Some(((u32::from(length) << 3) | (1 << 19)).to_le_bytes()[..3].to_vec())
    }

    fn end(self) -> Option<Vec<u8>> {
        Some(self.into_inner())
    }
}

fn gzip_packer() -> Gzip {
    flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best())
}

impl Packer for Gzip {
    fn packed(&mut self) -> &mut Vec<u8> {
        self.get_mut()
    }

    /// Not the last, stored; then the length, and its complement.
    fn plain_header(length: usize) -> Option<Vec<u8>> {
        let length = u16::try_from(length).ok()?;
        Some([&[0][..], &length.to_le_bytes(), &(!length).to_le_bytes()].concat())
    }

    fn end(self) -> Option<Vec<u8>> {
        self.finish().ok()
    }
}

impl Filling {
    fn plain(pieces: &[Piece<'_>], words: &[&str]) -> Self {
        let mut filling = Self { bytes: Vec::new(), gaps: Vec::new() };
        for piece in pieces {
            match piece {
                Piece::Text(text) => filling.bytes.extend_from_slice(text.as_bytes()),
                Piece::Gap(word) => filling.open(*word, words[*word].as_bytes()),
            }
        }
        filling
    }

    /// Writes a word that is to be overwritten.
    fn open(&mut self, word: usize, bytes: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        self.gaps.push((start..self.bytes.len(), word));
    }

    /// The first gap of each word is written plain, the others as copies of it.
    fn packed<P: Packer>(pieces: &[Piece<'_>], lengths: &[usize], packer: fn() -> P) -> Option<Self> {
        let fillers = fillers(lengths)?;
        let mut packer = packer();
        let mut filling = Self { bytes: Vec::new(), gaps: Vec::new() };
        for piece in pieces {
            match piece {
                Piece::Text(text) => packer.write_all(text.as_bytes()).ok()?,
                Piece::Gap(word) if filling.gaps.iter().any(|(_, open)| open == word) => {
                    packer.write_all(fillers.get(*word)?).ok()?;
                }
                Piece::Gap(word) => {
                    let filler = fillers.get(*word)?;
                    packer.flush().ok()?;
                    filling.bytes.append(packer.packed());
                    // The packer must know these bytes to count past them; how it would write them is
                    // thrown away.
                    packer.write_all(filler).and_then(|()| packer.flush()).ok()?;
                    packer.packed().clear();
                    filling.bytes.extend(P::plain_header(filler.len())?);
                    filling.open(*word, filler);
                }
            }
        }
        filling.bytes.extend(packer.end()?);
        Some(filling)
    }

    fn fill(&self, words: &[&str]) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        for (gap, word) in &self.gaps {
            let word = words.get(*word).map_or("", |word| word);
            debug_assert_eq!(gap.len(), word.len(), "a word fits its gap");
            let gap = bytes.get_mut(gap.clone()).unwrap_or_default();
            gap.iter_mut().zip(word.bytes()).for_each(|(gap, byte)| *gap = byte);
        }
        bytes
    }
}

fn pieces<'a>(page: &'a str, words: &[&str]) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let mut rest = page;
    let first =
        |rest: &str| words.iter().enumerate().filter_map(|(number, word)| Some((rest.find(word)?, number))).min();
    while let Some((at, number)) = first(rest) {
        let (before, after) = rest.split_at(at);
        pieces.extend([Piece::Text(before), Piece::Gap(number)]);
        rest = &after[words[number].len()..];
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// One text for each length in which no three bytes come twice and which no page holds: control
/// characters, stepped through by ever larger steps. So nothing is written as a copy of a part.
/// `None` when the lengths come to more than there is.
fn fillers(lengths: &[usize]) -> Option<Vec<Vec<u8>>> {
    let alphabet: Vec<u8> = (0x01..0x20).filter(|byte| !matches!(byte, 0x09 | 0x0A | 0x0D)).collect();
    // 28 of them; a step that shares no factor with that visits each once.
    let steps = (1..alphabet.len()).filter(|step| step % 2 == 1 && step % 7 != 0);
    let mut all = steps.flat_map(|step| {
        let alphabet = &alphabet;
        (0..alphabet.len()).map(move |at| alphabet[(at * step) % alphabet.len()])
    });
    let filler =
        |length: &usize| Some(all.by_ref().take(*length).collect()).filter(|filler: &Vec<u8>| filler.len() == *length);
    lengths.iter().map(filler).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const WORDS: [&str; 2] = ["<<the token of a form>>", "[[an id]]"];

    /// The page as a browser reads it, however it came.
    fn read(stencil: &Stencil, words: &[&str], encoding: Encoding) -> String {
        let packed = stencil.fill(words, encoding);
        let mut read = String::new();
        match encoding {
            Encoding::Brotli => brotli::Decompressor::new(&packed[..], 4096).read_to_string(&mut read),
            Encoding::Gzip => flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut read),
            Encoding::Plain | Encoding::Zstd => (&packed[..]).read_to_string(&mut read),
        }
        .unwrap();
        read
    }

    const READ: [Encoding; 3] = [Encoding::Brotli, Encoding::Gzip, Encoding::Plain];

    /// A page of some thousand bytes in which both words come several times.
    fn page() -> String {
        let form = |number: usize| {
            format!(
                "<form action=\"/learn/{}/{number}\"><input name=\"csrf\" value=\"{}\"><p>Question {number}</p></form>\n",
                WORDS[1], WORDS[0]
            )
        };
        (0..40).map(form).collect()
    }

    #[test]
    fn the_compressed_page_holds_each_word_once_and_yields_it_everywhere() {
        let stencil = Stencil::cut(&page(), &WORDS);
        for packed in [&stencil.brotli, &stencil.gzip] {
            assert_eq!(packed.as_ref().unwrap().gaps.len(), 2, "the others are copies");
        }
        let words = ["ABCDEFGHIJKLMNOPQRSTUVW", "123456789"];
        let expected = page().replace(WORDS[0], words[0]).replace(WORDS[1], words[1]);
        for encoding in READ {
            assert_eq!(read(&stencil, &words, encoding), expected, "{encoding:?}");
        }
    }

    #[test]
    fn a_page_without_gaps_is_a_page() {
        let stencil = Stencil::cut("<p>x</p>", &WORDS);
        for encoding in READ {
            assert_eq!(read(&stencil, &WORDS, encoding), "<p>x</p>", "{encoding:?}");
        }
    }

    #[test]
    fn words_too_long_for_the_trick_are_compressed_each_time() {
        let (long, other) = ("x".repeat(400), "y".repeat(400));
        let stencil = Stencil::cut(&format!("<p>{long}</p>"), &[&long]);
        assert_eq!((&stencil.brotli, &stencil.gzip), (&None, &None));
        for encoding in READ {
            assert_eq!(read(&stencil, &[&other], encoding), format!("<p>{other}</p>"), "{encoding:?}");
        }
    }

    #[test]
    fn fillers_repeat_nothing() {
        let fillers = fillers(&[86, 36, 200]).unwrap();
        let all: Vec<&[u8]> = fillers.iter().flat_map(|filler| filler.windows(3)).collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    }

    proptest! {
        #[test]
        fn any_page_filled_is_the_page_with_its_words(
            texts in prop::collection::vec("[a-c<>= \"\\n]{0,60}|[\\PC]{0,40}", 1..20),
            gaps in prop::collection::vec(0_usize..2, 0..20),
            token in "[A-Za-z0-9_-]{23}",
            id in "[0-9a-f-]{9}",
        ) {
            let mut page = String::new();
            for (number, text) in texts.iter().enumerate() {
                page.push_str(text);
                if let Some(gap) = gaps.get(number) {
                    page.push_str(WORDS[*gap]);
                }
            }
            let stencil = Stencil::cut(&page, &WORDS);
            let expected = page.replace(WORDS[0], &token).replace(WORDS[1], &id);
            for encoding in READ {
                prop_assert_eq!(read(&stencil, &[&token, &id], encoding), &expected[..], "{:?}", encoding);
            }
        }
    }
}
