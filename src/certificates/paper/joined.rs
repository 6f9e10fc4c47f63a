//! Joins runs of glyphs that Typst broke.
//!
//! Typst begins a new run where a mark is raised or lowered, and gives both halves the letters of the
//! whole cluster. Joined again, each run has its letters once, and the shift is the glyph's own.

use typst::layout::{Abs, Em, Frame, FrameItem, Point};
use typst::text::TextItem;

/// The same frame with broken runs joined.
pub fn joined(frame: &Frame) -> Frame {
    let mut items: Vec<(Point, FrameItem)> = Vec::new();
    for (place, item) in frame.items() {
        match item {
            FrameItem::Group(group) => {
                let mut group = group.clone();
                group.frame = joined(&group.frame);
                items.push((*place, FrameItem::Group(group)));
            }
            FrameItem::Text(text) => {
                let run = match items.last_mut() {
                    Some((start, FrameItem::Text(run))) => join(run, *start, text, *place),
                    _ => None,
                };
                if run.is_none() {
                    items.push((*place, item.clone()));
                }
            }
            FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {
                items.push((*place, item.clone()));
            }
        }
    }
    let mut frame = frame.clone();
    frame.clear();
    frame.push_multiple(items);
    frame
}

/// Adds the glyphs of `text` to `run`. `None`, and nothing done: they do not belong together.
fn join(run: &mut TextItem, start: Point, text: &TextItem, place: Point) -> Option<()> {
    if !continues(run, start, text, place) {
        return None;
    }
    let (run_begins, text_begins) = (begins(run)?, begins(text)?);
    let base = run_begins.min(text_begins);
    let letters = overlay(base, (run_begins, &run.text), (text_begins, &text.text))?;

    shift(run, run_begins - base);
    let mut text = text.clone();
    shift(&mut text, text_begins - base);
    for glyph in &mut text.glyphs {
        glyph.y_offset += Em::from_abs(start.y - place.y, run.size);
    }
    run.text = letters.into();
    run.glyphs.append(&mut text.glyphs);
    Some(())
}

/// Whether `text` stands where `run` ends and comes from the same text in the same manner.
fn continues(run: &TextItem, start: Point, text: &TextItem, place: Point) -> bool {
    let source = |item: &TextItem| item.glyphs.first().map(|glyph| glyph.span.0);
    (start.x + run.width() - place.x).abs() < Abs::pt(0.01)
        && (start.y - place.y).abs() < run.size * 2.0
        && source(run) == source(text)
        && (&run.font, run.size, run.lang, run.region) == (&text.font, text.size, text.lang, text.region)
        && (&run.fill, &run.stroke) == (&text.fill, &text.stroke)
}

/// Where in the source an item's letters begin: a glyph knows its place there and in the item.
fn begins(item: &TextItem) -> Option<u16> {
    let glyph = item.glyphs.first()?;
    glyph.span.1.checked_sub(glyph.range.start)
}

fn shift(item: &mut TextItem, by: u16) {
    for glyph in &mut item.glyphs {
        glyph.range.start = glyph.range.start.saturating_add(by);
        glyph.range.end = glyph.range.end.saturating_add(by);
    }
}

/// Two pieces of one text laid over each other. `None`: there is a gap, or they differ.
fn overlay(base: u16, (a, a_text): (u16, &str), (b, b_text): (u16, &str)) -> Option<String> {
    let (first, second, offset) = if a == base { (a_text, b_text, b - base) } else { (b_text, a_text, a - base) };
    let (before, shared) = first.split_at_checked(offset.into())?;
    if shared.starts_with(second) {
        Some(first.to_owned())
    } else {
        second.starts_with(shared).then(|| format!("{before}{second}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_a_text_are_laid_over_each_other() {
        assert_eq!(overlay(3, (3, "abc"), (5, "cde")).as_deref(), Some("abcde"));
        assert_eq!(overlay(3, (5, "cde"), (3, "abc")).as_deref(), Some("abcde"));
        assert_eq!(overlay(0, (0, "abc"), (1, "b")).as_deref(), Some("abc"));
        assert_eq!(overlay(0, (0, "ab"), (3, "d")), None);
        assert_eq!(overlay(0, (0, "abc"), (1, "x")), None);
    }
}
