//! Which questions of a sitting have a saved response, known without asking the database.
//!
//! Going on to the next question is the page that learners open most, and of all that is saved it shows
//! only which questions are answered. While one server writes alone, that is remembered from what it
//! reads and saves. Whatever it is not sure of it does not know: while something is being saved, when two
//! saves crossed, when a save failed or its caller left.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::id::QuestionId;

/// For each question that was saved whether it has a response, or was left empty.
pub type Answered = BTreeMap<QuestionId, bool>;

/// What is remembered of one open sitting.
#[derive(Debug, Default)]
pub struct Memory(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    known: Option<Answered>,
    /// Writes that have begun and not ended.
    under_way: usize,
    /// Writes that have begun or ended, ever.
    changes: u64,
}

/// A read that began while nothing was being written.
#[derive(Debug)]
pub struct Reading {
    changes: u64,
}

/// A write that is under way, until it is dropped.
#[derive(Debug)]
pub struct Writing<'a> {
    memory: &'a Memory,
    /// What was known when it began.
    before: Option<Answered>,
    changes: u64,
}

impl Memory {
    /// What is saved, if that is known.
    pub fn known(&self) -> Option<Answered> {
        self.state().known.clone()
    }

    /// Before the database is asked for everything that is saved.
    pub fn reading(&self) -> Option<Reading> {
        let state = self.state();
        (state.under_way == 0).then_some(Reading { changes: state.changes })
    }

    /// What it answered.
    pub fn learn(&self, reading: Option<Reading>, answered: &Answered) {
        let mut state = self.state();
        if reading.is_some_and(|reading| reading.changes == state.changes) {
            state.known = Some(answered.clone());
        }
    }

    /// Before something is saved or the sitting is handed in.
    pub fn writing(&self) -> Writing<'_> {
        let mut state = self.state();
        state.under_way += 1;
        state.changes += 1;
        Writing { memory: self, before: state.known.take(), changes: state.changes }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change below is whole before anything can panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writing<'_> {
    /// One response was saved, or a question left empty.
    pub fn saved(mut self, question: &QuestionId, has_response: bool) {
        let mut state = self.memory.state();
        if state.changes == self.changes
            && let Some(mut answered) = self.before.take()
        {
            answered.insert(question.clone(), has_response);
            state.known = Some(answered);
        }
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        let mut state = self.memory.state();
        state.under_way -= 1;
        state.changes += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> QuestionId {
        text.parse().unwrap()
    }

    fn answered(pairs: &[(&str, bool)]) -> Answered {
        pairs.iter().map(|(question, has_response)| (id(question), *has_response)).collect()
    }

    #[test]
    fn what_was_read_and_saved_since_is_known() {
        let memory = Memory::default();
        assert_eq!(memory.known(), None);
        let reading = memory.reading();
        memory.learn(reading, &answered(&[("a", true)]));
        memory.writing().saved(&id("b"), true);
        memory.writing().saved(&id("a"), false);
        assert_eq!(memory.known(), Some(answered(&[("a", false), ("b", true)])));
    }

    #[test]
    fn a_read_that_a_write_crossed_teaches_nothing() {
        let memory = Memory::default();
        let (before, write) = (memory.reading(), memory.writing());
        memory.learn(before, &answered(&[]));
        assert_eq!(memory.known(), None, "it may have read before the write");
        let during = memory.reading();
        write.saved(&id("a"), true);
        memory.learn(during, &answered(&[]));
        assert_eq!(memory.known(), None, "the same");
        let after = memory.reading();
        memory.learn(after, &answered(&[("a", true)]));
        assert_eq!(memory.known(), Some(answered(&[("a", true)])));
    }

    #[test]
    fn a_write_that_fails_or_crosses_another_is_forgotten() {
        let memory = Memory::default();
        let learn = || memory.learn(memory.reading(), &answered(&[]));
        learn();
        drop(memory.writing());
        assert_eq!(memory.known(), None, "it may or may not be in the database");
        learn();
        let (one, other) = (memory.writing(), memory.writing());
        other.saved(&id("b"), true);
        one.saved(&id("a"), true);
        assert_eq!(memory.known(), None);
        learn();
        let (one, other) = (memory.writing(), memory.writing());
        one.saved(&id("a"), true);
        assert_eq!(memory.known(), None, "the other is still under way");
        drop(other);
        assert_eq!(memory.known(), None);
    }
}
