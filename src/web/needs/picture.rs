//! Levels as one picture: a line for each competency, a dot where the person stands, a ring where
//! their work asks them to be. Drawn here, so that it needs no script and can be printed.

use serde::Serialize;

use crate::domain::competency::Level;

/// In units of the drawing, which on a small phone are pixels.
const WIDTH: u32 = 328;
const MARGIN: u32 = 14;
const HIGHEST: Level = 4;
const TEXT_LINE: u32 = 20;
/// From the last line of a name to the middle of its track, and from there to the next name.
const ABOVE_TRACK: u32 = 15;
const BELOW_TRACK: u32 = 34;
/// From what is above to an area's name, and from there to the first competency.
const AREA_HEIGHT: u32 = 30;
const SCALE_HEIGHT: u32 = 24;
/// About as many letters of 15 units as a line holds.
const LETTERS: usize = 40;

/// `needs/_picture`
#[derive(Serialize)]
pub struct Picture {
    width: u32,
    height: u32,
    areas: Vec<AreaPart>,
    has_before: bool,
}

#[derive(Serialize)]
struct AreaPart {
    x: u32,
    y: u32,
    name: String,
    scale: Vec<TextPart>,
    rows: Vec<RowPart>,
}

#[derive(Serialize)]
struct RowPart {
    lines: Vec<TextPart>,
    y: u32,
    first: u32,
    last: u32,
    ticks: Vec<u32>,
    now: u32,
    asked: u32,
    has_gap: bool,
    before: u32,
    has_before: bool,
}

#[derive(Serialize)]
struct TextPart {
    x: u32,
    y: u32,
    text: String,
}

/// One competency to be drawn.
pub struct Drawn<'a> {
    pub name: &'a str,
    pub now: Level,
    pub asked: Level,
    pub before: Option<Level>,
}

/// Draws competencies by area. `is_rtl`: from right to left, as its reader reads. `digit`: how a level is
/// written.
pub fn draw(areas: &[(String, Vec<Drawn<'_>>)], is_rtl: bool, digit: impl Fn(Level) -> String) -> Picture {
    let along = |level: Level| {
        let step = (WIDTH - 2 * MARGIN) / u32::from(HIGHEST);
        let x = MARGIN + step * u32::from(level.min(HIGHEST));
        if is_rtl { WIDTH - x } else { x }
    };
    let start = if is_rtl { WIDTH } else { 0 };
    let mut y = 0;
    let mut parts = Vec::new();
    for (name, rows) in areas {
        y += AREA_HEIGHT;
        let mut part = AreaPart { x: start, y: y - 8, name: name.clone(), scale: Vec::new(), rows: Vec::new() };
        y += SCALE_HEIGHT;
        part.scale.extend((0..=HIGHEST).map(|level| TextPart { x: along(level), y: y - 8, text: digit(level) }));
        for drawn in rows {
            let mut lines = Vec::new();
            for text in wrapped(drawn.name) {
                y += TEXT_LINE;
                lines.push(TextPart { x: start, y: y - 5, text });
            }
            y += ABOVE_TRACK;
            part.rows.push(RowPart {
                lines,
                y,
                first: along(0),
                last: along(HIGHEST),
                ticks: (0..=HIGHEST).map(along).collect(),
                now: along(drawn.now),
                asked: along(drawn.asked),
                has_gap: drawn.now < drawn.asked,
                before: drawn.before.map(along).unwrap_or_default(),
                has_before: drawn.before.is_some_and(|before| before != drawn.now),
            });
            y += BELOW_TRACK - ABOVE_TRACK;
        }
        parts.push(part);
    }
    let has_before = parts.iter().flat_map(|part| &part.rows).any(|row| row.has_before);
    Picture { width: WIDTH, height: y, areas: parts, has_before }
}

/// A name in lines: text in a picture does not wrap by itself.
fn wrapped(name: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in name.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= LETTERS => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(now: Level, asked: Level, is_rtl: bool) -> Picture {
        let row = Drawn { name: "Climate, environment, and a just transition for everybody", now, asked, before: None };
        draw(&[("Area".into(), vec![row])], is_rtl, |level| level.to_string())
    }

    #[test]
    fn higher_levels_stand_further_on_and_inside_the_picture() {
        let picture = one(1, 3, false);
        let row = &picture.areas[0].rows[0];
        assert!(row.now < row.asked && row.has_gap);
        assert!(row.ticks.is_sorted() && row.last <= picture.width && row.y < picture.height);
        assert_eq!(row.lines.len(), 2);
        assert_eq!(picture.areas[0].scale.iter().map(|mark| mark.text.as_str()).collect::<String>(), "01234");
        assert!(!one(3, 3, false).areas[0].rows[0].has_gap);
    }

    #[test]
    fn right_to_left_is_the_mirror_image() {
        let (left, right) = (one(1, 3, false), one(1, 3, true));
        let (left, right) = (&left.areas[0].rows[0], &right.areas[0].rows[0]);
        assert_eq!(WIDTH - left.now, right.now);
        assert_eq!(WIDTH - left.asked, right.asked);
    }

    #[test]
    fn a_time_before_is_drawn_where_it_differs() {
        let row = |before| Drawn { name: "Name", now: 2, asked: 3, before };
        let picture =
            draw(&[("Area".into(), vec![row(Some(1)), row(Some(2)), row(None)])], false, |level| level.to_string());
        let shown: Vec<bool> = picture.areas[0].rows.iter().map(|row| row.has_before).collect();
        assert_eq!(shown, [true, false, false]);
        assert!(picture.has_before);
    }
}
