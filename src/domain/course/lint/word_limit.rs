//! A lesson fits into a sitting.

use super::Material;
use crate::domain::course::diagnostic::{Report, rule};

/// Words of the body without its questions.
const MAX_WORDS: u32 = 1_400;

pub fn check(material: &Material, report: &mut Report) {
    for (_, lesson) in material.text().lessons().filter(|(_, lesson)| lesson.words > MAX_WORDS) {
        report.warning(
            &material.lesson_spot(&lesson.id),
            rule::WORD_LIMIT,
            format!("the lesson has {} words; {MAX_WORDS} are the limit, questions not counted", lesson.words),
            "cut what is said twice, or make it two lessons",
        );
    }
}
