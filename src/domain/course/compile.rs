//! From a course's files to a [`Course`]: always reads all it can, and gives a course only when
//! nothing is wrong with it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::diagnostic::{Diagnostic, Report, Spot, rule};
use super::language::{self, LanguageTexts};
use super::lint::{self, Material};
use super::read::facts::{self, FactFile};
use super::read::manifest::{self, Manifest};
use super::shelf::{self, Shelf};
use super::source::SourceTree;
use super::{Course, Medium, media, translation};
use crate::domain::id::LessonId;
use crate::domain::language::LanguageTag;
use crate::domain::time::Day;

/// What came of compiling.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// `None` when there is any error.
    pub course: Option<Course>,
    /// By file and line.
    pub diagnostics: Vec<Diagnostic>,
}

/// Compiles a course. The same files always give the same course and, but for warnings of facts that are
/// overdue `today`, the same diagnostics.
pub fn compile_on(tree: &SourceTree, today: Day) -> Compiled {
    let mut report = Report::default();
    let course = read(tree, Some(today), &mut report);
    let diagnostics = report.into_sorted();
    let is_sound = !diagnostics.iter().any(Diagnostic::is_error);
    Compiled { course: course.filter(|_| is_sound), diagnostics }
}

/// Compiles what was published before: a release that asks for more of a course than the one that
/// published it takes nothing away from those who learn in it. `None`: there is no course in the files.
pub fn compile_stored(tree: &SourceTree) -> Option<Course> {
    read(tree, None, &mut Report::default())
}

fn read(tree: &SourceTree, today: Option<Day>, report: &mut Report) -> Option<Course> {
    let texts = shelf::read_texts(tree, report);
    let manifest = read_manifest(&texts, report)?;
    let fact_file = read_facts(&texts, report);
    let shelves = shelf::arrange(tree, &texts, &manifest, report);
    let media = media::read(tree, report);
    let Some(source_shelf) = shelves.get(&manifest.source_language) else {
        report.error(
            &Spot::file(manifest::FILE),
            rule::MISSING_FILE,
            format!("there is no folder `{}` for the source language", manifest.source_language),
            "make the folder, with course.md in it, or correct source_language",
        );
        return None;
    };
    let source = language::read_source(source_shelf, &manifest, &fact_file.facts, &media, report);
    let translations = read_translations(&shelves, &texts, &manifest, &fact_file, &media, &source, report);
    check_sample(&manifest, &source, report);
    for found in std::iter::once(&source).chain(translations.values()) {
        lint::run(&Material { found, manifest: &manifest, facts: &fact_file, today }, report);
    }
    media::check_used(&media, std::iter::once(&source).chain(translations.values()), report);
    course(tree, manifest, source, translations, media)
}

fn read_manifest(texts: &BTreeMap<&str, std::borrow::Cow<str>>, report: &mut Report) -> Option<Manifest> {
    let Some(text) = texts.get(manifest::FILE) else {
        report.error(
            &Spot::file(manifest::FILE),
            rule::MISSING_FILE,
            "there is no course.toml",
            "a course's folder has a file course.toml; `course new` makes one",
        );
        return None;
    };
    manifest::read(manifest::FILE, text, report)
}

fn read_facts(texts: &BTreeMap<&str, std::borrow::Cow<str>>, report: &mut Report) -> FactFile {
    texts.get(facts::FILE).map(|text| facts::read(facts::FILE, text, report)).unwrap_or_default()
}

fn read_translations<'t>(
    shelves: &BTreeMap<LanguageTag, Shelf<'t>>,
    texts: &BTreeMap<&'t str, std::borrow::Cow<'t, str>>,
    manifest: &Manifest,
    fact_file: &FactFile,
    media: &BTreeMap<String, Medium>,
    source: &LanguageTexts,
    report: &mut Report,
) -> BTreeMap<LanguageTag, LanguageTexts> {
    let mut translations = BTreeMap::new();
    let Some(source_shelf) = shelves.get(&manifest.source_language) else { return translations };
    for (tag, shelf) in shelves.iter().filter(|(tag, _)| **tag != manifest.source_language) {
        let name = format!("{tag}/{}", facts::FILE);
        let facts = match texts.get(name.as_str()) {
            Some(text) => facts::read_translation(&name, text, &fact_file.facts, report),
            None => fact_file.facts.clone(),
        };
        let found = language::read_translation(shelf, source_shelf, source, manifest, &facts, media, report);
        translation::check(source, &found, source_shelf, shelf, report);
        translations.insert(tag.clone(), found);
    }
    translations
}

fn check_sample(manifest: &Manifest, source: &LanguageTexts, report: &mut Report) {
    let Some((id, spot)) = &manifest.sample_lesson else { return };
    let is_there = |id: &LessonId| source.spots.lessons.contains_key(id.as_str());
    if !is_there(id) {
        report.error(
            spot,
            rule::BROKEN_LINK,
            format!("the sample lesson `{id}` is no lesson of this course"),
            "name the id in the front matter of a lesson",
        );
    }
}

fn course(
    tree: &SourceTree,
    manifest: Manifest,
    source: LanguageTexts,
    translations: BTreeMap<LanguageTag, LanguageTexts>,
    media: BTreeMap<String, Medium>,
) -> Option<Course> {
    let mut texts: BTreeMap<_, _> = translations.into_iter().map(|(tag, found)| (tag, Arc::new(found.text))).collect();
    texts.insert(manifest.source_language.clone(), Arc::new(source.text));
    Some(Course {
        slug: manifest.slug?,
        edition: tree.edition_hash(),
        area: manifest.area,
        licence: manifest.licence,
        authors: manifest.authors,
        competencies: manifest.competencies,
        effort_hours: manifest.effort_hours,
        sample_lesson: manifest.sample_lesson.map(|(id, _)| id),
        certificate: manifest.certificate,
        source_language: manifest.source_language,
        texts,
        media,
    })
}
