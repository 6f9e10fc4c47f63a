//! One language of a course: its index, its files read one by one, and the text they make.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::block::Block;
use super::diagnostic::{Report, Spot, rule};
use super::library::{Library, Spots};
use super::markdown::Passage;
use super::read::course_page::CoursePage;
use super::read::facts::Facts;
use super::read::manifest::Manifest;
use super::read::{self, course_page, facilitator, glossary, lesson, module, quiz, reading_list, task};
use super::reader::{Reader, Setting};
use super::scan::{Document, Node};
use super::shelf::{self, Kind, Shelf};
use super::{CourseText, FacilitatorNotes, FinalTask, Lesson, Medium, Module, Place, Term};
use crate::domain::id::{FactId, LessonId};
use crate::domain::language::LanguageTag;
use crate::domain::quiz::{Quiz, QuizKind};

/// A course in one language, and where everything in it was written.
#[derive(Debug)]
pub struct LanguageTexts {
    pub text: CourseText,
    pub spots: Spots,
    /// Running text of the files written in this language, in order.
    pub passages: Vec<Located>,
    /// Facts cited anywhere.
    pub facts: BTreeSet<FactId>,
    /// Course-wide names of media used.
    pub media: BTreeSet<String>,
    /// What each file holds that a translation may fall back to.
    files: BTreeMap<String, Piece>,
}

/// Running text with the file it stands in.
#[derive(Clone, Debug)]
pub struct Located {
    pub file: Arc<str>,
    /// The lesson that the file is.
    pub lesson: Option<LessonId>,
    pub setting: Setting,
    pub passage: Passage,
}

/// One file, read.
#[derive(Clone, Debug)]
enum Piece {
    Course(Arc<CoursePage>),
    Reading(Arc<Vec<Block>>),
    Glossary(Arc<Vec<Term>>),
    Test(Arc<Quiz>),
    FinalTask(Arc<FinalTask>),
    Module(Arc<Module>),
    Facilitator(Arc<FacilitatorNotes>),
    Lesson(Arc<Lesson>),
}

/// Reads the language that the course was written in.
pub fn read_source(
    shelf: &Shelf,
    manifest: &Manifest,
    facts: &Facts,
    media: &BTreeMap<String, Medium>,
    report: &mut Report,
) -> LanguageTexts {
    let documents: Vec<(&str, &Document)> = shelf.documents.iter().map(|(name, document)| (*name, document)).collect();
    check_missing(shelf, report);
    let library = index(&shelf.language, &documents, manifest, facts, media, report);
    let mut found = LanguageTexts::new(&shelf.language, library.spots.clone());
    for (name, document) in &documents {
        found.read(name, document, &library, report);
    }
    found.assemble(facts);
    found
}

/// Reads a translation. A file it does not have is the source language's, and says so.
pub fn read_translation(
    shelf: &Shelf,
    source_shelf: &Shelf,
    source: &LanguageTexts,
    manifest: &Manifest,
    facts: &Facts,
    media: &BTreeMap<String, Medium>,
    report: &mut Report,
) -> LanguageTexts {
    let documents: Vec<(&str, &Document)> = source_shelf
        .documents
        .iter()
        .map(|(name, fallback)| (*name, shelf.documents.get(name).unwrap_or(fallback)))
        .collect();
    check_extra(shelf, source_shelf, report);
    // Mistakes in the source's ids were reported with the source.
    let mut index_report = Report::default();
    let library = index(&shelf.language, &documents, manifest, facts, media, &mut index_report);
    let mut found = LanguageTexts::new(&shelf.language, library.spots.clone());
    for (name, document) in &documents {
        if shelf.documents.contains_key(name) {
            found.read(name, document, &library, report);
        } else if let Some(piece) = source.files.get(*name) {
            found.files.insert((*name).to_owned(), piece.clone());
        }
    }
    found.assemble(facts);
    found
}

