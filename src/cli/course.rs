//! `lontar course …`: lint, new, stats, facts. Plain functions: they read a folder and give what to
//! print and the exit code.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use crate::domain::course::diagnostic::Diagnostic;
use crate::domain::course::source::SourceTree;
use crate::domain::course::{self, Compiled, Course, DueFact, Stats};
use crate::domain::id::CourseSlug;
use crate::domain::needs::instrument;
use crate::domain::time::Day;
use crate::exchange::folder;

/// What a command prints, and the code it ends with: 0 well, 1 the course has errors, 2 it could not
/// be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    pub exit_code: u8,
    pub text: String,
}

impl Printed {
    fn well(text: String) -> Self {
        Self { exit_code: 0, text }
    }

    fn unreadable(path: &Path, error: &io::Error) -> Self {
        Self { exit_code: 2, text: format!("{} cannot be read: {error}\n", path.display()) }
    }
}

/// `course lint PATH`: every diagnostic of the course or needs assessment at `path`, or of each in it.
pub fn lint(path: &Path, json: bool, today: Day) -> Printed {
    let mut diagnostics = Vec::new();
    let folders = linted_folders(path);
    for folder in &folders {
        match diagnostics_of(folder, today) {
            Ok(found) => diagnostics.extend(named(found, folder, path)),
            Err(error) => return Printed::unreadable(folder, &error),
        }
    }
    let has_errors = diagnostics.iter().any(Diagnostic::is_error);
    let courses = folders.iter().filter(|folder| !folder::is_instrument(folder)).count();
    let text = if json { as_json(&diagnostics) } else { as_text(&diagnostics, courses, folders.len() - courses) };
    Printed { exit_code: u8::from(has_errors), text }
}

/// The courses at `path`, and the needs assessment where it stands there.
fn linted_folders(path: &Path) -> Vec<PathBuf> {
    if folder::is_instrument(path) {
        return vec![path.to_owned()];
    }
    let instrument = folder::instrument(path);
    let courses = course_folders(path);
    match instrument {
        // Without any course, the folder itself would be read as one.
        Some(instrument) if courses == [path] && !path.join("course.toml").is_file() => vec![instrument],
        instrument => courses.into_iter().chain(instrument).collect(),
    }
}

fn diagnostics_of(path: &Path, today: Day) -> io::Result<Vec<Diagnostic>> {
    if folder::is_instrument(path) {
        return Ok(instrument::compile::compile(&folder::read(path)?).diagnostics);
    }
    Ok(compile_folder(path, today)?.diagnostics)
}

/// `path` itself, or the courses in it when it is a folder of courses.
fn course_folders(path: &Path) -> Vec<PathBuf> {
    let is_course = |folder: &Path| folder.join("course.toml").is_file();
    if is_course(path) {
        return vec![path.to_owned()];
    }
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|folder| is_course(folder)).collect();
    folders.sort();
    if folders.is_empty() { vec![path.to_owned()] } else { folders }
}

fn compile_folder(path: &Path, today: Day) -> io::Result<Compiled> {
    let mut compiled = course::compile_on(&folder::read(path)?, today);
    let name = folder::name(path);
    let course = compiled.course.as_ref();
    if let Some(diagnostic) = course.zip(name).and_then(|(course, name)| folder::wrong_name(course, &name)) {
        compiled.diagnostics.push(diagnostic);
        compiled.course = None;
    }
    Ok(compiled)
}

/// Files with the course's folder before them, when several courses are looked at.
fn named(diagnostics: Vec<Diagnostic>, folder: &Path, path: &Path) -> impl Iterator<Item = Diagnostic> {
    let prefix = folder.strip_prefix(path).ok().and_then(Path::to_str).unwrap_or_default().to_owned();
    diagnostics.into_iter().map(move |diagnostic| {
        let file = if prefix.is_empty() { diagnostic.file } else { format!("{prefix}/{}", diagnostic.file) };
        Diagnostic { file, ..diagnostic }
    })
}

