//! course.toml: what holds for the course in every language.

use std::sync::Arc;

use super::{ID_SHAPE, competency, small, texts};
use crate::domain::competency::CompetencyCode;
use crate::domain::course::diagnostic::{Report, Spot, rule};
use crate::domain::course::front::{Fields, TomlText};
use crate::domain::course::scan::Chunk;
use crate::domain::course::{Area, CertificateRule};
use crate::domain::id::{CourseSlug, LessonId};
use crate::domain::language::LanguageTag;

pub const FILE: &str = "course.toml";

/// The only version of the format there is.
const FORMAT: u32 = 1;

#[derive(Clone, Debug)]
pub struct Manifest {
    pub slug: Option<CourseSlug>,
    pub area: Area,
    pub source_language: LanguageTag,
    pub licence: String,
    pub authors: Vec<String>,
    pub competencies: Vec<CompetencyCode>,
    pub effort_hours: u16,
    pub sample_lesson: Option<(LessonId, Spot)>,
    pub certificate: CertificateRule,
}

/// Reads course.toml. `None`: nothing else can be read, since the source language is not known.
pub fn read(file: &str, text: &str, report: &mut Report) -> Option<Manifest> {
    let file: Arc<str> = file.into();
    let text = TomlText::new(&file, Chunk { line: 1, text });
    let (table, _) = text.parse(report);
    let fields = text.fields(&table);
    let _ = fields.number("format", FORMAT..=FORMAT, report);
    let slug = fields.parsed("slug", "the folder's name: a-z, digits and hyphens", report);
    let area = area(&fields, report);
    let source_language = fields.parsed("source_language", "a language tag such as en or id", report);
    let licence = fields.text("licence", report);
    let authors = texts(fields.some_texts("authors", report));
    let competencies = fields
        .some_texts("competencies", report)
        .iter()
        .filter_map(|(text, spot)| competency(text, spot, report))
        .collect();
    let effort_hours = small(fields.number("effort_hours", 1..=500, report));
    let sample_lesson = fields.has("sample_lesson").then(|| fields.parsed("sample_lesson", ID_SHAPE, report)).flatten();
    let sample_lesson = sample_lesson.map(|id| (id, fields.spot("sample_lesson")));
    let certificate = certificate(&fields, report);
    fields.finish(report);
    Some(Manifest {
        slug,
        area,
        source_language: source_language?,
        licence,
        authors,
        competencies,
        effort_hours,
        sample_lesson,
        certificate,
    })
}

fn area(fields: &Fields, report: &mut Report) -> Area {
    match fields.text("area", report).as_str() {
        "digital-security" => Area::DigitalSecurity,
        "un-mechanisms" => Area::UnMechanisms,
        "business-and-human-rights" => Area::BusinessAndHumanRights,
        "platform" | "" => Area::Platform,
        other => {
            report.error(
                &fields.spot("area"),
                rule::BAD_FIELD,
                format!("there is no area `{other}`"),
                "expected: digital-security, un-mechanisms, business-and-human-rights or platform",
            );
            Area::Platform
        }
    }
}

fn certificate(fields: &Fields, report: &mut Report) -> CertificateRule {
    let Some(fields) = fields.table("certificate", report) else {
        return CertificateRule { is_issued: true, expires_after_months: None };
    };
    let is_issued = fields.flag("issued", true, report);
    let months = fields.optional_number("expires_after_months", 1..=600, report);
    fields.finish(report);
    CertificateRule { is_issued, expires_after_months: months.and_then(|months| u16::try_from(months).ok()) }
}
