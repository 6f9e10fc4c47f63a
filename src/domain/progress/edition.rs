//! Moving a learner to a new edition: what carries over, and what to tell them.

use std::collections::{BTreeMap, BTreeSet};

use super::CourseProgress;
use crate::domain::course::block::Block;
use crate::domain::course::{CourseText, Lesson};
use crate::domain::id::{BlockId, LessonId, QuizId, TaskId};

/// A learner's progress in the new edition, and what changed for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarryOver {
    pub progress: CourseProgress,
    /// Lessons the old edition did not have, in the new order.
    pub added: Vec<LessonId>,
    /// Lessons done whose text is another now. They stay done; they are worth a second look.
    pub changed: Vec<LessonId>,
    /// Lessons done that are no longer there, in the old order.
    pub removed: Vec<LessonId>,
    /// Module quizzes the old edition did not have.
    pub added_quizzes: Vec<QuizId>,
    /// Passed quizzes that are no longer there.
    pub lost_quizzes: Vec<QuizId>,
    /// Final tasks begun that are no longer there.
    pub lost_tasks: Vec<TaskId>,
}

/// What a learner's work may hang on in an edition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holds {
    pub quizzes: BTreeSet<QuizId>,
    pub tasks: BTreeSet<TaskId>,
    /// Reflections, of which the learner's own writing hangs.
    pub reflections: BTreeSet<BlockId>,
}

impl Holds {
    pub fn of(text: &CourseText) -> Self {
        let blocks = text.lessons().flat_map(|(_, lesson)| &lesson.blocks);
        let reflections = blocks.filter_map(|block| match block {
            Block::Reflection(reflection) => Some(reflection.id.clone()),
            _ => None,
        });
        Self {
            quizzes: text.quizzes().map(|quiz| quiz.id.clone()).collect(),
            tasks: text.final_task.iter().map(|task| task.id.clone()).collect(),
            reflections: reflections.collect(),
        }
    }
}

/// What `progress` in the edition `old` comes to in the edition `new`.
///
/// Things are the same when their ids are: a lesson done stays done, a quiz passed stays passed (also
/// under a higher pass mark), a task keeps its state. The certificate one holds is kept.
///
/// Give both editions' texts in the course's source language: ids are the same in every language,
/// and a translation that caught up is no change of substance. A file exchanged under the same name
/// (a picture, a recording) is not noticed.
pub fn carry_over(old: &CourseText, new: &CourseText, progress: &CourseProgress) -> CarryOver {
    let before = lessons_by_id(old);
    let after = lessons_by_id(new);
    let is_done = |id: &LessonId| progress.lessons_done.contains(id);
    let ids = |text: &CourseText, fits: &dyn Fn(&Lesson) -> bool| -> Vec<LessonId> {
        text.lessons().filter(|(_, lesson)| fits(lesson)).map(|(_, lesson)| lesson.id.clone()).collect()
    };
    let is_changed = |lesson: &Lesson| before.get(&lesson.id).is_some_and(|earlier| !reads_the_same(earlier, lesson));
    CarryOver {
        progress: kept(new, progress),
        added: ids(new, &|lesson| !before.contains_key(&lesson.id)),
        changed: ids(new, &|lesson| is_done(&lesson.id) && is_changed(lesson)),
        removed: ids(old, &|lesson| is_done(&lesson.id) && !after.contains_key(&lesson.id)),
        added_quizzes: added_quizzes(old, new),
        lost_quizzes: lost_quizzes(new, progress),
        lost_tasks: progress.tasks.keys().filter(|id| !has_task(new, id)).cloned().collect(),
    }
}

impl CarryOver {
    /// Whether nothing that a person passed or began writing is lost, so that the learner can be
    /// moved without being asked. A lesson that is gone is no loss.
    pub fn keeps_all_work(&self) -> bool {
        self.lost_quizzes.is_empty() && self.lost_tasks.is_empty()
    }

    /// Whether there is anything to tell.
    pub fn has_news(&self) -> bool {
        let lessons = [&self.added, &self.changed, &self.removed];
        !self.keeps_all_work() || !self.added_quizzes.is_empty() || lessons.iter().any(|list| !list.is_empty())
    }
}

fn kept(new: &CourseText, progress: &CourseProgress) -> CourseProgress {
    let mut kept = progress.clone();
    kept.lessons_done.retain(|id| new.place_of(id).is_some());
    kept.quizzes.retain(|id, _| has_quiz(new, id));
    kept.tasks.retain(|id, _| has_task(new, id));
    kept
}

