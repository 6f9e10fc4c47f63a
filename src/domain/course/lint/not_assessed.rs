//! What a lesson promises is asked somewhere: in it, or in a pool that points to it.

use std::collections::BTreeSet;

use super::Material;
use crate::domain::course::diagnostic::{Report, rule};

pub fn check(material: &Material, report: &mut Report) {
    let asked: BTreeSet<_> =
        material.questions().filter_map(|question| Some((question.lesson.as_ref()?, question.competency))).collect();
    for (_, lesson) in material.text().lessons() {
        for span in lesson.competencies.iter().filter(|span| !asked.contains(&(&lesson.id, span.code))) {
            report.warning(
                &material.lesson_spot(&lesson.id),
                rule::NOT_ASSESSED,
                format!("the lesson promises {}, and no question asks for it", span.code),
                format!("add a question with competency={} here, or with lesson={} in a quiz", span.code, lesson.id),
            );
        }
    }
}
