//! What a learner answered, and reading it from the fields of a form.
//!
//! Field names: `a` (radio buttons, typed text, numbers, prose; several times for ticked boxes), `a0`,
//! `a1` … (one for each left-hand side, item as presented, or gap), `sure`.
//!
//! What is chosen is sent as its position in the [`Presentation`], from 0, and what is ordered as the
//! rank, from 1, of the item at that position. A form never holds authored indices: the authored
//! order of matching and ordering is the key, and keys stay here until after marking. Responses, once
//! read, hold authored indices only.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::drawing::Presentation;
use super::question::{Body, Question};
use super::text;

/// A response to one question. Stored sealed, as JSON such as `{"choice":2}`; what is stored must
/// stay readable, so variants are added and never renamed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(Debug))]
#[serde(rename_all = "kebab-case")]
pub enum Response {
    /// Single choice, true or false.
    Choice(usize),
    /// Multiple choice; never empty.
    Choices(BTreeSet<usize>),
    Text(String),
    /// As it was typed.
    Number(String),
    /// For each left-hand side an index in `Matching::rights`.
    Pairs(Vec<Option<usize>>),
    /// All items, in the learner's order.
    Order(Vec<usize>),
    /// For each gap what was typed or picked; empty where it was left empty.
    Blanks(Vec<String>),
    Free(String),
}

/// *How sure were you?*
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    Guess,
    Unsure,
    Sure,
}

/// Why the fields are not a response yet. The learner sees the question again with what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldProblem {
    #[error("not a number")]
    NotANumber,
    /// Two items of an ordering share a rank.
    #[error("two items have the same rank")]
    SameRank,
    /// Some items of an ordering have a rank and others have none.
    #[error("an item has no rank")]
    RankMissing,
    #[error("longer than {most} characters")]
    TooLong { most: usize },
    #[error("more than {most} words")]
    TooManyWords { most: u32 },
    /// A position, rank or word that the page did not offer: the form was changed on its way.
    #[error("not one of the choices")]
    UnknownChoice,
}

impl FieldProblem {
    /// The key of the message a learner reads; `{most}` is [`FieldProblem::most`].
    pub fn key(self) -> &'static str {
        match self {
            Self::NotANumber => "questions.problem.not-a-number",
            Self::SameRank => "questions.problem.same-rank",
            Self::RankMissing => "questions.problem.rank-missing",
            Self::TooLong { .. } => "questions.problem.too-long",
            Self::TooManyWords { .. } => "questions.problem.too-many-words",
            Self::UnknownChoice => "questions.problem.unknown-choice",
        }
    }

    /// The limit that was passed, for problems that have one.
    pub fn most(self) -> Option<u32> {
        match self {
            Self::TooLong { most } => Some(u32::try_from(most).unwrap_or(u32::MAX)),
            Self::TooManyWords { most } => Some(most),
            Self::NotANumber | Self::SameRank | Self::RankMissing | Self::UnknownChoice => None,
        }
    }
}

impl Confidence {
    pub const ALL: [Self; 3] = [Self::Guess, Self::Unsure, Self::Sure];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Guess => "guess",
            Self::Unsure => "unsure",
            Self::Sure => "sure",
        }
    }

    /// The field `sure`; a value that was not offered counts as not said.
    pub fn read(fields: &[(String, String)]) -> Option<Self> {
        let said = Fields::new(fields).first("sure")?;
        Self::ALL.into_iter().find(|confidence| confidence.as_str() == said.trim())
    }
}

/// What somebody answered never gets into a log.
#[cfg(not(test))]
impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Response(…)")
    }
}

impl Response {
    /// Reads the fields of the form that showed `question` as `presentation` says; `None` when it was
    /// left empty. Fields of other names are passed over.
    ///
    /// # Errors
    /// [`FieldProblem`] when something was entered that is not a response to this question.
    pub fn read(
        question: &Question,
        presentation: &Presentation,
        fields: &[(String, String)],
    ) -> Result<Option<Self>, FieldProblem> {
        let fields = Fields::new(fields);
        let shown = presentation.order.as_slice();
        match &question.body {
            Body::SingleChoice(choices) | Body::TrueFalse(choices) => choices.read_one(shown, fields),
            Body::MultipleChoice(choices) => choices.read_several(shown, fields),
            Body::ShortText(short_text) => short_text.read(fields),
            Body::Numeric(numeric) => numeric.read(fields),
            Body::Matching(matching) => matching.read(shown, fields),
            Body::Ordering(ordering) => ordering.read(shown, fields),
            Body::Blanks(blanks) => blanks.read(fields),
            Body::FreeResponse(free) => free.read(fields),
        }
    }
}

