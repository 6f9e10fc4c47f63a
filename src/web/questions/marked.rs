//! What is said of a response after marking.

use serde::Serialize;

use super::plain_prompt;
use crate::domain::course::{CourseText, Place};
use crate::domain::markup::SafeHtml;
use crate::domain::quiz::feedback::{Detail, GapFeedback, PairFeedback};
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
    /// What the question asked about here: the left-hand side of a pair. Often nothing.
    about: Markup,
    has_about: bool,
    said: Vec<Said>,
    feedback: Markup,
    has_feedback: bool,
}

/// What stands in a row, with what it is.
#[derive(Serialize)]
struct Said {
    /// "Your answer", "Right answer" … or nothing.
    label: String,
    text: Markup,
}

impl Row {
    fn of(class: &'static str, label: String, text: Markup) -> Self {
        Self {
            class,
            about: Markup::default(),
            has_about: false,
            said: vec![Said { label, text }],
            feedback: Markup::default(),
            has_feedback: false,
        }
    }

    fn with_feedback(self, feedback: Option<&SafeHtml>) -> Self {
        Self { feedback: feedback.map(Markup::from).unwrap_or_default(), has_feedback: feedback.is_some(), ..self }
    }
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
    let (rows, model) = rows(words, marking);
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
    /// The same of a response that was deleted after its time. One that earned nothing reads as if
    /// there had been none, which is not said of it.
    pub fn without_response(self, words: &Words, verdict: Verdict) -> Self {
        let said = if verdict == Verdict::Skipped { String::new() } else { self.verdict };
        Self { expired: words.get("questions.expired"), verdict: said, ..self }
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

fn rows<'a>(words: &Words, marking: &Marking<'a>) -> (Vec<Row>, Option<&'a SafeHtml>) {
    let rows = match &marking.feedback.detail {
        Detail::Choices(choices) => choices
            .iter()
            .filter(|choice| choice.is_chosen || choice.is_key)
            .map(|choice| {
                let class = if choice.is_key { "mark-right" } else { "mark-wrong" };
                let label = words.get(match (choice.is_chosen, choice.is_key) {
                    (true, true) => "questions.row.yours_right",
                    (true, false) => "questions.row.yours",
                    (false, _) => "questions.row.right",
                });
                Row::of(class, label, choice.text.into()).with_feedback(Some(choice.feedback))
            })
            .collect(),
        Detail::ShortText { given, feedback, keys } => {
            typed(words, marking.verdict, *given, *feedback, keys.first().map(|key| (*key).to_owned()))
        }
        Detail::Numeric { given, feedback, keys, unit } => {
            let key = keys.first().map(|key| format!("{key} {}", unit.unwrap_or_default()).trim().to_owned());
            typed(words, marking.verdict, *given, *feedback, key)
        }
        Detail::Pairs(pairs) => pairs.iter().map(|pair| pair_row(words, pair)).collect(),
        Detail::Order(items) => items
            .iter()
            .map(|placed| {
                let is_right = placed.given_place == Some(placed.right_place);
                let label = place_label(words, placed.right_place, placed.given_place);
                Row::of(if is_right { "mark-right" } else { "mark-part" }, label, placed.item.into())
            })
            .collect(),
        Detail::Gaps(gaps) => (1..).zip(gaps).map(|(number, gap)| gap_row(words, number, gap)).collect(),
        Detail::Free { given, model } => {
            let text = Markup::escaped(given.unwrap_or_default());
            return (vec![Row::of("mark-part", words.get("questions.row.yours"), text)], *model);
        }
    };
    (rows, None)
}

/// A right pair as it is; of a wrong one what was chosen, and its partner.
fn pair_row(words: &Words, pair: &PairFeedback<'_>) -> Row {
    let said = |key, text: &SafeHtml| Said { label: words.get(key), text: text.into() };
    let right = match pair.is_right {
        true => Said { label: String::new(), text: pair.right.into() },
        false => said("questions.row.right", pair.right),
    };
    let chosen = pair.chosen.filter(|_| !pair.is_right).map(|chosen| said("questions.row.yours", chosen));
    Row {
        class: if pair.is_right { "mark-right" } else { "mark-wrong" },
        about: pair.left.into(),
        has_about: true,
        said: chosen.into_iter().chain([right]).collect(),
        feedback: Markup::default(),
        has_feedback: false,
    }
    .with_feedback(pair.feedback)
}

fn gap_row(words: &Words, number: i64, gap: &GapFeedback<'_>) -> Row {
    let text = match gap.given {
        Some(given) if !gap.is_right => format!("{given} → {}", gap.right),
        Some(_) | None => gap.right.to_owned(),
    };
    let label = words.fill("questions.gap", &[("number", Argument::Number(number))]);
    Row::of(if gap.is_right { "mark-right" } else { "mark-wrong" }, label, Markup::escaped(&text))
}

/// What was typed, and the right answer where that was another one.
fn typed(
    words: &Words,
    verdict: Verdict,
    given: Option<&str>,
    feedback: Option<&SafeHtml>,
    key: Option<String>,
) -> Vec<Row> {
    let (class, label) = match verdict {
        Verdict::Right => ("mark-right", "questions.row.yours_right"),
        Verdict::PartlyRight | Verdict::Awaiting => ("mark-part", "questions.row.yours"),
        Verdict::Wrong | Verdict::Skipped => ("mark-wrong", "questions.row.yours"),
    };
    let yours = given.map(|given| Row::of(class, words.get(label), Markup::escaped(given)).with_feedback(feedback));
    let is_said = yours.is_some() && verdict == Verdict::Right;
    let right = || Row::of("mark-right", words.get("questions.row.right"), Markup::escaped(&key.unwrap_or_default()));
    let right = (!is_said).then(right);
    yours.into_iter().chain(right).collect()
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
