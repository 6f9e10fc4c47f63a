//! Questions as forms, and what is said of them after marking.
//!
//! Values are positions as shown, never authored indices, which for matching and ordering would be
//! the key. Nothing here prints a key before marking: [`Asked`] is made from what may be shown, and
//! [`marked`] from a marking.

pub mod marked;

use serde::Serialize;

use crate::domain::markup::SafeHtml;
use crate::domain::quiz::drawing::{self, Presentation};
use crate::domain::quiz::question::{Body, Piece, Question};
use crate::domain::quiz::response::{Confidence, FieldProblem, Response};
use crate::locale::{Argument, Words};
use crate::web::helpers::Markup;

/// `questions/_ask`: a question to be answered.
#[derive(Serialize)]
pub struct Asked {
    pub id: String,
    pub prompt: Markup,
    pub hint: String,
    pub problem: String,
    /// The partial that prints the kind's own fields.
    partial: &'static str,
    choices: Vec<ChoiceRow>,
    text: String,
    unit: String,
    rows: Vec<SelectRow>,
    /// The partners in full, each under its letter; nothing where all of them fit into their lists.
    partners: Vec<Markup>,
    pieces: Vec<PieceRow>,
    max_words: u32,
    confidence: Vec<ChoiceRow>,
    asks_confidence: bool,
}

#[derive(Serialize)]
struct ChoiceRow {
    value: String,
    text: Markup,
    is_chosen: bool,
}

/// One left-hand side, or one item of an ordering, with its list to pick from.
#[derive(Serialize)]
struct SelectRow {
    name: String,
    label: Markup,
    options: Vec<OptionRow>,
}

#[derive(Clone, Serialize)]
struct OptionRow {
    value: String,
    label: String,
    is_chosen: bool,
}

#[derive(Serialize)]
struct PieceRow {
    is_gap: bool,
    text: String,
    name: String,
    number: usize,
    options: Vec<OptionRow>,
    has_options: bool,
}

/// What the learner has put in so far.
#[derive(Clone, Copy, Default)]
pub struct Given<'a> {
    pub response: Option<&'a Response>,
    pub confidence: Option<Confidence>,
    pub problem: Option<FieldProblem>,
}

/// The question as a form, its parts in the order of `seed`.
pub fn ask(words: &Words, question: &Question, seed: u64, given: Given<'_>, asks_confidence: bool) -> Asked {
    let presentation = drawing::present(question, seed);
    let problem = given.problem.map(|problem| {
        let most = Argument::Number(problem.most().unwrap_or_default().into());
        words.fill(problem.key(), &[("most", most)])
    });
    let mut asked = Asked {
        id: question.id.to_string(),
        prompt: (&question.prompt).into(),
        hint: words.get(hint(&question.body)),
        problem: problem.unwrap_or_default(),
        partial: "questions/_text",
        choices: Vec::new(),
        text: String::new(),
        unit: String::new(),
        rows: Vec::new(),
        partners: Vec::new(),
        pieces: Vec::new(),
        max_words: 0,
        confidence: confidence(words, given.confidence),
        asks_confidence: asks_confidence || question.asks_confidence,
    };
    if question.prompt.is_empty() {
        // Every group of fields has a name; a text with gaps often has no prompt of its own.
        asked.prompt = Markup::escaped(&std::mem::take(&mut asked.hint));
    }
    fill(&mut asked, question, &presentation, given.response, words);
    asked
}

/// The question as a lesson asks it. Nobody marks what is written there, so nobody is promised to.
pub fn ask_in_lesson(words: &Words, question: &Question, seed: u64) -> Asked {
    let mut asked = ask(words, question, seed, Given::default(), false);
    if let Body::FreeResponse(_) = question.body {
        asked.hint = words.get("questions.hint.practice");
    }
    asked
}

impl Asked {
    /// The same without asking how sure one is.
    pub fn without_confidence(self) -> Self {
        Self { asks_confidence: false, ..self }
    }

