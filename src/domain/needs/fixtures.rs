//! The real instrument, for tests.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::domain::language::LanguageTag;
use crate::domain::markup::SafeHtml;
use crate::domain::quiz::question::{Body, Choice, Choices, Question};

use super::instrument::read::{Files, Questions, read};
use super::instrument::{Form, Instrument};

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        BTreeMap::from([$((
            $name.to_owned(),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/courses/needs-assessment/", $name)).to_owned(),
        )),*])
    };
}

/// The authored files as they stand in `courses/needs-assessment`.
pub fn files() -> Files {
    files![
        "framework.toml",
        "instrument.toml",
        "en/framework.toml",
        "en/instrument.toml",
        "en/items.md",
        "en/items-b.md",
        "id/framework.toml",
        "id/instrument.toml",
        "id/items.md",
        "id/items-b.md",
    ]
}

/// The short questions, read simply: the real reader is the course compiler's.
pub fn questions(files: &Files) -> Questions {
    let mut questions = Questions::new();
    for (form, file) in [(Form::First, "items.md"), (Form::Again, "items-b.md")] {
        for language in ["en", "id"] {
            let text = &files[&format!("{language}/{file}")];
            let read = text.split("\n::: question ").skip(1).map(question).collect();
            let tag: LanguageTag = language.parse().unwrap();
            questions.entry(form).or_default().insert(tag, read);
        }
    }
    questions
}

/// The real instrument, read once.
pub fn instrument() -> &'static Instrument {
    static INSTRUMENT: LazyLock<Instrument> = LazyLock::new(|| {
        let files = files();
        let reading = read(&files, questions(&files));
        reading.instrument.unwrap_or_else(|| panic!("{:#?}", reading.diagnostics))
    });
    &INSTRUMENT
}

fn question(block: &str) -> Question {
    let (head, body) = block.split_once('\n').unwrap();
    let attribute = |name: &str| {
        let at = head.find(name).unwrap() + name.len();
        head[at..].split([' ', '}']).next().unwrap().to_owned()
    };
    let html = |text: &str| SafeHtml::trusted(text.trim().to_owned());
    let mut lines = body.lines();
    let prompt = lines.next().unwrap();
    let mut choices = Vec::new();
    while let Some(line) = lines.next() {
        if let Some(rest) = line.strip_prefix("- [") {
            let feedback = lines.next().unwrap().trim().trim_start_matches('>');
            let is_key = rest.starts_with('x');
            choices.push(Choice { text: html(&rest[2..]), is_key, feedback: html(feedback) });
        }
    }
    assert_eq!(choices.iter().filter(|choice| choice.is_key).count(), 1, "{head}");
    Question {
        id: attribute("#").parse().unwrap(),
        competency: attribute("competency=").parse().unwrap(),
        level: attribute("level=").parse().unwrap(),
        points: 1,
        asks_confidence: false,
        keeps_order: false,
        lesson: Some(attribute("lesson=").parse().unwrap()),
        prompt: html(prompt),
        explanation: None,
        body: Body::SingleChoice(Choices(choices)),
        facts: Vec::new(),
    }
}
