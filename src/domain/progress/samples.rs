//! Courses and progress for tests: lessons `l1-1`, `l1-2` …, quizzes `q1` …, the task `task`.

use std::sync::Arc;

use proptest::prelude::*;

use super::{CourseProgress, QuizStanding, TaskState};
use crate::domain::course::block::Block;
use crate::domain::course::{CourseText, FinalTask, Lesson, Module};
use crate::domain::id::{LessonId, QuizId, TaskId};
use crate::domain::markup::SafeHtml;
use crate::domain::quiz::samples;

pub(super) fn lesson_id(text: &str) -> LessonId {
    text.parse().unwrap()
}

pub(super) fn quiz_id(text: &str) -> QuizId {
    text.parse().unwrap()
}

pub(super) fn task_id() -> TaskId {
    "task".parse().unwrap()
}

pub(super) fn passed() -> QuizStanding {
    QuizStanding { best_percent: 80, is_passed: true, is_awaiting: false }
}

/// For each module how many lessons it has and whether it has a quiz.
pub(super) fn course(modules: &[(u16, bool)], has_task: bool) -> CourseText {
    CourseText {
        language: "en".parse().unwrap(),
        title: String::new(),
        summary: String::new(),
        audience: String::new(),
        outcomes: vec![],
        certificate_title: String::new(),
        introduction: vec![],
        modules: (1..).zip(modules).map(|(number, (lessons, has_quiz))| module(number, *lessons, *has_quiz)).collect(),
        pre_test: None,
        post_test: None,
        final_task: has_task.then(|| Arc::new(task())),
        glossary: vec![],
        reading: vec![],
        facts: Default::default(),
        citations: Default::default(),
    }
}

pub(super) fn lesson(id: &str, body: &str) -> Lesson {
    Lesson {
        id: lesson_id(id),
        language: "en".parse().unwrap(),
        title: id.to_owned(),
        minutes: 10,
        competencies: vec![],
        outcomes: vec![],
        sources: vec![],
        content_note: None,
        blocks: vec![Block::Prose(SafeHtml::trusted(body.to_owned()))],
        facts: vec![],
        words: 1,
    }
}

pub(super) fn any_course_and_progress() -> impl Strategy<Value = (CourseText, CourseProgress)> {
    let modules = proptest::collection::vec((0..4_u16, any::<bool>()), 0..4);
    (modules, any::<bool>(), any_progress())
        .prop_map(|(modules, has_task, progress)| (course(&modules, has_task), progress))
}

/// Each thing done or not: all of it in every fourth case, so that finished courses come up.
fn any_progress() -> impl Strategy<Value = CourseProgress> {
    let marks = || proptest::collection::vec(any::<bool>(), 16);
    let states =
        [TaskState::Drafted, TaskState::HandedIn, TaskState::Returned, TaskState::NotPassed, TaskState::Passed];
    let task = proptest::option::of(proptest::sample::select(states.to_vec()));
    (marks(), marks(), task, any::<bool>(), 0..4_u8).prop_map(|(lessons, quizzes, task, has_certificate, whole)| {
        let is_whole = whole == 0;
        let lesson = |index: usize| lesson_id(&format!("l{}-{}", index / 4 + 1, index % 4 + 1));
        let standing = |index: usize| QuizStanding {
            is_passed: is_whole || quizzes[index],
            is_awaiting: !is_whole && !quizzes[index] && quizzes[index + 8],
            ..passed()
        };
        CourseProgress {
            lessons_done: (0..16).filter(|index| is_whole || lessons[*index]).map(lesson).collect(),
            quizzes: (0..4).map(|index| (quiz_id(&format!("q{}", index + 1)), standing(index))).collect(),
            tasks: task
                .map(|state| (task_id(), if is_whole { TaskState::Passed } else { state }))
                .into_iter()
                .collect(),
            has_certificate,
        }
    })
}

fn module(number: u16, lessons: u16, has_quiz: bool) -> Module {
    let quiz = samples::quiz(vec![], 70);
    Module {
        id: format!("m{number}").parse().unwrap(),
        title: String::new(),
        summary: String::new(),
        introduction: vec![],
        lessons: (1..=lessons).map(|at| Arc::new(lesson(&format!("l{number}-{at}"), "text"))).collect(),
        quiz: has_quiz.then(|| Arc::new(crate::domain::quiz::Quiz { id: quiz_id(&format!("q{number}")), ..quiz })),
        facilitator: None,
    }
}

fn task() -> FinalTask {
    FinalTask {
        id: task_id(),
        language: "en".parse().unwrap(),
        title: String::new(),
        minutes: 240,
        max_words: 2500,
        pass: 60,
        blocks: vec![],
        rubric: vec![],
        exemplar: None,
    }
}
