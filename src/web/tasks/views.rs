//! What pages of learners and trainers show alike of a piece of work: rubric, marks, messages.

use serde::Serialize;

use super::assignment::Assignment;
use crate::domain::language::LanguageTag;
use crate::domain::progress::TaskState;
use crate::domain::quiz::question::{Criterion, CriterionLevel};
use crate::domain::time::Timestamp;
use crate::locale::{Argument, Words};
use crate::store::submissions::{Message, StoredMarking, Submission};
use crate::web::helpers::Markup;

/// `tasks/_rubric`
#[derive(Serialize)]
pub struct Rubric {
    lang: String,
    dir: &'static str,
    criteria: Vec<CriterionRow>,
}

#[derive(Serialize)]
struct CriterionRow {
    title: String,
    weight: String,
    is_required: bool,
    levels: Vec<LevelRow>,
}

#[derive(Serialize)]
struct LevelRow {
    label: String,
    descriptor: String,
}

impl Rubric {
    pub fn of(words: &Words, assignment: &Assignment<'_>) -> Self {
        let level =
            |level: &CriterionLevel| LevelRow { label: level.label.clone(), descriptor: level.descriptor.clone() };
        let row = |criterion: &Criterion| CriterionRow {
            title: criterion.title.clone(),
            weight: weight(words, criterion),
            is_required: criterion.is_required,
            levels: criterion.levels.iter().map(level).collect(),
        };
        let language = assignment.language();
        Self {
            lang: language.to_string(),
            dir: language.dir(),
            criteria: assignment.rubric().iter().map(row).collect(),
        }
    }
}

/// "25 of 100 points"
pub fn weight(words: &Words, criterion: &Criterion) -> String {
    words.fill("task.weight", &[("points", Argument::Number(criterion.weight.into()))])
}

/// `tasks/_marks`: what a trainer said of one try.
#[derive(Serialize)]
pub struct Marks {
    lang: String,
    dir: &'static str,
    heading: String,
    rows: Vec<MarkRow>,
    has_rows: bool,
    comment: Markup,
    has_comment: bool,
}

#[derive(Serialize)]
struct MarkRow {
    title: String,
    level: String,
    descriptor: String,
    class: &'static str,
    /// It is required and stands on its lowest level.
    is_lacking: bool,
}

impl Marks {
    /// What `marking` says by this assignment's rubric.
    pub fn of(words: &Words, assignment: &Assignment<'_>, marking: &StoredMarking) -> Self {
        let rows: Vec<MarkRow> =
            assignment.rubric().iter().filter_map(|criterion| mark_row(criterion, marking)).collect();
        let language = assignment.language();
        Self {
            lang: language.to_string(),
            dir: language.dir(),
            heading: words.get("task.marks"),
            has_rows: !rows.is_empty(),
            rows,
            comment: Markup::escaped(&marking.comment),
            has_comment: !marking.comment.is_empty(),
        }
    }
}

fn mark_row(criterion: &Criterion, marking: &StoredMarking) -> Option<MarkRow> {
    let chosen = marking.levels.iter().find(|(id, _)| *id == criterion.id)?.1;
    let level = criterion.levels.get(chosen)?;
    Some(MarkRow {
        title: criterion.title.clone(),
        level: level.label.clone(),
        descriptor: level.descriptor.clone(),
        class: match chosen {
            0 => "mark-wrong",
            last if last + 1 == criterion.levels.len() => "mark-right",
            _ => "mark-part",
        },
        is_lacking: criterion.is_required && chosen == 0,
    })
}

/// One earlier try, with what was said of it.
#[derive(Serialize)]
pub struct EarlierTry {
    label: String,
    text: Markup,
    marks: Option<Marks>,
}

impl EarlierTry {
    pub fn of(words: &Words, assignment: &Assignment<'_>, work: &Submission) -> Self {
        Self {
            label: words.fill("task.try", &[("number", Argument::Number(work.number.into()))]),
            text: text(words, work),
            marks: work.marking.as_ref().map(|marking| Marks::of(words, assignment, marking)),
        }
    }
}

/// What was handed in, or that it was deleted.
pub fn text(words: &Words, work: &Submission) -> Markup {
    match work.is_expired {
        true => Markup::escaped(&words.get("questions.expired")),
        false => Markup::escaped(&work.text),
    }
}

/// `tasks/_thread`
#[derive(Serialize)]
pub struct Thread {
    messages: Vec<MessageRow>,
    has_messages: bool,
    empty: String,
}

#[derive(Serialize)]
struct MessageRow {
    from: String,
    when: String,
    text: Markup,
}

/// Who reads a thread.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reader<'a> {
    Learner,
    /// Who knows the learner by a made-up name.
    Trainer {
        pseudonym: &'a str,
    },
}

impl Thread {
    pub fn of(words: &Words, reader: Reader<'_>, messages: &[Message], now: Timestamp) -> Self {
        let from = |is_from_learner: bool| match reader {
            _ if !is_from_learner => words.get("task.from_trainer"),
            Reader::Learner => words.get("task.from_you"),
            Reader::Trainer { pseudonym } => pseudonym.to_owned(),
        };
        let row = |message: &Message| MessageRow {
            from: from(message.from_learner),
            when: words.minutes_ago(now.since(message.at)),
            text: Markup::escaped(&message.text),
        };
        Self {
            messages: messages.iter().map(row).collect(),
            has_messages: !messages.is_empty(),
            empty: words.get(match reader {
                Reader::Learner => "task.thread_empty",
                Reader::Trainer { .. } => "marking.thread_empty",
            }),
        }
    }
}

/// `tasks/_message`
#[derive(Default, Serialize)]
pub struct MessageFields {
    pub message: String,
    pub message_error: String,
}

/// How a work stands, as its learner reads it; nothing for a draft.
pub fn banner(words: &Words, assignment: &Assignment<'_>, work: &Submission, now: Timestamp) -> String {
    let points = work.marking.as_ref().map(|marking| Argument::Number(marking.percent.into()));
    let points = points.unwrap_or(Argument::Number(0));
    let is_task = matches!(assignment, Assignment::Task(_));
    match work.stands() {
        TaskState::Drafted => String::new(),
        TaskState::HandedIn => {
            let when = words.minutes_ago(now.since(work.handed_in.unwrap_or(work.saved)));
            words.fill("task.banner.handed_in", &[("when", Argument::Text(&when))])
        }
        TaskState::Returned => words.get("task.banner.returned"),
        // A free response has no pass mark of its own: it adds to the points of its quiz.
        TaskState::NotPassed | TaskState::Passed if !is_task => words.fill("task.banner.marked", &[("points", points)]),
        TaskState::NotPassed => words.fill("task.banner.not_passed", &[("points", points)]),
        TaskState::Passed => words.fill("task.banner.passed", &[("points", points)]),
    }
}

/// `lang` and whether a text stands in for a missing translation.
pub fn is_fallback(language: &LanguageTag, wanted: &LanguageTag) -> bool {
    language.primary() != wanted.primary()
}
