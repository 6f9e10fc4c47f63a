//! What a learner is told after marking. It holds the key, so it exists only after marking.

use crate::domain::id::LessonId;
use crate::domain::markup::SafeHtml;

/// What to say about one question and the response to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Feedback<'a> {
    pub detail: Detail<'a>,
    /// Said whatever was answered.
    pub explanation: Option<&'a SafeHtml>,
    /// What to read again.
    pub lesson: Option<&'a LessonId>,
}

/// Matched without a wildcard, so that a new kind of question breaks the build where it is printed.
#[derive(Clone, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub enum Detail<'a> {
    /// In authored order; `index` finds each in the presented one.
    Choices(Vec<ChoiceFeedback<'a>>),
    ShortText {
        given: Option<&'a str>,
        /// `None` when nothing was given.
        feedback: Option<&'a SafeHtml>,
        /// The accepted texts, the first being the one to show.
        keys: Vec<&'a str>,
    },
    Numeric {
        /// As it was typed.
        given: Option<&'a str>,
        /// `None` when nothing was given.
        feedback: Option<&'a SafeHtml>,
        keys: Vec<f64>,
        unit: Option<&'a str>,
    },
    Pairs(Vec<PairFeedback<'a>>),
    /// In the right order.
    Order(Vec<PlacedItem<'a>>),
    /// In reading order; the words around stand in the question.
    Gaps(Vec<GapFeedback<'a>>),
    Free {
        given: Option<&'a str>,
        /// The model answer; only when a person has marked.
        model: Option<&'a SafeHtml>,
    },
}

#[derive(Clone, Copy, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub struct ChoiceFeedback<'a> {
    pub index: usize,
    pub text: &'a SafeHtml,
    pub is_chosen: bool,
    pub is_key: bool,
    pub feedback: &'a SafeHtml,
}

#[derive(Clone, Copy, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub struct PairFeedback<'a> {
    pub left: &'a SafeHtml,
    /// What was chosen for it.
    pub chosen: Option<&'a SafeHtml>,
    pub right: &'a SafeHtml,
    pub is_right: bool,
    /// Present where something else or nothing was chosen.
    pub feedback: Option<&'a SafeHtml>,
}

/// Places count from 1.
#[derive(Clone, Copy, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub struct PlacedItem<'a> {
    pub item: &'a SafeHtml,
    pub right_place: usize,
    pub given_place: Option<usize>,
}

#[derive(Clone, Copy, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub struct GapFeedback<'a> {
    pub given: Option<&'a str>,
    /// The first accepted form.
    pub right: &'a str,
    pub is_right: bool,
}

/// What somebody answered never gets into a log.
#[cfg(not(test))]
impl std::fmt::Debug for Detail<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Detail(…)")
    }
}
