//! The published courses as those who teach see them, with notes for teaching a module together.

use std::sync::Arc;

use rocket::{Route, get, routes};
use serde::Serialize;

use crate::domain::course::block::Block;
use crate::domain::course::{Course, CourseText, Lesson, Module, Place};
use crate::domain::policy;
use crate::locale::Words;
use crate::web::blocks::Press;
use crate::web::courses::{content_language, course};
use crate::web::error::AppError;
use crate::web::helpers::Markup;
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::tasks::person;
use crate::web::tasks::views::is_fallback;
use crate::web::visitor::Trainer;

/// `marking/courses`
#[derive(Serialize)]
struct ShowCourses {
    courses: Vec<CourseRow>,
    has_courses: bool,
}

#[derive(Serialize)]
struct CourseRow {
    title: String,
    lang: String,
    dir: &'static str,
    url: String,
    modules: Vec<ModuleRow>,
}

#[derive(Serialize)]
struct ModuleRow {
    title: String,
    url: String,
    /// How long a session takes, or that there are no notes yet.
    meta: String,
}

impl View for ShowCourses {
    const TEMPLATE: &'static str = "marking/courses";
    const IS_STAFF_PAGE: bool = true;
}

/// `marking/notes`
#[derive(Serialize)]
struct ShowNotes {
    course: String,
    module: String,
    title: String,
    time: String,
    lang: String,
    dir: &'static str,
    is_fallback: bool,
    notes: Markup,
    has_notes: bool,
    /// Notes for trainers that stand inside lessons.
    lessons: Vec<LessonRow>,
    has_asides: bool,
}

#[derive(Serialize)]
struct LessonRow {
    title: String,
    asides: Markup,
}

impl View for ShowNotes {
    const TEMPLATE: &'static str = "marking/notes";
    const IS_STAFF_PAGE: bool = true;
}

#[get("/teach/courses")]
fn index(trainer: Trainer<'_>) -> Result<Reply, AppError> {
    let visitor = &trainer.0.visitor;
    let person = person(&trainer.0);
    let teaches = |course: &Arc<Course>| policy::may_read_facilitator_notes(&person, &course.slug);
    let courses: Vec<_> = visitor.house.catalogue.latest().into_iter().filter(teaches).collect();
    let row = |course: &Arc<Course>| {
        let text = course.text(&content_language(visitor.language));
        CourseRow {
            title: text.title.clone(),
            lang: text.language.to_string(),
            dir: text.language.dir(),
            url: format!("/courses/{}", course.slug),
            modules: modules(visitor.words(), course, text),
        }
    };
    visitor.page(&ShowCourses { has_courses: !courses.is_empty(), courses: courses.iter().map(row).collect() })
}

fn modules(words: &Words, course: &Course, text: &CourseText) -> Vec<ModuleRow> {
    let row = |(number, module): (u16, &Module)| ModuleRow {
        title: module.title.clone(),
        url: format!("/teach/courses/{}/{number}", course.slug),
        meta: match &module.facilitator {
            Some(notes) => words.minutes(notes.minutes.into()),
            None => words.get("marking.no_notes"),
        },
    };
    (1..).zip(&text.modules).map(row).collect()
}

#[get("/teach/courses/<slug>/<module>")]
fn show(trainer: Trainer<'_>, slug: &str, module: &str) -> Result<Reply, AppError> {
    let visitor = &trainer.0.visitor;
    let course = course(visitor, slug)?;
    if !policy::may_read_facilitator_notes(&person(&trainer.0), &course.slug) {
        return Err(AppError::NotFound);
    }
    let wanted = content_language(visitor.language);
    let text = course.text(&wanted);
    // One reading of a number, so that a page has one address.
    let Ok(Place { module: number, .. }) = format!("{module}-1").parse() else { return Err(AppError::NotFound) };
    let module = text.modules.get(usize::from(number) - 1).ok_or(AppError::NotFound)?;
    let press =
        Press { templates: &visitor.house.templates, language: visitor.language, course: &course, for_trainers: true };
    let folder = format!("/courses/{}/", course.slug);
    let words = visitor.words();
    let notes = module.facilitator.as_deref();
    let language = notes.map_or(&text.language, |notes| &notes.language);
    let lessons = lessons(&press, &folder, module)?;
    visitor.page(&ShowNotes {
        course: text.title.clone(),
        module: module.title.clone(),
        title: notes.map_or_else(|| module.title.clone(), |notes| notes.title.clone()),
        time: notes.map(|notes| words.minutes(notes.minutes.into())).unwrap_or_default(),
        lang: language.to_string(),
        dir: language.dir(),
        is_fallback: is_fallback(language, &wanted),
        has_notes: notes.is_some(),
        notes: match notes {
            Some(notes) => press.whole(&notes.blocks)?.in_folder(&folder),
            None => Markup::default(),
        },
        has_asides: !lessons.is_empty(),
        lessons,
    })
}

/// Lessons that hold notes for trainers, with these notes alone.
fn lessons(press: &Press<'_>, folder: &str, module: &Module) -> Result<Vec<LessonRow>, AppError> {
    let mut rows = Vec::new();
    for lesson in &module.lessons {
        let asides = asides(lesson);
        if !asides.is_empty() {
            rows.push(LessonRow { title: lesson.title.clone(), asides: press.whole(&asides)?.in_folder(folder) });
        }
    }
    Ok(rows)
}

fn asides(lesson: &Lesson) -> Vec<Block> {
    lesson.blocks.iter().filter(|block| matches!(block, Block::Facilitator(_))).cloned().collect()
}

pub fn routes() -> Vec<Route> {
    routes![index, show]
}
