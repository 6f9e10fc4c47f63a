//! From the files of the instrument's folder to an [`Instrument`], with every finding in the form in
//! which courses are reported.

use crate::domain::course::diagnostic as course;
use crate::domain::course::loose;
use crate::domain::course::source::SourceTree;
use crate::domain::language::LanguageTag;

use super::Instrument;
use super::diagnostic::{Diagnostic, Severity};
use super::read::{self, Files, Questions};

/// What came of compiling.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// `None` when there is any error.
    pub instrument: Option<Instrument>,
    /// By file and line.
    pub diagnostics: Vec<course::Diagnostic>,
}

/// Compiles an instrument. The same files always give the same instrument and the same findings.
pub fn compile(tree: &SourceTree) -> Compiled {
    let (files, mut diagnostics) = loose::texts(tree);
    let (questions, found) = questions(&files);
    diagnostics.extend(found);
    let reading = read::read(&files, questions);
    diagnostics.extend(reading.diagnostics.into_iter().map(course::Diagnostic::from));
    diagnostics.sort_by(|left, right| (&left.file, left.line, left.rule).cmp(&(&right.file, right.line, right.rule)));
    let is_sound = !diagnostics.iter().any(course::Diagnostic::is_error);
    let instrument = reading.instrument.filter(|_| is_sound);
    Compiled { instrument: instrument.map(|instrument| named(instrument, tree)), diagnostics }
}

/// Compiles what was published before, also where this release asks for more: people have answered it.
/// `None`: there is no instrument in the files.
pub fn compile_stored(tree: &SourceTree) -> Option<Instrument> {
    let (files, _) = loose::texts(tree);
    let (questions, _) = questions(&files);
    read::read_stored(&files, questions).map(|instrument| named(instrument, tree))
}

/// Named by the bytes as they were written, as courses are.
fn named(instrument: Instrument, tree: &SourceTree) -> Instrument {
    Instrument { edition: tree.edition_hash(), ..instrument }
}

fn questions(files: &Files) -> (Questions, Vec<course::Diagnostic>) {
    let (mut questions, mut diagnostics) = (Questions::new(), Vec::new());
    for (form, file) in read::question_files(files).unwrap_or_default() {
        for (name, text) in files {
            let Some((folder, inside)) = name.split_once('/') else { continue };
            let Ok(language) = folder.parse::<LanguageTag>() else { continue };
            if inside == file {
                let (read, found) = loose::questions(name, text, &language);
                questions.entry(form).or_default().insert(language, read);
                diagnostics.extend(found);
            }
        }
    }
    (questions, diagnostics)
}

impl From<Diagnostic> for course::Diagnostic {
    fn from(found: Diagnostic) -> Self {
        let severity = match found.severity {
            Severity::Error => course::Severity::Error,
            Severity::Warning => course::Severity::Warning,
        };
        let Diagnostic { file, line, rule, message, help, .. } = found;
        Self { severity, file, line, rule, message, help }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::needs::fixtures;

    fn tree(change: impl FnOnce(&mut Files)) -> SourceTree {
        let mut files = fixtures::files();
        change(&mut files);
        files.into_iter().map(|(name, text)| (name, text.into_bytes())).collect()
    }

    #[test]
    fn the_real_instrument_compiles_to_what_the_simple_reader_reads() {
        let tree = tree(|_| {});
        let compiled = compile(&tree);
        assert!(compiled.diagnostics.is_empty(), "{:#?}", compiled.diagnostics);
        let instrument = compiled.instrument.unwrap();
        assert_eq!(instrument.edition, tree.edition_hash());
        let simple = fixtures::instrument();
        assert_eq!(instrument.required, simple.required);
        for (form, by_language) in &simple.questions {
            for (language, questions) in by_language {
                let ids: Vec<_> = instrument.questions[form][language].iter().map(|read| &read.id).collect();
                assert_eq!(ids, questions.iter().map(|read| &read.id).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn a_broken_question_refuses_the_instrument_and_names_its_line() {
        let compiled = compile(&tree(|files| {
            let items = files.get_mut("en/items.md").unwrap();
            *items = items.replacen("- [x] An official", "- [ ] An official", 1);
        }));
        assert!(compiled.instrument.is_none());
        let found = compiled.diagnostics.iter().find(|found| found.file == "en/items.md").unwrap();
        assert_eq!(found.line, Some(9), "{found}");
    }

    #[test]
    fn windows_line_ends_change_the_name_and_nothing_else() {
        let compiled = compile(&tree(|files| {
            files.values_mut().for_each(|text| *text = text.replace('\n', "\r\n"));
        }));
        assert!(!compiled.diagnostics.iter().any(course::Diagnostic::is_error), "{:#?}", compiled.diagnostics);
        let instrument = compiled.instrument.unwrap();
        assert_ne!(instrument.edition, tree(|_| {}).edition_hash());
        assert_eq!(instrument.items, fixtures::instrument().items);
    }
}