/// Reads prose of at most `max_words` words (free responses, final tasks); `None` when nothing
/// visible was written. Control characters go, and with them the CR that browsers send before LF.
///
/// # Errors
/// [`FieldProblem::TooLong`] before words are counted when there are more than 50 characters for
/// each word allowed, [`FieldProblem::TooManyWords`].
pub fn read_prose(typed: &str, max_words: u32) -> Result<Option<String>, FieldProblem> {
    let most = (max_words as usize).saturating_mul(50);
    if typed.chars().count() > most {
        return Err(FieldProblem::TooLong { most });
    }
    if text::is_blank(typed) {
        return Ok(None);
    }
    let kept: String = typed.chars().filter(|char| !char.is_control() || matches!(char, '\n' | '\t')).collect();
    if text::count_words(&kept) > max_words as usize {
        return Err(FieldProblem::TooManyWords { most: max_words });
    }
    Ok(Some(kept.trim().to_owned()))
}

/// The fields of one question's form.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(&'a [(String, String)]);

impl<'a> Fields<'a> {
    pub(super) fn new(fields: &'a [(String, String)]) -> Self {
        Self(fields)
    }

    /// The values of all fields of this name, without the blank ones.
    pub(super) fn all(self, name: &str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(field, _)| field == name);
        named.map(|(_, value)| value.as_str()).filter(|value| !text::is_blank(value))
    }

    /// The first that is not blank.
    pub(super) fn first(self, name: &str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// The field `a0`, `a1` …
    pub(super) fn numbered(self, index: usize) -> Option<&'a str> {
        self.first(&format!("a{index}")).map(str::trim)
    }

    /// One line of at most `most` characters, without control characters and spaces at its ends.
    pub(super) fn line(self, name: &str, most: usize) -> Result<Option<String>, FieldProblem> {
        let Some(typed) = self.first(name) else { return Ok(None) };
        if typed.chars().count() > most {
            return Err(FieldProblem::TooLong { most });
        }
        let kept: String = typed.chars().filter(|char| !char.is_control()).collect();
        Ok(Some(kept.trim().to_owned()))
    }
}

