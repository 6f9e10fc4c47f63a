//! A table as CSV and as XLSX, for people who live in spreadsheets.
//!
//! Cells never become formulas (SAFETY 20): in CSV what begins like one gets an apostrophe, in XLSX text is
//! written as inline text. The XLSX holds one sheet and no more than a spreadsheet needs to open it, so it is
//! written here with the zip that courses use instead of a library.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    Number(i64),
}

/// A header and rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Table {
    fn lines(&self) -> impl Iterator<Item = Vec<Cell>> {
        let header = self.header.iter().map(|text| Cell::Text(text.clone())).collect();
        std::iter::once(header).chain(self.rows.iter().cloned())
    }
}

/// RFC 4180, with a byte order mark: without it a popular program reads accents wrongly.
pub fn csv(table: &Table) -> Vec<u8> {
    let mut text = String::from("\u{feff}");
    for line in table.lines() {
        let cells: Vec<String> = line.iter().map(csv_cell).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text.into_bytes()
}

fn csv_cell(cell: &Cell) -> String {
    match cell {
        Cell::Number(number) => number.to_string(),
        Cell::Text(text) => format!("\"{}\"", neutral(text).replace('"', "\"\"")),
    }
}

/// Text that no spreadsheet takes for a formula.
fn neutral(text: &str) -> String {
    let is_formula = text.trim_start_matches([' ', '\u{feff}']).starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if is_formula { format!("'{text}") } else { text.to_owned() }
}

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#;
const LINKS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Lontar" sheetId="1" r:id="r1"/></sheets></workbook>"#;
const SHEETS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

/// ECMA-376 with inline strings.
#[expect(clippy::expect_used, reason = "memory takes every file and byte")]
pub fn xlsx(table: &Table) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let sheet = sheet(table);
    let parts = [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", LINKS),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", SHEETS),
        ("xl/worksheets/sheet1.xml", &sheet),
    ];
    for (name, content) in parts {
        let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n{content}");
        let written = archive.start_file(name, options).map(|()| archive.write_all(text.as_bytes()));
        written.expect("memory takes every file").expect("memory takes every byte");
    }
    archive.finish().expect("memory takes the end of an archive").into_inner()
}

fn sheet(table: &Table) -> String {
    let mut xml =
        String::from(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#);
    for line in table.lines() {
        xml.push_str("<row>");
        for cell in line {
            match cell {
                Cell::Number(number) => xml.push_str(&format!("<c><v>{number}</v></c>")),
                Cell::Text(text) => xml.push_str(&format!(
                    r#"<c t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>"#,
                    escaped(&text)
                )),
            }
        }
        xml.push_str("</row>");
    }
    xml.push_str("</sheetData></worksheet>");
    xml
}

/// Text inside an element; what XML cannot hold is left out.
fn escaped(text: &str) -> String {
    let is_held = |letter: &char| !letter.is_control() || matches!(letter, '\t' | '\n');
    let kept: String =
        text.chars().filter(is_held).filter(|letter| !matches!(letter, '\u{fffe}' | '\u{ffff}')).collect();
    kept.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn table() -> Table {
        let row = vec!["=1+1".into(), "a \"b\", <c>&".into(), Cell::Number(15)];
        Table { header: vec!["Name".to_owned(), "Text".to_owned(), "People".to_owned()], rows: vec![row] }
    }

    #[test]
    fn cells_never_become_formulas() {
        let text = String::from_utf8(csv(&table())).unwrap();
        assert_eq!(text, "\u{feff}\"Name\",\"Text\",\"People\"\r\n\"'=1+1\",\"a \"\"b\"\", <c>&\",15\r\n");
        for start in ["=", "+", "-", "@", "\t", "\r", " ="] {
            let cell = Cell::Text(format!("{start}cmd"));
            assert!(csv_cell(&cell).starts_with("\"'"), "{start:?} was let through");
        }
    }

    #[test]
    fn a_workbook_holds_its_sheet_as_text() {
        let mut archive = zip::ZipArchive::new(Cursor::new(xlsx(&table()))).unwrap();
        assert_eq!(archive.len(), 5);
        let mut sheet = String::new();
        archive.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
        assert!(sheet.contains("<t xml:space=\"preserve\">=1+1</t>"), "{sheet}");
        assert!(sheet.contains("a \"b\", &lt;c&gt;&amp;") && sheet.contains("<c><v>15</v></c>"), "{sheet}");
        assert!(!sheet.contains("<f>"));
        assert_eq!(escaped("a\u{0}b\u{7}"), "ab");
    }
}