    /// The same with what was just typed, which could not be read as a response.
    pub fn with_typed(mut self, fields: &[(String, String)]) -> Self {
        let was_sent = |name: &str, value: &str| fields.iter().any(|field| field.0 == name && field.1 == value);
        let typed = |name: &str| fields.iter().find(|field| field.0 == name).map(|field| field.1.clone());
        self.text = typed("a").unwrap_or_default();
        self.choices.iter_mut().for_each(|choice| choice.is_chosen = was_sent("a", &choice.value));
        self.confidence.iter_mut().for_each(|choice| choice.is_chosen = was_sent("sure", &choice.value));
        for row in &mut self.rows {
            row.options.iter_mut().for_each(|option| option.is_chosen = was_sent(&row.name, &option.value));
        }
        for piece in self.pieces.iter_mut().filter(|piece| piece.is_gap) {
            piece.text = typed(&piece.name).unwrap_or_default();
            piece.options.iter_mut().for_each(|option| option.is_chosen = option.value == piece.text);
        }
        self
    }
}

/// The question in plain words: its prompt, or the text with its gaps.
pub fn plain_prompt(question: &Question) -> String {
    match &question.body {
        Body::Blanks(blanks) if question.prompt.is_empty() => with_gaps(&blanks.pieces),
        _ => question.prompt.plain_text(),
    }
}

/// `Keep (1) copies on (2) kinds of storage`
fn with_gaps(pieces: &[Piece]) -> String {
    let mut gaps = 0;
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Gap(_) => {
            gaps += 1;
            format!("({gaps})")
        }
    };
    pieces.iter().map(piece).collect()
}

/// The key of the sentence that says what to do.
fn hint(body: &Body) -> &'static str {
    match body {
        Body::SingleChoice(_) | Body::TrueFalse(_) => "questions.hint.single",
        Body::MultipleChoice(_) => "questions.hint.multiple",
        Body::ShortText(_) => "questions.hint.short_text",
        Body::Numeric(_) => "questions.hint.numeric",
        Body::Matching(_) => "questions.hint.matching",
        Body::Ordering(_) => "questions.hint.ordering",
        Body::Blanks(_) => "questions.hint.blanks",
        Body::FreeResponse(_) => "questions.hint.free_response",
    }
}

fn confidence(words: &Words, given: Option<Confidence>) -> Vec<ChoiceRow> {
    let row = |confidence: Confidence| {
        let key = match confidence {
            Confidence::Guess => "questions.sure.guess",
            Confidence::Unsure => "questions.sure.unsure",
            Confidence::Sure => "questions.sure.sure",
        };
        ChoiceRow {
            value: confidence.as_str().to_owned(),
            text: Markup::escaped(&words.get(key)),
            is_chosen: given == Some(confidence),
        }
    };
    Confidence::ALL.into_iter().map(row).collect()
}

