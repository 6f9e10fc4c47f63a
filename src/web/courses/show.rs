//! A course's page: who it is for, what one will be able to do, its outline, the way in.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::{area_words, content_language, course};
use crate::domain::course::{Course, CourseText, Place};
use crate::locale::{Argument, Words};
use crate::store::enrolments;
use crate::web::blocks::Press;
use crate::web::error::AppError;
use crate::web::form::{Nothing, Submitted};
use crate::web::helpers::Markup;
use crate::web::learn::pressed;
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::{Learner, Visitor};

/// `courses/show`
#[derive(Serialize)]
struct ShowCourse {
    title: String,
    summary: String,
    lang: String,
    dir: &'static str,
    area: String,
    time: String,
    audience: String,
    outcomes: Vec<String>,
    introduction: Markup,
    modules: Vec<ModuleRow>,
    has_task: bool,
    task_title: String,
    gives_certificate: bool,
    is_signed_in: bool,
    is_enrolled: bool,
    /// Where to enrol, to go on, or to make an account first.
    go_url: String,
    sample_url: String,
    has_sample: bool,
    checked: String,
    glossary_url: String,
    facts_url: String,
    licence: String,
}

impl View for ShowCourse {
    const TEMPLATE: &'static str = "courses/show";

    fn public_title(&self) -> Option<String> {
        Some(self.title.clone())
    }
}

#[derive(Serialize)]
pub struct ModuleRow {
    title: String,
    summary: String,
    lessons: Vec<LessonRow>,
    quiz_title: String,
    has_quiz: bool,
}

#[derive(Serialize)]
struct LessonRow {
    title: String,
    /// "12 minutes · 9 kB"
    cost: String,
}

#[get("/courses/<slug>")]
async fn show(visitor: Visitor<'_>, slug: &str) -> Result<Reply, AppError> {
    let course = course(&visitor, slug)?;
    let text = course.text(&content_language(visitor.language));
    let words = visitor.words();
    let enrolment = match visitor.signed_in() {
        Some(signed_in) => enrolments::in_course(&visitor.house.store, signed_in.account, &course.slug).await?,
        None => None,
    };
    let go_url = match (&enrolment, visitor.signed_in()) {
        (Some(enrolment), _) => format!("/learn/{}", enrolment.id),
        (None, Some(_)) => format!("/courses/{}/enrolment", course.slug),
        (None, None) => visitor.link("/sign-up"),
    };
    let press =
        Press { templates: &visitor.house.templates, language: visitor.language, course: &course, for_trainers: false };
    let address = |rest: &str| visitor.link(&format!("/courses/{}/{rest}", course.slug));
    visitor.page(&ShowCourse {
        title: text.title.clone(),
        summary: text.summary.clone(),
        lang: text.language.to_string(),
        dir: text.language.dir(),
        area: words.get(area_words(course.area)),
        time: words.minutes(u32::from(course.effort_hours) * 60),
        audience: text.audience.clone(),
        outcomes: text.outcomes.clone(),
        introduction: press.whole(&text.introduction)?.linked(address),
        modules: modules(&visitor, &course, text)?,
        has_task: text.final_task.is_some(),
        task_title: text.final_task.as_ref().map(|task| task.title.clone()).unwrap_or_default(),
        gives_certificate: course.certificate.is_issued,
        is_signed_in: visitor.signed_in().is_some(),
        is_enrolled: enrolment.is_some(),
        go_url,
        sample_url: address("sample"),
        has_sample: course.sample_lesson.is_some(),
        checked: last_checked(words, text),
        glossary_url: address("glossary"),
        facts_url: address("facts"),
        licence: course.licence.clone(),
    })
}

fn modules(visitor: &Visitor<'_>, course: &Course, text: &CourseText) -> Result<Vec<ModuleRow>, AppError> {
    let mut rows = Vec::with_capacity(text.modules.len());
    for (module, held) in (1..).zip(&text.modules) {
        let mut lessons = Vec::with_capacity(held.lessons.len());
        for (lesson, found) in (1..).zip(&held.lessons) {
            let pressed = visitor.house.pressed.lesson(
                visitor.house,
                visitor.language,
                course,
                text,
                Place { module, lesson },
            )?;
            lessons.push(LessonRow {
                title: found.title.clone(),
                cost: pressed::cost(visitor.words(), found, pressed.bytes),
            });
        }
        rows.push(ModuleRow {
            title: held.title.clone(),
            summary: held.summary.clone(),
            lessons,
            has_quiz: held.quiz.is_some(),
            quiz_title: held.quiz.as_ref().map(|quiz| quiz.title.clone()).unwrap_or_default(),
        });
    }
    Ok(rows)
}

/// When the oldest of the course's facts was checked.
fn last_checked(words: &Words, text: &CourseText) -> String {
    match text.facts.values().map(|fact| fact.checked).min() {
        Some(day) => words.fill("courses.checked", &[("day", Argument::Text(&words.day(day)))]),
        None => String::new(),
    }
}

/// Enrols, or finds the enrolment that is there.
#[post("/courses/<slug>/enrolment", data = "<_form>")]
async fn enrol(learner: Learner<'_>, slug: &str, _form: Submitted<Nothing>) -> Result<Reply, AppError> {
    let visitor = &learner.visitor;
    let course = course(visitor, slug)?;
    let enrolment =
        enrolments::enrol(&visitor.house.store, learner.id, &course.slug, &course.edition, visitor.now).await?;
    Ok(Reply::see_other(format!("/learn/{}", enrolment.id)))
}

/// A lesson's place beside the public page: readers without an account meet such links in the
/// sample lesson.
#[get("/courses/<slug>/<place>", rank = 2)]
fn lesson(visitor: Visitor<'_>, slug: &str, place: &str) -> Result<Reply, AppError> {
    let course = course(&visitor, slug)?;
    let text = course.text(&content_language(visitor.language));
    let place: Place = place.parse().map_err(|()| AppError::NotFound)?;
    let lesson = text.lesson_at(place).ok_or(AppError::NotFound)?;
    let page = if course.sample_lesson.as_ref() == Some(&lesson.id) { "/sample" } else { "" };
    Ok(Reply::see_other(visitor.link(&format!("/courses/{}{page}", course.slug))))
}

pub fn routes() -> Vec<Route> {
    routes![show, enrol, lesson]
}
