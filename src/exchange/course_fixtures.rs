//! The courses in `tests/fixtures/courses`, compiled.
//!
//! `base` is a small course without a fault. Each folder in `rules` is named after a rule: its files
//! are laid over `base` (those named in `remove.txt` are taken out), and `expected.txt` holds the
//! diagnostics. `whole` uses everything there is; `whole.outline.txt` is what comes of it.
//! `river-watch` is the course that the handbook shows piece by piece.
//! With `UPDATE_EXPECTED=1` the expected files are written anew; read the difference before you keep it.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::folder;
use crate::domain::course::block::{Block, Drawing, Scene};
use crate::domain::course::diagnostic::{Diagnostic, RULES};
use crate::domain::course::source::SourceTree;
use crate::domain::course::{self, Compiled, Course, CourseText};
use crate::domain::quiz::question::{Body, Choices, Piece, Question};
use crate::domain::time::Day;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/courses")
}

fn today() -> Day {
    "2026-11-23".parse().unwrap()
}

fn compile(tree: &SourceTree) -> Compiled {
    course::compile_on(tree, today())
}

/// Compares with a file, or writes it.
fn assert_expected(found: &str, file: &Path) {
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(file, found).unwrap();
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    assert_eq!(found, expected, "{} differs", file.display());
}

fn lines(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|diagnostic| format!("{diagnostic}\n")).collect()
}

/// `base` with a rule's files over it.
fn rule_tree(rule: &str) -> SourceTree {
    let mut tree = folder::read(&fixtures().join("base")).unwrap();
    let mut over = folder::read(&fixtures().join("rules").join(rule)).unwrap().0;
    over.remove("expected.txt");
    let removed = over.remove("remove.txt").unwrap_or_default();
    tree.0.extend(over);
    for name in String::from_utf8(removed).unwrap().lines() {
        tree.0.remove(name);
    }
    tree
}

#[test]
fn the_base_of_all_fixtures_has_no_fault() {
    let compiled = course::compile_on(&folder::read(&fixtures().join("base")).unwrap(), today());
    assert_eq!(lines(&compiled.diagnostics), "");
    assert!(compiled.course.is_some());
}

#[test]
fn every_rule_says_what_is_wrong() {
    for (rule, _) in RULES {
        let compiled = course::compile_on(&rule_tree(rule), today());
        let found = lines(&compiled.diagnostics);
        assert!(found.contains(&format!("[{rule}]")), "the fixture of {rule} does not break it:\n{found}");
        assert_eq!(compiled.course.is_none(), compiled.diagnostics.iter().any(Diagnostic::is_error));
        assert_expected(&found, &fixtures().join("rules").join(rule).join("expected.txt"));
    }
}

#[test]
fn every_fixture_has_a_rule() {
    for entry in fs::read_dir(fixtures().join("rules")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(RULES.iter().any(|(rule, _)| *rule == name), "there is no rule {name}");
    }
}

#[test]
fn a_whole_course_compiles_clean_to_its_outline() {
    let compiled = course::compile_on(&folder::read(&fixtures().join("whole")).unwrap(), today());
    assert_eq!(lines(&compiled.diagnostics), "");
    assert_expected(&outline(&compiled.course.unwrap()), &fixtures().join("whole.outline.txt"));
}

/// The handbook shows only what works: each of its examples stands word for word in a course without
/// a fault. What is no part of a course (a command, a message) is fenced as `text`.
#[test]
fn every_example_in_the_handbook_compiles() {
    let tree = folder::read(&fixtures().join("river-watch")).unwrap();
    assert_eq!(lines(&course::compile_on(&tree, today()).diagnostics), "");
    let handbook = Path::new(env!("CARGO_MANIFEST_DIR")).join("courses/lontar-handbook/en/01-write-a-course");
    let mut count = 0;
    for entry in fs::read_dir(handbook).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        for example in fenced(&text) {
            let is_there = tree.0.values().any(|bytes| String::from_utf8_lossy(bytes).contains(&example));
            assert!(is_there, "this example stands in no file of river-watch:\n{example}");
            count += 1;
        }
    }
    assert!(count > 30, "{count} examples");
}