fn check_missing(shelf: &Shelf, report: &mut Report) {
    let language = &shelf.language;
    let mut needed: BTreeSet<String> = ["course.md".into(), "glossary.md".into()].into();
    let folders: BTreeSet<&str> = shelf.documents.keys().filter_map(|name| shelf::module_folder(name)).collect();
    needed.extend(folders.iter().map(|folder| format!("{folder}/module.md")));
    for name in needed.iter().filter(|name| !shelf.documents.contains_key(name.as_str())) {
        report.error(
            &Spot::file(&format!("{language}/{name}")),
            rule::MISSING_FILE,
            "this file is missing",
            "add it; what stands in it is described in the handbook for authors",
        );
    }
    let has_lesson = |folder: &str| {
        shelf
            .documents
            .keys()
            .any(|name| shelf::module_folder(name) == Some(folder) && shelf::kind(name) == Some(Kind::Lesson))
    };
    for folder in folders.iter().filter(|folder| !has_lesson(folder)) {
        report.error(
            &Spot::file(&format!("{language}/{folder}")),
            rule::MISSING_FILE,
            "this module has no lesson",
            "add a file such as 01-first-lesson.md, or take the folder out",
        );
    }
    if folders.is_empty() {
        report.error(
            &Spot::file(language.as_str()),
            rule::MISSING_FILE,
            "the course has no module",
            "add a folder such as 01-first-module",
        );
    }
}

fn check_extra(shelf: &Shelf, source: &Shelf, report: &mut Report) {
    for (_, document) in shelf.documents.iter().filter(|(name, _)| !source.documents.contains_key(*name)) {
        report.error(
            &Spot::file(&document.file),
            rule::TRANSLATION_DIFFERS,
            "this file has no counterpart in the source language",
            "give it the name of the file that it translates",
        );
    }
}

/// Gathers what links may lead to, and where every id stands.
fn index<'l>(
    language: &LanguageTag,
    documents: &[(&str, &Document)],
    manifest: &Manifest,
    facts: &'l Facts,
    media: &'l BTreeMap<String, Medium>,
    report: &mut Report,
) -> Library<'l> {
    let mut library = Library {
        language: language.clone(),
        source_language: manifest.source_language.clone(),
        spots: Spots::default(),
        places: BTreeMap::new(),
        downloads: BTreeMap::new(),
        lesson_files: BTreeMap::new(),
        facts,
        media,
    };
    let mut place = Place { module: 0, lesson: 0 };
    let mut folder = None;
    for (name, document) in documents {
        if shelf::module_folder(name) != folder {
            folder = shelf::module_folder(name);
            place = Place { module: place.module.saturating_add(1), lesson: 0 };
        }
        index_front(name, document, &mut place, &mut library, report);
        index_blocks(&document.nodes, document, &mut library, report);
    }
    library
}

fn index_front(name: &str, document: &Document, place: &mut Place, library: &mut Library, report: &mut Report) {
    let Some(kind) = shelf::kind(name) else { return };
    if kind == Kind::Glossary {
        for (id, spot) in glossary::ids(document) {
            note("terms", &mut library.spots.terms, id, spot, report);
        }
        return;
    }
    if kind == Kind::Lesson {
        place.lesson = place.lesson.saturating_add(1);
        library.lesson_files.insert(document.file.to_string(), *place);
    }
    let Some((id, spot)) = read::front_text(document, "id") else { return };
    let spots = &mut library.spots;
    match kind {
        Kind::Lesson => {
            library.places.insert(id.clone(), *place);
            note("lessons", &mut spots.lessons, id, spot, report);
        }
        Kind::Module => note("modules", &mut spots.modules, id, spot, report),
        Kind::Quiz | Kind::PreTest | Kind::PostTest | Kind::FinalTask => {
            note("quizzes or tasks", &mut spots.quizzes, id, spot, report);
        }
        Kind::Course | Kind::Reading | Kind::Glossary | Kind::Facilitator => {}
    }
}

fn index_blocks(nodes: &[Node], document: &Document, library: &mut Library, report: &mut Report) {
    for node in nodes {
        let Node::Block(block) = node else { continue };
        if let Some(id) = block.attributes.id.clone() {
            let spot = Spot::line(&document.file, block.line);
            match block.name {
                "question" => note("questions", &mut library.spots.questions, id, spot, report),
                // Unique in their scenario or rubric; checked there.
                "step" | "criterion" => {}
                name => {
                    if name == "download" {
                        library.downloads.insert(id.clone(), document.file.to_string());
                    }
                    note("blocks", &mut library.spots.blocks, id, spot, report);
                }
            }
        }
        index_blocks(&block.nodes, document, library, report);
    }
}

fn note(kind: &str, spots: &mut BTreeMap<String, Spot>, id: String, spot: Spot, report: &mut Report) {
    if let Some(first) = spots.get(&id) {
        report.error(
            &spot,
            rule::DUPLICATE_ID,
            format!("two {kind} are called `{id}`; the other stands in {first}"),
            "give one of them another id",
        );
        return;
    }
    spots.insert(id, spot);
}

