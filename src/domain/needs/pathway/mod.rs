//! From needs to a path: ranked steps made of lessons of any course, cut into weeks, each with its
//! reason, bent by the learner's own edits and by what was done meanwhile.
//!
//! A path is never stored: it is planned anew from what was kept of the diagnosis, the lessons that
//! exist, progress and edits, so that nothing of it can go stale. Planning is pure and takes well
//! under a millisecond for three courses.

pub mod basis;
pub mod challenge;
pub mod edit;
mod lessons;
mod weeks;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::competency::{CompetencyCode, CompetencySpan, Level};
use crate::domain::id::{CourseSlug, LessonId};

use super::diagnosis::{Kept, Required, RiskBand};
use super::framework::{Framework, Prerequisite};
use super::ranking::{Cause, Need};

use edit::Edit;
use lessons::Shelf;

/// The highest level that lessons reach; what lies above is a mentored task.
pub const LESSONS_REACH: Level = 3;

/// A lesson on offer. The catalogue is a list of them in course order, course after course in the
/// order of the framework's areas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub lesson: LessonRef,
    pub minutes: u16,
    /// The first is what the lesson is mainly about: its prerequisites open the lesson.
    pub spans: Vec<CompetencySpan>,
}

/// A lesson of a course.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LessonRef {
    pub course: CourseSlug,
    pub lesson: LessonId,
}

/// What happened since the diagnosis.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub done: BTreeSet<LessonRef>,
    /// Levels shown in a challenge quiz or confirmed by a person, 1–4.
    pub proven: BTreeMap<CompetencyCode, Level>,
}

/// What names a step through all re-planning: the competency and the level it leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StepKey {
    pub code: CompetencyCode,
    pub to: Level,
}

/// A learner's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pathway {
    pub steps: Vec<Step>,
    /// "Later, if you wish": in order, in no week.
    pub later: Vec<Step>,
    /// What remains to be done of `steps`.
    pub weeks: Vec<Week>,
    /// Taken out, each with the way it went.
    pub set_aside: Vec<SetAside>,
    /// Lessons that the learner took out, in the order of the catalogue.
    pub skipped: Vec<LessonRef>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub key: StepKey,
    /// 0–3, below `key.to`.
    pub from: Level,
    pub reason: Reason,
    /// Not in an earlier step.
    pub lessons: Vec<StepLesson>,
    /// Lessons of earlier steps that serve this one too.
    pub shared: Vec<LessonRef>,
    /// Lessons of it that the learner took out.
    pub skipped: Vec<LessonRef>,
    /// The step leads to level 4: a person confirms it on evidence of work.
    pub has_mentored_task: bool,
    /// Prerequisites that the learner took out of the path.
    pub waits_for: Vec<Prerequisite>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepLesson {
    pub lesson: LessonRef,
    pub minutes: u16,
    pub is_done: bool,
}

/// Why a step is there: one sentence, printed through the message named by [`Reason::key`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// "You said that people like you are …, so we begin with …"
    SafetyFirst { risk: RiskBand },
    /// "This opens …"
    Opens { code: CompetencyCode },
    /// "You have a deadline for which this is needed."
    Deadline,
    /// "At your risk this protects you and others", and core to the work or not.
    Safety { is_core: bool },
    /// "You called this core to your work."
    Core,
    /// "Your role asks for level … and you showed level …"
    RoleAsks { required: Level, shown: Level },
    /// The same for somebody who gave no role: "Most people in this work need level …"
    MostNeed { required: Level, shown: Level },
    /// "A small step, for later, if you wish."
    Later,
    /// "You added this."
    Chosen,
}

/// A week's worth of lessons, in the time the person has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Week {
    /// From 1.
    pub number: u16,
    /// Can be more than the person's time when a single lesson is.
    pub minutes: u16,
    pub lessons: Vec<(StepKey, LessonRef)>,
}

/// A step that is not walked, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetAside {
    pub key: StepKey,
    pub why: Aside,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aside {
    /// The learner took it out.
    Dropped,
    /// The learner says it is known; a challenge quiz would prove it.
    SaidKnown,
    /// Proven meanwhile: credit is given.
    Proven,
}

/// Plans a path.
pub fn plan(framework: &Framework, kept: &Kept, catalogue: &[Offer], progress: &Progress, edits: &[Edit]) -> Pathway {
    let edited = edit::apply(framework, kept, edits);
    let mut planner = Planner {
        framework,
        kept,
        progress,
        dropped: &edited.dropped,
        shelf: Shelf::new(framework, catalogue, &edited.skipped),
        levels: levels(kept, progress, &edited.known),
        later_needs: Vec::new(),
        steps: Vec::new(),
        set_aside: edited.set_aside(),
        waiting: Vec::new(),
    };
    let (later, now): (Vec<&Need>, Vec<&Need>) = edited.needs.iter().partition(|need| need.cause == Cause::Later);
    planner.walk(&now, &edited.chosen);
    let steps = std::mem::take(&mut planner.steps);
    planner.walk(&later, &edited.chosen);
    let weeks = weeks::cut(&steps, kept.minutes_a_week);
    let lessons = catalogue.iter().map(|offer| &offer.lesson);
    let skipped = lessons.filter(|lesson| edited.skipped.contains(lesson)).cloned().collect();
    Pathway { steps, later: planner.steps, weeks, set_aside: planner.set_aside, skipped }
}

