//! The learner's own changes to a path. They are kept as a list and applied to every new plan, so
//! re-planning never takes them back; an edit whose step is gone does nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::competency::{CompetencyCode, Level};
use crate::domain::needs::diagnosis::Kept;
use crate::domain::needs::framework::Framework;
use crate::domain::needs::ranking::{Cause, Need};

use super::{Aside, LessonRef, SetAside, StepKey};

/// One change. Applied in order; later ones win.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edit {
    /// Learn this, whatever the diagnosis says; takes a step back in that was taken out.
    Add(StepKey),
    /// Take a step out, a prerequisite included.
    Drop(StepKey),
    /// Take one lesson out.
    Skip(LessonRef),
    /// Take a lesson in again that was taken out.
    TakeBack(LessonRef),
    /// Put a step before another one; `None`: at the end.
    Move { step: StepKey, before: Option<StepKey> },
    /// "I know this already", up to a level. A challenge quiz may prove it: that is progress.
    Know(StepKey),
}

/// The needs after all edits.
#[derive(Debug, Default)]
pub(super) struct Edited {
    pub needs: Vec<Need>,
    /// Steps that the learner asked for.
    pub chosen: BTreeSet<StepKey>,
    pub dropped: BTreeSet<StepKey>,
    pub skipped: BTreeSet<LessonRef>,
    /// Said to be known, by competency.
    pub known: BTreeMap<CompetencyCode, Level>,
    known_steps: BTreeSet<StepKey>,
}

pub(super) fn apply(framework: &Framework, kept: &Kept, edits: &[Edit]) -> Edited {
    let mut edited = Edited { needs: kept.needs.clone(), ..Edited::default() };
    for edit in edits {
        match edit {
            Edit::Add(key) => edited.add(framework, kept, *key),
            Edit::Drop(key) => _ = edited.dropped.insert(*key),
            Edit::Skip(lesson) => _ = edited.skipped.insert(lesson.clone()),
            Edit::TakeBack(lesson) => _ = edited.skipped.remove(lesson),
            Edit::Move { step, before } => edited.put(*step, *before),
            Edit::Know(key) => edited.know(*key),
        }
    }
    let dropped = std::mem::take(&mut edited.dropped);
    edited.needs.retain(|need| !dropped.contains(&key(need)));
    edited.dropped = dropped;
    edited
}

impl Edited {
    /// What was taken out, in the order of the framework's codes.
    pub fn set_aside(&self) -> Vec<SetAside> {
        let dropped = self.dropped.iter().map(|key| SetAside { key: *key, why: Aside::Dropped });
        let known = self.known_steps.difference(&self.dropped);
        dropped.chain(known.map(|key| SetAside { key: *key, why: Aside::SaidKnown })).collect()
    }

    fn add(&mut self, framework: &Framework, kept: &Kept, wanted: StepKey) {
        self.dropped.remove(&wanted);
        if self.known_steps.remove(&wanted) {
            self.know_less(wanted.code);
        }
        let is_level = (1..=4).contains(&wanted.to);
        if let Some(at) = self.place(wanted) {
            self.promote(at);
        } else if is_level && framework.competency(wanted.code).is_some() {
            let standing = kept.standings.iter().find(|standing| standing.code == wanted.code);
            let from = standing.map_or(0, |standing| standing.measured.level());
            let need = Need { code: wanted.code, from: from.min(wanted.to), to: wanted.to, cause: Cause::Gap };
            let end = self.end_of_now();
            self.needs.insert(end, need);
            self.chosen.insert(wanted);
        }
    }

    fn put(&mut self, step: StepKey, before: Option<StepKey>) {
        let Some(at) = self.place(step) else { return };
        self.promote(at);
        let Some(need) = self.place(step).map(|at| self.needs.remove(at)) else { return };
        let target = before.and_then(|key| self.place(key)).unwrap_or_else(|| self.end_of_now());
        self.needs.insert(target, need);
    }

    /// What the learner asks for is not "later" any more.
    fn promote(&mut self, at: usize) {
        if self.needs[at].cause == Cause::Later {
            let mut need = self.needs.remove(at);
            need.cause = Cause::Gap;
            self.chosen.insert(key(&need));
            let end = self.end_of_now();
            self.needs.insert(end, need);
        }
    }

    fn know(&mut self, step: StepKey) {
        let level = self.known.entry(step.code).or_default();
        *level = step.to.max(*level);
        self.known_steps.insert(step);
    }

    /// What is still said to be known of a competency after one step of it was taken back.
    fn know_less(&mut self, code: CompetencyCode) {
        let left = self.known_steps.iter().filter(|step| step.code == code).map(|step| step.to).max();
        match left {
            Some(level) => _ = self.known.insert(code, level),
            None => _ = self.known.remove(&code),
        }
    }

    fn place(&self, wanted: StepKey) -> Option<usize> {
        self.needs.iter().position(|need| key(need) == wanted)
    }

    /// Where the needs that are not for later end.
    fn end_of_now(&self) -> usize {
        self.needs.iter().position(|need| need.cause == Cause::Later).unwrap_or(self.needs.len())
    }
}

fn key(need: &Need) -> StepKey {
    StepKey { code: need.code, to: need.to }
}