impl LanguageTexts {
    fn new(language: &LanguageTag, spots: Spots) -> Self {
        Self {
            text: CourseText::empty(language.clone()),
            spots,
            passages: Vec::new(),
            facts: BTreeSet::new(),
            media: BTreeSet::new(),
            files: BTreeMap::new(),
        }
    }

    fn read(&mut self, name: &str, document: &Document, library: &Library, report: &mut Report) {
        let mut reader = Reader::new(&document.file, library, report);
        let piece = read_piece(name, document, &library.language, &mut reader);
        for fact in &reader.facts {
            self.text.citations.entry(fact.clone()).or_default().insert(document.file.to_string());
        }
        self.facts.extend(reader.facts);
        self.media.extend(reader.media);
        let (file, lesson) = (&document.file, &reader.lesson);
        self.passages.extend(reader.passages.into_iter().map(|(setting, passage)| Located {
            file: file.clone(),
            lesson: lesson.clone(),
            setting,
            passage,
        }));
        if let Some(piece) = piece {
            self.files.insert(name.to_owned(), piece);
        }
    }

    /// Puts the files together in their order.
    fn assemble(&mut self, facts: &Facts) {
        self.text.facts = facts.clone();
        // Names in a folder sort before the folder's other files where digits come first, so a
        // module's own file may come after its lessons.
        for (name, piece) in &self.files {
            if let (Some(folder), Piece::Module(module)) = (shelf::module_folder(name), piece) {
                let mut module = Module::clone(module);
                fill(&mut module, folder, &self.files);
                self.text.modules.push(module);
            }
        }
        for piece in self.files.values() {
            place(&mut self.text, piece);
        }
    }
}

fn read_piece(name: &str, document: &Document, language: &LanguageTag, reader: &mut Reader) -> Option<Piece> {
    let test = |kind, reader: &mut Reader| quiz::read(document, kind, language, reader).map(Arc::new).map(Piece::Test);
    match shelf::kind(name)? {
        Kind::Course => Some(Piece::Course(Arc::new(course_page::read(document, reader)))),
        Kind::Reading => Some(Piece::Reading(Arc::new(reading_list::read(document, reader)))),
        Kind::Glossary => Some(Piece::Glossary(Arc::new(glossary::read(document, reader)))),
        Kind::PreTest => test(QuizKind::PreTest, reader),
        Kind::PostTest => test(QuizKind::PostTest, reader),
        Kind::Quiz => test(QuizKind::Module, reader),
        Kind::FinalTask => task::read(document, language, reader).map(Arc::new).map(Piece::FinalTask),
        Kind::Module => module::read(document, reader).map(Arc::new).map(Piece::Module),
        Kind::Facilitator => Some(Piece::Facilitator(Arc::new(facilitator::read(document, language, reader)))),
        Kind::Lesson => lesson::read(document, language, reader).map(Arc::new).map(Piece::Lesson),
    }
}

/// Puts a module's lessons, quiz and notes into it.
fn fill(module: &mut Module, folder: &str, files: &BTreeMap<String, Piece>) {
    for (_, piece) in files.iter().filter(|(name, _)| shelf::module_folder(name) == Some(folder)) {
        match piece {
            Piece::Lesson(lesson) => module.lessons.push(lesson.clone()),
            Piece::Test(quiz) => module.quiz = Some(quiz.clone()),
            Piece::Facilitator(notes) => module.facilitator = Some(notes.clone()),
            Piece::Course(_) | Piece::Reading(_) | Piece::Glossary(_) | Piece::FinalTask(_) | Piece::Module(_) => {}
        }
    }
}

/// Puts a file that belongs to no module in its place.
fn place(text: &mut CourseText, piece: &Piece) {
    match piece {
        Piece::Course(page) => {
            text.title = page.title.clone();
            text.summary = page.summary.clone();
            text.audience = page.audience.clone();
            text.outcomes = page.outcomes.clone();
            text.certificate_title = page.certificate_title.clone();
            text.introduction = page.introduction.clone();
        }
        Piece::Reading(blocks) => text.reading = blocks.to_vec(),
        Piece::Glossary(terms) => {
            text.glossary = terms.to_vec();
            text.glossary.sort_by_key(|term| term.name.to_lowercase());
        }
        Piece::Test(quiz) => match quiz.kind {
            QuizKind::PreTest => text.pre_test = Some(quiz.clone()),
            QuizKind::PostTest => text.post_test = Some(quiz.clone()),
            QuizKind::Module => {}
        },
        Piece::FinalTask(task) => text.final_task = Some(task.clone()),
        Piece::Module(_) | Piece::Facilitator(_) | Piece::Lesson(_) => {}
    }
}