fn added_quizzes(old: &CourseText, new: &CourseText) -> Vec<QuizId> {
    new.module_quizzes().map(|quiz| &quiz.id).filter(|id| !has_quiz(old, id)).cloned().collect()
}

fn lost_quizzes(new: &CourseText, progress: &CourseProgress) -> Vec<QuizId> {
    let passed = progress.quizzes.iter().filter(|(_, standing)| standing.is_passed);
    passed.map(|(id, _)| id).filter(|id| !has_quiz(new, id)).cloned().collect()
}

fn lessons_by_id(text: &CourseText) -> BTreeMap<&LessonId, &Lesson> {
    text.lessons().map(|(_, lesson)| (&lesson.id, lesson.as_ref())).collect()
}

fn has_quiz(text: &CourseText, id: &QuizId) -> bool {
    text.quizzes().any(|quiz| quiz.id == *id)
}

fn has_task(text: &CourseText, id: &TaskId) -> bool {
    text.final_task.as_ref().is_some_and(|task| task.id == *id)
}

fn reads_the_same(one: &Lesson, other: &Lesson) -> bool {
    one.title == other.title && one.content_note == other.content_note && one.blocks == other.blocks
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::progress::samples::{
        any_course_and_progress, course, lesson, lesson_id, passed, quiz_id, task_id,
    };
    use crate::domain::progress::{QuizStanding, TaskState};

    fn halfway() -> CourseProgress {
        CourseProgress {
            lessons_done: ["l1-1", "l1-2"].map(lesson_id).into(),
            quizzes: [(quiz_id("q1"), passed())].into(),
            tasks: [(task_id(), TaskState::Drafted)].into(),
            has_certificate: false,
        }
    }

    #[test]
    fn a_learner_is_told_what_is_new_changed_and_gone() {
        let old = course(&[(2, true), (1, false)], true);
        let mut new = course(&[(1, true), (1, true)], true);
        new.modules[0].lessons[0] = Arc::new(lesson("l1-1", "another text"));
        new.modules[1].lessons[0] = Arc::new(lesson("l2-1", "another text too"));
        new.modules[1].lessons.push(Arc::new(lesson("l2-2", "new")));

        let moved = carry_over(&old, &new, &halfway());
        assert_eq!(moved.added, [lesson_id("l2-2")]);
        assert_eq!(moved.changed, [lesson_id("l1-1")], "a lesson not read yet has not changed for its reader");
        assert_eq!(moved.removed, [lesson_id("l1-2")]);
        assert_eq!(moved.added_quizzes, [quiz_id("q2")]);
        assert_eq!(moved.progress.lessons_done, [lesson_id("l1-1")].into());
        assert_eq!(moved.progress.quizzes, halfway().quizzes);
        assert!(moved.keeps_all_work() && moved.has_news());
    }

    #[test]
    fn work_that_would_be_lost_is_named() {
        let old = course(&[(2, true)], true);
        let new = course(&[(2, false)], false);
        let moved = carry_over(&old, &new, &halfway());
        assert_eq!(moved.lost_quizzes, [quiz_id("q1")]);
        assert_eq!(moved.lost_tasks, [task_id()]);
        assert!(!moved.keeps_all_work());
        assert!(moved.progress.quizzes.is_empty() && moved.progress.tasks.is_empty());
    }

    #[test]
    fn a_failed_quiz_that_is_gone_is_no_loss() {
        let mut progress = halfway();
        progress.tasks.clear();
        progress.quizzes.insert(quiz_id("q1"), QuizStanding { is_passed: false, ..passed() });
        let moved = carry_over(&course(&[(2, true)], false), &course(&[(2, false)], false), &progress);
        assert!(moved.keeps_all_work());
    }

    proptest! {
        #[test]
        fn moving_to_the_same_edition_changes_nothing((text, progress) in any_course_and_progress()) {
            let here = carry_over(&text, &text, &progress).progress;
            let moved = carry_over(&text, &text, &here);
            prop_assert!(!moved.has_news());
            prop_assert_eq!(here.percent(&text), progress.percent(&text));
            prop_assert_eq!(moved.progress, here);
        }

        #[test]
        fn nothing_is_done_after_moving_that_was_not_before(
            (old, progress) in any_course_and_progress(),
            (new, _) in any_course_and_progress(),
        ) {
            let moved = carry_over(&old, &new, &progress).progress;
            prop_assert!(moved.lessons_done.is_subset(&progress.lessons_done));
            prop_assert!(moved.quizzes.iter().all(|(id, standing)| progress.quizzes.get(id) == Some(standing)));
            prop_assert_eq!(moved.percent(&new), progress.percent(&new));
        }
    }
}
