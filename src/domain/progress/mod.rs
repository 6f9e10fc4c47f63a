//! How far a learner has come in a course, what comes next, and when the certificate is due.
//!
//! The steps of a course are its lessons, its module quizzes and its final task. A lesson is done
//! when its reader says so, a quiz when it is passed, the task when a trainer has passed it. Pre-test
//! and post-test measure; nothing waits for them.

pub mod edition;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::course::{CertificateRule, CourseText, Place};
use crate::domain::id::{LessonId, QuizId, TaskId};
use crate::domain::quiz::scoring::Score;

/// What one learner has done in one course. Ids that the course's text does not have count for
/// nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CourseProgress {
    pub lessons_done: BTreeSet<LessonId>,
    /// Absent: no attempt was handed in.
    pub quizzes: BTreeMap<QuizId, QuizStanding>,
    /// Absent: not begun.
    pub tasks: BTreeMap<TaskId, TaskState>,
    /// Whether a certificate was issued, whether or not it still holds.
    pub has_certificate: bool,
}

/// What all attempts at one quiz come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct QuizStanding {
    pub best_percent: u8,
    /// Once passed is passed.
    pub is_passed: bool,
    /// Not passed yet, and a person has still to mark an attempt that could pass.
    pub is_awaiting: bool,
}

/// Where a work that a person marks stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TaskState {
    /// Begun, seen by nobody else.
    Drafted,
    /// Waits for a trainer.
    HandedIn,
    /// Given back unmarked for another try.
    Returned,
    /// Marked, below the pass mark; may be handed in again.
    NotPassed,
    Passed,
}

/// What to do next, in one glance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextStep {
    Lesson(Place),
    Quiz(QuizId),
    Task(TaskId),
    /// All is done but a person has still to mark something.
    AwaitMarking,
    Certificate,
    Finished,
}

/// What stands between a learner and the certificate, in reading order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    Lesson(LessonId),
    Quiz(QuizId),
    /// Handed in; a person has still to mark it.
    QuizMarking(QuizId),
    Task(TaskId),
    /// Handed in; a person has still to mark it.
    TaskMarking(TaskId),
    /// This course issues no certificate.
    NoCertificate,
}

impl QuizStanding {
    /// The standing after these attempts were handed in; `None` without any.
    pub fn of(scores: &[Score]) -> Option<Self> {
        let best_percent = scores.iter().map(|score| score.percent).max()?;
        let is_passed = scores.iter().any(|score| score.passed);
        let is_awaiting = !is_passed && scores.iter().any(|score| score.may_still_pass);
        Some(Self { best_percent, is_passed, is_awaiting })
    }
}

impl CourseProgress {
    /// The same without how well quizzes went: what an outline shows.
    pub fn without_scores(&self) -> Self {
        let bare = |standing: &QuizStanding| QuizStanding { best_percent: 0, is_awaiting: false, ..*standing };
        let quizzes = self.quizzes.iter().map(|(quiz, standing)| (quiz.clone(), bare(standing)));
        Self { quizzes: quizzes.collect(), ..self.clone() }
    }

    /// Per cent of the steps done, rounded down: 100 only when nothing is left.
    pub fn percent(&self, text: &CourseText) -> u8 {
        let (mut done, mut all) = (0_usize, 0_usize);
        for step in steps(text) {
            all += 1;
            done += usize::from(step.state(self) == StepState::Done);
        }
        (done * 100).checked_div(all).and_then(|percent| u8::try_from(percent).ok()).unwrap_or(100)
    }
}

