//! What a learner might answer, and what their browser would then send: for tests, benchmarks and
//! the made-up network. No page calls this.

use std::collections::BTreeSet;

use super::drawing::Presentation;
use super::question::{Blanks, Body, Choices, Pair, Question};
use super::response::Response;
use super::text;

/// A response that earns all points; for a free response a sentence.
pub fn right(question: &Question) -> Response {
    match &question.body {
        Body::SingleChoice(choices) | Body::TrueFalse(choices) => {
            Response::Choice(choices.0.iter().position(|choice| choice.is_key).unwrap_or_default())
        }
        Body::MultipleChoice(choices) => Response::Choices(ticked(choices, true)),
        Body::ShortText(short_text) => {
            let key = short_text.variants.iter().find(|variant| variant.is_key);
            Response::Text(key.map_or_else(String::new, |variant| variant.text.clone()))
        }
        Body::Numeric(numeric) => {
            let key = numeric.variants.iter().find(|variant| variant.is_key);
            Response::Number(key.map_or_else(String::new, |variant| variant.value.to_string()))
        }
        Body::Matching(matching) => Response::Pairs((0..matching.pairs.len()).map(Some).collect()),
        Body::Ordering(ordering) => Response::Order((0..ordering.items.len()).collect()),
        Body::Blanks(blanks) => {
            Response::Blanks(blanks.gaps().map(|forms| forms.first().cloned().unwrap_or_default()).collect())
        }
        Body::FreeResponse(_) => Response::Free("One sentence.".to_owned()),
    }
}

/// A response that earns nothing; `None` where there is none (a free response, a matching question
/// whose right-hand sides are all alike).
pub fn wrong(question: &Question) -> Option<Response> {
    match &question.body {
        Body::SingleChoice(choices) | Body::TrueFalse(choices) => {
            choices.0.iter().position(|choice| !choice.is_key).map(Response::Choice)
        }
        Body::MultipleChoice(choices) => Some(Response::Choices(ticked(choices, false))),
        Body::ShortText(short_text) => {
            let distractor = short_text.variants.iter().find(|variant| !variant.is_key);
            Some(Response::Text(distractor.map_or_else(|| "zzz".to_owned(), |variant| variant.text.clone())))
        }
        Body::Numeric(numeric) => {
            let largest = numeric.variants.iter().map(|variant| variant.value.abs()).fold(0.0, f64::max);
            Some(Response::Number((largest + numeric.tolerance + 2.0).ceil().to_string()))
        }
        Body::Matching(matching) => {
            let rights: Vec<_> = matching.rights().collect();
            let other = |pair: &Pair| rights.iter().position(|right| **right != pair.right);
            matching.pairs.iter().map(|pair| other(pair).map(Some)).collect::<Option<_>>().map(Response::Pairs)
        }
        Body::Ordering(ordering) => Some(Response::Order((0..ordering.items.len()).rev().collect())),
        Body::Blanks(blanks) => wrong_words(blanks).map(Response::Blanks),
        Body::FreeResponse(_) => None,
    }
}

/// What a browser would post for `response` to a question shown as `shown` says; `None`: a form left
/// empty. Every select and text field is sent, boxes and radio buttons only when chosen.
pub fn sample_form_fields(
    question: &Question,
    shown: &Presentation,
    response: Option<&Response>,
) -> Vec<(String, String)> {
    let field = |value: String| ("a".to_owned(), value);
    let position = |authored: usize| shown.position_of(authored).map_or_else(String::new, |at| at.to_string());
    match response {
        None => empty_fields(&question.body),
        Some(Response::Choice(index)) => vec![field(position(*index))],
        Some(Response::Choices(ticked)) => ticked.iter().map(|index| field(position(*index))).collect(),
        Some(Response::Text(typed) | Response::Number(typed)) => vec![field(typed.clone())],
        // Browsers send line ends as CR LF.
        Some(Response::Free(prose)) => vec![field(prose.replace('\n', "\r\n"))],
        Some(Response::Pairs(chosen)) => {
            let right = |index: usize| position(alike(&question.body, shown, index));
            numbered(chosen.iter().map(|index| index.map_or_else(String::new, right)))
        }
        Some(Response::Order(order)) => {
            let rank = |item: &usize| order.iter().position(|placed| placed == item).map(|at| (at + 1).to_string());
            numbered(shown.order.iter().map(|item| rank(item).unwrap_or_default()))
        }
        Some(Response::Blanks(given)) => numbered(given.iter().cloned()),
    }
}

/// The right-hand side that is shown in place of `index`: of those that read the same one is.
fn alike(body: &Body, shown: &Presentation, index: usize) -> usize {
    let Body::Matching(matching) = body else { return index };
    let rights: Vec<_> = matching.rights().collect();
    shown.order.iter().copied().find(|other| rights.get(*other) == rights.get(index)).unwrap_or(index)
}

fn numbered(values: impl Iterator<Item = String>) -> Vec<(String, String)> {
    values.enumerate().map(|(index, value)| (format!("a{index}"), value)).collect()
}

fn empty_fields(body: &Body) -> Vec<(String, String)> {
    let count = match body {
        Body::SingleChoice(_) | Body::MultipleChoice(_) | Body::TrueFalse(_) => 0,
        Body::ShortText(_) | Body::Numeric(_) | Body::FreeResponse(_) => return vec![("a".to_owned(), String::new())],
        Body::Matching(matching) => matching.pairs.len(),
        Body::Ordering(ordering) => ordering.items.len(),
        Body::Blanks(blanks) => blanks.gaps().count(),
    };
    numbered(std::iter::repeat_n(String::new(), count))
}

fn ticked(choices: &Choices, is_key: bool) -> BTreeSet<usize> {
    choices.0.iter().enumerate().filter(|(_, choice)| choice.is_key == is_key).map(|(index, _)| index).collect()
}

fn wrong_words(blanks: &Blanks) -> Option<Vec<String>> {
    let words = blanks.words();
    let wrong_for = |forms: &[String]| {
        let is_wrong = |word: &&str| !forms.iter().any(|form| text::fold(form) == text::fold(word));
        if blanks.bank.is_some() { words.iter().copied().find(is_wrong) } else { Some("zzz").filter(is_wrong) }
    };
    blanks.gaps().map(|forms| wrong_for(forms).map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::quiz::scoring::{Verdict, mark};
    use crate::domain::quiz::{drawing, samples};

    #[test]
    fn a_right_hand_side_that_is_shown_once_can_be_chosen_twice() {
        let mut question = samples::matching_named("m");
        if let Body::Matching(matching) = &mut question.body {
            matching.pairs[2].right = matching.pairs[0].right.clone();
        }
        let shown = drawing::present(&question, 1);
        let fields = sample_form_fields(&question, &shown, Some(&right(&question)));
        let response = Response::read(&question, &shown, &fields).unwrap();
        assert_eq!(mark(&question, response.as_ref()).verdict, Verdict::Right);
    }
}
