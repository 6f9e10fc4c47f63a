//! What to offer next: which modules of the catalogue teach what most people lack.

use serde::Serialize;

use crate::domain::competency::CompetencyCode;
use crate::domain::course::{Area, CourseText, Module};
use crate::locale::{Argument, Words};
use crate::web::courses::content_language;
use crate::web::visitor::Visitor;

/// How many modules are named.
const MOST: usize = 5;

/// One module that would help.
#[derive(Serialize)]
pub struct OfferRow {
    title: String,
    course: String,
    lang: String,
    dir: &'static str,
    url: String,
    /// What it teaches of what is lacked.
    teaches: String,
    meta: String,
}

/// Modules by how many needs of two levels and more they would meet, most first. `needed`: about how
/// many people lack each competency, from a release.
pub fn offers(
    visitor: &Visitor<'_>,
    needed: &[(CompetencyCode, u32)],
    name: impl Fn(CompetencyCode) -> String,
) -> Vec<OfferRow> {
    let wanted = content_language(visitor.language);
    let courses = visitor.house.catalogue.latest();
    let mut found = Vec::new();
    for course in courses.iter().filter(|course| course.area != Area::Platform) {
        let text = course.text(&wanted);
        for module in &text.modules {
            let met = met(module, needed);
            let needs: u32 = met.iter().map(|(_, people)| people).sum();
            if needs > 0 {
                found.push((needs, row(visitor.words(), course.slug.as_str(), text, module, &met, &name)));
            }
        }
    }
    found.sort_by_key(|(needs, _)| std::cmp::Reverse(*needs));
    found.into_iter().take(MOST).map(|(_, row)| row).collect()
}

/// What a module teaches of what is needed.
fn met(module: &Module, needed: &[(CompetencyCode, u32)]) -> Vec<(CompetencyCode, u32)> {
    let teaches = |code: CompetencyCode| {
        module
            .lessons
            .iter()
            .flat_map(|lesson| &lesson.competencies)
            .any(|span| span.code == code && span.after > span.before)
    };
    needed.iter().copied().filter(|(code, _)| teaches(*code)).collect()
}

fn row(
    words: &Words,
    slug: &str,
    text: &CourseText,
    module: &Module,
    met: &[(CompetencyCode, u32)],
    name: impl Fn(CompetencyCode) -> String,
) -> OfferRow {
    let people = |(code, people): &(CompetencyCode, u32)| {
        let gaps = [("name", Argument::Text(&name(*code))), ("count", Argument::Number((*people).into()))];
        words.fill("manage.offer_need", &gaps)
    };
    let minutes: u32 = module.lessons.iter().map(|lesson| u32::from(lesson.minutes)).sum();
    let lessons = i64::try_from(module.lessons.len()).unwrap_or_default();
    let lessons = words.fill("manage.lessons", &[("count", Argument::Number(lessons))]);
    OfferRow {
        title: module.title.clone(),
        course: text.title.clone(),
        lang: text.language.to_string(),
        dir: text.language.dir(),
        url: format!("/courses/{slug}"),
        teaches: met.iter().map(people).collect::<Vec<_>>().join(" · "),
        meta: format!("{lessons} · {}", words.minutes(minutes)),
    }
}
