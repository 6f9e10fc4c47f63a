//! A course: what an edition is made of once it is read, linted and compiled.
//!
//! Text is already sanitised HTML ([`SafeHtml`]); links inside it are relative to the folder of
//! lessons (`1-2` is the second lesson of the first module, `glossary#t-e2ee` a term), so the same
//! compiled course serves every learner and the public sample.

pub mod block;
pub mod diagnostic;

pub mod loose;
pub mod markdown;
pub mod source;

mod attributes;
mod compile;
mod front;
mod language;
mod library;
mod lint;
mod media;
mod question;
mod read;
mod reader;
mod scan;
mod shelf;
mod stats;
pub(in crate::domain) mod translation;
mod words;

pub use compile::{Compiled, compile_on, compile_stored};
pub use stats::{Cells, DueFact, Stats, facts_due, stats};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::competency::{CompetencyCode, CompetencySpan};
use crate::domain::id::{CourseSlug, CriterionId, FactId, LessonId, ModuleId, TaskId, TermId};
use crate::domain::language::LanguageTag;
use crate::domain::markup::SafeHtml;
use crate::domain::quiz::Quiz;
use crate::domain::quiz::question::{Criterion, Question};
use crate::domain::time::Day;

use block::Block;

/// An edition's name: the SHA-256, in 64 hex digits, of the course's files and their names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EditionHash(pub String);

/// A compiled course, immutable.
#[derive(Clone, Debug)]
pub struct Course {
    pub slug: CourseSlug,
    pub edition: EditionHash,
    pub area: Area,
    pub licence: String,
    pub authors: Vec<String>,
    pub competencies: Vec<CompetencyCode>,
    pub effort_hours: u16,
    pub sample_lesson: Option<LessonId>,
    pub certificate: CertificateRule,
    pub source_language: LanguageTag,
    /// One per language, the source language included.
    pub texts: BTreeMap<LanguageTag, Arc<CourseText>>,
    /// Files of the course that pages may ask for, by their name in the course (`media/cycle.svg`,
    /// or `en/media/…`).
    pub media: BTreeMap<String, Medium>,
}

/// Which shelf of the catalogue a course stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Area {
    DigitalSecurity,
    UnMechanisms,
    BusinessAndHumanRights,
    Platform,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateRule {
    pub is_issued: bool,
    pub expires_after_months: Option<u16>,
}

/// A course in one language. Files that are not translated are the source language's, and say so.
#[derive(Clone, Debug)]
pub struct CourseText {
    pub language: LanguageTag,
    pub title: String,
    pub summary: String,
    pub audience: String,
    pub outcomes: Vec<String>,
    pub certificate_title: String,
    pub introduction: Vec<Block>,
    pub modules: Vec<Module>,
    pub pre_test: Option<Arc<Quiz>>,
    pub post_test: Option<Arc<Quiz>>,
    pub final_task: Option<Arc<FinalTask>>,
    pub glossary: Vec<Term>,
    pub reading: Vec<Block>,
    pub facts: BTreeMap<FactId, Fact>,
    /// The files written in this language that cite a fact, by their names in the course.
    pub citations: BTreeMap<FactId, BTreeSet<String>>,
}

#[derive(Clone, Debug)]
pub struct Module {
    pub id: ModuleId,
    pub title: String,
    pub summary: String,
    pub introduction: Vec<Block>,
    pub lessons: Vec<Arc<Lesson>>,
    pub quiz: Option<Arc<Quiz>>,
    pub facilitator: Option<Arc<FacilitatorNotes>>,
}

#[derive(Clone, Debug)]
pub struct Lesson {
    pub id: LessonId,
    /// The language it is really written in: the source language's where a translation is missing.
    pub language: LanguageTag,
    pub title: String,
    pub minutes: u16,
    pub competencies: Vec<CompetencySpan>,
    pub outcomes: Vec<String>,
    pub sources: Vec<String>,
    /// Heavy content ahead: what, and that it can be skipped.
    pub content_note: Option<String>,
    pub blocks: Vec<Block>,
    /// The facts it cites, in order of first citation.
    pub facts: Vec<FactId>,
    /// Words of the body without its questions.
    pub words: u32,
}

#[derive(Clone, Debug)]
pub struct FacilitatorNotes {
    pub title: String,
    pub minutes: u16,
    pub language: LanguageTag,
    pub blocks: Vec<Block>,
}

/// The work product at the end of a course, marked by a person with a rubric.
#[derive(Clone, Debug)]
pub struct FinalTask {
    pub id: TaskId,
    pub language: LanguageTag,
    pub title: String,
    pub minutes: u16,
    pub max_words: u32,
    /// Per cent of the weights that passes.
    pub pass: u8,
    pub blocks: Vec<Block>,
    pub rubric: Vec<Criterion>,
    pub exemplar: Option<Exemplar>,
}

