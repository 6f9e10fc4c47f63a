//! The short questions: one for each competency at each of the levels 1–3, in both forms, and the
//! same in every language.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::course::translation::same_body;
use crate::domain::id::QuestionId;
use crate::domain::language::LanguageTag;
use crate::domain::needs::framework::Framework;
use crate::domain::quiz::question::{Body, Question};

use super::super::Form;
use super::super::diagnostic::{Problems, Source};
use super::super::read::Files;

/// Checks one file of questions. `file` is its name, for the diagnostics.
pub fn file(file: &str, questions: &[Question], framework: &Framework, problems: &mut Problems) {
    for question in questions {
        if !is_short(&question.body) {
            let message = format!("The question {} is not a choice", question.id);
            let help =
                "Use single or true-false choices: they are marked at once, and nobody can write what harms them.";
            problems.whole(file, "kind", message, help);
        }
    }
    for competency in &framework.competencies {
        for level in 1..=3 {
            let of_it = |question: &&Question| question.competency == competency.code && question.level == level;
            let count = questions.iter().filter(of_it).count();
            if count != 1 {
                let message =
                    format!("{} has {count} questions at level {level}, and one is expected", competency.code);
                problems.whole(file, "missing-competency", message, "Add or take out questions.");
            }
        }
    }
    for question in questions.iter().filter(|question| framework.competency(question.competency).is_none()) {
        let message = format!("The question {} is about {}, which nobody knows", question.id, question.competency);
        problems.whole(file, "competency", message, "Name a competency of the framework.");
    }
}

/// A translation asks the same questions with the same keys in the same places, by which all languages are
/// marked, and no question stands in both forms.
pub fn alike(
    questions: &BTreeMap<Form, BTreeMap<LanguageTag, Vec<Question>>>,
    source_language: &LanguageTag,
    files: &Files,
    names: impl Fn(Form, &LanguageTag) -> String,
    problems: &mut Problems,
) {
    let ids = |questions: &Vec<Question>| -> BTreeSet<QuestionId> { questions.iter().map(|q| q.id.clone()).collect() };
    let mut seen = BTreeSet::new();
    for (form, by_language) in questions {
        let Some(written) = by_language.get(source_language) else { continue };
        let source = ids(written);
        for (language, translated) in by_language {
            let name = names(*form, language);
            if ids(translated) != source {
                let message = "The translation does not have the questions of its source".to_owned();
                problems.whole(&name, "translation", message, "Give it the same ids.");
            }
            let text = files.get(&name).map_or("", String::as_str);
            each_alike(Source { name: &name, text }, written, translated, problems);
        }
        for id in &source {
            if !seen.insert(id.clone()) {
                let message = format!("The question {id} stands in both forms");
                problems.whole(&names(*form, source_language), "twice", message, "Write another one.");
            }
        }
    }
}

fn each_alike(file: Source<'_>, written: &[Question], translated: &[Question], problems: &mut Problems) {
    for question in translated {
        let Some(source) = written.iter().find(|source| source.id == question.id) else { continue };
        let is_alike = source.competency == question.competency
            && source.level == question.level
            && source.keeps_order == question.keeps_order
            && same_body(&source.body, &question.body);
        if !is_alike {
            let message = format!("{} differs from its source in attributes, number of answers or keys", question.id);
            let help = "Keep the attributes, and translate each answer in its place; the key stays.";
            problems.error(file, file.place_of(&question.id), "translation", message, help);
        }
    }
}

fn is_short(body: &Body) -> bool {
    match body {
        Body::SingleChoice(_) | Body::TrueFalse(_) => true,
        Body::MultipleChoice(_)
        | Body::ShortText(_)
        | Body::Numeric(_)
        | Body::Matching(_)
        | Body::Ordering(_)
        | Body::Blanks(_)
        | Body::FreeResponse(_) => false,
    }
}
