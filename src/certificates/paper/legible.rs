//! Makes the PDF read out and copy every script letter by letter.
//!
//! Where several glyphs draw one cluster, raised, lowered or in another order than the letters, PDF
//! has no way of saying the letters that all readers understand: some repeat them, some put spaces
//! between, Nastaliq falls to pieces. So such runs are drawn as outlines, and over them lies what
//! scanned books have: the same letters in the same font, one glyph each, in no colour.

use typst::ecow::EcoVec;
use typst::layout::{Abs, Em, Frame, FrameItem, Point};
use typst::model::Document;
use typst::text::{Glyph, TextItem};
use typst::visualize::{Color, Curve, FillRule, Geometry, Paint, Shape};
use typst_layout::{Page, PagedDocument};

use super::joined::joined;

/// The same pages to the eye.
pub fn legible(document: &PagedDocument) -> PagedDocument {
    let pages: EcoVec<Page> = document
        .pages()
        .iter()
        .map(|page| Page { frame: legible_frame(&joined(&page.frame)), ..page.clone() })
        .collect();
    PagedDocument::new(pages, document.info().clone())
}

fn legible_frame(frame: &Frame) -> Frame {
    let mut items: Vec<(Point, FrameItem)> = Vec::new();
    for (place, item) in frame.items() {
        match item {
            FrameItem::Group(group) => {
                let mut group = group.clone();
                group.frame = legible_frame(&group.frame);
                items.push((*place, FrameItem::Group(group)));
            }
            FrameItem::Text(text) if is_complex(text) => match letters(text) {
                Some(letters) => {
                    items.push((*place, outlines(text)));
                    items.push((*place, FrameItem::Text(letters)));
                }
                None => items.push((*place, item.clone())),
            },
            FrameItem::Text(_)
            | FrameItem::Shape(..)
            | FrameItem::Image(..)
            | FrameItem::Link(..)
            | FrameItem::Tag(_) => items.push((*place, item.clone())),
        }
    }
    let mut frame = frame.clone();
    frame.clear();
    frame.push_multiple(items);
    frame
}

fn is_complex(text: &TextItem) -> bool {
    text.glyphs.iter().any(|glyph| glyph.y_offset != Em::zero())
        || text.glyphs.windows(2).any(|pair| matches!(pair, [a, b] if a.range == b.range))
}

/// The run with one glyph for each letter, as wide as it was drawn. `None`: the font has no glyphs
/// for single letters.
fn letters(text: &TextItem) -> Option<TextItem> {
    let is_rtl = match (text.glyphs.first(), text.glyphs.last()) {
        (Some(first), Some(last)) => first.range.start > last.range.start,
        _ => false,
    };
    let mut glyphs: Vec<Glyph> = Vec::new();
    for (at, letter) in text.text.char_indices() {
        let end = u16::try_from(at + letter.len_utf8()).ok()?;
        let glyph = text.font.ttf().glyph_index(letter).filter(|glyph| glyph.0 != 0);
        match (glyph, glyphs.last_mut()) {
            (Some(glyph), _) => glyphs.push(single(text, glyph.0, u16::try_from(at).ok()?..end)?),
            // A joiner without a glyph of its own goes with the letter before it.
            (None, Some(before)) => before.range.end = end,
            (None, None) => return None,
        }
    }
    if is_rtl {
        glyphs.reverse();
    }
    let natural: Em = glyphs.iter().map(|glyph| glyph.x_advance).sum();
    let size = text.size * (text.width() / natural.at(text.size));
    let fits = size.to_pt().is_finite() && size > Abs::zero();
    fits.then(|| TextItem { size, fill: nothing(), stroke: None, glyphs, ..text.clone() })
}

fn single(text: &TextItem, id: u16, range: std::ops::Range<u16>) -> Option<Glyph> {
    Some(Glyph {
        id,
        x_advance: text.font.x_advance(id)?,
        x_offset: Em::zero(),
        y_advance: Em::zero(),
        y_offset: Em::zero(),
        range,
        span: text.glyphs.first()?.span,
    })
}

fn nothing() -> Paint {
    Paint::Solid(Color::from_u8(0, 0, 0, 0))
}

/// What the run draws, as one shape.
fn outlines(text: &TextItem) -> FrameItem {
    let scale = text.size / text.font.units_per_em();
    let mut pen = Pen { curve: Curve::new(), origin: Point::zero(), at: Point::zero(), scale };
    let mut x = Abs::zero();
    for glyph in &text.glyphs {
        pen.origin = Point::new(x + glyph.x_offset.at(text.size), -glyph.y_offset.at(text.size));
        text.font.ttf().outline_glyph(ttf_parser::GlyphId(glyph.id), &mut pen);
        x += glyph.x_advance.at(text.size);
    }
    let shape = Shape {
        geometry: Geometry::Curve(pen.curve),
        fill: Some(text.fill.clone()),
        fill_rule: FillRule::NonZero,
        stroke: None,
    };
    let source = text.glyphs.first().map_or_else(typst::syntax::Span::detached, |glyph| glyph.span.0);
    FrameItem::Shape(shape, source)
}

/// Draws glyphs, whose y grows upwards, into a curve, whose y grows downwards.
struct Pen {
    curve: Curve,
    /// Where the glyph's own origin lies.
    origin: Point,
    /// Where the pen is, in the curve's measure.
    at: Point,
    scale: Abs,
}

impl Pen {
    fn point(&self, x: f32, y: f32) -> Point {
        self.origin + Point::new(self.scale * f64::from(x), self.scale * -f64::from(y))
    }
}

impl ttf_parser::OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.at = self.point(x, y);
        self.curve.move_(self.at);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.at = self.point(x, y);
        self.curve.line(self.at);
    }

    /// A quadratic segment is a cubic one whose handles are two thirds as long.
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (handle, end) = (self.point(x1, y1), self.point(x, y));
        let towards = |from: Point| from + (handle - from) * (2.0 / 3.0);
        self.curve.cubic(towards(self.at), towards(end), end);
        self.at = end;
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.at = self.point(x, y);
        self.curve.cubic(self.point(x1, y1), self.point(x2, y2), self.at);
    }

    fn close(&mut self) {
        self.curve.close();
    }
}
