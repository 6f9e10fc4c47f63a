//! The courses that come with the program.

use std::path::Path;

use lontar::domain::course::block::Block;
use lontar::domain::course::{self, Course};
use lontar::domain::needs::instrument;
use lontar::domain::time::Day;
use lontar::exchange::folder;

fn shipped() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("courses")
}

/// Each course as it was when its facts were looked up last.
fn courses() -> Vec<(Course, Vec<String>)> {
    let folders = folder::courses(&shipped()).unwrap();
    assert!(folders.len() >= 4, "{folders:?}");
    let compile = |path: &std::path::PathBuf| {
        let tree = folder::read(path).unwrap();
        let first = course::compile_on(&tree, Day::from_ymd(2026, 1, 1).unwrap()).course.unwrap();
        let checked = first.source().facts.values().map(|fact| fact.checked).max();
        let compiled = course::compile_on(&tree, checked.unwrap_or(Day::from_ymd(2026, 1, 1).unwrap()));
        (compiled.course.unwrap(), compiled.diagnostics.iter().map(ToString::to_string).collect())
    };
    folders.iter().map(compile).collect()
}

/// Whether a reader has something to do here besides reading.
fn is_to_do(block: &Block) -> bool {
    match block {
        Block::Checklist(_)
        | Block::Reflection(_)
        | Block::Flashcards(_)
        | Block::Steps(_)
        | Block::Scenario(_)
        | Block::Question(_) => true,
        Block::Note(aside) | Block::Example(aside) => aside.blocks.iter().any(is_to_do),
        Block::Warning(warning) => warning.blocks.iter().any(is_to_do),
        // Not in a learner's page.
        Block::Facilitator(_) => false,
        Block::Prose(_)
        | Block::Figure(_)
        | Block::Diagram(_)
        | Block::Audio(_)
        | Block::Video(_)
        | Block::Download(_)
        | Block::Table(_) => false,
    }
}

/// The first page promises it: lessons with something to do in each.
#[test]
fn every_lesson_has_something_to_do() {
    for (course, _) in courses() {
        for text in course.texts.values() {
            for (place, lesson) in text.lessons() {
                let has = lesson.blocks.iter().any(is_to_do);
                assert!(has, "{} {} {place} ({}): nothing to do", course.slug, text.language, lesson.title);
            }
        }
    }
}

/// Warnings too. Only that facts are due again is no fault of these files: it comes with the day, and the
/// lint of a run says it without failing, since nobody's change brought it.
#[test]
fn the_courses_have_no_warning() {
    for (course, diagnostics) in courses() {
        assert!(diagnostics.is_empty(), "{}: {diagnostics:#?}", course.slug);
    }
    let tree = folder::read(&folder::instrument(&shipped()).unwrap()).unwrap();
    let found = instrument::compile::compile(&tree).diagnostics;
    assert!(found.is_empty(), "{found:#?}");
}