/// The code fences of a text that name no language.
fn fenced(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            let inside = lines.by_ref().take_while(|line| *line != "```");
            let example: String = inside.map(|line| format!("{line}\n")).collect();
            found.extend((line == "```").then_some(example));
        }
    }
    found
}

#[test]
fn a_missing_translation_is_the_source_and_says_so() {
    let compiled = compile(&folder::read(&fixtures().join("whole")).unwrap());
    let course = compiled.course.unwrap();
    let text = course.text(&"id".parse().unwrap());
    let languages: Vec<&str> = text.lessons().map(|(_, lesson)| lesson.language.as_str()).collect();
    assert_eq!(languages, ["en", "id", "en"]);
    assert_eq!(text.title, "Semua yang ada");
}

#[test]
fn pictures_are_served_without_what_was_hidden_in_them() {
    let tree = folder::read(&fixtures().join("whole")).unwrap();
    let contains = |bytes: &[u8], needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(contains(tree.get("media/dot.png").unwrap(), b"Somebody"), "the fixture lost its metadata");
    let course = compile(&tree).course.unwrap();
    assert!(!contains(&course.media["media/dot.png"].bytes, b"Somebody"));
    assert_eq!(course.media["media/river.svg"].file_name, "river.png");
}

#[test]
fn a_due_fact_names_what_it_touches() {
    let course = compile(&folder::read(&fixtures().join("whole")).unwrap()).course.unwrap();
    assert!(course::facts_due(&course, today()).is_empty());
    let due = course::facts_due(&course, "2028-11-23".parse().unwrap());
    let ids: Vec<&str> = due.iter().map(|due| due.fact.id.as_str()).collect();
    assert_eq!(ids, ["river-fare", "river-days"], "by the day of review");
    let days = &due[1];
    assert_eq!(days.lessons.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["w1-1"]);
    assert_eq!(days.questions.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["w1-1-q1"]);
    assert_eq!(days.translations, ["id/facts.toml", "id/01-first/02-second-lesson.md"]);
    assert!(days.other_files.is_empty());
    assert_eq!(due[0].other_files, ["en/glossary.md"]);
    assert!(due[0].translations.is_empty(), "the Indonesian files neither cite nor word it");
}

#[test]
fn a_fact_in_the_text_around_a_gap_touches_its_question() {
    let mut tree = folder::read(&fixtures().join("whole")).unwrap();
    let lesson = tree.0.get_mut("en/02-second/01-every-kind.md").unwrap();
    let text = String::from_utf8(lesson.clone()).unwrap();
    *lesson = text.replace("It costs [[five|5]] coins.", "It costs [[five|5]] coins: {fact:river-fare}.").into_bytes();
    let course = compile(&tree).course.unwrap();
    let due = course::facts_due(&course, "2028-11-23".parse().unwrap());
    assert_eq!(due[0].fact.id.as_str(), "river-fare");
    assert_eq!(due[0].questions.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["w2-1-typed"]);
}

#[test]
fn compiling_twice_gives_the_same() {
    let tree = folder::read(&fixtures().join("whole")).unwrap();
    let [first, second] = [compile(&tree), compile(&tree)];
    assert_eq!(format!("{first:?}"), format!("{second:?}"));
}

/// A lesson of ten thousand lines, with everything repeated that a lesson can hold.
#[test]
fn a_very_long_lesson_is_read_in_reasonable_time() {
    let mut tree = folder::read(&fixtures().join("base")).unwrap();
    let lesson = tree.0.get_mut("en/01-m/01-lesson.md").unwrap();
    for number in 0..1_000 {
        let piece = format!(
            "## Same\n\nText with [river](term:river) {{fact:days}}.\n\n::: note\n- a\n- b\n:::\n::: reflection {{#r{number}}}\nx\n:::\n"
        );
        lesson.extend_from_slice(piece.as_bytes());
    }
    let start = std::time::Instant::now();
    let compiled = compile(&tree);
    assert!(compiled.course.is_some(), "{}", lines(&compiled.diagnostics));
    assert!(start.elapsed().as_secs() < 20, "it took {:?}", start.elapsed());
}

