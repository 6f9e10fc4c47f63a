//! `diagram`: a picture drawn in HTML from a list or a table.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::{Diagram, DiagramItem, Drawing, Matrix, MatrixCell, figure, list};
use crate::domain::course::markdown::fragment::{Element, ElementKind, Fragment, Spanned};
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::RawBlock;
use crate::domain::markup::SafeHtml;

pub fn read(raw: &RawBlock, reader: &mut Reader) -> Option<Diagram> {
    reader.allow(raw, &["#", "shape", "alt", "title"]);
    let id = reader.block_id(raw);
    let title = reader.title(raw, "title");
    let alt = figure::alt(raw, reader);
    let fragment = Fragment::parse(reader.only_text(raw)?);
    let drawing = drawing(raw, &fragment, reader);
    Some(Diagram { id: id?, title, alt: alt?, drawing: drawing? })
}

fn drawing(raw: &RawBlock, fragment: &Fragment, reader: &mut Reader) -> Option<Drawing> {
    let Some(shape) = raw.attributes.text("shape") else {
        reader.missing_attribute(raw, "shape", "cycle");
        return None;
    };
    let of_items: fn(Vec<DiagramItem>) -> Drawing = match shape {
        "cycle" => Drawing::Cycle,
        "timeline" => Drawing::Timeline,
        "chain" => Drawing::Chain,
        "pillars" => Drawing::Pillars,
        "layers" => Drawing::Layers,
        "matrix" => return matrix(fragment, reader).map(Drawing::Matrix),
        _ => {
            reader.bad_attribute(raw, "shape", "cycle, timeline, chain, pillars, layers or matrix");
            return None;
        }
    };
    let items = list::only_list(raw.name, fragment, reader);
    Some(of_items(items.iter().filter_map(|item| diagram_item(fragment, item, reader)).collect()))
}

/// `**Label**: explanation`; the explanation may be left out.
fn diagram_item(fragment: &Fragment, item: &list::Item, reader: &mut Reader) -> Option<DiagramItem> {
    let label_end = item.label.iter().position(|(event, _)| *event == Event::End(TagEnd::Strong));
    let begins_strong = item.label.first().is_some_and(|(event, _)| *event == Event::Start(Tag::Strong));
    let Some((label, rest)) =
        label_end.filter(|_| begins_strong).and_then(|end| Some((item.label.get(1..end)?, item.label.get(end + 1..)?)))
    else {
        reader.content(item.line, "this item has no label", "write - **Label**: explanation");
        return None;
    };
    let mut rest = rest.to_vec();
    let mut label = label.to_vec();
    trim_text(label.last_mut(), |text| text.trim_end().trim_end_matches([':', '：']));
    trim_text(rest.first_mut(), |text| text.trim_start().trim_start_matches([':', '：', '—', '–']).trim_start());
    let text = if rest.is_empty() { SafeHtml::default() } else { reader.render(fragment, &rest) };
    Some(DiagramItem { label: reader.render(fragment, &label), text })
}

fn trim_text(event: Option<&mut Spanned>, trim: fn(&str) -> &str) {
    if let Some((Event::Text(text), _)) = event {
        *text = trim(text).to_owned().into();
    }
}

fn matrix(fragment: &Fragment, reader: &mut Reader) -> Option<Matrix> {
    let elements = fragment.elements();
    let [table] = elements.as_slice() else { return not_a_table(fragment, reader) };
    if table.kind != ElementKind::Table {
        return not_a_table(fragment, reader);
    }
    let rows = fragment.inside(table);
    let (head, body) = rows.split_first()?;
    let head: Vec<SafeHtml> =
        fragment.inside(head).iter().map(|cell| reader.render(fragment, fragment.events(cell.inner()))).collect();
    let rows = body.iter().map(|row| matrix_row(fragment, row, reader)).collect();
    Some(Matrix { head, rows })
}

fn not_a_table(fragment: &Fragment, reader: &mut Reader) -> Option<Matrix> {
    reader.content(
        fragment.line(),
        "a matrix holds one table and nothing else",
        "write rows | a | b | with a line | --- | --- | below the first; cells may begin with !1 to !5",
    );
    None
}

fn matrix_row(fragment: &Fragment, row: &Element, reader: &mut Reader) -> Vec<MatrixCell> {
    fragment.inside(row).iter().map(|cell| matrix_cell(fragment, cell, reader)).collect()
}

fn matrix_cell(fragment: &Fragment, cell: &Element, reader: &mut Reader) -> MatrixCell {
    let mut events = fragment.events(cell.inner()).to_vec();
    let mut heat = None;
    if let Some((Event::Text(text), _)) = events.first_mut()
        && let Some(rest) = text.strip_prefix('!')
        && let Some(digit) = rest.chars().next().and_then(|c| c.to_digit(10))
    {
        if !(1..=5).contains(&digit) {
            reader.content(
                cell.line,
                format!("`!{digit}` is no heat"),
                "a cell begins with !1 (cool) to !5 (hot), or with neither",
            );
        }
        heat = u8::try_from(digit).ok();
        *text = rest.get(1..).unwrap_or_default().trim_start().to_owned().into();
    }
    MatrixCell { heat, text: reader.render(fragment, &events) }
}
