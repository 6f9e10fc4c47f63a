//! The outline of a course with what is done: beside lessons, and as a course's own page.

use std::sync::Arc;

use serde::Serialize;

use super::journey::Journey;
use crate::domain::course::Place;
use crate::domain::progress::{NextStep, TaskState};
use crate::domain::quiz::Quiz;
use crate::locale::{Argument, Words};
use crate::web::helpers::Markup;

/// `learn/_outline`
#[derive(Serialize)]
pub struct Outline {
    /// The test before, where the course has one.
    opening: Vec<Row>,
    has_opening: bool,
    modules: Vec<ModuleRow>,
    /// The test after, final task and certificate.
    ending: Vec<Row>,
    has_ending: bool,
}

#[derive(Serialize)]
struct ModuleRow {
    title: String,
    is_open: bool,
    /// What the author says of the module; on the course's own page.
    introduction: Option<Markup>,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    url: String,
    title: String,
    meta: String,
    is_done: bool,
    is_here: bool,
}

/// Where the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Here {
    Lesson(Place),
    /// The quiz of this module, counted from 1.
    Quiz(u16),
    Elsewhere,
}

impl Outline {
    pub fn of(words: &Words, journey: &Journey, here: Here) -> Self {
        let modules = (1..).zip(&journey.text.modules).map(|(number, module)| {
            let mut rows: Vec<Row> = (1..)
                .zip(&module.lessons)
                .map(|(lesson, found)| {
                    let place = Place { module: number, lesson };
                    Row {
                        url: journey.url(place),
                        title: found.title.clone(),
                        meta: words.minutes(found.minutes.into()),
                        is_done: journey.progress.lessons_done.contains(&found.id),
                        is_here: here == Here::Lesson(place),
                    }
                })
                .collect();
            rows.extend(module.quiz.as_ref().map(|quiz| Row {
                url: journey.url(format_args!("quizzes/{number}")),
                title: words.get("learn.quiz"),
                meta: words.minutes(quiz.minutes.into()),
                is_done: journey.progress.quizzes.get(&quiz.id).is_some_and(|standing| standing.is_passed),
                is_here: here == Here::Quiz(number),
            }));
            let is_open = match here {
                Here::Lesson(place) => place.module == number,
                Here::Quiz(module) => module == number,
                Here::Elsewhere => holds_next(journey, number),
            };
            ModuleRow { title: module.title.clone(), is_open, introduction: None, rows }
        });
        let opening: Vec<Row> = test(words, journey, &journey.text.pre_test, "learn.pre_test").into_iter().collect();
        let ending = ending(words, journey);
        Self {
            has_opening: !opening.is_empty(),
            opening,
            modules: modules.collect(),
            has_ending: !ending.is_empty(),
            ending,
        }
    }

    /// The same with the introductions of the modules, in their order.
    pub fn introduced(mut self, introductions: impl IntoIterator<Item = Markup>) -> Self {
        for (module, introduction) in self.modules.iter_mut().zip(introductions) {
            module.introduction = Some(introduction);
        }
        self
    }
}

/// Whether the next step stands in this module: only that one is open on a course's own page, so that
/// a small screen shows where one is and not sixteen lessons.
fn holds_next(journey: &Journey, module: u16) -> bool {
    match journey.next() {
        NextStep::Lesson(place) => place.module == module,
        NextStep::Quiz(quiz) => journey.quiz_number(&quiz) == module.to_string(),
        NextStep::Task(_) | NextStep::AwaitMarking | NextStep::Certificate | NextStep::Finished => false,
    }
}

fn test(words: &Words, journey: &Journey, quiz: &Option<Arc<Quiz>>, key: &str) -> Option<Row> {
    quiz.as_ref().map(|quiz| Row {
        url: journey.url(format_args!("quizzes/{}", journey.quiz_number(&quiz.id))),
        title: words.get(key),
        meta: words.minutes(quiz.minutes.into()),
        is_done: journey.progress.quizzes.contains_key(&quiz.id),
        is_here: false,
    })
}

fn ending(words: &Words, journey: &Journey) -> Vec<Row> {
    let task = journey.text.final_task.as_ref().map(|task| Row {
        url: journey.url("task"),
        title: task.title.clone(),
        meta: task_words(words, journey.task_state()),
        is_done: journey.task_state() == Some(TaskState::Passed),
        is_here: false,
    });
    let certificate = journey.course.certificate.is_issued.then(|| Row {
        url: journey.url("certificate"),
        title: words.get("learn.certificate"),
        meta: String::new(),
        is_done: journey.progress.has_certificate,
        is_here: false,
    });
    [test(words, journey, &journey.text.post_test, "learn.post_test"), task, certificate]
        .into_iter()
        .flatten()
        .collect()
}

/// Where a final task stands, in words; nothing before it is begun.
pub fn task_words(words: &Words, state: Option<TaskState>) -> String {
    let key = match state {
        None => return String::new(),
        Some(TaskState::Drafted) => "task.state.drafted",
        Some(TaskState::HandedIn) => "task.state.handed_in",
        Some(TaskState::Returned) => "task.state.returned",
        Some(TaskState::NotPassed) => "task.state.not_passed",
        Some(TaskState::Passed) => "task.state.passed",
    };
    words.get(key)
}

/// A row of leaves: one for each step, filled as it is done.
#[derive(Serialize)]
pub struct Leaves {
    pub label: String,
    leaves: Vec<Leaf>,
}

#[derive(Serialize)]
struct Leaf {
    class: &'static str,
}

impl Leaves {
    pub fn of(words: &Words, done: &[bool], here: Option<usize>) -> Self {
        let count = |number: usize| Argument::Number(i64::try_from(number).unwrap_or_default());
        let finished = done.iter().filter(|is_done| **is_done).count();
        let leaf = |(number, is_done): (usize, &bool)| Leaf {
            class: match (Some(number) == here, is_done) {
                (true, _) => "here",
                (false, true) => "done",
                (false, false) => "",
            },
        };
        Self {
            label: words.fill("learn.progress", &[("done", count(finished)), ("all", count(done.len()))]),
            leaves: done.iter().enumerate().map(leaf).collect(),
        }
    }

    /// All lessons of a journey.
    pub fn of_lessons(words: &Words, journey: &Journey, here: Option<Place>) -> Self {
        let lessons: Vec<_> = journey.text.lessons().collect();
        let done: Vec<bool> =
            lessons.iter().map(|(_, lesson)| journey.progress.lessons_done.contains(&lesson.id)).collect();
        let here = here.and_then(|here| lessons.iter().position(|(place, _)| *place == here));
        Self::of(words, &done, here)
    }
}
