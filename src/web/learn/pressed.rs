//! Lessons made ready once per edition and language, so that showing one is mostly copying.

use std::sync::Arc;

use moka::sync::Cache;

use crate::domain::course::block::{Checklist, Reflection};
use crate::domain::course::{Course, CourseText, EditionHash, Lesson, Place};
use crate::domain::language::LanguageTag;
use crate::domain::quiz::question::Question;
use crate::locale::{Language, Words};
use crate::web::blocks::{Part, Press};
use crate::web::compress::{Encoding, compress};
use crate::web::error::AppError;
use crate::web::house::House;

/// A lesson's body, ready but for what its reader did.
pub struct Pressed {
    pub parts: Vec<Part>,
    /// About what the whole page weighs on the line.
    pub bytes: u64,
}

type Key = (EditionHash, LanguageTag, Language, Place);

pub struct PressedLessons(Cache<Key, Arc<Pressed>>);

impl Default for PressedLessons {
    fn default() -> Self {
        Self(Cache::new(600))
    }
}

/// What the frame of a page adds to its lesson, compressed: head, menu, outline, foot.
const FRAME_BYTES: u64 = 2_500;

impl PressedLessons {
    pub fn lesson(
        &self,
        house: &House,
        language: Language,
        course: &Course,
        text: &CourseText,
        place: Place,
    ) -> Result<Arc<Pressed>, AppError> {
        let lesson = text.lesson_at(place).ok_or(AppError::NotFound)?;
        let key = (course.edition.clone(), text.language.clone(), language, place);
        if let Some(pressed) = self.0.get(&key) {
            return Ok(pressed);
        }
        let press = Press { templates: &house.templates, language, course, for_trainers: false };
        let parts = press.parts(&lesson.blocks)?;
        let bytes = compress(plain(&parts).into_bytes(), Encoding::Brotli).len() as u64 + FRAME_BYTES;
        let pressed = Arc::new(Pressed { parts, bytes });
        self.0.insert(key, pressed.clone());
        Ok(pressed)
    }
}

/// The parts as text, for weighing them.
fn plain(parts: &[Part]) -> String {
    let mut all = String::new();
    for part in parts {
        match part {
            Part::Fixed(html) => all.push_str(html),
            Part::Checklist(Checklist { items, .. }) => items.iter().for_each(|item| all.push_str(item.as_str())),
            Part::Reflection(Reflection { prompt, .. }) => all.push_str(prompt.as_str()),
            Part::Question(question) => all.push_str(&weighed(question)),
        }
    }
    all
}

/// A question's page holds its prompt and choices; their feedback comes only after marking.
fn weighed(question: &Question) -> String {
    use crate::domain::quiz::question::Body;
    let mut text = question.prompt.as_str().to_owned();
    if let Body::SingleChoice(choices) | Body::MultipleChoice(choices) | Body::TrueFalse(choices) = &question.body {
        choices.0.iter().for_each(|choice| text.push_str(choice.text.as_str()));
    }
    text
}

/// `12 minutes · 9 kB`
pub fn cost(words: &Words, lesson: &Lesson, bytes: u64) -> String {
    format!("{} · {}", words.minutes(lesson.minutes.into()), words.size(bytes))
}
