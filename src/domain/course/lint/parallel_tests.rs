//! What changed can be measured only when pre-test and post-test ask for the same, with other questions.

use std::collections::BTreeMap;

use super::Material;
use crate::domain::competency::{CompetencyCode, Level};
use crate::domain::course::diagnostic::{Report, rule};
use crate::domain::quiz::Quiz;

pub fn check(material: &Material, report: &mut Report) {
    let text = material.text();
    let (pre, post) = match (&text.pre_test, &text.post_test) {
        (Some(pre), Some(post)) => (pre, post),
        (Some(only), None) | (None, Some(only)) => {
            let message = "the course has only one of pre-test and post-test";
            report.warning(
                &material.quiz_spot(only),
                rule::PARALLEL_TESTS,
                message,
                "add the other, or take this one out",
            );
            return;
        }
        (None, None) => return,
    };
    let (before, after) = (cells(pre), cells(post));
    for cell in before.keys().chain(after.keys().filter(|cell| !before.contains_key(cell))) {
        let count = |cells: &BTreeMap<_, usize>| cells.get(cell).copied().unwrap_or(0);
        if count(&before) != count(&after) {
            report.warning(
                &material.quiz_spot(post),
                rule::PARALLEL_TESTS,
                format!(
                    "on {} level {}, the pre-test asks {} and the post-test {}",
                    cell.0,
                    cell.1,
                    count(&before),
                    count(&after)
                ),
                "ask the same number on each competency and level, with different questions",
            );
        }
    }
}

fn cells(quiz: &Quiz) -> BTreeMap<(CompetencyCode, Level), usize> {
    let mut cells = BTreeMap::new();
    for question in &quiz.pool {
        *cells.entry((question.competency, question.level)).or_default() += 1;
    }
    cells
}
