//! Questions for tests: one plain example of each kind, and generators of any.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::question::{
    Blanks, Body, Choice, Choices, Criterion, CriterionLevel, FreeResponse, Matching, Numeric, NumericVariant,
    Ordering, Pair, Piece, Question, ShortText, Variant,
};
use super::response::Response;
use super::{Quiz, QuizKind, text};
use crate::domain::competency::CompetencyCode;
use crate::domain::markup::SafeHtml;

pub(crate) fn competency() -> CompetencyCode {
    "DS1".parse().unwrap()
}

pub(crate) fn html(text: &str) -> SafeHtml {
    SafeHtml::trusted(text.to_owned())
}

/// A single choice of three, the first being the key.
pub(crate) fn named(id: &str) -> Question {
    with_body(id, Body::SingleChoice(choices(&[true, false, false])))
}

pub(crate) fn single_choice() -> Question {
    named("single")
}

pub(crate) fn single_choice_of(count: usize) -> Question {
    let keys: Vec<bool> = (0..count).map(|index| index == 0).collect();
    with_body("single", Body::SingleChoice(choices(&keys)))
}

/// Three items.
pub(crate) fn ordering() -> Question {
    with_body("ordering", Body::Ordering(Ordering { items: htmls("item", 3) }))
}

pub(crate) fn short_text() -> Question {
    let variants = vec![Variant { text: "metadata".to_owned(), is_key: true, feedback: html("right") }];
    with_body("short", Body::ShortText(ShortText { variants, otherwise: html("no") }))
}

pub(crate) fn numeric() -> Question {
    let variants = vec![NumericVariant { value: 5630.0, is_key: true, feedback: html("right") }];
    let unit = Some("words".to_owned());
    with_body("numeric", Body::Numeric(Numeric { unit, tolerance: 0.0, variants, otherwise: html("no") }))
}

/// Three pairs and a distractor.
pub(crate) fn matching_named(id: &str) -> Question {
    with_body(id, Body::Matching(matching(3, 1)))
}

/// Two gaps, typed.
pub(crate) fn typed_blanks() -> Question {
    with_body("blanks", Body::Blanks(blanks(2, None)))
}

pub(crate) fn free_response() -> Question {
    let rubric = rubric(&[("facts", 50, false), ("next", 50, false)]);
    with_body("free", Body::FreeResponse(FreeResponse { max_words: 150, rubric, model: Some(html("model")) }))
}

/// Criteria with the levels 0, 70 and 100 %.
pub(crate) fn rubric(criteria: &[(&str, u8, bool)]) -> Vec<Criterion> {
    let level = |share| CriterionLevel { share, label: format!("{share}"), descriptor: String::new() };
    let criterion = |&(id, weight, is_required): &(&str, u8, bool)| Criterion {
        id: id.parse().unwrap(),
        title: id.to_owned(),
        weight,
        is_required,
        levels: [0, 70, 100].map(level).into(),
    };
    criteria.iter().map(criterion).collect()
}

pub(crate) fn quiz(pool: Vec<Question>, pass: u8) -> Quiz {
    Quiz {
        id: "quiz".parse().unwrap(),
        kind: QuizKind::Module,
        language: "en".parse().unwrap(),
        title: "Check what you know".to_owned(),
        minutes: 10,
        pass,
        attempts: 0,
        wait_minutes: 0,
        asks_confidence: false,
        introduction: vec![],
        draws: vec![],
        pool,
    }
}

/// A question of any kind.
pub(crate) fn question() -> impl Strategy<Value = Question> {
    ("q[0-9]{1,4}", 1..6_u16, any::<bool>(), body()).prop_map(|(id, points, keeps_order, body)| Question {
        points,
        keeps_order,
        ..with_body(&id, body)
    })
}

/// A question of any kind and some response to it.
pub(crate) fn answered() -> impl Strategy<Value = (Question, Response)> {
    question().prop_flat_map(|question| {
        let response = response_to(&question.body);
        (Just(question), response)
    })
}

/// A quiz of up to twelve questions of all kinds, with any pass mark.
pub(crate) fn any_quiz() -> impl Strategy<Value = Quiz> {
    (proptest::collection::vec(question(), 1..12), 0..=100_u8).prop_map(|(pool, pass)| {
        let number = |(number, question)| Question { id: format!("q{number}").parse().unwrap(), ..question };
        quiz((0..).zip(pool).map(|(index, question): (usize, _)| number((index, question))).collect(), pass)
    })
}

fn with_body(id: &str, body: Body) -> Question {
    Question {
        id: id.parse().unwrap(),
        competency: competency(),
        level: 1,
        points: 1,
        asks_confidence: false,
        keeps_order: false,
        lesson: Some("ds1-1".parse().unwrap()),
        prompt: html("prompt"),
        explanation: Some(html("because")),
        body,
        facts: Vec::new(),
    }
}

fn htmls(name: &str, count: usize) -> Vec<SafeHtml> {
    (0..count).map(|index| html(&format!("{name} {index}"))).collect()
}

fn choices(keys: &[bool]) -> Choices {
    let choice = |(index, &is_key): (usize, &bool)| Choice {
        text: html(&format!("choice {index}")),
        is_key,
        feedback: html(&format!("feedback {index}")),
    };
    Choices(keys.iter().enumerate().map(choice).collect())
}

fn matching(pairs: usize, distractors: usize) -> Matching {
    let pair = |index| Pair {
        left: html(&format!("left {index}")),
        right: html(&format!("right {index}")),
        feedback: html(&format!("feedback {index}")),
    };
    Matching { pairs: (0..pairs).map(pair).collect(), distractors: htmls("distractor", distractors) }
}

