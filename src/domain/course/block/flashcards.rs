//! `flashcards`: a list; each item is a front, the quote under it its back.

use super::{Flashcard, Flashcards, list};
use crate::domain::course::markdown::fragment::Fragment;
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::RawBlock;

pub fn read(raw: &RawBlock, reader: &mut Reader) -> Option<Flashcards> {
    reader.allow(raw, &["#", "title"]);
    let id = reader.block_id(raw);
    let title = reader.title(raw, "title");
    let fragment = Fragment::parse(reader.only_text(raw)?);
    let items = list::only_list(raw.name, &fragment, reader);
    let cards = items.iter().filter_map(|item| card(&fragment, item, reader)).collect();
    Some(Flashcards { id: id?, title, cards })
}

fn card(fragment: &Fragment, item: &list::Item, reader: &mut Reader) -> Option<Flashcard> {
    let front = reader.render(fragment, item.label);
    let Some(quote) = item.quote else {
        reader.content(item.line, "this card has no back", "write it below the front as an indented quote:   > Back");
        return None;
    };
    Some(Flashcard { front, back: reader.render(fragment, quote) })
}
