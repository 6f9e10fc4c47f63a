//! What a course amounts to, for its authors, and which facts want looking at.

use std::collections::{BTreeMap, BTreeSet};

use super::lint::questions_in;
use super::read::facts;
use super::shelf::{self, Kind};
use super::{Course, CourseText, Fact};
use crate::domain::competency::{CompetencyCode, Level};
use crate::domain::id::{FactId, LessonId, QuestionId};
use crate::domain::language::LanguageTag;
use crate::domain::quiz::question::{Body, Question};
use crate::domain::time::Day;

/// Questions by competency and level.
pub type Cells = BTreeMap<(CompetencyCode, Level), usize>;

/// Counts over the source language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    pub modules: usize,
    pub lessons: usize,
    /// Words of all lessons, questions not counted.
    pub words: u32,
    /// Minutes of all lessons.
    pub minutes: u32,
    /// Everywhere: lessons, quizzes, tests.
    pub questions_by_kind: BTreeMap<&'static str, usize>,
    /// In quizzes and tests.
    pub pooled: Cells,
    /// In lessons.
    pub in_lessons: Cells,
    pub facts: usize,
    /// How many of them a lesson cites.
    pub facts_cited: usize,
    pub languages: Vec<LanguageTag>,
}

/// A fact whose day of review has come, with what has to be looked through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueFact {
    pub fact: Fact,
    pub lessons: Vec<LessonId>,
    /// In lessons, quizzes and tests.
    pub questions: Vec<QuestionId>,
    /// Files of the source language that are neither lesson nor quiz: the task, a glossary, notes.
    pub other_files: Vec<String>,
    /// Files of translations that cite it, or word it in their own language.
    pub translations: Vec<String>,
}

pub fn stats(course: &Course) -> Stats {
    let text = course.source();
    let mut stats = Stats {
        modules: text.modules.len(),
        lessons: text.lessons().count(),
        words: text.lessons().map(|(_, lesson)| lesson.words).sum(),
        minutes: text.minutes(),
        facts: text.facts.len(),
        languages: course.texts.keys().cloned().collect(),
        ..Stats::default()
    };
    let cited: BTreeSet<&FactId> = text.lessons().flat_map(|(_, lesson)| &lesson.facts).collect();
    stats.facts_cited = cited.len();
    for question in lesson_questions(text) {
        *stats.in_lessons.entry((question.competency, question.level)).or_default() += 1;
    }
    for question in text.quizzes().flat_map(|quiz| &quiz.pool) {
        *stats.pooled.entry((question.competency, question.level)).or_default() += 1;
    }
    for question in all_questions(text) {
        *stats.questions_by_kind.entry(kind(&question.body)).or_default() += 1;
    }
    stats
}

fn lesson_questions(text: &CourseText) -> impl Iterator<Item = &Question> {
    text.lessons().flat_map(|(_, lesson)| questions_in(&lesson.blocks))
}

fn all_questions(text: &CourseText) -> impl Iterator<Item = &Question> {
    lesson_questions(text).chain(text.quizzes().flat_map(|quiz| &quiz.pool))
}

/// The kind's name as authors write it.
pub fn kind(body: &Body) -> &'static str {
    match body {
        Body::SingleChoice(_) => "single",
        Body::MultipleChoice(_) => "multiple",
        Body::TrueFalse(_) => "true-false",
        Body::ShortText(_) => "short-text",
        Body::Numeric(_) => "numeric",
        Body::Matching(_) => "matching",
        Body::Ordering(_) => "ordering",
        Body::Blanks(_) => "blanks",
        Body::FreeResponse(_) => "free-response",
    }
}

/// The facts whose day of review is `today` or before, by that day.
pub fn facts_due(course: &Course, today: Day) -> Vec<DueFact> {
    let text = course.source();
    let mut due: Vec<DueFact> =
        text.facts.values().filter(|fact| fact.review_by <= today).map(|fact| due_fact(course, fact)).collect();
    due.sort_by(|left, right| (left.fact.review_by, &left.fact.id).cmp(&(right.fact.review_by, &right.fact.id)));
    due
}

fn due_fact(course: &Course, fact: &Fact) -> DueFact {
    let text = course.source();
    let lessons = text.lessons().filter(|(_, lesson)| lesson.facts.contains(&fact.id));
    let questions = all_questions(text).filter(|question| question.facts.contains(&fact.id));
    DueFact {
        fact: fact.clone(),
        lessons: lessons.map(|(_, lesson)| lesson.id.clone()).collect(),
        questions: questions.map(|question| question.id.clone()).collect(),
        other_files: files(text, &fact.id).filter(|name| !holds_lesson_or_questions(name)).cloned().collect(),
        translations: translations(course, fact),
    }
}

/// The files written in this language that cite the fact.
fn files<'t>(text: &'t CourseText, fact: &FactId) -> impl Iterator<Item = &'t String> {
    text.citations.get(fact).into_iter().flatten()
}

fn holds_lesson_or_questions(name: &str) -> bool {
    let inside = name.split_once('/').map_or(name, |(_, inside)| inside);
    match shelf::kind(inside) {
        Some(Kind::Lesson | Kind::Quiz | Kind::PreTest | Kind::PostTest) => true,
        Some(Kind::Course | Kind::Reading | Kind::Glossary | Kind::FinalTask | Kind::Module | Kind::Facilitator)
        | None => false,
    }
}

fn translations(course: &Course, fact: &Fact) -> Vec<String> {
    let mut names = Vec::new();
    for (tag, text) in course.texts.iter().filter(|(tag, _)| **tag != course.source_language) {
        let is_worded = text.facts.get(&fact.id).is_some_and(|own| own != fact);
        names.extend(is_worded.then(|| format!("{tag}/{}", facts::FILE)));
        names.extend(files(text, &fact.id).cloned());
    }
    names
}
