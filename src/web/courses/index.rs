//! The catalogue, filtered by area, language and time.

use std::sync::Arc;

use rocket::{Route, get, routes};
use serde::Serialize;

use super::{area_words, content_language};
use crate::domain::course::{Area, Course};
use crate::locale::{Argument, Language, Words};
use crate::web::error::AppError;
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// `courses/index`
#[derive(Serialize)]
struct IndexCourses {
    action: String,
    chosen_language: String,
    areas: Vec<OptionRow>,
    languages: Vec<OptionRow>,
    times: Vec<OptionRow>,
    courses: Vec<CourseCard>,
    is_empty: bool,
    all_url: String,
    #[serde(skip)]
    title: String,
}

impl View for IndexCourses {
    const TEMPLATE: &'static str = "courses/index";

    fn public_title(&self) -> Option<String> {
        Some(self.title.clone())
    }
}

#[derive(Serialize)]
struct OptionRow {
    value: String,
    label: String,
    is_chosen: bool,
}

/// `courses/_card`
#[derive(Serialize)]
pub struct CourseCard {
    url: String,
    title: String,
    summary: String,
    area: String,
    time: String,
    lessons: String,
    languages: String,
    lang: String,
    dir: &'static str,
}

impl CourseCard {
    pub fn of(visitor: &Visitor<'_>, course: &Course) -> Self {
        let text = course.text(&content_language(visitor.language));
        let words = visitor.words();
        let lessons = i64::try_from(text.lessons().count()).unwrap_or_default();
        Self {
            url: visitor.link(&format!("/courses/{}", course.slug)),
            title: text.title.clone(),
            summary: text.summary.clone(),
            area: words.get(area_words(course.area)),
            time: words.minutes(u32::from(course.effort_hours) * 60),
            lessons: words.fill("courses.lessons", &[("count", Argument::Number(lessons))]),
            languages: language_names(words, course),
            lang: text.language.to_string(),
            dir: text.language.dir(),
        }
    }
}

/// The names of a course's languages in themselves, with how many lessons where it is not all.
fn language_names(words: &Words, course: &Course) -> String {
    let number = |count: usize| Argument::Number(i64::try_from(count).unwrap_or_default());
    let names = course.texts.iter().map(|(tag, text)| {
        let language = Language::from_tag(tag.as_str());
        let name = language.map_or_else(|| tag.to_string(), |language| language.own_name().to_owned());
        let (all, here) =
            (text.lessons().count(), text.lessons().filter(|(_, lesson)| lesson.language == *tag).count());
        if here == all {
            return name;
        }
        let part = [("language", Argument::Text(&name)), ("count", number(here)), ("all", number(all))];
        words.fill("courses.language_part", &part)
    });
    names.collect::<Vec<_>>().join(", ")
}

/// What one can ask for; anything unknown asks for nothing.
struct Filter<'a> {
    area: Option<Area>,
    language: Option<&'a str>,
    /// At most so many hours.
    hours: Option<u16>,
}

const AREAS: [(Area, &str); 4] = [
    (Area::DigitalSecurity, "digital-security"),
    (Area::UnMechanisms, "un-mechanisms"),
    (Area::BusinessAndHumanRights, "business-and-human-rights"),
    (Area::Platform, "platform"),
];

const HOURS: [u16; 3] = [5, 15, 30];

impl Filter<'_> {
    fn lets(&self, course: &Course) -> bool {
        self.area.is_none_or(|area| course.area == area)
            && self.language.is_none_or(|tag| course.texts.keys().any(|known| known.as_str() == tag))
            && self.hours.is_none_or(|hours| course.effort_hours <= hours)
    }
}

#[get("/courses?<area>&<language>&<hours>")]
fn index(
    visitor: Visitor<'_>,
    area: Option<&str>,
    language: Option<&str>,
    hours: Option<u16>,
) -> Result<Reply, AppError> {
    let filter = Filter {
        area: AREAS.iter().find(|(_, name)| Some(*name) == area).map(|(area, _)| *area),
        language: language.filter(|tag| !tag.is_empty()),
        hours,
    };
    let mut courses: Vec<Arc<Course>> = visitor.house.catalogue.latest();
    courses.sort_by_key(|course| (course.area, course.slug.clone()));
    let found: Vec<_> = courses.iter().filter(|course| filter.lets(course)).collect();
    let words = visitor.words();
    visitor.page(&IndexCourses {
        action: "/courses".to_owned(),
        chosen_language: if visitor.link("/").contains("lang=") {
            visitor.language.tag().to_owned()
        } else {
            String::new()
        },
        areas: areas(words, filter.area),
        languages: languages(&courses, filter.language),
        times: HOURS
            .iter()
            .map(|most| OptionRow {
                value: most.to_string(),
                label: words.fill("courses.filter.up_to", &[("count", Argument::Number(i64::from(*most)))]),
                is_chosen: filter.hours == Some(*most),
            })
            .collect(),
        is_empty: found.is_empty(),
        courses: found.into_iter().map(|course| CourseCard::of(&visitor, course)).collect(),
        all_url: visitor.link("/courses"),
        title: words.get("site.courses"),
    })
}

fn areas(words: &Words, chosen: Option<Area>) -> Vec<OptionRow> {
    let row = |(area, name): &(Area, &str)| OptionRow {
        value: (*name).to_owned(),
        label: words.get(area_words(*area)),
        is_chosen: chosen == Some(*area),
    };
    AREAS.iter().map(row).collect()
}

fn languages(courses: &[Arc<Course>], chosen: Option<&str>) -> Vec<OptionRow> {
    let mut tags: Vec<&str> = courses.iter().flat_map(|course| course.texts.keys()).map(|tag| tag.as_str()).collect();
    tags.sort_unstable();
    tags.dedup();
    let row = |tag: &str| OptionRow {
        value: tag.to_owned(),
        label: Language::from_tag(tag).map_or(tag, |language| language.own_name()).to_owned(),
        is_chosen: chosen == Some(tag),
    };
    tags.into_iter().map(row).collect()
}

pub fn routes() -> Vec<Route> {
    routes![index]
}
