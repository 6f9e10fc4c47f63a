//! Sorts a course's files: which language, which module, which kind of file.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::diagnostic::{Report, Spot, rule};
use super::read::manifest::Manifest;
use super::read::{facts, manifest};
use super::scan::{self, Document};
use super::source::SourceTree;
use crate::domain::language::LanguageTag;

/// The files of one language, read into pieces.
#[derive(Debug)]
pub struct Shelf<'a> {
    pub language: LanguageTag,
    /// By the name inside the language's folder (`01-know-your-risk/quiz.md`).
    pub documents: BTreeMap<&'a str, Document<'a>>,
    /// The whole text of each document, as it was written.
    pub bytes: BTreeMap<&'a str, &'a [u8]>,
}

/// What a file is, by its name inside a language's folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Course,
    Reading,
    Glossary,
    PreTest,
    PostTest,
    FinalTask,
    Module,
    Quiz,
    Facilitator,
    Lesson,
}

/// What the file of this name is; `None`: none that the format knows.
pub fn kind(name: &str) -> Option<Kind> {
    match name.split_once('/') {
        None => match name {
            "course.md" => Some(Kind::Course),
            "reading.md" => Some(Kind::Reading),
            "glossary.md" => Some(Kind::Glossary),
            "pre-test.md" => Some(Kind::PreTest),
            "post-test.md" => Some(Kind::PostTest),
            "final-task.md" => Some(Kind::FinalTask),
            _ => None,
        },
        Some((_, file)) if file.contains('/') => None,
        Some((_, "module.md")) => Some(Kind::Module),
        Some((_, "quiz.md")) => Some(Kind::Quiz),
        Some((_, "facilitator.md")) => Some(Kind::Facilitator),
        Some((_, file)) => {
            let is_numbered = file.starts_with(|c: char| c.is_ascii_digit());
            (is_numbered && file.ends_with(".md")).then_some(Kind::Lesson)
        }
    }
}

/// The folder of a module that the file stands in.
pub fn module_folder(name: &str) -> Option<&str> {
    name.split_once('/').map(|(folder, _)| folder)
}

/// Every `.md` and `.toml` file as text with LF line ends and without a byte order mark.
pub fn read_texts<'a>(tree: &'a SourceTree, report: &mut Report) -> BTreeMap<&'a str, Cow<'a, str>> {
    let mut texts = BTreeMap::new();
    for (name, bytes) in tree.0.iter().filter(|(name, _)| name.ends_with(".md") || name.ends_with(".toml")) {
        match std::str::from_utf8(bytes) {
            Ok(text) => {
                let text = text.strip_prefix('\u{feff}').unwrap_or(text);
                let text = if text.contains('\r') {
                    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
                } else {
                    Cow::Borrowed(text)
                };
                texts.insert(name.as_str(), text);
            }
            Err(mistake) => {
                let before = bytes.get(..mistake.valid_up_to()).unwrap_or_default();
                let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
                report.error(
                    &Spot { line: u32::try_from(line).ok(), ..Spot::file(name) },
                    rule::ENCODING,
                    "the file is not UTF-8 text",
                    "save it again as UTF-8",
                );
            }
        }
    }
    texts
}

/// The shelves of all languages. Files that belong nowhere are reported.
pub fn arrange<'a>(
    tree: &'a SourceTree,
    texts: &'a BTreeMap<&'a str, Cow<'a, str>>,
    manifest: &Manifest,
    report: &mut Report,
) -> BTreeMap<LanguageTag, Shelf<'a>> {
    let mut shelves: BTreeMap<LanguageTag, Shelf> = BTreeMap::new();
    for (name, bytes) in &tree.0 {
        if matches!(name.as_str(), manifest::FILE | facts::FILE) || name.starts_with("media/") {
            continue;
        }
        let folder = name.split_once('/').and_then(|(folder, rest)| Some((folder.parse::<LanguageTag>().ok()?, rest)));
        let Some((language, inside)) = folder else {
            unknown(name, report);
            continue;
        };
        if inside.starts_with("media/") {
            continue;
        }
        let is_facts = inside == facts::FILE && language != manifest.source_language;
        if is_facts {
            continue;
        }
        if kind(inside).is_none() {
            unknown(name, report);
            continue;
        }
        let Some(text) = texts.get(name.as_str()) else { continue };
        let shelf = shelves.entry(language.clone()).or_insert_with(|| Shelf {
            language,
            documents: BTreeMap::new(),
            bytes: BTreeMap::new(),
        });
        shelf.documents.insert(inside, scan::document(name, text, report));
        shelf.bytes.insert(inside, bytes);
    }
    shelves
}

fn unknown(name: &str, report: &mut Report) {
    report.warning(
        &Spot::file(name),
        rule::UNKNOWN_FILE,
        "the format knows no file of this name here, so nobody will see it",
        "lessons are NN-name.md in a folder NN-name of a language; pictures and files stand in media/",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_names() {
        assert_eq!(kind("course.md"), Some(Kind::Course));
        assert_eq!(kind("01-a/module.md"), Some(Kind::Module));
        assert_eq!(kind("01-a/02-b.md"), Some(Kind::Lesson));
        for wrong in ["Course.md", "01-a/notes.md", "01-a/02-b.txt", "01-a/b/02-c.md", "lesson.md"] {
            assert_eq!(kind(wrong), None, "{wrong} was taken");
        }
    }
}
