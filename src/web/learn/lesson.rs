//! A lesson.

use rocket::{Route, get, routes};
use serde::Serialize;

use super::journey::Journey;
use super::notes::Noted;
use super::outline::{Here, Leaves, Outline};
use super::pressed::cost;
use crate::domain::course::{CourseText, Lesson, Place};
use crate::domain::quiz::scoring;
use crate::locale::Argument;
use crate::store::{checks, notes};
use crate::web::blocks::Part;
use crate::web::courses::content_language;
use crate::web::error::AppError;
use crate::web::helpers::Markup;
use crate::web::page::View;
use crate::web::questions::{self, marked};
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `learn/lesson`
#[derive(Serialize)]
struct ShowLesson {
    outline: Outline,
    leaves: Leaves,
    /// "Lesson 2 of 3 · 14 minutes · 9 kB"
    meta: String,
    title: String,
    lang: String,
    dir: &'static str,
    is_fallback: bool,
    content_note: String,
    skip_url: String,
    overdue: bool,
    facts_url: String,
    outcomes: Vec<String>,
    body: Markup,
    sources: Vec<String>,
    has_sources: bool,
    glossary_url: String,
    is_done: bool,
    back_url: String,
    next_url: String,
    completion_url: String,
    lesson_id: String,
}

impl View for ShowLesson {
    const TEMPLATE: &'static str = "learn/lesson";
    const MAIN_CLASS: &'static str = "page with-outline";
    const BOTTOM: Option<&'static str> = Some("learn/_steps");
}

#[get("/learn/<enrolment>/<place>", rank = 2)]
async fn show(learner: Learner<'_>, enrolment: &str, place: &str) -> Result<Reply, AppError> {
    let place: Place = place.parse().map_err(|()| AppError::NotFound)?;
    let journey = Journey::load(&learner, enrolment).await?;
    let visitor = &learner.visitor;
    let lesson = journey.text.lesson_at(place).ok_or(AppError::NotFound)?.clone();
    let body = body(&learner, &journey, &lesson, place).await?;
    let words = visitor.words();
    let pressed = visitor.house.pressed.lesson(visitor, &journey.course, &journey.text, place)?;
    let in_module = journey.text.modules.get(usize::from(place.module) - 1).map_or(0, |module| module.lessons.len());
    let number = |number: usize| Argument::Number(i64::try_from(number).unwrap_or_default());
    let position =
        words.fill("learn.lesson_of", &[("lesson", number(place.lesson.into())), ("all", number(in_module))]);
    let (back_url, next_url) = neighbours(&journey, place);
    let today = visitor.now.day();
    visitor.page(&ShowLesson {
        outline: Outline::of(words, &journey, Here::Lesson(place)),
        leaves: Leaves::of_lessons(words, &journey, Some(place)),
        meta: format!("{position} · {}", cost(words, &lesson, pressed.bytes)),
        title: lesson.title.clone(),
        lang: lesson.language.to_string(),
        dir: lesson.language.dir(),
        is_fallback: lesson.language.primary() != content_language(visitor.language).primary(),
        content_note: lesson.content_note.clone().unwrap_or_default(),
        skip_url: next_url.clone(),
        overdue: has_overdue_fact(&journey.text, &lesson, today),
        facts_url: journey.url("facts"),
        outcomes: lesson.outcomes.clone(),
        body,
        has_sources: !lesson.sources.is_empty(),
        sources: lesson.sources.clone(),
        glossary_url: journey.url("glossary"),
        is_done: journey.progress.lessons_done.contains(&lesson.id),
        back_url,
        next_url,
        completion_url: journey.url(format_args!("{place}/completion")),
        lesson_id: lesson.id.to_string(),
    })
}

/// Whether a fact that this lesson cites should have been looked up again by now.
pub fn has_overdue_fact(text: &CourseText, lesson: &Lesson, today: crate::domain::time::Day) -> bool {
    lesson.facts.iter().filter_map(|id| text.facts.get(id)).any(|fact| fact.is_overdue(today))
}

/// The lesson with what this learner did in it.
async fn body(learner: &Learner<'_>, journey: &Journey, lesson: &Lesson, place: Place) -> Result<Markup, AppError> {
    let visitor = &learner.visitor;
    let store = &visitor.house.store;
    let pressed = visitor.house.pressed.lesson(visitor, &journey.course, &journey.text, place)?;
    let needs_notes = pressed.parts.iter().any(|part| matches!(part, Part::Checklist(_) | Part::Reflection(_)));
    let needs_checks = pressed.parts.iter().any(|part| matches!(part, Part::Question(_)));
    let noted = match needs_notes {
        true => Noted::from(notes::of_enrolment(store, learner.id, journey.enrolment.id).await?),
        false => Noted::default(),
    };
    let checks = match needs_checks {
        true => checks::of_enrolment(store, learner.id, journey.enrolment.id).await?,
        false => Default::default(),
    };
    let printer = Printer { learner, journey, place, csrf: crate::web::csrf::token(visitor.csrf_secret()) };
    let mut html = String::with_capacity(32 * 1024);
    for part in &pressed.parts {
        match part {
            Part::Fixed(fixed) => html.push_str(fixed),
            Part::Checklist(checklist) => html.push_str(&printer.checklist(checklist, &noted)?),
            Part::Reflection(reflection) => html.push_str(&printer.reflection(reflection, &noted)?),
            Part::Question(question) => html.push_str(&printer.question(question, lesson, checks.get(&question.id))?),
        }
    }
    Ok(Markup::rendered(html))
}