fn fill(asked: &mut Asked, question: &Question, presentation: &Presentation, given: Option<&Response>, words: &Words) {
    let order = &presentation.order;
    match &question.body {
        Body::SingleChoice(choices) | Body::TrueFalse(choices) => {
            asked.partial = "questions/_single_choice";
            let is_chosen = |index: usize| matches!(given, Some(Response::Choice(chosen)) if *chosen == index);
            asked.choices = choice_rows(&choices.0, order, is_chosen);
        }
        Body::MultipleChoice(choices) => {
            asked.partial = "questions/_multiple_choice";
            let is_chosen = |index: usize| matches!(given, Some(Response::Choices(chosen)) if chosen.contains(&index));
            asked.choices = choice_rows(&choices.0, order, is_chosen);
        }
        Body::ShortText(_) => {
            asked.partial = "questions/_short_text";
            if let Some(Response::Text(text)) = given {
                asked.text.clone_from(text);
            }
        }
        Body::Numeric(numeric) => {
            asked.partial = "questions/_numeric";
            asked.unit = numeric.unit.clone().unwrap_or_default();
            if let Some(Response::Number(text)) = given {
                asked.text.clone_from(text);
            }
        }
        Body::Matching(matching) => {
            asked.partial = "questions/_matching";
            let rights: Vec<_> = matching.rights().collect();
            let offered: Vec<(usize, &SafeHtml)> =
                order.iter().filter_map(|index| Some((*index, *rights.get(*index)?))).collect();
            let letters = letters(&offered);
            if letters.is_some() {
                asked.partners = offered.iter().map(|(_, right)| (*right).into()).collect();
            }
            let chosen = |row: usize| match given {
                Some(Response::Pairs(pairs)) => pairs.get(row).copied().flatten(),
                _ => None,
            };
            asked.rows = matching
                .pairs
                .iter()
                .enumerate()
                .map(|(row, pair)| SelectRow {
                    name: format!("a{row}"),
                    label: (&pair.left).into(),
                    options: offered
                        .iter()
                        .enumerate()
                        .map(|(position, (index, right))| OptionRow {
                            value: position.to_string(),
                            label: match letters.and_then(|letters| letters.get(position..=position)) {
                                Some(letter) => format!("{letter}. {}", right.plain_text()),
                                None => right.plain_text(),
                            },
                            is_chosen: chosen(row) == Some(*index),
                        })
                        .collect(),
                })
                .collect();
        }
        Body::Ordering(ordering) => {
            asked.partial = "questions/_ordering";
            let rank_of = |item: usize| match given {
                Some(Response::Order(ranked)) => ranked.iter().position(|ranked| *ranked == item).map(|rank| rank + 1),
                _ => None,
            };
            let count = ordering.items.len();
            asked.rows = order
                .iter()
                .enumerate()
                .filter_map(|(position, index)| ordering.items.get(*index).map(|item| (position, *index, item)))
                .map(|(position, index, item)| SelectRow {
                    name: format!("a{position}"),
                    label: item.into(),
                    options: (1..=count)
                        .map(|rank| OptionRow {
                            value: rank.to_string(),
                            label: words.number(i64::try_from(rank).unwrap_or_default()),
                            is_chosen: rank_of(index) == Some(rank),
                        })
                        .collect(),
                })
                .collect();
        }
        Body::Blanks(blanks) => {
            asked.partial = "questions/_blanks";
            let bank: Vec<&str> = blanks.words();
            let offered: Vec<&str> = order.iter().filter_map(|index| bank.get(*index).copied()).collect();
            asked.pieces = pieces(&blanks.pieces, &offered, given);
        }
        Body::FreeResponse(free) => {
            asked.partial = "questions/_free_response";
            asked.max_words = free.max_words;
            if let Some(Response::Free(text)) = given {
                asked.text.clone_from(text);
            }
        }
    }
}

/// The most letters of a partner that a list shows once it is closed, on a phone 360 points wide.
const SHOWN_CLOSED: usize = 24;

/// The letters to name partners by, where some partner is too long for a closed list.
fn letters(offered: &[(usize, &SafeHtml)]) -> Option<&'static str> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let is_long = |(_, right): &(usize, &SafeHtml)| right.plain_text().chars().count() > SHOWN_CLOSED;
    (offered.len() <= LETTERS.len() && offered.iter().any(is_long)).then_some(LETTERS)
}

fn choice_rows(
    choices: &[crate::domain::quiz::question::Choice],
    order: &[usize],
    is_chosen: impl Fn(usize) -> bool,
) -> Vec<ChoiceRow> {
    order
        .iter()
        .enumerate()
        .filter_map(|(position, index)| choices.get(*index).map(|choice| (position, *index, choice)))
        .map(|(position, index, choice)| ChoiceRow {
            value: position.to_string(),
            text: (&choice.text).into(),
            is_chosen: is_chosen(index),
        })
        .collect()
}

fn pieces(pieces: &[Piece], offered: &[&str], given: Option<&Response>) -> Vec<PieceRow> {
    let filled = |gap: usize| match given {
        Some(Response::Blanks(blanks)) => blanks.get(gap).cloned().unwrap_or_default(),
        _ => String::new(),
    };
    let mut gaps = 0;
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => PieceRow {
                is_gap: false,
                text: text.clone(),
                name: String::new(),
                number: 0,
                options: Vec::new(),
                has_options: false,
            },
            Piece::Gap(_) => {
                let text = filled(gaps);
                gaps += 1;
                let option = |word: &&str| OptionRow {
                    value: (*word).to_owned(),
                    label: (*word).to_owned(),
                    is_chosen: text == **word,
                };
                PieceRow {
                    is_gap: true,
                    name: format!("a{}", gaps - 1),
                    number: gaps,
                    options: offered.iter().map(option).collect(),
                    has_options: !offered.is_empty(),
                    text,
                }
            }
        })
        .collect()
}