/// The first thing to do in reading order from the place of the learner's last work on, and what was
/// passed over when nothing lies ahead; the final task comes last. What waits for a person is passed
/// over while there is something else to do.
pub fn next_step(
    text: &CourseText,
    rule: &CertificateRule,
    progress: &CourseProgress,
    last: Option<Place>,
) -> NextStep {
    let is_open = |step: &Step<'_>| step.state(progress) == StepState::Open;
    let is_behind = |step: &Step<'_>| last.is_some_and(|last| step.is_before(last));
    let ahead = steps(text).skip_while(is_behind).filter(|step| !matches!(step, Step::Task(_))).find(is_open);
    match ahead.or_else(|| steps(text).find(is_open)) {
        Some(Step::Lesson(place, _)) => NextStep::Lesson(place),
        Some(Step::Quiz(_, id)) => NextStep::Quiz(id.clone()),
        Some(Step::Task(id)) => NextStep::Task(id.clone()),
        None if steps(text).any(|step| step.state(progress) == StepState::Waiting) => NextStep::AwaitMarking,
        None if rule.is_issued && !progress.has_certificate => NextStep::Certificate,
        None => NextStep::Finished,
    }
}

/// Whether the certificate is due: all lessons done, each module quiz passed, the final task passed
/// if the course has one.
///
/// # Errors
/// All that is [`Missing`].
pub fn certificate_due(
    text: &CourseText,
    rule: &CertificateRule,
    progress: &CourseProgress,
) -> Result<(), Vec<Missing>> {
    if !rule.is_issued {
        return Err(vec![Missing::NoCertificate]);
    }
    let missing: Vec<Missing> = steps(text).filter_map(|step| step.missing(progress)).collect();
    if missing.is_empty() { Ok(()) } else { Err(missing) }
}

enum Step<'a> {
    Lesson(Place, &'a LessonId),
    Quiz(u16, &'a QuizId),
    Task(&'a TaskId),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum StepState {
    Open,
    Waiting,
    Done,
}

/// The steps in reading order: each module's lessons, then its quiz; the final task last.
fn steps(text: &CourseText) -> impl Iterator<Item = Step<'_>> {
    let of_modules = (1..).zip(&text.modules).flat_map(|(module, held)| {
        let lessons = (1..).zip(&held.lessons);
        let lessons = lessons.map(move |(lesson, found)| Step::Lesson(Place { module, lesson }, &found.id));
        lessons.chain(held.quiz.iter().map(move |quiz| Step::Quiz(module, &quiz.id)))
    });
    of_modules.chain(text.final_task.iter().map(|task| Step::Task(&task.id)))
}

impl Step<'_> {
    fn is_before(&self, last: Place) -> bool {
        match self {
            Self::Lesson(place, _) => *place < last,
            Self::Quiz(module, _) => *module < last.module,
            Self::Task(_) => false,
        }
    }

    fn state(&self, progress: &CourseProgress) -> StepState {
        match self {
            Self::Lesson(_, id) if progress.lessons_done.contains(*id) => StepState::Done,
            Self::Lesson(..) => StepState::Open,
            Self::Quiz(_, id) => match progress.quizzes.get(*id) {
                Some(standing) if standing.is_passed => StepState::Done,
                Some(standing) if standing.is_awaiting => StepState::Waiting,
                Some(_) | None => StepState::Open,
            },
            Self::Task(id) => match progress.tasks.get(*id) {
                Some(TaskState::Passed) => StepState::Done,
                Some(TaskState::HandedIn) => StepState::Waiting,
                Some(TaskState::Drafted | TaskState::Returned | TaskState::NotPassed) | None => StepState::Open,
            },
        }
    }

    fn missing(&self, progress: &CourseProgress) -> Option<Missing> {
        match (self, self.state(progress)) {
            (_, StepState::Done) => None,
            (Self::Lesson(_, id), _) => Some(Missing::Lesson((*id).clone())),
            (Self::Quiz(_, id), StepState::Open) => Some(Missing::Quiz((*id).clone())),
            (Self::Quiz(_, id), StepState::Waiting) => Some(Missing::QuizMarking((*id).clone())),
            (Self::Task(id), StepState::Open) => Some(Missing::Task((*id).clone())),
            (Self::Task(id), StepState::Waiting) => Some(Missing::TaskMarking((*id).clone())),
        }
    }
}

