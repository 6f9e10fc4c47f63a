//! Reading the authored files: all of them or nothing, and every finding in either case.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::domain::course::EditionHash;
use crate::domain::language::LanguageTag;
use crate::domain::needs::framework::Framework;
use crate::domain::quiz::question::Question;

use super::check::{self, parse};
use super::diagnostic::{Diagnostic, Problems, Source};
use super::raw::{RawFramework, RawFrameworkText, RawInstrument, RawInstrumentText};
use super::{ContextItem, Form, Instrument, InstrumentText, Minutes, words};

const FRAMEWORK: &str = "framework.toml";
const INSTRUMENT: &str = "instrument.toml";

/// The files of the instrument's folder by their names in it (`en/items.md`), as text.
pub type Files = BTreeMap<String, String>;

/// The short questions as the course reader made them from the files named under `[forms]`.
pub type Questions = BTreeMap<Form, BTreeMap<LanguageTag, Vec<Question>>>;

/// What came of reading. `instrument` is there unless a diagnostic is an error.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub instrument: Option<Instrument>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads and lints an instrument.
pub fn read(files: &Files, questions: Questions) -> Reading {
    let mut problems = Problems::default();
    let instrument = instrument(files, questions, &mut problems);
    let instrument = instrument.filter(|_| !problems.has_errors());
    Reading { instrument, diagnostics: problems.0 }
}

/// Reads what was published before, also where the lints ask for more by now. `None`: there is no
/// instrument in the files.
pub fn read_stored(files: &Files, questions: Questions) -> Option<Instrument> {
    instrument(files, questions, &mut Problems::default())
}

/// The names of the files with the short questions, before anything else is read: the caller has
/// the course reader read `<language>/<name>` and hands the questions to [`read`].
pub fn question_files(files: &Files) -> Option<BTreeMap<Form, String>> {
    let raw: RawInstrument = toml::from_str(files.get(INSTRUMENT)?).ok()?;
    let forms = [(Form::First, raw.forms.first), (Form::Again, raw.forms.again)];
    Some(forms.into_iter().map(|(form, name)| (form, name.into_inner())).collect())
}

/// The edition's name: SHA-256 over names and contents in the order of the names, each behind its
/// length, so that moving a byte from one file to the next changes the name too.
pub fn edition(files: &Files) -> EditionHash {
    let mut hash = Sha256::new();
    for (name, text) in files {
        for part in [name, text] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
    }
    EditionHash(HEXLOWER.encode(&hash.finalize()))
}

