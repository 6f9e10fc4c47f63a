//! Released figures as rows to print: a table, and the same as a picture whose shades are shares.
//!
//! Both are made from [`Row`]s of a release and from nothing else.

use serde::Serialize;

use crate::domain::disclosure::Row;
use crate::locale::{Argument, Words};

/// Units of the picture: it is as wide as a small phone shows, so that its words stay large enough.
const LABEL: u32 = 58;
const CELL: u32 = 66;
const HEIGHT: u32 = 36;
const HEAD: u32 = 30;

/// A table and its picture.
#[derive(Serialize)]
pub struct Heat {
    pub rows: Vec<HeatRow>,
    pub width: u32,
    pub height: u32,
    pub heads: Vec<Head>,
}

#[derive(Serialize)]
pub struct Head {
    x: u32,
    y: u32,
    text: String,
}

#[derive(Serialize)]
pub struct HeatRow {
    /// Short, for the picture: a code or a number.
    mark: String,
    label: String,
    /// "about 45"
    people: String,
    text_y: u32,
    cells: Vec<HeatCell>,
}

#[derive(Serialize)]
pub struct HeatCell {
    text: String,
    is_hidden: bool,
    class: &'static str,
    x: u32,
    y: u32,
    text_x: u32,
    text_y: u32,
}

/// Rows to draw: a short mark, a label, and the figures.
pub fn heat<'a>(words: &Words, rows: impl Iterator<Item = (String, String, &'a Row)>) -> Heat {
    let rows: Vec<HeatRow> =
        (0..).zip(rows).map(|(at, (mark, label, row))| heat_row(words, at, mark, label, row)).collect();
    let height = HEAD + HEIGHT * u32::try_from(rows.len()).unwrap_or_default();
    let head = |(at, text): (u32, &str)| Head { x: LABEL + at * CELL + CELL / 2, y: 20, text: text.to_owned() };
    Heat { rows, width: LABEL + 4 * CELL, height, heads: (0..).zip(["0", "1", "2", "3+"]).map(head).collect() }
}

fn heat_row(words: &Words, at: u32, mark: String, label: String, row: &Row) -> HeatRow {
    let y = HEAD + at * HEIGHT;
    let cell = |(column, figure): (usize, &crate::domain::disclosure::Figure)| {
        let about = figure.about();
        let x = LABEL + u32::try_from(column).unwrap_or_default() * CELL;
        HeatCell {
            text: about.map(|about| words.number(about.into())).unwrap_or_default(),
            is_hidden: about.is_none(),
            class: about.map_or("hid", |about| shade(about, row.people())),
            x: x + 1,
            y: y + 1,
            text_x: x + CELL / 2,
            text_y: y + 23,
        }
    };
    HeatRow {
        mark,
        label,
        people: words.fill("manage.about", &[("count", Argument::Number(row.people().into()))]),
        text_y: y + 23,
        cells: row.figures().iter().enumerate().map(cell).collect(),
    }
}

/// Five shades by the share of the row.
fn shade(part: u32, people: u32) -> &'static str {
    match part * 100 / people.max(1) {
        ..15 => "s1",
        15..30 => "s2",
        30..45 => "s3",
        45..60 => "s4",
        60.. => "s5",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_grow_with_the_share() {
        assert_eq!([5, 20, 30, 50, 95, 200].map(|part| shade(part, 100)), ["s1", "s2", "s3", "s4", "s5", "s5"]);
        assert_eq!(shade(5, 0), "s5");
    }
}
