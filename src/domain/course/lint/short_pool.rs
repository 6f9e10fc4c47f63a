//! A quiz can draw what it says: otherwise an attempt could not begin.

use super::Material;
use crate::domain::competency::{CompetencyCode, Level};
use crate::domain::course::diagnostic::{Report, rule};
use crate::domain::quiz::{Draw, Quiz};

pub fn check(material: &Material, report: &mut Report) {
    for quiz in material.text().quizzes() {
        let spot = material.quiz_spot(quiz);
        if quiz.pool.is_empty() {
            report.error(
                &spot,
                rule::SHORT_POOL,
                "the quiz has no questions",
                "add `question` blocks below the introduction",
            );
        }
        for draw in &quiz.draws {
            let (wanted, there) = (wanted(quiz, draw), there(quiz, draw.competency, draw.level));
            if wanted > there {
                let level = draw.level.map(|level| format!(" on level {level}")).unwrap_or_default();
                report.error(
                    &spot,
                    rule::SHORT_POOL,
                    format!("the quiz draws {wanted} questions on {}{level}, and has {there}", draw.competency),
                    "add questions, or draw fewer",
                );
            }
        }
    }
}

/// A draw of any level takes from the same questions as the draws of single levels.
fn wanted(quiz: &Quiz, draw: &Draw) -> usize {
    let shares =
        |other: &&Draw| other.competency == draw.competency && (draw.level.is_none() || other.level == draw.level);
    quiz.draws.iter().filter(shares).map(|other| usize::from(other.count)).sum()
}

fn there(quiz: &Quiz, competency: CompetencyCode, level: Option<Level>) -> usize {
    let fits = |level_there: Level| level.is_none_or(|level| level == level_there);
    quiz.pool.iter().filter(|question| question.competency == competency && fits(question.level)).count()
}
