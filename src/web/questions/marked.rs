//! What is said of a response after marking.

use serde::Serialize;

use super::plain_prompt;
use crate::domain::course::{CourseText, Place};
use crate::domain::markup::SafeHtml;
use crate::domain::quiz::feedback::{Detail, GapFeedback};
use crate::domain::quiz::question::{Body, Question};
use crate::domain::quiz::response::Confidence;
use crate::domain::quiz::scoring::{Marking, Verdict};
use crate::locale::{Argument, Words};
use crate::web::helpers::Markup;

/// `questions/_marked`
#[derive(Serialize)]
pub struct Marked {
    pub id: String,
    prompt: Markup,
    verdict: String,
    /// `mark-right`, `mark-part`, `mark-wrong`, or nothing while a person has to look.
    class: &'static str,
    points: String,
    /// That the response was deleted; nothing while it is there.
    expired: String,
    /// One for each part of the response.
    rows: Vec<Row>,
    explanation: Markup,
    has_explanation: bool,
    model: Markup,
    has_model: bool,
    reread_title: String,
    /// Relative to the folder of lessons.
    reread_url: String,
    confidence: String,
}

#[derive(Serialize)]
struct Row {
    class: &'static str,
    /// "Your answer", "Right answer" …
    label: String,
    text: Markup,
    feedback: Markup,
    has_feedback: bool,
}

/// Where to read again: the course in the reader's language and how to get to its lessons.
#[derive(Clone, Copy)]
pub struct Rereading<'a> {
    pub text: &'a CourseText,
    /// `../learn/…/` or nothing where the page stands beside the lessons.
    pub folder: &'a str,
}

/// The marking of one question, in words.
pub fn marked(
    words: &Words,
    question: &Question,
    marking: &Marking<'_>,
    confidence: Option<Confidence>,
    rereading: Rereading<'_>,
) -> Marked {
    let (verdict, class) = match marking.verdict {
        Verdict::Right => ("questions.verdict.right", "mark-right"),
        Verdict::PartlyRight => ("questions.verdict.partly", "mark-part"),
        Verdict::Wrong => ("questions.verdict.wrong", "mark-wrong"),
        Verdict::Skipped => ("questions.verdict.skipped", "mark-wrong"),
        Verdict::Awaiting => ("questions.verdict.awaiting", "mark-part"),
    };
    let reread: Option<(Place, &str)> = marking.feedback.lesson.and_then(|id| {
        let (place, lesson) = rereading.text.lessons().find(|(_, lesson)| lesson.id == *id)?;
        Some((place, lesson.title.as_str()))
    });
    let needs_rereading = !matches!(marking.verdict, Verdict::Right | Verdict::Awaiting);
    let (reread_url, reread_title) = match reread.filter(|_| needs_rereading) {
        Some((place, title)) => (format!("{}{place}", rereading.folder), title.to_owned()),
        None => Default::default(),
    };
    let (rows, model) = rows(words, &marking.feedback.detail);
    Marked {
        id: question.id.to_string(),
        prompt: match question.prompt.is_empty() {
            true => Markup::escaped(&plain_prompt(question)),
            false => (&question.prompt).into(),
        },
        verdict: words.get(verdict),
        class,
        points: points(words, marking.hundredths, marking.max_hundredths),
        expired: String::new(),
        rows,
        explanation: marking.feedback.explanation.map(Markup::from).unwrap_or_default(),
        has_explanation: marking.feedback.explanation.is_some(),
        has_model: model.is_some(),
        model: model.map(Markup::from).unwrap_or_default(),
        reread_title,
        reread_url,
        confidence: confidence.map(|said| words.get(confidence_words(said))).unwrap_or_default(),
    }
}

impl Marked {
    /// The same of a response that was deleted after its time.
    pub fn without_response(self, words: &Words) -> Self {
        Self { expired: words.get("questions.expired"), ..self }
    }
}

/// What a lesson says of a response. Free text waits for nobody there: its writer compares it with the
/// model at once.
pub fn marked_in_lesson(words: &Words, question: &Question, marking: &Marking<'_>, rereading: Rereading<'_>) -> Marked {
    let mut said = marked(words, question, marking, None, rereading);
    if let (Verdict::Awaiting, Body::FreeResponse(free)) = (marking.verdict, &question.body) {
        said.verdict = words.get("questions.verdict.practice");
        said.points.clear();
        said.has_model = free.model.is_some();
        said.model = free.model.as_ref().map(Markup::from).unwrap_or_default();
    }
    said
}

