//! What a learner might answer, and what their browser would then send: for tests, benchmarks and
//! the made-up network. No page calls this.

use super::question::{Body, Question};
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
            let other = |pair: &super::question::Pair| rights.iter().position(|right| **right != pair.right);
            matching.pairs.iter().map(|pair| other(pair).map(Some)).collect::<Option<_>>().map(Response::Pairs)
        }
        Body::Ordering(ordering) => Some(Response::Order((0..ordering.items.len()).rev().collect())),
        Body::Blanks(blanks) => wrong_words(blanks).map(Response::Blanks),
        Body::FreeResponse(_) => None,
    }
}

/// What a browser would post for `response`, `None` for a form left empty: every select and text
/// field is sent, boxes and radio buttons only when chosen.
pub fn sample_form_fields(question: &Question, response: Option<&Response>) -> Vec<(String, String)> {
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let numbered =
        |values: Vec<String>| (0..).zip(values).map(|(index, value): (usize, _)| (format!("a{index}"), value));
    match response {
        None => match count_numbered(&question.body) {
            0 => typed_alone(&question.body).then(|| field("a", "")).into_iter().collect(),
            count => numbered(vec![String::new(); count]).collect(),
        },
        Some(Response::Choice(index)) => vec![field("a", &index.to_string())],
        Some(Response::Choices(ticked)) => ticked.iter().map(|index| field("a", &index.to_string())).collect(),
        Some(Response::Text(typed) | Response::Number(typed)) => vec![field("a", typed)],
        // Browsers send line ends as CR LF.
        Some(Response::Free(prose)) => vec![field("a", &prose.replace('\n', "\r\n"))],
        Some(Response::Pairs(chosen)) => {
            numbered(chosen.iter().map(|right| right.map_or_else(String::new, |index| index.to_string())).collect())
                .collect()
        }
        Some(Response::Order(order)) => {
            let rank = |item| {
                order.iter().position(|placed| *placed == item).map_or_else(String::new, |at| (at + 1).to_string())
            };
            numbered((0..order.len()).map(rank).collect()).collect()
        }
        Some(Response::Blanks(given)) => numbered(given.clone()).collect(),
    }
}

fn ticked(choices: &super::question::Choices, is_key: bool) -> std::collections::BTreeSet<usize> {
    choices.0.iter().enumerate().filter(|(_, choice)| choice.is_key == is_key).map(|(index, _)| index).collect()
}

fn wrong_words(blanks: &super::question::Blanks) -> Option<Vec<String>> {
    let words = blanks.words();
    let wrong_for = |forms: &[String]| {
        let is_wrong = |word: &&str| !forms.iter().any(|form| text::fold(form) == text::fold(word));
        if blanks.bank.is_some() { words.iter().copied().find(is_wrong) } else { Some("zzz").filter(is_wrong) }
    };
    blanks.gaps().map(|forms| wrong_for(forms).map(str::to_owned)).collect()
}

/// How many fields `a0`, `a1` … a form has.
fn count_numbered(body: &Body) -> usize {
    match body {
        Body::Matching(matching) => matching.pairs.len(),
        Body::Ordering(ordering) => ordering.items.len(),
        Body::Blanks(blanks) => blanks.gaps().count(),
        Body::SingleChoice(_) | Body::MultipleChoice(_) | Body::TrueFalse(_) => 0,
        Body::ShortText(_) | Body::Numeric(_) | Body::FreeResponse(_) => 0,
    }
}

fn typed_alone(body: &Body) -> bool {
    matches!(body, Body::ShortText(_) | Body::Numeric(_) | Body::FreeResponse(_))
}
