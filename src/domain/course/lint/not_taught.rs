//! A question is on a competency that its lesson teaches, and a lesson on one that the course names.

use super::Material;
use crate::domain::competency::CompetencyCode;
use crate::domain::course::Lesson;
use crate::domain::course::diagnostic::{Report, rule};
use crate::domain::quiz::question::Question;

pub fn check(material: &Material, report: &mut Report) {
    for (_, lesson) in material.text().lessons() {
        for span in lesson.competencies.iter().filter(|span| !material.manifest.competencies.contains(&span.code)) {
            report.warning(
                &material.lesson_spot(&lesson.id),
                rule::NOT_TAUGHT,
                format!("the lesson teaches {}, which course.toml does not name", span.code),
                "add it to competencies in course.toml, or correct the lesson",
            );
        }
    }
    for question in material.questions() {
        let lesson = material.text().lessons().find(|(_, lesson)| question.lesson.as_ref() == Some(&lesson.id));
        if let Some((_, lesson)) = lesson
            && !teaches(lesson, question.competency)
        {
            untaught(material, question, lesson, report);
        }
    }
}

fn teaches(lesson: &Lesson, competency: CompetencyCode) -> bool {
    lesson.competencies.iter().any(|span| span.code == competency)
}

fn untaught(material: &Material, question: &Question, lesson: &Lesson, report: &mut Report) {
    let taught: Vec<&str> = lesson.competencies.iter().map(|span| span.code.as_str()).collect();
    report.warning(
        &material.question_spot(&question.id),
        rule::NOT_TAUGHT,
        format!(
            "the question is on {}, and its lesson {} teaches {}",
            question.competency,
            lesson.id,
            taught.join(", ")
        ),
        "name the right competency or lesson, or add the competency to the lesson's front matter",
    );
}