/// The level from which each competency is learned: shown, proven or said to be known.
fn levels(
    kept: &Kept,
    progress: &Progress,
    known: &BTreeMap<CompetencyCode, Level>,
) -> BTreeMap<CompetencyCode, Level> {
    let mut levels: BTreeMap<CompetencyCode, Level> = BTreeMap::new();
    let shown = kept.standings.iter().map(|standing| (standing.code, standing.measured.level()));
    let later = progress.proven.iter().chain(known).map(|(code, level)| (*code, *level));
    for (code, level) in shown.chain(later) {
        let reached = levels.entry(code).or_default();
        *reached = level.max(*reached);
    }
    levels
}

/// What the plan knows while it is made.
struct Planner<'a> {
    framework: &'a Framework,
    kept: &'a Kept,
    progress: &'a Progress,
    dropped: &'a BTreeSet<StepKey>,
    shelf: Shelf<'a>,
    /// Reached so far, the steps planned before included.
    levels: BTreeMap<CompetencyCode, Level>,
    /// The needs still to be placed, to leave their own lessons to them.
    later_needs: Vec<Need>,
    steps: Vec<Step>,
    set_aside: Vec<SetAside>,
    /// Competencies whose prerequisites are being placed.
    waiting: Vec<CompetencyCode>,
}

impl Planner<'_> {
    fn walk(&mut self, needs: &[&Need], chosen: &BTreeSet<StepKey>) {
        for (at, need) in needs.iter().enumerate() {
            let key = StepKey { code: need.code, to: need.to };
            self.later_needs = needs[at + 1..].iter().map(|need| (*need).clone()).collect();
            if self.level(need.code) >= need.to {
                self.credit(key);
                continue;
            }
            let reason = if chosen.contains(&key) { Reason::Chosen } else { self.reason(need) };
            let waits_for = self.open(need.code);
            let from = self.level(need.code).max(need.from);
            // A prerequisite placed just now may have closed the gap already.
            if from < need.to {
                let lessons = self.shelf.serving(need.code, (from, need.to), &self.levels, &self.later_needs);
                self.place(key, from, reason, lessons, waits_for);
            }
        }
    }

    fn level(&self, code: CompetencyCode) -> Level {
        self.levels.get(&code).copied().unwrap_or(0)
    }

    /// Sets a step aside whose level was proven since the diagnosis.
    fn credit(&mut self, key: StepKey) {
        let is_proven = self.progress.proven.get(&key.code).is_some_and(|level| *level >= key.to);
        if is_proven {
            self.set_aside.push(SetAside { key, why: Aside::Proven });
        }
    }

    /// Places what must come before a competency's lessons; returns what the learner took out.
    fn open(&mut self, code: CompetencyCode) -> Vec<Prerequisite> {
        let framework = self.framework;
        let mut waits_for = Vec::new();
        self.waiting.push(code);
        for prerequisite in framework.prerequisites(code) {
            let key = StepKey { code: prerequisite.code, to: prerequisite.level };
            let from = self.level(prerequisite.code);
            if from >= prerequisite.level {
                continue;
            }
            if self.dropped.contains(&key) || self.waiting.contains(&prerequisite.code) {
                waits_for.push(*prerequisite);
                continue;
            }
            let inner = self.open(prerequisite.code);
            let lessons = self.shelf.reaching(prerequisite.code, (from, prerequisite.level), &self.levels);
            self.place(key, from, Reason::Opens { code }, lessons, inner);
        }
        self.waiting.pop();
        waits_for
    }

    fn place(
        &mut self,
        key: StepKey,
        from: Level,
        reason: Reason,
        chosen: lessons::Chosen,
        waits_for: Vec<Prerequisite>,
    ) {
        let lesson = |offer: &Offer| StepLesson {
            lesson: offer.lesson.clone(),
            minutes: offer.minutes,
            is_done: self.progress.done.contains(&offer.lesson),
        };
        let reference = |at: &usize| self.shelf.offer(*at).lesson.clone();
        let step = Step {
            key,
            from,
            reason,
            lessons: chosen.fresh.iter().map(|at| lesson(self.shelf.offer(*at))).collect(),
            shared: chosen.shared.iter().map(reference).collect(),
            skipped: chosen.skipped.iter().map(reference).collect(),
            has_mentored_task: key.to > LESSONS_REACH,
            waits_for,
        };
        self.steps.push(step);
        let reached = self.levels.entry(key.code).or_default();
        *reached = key.to.max(*reached);
    }

    fn reason(&self, need: &Need) -> Reason {
        let standing = self.kept.standings.iter().find(|standing| standing.code == need.code);
        match need.cause {
            Cause::Floor => Reason::SafetyFirst { risk: self.kept.risk },
            Cause::Deadline => Reason::Deadline,
            Cause::Safety { is_core } => Reason::Safety { is_core },
            Cause::Core => Reason::Core,
            Cause::Later => Reason::Later,
            Cause::Gap => {
                let (required, shown) = (need.to, standing.map_or(need.from, |standing| standing.measured.level()));
                match standing.map(|standing| &standing.required) {
                    Some(Required::MiddleOfRoles(_)) => Reason::MostNeed { required, shown },
                    Some(Required::ByRole(..)) | None => Reason::RoleAsks { required, shown },
                }
            }
        }
    }
}