fn blanks(gaps: usize, bank: Option<usize>) -> Blanks {
    let gap =
        |index| [Piece::Text(" and ".to_owned()), Piece::Gap(vec![format!("word {index}"), format!("form {index}")])];
    Blanks {
        pieces: (0..gaps).flat_map(gap).collect(),
        bank: bank.map(|count| (0..count).map(|index| format!("extra {index}")).collect()),
    }
}

/// Keys and distractors, at least one of each.
fn any_choices() -> impl Strategy<Value = Choices> {
    let mixed = |keys: &Vec<bool>| keys.contains(&true) && keys.contains(&false);
    proptest::collection::vec(any::<bool>(), 2..8).prop_filter("all alike", mixed).prop_map(|keys| choices(&keys))
}

fn any_short_text() -> impl Strategy<Value = ShortText> {
    proptest::collection::vec("[a-zA-Zéßñ]{1,8}( [a-z]{1,8})?", 1..4).prop_map(|keys| {
        let key = |text| Variant { text, is_key: true, feedback: html("right") };
        let distractor = Variant { text: "1 distractor".to_owned(), is_key: false, feedback: html("close") };
        ShortText { variants: keys.into_iter().map(key).chain([distractor]).collect(), otherwise: html("no") }
    })
}

fn any_numeric() -> impl Strategy<Value = Numeric> {
    (-100_000..100_000_i32, 0..4_u8, any::<bool>()).prop_map(|(key, tolerance, has_unit)| {
        let variant = |value, is_key| NumericVariant { value, is_key, feedback: html("said") };
        let value = f64::from(key) / 8.0;
        Numeric {
            unit: has_unit.then(|| "words".to_owned()),
            tolerance: f64::from(tolerance) / 4.0,
            variants: vec![variant(value * 2.0 + 9.0, false), variant(value, true)],
            otherwise: html("no"),
        }
    })
}

fn body() -> impl Strategy<Value = Body> {
    prop_oneof![
        any_choices().prop_map(Body::SingleChoice),
        any_choices().prop_map(Body::MultipleChoice),
        any::<bool>().prop_map(|is_true| Body::TrueFalse(choices(&[is_true, !is_true]))),
        any_short_text().prop_map(Body::ShortText),
        any_numeric().prop_map(Body::Numeric),
        (2..6_usize, 0..3_usize).prop_map(|(pairs, distractors)| Body::Matching(matching(pairs, distractors))),
        (2..7_usize).prop_map(|count| Body::Ordering(Ordering { items: htmls("item", count) })),
        (1..5_usize, proptest::option::of(1..4_usize)).prop_map(|(gaps, bank)| Body::Blanks(blanks(gaps, bank))),
        Just(free_response().body),
    ]
}

fn response_to(body: &Body) -> BoxedStrategy<Response> {
    match body {
        Body::SingleChoice(choices) | Body::TrueFalse(choices) => {
            (0..choices.0.len()).prop_map(Response::Choice).boxed()
        }
        Body::MultipleChoice(choices) => {
            let indices: Vec<usize> = (0..choices.0.len()).collect();
            let count = 1..=indices.len();
            subsequence(indices, count).prop_map(|ticked| Response::Choices(ticked.into_iter().collect())).boxed()
        }
        Body::ShortText(_) => typed().prop_map(Response::Text).boxed(),
        Body::Numeric(numeric) => typed_number(numeric.unit.clone()).prop_map(Response::Number).boxed(),
        Body::Matching(matching) => {
            let right = proptest::option::of(0..matching.rights().count());
            let chosen = proptest::collection::vec(right, matching.pairs.len());
            chosen
                .prop_filter("left empty", |chosen| chosen.iter().any(Option::is_some))
                .prop_map(Response::Pairs)
                .boxed()
        }
        Body::Ordering(ordering) => {
            Just((0..ordering.items.len()).collect::<Vec<_>>()).prop_shuffle().prop_map(Response::Order).boxed()
        }
        Body::Blanks(blanks) => response_to_blanks(blanks),
        Body::FreeResponse(_) => "[a-zа-я]{1,6}([ \n][a-z]{1,6}){0,20}".prop_map(Response::Free).boxed(),
    }
}

fn response_to_blanks(blanks: &Blanks) -> BoxedStrategy<Response> {
    let words: Vec<String> = blanks.words().into_iter().map(str::to_owned).chain([String::new()]).collect();
    let one =
        if blanks.bank.is_some() { select(words).boxed() } else { prop_oneof![typed(), Just(String::new())].boxed() };
    proptest::collection::vec(one, blanks.gaps().count())
        .prop_filter("left empty", |given| given.iter().any(|typed| !typed.is_empty()))
        .prop_map(Response::Blanks)
        .boxed()
}

/// Something visible, without white space at its ends.
fn typed() -> impl Strategy<Value = String> {
    "\\PC{1,20}".prop_map(|typed| typed.trim().to_owned()).prop_filter("blank", |typed| !text::is_blank(typed))
}

fn typed_number(unit: Option<String>) -> impl Strategy<Value = String> {
    let typed = "-?[1-9][0-9]{0,2}([,. '][0-9]{3}){0,2}( words)?|-?[0-9]{1,9}([.,][0-9]{1,4})?|[၁-၉]{1,5}";
    typed.prop_filter("no number", move |typed| super::number::read(typed, unit.as_deref()).is_ok())
}
