//! A parsed text and its pieces: what block and question readers take apart before rendering.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, TextMergeWithOffset};

use crate::domain::course::scan::Chunk;

/// An event with the bytes of its chunk that it comes from.
pub type Spanned<'a> = (Event<'a>, Range<usize>);

/// A text that has been parsed and can be rendered piece by piece.
pub struct Fragment<'a> {
    chunk: Chunk<'a>,
    line_starts: Vec<usize>,
    events: Vec<Spanned<'a>>,
}

/// A block-level piece of a fragment. `span` counts events, the piece's own start and end included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    pub kind: ElementKind,
    pub span: Range<usize>,
    pub line: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElementKind {
    Paragraph,
    /// Text that stands in a list item or cell without a paragraph of its own.
    Inline,
    List {
        is_ordered: bool,
    },
    Item,
    Quote,
    Table,
    TableHead,
    TableRow,
    TableCell,
    /// Headings, code, rules.
    Other,
}

impl Element {
    /// The events inside, without the piece's own start and end.
    pub fn inner(&self) -> Range<usize> {
        if self.kind == ElementKind::Inline {
            return self.span.clone();
        }
        let start = (self.span.start + 1).min(self.span.end);
        start..self.span.end.saturating_sub(1).max(start)
    }
}

impl<'a> Fragment<'a> {
    pub fn parse(chunk: Chunk<'a>) -> Self {
        let parser = Parser::new_ext(chunk.text, Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS);
        let events = TextMergeWithOffset::new(parser.into_offset_iter()).collect();
        let line_starts = std::iter::once(0).chain(chunk.text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { chunk, line_starts, events }
    }

    /// Number of its first line.
    pub fn line(&self) -> u32 {
        self.chunk.line
    }

    pub fn whole(&self) -> &[Spanned<'a>] {
        &self.events
    }

    pub fn events(&self, span: Range<usize>) -> &[Spanned<'a>] {
        self.events.get(span).unwrap_or_default()
    }

    /// The line in the file on which a byte of the chunk stands.
    pub fn line_at(&self, offset: usize) -> u32 {
        let lines = self.line_starts.partition_point(|start| *start <= offset).saturating_sub(1);
        self.chunk.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX))
    }

    /// The block-level pieces of the whole, in order.
    pub fn elements(&self) -> Vec<Element> {
        self.elements_of(0..self.events.len())
    }

    /// The pieces inside one piece.
    pub fn inside(&self, element: &Element) -> Vec<Element> {
        self.elements_of(element.inner())
    }

    fn elements_of(&self, span: Range<usize>) -> Vec<Element> {
        let mut elements: Vec<Element> = Vec::new();
        let mut at = span.start;
        while at < span.end {
            let Some((event, range)) = self.events.get(at) else { break };
            let kind = kind_of(event);
            let end = if matches!(event, Event::Start(_)) { self.end_of(at).min(span.end) } else { at + 1 };
            match elements.last_mut() {
                Some(last) if kind == ElementKind::Inline && last.kind == ElementKind::Inline => last.span.end = end,
                _ => elements.push(Element { kind, span: at..end, line: self.line_at(range.start) }),
            }
            at = end;
        }
        elements
    }

    /// The index behind the end that belongs to the start at `at`.
    fn end_of(&self, at: usize) -> usize {
        let mut depth = 0usize;
        for (offset, (event, _)) in self.events.get(at..).unwrap_or_default().iter().enumerate() {
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return at + offset + 1;
            }
        }
        self.events.len()
    }

    /// Events for `elements`; a single paragraph stands without its `<p>`, so that a label is inline.
    pub fn label(&self, elements: &[Element]) -> &[Spanned<'a>] {
        match elements {
            [only] if matches!(only.kind, ElementKind::Paragraph | ElementKind::Inline) => self.events(only.inner()),
            [first, .., last] => self.events(first.span.start..last.span.end),
            [only] => self.events(only.span.clone()),
            [] => &[],
        }
    }
}