fn instrument(files: &Files, questions: Questions, problems: &mut Problems) -> Option<Instrument> {
    let framework_raw: Option<(Source<'_>, RawFramework)> = file(files, FRAMEWORK, problems);
    let raw: Option<(Source<'_>, RawInstrument)> = file(files, INSTRUMENT, problems);
    let (framework_source, framework_raw) = framework_raw?;
    let framework = check::framework::framework(framework_source, &framework_raw, problems);
    let (source, raw) = raw?;
    formats(framework_source, &framework_raw, source, &raw, problems);

    let items = check::items::items(source, &raw, &framework, problems);
    let required = check::items::required(source, &raw, &framework, &items, problems);
    let rules = check::rules::rules(source, &raw, &framework, &items, problems);
    let source_language: LanguageTag = parse(source, &raw.source_language, problems)?;
    let texts = texts(files, &raw, &questions, (&framework, &items), &source_language, problems);
    all_questions(files, &raw, &questions, (&framework, &source_language), problems);
    Some(Instrument {
        edition: edition(files),
        minutes: Minutes { least: raw.minutes.whole[0], most: raw.minutes.whole[1], one_area: raw.minutes.one_area },
        source_language,
        framework,
        items,
        rules: rules?,
        required,
        questions,
        texts,
    })
}

/// One TOML file; what TOML itself finds wrong becomes a diagnostic with its line.
fn file<'f, T: DeserializeOwned>(files: &'f Files, name: &'f str, problems: &mut Problems) -> Option<(Source<'f>, T)> {
    let Some(text) = files.get(name) else {
        problems.whole(name, "file", "The file is missing".to_owned(), "Add it.");
        return None;
    };
    let source = Source { name, text };
    match toml::from_str(text) {
        Ok(read) => Some((source, read)),
        Err(why) => {
            let span = why.span().unwrap_or(0..0);
            let message = why.message().trim().replace('\n', ", ");
            problems.error(source, span, "toml", message, "Compare with the instrument that comes with Lontar.");
            None
        }
    }
}

fn formats(
    framework_source: Source<'_>,
    framework: &RawFramework,
    source: Source<'_>,
    raw: &RawInstrument,
    problems: &mut Problems,
) {
    for (source, format) in [(framework_source, &framework.format), (source, &raw.format)] {
        if *format.get_ref() != 1 {
            let message = format!("The format is {}, and this program reads 1", format.get_ref());
            problems.error(source, format.span(), "format", message, "Use a newer Lontar, or write format 1.");
        }
    }
    if framework.source_language.get_ref() != raw.source_language.get_ref() {
        let message = "Framework and instrument are written in different source languages".to_owned();
        problems.error(source, raw.source_language.span(), "language", message, "Use one for both.");
    }
    if raw.slug.get_ref() != "needs-assessment" {
        let message = format!("The slug is `{}`", raw.slug.get_ref());
        problems.error(source, raw.slug.span(), "slug", message, "Write `needs-assessment`.");
    }
}

/// Every language that has a folder with `instrument.toml`.
fn texts(
    files: &Files,
    raw: &RawInstrument,
    questions: &Questions,
    things: (&Framework, &[ContextItem]),
    source_language: &LanguageTag,
    problems: &mut Problems,
) -> BTreeMap<LanguageTag, InstrumentText> {
    let folders = files.keys().filter_map(|name| name.strip_suffix("/instrument.toml"));
    let mut languages: Vec<LanguageTag> = folders.filter_map(|folder| folder.parse().ok()).collect();
    if !languages.contains(source_language) {
        languages.push(source_language.clone());
    }
    let mut texts = BTreeMap::new();
    for language in languages {
        if let Some(read) = text(files, raw, questions, things, (&language, source_language), problems) {
            texts.insert(language, read);
        }
    }
    texts
}

fn text(
    files: &Files,
    raw: &RawInstrument,
    questions: &Questions,
    (framework, items): (&Framework, &[ContextItem]),
    (language, source_language): (&LanguageTag, &LanguageTag),
    problems: &mut Problems,
) -> Option<InstrumentText> {
    let framework_name = format!("{language}/{FRAMEWORK}");
    let name = format!("{language}/{INSTRUMENT}");
    let framework_read: Option<(Source<'_>, RawFrameworkText)> = file(files, &framework_name, problems);
    let read: Option<(Source<'_>, RawInstrumentText)> = file(files, &name, problems);
    let ((framework_source, framework_raw), (source, words_raw)) = (framework_read?, read?);
    if language != source_language {
        for (file, hash) in [(FRAMEWORK, &framework_raw.source_hash), (INSTRUMENT, &words_raw.source_hash)] {
            behind(files, (language, source_language), file, hash.as_deref(), problems);
        }
    }
    let watch = words::watch(&words_raw.never);
    for (form, file) in [(Form::First, &raw.forms.first), (Form::Again, &raw.forms.again)] {
        let Some(written) = questions.get(&form).and_then(|by_language| by_language.get(language)) else { continue };
        let name = format!("{language}/{}", file.get_ref());
        let text = files.get(&name).map_or("", String::as_str);
        words::asked_in_questions(Source { name: &name, text }, written, &watch, problems);
        if language != source_language {
            behind(files, (language, source_language), file.get_ref(), noted(text).as_deref(), problems);
        }
    }
    let framework_text = words::framework_text(framework_source, framework_raw, framework, problems);
    Some(words::instrument_text(source, words_raw, (framework, framework_text), items, problems))
}

/// The hash of its source that a file of questions notes at its head.
fn noted(text: &str) -> Option<String> {
    let head = text.strip_prefix("+++\n")?.split("\n+++").next()?;
    let head: toml::Table = head.parse().ok()?;
    head.get("source_hash")?.as_str().map(str::to_owned)
}

/// Says that a translation was made from an older source.
fn behind(
    files: &Files,
    (language, source_language): (&LanguageTag, &LanguageTag),
    file: &str,
    hash: Option<&str>,
    problems: &mut Problems,
) {
    let Some(source) = files.get(&format!("{source_language}/{file}")) else { return };
    let now = HEXLOWER.encode(&Sha256::digest(source.as_bytes())[..4]);
    if hash != Some(now.as_str()) {
        let message = "The source was changed after this was translated".to_owned();
        let help = format!("Compare the two, then write source_hash = \"{now}\".");
        problems.warning(&format!("{language}/{file}"), "translation", message, &help);
    }
}

fn all_questions(
    files: &Files,
    raw: &RawInstrument,
    questions: &Questions,
    (framework, source_language): (&Framework, &LanguageTag),
    problems: &mut Problems,
) {
    let name = |form: Form, language: &LanguageTag| {
        let file = match form {
            Form::First => &raw.forms.first,
            Form::Again => &raw.forms.again,
        };
        format!("{language}/{}", file.get_ref())
    };
    for form in [Form::First, Form::Again] {
        match questions.get(&form).and_then(|by_language| by_language.get(source_language)) {
            Some(written) => check::questions::file(&name(form, source_language), written, framework, problems),
            None => {
                let message = "The short questions are missing".to_owned();
                problems.whole(&name(form, source_language), "file", message, "Add the file.");
            }
        }
    }
    check::questions::alike(questions, source_language, files, name, problems);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::needs::fixtures;
    use crate::domain::needs::instrument::ItemKind;
    use crate::domain::quiz::question::{Body, Choice};

    /// The real instrument with `from` replaced by `to` in one file.
    fn changed(file: &str, from: &str, to: &str) -> Reading {
        let mut files = fixtures::files();
        let questions = fixtures::questions(&files);
        let text = files.get_mut(file).unwrap();
        assert!(text.contains(from), "{from:?} is not in {file}");
        *text = text.replacen(from, to, 1);
        read(&files, questions)
    }

    /// The place of the finding by a rule: file and line.
    fn place(reading: &Reading, rule: &str) -> (String, Option<u32>) {
        assert!(reading.instrument.is_none(), "the instrument was taken");
        let found = reading.diagnostics.iter().find(|known| known.rule == rule);
        let found = found.unwrap_or_else(|| panic!("no {rule} in {:#?}", reading.diagnostics));
        (found.file.clone(), found.line)
    }

    fn line_of(file: &str, text: &str) -> Option<u32> {
        let files = fixtures::files();
        let line = files[file].lines().position(|line| line.contains(text)).unwrap();
        Some(u32::try_from(line).unwrap() + 1)
    }

    #[test]
    fn the_real_instrument_is_clean() {
        let files = fixtures::files();
        let reading = read(&files, fixtures::questions(&files));
        assert_eq!(reading.diagnostics, []);
        let instrument = reading.instrument.unwrap();
        assert_eq!(instrument.framework.competencies.len(), 18);
        assert_eq!(instrument.required.len(), 7);
        assert_eq!(instrument.texts.len(), 2);
        let english = "en".parse().unwrap();
        for form in [Form::First, Form::Again] {
            assert_eq!(instrument.questions(form, &english).len(), 54);
            assert_eq!(instrument.questions_of(form, "UN".parse().unwrap(), &english).len(), 18);
        }
    }

    #[test]
    fn a_reader_of_another_language_gets_the_source() {
        let instrument = fixtures::instrument();
        assert_eq!(instrument.text(&"id-ID".parse().unwrap()).title, "Temukan kebutuhan Anda");
        assert_eq!(instrument.text(&"th".parse().unwrap()).title, "Find what you need");
    }

    #[test]
    fn a_missing_competency_is_found_where_it_is_missing() {
        let reading = changed("instrument.toml", "lawyer = { DS1 = 2, ", "lawyer = { ");
        let place = place(&reading, "missing-competency");
        assert_eq!(place, ("instrument.toml".to_owned(), line_of("instrument.toml", "lawyer = {")));
    }

    #[test]
    fn a_role_without_levels_is_found_at_the_role() {
        let reading = changed("instrument.toml", "{ id = \"lawyer\" },", "{ id = \"lawyer\" }, { id = \"teacher\" },");
        let place = place(&reading, "role-without-levels");
        assert_eq!(place, ("instrument.toml".to_owned(), line_of("instrument.toml", "id = \"lawyer\"")));
    }

    #[test]
    fn a_cycle_of_prerequisites_is_found() {
        let from = "code = \"UN1\"\nsafety = false\nprerequisites = []";
        let reading = changed("framework.toml", from, &from.replace("[]", "[\"UN3 1\"]"));
        let (file, line) = place(&reading, "cycle");
        assert_eq!((file.as_str(), line), ("framework.toml", line_of("framework.toml", "code = \"UN1\"")));
    }

    #[test]
    fn an_item_that_asks_what_is_never_asked_is_found() {
        let from = "Where do you do this work?";
        let reading = changed("en/instrument.toml", from, "Which town is your office in?");
        assert_eq!(
            place(&reading, "never-ask"),
            ("en/instrument.toml".to_owned(), line_of("en/instrument.toml", from))
        );
        let reading = changed("id/instrument.toml", "Stabil", "Agama Anda");
        assert_eq!(place(&reading, "never-ask").0, "id/instrument.toml");
    }

    #[test]
    fn a_short_question_that_asks_what_is_never_asked_is_found() {
        let files = fixtures::files();
        let questions = fixtures::questions(&files);
        let english: LanguageTag = "en".parse().unwrap();
        let asking = || crate::domain::markup::SafeHtml::trusted("Which <strong>VPN</strong> do you use?".to_owned());
        let changes: [&dyn Fn(&mut Question); 3] =
            [&|question| question.prompt = asking(), &|question| question.explanation = Some(asking()), &|question| {
                choices(question)[0].feedback = asking()
            }];
        for change in changes {
            let mut questions = questions.clone();
            let first = questions.get_mut(&Form::First).unwrap().get_mut(&english).unwrap();
            change(&mut first[4]);
            let place = place(&read(&files, questions), "never-ask");
            assert_eq!(place, ("en/items.md".to_owned(), line_of("en/items.md", "{#na-ds2-b ")));
        }
    }

    #[test]
    fn what_is_said_before_the_first_question_asks_nothing_either() {
        let reading = changed("en/instrument.toml", "There are no marks", "What is your full name? There are no marks");
        assert_eq!(place(&reading, "never-ask").0, "en/instrument.toml");
        let reading = changed("id/instrument.toml", "preview = [", "preview = [\n  \"Agama Anda\",");
        assert_eq!(place(&reading, "never-ask").0, "id/instrument.toml");
    }

    #[test]
    fn the_list_of_what_is_never_asked_cannot_shrink() {
        let reading = changed("en/instrument.toml", "[never.health]", "[never.weather]");
        assert_eq!(place(&reading, "never-ask").0, "en/instrument.toml");
    }

    #[test]
    fn free_text_is_no_kind_of_item() {
        let reading = changed("instrument.toml", "kind = \"setting\"", "kind = \"text\"");
        assert_eq!(place(&reading, "kind").1, line_of("instrument.toml", "kind = \"setting\""));
    }

    #[test]
    fn an_item_for_nothing_is_refused() {
        let reading = changed("instrument.toml", "uses = [\"examples\"]", "uses = []");
        assert_eq!(place(&reading, "uses").1, line_of("instrument.toml", "id = \"setting\""));
    }

    #[test]
    fn words_and_things_belong_together() {
        let reading = changed("id/instrument.toml", "[self_rating.DS4]", "[self_rating.DS9]");
        assert_eq!(place(&reading, "words").0, "id/instrument.toml");
        let reading = changed("en/framework.toml", "[competency.UN4]", "[competency.UN9]");
        assert_eq!(place(&reading, "words").0, "en/framework.toml");
    }

    #[test]
    fn a_translation_behind_its_source_is_only_a_warning() {
        for file in ["id/framework.toml", "id/instrument.toml", "id/items.md", "id/items-b.md"] {
            let reading = changed(file, "source_hash = \"", "source_hash = \"0");
            assert!(reading.instrument.is_some());
            assert_eq!(reading.diagnostics.len(), 1, "{file}");
            assert_eq!(reading.diagnostics[0].file, file);
        }
    }

    /// All languages are marked by the places of the source's keys.
    #[test]
    fn a_translated_question_keeps_its_key_and_its_answers_in_their_places() {
        let files = fixtures::files();
        let changes: [fn(&mut Question); 3] = [
            |question| question.keeps_order = true,
            |question| choices(question).rotate_left(1),
            |question| drop(choices(question).pop_if(|choice| !choice.is_key)),
        ];
        for change in changes {
            let mut questions = fixtures::questions(&files);
            let translated = questions.get_mut(&Form::First).unwrap().get_mut(&"id".parse().unwrap()).unwrap();
            let question = translated.iter_mut().find(|question| question.id.as_str() == "na-ds2-b").unwrap();
            change(question);
            let place = place(&read(&files, questions), "translation");
            assert_eq!(place, ("id/items.md".to_owned(), line_of("id/items.md", "{#na-ds2-b ")));
        }
    }

    fn choices(question: &mut Question) -> &mut Vec<Choice> {
        match &mut question.body {
            Body::SingleChoice(choices) => &mut choices.0,
            _ => panic!("{} is no single choice", question.id),
        }
    }

    #[test]
    fn broken_toml_says_where() {
        let reading = changed("instrument.toml", "one_area = 10", "one_area = = 10");
        assert_eq!(place(&reading, "toml").1, line_of("instrument.toml", "one_area = 10"));
        let reading = changed("instrument.toml", "one_area = 10", "one_aera = 10");
        assert_eq!(place(&reading, "toml").1, line_of("instrument.toml", "one_area = 10"));
    }

    #[test]
    fn a_competency_needs_its_three_questions_in_both_forms() {
        let files = fixtures::files();
        let mut questions = fixtures::questions(&files);
        for written in questions.get_mut(&Form::Again).unwrap().values_mut() {
            written.pop();
        }
        assert_eq!(place(&read(&files, questions), "missing-competency").0, "en/items-b.md");
    }

    #[test]
    fn an_edition_is_named_by_every_byte_and_its_place() {
        let files = Files::from([("a".to_owned(), "bc".to_owned()), ("d".to_owned(), String::new())]);
        let moved = Files::from([("a".to_owned(), "b".to_owned()), ("cd".to_owned(), String::new())]);
        assert_ne!(edition(&files), edition(&moved));
        assert_eq!(edition(&files), edition(&files.clone()));
        assert_eq!(edition(&files).0.len(), 64);
    }

    #[test]
    fn every_competency_of_the_floor_is_asked_for_by_somebody() {
        let instrument = fixtures::instrument();
        assert!(instrument.item(|kind| kind == ItemKind::Risk).is_some());
        for code in &instrument.rules.floor.competencies {
            assert!(instrument.required.values().any(|levels| levels[code] > 0));
        }
    }

    #[test]
    fn no_input_makes_the_reader_panic() {
        for text in ["", "[", "format = 1", "\u{0}", "item = 3", "[[item]]\nid = \"é\""] {
            for name in [FRAMEWORK, INSTRUMENT, "en/instrument.toml"] {
                let mut files = fixtures::files();
                let questions = fixtures::questions(&files);
                files.insert(name.to_owned(), text.to_owned());
                assert!(read(&files, questions).instrument.is_none());
            }
        }
    }
}
