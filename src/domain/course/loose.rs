//! Files in the course format that stand outside a course: the needs assessment's. The same text
//! rules and the same question reader, without a course around them.

use std::collections::BTreeMap;

use super::diagnostic::{Diagnostic, Report};
use super::library::{Library, Spots};
use super::reader::Reader;
use super::scan::{self, Document, Node};
use super::source::SourceTree;
use super::{Place, read, shelf};
use crate::domain::language::LanguageTag;
use crate::domain::quiz::QuizKind;
use crate::domain::quiz::question::Question;

/// Every text file with LF line ends and without a byte order mark, and what is wrong with any.
pub fn texts(tree: &SourceTree) -> (BTreeMap<String, String>, Vec<Diagnostic>) {
    let mut report = Report::default();
    let texts = shelf::read_texts(tree, &mut report);
    let texts = texts.into_iter().map(|(name, text)| (name.to_owned(), text.into_owned())).collect();
    (texts, report.into_sorted())
}

/// The questions of one file, and what is wrong with it. Lessons that questions name may be those of
/// any course, so they are not looked for.
pub fn questions(file: &str, text: &str, language: &LanguageTag) -> (Vec<Question>, Vec<Diagnostic>) {
    let mut report = Report::default();
    let document = scan::document(file, text, &mut report);
    let (facts, media) = (BTreeMap::new(), BTreeMap::new());
    let library = Library {
        language: language.clone(),
        source_language: language.clone(),
        spots: Spots::default(),
        places: named_lessons(&document),
        downloads: BTreeMap::new(),
        lesson_files: BTreeMap::new(),
        facts: &facts,
        media: &media,
    };
    let mut reader = Reader::new(&document.file, &library, &mut report);
    let quiz = read::quiz::read(&document, QuizKind::PreTest, language, &mut reader);
    (quiz.map(|quiz| quiz.pool).unwrap_or_default(), report.into_sorted())
}

fn named_lessons(document: &Document<'_>) -> BTreeMap<String, Place> {
    let blocks = document.nodes.iter().filter_map(|node| match node {
        Node::Block(block) => block.attributes.text("lesson"),
        Node::Text(_) => None,
    });
    blocks.map(|lesson| (lesson.to_owned(), Place { module: 1, lesson: 1 })).collect()
}
