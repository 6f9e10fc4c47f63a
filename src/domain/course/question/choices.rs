//! `single`, `multiple` and `true-false`: choices with a mark, each with feedback.

use super::{Answers, explanation, missing_feedback, prompt, text_of, wrong};
use crate::domain::course::block::list::{self, Item};
use crate::domain::course::diagnostic::rule;
use crate::domain::course::markdown::fragment::{self, Fragment};
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::RawBlock;
use crate::domain::quiz::question::{Body, Choice, Choices};

pub fn read_single(raw: &RawBlock, reader: &mut Reader) -> Option<Answers> {
    let answers = read(raw, reader, Body::SingleChoice)?;
    one_key(raw, &answers, reader);
    Some(answers)
}

pub fn read_multiple(raw: &RawBlock, reader: &mut Reader) -> Option<Answers> {
    let answers = read(raw, reader, Body::MultipleChoice)?;
    if keys(&answers) == 1 {
        wrong(raw.line, "a question of kind multiple has one key only", "tick another, or write kind=single", reader);
    }
    Some(answers)
}

pub fn read_true_false(raw: &RawBlock, reader: &mut Reader) -> Option<Answers> {
    let answers = read(raw, reader, Body::TrueFalse)?;
    one_key(raw, &answers, reader);
    if choices(&answers).len() != 2 {
        wrong(
            raw.line,
            "a question of kind true-false has not two choices",
            "write the true one first, then the false one",
            reader,
        );
    }
    Some(answers)
}

fn read(raw: &RawBlock, reader: &mut Reader, body: fn(Choices) -> Body) -> Option<Answers> {
    let fragment = text_of(raw, reader)?;
    let parts = list::parts(&fragment, reader);
    let prompt = prompt(raw, &fragment, &parts, reader);
    let choices: Vec<Choice> = parts.items.iter().map(|item| choice(&fragment, item, reader)).collect();
    let explanation = explanation(&fragment, &parts, reader);
    if !choices.iter().any(|choice| choice.is_key) {
        reader.error(raw.line, rule::NO_KEY, "no choice is the key", "tick the right one: - [x] …");
    }
    if choices.iter().all(|choice| choice.is_key) {
        reader.error(
            raw.line,
            rule::NO_DISTRACTOR,
            "no choice is wrong",
            "add choices that a real person would take: - [ ] …",
        );
    }
    Some(Answers { prompt, explanation, body: body(Choices(choices)) })
}

fn choice(fragment: &Fragment, item: &Item, reader: &mut Reader) -> Choice {
    let is_key = marked(item, reader);
    let text = reader.render(fragment, item.label);
    if text.is_empty() {
        wrong(item.line, "this choice is empty", "write its text behind the brackets", reader);
    }
    let feedback = item.quote.map(|quote| reader.render(fragment, quote)).unwrap_or_default();
    if feedback.is_empty() {
        missing_feedback(item.line, reader);
    }
    Choice { text, is_key, feedback }
}

/// Whether the item is ticked; one without brackets is reported.
pub fn marked(item: &Item, reader: &mut Reader) -> bool {
    let mark = fragment::task_mark(item.label);
    if mark.is_none() {
        wrong(
            item.line,
            "this answer is not marked",
            "begin it with - [x] if it is right, with - [ ] if it is wrong",
            reader,
        );
    }
    mark.unwrap_or(false)
}

fn choices(answers: &Answers) -> &[Choice] {
    match &answers.body {
        Body::SingleChoice(Choices(choices))
        | Body::MultipleChoice(Choices(choices))
        | Body::TrueFalse(Choices(choices)) => choices,
        _ => &[],
    }
}

fn keys(answers: &Answers) -> usize {
    choices(answers).iter().filter(|choice| choice.is_key).count()
}

fn one_key(raw: &RawBlock, answers: &Answers, reader: &mut Reader) {
    if keys(answers) > 1 {
        wrong(raw.line, "this question has more than one key", "tick one choice only, or write kind=multiple", reader);
    }
}