impl Reason {
    /// The message that prints it, with the names of the step's competency, lessons and levels.
    pub fn key(&self) -> &'static str {
        match self {
            Self::SafetyFirst { risk: RiskBand::OneOrTwo } => "pathway.reason.safety_first_low",
            Self::SafetyFirst { risk: RiskBand::ThreeOrFour } => "pathway.reason.safety_first",
            Self::Opens { .. } => "pathway.reason.opens",
            Self::Deadline => "pathway.reason.deadline",
            Self::Safety { is_core: true } => "pathway.reason.safety_core",
            Self::Safety { is_core: false } => "pathway.reason.safety",
            Self::Core => "pathway.reason.core",
            Self::RoleAsks { .. } => "pathway.reason.role_asks",
            Self::MostNeed { .. } => "pathway.reason.most_need",
            Self::Later => "pathway.reason.later",
            Self::Chosen => "pathway.reason.chosen",
        }
    }

    /// The same for paper and files, which are found: it says nothing from which a risk level follows.
    pub fn paper_key(&self) -> &'static str {
        match self {
            // As of every other step of the safety set, at any level.
            Self::SafetyFirst { .. } => Self::Safety { is_core: false }.key(),
            Self::Opens { .. }
            | Self::Deadline
            | Self::Safety { .. }
            | Self::Core
            | Self::RoleAsks { .. }
            | Self::MostNeed { .. }
            | Self::Later
            | Self::Chosen => self.key(),
        }
    }
}

impl Step {
    /// Whether nothing of it remains to be done here.
    pub fn is_done(&self) -> bool {
        !self.has_mentored_task && !self.lessons.is_empty() && self.lessons.iter().all(|lesson| lesson.is_done)
    }

    /// Minutes that remain.
    pub fn minutes(&self) -> u32 {
        self.lessons.iter().filter(|lesson| !lesson.is_done).map(|lesson| u32::from(lesson.minutes)).sum()
    }
}

impl std::fmt::Display for LessonRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.course, self.lesson)
    }
}

/// Reads `digital-security/ds1-1`.
impl std::str::FromStr for LessonRef {
    type Err = NoLesson;

    fn from_str(text: &str) -> Result<Self, NoLesson> {
        let (course, lesson) = text.split_once('/').ok_or(NoLesson)?;
        Ok(Self { course: course.parse().map_err(|_| NoLesson)?, lesson: lesson.parse().map_err(|_| NoLesson)? })
    }
}

/// Why a text names no lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a lesson is its course and itself, such as digital-security/ds1-1")]
pub struct NoLesson;

impl std::fmt::Display for StepKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.code, self.to)
    }
}

/// Reads `DS1-2`.
impl std::str::FromStr for StepKey {
    type Err = NoStep;

    fn from_str(text: &str) -> Result<Self, NoStep> {
        let (code, to) = text.split_once('-').ok_or(NoStep)?;
        let to = match to {
            "1" => 1,
            "2" => 2,
            "3" => 3,
            "4" => 4,
            _ => return Err(NoStep),
        };
        Ok(Self { code: code.parse().map_err(|_| NoStep)?, to })
    }
}

/// Why a text names no step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a step is a competency and a level from 1 to 4, such as DS1-2")]
pub struct NoStep;

impl Pathway {
    pub fn step(&self, key: StepKey) -> Option<&Step> {
        self.steps.iter().chain(&self.later).find(|step| step.key == key)
    }

    /// The change that puts a step before the one above it.
    pub fn up(&self, key: StepKey) -> Option<Edit> {
        let movable = self.movable();
        let at = movable.iter().position(|known| *known == key)?;
        Some(Edit::Move { step: key, before: Some(*movable.get(at.checked_sub(1)?)?) })
    }

    /// The change that puts a step behind the one below it.
    pub fn down(&self, key: StepKey) -> Option<Edit> {
        let movable = self.movable();
        let at = movable.iter().position(|known| *known == key)?;
        (at + 1 < movable.len()).then(|| Edit::Move { step: key, before: movable.get(at + 2).copied() })
    }

    /// Steps that stand for themselves and are still to be walked: what opens another step goes
    /// where that one goes.
    fn movable(&self) -> Vec<StepKey> {
        let is_movable = |step: &&Step| !matches!(step.reason, Reason::Opens { .. }) && !step.is_done();
        self.steps.iter().filter(is_movable).map(|step| step.key).collect()
    }

    /// The lesson to go on with.
    pub fn next(&self) -> Option<&StepLesson> {
        self.steps.iter().flat_map(|step| &step.lessons).find(|lesson| !lesson.is_done)
    }
}

#[cfg(test)]
mod tests;
