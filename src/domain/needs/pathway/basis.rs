//! What a path is planned from, as it is kept for a learner between two plannings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::competency::{CompetencyCode, Level};
use crate::domain::needs::diagnosis::Kept;
use crate::domain::needs::ranking::Cause;

use super::edit::Edit;
use super::{LessonRef, StepKey};

/// The most moves that are remembered: nobody orders their path by a hundred presses of a button.
const MOST_MOVES: usize = 100;

/// Stored sealed, as JSON; what is stored must stay readable.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    pub kept: Kept,
    /// The learner's own changes, oldest first.
    #[serde(default)]
    pub edits: Vec<Edit>,
    /// Levels shown in a challenge.
    #[serde(default)]
    pub proven: BTreeMap<CompetencyCode, Level>,
    /// Minutes a week that the learner chose for the path. They hold whatever an assessment says.
    #[serde(default)]
    pace: Option<u16>,
}

/// It holds what follows from a risk level: it prints nothing of itself.
impl std::fmt::Debug for Basis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Basis(…)")
    }
}

impl Basis {
    pub fn new(kept: Kept) -> Self {
        Self { kept, edits: Vec::new(), proven: BTreeMap::new(), pace: None }
    }

    /// After another measurement. The learner's changes and what they proved stay; areas that were
    /// not asked about this time keep what was known of them.
    pub fn measured_again(&mut self, kept: Kept) {
        self.kept = merged(&self.kept, kept);
        self.keep_pace();
    }

    /// The same changes on what these diagnoses say, oldest first.
    pub fn made_from(mut self, kept: Vec<Kept>) -> Self {
        let mut kept = kept.into_iter();
        if let Some(first) = kept.next() {
            self.kept = first;
            self.keep_pace();
        }
        kept.for_each(|later| self.measured_again(later));
        self
    }

    /// Adds a change. An earlier one that it makes void goes, so that the list stays short.
    pub fn edit(&mut self, edit: Edit) {
        match about(&edit) {
            Some(subject) => self.edits.retain(|earlier| about(earlier) != Some(subject)),
            None => self.forget_void(&edit),
        }
        // A lesson that is in again leaves nothing to remember.
        if !matches!(edit, Edit::TakeBack(_)) {
            self.edits.push(edit);
        }
    }

    /// Credits a level that was shown. It is never lowered.
    pub fn prove(&mut self, step: StepKey) {
        let level = self.proven.entry(step.code).or_default();
        *level = step.to.max(*level);
    }

    /// Chooses how many minutes a week there are.
    pub fn pace(&mut self, minutes_a_week: u16) {
        self.pace = Some(minutes_a_week);
        self.keep_pace();
    }

    fn keep_pace(&mut self) {
        self.kept.minutes_a_week = self.pace.unwrap_or(self.kept.minutes_a_week);
    }

    fn forget_void(&mut self, edit: &Edit) {
        if let Edit::Move { step, .. } = edit {
            self.edits.pop_if(|last| matches!(last, Edit::Move { step: moved, .. } if moved == step));
        }
        let is_move = |edit: &Edit| matches!(edit, Edit::Move { .. });
        if self.edits.iter().filter(|edit| is_move(edit)).count() >= MOST_MOVES {
            let oldest = self.edits.iter().position(is_move);
            oldest.map(|at| self.edits.remove(at));
        }
    }
}

/// What a change puts in, takes out or calls known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Subject<'a> {
    Step(StepKey),
    Lesson(&'a LessonRef),
}

/// Of the changes to one subject the last one holds.
fn about(edit: &Edit) -> Option<Subject<'_>> {
    match edit {
        Edit::Add(key) | Edit::Drop(key) | Edit::Know(key) => Some(Subject::Step(*key)),
        Edit::Skip(lesson) | Edit::TakeBack(lesson) => Some(Subject::Lesson(lesson)),
        Edit::Move { .. } => None,
    }
}

