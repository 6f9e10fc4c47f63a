//! Which lessons make a step.
//!
//! A lesson serves a need when its span overlaps it. Lessons come in course order, each as soon as
//! its entry level is reached. Where a competency is learned in two stretches (the floor, and the
//! rest later), a lesson goes with the first when more than half of its span lies there.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::competency::{CompetencyCode, CompetencySpan, Level};
use crate::domain::needs::framework::Framework;
use crate::domain::needs::ranking::Need;

use super::{LessonRef, Offer};

/// The lessons on offer and which of them are in the path already.
pub struct Shelf<'a> {
    framework: &'a Framework,
    offers: &'a [Offer],
    /// What the learner took out: chosen like the others, so that nothing takes its place.
    skipped: &'a BTreeSet<LessonRef>,
    taken: BTreeSet<usize>,
}

/// Lessons by their place on the shelf.
#[derive(Default)]
pub struct Chosen {
    pub fresh: Vec<usize>,
    /// In the path already.
    pub shared: Vec<usize>,
    /// Taken out by the learner.
    pub skipped: Vec<usize>,
}

/// A stretch of levels: above the first, up to the second.
type Stretch = (Level, Level);

impl<'a> Shelf<'a> {
    pub fn new(framework: &'a Framework, offers: &'a [Offer], skipped: &'a BTreeSet<LessonRef>) -> Self {
        Self { framework, offers, skipped, taken: BTreeSet::new() }
    }

    pub fn offer(&self, at: usize) -> &'a Offer {
        &self.offers[at]
    }

    /// All lessons that a need asks for, and takes them.
    pub fn serving(
        &mut self,
        code: CompetencyCode,
        stretch: Stretch,
        levels: &BTreeMap<CompetencyCode, Level>,
        later: &[Need],
    ) -> Chosen {
        let mut candidates = self.candidates(code, stretch, levels);
        if later.iter().any(|need| need.code == code && need.to > stretch.1) {
            keep_if_any(&mut candidates, |at| mostly_within(self.span(*at, code), stretch.1));
        }
        let ordered = self.in_reach(code, stretch.0, candidates);
        self.take(ordered)
    }

    /// As few lessons as reach a level, and takes them: what a prerequisite asks for.
    pub fn reaching(
        &mut self,
        code: CompetencyCode,
        stretch: Stretch,
        levels: &BTreeMap<CompetencyCode, Level>,
    ) -> Chosen {
        let candidates = self.candidates(code, stretch, levels);
        let mut level = stretch.0;
        let mut enough = Vec::new();
        for at in self.in_reach(code, stretch.0, candidates) {
            if level >= stretch.1 {
                break;
            }
            level = level.max(self.span(at, code).map_or(0, |span| span.after));
            enough.push(at);
        }
        self.take(enough)
    }

    /// Lessons that may be opened and overlap the stretch; if there are none, those that may be
    /// opened and lead beyond its beginning; if there are none, those that overlap it.
    fn candidates(
        &self,
        code: CompetencyCode,
        (from, to): Stretch,
        levels: &BTreeMap<CompetencyCode, Level>,
    ) -> Vec<usize> {
        let leads = |at: &usize| self.span(*at, code).is_some_and(|span| span.after > from);
        let overlaps = |at: &usize| self.span(*at, code).is_some_and(|span| span.before < to);
        let is_open = |at: &usize| self.is_open(*at, code, levels);
        let mut candidates: Vec<usize> = (0..self.offers.len()).filter(leads).collect();
        if candidates.iter().any(&is_open) {
            candidates.retain(is_open);
            keep_if_any(&mut candidates, overlaps);
        } else {
            candidates.retain(overlaps);
        }
        candidates
    }

    fn span(&self, at: usize, code: CompetencyCode) -> Option<CompetencySpan> {
        self.offers[at].spans.iter().copied().find(|span| span.code == code)
    }

    /// Whether the lesson may be opened: what it is mainly about is the need's own competency
    /// (whose prerequisites were placed before), or one whose prerequisites are met.
    fn is_open(&self, at: usize, code: CompetencyCode, levels: &BTreeMap<CompetencyCode, Level>) -> bool {
        let Some(main) = self.offers[at].spans.first().map(|span| span.code) else { return false };
        let is_met = |level: Option<&Level>, wanted: Level| level.copied().unwrap_or(0) >= wanted;
        main == code
            || self.framework.prerequisites(main).iter().all(|needed| is_met(levels.get(&needed.code), needed.level))
    }

    /// Course order, but each lesson only once its entry level is reached; if none is within reach,
    /// the one that begins lowest.
    fn in_reach(&self, code: CompetencyCode, from: Level, mut waiting: Vec<usize>) -> Vec<usize> {
        let before = |at: &usize| self.span(*at, code).map_or(0, |span| span.before);
        let mut level = from;
        let mut ordered = Vec::new();
        while !waiting.is_empty() {
            let lowest = waiting.iter().enumerate().min_by_key(|(_, at)| before(at)).map_or(0, |(place, _)| place);
            let place = waiting.iter().position(|at| before(at) <= level).unwrap_or(lowest);
            let at = waiting.remove(place);
            level = level.max(self.span(at, code).map_or(0, |span| span.after));
            ordered.push(at);
        }
        ordered
    }

    fn take(&mut self, ordered: Vec<usize>) -> Chosen {
        let is_skipped = |at: &usize| self.skipped.contains(&self.offers[*at].lesson);
        let (skipped, walked): (Vec<usize>, Vec<usize>) = ordered.into_iter().partition(is_skipped);
        let (fresh, shared) = walked.into_iter().partition(|at| self.taken.insert(*at));
        Chosen { fresh, shared, skipped }
    }
}

/// Whether more than half of the span lies at or under `level`.
fn mostly_within(span: Option<CompetencySpan>, level: Level) -> bool {
    span.is_some_and(|span| {
        let within = level.min(span.after).saturating_sub(span.before);
        2 * within > span.after.saturating_sub(span.before)
    })
}

/// Keeps what `wanted` accepts, unless that is nothing.
fn keep_if_any(candidates: &mut Vec<usize>, wanted: impl Fn(&usize) -> bool) {
    if candidates.iter().any(&wanted) {
        candidates.retain(wanted);
    }
}
