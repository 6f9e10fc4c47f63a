//! `blanks`: text with gaps, `[[accepted|also accepted]]`.

use super::{Answers, required_explanation, text_of, wrong};
use crate::domain::course::markdown::fragment::{self, Element, ElementKind, Fragment};
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::RawBlock;
use crate::domain::markup::SafeHtml;
use crate::domain::quiz::question::{Blanks, Body, Piece};

/// The paragraphs before the first gap are the prompt, which may be empty: the text asks for itself.
pub fn read(raw: &RawBlock, reader: &mut Reader) -> Option<Answers> {
    let bank = bank(raw, reader);
    let fragment = text_of(raw, reader)?;
    let elements = fragment.elements();
    let at = elements.iter().position(|element| element.kind == ElementKind::Quote).unwrap_or(elements.len());
    let (text, quotes) = elements.split_at(at);
    let first_gap =
        text.iter().position(|element| fragment::plain(fragment.events(element.span.clone())).contains("[["));
    let (opening, gapped) = text.split_at(first_gap.unwrap_or(text.len()));
    let prompt = match (opening.first(), opening.last()) {
        (Some(first), Some(last)) => reader.render(&fragment, fragment.events(first.span.start..last.span.end)),
        _ => SafeHtml::default(),
    };
    let pieces = pieces(&fragment, gapped, reader);
    if !pieces.iter().any(|piece| matches!(piece, Piece::Gap(_))) {
        wrong(raw.line, "the text has no gap", "write the word that belongs into a gap as [[word]]", reader);
    }
    let explanation = explanation(&fragment, quotes, reader);
    required_explanation(raw, &explanation, reader);
    Some(Answers { prompt, explanation, body: Body::Blanks(Blanks { pieces, bank }) })
}

fn bank(raw: &RawBlock, reader: &mut Reader) -> Option<Vec<String>> {
    let written = raw.attributes.text("bank")?.to_owned();
    let words: Vec<String> =
        written.split(',').map(|word| reader.plain(word, raw.line)).filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        reader.bad_attribute(raw, "bank", "wrong words with commas between them: bank=\"weeks, passwords\"");
    }
    Some(words)
}

fn pieces(fragment: &Fragment, elements: &[Element], reader: &mut Reader) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for element in elements {
        if !pieces.is_empty() {
            pieces.push(Piece::Text("\n".into()));
        }
        let text = fragment::plain(fragment.events(element.span.clone()));
        let text = reader.plain(&text, element.line);
        cut(&text, element.line, &mut pieces, reader);
    }
    pieces
}

fn cut(text: &str, line: u32, pieces: &mut Vec<Piece>, reader: &mut Reader) {
    let mut rest = text;
    while let Some((before, from)) = rest.split_once("[[") {
        let Some((inside, after)) = from.split_once("]]") else {
            wrong(line, "a gap has no end", "close it: [[word]]", reader);
            break;
        };
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        let forms: Vec<String> =
            inside.split('|').map(|form| form.trim().to_owned()).filter(|form| !form.is_empty()).collect();
        if forms.is_empty() {
            wrong(
                line,
                "a gap accepts nothing",
                "write the word that belongs there: [[word]] or [[word|another form]]",
                reader,
            );
        } else {
            pieces.push(Piece::Gap(forms));
        }
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
}

fn explanation(fragment: &Fragment, quotes: &[Element], reader: &mut Reader) -> Option<SafeHtml> {
    let (quote, more) = quotes.split_first()?;
    if let Some(odd) = more.first() {
        wrong(odd.line, "something stands after the explanation", "put it before the quote, or into it", reader);
    }
    Some(reader.render(fragment, fragment.events(quote.inner())))
}
