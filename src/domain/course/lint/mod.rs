//! What is asked of a course beyond being readable: a file for each rule, a line in [`LINTS`].
//!
//! What breaks a reader is an error; what only makes a course worse is a warning. Rules about a single
//! block or field are checked where that is read, with the names in [`super::diagnostic::RULES`].

mod abbreviations;
mod facts;
mod keys;
mod not_assessed;
mod not_taught;
mod parallel_tests;
mod reading_level;
mod sentence_length;
mod short_pool;
mod word_limit;

use super::CourseText;
use super::block::Block;
use super::diagnostic::{Report, Spot};
use super::language::LanguageTexts;
use super::read::facts::FactFile;
use super::read::manifest::Manifest;
use crate::domain::id::{LessonId, QuestionId};
use crate::domain::quiz::Quiz;
use crate::domain::quiz::question::Question;
use crate::domain::time::Day;

/// What lint looks at: one language of a course, and what holds for all.
pub struct Material<'a> {
    pub found: &'a LanguageTexts,
    pub manifest: &'a Manifest,
    pub facts: &'a FactFile,
    pub today: Option<Day>,
}

type Check = fn(&Material, &mut Report);

/// Every rule that looks at more than one block, and whether it is asked of translations too: what is
/// the same in every language is said once.
const LINTS: &[(Check, Scope)] = &[
    (keys::check, Scope::EveryLanguage),
    (not_taught::check, Scope::Source),
    (not_assessed::check, Scope::Source),
    (short_pool::check, Scope::Source),
    (parallel_tests::check, Scope::Source),
    (word_limit::check, Scope::Source),
    (sentence_length::check, Scope::EveryLanguage),
    (reading_level::check, Scope::EveryLanguage),
    (abbreviations::check, Scope::EveryLanguage),
    (facts::check_overdue, Scope::Source),
    (facts::check_unused, Scope::Source),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    Source,
    EveryLanguage,
}

pub fn run(material: &Material, report: &mut Report) {
    let is_source = material.text().language == material.manifest.source_language;
    for (check, scope) in LINTS {
        if is_source || *scope == Scope::EveryLanguage {
            check(material, report);
        }
    }
}

impl Material<'_> {
    fn text(&self) -> &CourseText {
        &self.found.text
    }

    fn lesson_spot(&self, id: &LessonId) -> Spot {
        let known = self.found.spots.lessons.get(id.as_str()).cloned();
        known.unwrap_or_else(|| Spot::file(self.text().language.as_str()))
    }

    fn quiz_spot(&self, quiz: &Quiz) -> Spot {
        let known = self.found.spots.quizzes.get(quiz.id.as_str()).cloned();
        known.unwrap_or_else(|| Spot::file(self.text().language.as_str()))
    }

    fn question_spot(&self, id: &QuestionId) -> Spot {
        let known = self.found.spots.questions.get(id.as_str()).cloned();
        known.unwrap_or_else(|| Spot::file(self.text().language.as_str()))
    }

    /// All questions, in lessons and pools.
    fn questions(&self) -> impl Iterator<Item = &Question> {
        let in_lessons = self.text().lessons().flat_map(|(_, lesson)| questions_in(&lesson.blocks));
        in_lessons.chain(self.text().quizzes().flat_map(|quiz| &quiz.pool))
    }
}

/// The questions that stand among a lesson's blocks.
pub fn questions_in(blocks: &[Block]) -> impl Iterator<Item = &Question> {
    blocks.iter().filter_map(|block| match block {
        Block::Question(question) => Some(question.as_ref()),
        _ => None,
    })
}
