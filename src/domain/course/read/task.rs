//! final-task.md: the work product, its rubric and an exemplar.

use super::{ID_SHAPE, front, small};
use crate::domain::course::block::{Ground, prose_and_blocks, read_blocks};
use crate::domain::course::diagnostic::rule;
use crate::domain::course::question::rubric;
use crate::domain::course::reader::{Reader, Setting};
use crate::domain::course::scan::{Document, Node, RawBlock};
use crate::domain::course::{Exemplar, FinalTask};
use crate::domain::id::TaskId;
use crate::domain::language::LanguageTag;
use crate::domain::quiz::question::Criterion;

struct Front {
    id: Option<TaskId>,
    title: String,
    minutes: u16,
    max_words: u32,
    pass: u8,
}

pub fn read(document: &Document, language: &LanguageTag, reader: &mut Reader) -> Option<FinalTask> {
    let front = front(document, reader.report, |fields, report| Front {
        id: fields.parsed("id", ID_SHAPE, report),
        title: fields.text("title", report),
        minutes: small(fields.number("minutes", 1..=6_000, report)),
        max_words: fields.number("max_words", 1..=20_000, report).unwrap_or(0),
        pass: fields.number("pass", 1..=100, report).and_then(|pass| u8::try_from(pass).ok()).unwrap_or(0),
    });
    let title = reader.plain(&front.title, document.front.line);
    let mut blocks = Vec::new();
    let mut rubric: Option<Vec<Criterion>> = None;
    let mut exemplar: Option<Exemplar> = None;
    for node in &document.nodes {
        match node {
            Node::Block(raw) if raw.name == "rubric" => {
                once(raw, rubric.is_some(), reader);
                rubric = Some(read_rubric(raw, reader));
            }
            Node::Block(raw) if raw.name == "exemplar" => {
                once(raw, exemplar.is_some(), reader);
                exemplar = Some(read_exemplar(raw, reader));
            }
            other => blocks.extend(read_blocks(std::slice::from_ref(other), Ground::Page, reader)),
        }
    }
    if rubric.is_none() {
        reader.content(document.front.line, "the task has no rubric", "add ::: rubric with `criterion` blocks in it");
    }
    Some(FinalTask {
        id: front.id?,
        language: language.clone(),
        title,
        minutes: front.minutes,
        max_words: front.max_words,
        pass: front.pass,
        blocks,
        rubric: rubric.unwrap_or_default(),
        exemplar,
    })
}

fn once(raw: &RawBlock, is_there: bool, reader: &mut Reader) {
    if is_there {
        reader.error(raw.line, rule::BLOCK_PLACE, format!("a second `{}` stands here", raw.name), "make them one");
    }
}

fn read_rubric(raw: &RawBlock, reader: &mut Reader) -> Vec<Criterion> {
    reader.allow(raw, &[]);
    for chunk in raw.texts() {
        reader.content(chunk.line, "text stands in the rubric", "put it before the rubric, or into a criterion");
    }
    for block in raw.blocks().filter(|block| block.name != "criterion") {
        let message = format!("`{}` cannot stand in a rubric", block.name);
        reader.error(block.line, rule::BLOCK_PLACE, message, "a rubric has `criterion` blocks only");
    }
    reader.within(Setting::Question, |reader| {
        rubric::read(raw.blocks().filter(|block| block.name == "criterion"), raw.line, reader)
    })
}

fn read_exemplar(raw: &RawBlock, reader: &mut Reader) -> Exemplar {
    reader.allow(raw, &["title"]);
    let title = reader.required_title(raw, "title").unwrap_or_default();
    Exemplar { title, blocks: prose_and_blocks(raw, reader) }
}
