//! What a language of a course has, gathered before any text is rendered: where lessons stand, which
//! terms, blocks and facts there are, and where each was written. Links are resolved here.

use std::collections::BTreeMap;

use super::diagnostic::Spot;
use super::{Fact, Medium, Place};
use crate::domain::id::FactId;
use crate::domain::language::LanguageTag;

/// Where the authored ids of one language stand, by kind.
#[derive(Clone, Debug, Default)]
pub struct Spots {
    pub modules: BTreeMap<String, Spot>,
    pub lessons: BTreeMap<String, Spot>,
    /// Quizzes, tests and the final task.
    pub quizzes: BTreeMap<String, Spot>,
    pub questions: BTreeMap<String, Spot>,
    pub blocks: BTreeMap<String, Spot>,
    pub terms: BTreeMap<String, Spot>,
}

/// The index of one language.
#[derive(Debug)]
pub struct Library<'a> {
    pub language: LanguageTag,
    pub source_language: LanguageTag,
    pub spots: Spots,
    pub places: BTreeMap<String, Place>,
    /// For each `download`, the file it stands in.
    pub downloads: BTreeMap<String, String>,
    /// For each file of a lesson, where the lesson stands.
    pub lesson_files: BTreeMap<String, Place>,
    pub facts: &'a BTreeMap<FactId, Fact>,
    pub media: &'a BTreeMap<String, Medium>,
}

/// Where a `download:` link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DownloadLink {
    To(String),
    /// It stands in a file that has no address of its own for lessons.
    Elsewhere(String),
    Unknown,
}

impl Library<'_> {
    /// The course-wide name of a file that authors call `media/…`: this language's own, then the one
    /// for all languages, then the source language's.
    pub fn medium(&self, src: &str) -> Option<(String, &Medium)> {
        let names = [format!("{}/{src}", self.language), src.to_owned(), format!("{}/{src}", self.source_language)];
        names.into_iter().find_map(|name| self.media.get(&name).map(|medium| (name, medium)))
    }

    /// From the text in `file` to a download block.
    pub fn download(&self, file: &str, id: &str) -> DownloadLink {
        let Some(home) = self.downloads.get(id) else { return DownloadLink::Unknown };
        if home == file {
            return DownloadLink::To(format!("#b-{id}"));
        }
        match self.lesson_files.get(home) {
            Some(place) => DownloadLink::To(format!("{place}#b-{id}")),
            None => DownloadLink::Elsewhere(home.clone()),
        }
    }
}
