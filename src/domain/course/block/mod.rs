//! What a lesson is made of. A new block is a file here that reads it, a variant of [`Block`] and a
//! template `blocks/_<name>`; the compiler names the other places.
//!
//! Labels (items, choices, cells, fronts of cards) are inline HTML where the author wrote one
//! paragraph; prose (backs, captions, consequences, prompts, feedback) is made of blocks (`<p>` …).

mod aside;
mod checklist;
mod diagram;
mod download;
mod figure;
mod flashcards;
pub(in crate::domain::course) mod list;
mod read;
mod recording;
mod reflection;
mod scenario;
mod steps;
mod table;
mod warning;

pub(in crate::domain::course) use read::{Ground, prose_and_blocks, read_blocks};

use crate::domain::id::BlockId;
use crate::domain::markup::SafeHtml;
use crate::domain::quiz::question::Question;

/// One block, in reading order. Matched without a wildcard: a new block breaks the build in every
/// place that must think about it.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    Prose(SafeHtml),
    Note(Aside),
    Warning(Warning),
    Example(Aside),
    Checklist(Checklist),
    Reflection(Reflection),
    Flashcards(Flashcards),
    Figure(Figure),
    Diagram(Diagram),
    Audio(Recording),
    Video(Recording),
    Download(Download),
    Table(Table),
    Steps(Steps),
    /// For trainers only; never in a learner's page.
    Facilitator(Vec<Block>),
    Scenario(Scenario),
    Question(Box<Question>),
}

/// A titled aside that may hold other plain blocks.
#[derive(Clone, Debug, PartialEq)]
pub struct Aside {
    pub title: Option<String>,
    pub blocks: Vec<Block>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    pub title: Option<String>,
    /// Folded until the reader opens it.
    pub is_sensitive: bool,
    pub blocks: Vec<Block>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Checklist {
    pub id: BlockId,
    pub title: String,
    pub items: Vec<SafeHtml>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Reflection {
    pub id: BlockId,
    pub prompt: SafeHtml,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Flashcards {
    pub id: BlockId,
    pub title: Option<String>,
    pub cards: Vec<Flashcard>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Flashcard {
    pub front: SafeHtml,
    pub back: SafeHtml,
}

/// A picture; `medium` is its key in [`super::Course::media`].
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub id: BlockId,
    pub medium: String,
    pub alt: String,
    pub caption: SafeHtml,
}

/// A picture drawn in HTML, so that it is read, translated and printed like text.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagram {
    pub id: BlockId,
    pub title: Option<String>,
    pub alt: String,
    pub drawing: Drawing,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Drawing {
    Cycle(Vec<DiagramItem>),
    Timeline(Vec<DiagramItem>),
    Chain(Vec<DiagramItem>),
    Pillars(Vec<DiagramItem>),
    Layers(Vec<DiagramItem>),
    Matrix(Matrix),
}

#[derive(Clone, Debug, PartialEq)]
pub struct DiagramItem {
    pub label: SafeHtml,
    pub text: SafeHtml,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    pub head: Vec<SafeHtml>,
    /// Each row as long as `head`; the first cell is the row's heading.
    pub rows: Vec<Vec<MatrixCell>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct MatrixCell {
    /// 1 cool to 5 hot.
    pub heat: Option<u8>,
    pub text: SafeHtml,
}

/// Sound or film, never played by itself; `medium` and the others are keys in the course's media.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    pub id: BlockId,
    pub title: Option<String>,
    pub medium: String,
    pub captions: Option<String>,
    pub poster: Option<String>,
    pub transcript: SafeHtml,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Download {
    pub id: BlockId,
    pub title: String,
    pub medium: String,
    pub language: Option<String>,
    pub purpose: SafeHtml,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub id: Option<BlockId>,
    pub caption: String,
    /// The whole `<table>` without its caption.
    pub table: SafeHtml,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Steps {
    pub title: Option<String>,
    pub items: Vec<SafeHtml>,
}

/// A short story with choices. Every step can reach an ending.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    pub id: BlockId,
    pub title: Option<String>,
    pub opening: Scene,
    pub steps: Vec<ScenarioStep>,
}

impl Scenario {
    /// The most scenes on a page.
    pub const MOST_SCENES: usize = 60;

    /// How many scenes stand on a page on which every choice unfolds what follows, counted up to one
    /// more than `most`. A step that several choices lead to stands there for each of them, so their
    /// number can double with every step; one that led to itself is not drawn again.
    pub fn unfolded(&self, most: usize) -> usize {
        let mut count = 1;
        self.unfold(&self.opening, &mut Vec::new(), &mut count, most);
        count
    }

    fn unfold(&self, scene: &Scene, above: &mut Vec<usize>, count: &mut usize, most: usize) {
        for next in scene.choices.iter().filter_map(|choice| choice.leads_to) {
            let Some(step) = self.steps.get(next).filter(|_| *count <= most && !above.contains(&next)) else {
                continue;
            };
            *count += 1;
            above.push(next);
            self.unfold(&step.scene, above, count, most);
            above.pop();
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioStep {
    pub id: String,
    pub scene: Scene,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    pub text: SafeHtml,
    /// None: an ending.
    pub choices: Vec<ScenarioChoice>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioChoice {
    pub label: SafeHtml,
    /// What happens.
    pub consequence: SafeHtml,
    /// Index in [`Scenario::steps`]; `None`: this is an ending.
    pub leads_to: Option<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A scenario in which both choices of each step lead to the next.
    fn ladder(steps: usize) -> Scenario {
        let to = |index: usize| (index < steps).then_some(index);
        let choice = |index: usize| ScenarioChoice {
            label: SafeHtml::default(),
            consequence: SafeHtml::default(),
            leads_to: to(index),
        };
        let scene = |next: usize| Scene { text: SafeHtml::default(), choices: vec![choice(next), choice(next)] };
        let steps = (0..steps).map(|index| ScenarioStep { id: format!("s{index}"), scene: scene(index + 1) });
        Scenario { id: "s".parse().unwrap(), title: None, opening: scene(0), steps: steps.collect() }
    }

    #[test]
    fn scenes_are_counted_as_often_as_they_stand_there_and_no_further_than_asked() {
        assert_eq!(ladder(3).unfolded(60), 1 + 2 + 4 + 8);
        assert_eq!(ladder(40).unfolded(60), 61);
        assert_eq!(ladder(100_000).unfolded(60), 61);
    }
}