fn confidence_words(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Guess => "questions.sure.guess",
        Confidence::Unsure => "questions.sure.unsure",
        Confidence::Sure => "questions.sure.sure",
    }
}

/// `1.5 of 2 points`; hundredths are shown only where there are any.
pub fn points(words: &Words, hundredths: u32, max_hundredths: u32) -> String {
    let shown = words.hundredths(hundredths.into());
    let max = words.hundredths(max_hundredths.into());
    words.fill("questions.points", &[("points", Argument::Text(&shown)), ("max", Argument::Text(&max))])
}

fn rows<'a>(words: &Words, detail: &Detail<'a>) -> (Vec<Row>, Option<&'a SafeHtml>) {
    let plain = |class, label: &str, text: Markup| Row {
        class,
        label: words.get(label),
        text,
        feedback: Markup::default(),
        has_feedback: false,
    };
    let rows = match detail {
        Detail::Choices(choices) => choices
            .iter()
            .filter(|choice| choice.is_chosen || choice.is_key)
            .map(|choice| Row {
                class: if choice.is_key { "mark-right" } else { "mark-wrong" },
                label: words.get(match (choice.is_chosen, choice.is_key) {
                    (true, true) => "questions.row.yours_right",
                    (true, false) => "questions.row.yours",
                    (false, _) => "questions.row.right",
                }),
                text: choice.text.into(),
                feedback: choice.feedback.into(),
                has_feedback: true,
            })
            .collect(),
        Detail::ShortText { given, feedback, keys } => {
            typed(words, *given, *feedback, keys.first().map(|key| (*key).to_owned()))
        }
        Detail::Numeric { given, feedback, keys, unit } => {
            let key = keys.first().map(|key| format!("{key} {}", unit.unwrap_or_default()).trim().to_owned());
            typed(words, *given, *feedback, key)
        }
        Detail::Pairs(pairs) => pairs
            .iter()
            .map(|pair| Row {
                class: if pair.is_right { "mark-right" } else { "mark-wrong" },
                label: pair.left.plain_text(),
                text: pair.right.into(),
                feedback: pair.feedback.map(Markup::from).unwrap_or_default(),
                has_feedback: pair.feedback.is_some(),
            })
            .collect(),
        Detail::Order(items) => items
            .iter()
            .map(|placed| Row {
                class: if placed.given_place == Some(placed.right_place) { "mark-right" } else { "mark-part" },
                label: place_label(words, placed.right_place, placed.given_place),
                text: placed.item.into(),
                feedback: Markup::default(),
                has_feedback: false,
            })
            .collect(),
        Detail::Gaps(gaps) => (1..).zip(gaps).map(|(number, gap)| gap_row(words, number, gap)).collect(),
        Detail::Free { given, model } => {
            let text = Markup::escaped(given.unwrap_or_default());
            return (vec![plain("mark-part", "questions.row.yours", text)], *model);
        }
    };
    (rows, None)
}

fn gap_row(words: &Words, number: i64, gap: &GapFeedback<'_>) -> Row {
    let text = match gap.given {
        Some(given) if !gap.is_right => format!("{given} → {}", gap.right),
        Some(_) | None => gap.right.to_owned(),
    };
    Row {
        class: if gap.is_right { "mark-right" } else { "mark-wrong" },
        label: words.fill("questions.gap", &[("number", Argument::Number(number))]),
        text: Markup::escaped(&text),
        feedback: Markup::default(),
        has_feedback: false,
    }
}

fn typed(words: &Words, given: Option<&str>, feedback: Option<&SafeHtml>, key: Option<String>) -> Vec<Row> {
    let mut rows = Vec::new();
    if let Some(given) = given {
        rows.push(Row {
            class: "mark-part",
            label: words.get("questions.row.yours"),
            text: Markup::escaped(given),
            feedback: feedback.map(Markup::from).unwrap_or_default(),
            has_feedback: feedback.is_some(),
        });
    }
    rows.push(Row {
        class: "mark-right",
        label: words.get("questions.row.right"),
        text: Markup::escaped(&key.unwrap_or_default()),
        feedback: Markup::default(),
        has_feedback: false,
    });
    rows
}

fn place_label(words: &Words, right: usize, given: Option<usize>) -> String {
    let number = |place: usize| Argument::Number(i64::try_from(place).unwrap_or_default());
    match given {
        Some(given) if given != right => {
            words.fill("questions.row.place_given", &[("place", number(right)), ("given", number(given))])
        }
        _ => words.fill("questions.row.place", &[("place", number(right))]),
    }
}
