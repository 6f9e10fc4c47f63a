//! Which reader reads which block, and where blocks may stand.

use super::{
    Block, aside, checklist, diagram, download, figure, flashcards, recording, reflection, scenario, steps, table,
    warning,
};
use crate::domain::course::diagnostic::rule;
use crate::domain::course::question;
use crate::domain::course::reader::{Reader, Setting};
use crate::domain::course::scan::{Node, RawBlock};

/// What kind of file or block the blocks stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    Lesson,
    /// A page around lessons: introductions, further reading, trainers' notes, the final task.
    Page,
    /// In another block. Nothing that keeps a learner's state, so that nothing of theirs is hidden in a fold.
    Aside,
}

/// Every block with the places it may stand in.
const BLOCKS: &[(&str, &[Ground])] = {
    use Ground::{Aside, Lesson, Page};
    &[
        ("note", &[Lesson, Page, Aside]),
        ("warning", &[Lesson, Page, Aside]),
        ("example", &[Lesson, Page, Aside]),
        ("facilitator", &[Lesson, Page, Aside]),
        ("checklist", &[Lesson, Page]),
        ("reflection", &[Lesson, Page]),
        ("flashcards", &[Lesson, Page, Aside]),
        ("figure", &[Lesson, Page, Aside]),
        ("diagram", &[Lesson, Page, Aside]),
        ("audio", &[Lesson, Page, Aside]),
        ("video", &[Lesson, Page, Aside]),
        ("download", &[Lesson, Page, Aside]),
        ("table", &[Lesson, Page, Aside]),
        ("steps", &[Lesson, Page, Aside]),
        ("scenario", &[Lesson, Page]),
        ("question", &[Lesson]),
    ]
};

/// Reads text and blocks in their order.
pub fn read_blocks(nodes: &[Node], ground: Ground, reader: &mut Reader) -> Vec<Block> {
    let mut blocks = Vec::with_capacity(nodes.len());
    for node in nodes {
        match node {
            Node::Text(chunk) => blocks.push(Block::Prose(reader.prose(*chunk))),
            Node::Block(raw) if may_stand(raw, ground, reader) => blocks.extend(read_one(raw, reader)),
            Node::Block(_) => {}
        }
    }
    blocks
}

/// The content of a block that holds prose and other blocks.
pub fn prose_and_blocks(raw: &RawBlock, reader: &mut Reader) -> Vec<Block> {
    if raw.nodes.is_empty() {
        reader.content(raw.line, format!("`{}` is empty", raw.name), "write its content, or take it out");
    }
    read_blocks(&raw.nodes, Ground::Aside, reader)
}

fn may_stand(raw: &RawBlock, ground: Ground, reader: &mut Reader) -> bool {
    let Some((_, grounds)) = BLOCKS.iter().find(|(name, _)| *name == raw.name) else {
        let part_of = part_of(raw.name);
        let names: Vec<&str> = BLOCKS.iter().map(|(name, _)| *name).collect();
        let (rule, help) = match part_of {
            Some(whole) => (rule::BLOCK_PLACE, format!("`{}` stands only in {whole}", raw.name)),
            None => (rule::UNKNOWN_BLOCK, format!("the blocks are: {}", names.join(", "))),
        };
        reader.error(raw.line, rule, format!("`{}` is no block that can stand here", raw.name), help);
        return false;
    };
    let fits = grounds.contains(&ground);
    if !fits {
        let (place, help) = match ground {
            Ground::Lesson => ("a lesson", "move it"),
            Ground::Page => ("this file", "questions stand in lessons, quizzes and tests"),
            Ground::Aside => ("another block", "close the block around it first, with a line :::"),
        };
        reader.error(raw.line, rule::BLOCK_PLACE, format!("`{}` cannot stand in {place}", raw.name), help);
    }
    fits
}

/// Blocks that are parts of others.
fn part_of(name: &str) -> Option<&'static str> {
    match name {
        "step" => Some("`scenario`"),
        "criterion" => Some("`rubric`, or a `question` of kind free-response"),
        "model" => Some("a `question` of kind free-response"),
        "rubric" | "exemplar" => Some("final-task.md"),
        _ => None,
    }
}

fn read_one(raw: &RawBlock, reader: &mut Reader) -> Option<Block> {
    match raw.name {
        "note" => Some(Block::Note(aside::read(raw, reader))),
        "example" => Some(Block::Example(aside::read(raw, reader))),
        "warning" => Some(Block::Warning(warning::read(raw, reader))),
        "facilitator" => Some(Block::Facilitator(reader.within(Setting::Trainers, |reader| {
            reader.allow(raw, &[]);
            prose_and_blocks(raw, reader)
        }))),
        "checklist" => checklist::read(raw, reader).map(Block::Checklist),
        "reflection" => reflection::read(raw, reader).map(Block::Reflection),
        "flashcards" => flashcards::read(raw, reader).map(Block::Flashcards),
        "figure" => figure::read(raw, reader).map(Block::Figure),
        "diagram" => diagram::read(raw, reader).map(Block::Diagram),
        "audio" => recording::read_audio(raw, reader).map(Block::Audio),
        "video" => recording::read_video(raw, reader).map(Block::Video),
        "download" => download::read(raw, reader).map(Block::Download),
        "table" => table::read(raw, reader).map(Block::Table),
        "steps" => steps::read(raw, reader).map(Block::Steps),
        "scenario" => scenario::read(raw, reader).map(Block::Scenario),
        "question" => question::read(raw, reader).map(|question| Block::Question(Box::new(question))),
        _ => None,
    }
}