/// What is known after `now`. Priorities are not kept, so needs of before stand behind those of now
/// of the same kind: what one was just asked about matters most.
fn merged(before: &Kept, mut now: Kept) -> Kept {
    let fresh: Vec<CompetencyCode> = now.standings.iter().map(|standing| standing.code).collect();
    let is_old = |code: CompetencyCode| !fresh.contains(&code);
    now.standings.extend(before.standings.iter().filter(|standing| is_old(standing.code)).cloned());
    now.needs.extend(before.needs.iter().filter(|need| is_old(need.code)).cloned());
    now.needs.sort_by_key(|need| match need.cause {
        Cause::Floor => 0,
        Cause::Deadline | Cause::Safety { .. } | Cause::Core | Cause::Gap => 1,
        Cause::Later => 2,
    });
    now
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::needs::diagnosis::diagnose;
    use crate::domain::needs::{fixtures, people};

    fn key(text: &str) -> StepKey {
        let (code, to) = text.split_once(' ').unwrap();
        StepKey { code: code.parse().unwrap(), to: to.parse().unwrap() }
    }

    fn basis() -> Basis {
        let instrument = fixtures::instrument();
        Basis::new(diagnose(instrument, &people::mira(instrument)).keep(instrument))
    }

    #[test]
    fn of_changes_to_a_step_the_last_one_is_kept() {
        let mut basis = basis();
        for edit in [Edit::Drop, Edit::Add, Edit::Know, Edit::Drop] {
            basis.edit(edit(key("BH6 2")));
        }
        basis.edit(Edit::Add(key("UN2 1")));
        assert_eq!(basis.edits, [Edit::Drop(key("BH6 2")), Edit::Add(key("UN2 1"))]);
    }

    #[test]
    fn a_lesson_that_was_taken_back_leaves_nothing_to_remember() {
        let mut basis = basis();
        let lesson = |id: &str| LessonRef { course: "digital-security".parse().unwrap(), lesson: id.parse().unwrap() };
        for edit in [Edit::Skip(lesson("ds1-1")), Edit::Skip(lesson("ds1-2")), Edit::Skip(lesson("ds1-1"))] {
            basis.edit(edit);
        }
        assert_eq!(basis.edits, [Edit::Skip(lesson("ds1-2")), Edit::Skip(lesson("ds1-1"))]);
        basis.edit(Edit::TakeBack(lesson("ds1-2")));
        assert_eq!(basis.edits, [Edit::Skip(lesson("ds1-1"))]);
    }

    #[test]
    fn pressing_a_button_often_does_not_make_the_list_long() {
        let mut basis = basis();
        basis.edit(Edit::Drop(key("BH6 2")));
        for number in 0..500 {
            let step = key(if number % 2 == 0 { "DS3 2" } else { "DS4 2" });
            basis.edit(Edit::Move { step, before: None });
            basis.edit(Edit::Move { step, before: Some(key("DS1 2")) });
        }
        assert!(basis.edits.len() <= 1 + MOST_MOVES);
        assert!(basis.edits.contains(&Edit::Drop(key("BH6 2"))));
    }

    #[test]
    fn what_is_proven_is_never_lowered() {
        let mut basis = basis();
        basis.prove(key("BH3 3"));
        basis.prove(key("BH3 1"));
        assert_eq!(basis.proven, [("BH3".parse().unwrap(), 3)].into());
    }

    #[test]
    fn measuring_one_area_again_keeps_the_others() {
        let instrument = fixtures::instrument();
        let mut basis = basis();
        basis.edit(Edit::Drop(key("BH6 2")));
        let mut answers = people::mira(instrument);
        answers.areas = ["UN".parse().unwrap()].into();
        answers.self_ratings.clear();
        answers.questions.clear();
        let again = diagnose(instrument, &answers).keep(instrument);
        basis.measured_again(again.clone());

        assert_eq!(basis.kept.standings.len(), 18);
        let un1 = basis.kept.standings.iter().find(|standing| standing.code.as_str() == "UN1").unwrap();
        assert_eq!(un1.measured.level(), 0, "the later measurement counts");
        let causes: Vec<u8> = basis.kept.needs.iter().map(|need| u8::from(need.cause != Cause::Floor)).collect();
        assert!(causes.is_sorted() && causes[0] == 0, "the safety floor stays first");
        assert_eq!(basis.kept.needs.last().unwrap().cause, Cause::Later);
        assert_eq!(basis.edits.len(), 1);
    }

    #[test]
    fn the_pace_that_was_chosen_outlives_every_measurement() {
        let instrument = fixtures::instrument();
        let lien = diagnose(instrument, &people::lien(instrument)).keep(instrument);
        let mut basis = basis();
        basis.measured_again(lien.clone());
        assert_eq!(basis.kept.minutes_a_week, lien.minutes_a_week, "nothing was chosen yet");
        basis.pace(45);
        basis.measured_again(lien.clone());
        assert_eq!(basis.kept.minutes_a_week, 45);
        assert_eq!(basis.made_from(vec![lien]).kept.minutes_a_week, 45);
    }

    #[test]
    fn it_prints_nothing_and_comes_back_as_it_was() {
        let mut basis = basis();
        basis.edit(Edit::Move { step: key("UN6 3"), before: None });
        basis.prove(key("BH3 1"));
        assert_eq!(format!("{basis:?}"), "Basis(…)");
        let json = serde_json::to_string(&basis).unwrap();
        assert_eq!(serde_json::from_str::<Basis>(&json).unwrap(), basis);
    }
}
