//! Lists that blocks and questions are made of: items, and the quote indented under each.

use crate::domain::course::markdown::fragment::{Element, ElementKind, Fragment, Spanned};
use crate::domain::course::reader::Reader;
use crate::domain::markup::SafeHtml;

/// One item of a list.
pub struct Item<'f, 'a> {
    pub line: u32,
    /// What stands before the quote; a single paragraph without its `<p>`.
    pub label: &'f [Spanned<'a>],
    /// The quote's inside.
    pub quote: Option<&'f [Spanned<'a>]>,
}

/// The parts of a block's text around its one list.
pub struct Parts<'f, 'a> {
    /// Before the list.
    pub opening: &'f [Spanned<'a>],
    pub items: Vec<Item<'f, 'a>>,
    pub is_ordered: bool,
    /// Quotes after the list.
    pub closing: &'f [Spanned<'a>],
}

/// The items of a list.
pub fn items<'f, 'a>(fragment: &'f Fragment<'a>, list: &Element, reader: &mut Reader) -> Vec<Item<'f, 'a>> {
    fragment.inside(list).iter().map(|item| read_item(fragment, item, reader)).collect()
}

fn read_item<'f, 'a>(fragment: &'f Fragment<'a>, item: &Element, reader: &mut Reader) -> Item<'f, 'a> {
    let elements = fragment.inside(item);
    let at = elements.iter().position(|element| element.kind == ElementKind::Quote).unwrap_or(elements.len());
    let (label, rest) = elements.split_at(at);
    let quote = rest.first().map(|quote| fragment.events(quote.inner()));
    if let Some(extra) = rest.get(1) {
        reader.content(
            extra.line,
            "something stands after the quote of this item",
            "keep one quote under each item, all its lines beginning with >",
        );
    }
    Item { line: item.line, label: fragment.label(label), quote }
}

/// Cuts a block's text into what stands before its first list, the list, and the quotes after it.
pub fn parts<'f, 'a>(fragment: &'f Fragment<'a>, reader: &mut Reader) -> Parts<'f, 'a> {
    let elements = fragment.elements();
    let is_list = |element: &Element| matches!(element.kind, ElementKind::List { .. });
    // The last list: a prompt may hold one of its own.
    let at = elements.iter().rposition(is_list).unwrap_or(elements.len());
    let (before, from) = elements.split_at(at);
    let opening = span(fragment, before);
    let Some((list, after)) = from.split_first() else {
        return Parts { opening, items: Vec::new(), is_ordered: false, closing: &[] };
    };
    if let Some(odd) = after.iter().find(|element| element.kind != ElementKind::Quote) {
        reader.content(
            odd.line,
            "text stands after the list",
            "put it before the list, or make it a quote: lines that begin with >",
        );
    }
    let is_ordered = list.kind == ElementKind::List { is_ordered: true };
    Parts { opening, items: items(fragment, list, reader), is_ordered, closing: span(fragment, after) }
}

fn span<'f, 'a>(fragment: &'f Fragment<'a>, elements: &[Element]) -> &'f [Spanned<'a>] {
    match (elements.first(), elements.last()) {
        (Some(first), Some(last)) => fragment.events(first.span.start..last.span.end),
        _ => &[],
    }
}

/// A block that holds one list and nothing else: its items rendered, each with its quote.
pub fn only_list<'f, 'a>(block: &str, fragment: &'f Fragment<'a>, reader: &mut Reader) -> Vec<Item<'f, 'a>> {
    let parts = parts(fragment, reader);
    if parts.items.is_empty() || !parts.opening.is_empty() || !parts.closing.is_empty() {
        reader.content(
            fragment.line(),
            format!("`{block}` holds one list and nothing else"),
            "begin each item with - and put other text before or after the block",
        );
    }
    parts.items
}

/// Items without quotes, rendered.
pub fn plain_items(block: &str, fragment: &Fragment, reader: &mut Reader) -> Vec<SafeHtml> {
    let items = only_list(block, fragment, reader);
    items
        .iter()
        .map(|item| {
            if item.quote.is_some() {
                reader.content(item.line, "a quote stands under this item", "write it as part of the item's text");
            }
            reader.render(fragment, item.label)
        })
        .collect()
}