fn kind_of(event: &Event) -> ElementKind {
    match event {
        Event::Start(tag) => match tag {
            Tag::Paragraph => ElementKind::Paragraph,
            Tag::BlockQuote(_) => ElementKind::Quote,
            Tag::List(first) => ElementKind::List { is_ordered: first.is_some() },
            Tag::Item => ElementKind::Item,
            Tag::Table(_) => ElementKind::Table,
            Tag::TableHead => ElementKind::TableHead,
            Tag::TableRow => ElementKind::TableRow,
            Tag::TableCell => ElementKind::TableCell,
            Tag::Emphasis | Tag::Strong | Tag::Link { .. } | Tag::Image { .. } => ElementKind::Inline,
            _ => ElementKind::Other,
        },
        Event::Rule | Event::Html(_) => ElementKind::Other,
        _ => ElementKind::Inline,
    }
}

/// The text of `events` without any markup, pieces on lines of their own; facts stay `{fact:id}`.
pub fn plain(events: &[Spanned]) -> String {
    let mut text = String::new();
    for (event, _) in events {
        match event {
            Event::Text(piece) | Event::Code(piece) => text.push_str(piece),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell) => text.push('\n'),
            _ => {}
        }
    }
    text.trim().to_owned()
}

/// Whether a list item begins with `[x]` (true) or `[ ]` (false).
pub fn task_mark(events: &[Spanned]) -> Option<bool> {
    events.iter().find_map(|(event, _)| match event {
        Event::TaskListMarker(is_ticked) => Some(*is_ticked),
        _ => None,
    })
}

/// Inline events cut in two at the first `mark` that stands outside of links, emphasis and code.
pub fn cut<'a>(events: &[Spanned<'a>], mark: &str) -> Option<(Vec<Spanned<'a>>, Vec<Spanned<'a>>)> {
    let mut depth = 0usize;
    for (index, (event, range)) in events.iter().enumerate() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Text(text) if depth == 0 => {
                let Some((left, right)) = text.split_once(mark) else { continue };
                let piece = |text: &str| (Event::Text(text.to_owned().into()), range.clone());
                let mut first = events.get(..index)?.to_vec();
                first.push(piece(left.trim_end()));
                let mut second = vec![piece(right.trim_start())];
                second.extend_from_slice(events.get(index + 1..)?);
                return Some((first, second));
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Fragment<'_> {
        Fragment::parse(Chunk { line: 10, text })
    }

    #[test]
    fn pieces_know_their_lines() {
        let fragment = parse("One.\n\n- a\n  > b\n- c *d*\n\n> e\n");
        let elements = fragment.elements();
        let seen: Vec<_> = elements.iter().map(|element| (element.kind, element.line)).collect();
        assert_eq!(
            seen,
            [(ElementKind::Paragraph, 10), (ElementKind::List { is_ordered: false }, 12), (ElementKind::Quote, 16)]
        );
        let items = fragment.inside(&elements[1]);
        assert_eq!(items.iter().map(|item| item.line).collect::<Vec<_>>(), [12, 14]);
        let parts = fragment.inside(&items[0]);
        assert_eq!(parts.iter().map(|part| part.kind).collect::<Vec<_>>(), [ElementKind::Inline, ElementKind::Quote]);
        assert_eq!(plain(fragment.label(&fragment.inside(&items[1]))), "c d");
    }

    #[test]
    fn text_is_cut_outside_of_markup() {
        let fragment = parse("*a :: b* c :: `d :: e` f");
        let elements = fragment.elements();
        let (left, right) = cut(fragment.label(&elements), "::").unwrap();
        assert_eq!((plain(&left).as_str(), plain(&right).as_str()), ("a :: b c", "d :: e f"));
    }

    #[test]
    fn ticks_are_seen() {
        let fragment = parse("- [x] a\n- [ ] b\n- c\n");
        let items = fragment.inside(&fragment.elements()[0]);
        let marks: Vec<_> = items.iter().map(|item| task_mark(fragment.events(item.span.clone()))).collect();
        assert_eq!(marks, [Some(true), Some(false), None]);
    }
}