#[test]
fn lines_without_end_and_marks_without_number_are_answered() {
    let marks = ["[", "*a ", "`", "> ", "- ", "{fact:", "[[", "| a ", "\\", "<", "&", "::: note\n", "![", "#"];
    let names: String = (0..60_000).map(|number| letters(number) + " ").collect();
    let pieces =
        marks.iter().map(|mark| mark.repeat(20_000)).chain(["(".repeat(100_000), format!("::: note {{{names}}}")]);
    for piece in pieces {
        let mut tree = folder::read(&fixtures().join("base")).unwrap();
        let lesson = tree.0.get_mut("en/01-m/01-lesson.md").unwrap();
        lesson.extend_from_slice(piece.as_bytes());
        let start = std::time::Instant::now();
        let _ = compile(&tree);
        assert!(start.elapsed().as_secs() < 60, "{:.20} took {:?}", piece, start.elapsed());
    }
}

/// A number in the letters a to z.
fn letters(number: usize) -> String {
    let letter = |digit: usize| char::from(b'a' + u8::try_from(digit % 26).unwrap_or_default());
    [number / 17_576, number / 676, number / 26, number].map(letter).iter().collect()
}

/// A place in one of the whole course's files, and what is put there instead of some bytes.
fn mutation() -> impl Strategy<Value = (usize, usize, usize, String)> {
    let pieces = prop::sample::select(vec![
        ":::",
        ":::\n",
        "::: note\n",
        "::: question {#q kind=single}\n",
        "```\n",
        "+++\n",
        "- [x] ",
        "  > ",
        "[[",
        "]]",
        "{#",
        "}",
        "\"",
        "{fact:",
        "](",
        "<b>",
        "\n\n",
        "| ",
        "::",
        "%",
        "\u{0}",
        "é",
        "\u{202e}",
        "!9 ",
        "## ",
        "1. ",
        "\r\n",
    ])
    .prop_map(str::to_owned);
    (any::<usize>(), any::<usize>(), 0..40_usize, prop_oneof![pieces, ".{0,12}"])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_is_answered(text in "(?s).{0,400}", front in any::<bool>()) {
        let mut tree = folder::read(&fixtures().join("base")).unwrap();
        let text = if front { format!("+++\nid = \"l\"\n+++\n{text}") } else { text };
        for name in ["en/01-m/01-lesson.md", "en/glossary.md", "facts.toml", "course.toml"] {
            let mut changed = tree.clone();
            changed.0.insert(name.into(), text.clone().into_bytes());
            let _ = compile(&changed);
        }
        tree.0.insert("media/a.svg".into(), text.into_bytes());
        let _ = compile(&tree);
    }

    #[test]
    fn a_damaged_course_is_answered(mutations in prop::collection::vec(mutation(), 1..6)) {
        let mut tree = folder::read(&fixtures().join("whole")).unwrap();
        let names: Vec<String> = tree.0.keys().filter(|name| !name.ends_with(".png")).cloned().collect();
        for (file, at, length, piece) in mutations {
            let bytes = tree.0.get_mut(&names[file % names.len()]).unwrap();
            let at = at % (bytes.len() + 1);
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, piece.into_bytes());
        }
        let compiled = compile(&tree);
        prop_assert_eq!(compiled.course.is_none(), compiled.diagnostics.iter().any(Diagnostic::is_error));
    }
}