#[derive(serde::Serialize)]
struct LintReport<'a> {
    errors: usize,
    warnings: usize,
    diagnostics: &'a [Diagnostic],
}

fn as_json(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let report = LintReport { errors, warnings: diagnostics.len() - errors, diagnostics };
    let text = serde_json::to_string_pretty(&report).unwrap_or_default();
    text + "\n"
}

fn as_text(diagnostics: &[Diagnostic], courses: usize, instruments: usize) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let mut text = String::new();
    for diagnostic in diagnostics {
        let _ = writeln!(text, "{diagnostic}");
    }
    let warnings = diagnostics.len() - errors;
    let _ = match (errors, warnings) {
        (0, 0) => writeln!(text, "Nothing to mend ({}).", looked_at(courses, instruments)),
        _ => writeln!(text, "{}, {}.", counted(errors, "error"), counted(warnings, "warning")),
    };
    text
}

fn looked_at(courses: usize, instruments: usize) -> String {
    match (courses, instruments) {
        (0, _) => "the needs assessment".into(),
        (courses, 0) => counted(courses, "course"),
        (courses, _) => format!("{} and the needs assessment", counted(courses, "course")),
    }
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// The files of a new course; `{slug}`, `{today}` and `{review}` are filled in.
const TEMPLATE: &[(&str, &str)] = &[
    ("course.toml", include_str!("new_course/course.toml")),
    ("facts.toml", include_str!("new_course/facts.toml")),
    ("en/course.md", include_str!("new_course/en/course.md")),
    ("en/glossary.md", include_str!("new_course/en/glossary.md")),
    ("en/01-first-module/module.md", include_str!("new_course/en/01-first-module/module.md")),
    ("en/01-first-module/01-first-lesson.md", include_str!("new_course/en/01-first-module/01-first-lesson.md")),
    ("en/01-first-module/quiz.md", include_str!("new_course/en/01-first-module/quiz.md")),
];

/// `course new SLUG`: writes a small course that lints clean into the folder `slug` in `path`.
pub fn new(path: &Path, slug: &str, today: Day) -> Printed {
    let refused = |text: String| Printed { exit_code: 2, text };
    if slug.parse::<CourseSlug>().is_err() {
        return refused(format!(
            "`{slug}` is no name for a course: use a-z, digits and hyphens, such as safe-travel.\n"
        ));
    }
    let folder = path.join(slug);
    if folder.exists() {
        return refused(format!("{} is there already; nothing was written.\n", folder.display()));
    }
    let tree: SourceTree =
        TEMPLATE.iter().map(|(name, text)| ((*name).to_owned(), filled(text, slug, today))).collect();
    match folder::write(&tree, &folder) {
        Ok(()) => Printed::well(format!(
            "{} is written. Change the texts, then run: lontar course lint {0}\n",
            folder.display()
        )),
        Err(error) => refused(format!("{} cannot be written: {error}\n", folder.display())),
    }
}

fn filled(text: &str, slug: &str, today: Day) -> Vec<u8> {
    let review = today.plus_months(12).to_string();
    text.replace("{slug}", slug).replace("{today}", &today.to_string()).replace("{review}", &review).into_bytes()
}

/// `course stats PATH`: what the course amounts to.
pub fn stats(path: &Path, today: Day) -> Printed {
    with_course(path, today, |course| stats_text(&course::stats(course)))
}

/// `course facts PATH`: the facts that are due, and what they touch.
pub fn facts(path: &Path, today: Day) -> Printed {
    with_course(path, today, |course| facts_text(course, &course::facts_due(course, today), today))
}

/// Prints about each course at `path`; one with errors is named with its first error.
fn with_course(path: &Path, today: Day, print: impl Fn(&Course) -> String) -> Printed {
    let mut printed = Printed::well(String::new());
    for folder in course_folders(path) {
        let compiled = match compile_folder(&folder, today) {
            Ok(compiled) => compiled,
            Err(error) => return Printed::unreadable(&folder, &error),
        };
        match &compiled.course {
            Some(course) => {
                let _ = writeln!(printed.text, "{}\n{}", course.slug, print(course));
            }
            None => {
                printed.exit_code = 1;
                let first = compiled.diagnostics.iter().find(|diagnostic| diagnostic.is_error());
                let first = first.map(Diagnostic::to_string).unwrap_or_default();
                let _ = writeln!(printed.text, "{} has errors; the first is\n{first}\n", folder.display());
            }
        }
    }
    printed
}

fn stats_text(stats: &Stats) -> String {
    let languages: Vec<&str> = stats.languages.iter().map(|language| language.as_str()).collect();
    let mut text = format!(
        "  modules {}, lessons {}, words {}, minutes {}\n  facts {}, cited in lessons {}\n  languages {}\n",
        stats.modules,
        stats.lessons,
        stats.words,
        stats.minutes,
        stats.facts,
        stats.facts_cited,
        languages.join(", ")
    );
    let total: usize = stats.questions_by_kind.values().sum();
    let _ = writeln!(text, "  questions {total}");
    for (kind, count) in &stats.questions_by_kind {
        let _ = writeln!(text, "    {kind:<14} {count:>4}");
    }
    let _ = writeln!(text, "  by competency and level (1, 2, 3)    quizzes and tests   lessons");
    let codes: std::collections::BTreeSet<_> =
        stats.pooled.keys().chain(stats.in_lessons.keys()).map(|(code, _)| *code).collect();
    for code in codes {
        let row = |cells: &course::Cells| {
            let counts: Vec<String> =
                (1..=3).map(|level| format!("{:>4}", cells.get(&(code, level)).copied().unwrap_or(0))).collect();
            counts.join("")
        };
        let _ = writeln!(text, "    {:<33}{:>16}{:>16}", code.as_str(), row(&stats.pooled), row(&stats.in_lessons));
    }
    text
}

fn facts_text(course: &Course, due: &[DueFact], today: Day) -> String {
    let next = course.source().facts.values().map(|fact| fact.review_by).filter(|day| *day > today).min();
    let mut text = match (due.len(), next) {
        (0, Some(next)) => format!("  No fact is due on {today}. The next is due on {next}.\n"),
        (0, None) => format!("  No fact is due on {today}.\n"),
        (count, _) => format!("  Due on {today}: {}.\n", counted(count, "fact")),
    };
    for due in due {
        let fact = &due.fact;
        let _ = writeln!(text, "  {}  {}  “{}”", fact.review_by, fact.id, fact.text);
        let _ = writeln!(text, "    {}", fact.statement);
        let _ = writeln!(
            text,
            "    source: {}{}",
            fact.source,
            fact.url.as_ref().map(|url| format!(", {url}")).unwrap_or_default()
        );
        let _ = writeln!(text, "    lessons: {}", listed(&due.lessons));
        let _ = writeln!(text, "    questions: {}", listed(&due.questions));
        let _ = writeln!(text, "    other texts: {}", listed(&due.other_files));
        let _ = writeln!(text, "    translations: {}", listed(&due.translations));
    }
    text
}

fn listed<T: std::fmt::Display>(things: &[T]) -> String {
    let names: Vec<String> = things.iter().map(T::to_string).collect();
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Day {
        "2026-11-23".parse().unwrap()
    }

    #[test]
    fn a_new_course_lints_clean() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(new(folder.path(), "safe-travel", today()).exit_code, 0);
        let printed = lint(&folder.path().join("safe-travel"), false, today());
        assert_eq!(printed, Printed::well("Nothing to mend (1 course).\n".into()));
        assert_eq!(lint(folder.path(), false, today()), printed, "a folder of courses");
    }

    #[test]
    fn a_course_is_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        new(folder.path(), "a", today());
        assert_eq!(new(folder.path(), "a", today()).exit_code, 2);
        assert_eq!(new(folder.path(), "../b", today()).exit_code, 2);
    }

    #[test]
    fn lint_names_what_is_wrong_and_fails() {
        let folder = tempfile::tempdir().unwrap();
        new(folder.path(), "a", today());
        std::fs::rename(folder.path().join("a"), folder.path().join("b")).unwrap();
        let printed = lint(&folder.path().join("b"), false, today());
        assert_eq!(printed.exit_code, 1);
        assert!(
            printed.text.contains("error[bad-field]: the slug is `a` and the folder is called `b`"),
            "{}",
            printed.text
        );
        let json: serde_json::Value =
            serde_json::from_str(&lint(&folder.path().join("b"), true, today()).text).unwrap();
        assert_eq!((&json["errors"], &json["diagnostics"][0]["rule"]), (&1.into(), &"bad-field".into()));
        assert_eq!(lint(&folder.path().join("none"), false, today()).exit_code, 2);
    }

    /// The real needs assessment with one change, in a folder of courses.
    fn instrument(change: &[(&str, &str, &str)]) -> tempfile::TempDir {
        let courses = tempfile::tempdir().unwrap();
        let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("courses/needs-assessment");
        let mut tree = folder::read(&real).unwrap();
        for (file, old, new) in change {
            let text = String::from_utf8(tree.0[*file].clone()).unwrap();
            assert!(text.contains(old), "{file} has no {old}");
            tree.0.insert((*file).into(), text.replacen(old, new, 1).into_bytes());
        }
        folder::write(&tree, &courses.path().join("needs-assessment")).unwrap();
        courses
    }

    #[test]
    fn the_needs_assessment_is_linted_alone_and_beside_courses() {
        let courses = instrument(&[]);
        let alone = Printed::well("Nothing to mend (the needs assessment).\n".into());
        assert_eq!(lint(&courses.path().join("needs-assessment"), false, today()), alone);
        assert_eq!(lint(courses.path(), false, today()), alone);
        new(courses.path(), "a", today());
        let printed = lint(courses.path(), false, today());
        assert_eq!(printed.text, "Nothing to mend (1 course and the needs assessment).\n");
    }

    #[test]
    fn what_is_wrong_in_the_needs_assessment_is_named_with_file_and_line() {
        let wrong = [
            ("en/items.md", "competency=DS1 level=1", "competency=DS1 level=2"),
            ("en/instrument.toml", "[self_rating.DS1]", "[self_rating.DS9]"),
            ("instrument.toml", "documenter = {", "documentor = {"),
            ("framework.toml", "prerequisites = []", "prerequisites = [\"DS1 1\"]"),
        ];
        for change in wrong {
            let courses = instrument(&[change]);
            let printed = lint(courses.path(), false, today());
            assert_eq!(printed.exit_code, 1, "{change:?}: {}", printed.text);
            let place = format!("needs-assessment/{}:", change.0);
            assert!(printed.text.contains(&place), "{change:?}: {}", printed.text);
        }
    }

    #[test]
    fn facts_that_are_due_are_listed_with_what_they_touch() {
        let folder = tempfile::tempdir().unwrap();
        new(folder.path(), "a", today());
        let later = today().plus_months(13);
        let printed = facts(&folder.path().join("a"), later);
        assert!(printed.text.contains("example-limit") && printed.text.contains("lessons: m1-1"), "{}", printed.text);
        assert!(lint(&folder.path().join("a"), false, later).text.contains("warning[overdue-fact]"));
        assert!(facts(&folder.path().join("a"), today()).text.contains("No fact is due"));
    }

    #[test]
    fn stats_count_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        new(folder.path(), "a", today());
        let printed = stats(&folder.path().join("a"), today());
        assert!(printed.text.contains("modules 1, lessons 1"), "{}", printed.text);
        assert!(printed.text.contains("questions 2"), "{}", printed.text);
    }
}