#[derive(Clone, Debug)]
pub struct Exemplar {
    pub title: String,
    pub blocks: Vec<Block>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub id: TermId,
    pub name: String,
    pub aka: Vec<String>,
    pub meaning: SafeHtml,
}

/// A date, number, limit or article that may change, written once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub id: FactId,
    /// What `{fact:…}` prints.
    pub text: String,
    pub statement: String,
    pub source: String,
    pub url: Option<String>,
    pub confidence: Confidence,
    pub checked: Day,
    pub review_by: Day,
    /// The line of the facts sheet it comes from.
    pub brief: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    Certain,
    Check,
    Often,
}

/// A file as it will be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Medium {
    /// The whole SHA-256 of `bytes`, hex.
    pub hash: String,
    pub content_type: &'static str,
    /// Name offered on download.
    pub file_name: String,
    /// In CSS pixels, for pictures.
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub bytes: Arc<[u8]>,
}

/// Where a lesson stands, counted from 1: `2-1` in addresses is module 2, lesson 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub module: u16,
    pub lesson: u16,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.module, self.lesson)
    }
}

impl std::str::FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (module, lesson) = text.split_once('-').ok_or(())?;
        let number = |digits: &str| match digits.as_bytes() {
            [b'1'..=b'9', rest @ ..] if rest.len() < 4 => digits.parse::<u16>().map_err(|_| ()),
            _ => Err(()),
        };
        Ok(Self { module: number(module)?, lesson: number(lesson)? })
    }
}

impl Course {
    /// The text for a reader of `language`: theirs, or their language's main form, or the source.
    pub fn text(&self, language: &LanguageTag) -> &Arc<CourseText> {
        let primary = language.primary().parse::<LanguageTag>().ok();
        self.texts
            .get(language)
            .or_else(|| primary.and_then(|tag| self.texts.get(&tag)))
            .unwrap_or_else(|| self.source())
    }

    /// The text in the language the course was written in.
    #[expect(clippy::expect_used, reason = "the compiler refuses a course without its source text")]
    pub fn source(&self) -> &Arc<CourseText> {
        self.texts.get(&self.source_language).expect("the compiler refuses a course without its source text")
    }
}

impl CourseText {
    /// All lessons in reading order with their places.
    pub fn lessons(&self) -> impl Iterator<Item = (Place, &Arc<Lesson>)> {
        (1..).zip(&self.modules).flat_map(|(module, held)| {
            (1..).zip(&held.lessons).map(move |(lesson, found)| (Place { module, lesson }, found))
        })
    }

    pub fn lesson_at(&self, place: Place) -> Option<&Arc<Lesson>> {
        let module = self.modules.get(usize::from(place.module).checked_sub(1)?)?;
        module.lessons.get(usize::from(place.lesson).checked_sub(1)?)
    }

    pub fn place_of(&self, lesson: &LessonId) -> Option<Place> {
        self.lessons().find(|(_, found)| found.id == *lesson).map(|(place, _)| place)
    }

    /// All quizzes that count for the certificate, in order.
    pub fn module_quizzes(&self) -> impl Iterator<Item = &Arc<Quiz>> {
        self.modules.iter().filter_map(|module| module.quiz.as_ref())
    }

    /// Every quiz: module quizzes, pre-test, post-test.
    pub fn quizzes(&self) -> impl Iterator<Item = &Arc<Quiz>> {
        self.module_quizzes().chain(&self.pre_test).chain(&self.post_test)
    }

    /// Every question for practice: those of module quizzes and of lessons. The tests before and after
    /// the course stay unseen, so that they can measure what changed.
    pub fn practice(&self) -> impl Iterator<Item = &Question> {
        let pools = self.module_quizzes().flat_map(|quiz| &quiz.pool);
        pools.chain(self.lessons().flat_map(|(_, lesson)| lint::questions_in(&lesson.blocks)))
    }

    /// Nothing yet, in `language`.
    fn empty(language: LanguageTag) -> Self {
        Self {
            language,
            title: String::new(),
            summary: String::new(),
            audience: String::new(),
            outcomes: Vec::new(),
            certificate_title: String::new(),
            introduction: Vec::new(),
            modules: Vec::new(),
            pre_test: None,
            post_test: None,
            final_task: None,
            glossary: Vec::new(),
            reading: Vec::new(),
            facts: BTreeMap::new(),
            citations: BTreeMap::new(),
        }
    }

    pub fn minutes(&self) -> u32 {
        self.lessons().map(|(_, lesson)| u32::from(lesson.minutes)).sum()
    }
}

impl FinalTask {
    pub fn criterion(&self, id: &CriterionId) -> Option<&Criterion> {
        self.rubric.iter().find(|criterion| criterion.id == *id)
    }
}

impl Fact {
    pub fn is_overdue(&self, today: Day) -> bool {
        self.review_by < today
    }
}