/// A course as text, for reading what the compiler made of it.
fn outline(course: &Course) -> String {
    let mut out = format!(
        "{} {:?} licence {} by {:?} competencies {:?} hours {} sample {:?} certificate {:?}\n",
        course.slug,
        course.area,
        course.licence,
        course.authors,
        course.competencies,
        course.effort_hours,
        course.sample_lesson.as_ref().map(ToString::to_string),
        course.certificate
    );
    for (name, medium) in &course.media {
        out += &format!(
            "medium {name} {} {} {:?}×{:?}\n",
            medium.content_type, medium.file_name, medium.width, medium.height
        );
    }
    for text in course.texts.values() {
        outline_text(text, &mut out);
    }
    out
}

fn outline_text(text: &CourseText, out: &mut String) {
    *out += &format!(
        "\n[{}] {} | {} | {} | {:?} | {}\n",
        text.language, text.title, text.summary, text.audience, text.outcomes, text.certificate_title
    );
    outline_blocks(&text.introduction, 1, out);
    for module in &text.modules {
        *out += &format!("module {} {} | {}\n", module.id, module.title, module.summary);
        outline_blocks(&module.introduction, 1, out);
        for lesson in &module.lessons {
            let facts: Vec<&str> = lesson.facts.iter().map(|fact| fact.as_str()).collect();
            *out += &format!(
                "lesson {} [{}] {} {} min {:?} {:?} sources {:?} note {:?} facts {facts:?} words {}\n",
                lesson.id,
                lesson.language,
                lesson.title,
                lesson.minutes,
                lesson.competencies,
                lesson.outcomes,
                lesson.sources,
                lesson.content_note,
                lesson.words
            );
            outline_blocks(&lesson.blocks, 1, out);
        }
        if let Some(quiz) = &module.quiz {
            outline_quiz(quiz, out);
        }
        if let Some(notes) = &module.facilitator {
            *out += &format!("facilitator [{}] {} {} min\n", notes.language, notes.title, notes.minutes);
            outline_blocks(&notes.blocks, 1, out);
        }
    }
    for quiz in text.pre_test.iter().chain(&text.post_test) {
        outline_quiz(quiz, out);
    }
    if let Some(task) = &text.final_task {
        *out += &format!(
            "task {} {} {} min {} words pass {}\n",
            task.id, task.title, task.minutes, task.max_words, task.pass
        );
        outline_blocks(&task.blocks, 1, out);
        *out += &format!("  rubric {:?}\n", task.rubric);
        if let Some(exemplar) = &task.exemplar {
            *out += &format!("  exemplar {}\n", exemplar.title);
            outline_blocks(&exemplar.blocks, 2, out);
        }
    }
    for term in &text.glossary {
        *out += &format!("term {} {} {:?} {}\n", term.id, term.name, term.aka, term.meaning.as_str().trim());
    }
    *out += "reading\n";
    outline_blocks(&text.reading, 1, out);
    for fact in text.facts.values() {
        *out += &format!(
            "fact {} {} {} {:?} {} {}\n",
            fact.id, fact.text, fact.source, fact.confidence, fact.checked, fact.review_by
        );
    }
}

fn outline_quiz(quiz: &crate::domain::quiz::Quiz, out: &mut String) {
    *out += &format!(
        "quiz {} {:?} [{}] {} {} min pass {} attempts {} wait {} sure {} draws {:?}\n",
        quiz.id,
        quiz.kind,
        quiz.language,
        quiz.title,
        quiz.minutes,
        quiz.pass,
        quiz.attempts,
        quiz.wait_minutes,
        quiz.asks_confidence,
        quiz.draws
    );
    outline_blocks(&quiz.introduction, 1, out);
    for question in &quiz.pool {
        outline_question(question, 1, out);
    }
}