#[cfg(test)]
mod samples;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::samples::{any_course_and_progress, course, lesson_id, passed, quiz_id, task_id};
    use super::*;

    const ISSUED: CertificateRule = CertificateRule { is_issued: true, expires_after_months: None };

    /// Two modules of two lessons and a quiz each, and a final task; all done.
    fn all_done() -> (CourseText, CourseProgress) {
        let text = course(&[(2, true), (2, true)], true);
        let progress = CourseProgress {
            lessons_done: ["l1-1", "l1-2", "l2-1", "l2-2"].map(lesson_id).into(),
            quizzes: [(quiz_id("q1"), passed()), (quiz_id("q2"), passed())].into(),
            tasks: [(task_id(), TaskState::Passed)].into(),
            has_certificate: false,
        };
        (text, progress)
    }

    fn next(text: &CourseText, progress: &CourseProgress) -> NextStep {
        next_step(text, &ISSUED, progress, None)
    }

    #[test]
    fn the_way_leads_through_the_course_in_reading_order() {
        let (text, done) = all_done();
        let mut progress = CourseProgress::default();
        let place = |module, lesson| NextStep::Lesson(Place { module, lesson });
        assert_eq!(next(&text, &progress), place(1, 1));
        progress.lessons_done = ["l1-1", "l2-1"].map(lesson_id).into();
        assert_eq!(next(&text, &progress), place(1, 2));
        progress.lessons_done = ["l1-1", "l1-2", "l2-1"].map(lesson_id).into();
        assert_eq!(next(&text, &progress), NextStep::Quiz(quiz_id("q1")));
        progress.quizzes.insert(quiz_id("q1"), passed());
        assert_eq!(next(&text, &progress), place(2, 2));
        progress = CourseProgress { tasks: BTreeMap::new(), ..done.clone() };
        assert_eq!(next(&text, &progress), NextStep::Task(task_id()));
        assert_eq!(next(&text, &done), NextStep::Certificate);
        assert_eq!(next(&text, &CourseProgress { has_certificate: true, ..done }), NextStep::Finished);
    }

    #[test]
    fn the_way_goes_on_from_where_one_worked_last() {
        let (text, done) = all_done();
        let mut progress = CourseProgress::default();
        let next = |progress: &CourseProgress, module, lesson| {
            next_step(&text, &ISSUED, progress, Some(Place { module, lesson }))
        };
        let place = |module, lesson| NextStep::Lesson(Place { module, lesson });
        assert_eq!(next(&progress, 2, 1), place(2, 1), "begun and not done");
        progress.lessons_done = ["l2-1"].map(lesson_id).into();
        assert_eq!(next(&progress, 2, 1), place(2, 2));
        progress.lessons_done = ["l2-1", "l2-2"].map(lesson_id).into();
        assert_eq!(next(&progress, 2, 2), NextStep::Quiz(quiz_id("q2")));
        progress.quizzes.insert(quiz_id("q2"), passed());
        assert_eq!(next(&progress, 2, 2), place(1, 1), "what was passed over comes before the task");
        progress = CourseProgress { tasks: BTreeMap::new(), ..done.clone() };
        assert_eq!(next(&progress, 1, 1), NextStep::Task(task_id()));
        assert_eq!(next(&done, 2, 2), NextStep::Certificate);
        assert_eq!(next(&CourseProgress::default(), 9, 9), place(1, 1), "a place that the course does not have");
    }

    #[test]
    fn what_waits_for_a_person_holds_up_nothing_else() {
        let (text, mut progress) = all_done();
        let awaiting = QuizStanding { best_percent: 50, is_passed: false, is_awaiting: true };
        progress.quizzes.insert(quiz_id("q1"), awaiting);
        progress.tasks.insert(task_id(), TaskState::Returned);
        assert_eq!(next(&text, &progress), NextStep::Task(task_id()));
        progress.tasks.insert(task_id(), TaskState::HandedIn);
        assert_eq!(next(&text, &progress), NextStep::AwaitMarking);
        let missing = vec![Missing::QuizMarking(quiz_id("q1")), Missing::TaskMarking(task_id())];
        assert_eq!(certificate_due(&text, &ISSUED, &progress), Err(missing));
    }

    #[test]
    fn a_course_without_certificate_ends_without_one() {
        let (text, progress) = all_done();
        let none = CertificateRule { is_issued: false, expires_after_months: None };
        assert_eq!(next_step(&text, &none, &progress, None), NextStep::Finished);
        assert_eq!(certificate_due(&text, &none, &progress), Err(vec![Missing::NoCertificate]));
    }

    #[test]
    fn each_missing_piece_keeps_the_certificate_back() {
        let (text, done) = all_done();
        assert_eq!(certificate_due(&text, &ISSUED, &done), Ok(()));
        let mut progress = done.clone();
        progress.lessons_done.remove(&lesson_id("l2-1"));
        assert_eq!(certificate_due(&text, &ISSUED, &progress), Err(vec![Missing::Lesson(lesson_id("l2-1"))]));
        let mut progress = done.clone();
        progress.quizzes.insert(quiz_id("q2"), QuizStanding { is_passed: false, ..passed() });
        assert_eq!(certificate_due(&text, &ISSUED, &progress), Err(vec![Missing::Quiz(quiz_id("q2"))]));
        for state in [TaskState::Drafted, TaskState::Returned, TaskState::NotPassed] {
            let mut progress = done.clone();
            progress.tasks.insert(task_id(), state);
            assert_eq!(certificate_due(&text, &ISSUED, &progress), Err(vec![Missing::Task(task_id())]));
        }
    }

    #[test]
    fn progress_counts_lessons_quizzes_and_the_task_alike() {
        let (text, mut progress) = all_done();
        assert_eq!(progress.percent(&text), 100);
        progress.tasks.clear();
        assert_eq!(progress.percent(&text), 85);
        assert_eq!(CourseProgress::default().percent(&text), 0);
    }

    #[test]
    fn a_passed_quiz_stays_passed() {
        let score = |percent, passed, may_still_pass| Score {
            hundredths: 0,
            max_hundredths: 0,
            percent,
            passed,
            awaiting: 1,
            may_still_pass,
        };
        let standing = QuizStanding::of(&[score(80, true, false), score(20, false, true)]);
        assert_eq!(standing, Some(QuizStanding { best_percent: 80, is_passed: true, is_awaiting: false }));
        assert!(QuizStanding::of(&[score(20, false, true)]).unwrap().is_awaiting);
        let hopeless = QuizStanding::of(&[score(20, false, false), score(10, false, false)]).unwrap();
        assert!(!hopeless.is_awaiting, "nothing that waits could pass it: try again");
        assert_eq!(QuizStanding::of(&[]), None);
    }

    proptest! {
        #[test]
        fn one_more_lesson_done_never_lowers_progress(
            (text, progress) in any_course_and_progress(),
            module in 1..5_u16,
            lesson in 1..5_u16,
        ) {
            let mut more = progress.clone();
            more.lessons_done.insert(lesson_id(&format!("l{module}-{lesson}")));
            prop_assert!(more.percent(&text) >= progress.percent(&text));
        }

        #[test]
        fn all_is_done_exactly_when_the_certificate_is_due((text, progress) in any_course_and_progress()) {
            let is_due = certificate_due(&text, &ISSUED, &progress).is_ok();
            prop_assert_eq!(progress.percent(&text) == 100, is_due);
            let is_over = matches!(next(&text, &progress), NextStep::Certificate | NextStep::Finished);
            prop_assert_eq!(is_over, is_due);
        }

        #[test]
        fn the_next_step_is_never_one_that_is_done((text, progress) in any_course_and_progress()) {
            match next(&text, &progress) {
                NextStep::Lesson(place) => {
                    let lesson = text.lesson_at(place);
                    prop_assert!(lesson.is_some_and(|lesson| !progress.lessons_done.contains(&lesson.id)));
                }
                NextStep::Quiz(id) => {
                    prop_assert!(progress.quizzes.get(&id).is_none_or(|standing| !standing.is_passed));
                }
                NextStep::Task(id) => prop_assert_ne!(progress.tasks.get(&id), Some(&TaskState::Passed)),
                NextStep::AwaitMarking | NextStep::Certificate | NextStep::Finished => {}
            }
        }
    }
}