/// The authored index of what was shown at the position sent.
pub(super) fn authored(value: &str, shown: &[usize]) -> Result<usize, FieldProblem> {
    let position: usize = value.trim().parse().map_err(|_| FieldProblem::UnknownChoice)?;
    shown.get(position).copied().ok_or(FieldProblem::UnknownChoice)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::quiz::{drawing, rehearsal, samples};

    fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn read(question: &Question, pairs: &[(&str, &str)]) -> Result<Option<Response>, FieldProblem> {
        Response::read(question, &backwards(question), &fields(pairs))
    }

    /// Everything shown in the reverse of the authored order.
    fn backwards(question: &Question) -> Presentation {
        let mut order = drawing::present(question, 0).order;
        order.sort_unstable_by(|one, other| other.cmp(one));
        Presentation { order }
    }

    #[test]
    fn what_is_sent_is_the_position_and_what_is_kept_is_the_authored_index() {
        assert_eq!(read(&samples::single_choice(), &[("a", "2"), ("csrf", "x")]), Ok(Some(Response::Choice(0))));
        let matching = samples::matching_named("m");
        let pairs = Response::Pairs(vec![Some(0), None, Some(3)]);
        assert_eq!(read(&matching, &[("a0", "3"), ("a1", ""), ("a2", "0")]), Ok(Some(pairs)));
    }

    #[test]
    fn a_choice_that_was_not_offered_is_refused() {
        let question = samples::single_choice();
        for value in ["3", "-1", "x", "1 2", "99999999999999999999"] {
            assert_eq!(read(&question, &[("a", value)]), Err(FieldProblem::UnknownChoice), "{value:?}");
        }
    }

    #[test]
    fn ranks_are_each_given_once() {
        let question = samples::ordering();
        assert_eq!(read(&question, &[("a0", "2"), ("a1", "၁"), ("a2", "3")]), Ok(Some(Response::Order(vec![1, 2, 0]))));
        assert_eq!(read(&question, &[("a0", "1"), ("a1", "1"), ("a2", "3")]), Err(FieldProblem::SameRank));
        assert_eq!(read(&question, &[("a0", "1"), ("a1", ""), ("a2", "3")]), Err(FieldProblem::RankMissing));
        assert_eq!(read(&question, &[("a0", "1"), ("a1", "4"), ("a2", "3")]), Err(FieldProblem::UnknownChoice));
        assert_eq!(read(&question, &[("a0", "first"), ("a1", "2"), ("a2", "3")]), Err(FieldProblem::NotANumber));
        assert_eq!(read(&question, &[("a0", ""), ("a1", " "), ("a2", "")]), Ok(None));
    }

    #[test]
    fn what_is_too_long_is_refused_before_anything_is_done_with_it() {
        let megabyte = "a ".repeat(500_000);
        for question in [samples::short_text(), samples::numeric(), samples::free_response()] {
            let problem = read(&question, &[("a", &megabyte)]).unwrap_err();
            assert!(matches!(problem, FieldProblem::TooLong { .. }), "{problem:?}");
        }
        let problem = read(&samples::typed_blanks(), &[("a0", &megabyte)]).unwrap_err();
        assert!(matches!(problem, FieldProblem::TooLong { .. }));
    }

    #[test]
    fn prose_keeps_its_lines_and_its_limit() {
        assert_eq!(read_prose("one\r\ntwo\u{7}\n", 2), Ok(Some("one\ntwo".to_owned())));
        assert_eq!(read_prose("one two three", 2), Err(FieldProblem::TooManyWords { most: 2 }));
        assert_eq!(read_prose("\u{200b} \n", 2), Ok(None));
    }

    #[test]
    fn what_is_stored_stays_readable() {
        for (json, response) in [
            (r#"{"choice":2}"#, Response::Choice(2)),
            (r#"{"choices":[0,2]}"#, Response::Choices([0, 2].into())),
            (r#"{"text":"a"}"#, Response::Text("a".to_owned())),
            (r#"{"number":"5,630"}"#, Response::Number("5,630".to_owned())),
            (r#"{"pairs":[1,null]}"#, Response::Pairs(vec![Some(1), None])),
            (r#"{"order":[1,0]}"#, Response::Order(vec![1, 0])),
            (r#"{"blanks":["a",""]}"#, Response::Blanks(vec!["a".to_owned(), String::new()])),
            (r#"{"free":"a"}"#, Response::Free("a".to_owned())),
        ] {
            assert_eq!(serde_json::to_string(&response).unwrap(), json);
            assert_eq!(serde_json::from_str::<Response>(json).unwrap(), response);
        }
    }

    #[test]
    fn how_sure_one_was_is_read_and_anything_else_is_not_said() {
        assert_eq!(Confidence::read(&fields(&[("sure", "unsure")])), Some(Confidence::Unsure));
        assert_eq!(Confidence::read(&fields(&[("sure", "very")])), None);
        assert_eq!(Confidence::read(&[]), None);
    }

    proptest! {
        #[test]
        fn reading_what_a_page_sends_gives_the_response_back((question, response) in samples::answered(), seed: u64) {
            let shown = drawing::present(&question, seed);
            let fields = rehearsal::sample_form_fields(&question, &shown, Some(&response));
            prop_assert_eq!(Response::read(&question, &shown, &fields), Ok(Some(response)));
        }

        #[test]
        fn an_empty_form_is_no_response(question in samples::question(), seed: u64) {
            let shown = drawing::present(&question, seed);
            let fields = rehearsal::sample_form_fields(&question, &shown, None);
            prop_assert_eq!(Response::read(&question, &shown, &fields), Ok(None));
            prop_assert_eq!(Response::read(&question, &shown, &[]), Ok(None));
        }

        #[test]
        fn whatever_is_sent_is_read_or_refused(
            question in samples::question(),
            fields in proptest::collection::vec(("a[0-3]?", "[0-9]{0,2}|\\PC{0,12}"), 0..6),
            seed: u64,
        ) {
            let shown = drawing::present(&question, seed);
            if let Ok(Some(response)) = Response::read(&question, &shown, &fields) {
                let sent_again = rehearsal::sample_form_fields(&question, &shown, Some(&response));
                prop_assert_eq!(Response::read(&question, &shown, &sent_again), Ok(Some(response)));
            }
        }
    }
}