fn outline_blocks(blocks: &[Block], depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    for block in blocks {
        let line = match block {
            Block::Prose(html) => format!("prose {}", html.as_str().trim().replace('\n', "⏎")),
            Block::Note(aside) => nested("note", &aside.title, &aside.blocks, depth),
            Block::Example(aside) => nested("example", &aside.title, &aside.blocks, depth),
            Block::Warning(warning) => nested(
                if warning.is_sensitive { "sensitive" } else { "warning" },
                &warning.title,
                &warning.blocks,
                depth,
            ),
            Block::Facilitator(blocks) => nested("facilitator", &None, blocks, depth),
            Block::Checklist(list) => format!("checklist {} {} {:?}", list.id, list.title, list.items),
            Block::Reflection(reflection) => format!("reflection {} {:?}", reflection.id, reflection.prompt),
            Block::Flashcards(cards) => format!("flashcards {} {:?} {:?}", cards.id, cards.title, cards.cards),
            Block::Figure(figure) => {
                format!("figure {} {} {} {:?}", figure.id, figure.medium, figure.alt, figure.caption)
            }
            Block::Diagram(diagram) => {
                format!("diagram {} {:?} {} {}", diagram.id, diagram.title, diagram.alt, drawing(&diagram.drawing))
            }
            Block::Audio(recording) => format!("audio {recording:?}"),
            Block::Video(recording) => format!("video {recording:?}"),
            Block::Download(download) => format!("download {download:?}"),
            Block::Table(table) => format!("table {:?} {} {:?}", table.id, table.caption, table.table),
            Block::Steps(steps) => format!("steps {:?} {:?}", steps.title, steps.items),
            Block::Scenario(scenario) => {
                let steps: Vec<String> = scenario
                    .steps
                    .iter()
                    .map(|step| format!("\n{indent}  {}: {}", step.id, scene(&step.scene)))
                    .collect();
                format!(
                    "scenario {} {:?}\n{indent}  {}{}",
                    scenario.id,
                    scenario.title,
                    scene(&scenario.opening),
                    steps.concat()
                )
            }
            Block::Question(question) => {
                outline_question(question, depth, out);
                continue;
            }
        };
        *out += &format!("{indent}{}\n", line.trim_end());
    }
}

fn nested(name: &str, title: &Option<String>, blocks: &[Block], depth: usize) -> String {
    let mut inside = String::new();
    outline_blocks(blocks, depth + 1, &mut inside);
    format!("{name} {title:?}\n{inside}")
}

fn drawing(drawing: &Drawing) -> String {
    match drawing {
        Drawing::Matrix(matrix) => format!("{matrix:?}"),
        Drawing::Cycle(items) => format!("cycle {items:?}"),
        Drawing::Timeline(items) => format!("timeline {items:?}"),
        Drawing::Chain(items) => format!("chain {items:?}"),
        Drawing::Pillars(items) => format!("pillars {items:?}"),
        Drawing::Layers(items) => format!("layers {items:?}"),
    }
}

fn scene(scene: &Scene) -> String {
    let choices: Vec<String> = scene
        .choices
        .iter()
        .map(|choice| {
            format!("{} → {:?} {}", choice.label.as_str(), choice.leads_to, choice.consequence.as_str().trim())
        })
        .collect();
    format!("{} {choices:?}", scene.text.as_str().trim())
}

fn outline_question(question: &Question, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    *out += &format!(
        "{indent}question {} {} level {} points {} sure {} fixed {} lesson {:?} {:?} {:?}\n",
        question.id,
        question.competency,
        question.level,
        question.points,
        question.asks_confidence,
        question.keeps_order,
        question.lesson.as_ref().map(ToString::to_string),
        question.prompt,
        question.explanation
    );
    let lines: Vec<String> = match &question.body {
        Body::SingleChoice(Choices(choices))
        | Body::MultipleChoice(Choices(choices))
        | Body::TrueFalse(Choices(choices)) => choices
            .iter()
            .map(|choice| format!("{} {:?} {:?}", if choice.is_key { "✓" } else { "✗" }, choice.text, choice.feedback))
            .collect(),
        Body::Blanks(blanks) => blanks
            .pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => format!("text {text:?}"),
                Piece::Gap(forms) => format!("gap {forms:?}"),
            })
            .chain([format!("bank {:?}", blanks.bank)])
            .collect(),
        other => vec![format!("{other:?}")],
    };
    for line in lines {
        *out += &format!("{indent}  {line}\n");
    }
}