/// Prints what a learner can touch.
struct Printer<'a, 'r> {
    learner: &'a Learner<'r>,
    journey: &'a Journey,
    place: Place,
    csrf: String,
}

impl Printer<'_, '_> {
    fn print(&self, template: &str, view: &impl Serialize) -> Result<String, AppError> {
        let visitor = &self.learner.visitor;
        Ok(visitor.house.templates.render(visitor.language, template, view)?)
    }

    fn checklist(
        &self,
        checklist: &crate::domain::course::block::Checklist,
        noted: &Noted,
    ) -> Result<String, AppError> {
        #[derive(Serialize)]
        struct ChecklistView<'a> {
            id: &'a str,
            title: &'a str,
            action: String,
            csrf: &'a str,
            items: Vec<ItemView>,
        }
        #[derive(Serialize)]
        struct ItemView {
            number: usize,
            text: Markup,
            is_ticked: bool,
        }
        let items = checklist.items.iter().enumerate().map(|(number, item)| ItemView {
            number,
            text: item.into(),
            is_ticked: noted.is_ticked(&checklist.id, number),
        });
        self.print(
            "learn/_checklist",
            &ChecklistView {
                id: checklist.id.as_str(),
                title: &checklist.title,
                action: self.journey.url(format_args!("{}/checklist", self.place)),
                csrf: &self.csrf,
                items: items.collect(),
            },
        )
    }

    fn reflection(
        &self,
        reflection: &crate::domain::course::block::Reflection,
        noted: &Noted,
    ) -> Result<String, AppError> {
        #[derive(Serialize)]
        struct ReflectionView<'a> {
            id: &'a str,
            prompt: Markup,
            action: String,
            csrf: &'a str,
            text: &'a str,
        }
        self.print(
            "learn/_reflection",
            &ReflectionView {
                id: reflection.id.as_str(),
                prompt: (&reflection.prompt).into(),
                action: self.journey.url(format_args!("{}/reflection", self.place)),
                csrf: &self.csrf,
                text: noted.reflection(&reflection.id),
            },
        )
    }

    fn question(
        &self,
        question: &crate::domain::quiz::question::Question,
        _lesson: &Lesson,
        check: Option<&checks::Check>,
    ) -> Result<String, AppError> {
        #[derive(Serialize)]
        struct CheckView<'a> {
            action: String,
            csrf: &'a str,
            question: questions::Asked,
            marked: Option<marked::Marked>,
        }
        let words = self.learner.visitor.words();
        let rereading = marked::Rereading { text: &self.journey.text, folder: "" };
        let response = check.map(|check| &check.response);
        let marking = response.map(|response| scoring::mark(question, Some(response)));
        self.print(
            "learn/_check",
            &CheckView {
                action: self.journey.url(format_args!("{}/check", self.place)),
                csrf: &self.csrf,
                question: questions::ask_in_lesson(words, question, CHECK_SEED),
                marked: marking.map(|marking| marked::marked_in_lesson(words, question, &marking, rereading)),
            },
        )
    }
}

/// Questions inside lessons show their parts in the same order to everybody.
pub const CHECK_SEED: u64 = 1;

/// Where *Back* and *Continue* lead: lessons in reading order, a module's quiz behind its last.
fn neighbours(journey: &Journey, place: Place) -> (String, String) {
    let places: Vec<Place> = journey.text.lessons().map(|(place, _)| place).collect();
    let position = places.iter().position(|known| *known == place).unwrap_or_default();
    let overview = format!("/learn/{}", journey.enrolment.id);
    let back = position.checked_sub(1).and_then(|before| places.get(before));
    let next = places.get(position + 1);
    let module = journey.text.modules.get(usize::from(place.module) - 1);
    let has_quiz = module.is_some_and(|module| module.quiz.is_some());
    let forward = match next {
        Some(next) if next.module == place.module || !has_quiz => journey.url(next),
        _ if has_quiz => journey.url(format_args!("quizzes/{}", place.module)),
        _ => overview.clone(),
    };
    (back.map_or(overview, |place| journey.url(place)), forward)
}

pub fn routes() -> Vec<Route> {
    routes![show]
}
