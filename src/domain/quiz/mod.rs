//! Quizzes: pools of questions, drawing from them, reading responses, marking, rules for attempts.
//!
//! Quiz › Question › Choice; Response → Marking → Score. Keys live in the compiled question and
//! leave the server only as feedback after marking.

pub mod calibration;
mod chance;
pub mod drawing;
pub mod feedback;
pub mod number;
pub mod question;
pub mod rehearsal;
pub mod response;
pub mod rubric;
pub mod rules;
#[cfg(test)]
pub(in crate::domain) mod samples;
pub mod scoring;
pub mod text;

use crate::domain::competency::{CompetencyCode, Level};
use crate::domain::course::block::Block;
use crate::domain::id::{QuestionId, QuizId};
use crate::domain::language::LanguageTag;

use question::Question;
use rules::Limits;

/// A module quiz, a pre-test or a post-test.
#[derive(Clone, Debug, PartialEq)]
pub struct Quiz {
    pub id: QuizId,
    pub kind: QuizKind,
    /// The language it is really written in.
    pub language: LanguageTag,
    pub title: String,
    pub minutes: u16,
    /// Per cent of the points that passes; 0: nothing to pass.
    pub pass: u8,
    /// How many attempts one has; 0: as many as one likes.
    pub attempts: u16,
    /// Minutes between handing in one attempt and beginning the next.
    pub wait_minutes: u32,
    /// Whether each question also asks *how sure are you?*.
    pub asks_confidence: bool,
    pub introduction: Vec<Block>,
    /// Empty: every question of the pool is asked.
    pub draws: Vec<Draw>,
    pub pool: Vec<Question>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuizKind {
    Module,
    PreTest,
    PostTest,
}

/// How many questions of one competency (and level) an attempt asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    pub competency: CompetencyCode,
    pub level: Option<Level>,
    pub count: u16,
}

impl Quiz {
    pub fn question(&self, id: &QuestionId) -> Option<&Question> {
        self.pool.iter().find(|question| question.id == *id)
    }

    pub fn limits(&self) -> Limits {
        Limits { attempts: self.attempts, wait_minutes: self.wait_minutes }
    }

    /// How many questions one attempt asks: fewer than the draws say where the pool is too small.
    pub fn length(&self) -> usize {
        drawing::draw(self, 0, &[]).len()
    }
}
