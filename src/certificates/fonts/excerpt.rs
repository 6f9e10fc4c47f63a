//! Takes a few letters out of a large font.
//!
//! A collection for Chinese, Japanese and Korean has 26 MB; reading and hashing it for one name
//! would cost more than drawing the paper. The excerpt keeps outlines, measures and names of the
//! letters asked for, and no shaping rules: these scripts are drawn letter by letter, and the
//! regional forms that rules would choose are chosen by the face.

use std::collections::{BTreeMap, BTreeSet};

use subsetter::GlyphRemapper;
use ttf_parser::{Face, RawFace, Tag};

/// A font file with the `letters` that the face has. `None`: the font is damaged or of a kind that
/// cannot be cut.
pub fn excerpt(data: &[u8], index: u32, letters: &BTreeSet<char>) -> Option<Vec<u8>> {
    let face = Face::parse(data, index).ok()?;
    let mut glyphs = GlyphRemapper::new();
    let codes: BTreeMap<char, u16> =
        letters.iter().filter_map(|letter| Some((*letter, glyphs.remap(face.glyph_index(*letter)?.0)))).collect();
    let cut = subsetter::subset(data, index, &glyphs).ok()?;

    // The cutter makes fonts for PDF, which need neither codes nor line metrics; drawing does.
    let cut_face = RawFace::parse(&cut, 0).ok()?;
    let mut tables: BTreeMap<Tag, Vec<u8>> = cut_face
        .table_records
        .into_iter()
        .filter_map(|record| Some((record.tag, cut_face.table(record.tag)?.to_vec())))
        .collect();
    for tag in [b"OS/2", b"name"].map(Tag::from_bytes) {
        tables.insert(tag, face.raw_face().table(tag)?.to_vec());
    }
    tables.insert(Tag::from_bytes(b"cmap"), code_table(&codes));
    Some(font_file(cut.get(..4)?, &tables))
}

/// A `cmap` with one subtable: Windows, full Unicode, format 12 (segmented coverage).
fn code_table(codes: &BTreeMap<char, u16>) -> Vec<u8> {
    let count = codes.len() as u32;
    let mut table = Vec::new();
    for short in [0_u16, 1, 3, 10] {
        table.extend(short.to_be_bytes());
    }
    table.extend(12_u32.to_be_bytes());
    table.extend(12_u16.to_be_bytes());
    table.extend(0_u16.to_be_bytes());
    for long in [16 + 12 * count, 0, count] {
        table.extend(long.to_be_bytes());
    }
    for (letter, glyph) in codes {
        let code = u32::from(*letter);
        for long in [code, code, u32::from(*glyph)] {
            table.extend(long.to_be_bytes());
        }
    }
    table
}

/// The OpenType container: a directory of tables, then the tables, each on a multiple of four.
/// Search hints and checksums are zero: no reader of ours looks at them.
fn font_file(kind: &[u8], tables: &BTreeMap<Tag, Vec<u8>>) -> Vec<u8> {
    let mut file = kind.to_vec();
    file.extend((tables.len() as u16).to_be_bytes());
    file.extend([0; 6]);
    let mut offset = 12 + 16 * tables.len();
    for (tag, table) in tables {
        file.extend(tag.to_bytes());
        for long in [0, offset as u32, table.len() as u32] {
            file.extend(long.to_be_bytes());
        }
        offset += table.len().next_multiple_of(4);
    }
    for table in tables.values() {
        file.extend(table);
        file.resize(file.len().next_multiple_of(4), 0);
    }
    file
}
