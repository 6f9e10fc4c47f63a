//! Reads `question` blocks into [`Question`]s, a file for each kind.
//!
//! What every kind shares is read here: id, competency, level, points, what to read again. The first
//! prose is the prompt; a quote at the block's top level, after the answers, the explanation.

mod blanks;
mod choices;
mod free_response;
mod matching;
mod numeric;
mod ordering;
pub(in crate::domain::course) mod rubric;
mod short_text;
mod variants;

use crate::domain::competency::CompetencyCode;
use crate::domain::course::block::list::Parts;
use crate::domain::course::diagnostic::rule;
use crate::domain::course::markdown::fragment::Fragment;
use crate::domain::course::reader::{Reader, Setting};
use crate::domain::course::scan::RawBlock;
use crate::domain::id::{LessonId, QuestionId};
use crate::domain::markup::SafeHtml;
use crate::domain::quiz::question::{Body, Question};

/// What a kind's reader gives: the parts that only that kind has.
struct Answers {
    prompt: SafeHtml,
    explanation: Option<SafeHtml>,
    body: Body,
}

type ReadKind = fn(&RawBlock, &mut Reader) -> Option<Answers>;

/// Every kind: its name, attributes of its own, and its reader.
const KINDS: &[(&str, &[&str], ReadKind)] = &[
    ("single", &[], choices::read_single),
    ("multiple", &[], choices::read_multiple),
    ("true-false", &[], choices::read_true_false),
    ("short-text", &[], short_text::read),
    ("numeric", &["tolerance", "unit"], numeric::read),
    ("matching", &[], matching::read),
    ("ordering", &[], ordering::read),
    ("blanks", &["bank"], blanks::read),
    ("free-response", &["max_words"], free_response::read),
];

const SHARED_ATTRIBUTES: [&str; 8] = ["#", "kind", "competency", "level", "points", "sure!", "lesson", "fixed!"];

pub fn read(raw: &RawBlock, reader: &mut Reader) -> Option<Question> {
    reader.within(Setting::Question, |reader| read_question(raw, reader))
}

fn read_question(raw: &RawBlock, reader: &mut Reader) -> Option<Question> {
    let id = reader.id::<QuestionId>(raw);
    let (_, own, read_kind) = kind(raw, reader)?;
    reader.allow(raw, &[&SHARED_ATTRIBUTES, *own].concat());
    let competency = competency(raw, reader);
    let level = required_number(raw, "level", 1..=3, reader);
    let points = reader.number(raw, "points", 1..=100).unwrap_or(1);
    let lesson = lesson(raw, reader);
    let (answers, facts) = reader.citing(|reader| read_kind(raw, reader));
    let answers = answers?;
    Some(Question {
        id: id?,
        competency: competency?,
        level: u8::try_from(level?).unwrap_or(3),
        points: u16::try_from(points).unwrap_or(100),
        asks_confidence: raw.attributes.flag("sure"),
        keeps_order: raw.attributes.flag("fixed"),
        lesson,
        prompt: answers.prompt,
        explanation: answers.explanation,
        body: answers.body,
        facts,
    })
}

fn kind(raw: &RawBlock, reader: &mut Reader) -> Option<&'static (&'static str, &'static [&'static str], ReadKind)> {
    let Some(name) = raw.attributes.text("kind") else {
        reader.missing_attribute(raw, "kind", "single");
        return None;
    };
    let kind = KINDS.iter().find(|(known, _, _)| *known == name);
    if kind.is_none() {
        let names: Vec<&str> = KINDS.iter().map(|(known, _, _)| *known).collect();
        reader.bad_attribute(raw, "kind", &names.join(", "));
    }
    kind
}

fn competency(raw: &RawBlock, reader: &mut Reader) -> Option<CompetencyCode> {
    if raw.attributes.text("competency").is_none() {
        reader.missing_attribute(raw, "competency", "DS1");
    }
    reader.parsed(raw, "competency", "a competency's code such as DS1")
}

fn required_number(
    raw: &RawBlock,
    key: &str,
    range: std::ops::RangeInclusive<u32>,
    reader: &mut Reader,
) -> Option<u32> {
    if raw.attributes.text(key).is_none() {
        reader.missing_attribute(raw, key, &range.start().to_string());
    }
    reader.number(raw, key, range)
}

/// What to read again: the lesson named, or the one that the question stands in.
fn lesson(raw: &RawBlock, reader: &mut Reader) -> Option<LessonId> {
    let Some(named) = raw.attributes.text("lesson") else {
        if reader.lesson.is_none() {
            reader.missing_attribute(raw, "lesson", "ds1-1");
        }
        return reader.lesson.clone();
    };
    if !reader.library.places.contains_key(named) {
        reader.error(
            raw.line,
            rule::BROKEN_LINK,
            format!("there is no lesson `{named}`"),
            "name the id in the front matter of the lesson to read again",
        );
    }
    named.parse().ok()
}

/// The text of a question that is one text with a list in it.
fn text_of<'a>(raw: &RawBlock<'a>, reader: &mut Reader) -> Option<Fragment<'a>> {
    reader.no_blocks(raw);
    let Some(chunk) = raw.texts().next() else {
        wrong(raw.line, "the question is empty", "write the prompt, then the answers", reader);
        return None;
    };
    Some(Fragment::parse(chunk))
}

fn prompt(raw: &RawBlock, fragment: &Fragment, parts: &Parts, reader: &mut Reader) -> SafeHtml {
    if parts.opening.is_empty() {
        wrong(raw.line, "the question has no prompt", "ask something before the answers", reader);
    }
    reader.render(fragment, parts.opening)
}

fn explanation(fragment: &Fragment, parts: &Parts, reader: &mut Reader) -> Option<SafeHtml> {
    (!parts.closing.is_empty()).then(|| reader.render(fragment, inside_quotes(parts)))
}

/// The inside of the quote; several quotes stay as they are.
fn inside_quotes<'f, 'a>(parts: &Parts<'f, 'a>) -> &'f [crate::domain::course::markdown::fragment::Spanned<'a>] {
    let closing = parts.closing;
    let ends = closing
        .iter()
        .filter(|(event, _)| matches!(event, pulldown_cmark::Event::End(pulldown_cmark::TagEnd::BlockQuote(_))));
    match (ends.count(), closing) {
        (1, [_, inside @ .., _]) => inside,
        _ => closing,
    }
}

fn required_explanation(raw: &RawBlock, explanation: &Option<SafeHtml>, reader: &mut Reader) {
    if explanation.as_ref().is_none_or(SafeHtml::is_empty) {
        reader.error(
            raw.line,
            rule::MISSING_EXPLANATION,
            "this question has no explanation, which learners see after marking",
            "add a quote below the answers, not indented: > Why it is so …",
        );
    }
}

fn missing_feedback(line: u32, reader: &mut Reader) {
    reader.error(
        line,
        rule::MISSING_FEEDBACK,
        "this answer has no feedback",
        "add an indented quote below it:   > Why this is right, or what is mistaken",
    );
}

fn wrong(line: u32, message: impl Into<String>, help: impl Into<String>, reader: &mut Reader) {
    reader.error(line, rule::QUESTION_CONTENT, message, help);
}
