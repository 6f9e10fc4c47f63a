//! A lesson.

use std::collections::BTreeMap;

use rocket::http::Status;
use rocket::{Route, get, routes};
use serde::Serialize;

use super::journey::{Journey, Touched};
use super::notes::Noted;
use super::outline::{Here, Leaves, Outline};
use super::pressed::cost;
use super::sheets;
use crate::domain::course::block::{Block, Checklist, Reflection};
use crate::domain::course::{CourseText, Lesson, Place};
use crate::domain::id::QuestionId;
use crate::domain::quiz::question::Question;
use crate::domain::quiz::scoring;
use crate::domain::time::Day;
use crate::locale::Argument;
use crate::store::{checks, notes};
use crate::web::blocks::Part;
use crate::web::courses::content_language;
use crate::web::csrf;
use crate::web::error::AppError;
use crate::web::helpers::Markup;
use crate::web::page::{Surroundings, View};
use crate::web::questions::{self, marked};
use crate::web::reply::{Page, Reply};
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
    let lesson = journey.text.lesson_at(place).ok_or(AppError::NotFound)?;
    let token = csrf::token(visitor.csrf_secret());
    let touched = visitor.house.progress.touched(&visitor.house.store, journey.enrolment.id).await?;
    let is_untouched = !lesson.blocks.iter().any(|block| is_touched(block, &touched));
    if is_untouched
        && visitor.here() == journey.url(place)
        && let Some(sheet) = sheets::show(&learner.signed_in.roles, visitor, &journey, place, &token).await?
    {
        return Ok(sheet);
    }
    let work = if is_untouched { Work::default() } else { Work::load(&learner, &journey).await? };
    let surroundings = visitor.surroundings(token);
    let html =
        LessonPage { surroundings: &surroundings, journey: &journey, place, today: visitor.now.day(), work }.print()?;
    Ok(Reply::Page(Page { status: Status::Ok, html, is_private: true, forgets: false }))
}

/// Whether the learner ticked, wrote or answered something in this block.
fn is_touched(block: &Block, touched: &Touched) -> bool {
    match block {
        Block::Checklist(checklist) => touched.contains(checklist.id.as_str()),
        Block::Reflection(reflection) => touched.contains(reflection.id.as_str()),
        Block::Question(question) => touched.contains(question.id.as_str()),
        Block::Prose(_)
        | Block::Note(_)
        | Block::Warning(_)
        | Block::Example(_)
        | Block::Flashcards(_)
        | Block::Figure(_)
        | Block::Diagram(_)
        | Block::Audio(_)
        | Block::Video(_)
        | Block::Download(_)
        | Block::Table(_)
        | Block::Steps(_)
        | Block::Facilitator(_)
        | Block::Scenario(_) => false,
    }
}

/// What a learner did in the lessons of a course.
#[derive(Default)]
pub struct Work {
    noted: Noted,
    checks: BTreeMap<QuestionId, checks::Check>,
}

impl Work {
    async fn load(learner: &Learner<'_>, journey: &Journey) -> Result<Self, AppError> {
        let store = &learner.visitor.house.store;
        let noted = Noted::from(notes::of_enrolment(store, learner.id, journey.enrolment.id).await?);
        Ok(Self { noted, checks: checks::of_enrolment(store, learner.id, journey.enrolment.id).await? })
    }
}

/// A lesson to be printed: for one learner, or for all who have done nothing in it.
pub struct LessonPage<'a> {
    pub surroundings: &'a Surroundings<'a>,
    pub journey: &'a Journey,
    pub place: Place,
    pub today: Day,
    pub work: Work,
}

impl LessonPage<'_> {
    pub fn print(&self) -> Result<String, AppError> {
        let Self { surroundings, journey, place, .. } = *self;
        let house = surroundings.house;
        let words = surroundings.language.words();
        let lesson = journey.text.lesson_at(place).ok_or(AppError::NotFound)?;
        let pressed = house.pressed.lesson(house, surroundings.language, &journey.course, &journey.text, place)?;
        let module = journey.text.modules.get(usize::from(place.module) - 1);
        let number = |number: usize| Argument::Number(i64::try_from(number).unwrap_or_default());
        let position =
            [("lesson", number(place.lesson.into())), ("all", number(module.map_or(0, |m| m.lessons.len())))];
        let (back_url, next_url) = neighbours(journey, place);
        surroundings.print(&ShowLesson {
            outline: Outline::of(words, journey, Here::Lesson(place)),
            leaves: Leaves::of_lessons(words, journey, Some(place)),
            meta: format!("{} · {}", words.fill("learn.lesson_of", &position), cost(words, lesson, pressed.bytes)),
            title: lesson.title.clone(),
            lang: lesson.language.to_string(),
            dir: lesson.language.dir(),
            is_fallback: lesson.language.primary() != content_language(surroundings.language).primary(),
            content_note: lesson.content_note.clone().unwrap_or_default(),
            skip_url: next_url.clone(),
            overdue: has_overdue_fact(&journey.text, lesson, self.today),
            facts_url: journey.url("facts"),
            outcomes: lesson.outcomes.clone(),
            body: self.body(&pressed.parts)?,
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

    /// The lesson with what was done in it.
    fn body(&self, parts: &[Part]) -> Result<Markup, AppError> {
        let mut html = String::with_capacity(32 * 1024);
        for part in parts {
            match part {
                Part::Fixed(fixed) => html.push_str(fixed),
                Part::Checklist(checklist) => html.push_str(&self.checklist(checklist)?),
                Part::Reflection(reflection) => html.push_str(&self.reflection(reflection)?),
                Part::Question(question) => html.push_str(&self.question(question)?),
            }
        }
        Ok(Markup::rendered(html).in_folder(&self.journey.url("")))
    }

    fn fragment(&self, template: &str, view: &impl Serialize) -> Result<String, AppError> {
        Ok(self.surroundings.house.templates.render(self.surroundings.language, template, view)?)
    }

    fn checklist(&self, checklist: &Checklist) -> Result<String, AppError> {
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
            is_ticked: self.work.noted.is_ticked(&checklist.id, number),
        });
        self.fragment(
            "learn/_checklist",
            &ChecklistView {
                id: checklist.id.as_str(),
                title: &checklist.title,
                action: self.journey.url(format_args!("{}/checklist", self.place)),
                csrf: &self.surroundings.token,
                items: items.collect(),
            },
        )
    }

    fn reflection(&self, reflection: &Reflection) -> Result<String, AppError> {
        #[derive(Serialize)]
        struct ReflectionView<'a> {
            id: &'a str,
            prompt: Markup,
            action: String,
            csrf: &'a str,
            text: &'a str,
        }
        self.fragment(
            "learn/_reflection",
            &ReflectionView {
                id: reflection.id.as_str(),
                prompt: (&reflection.prompt).into(),
                action: self.journey.url(format_args!("{}/reflection", self.place)),
                csrf: &self.surroundings.token,
                text: self.work.noted.reflection(&reflection.id),
            },
        )
    }

    fn question(&self, question: &Question) -> Result<String, AppError> {
        #[derive(Serialize)]
        struct CheckView<'a> {
            action: String,
            csrf: &'a str,
            question: questions::Asked,
            marked: Option<marked::Marked>,
        }
        let words = self.surroundings.language.words();
        let rereading = marked::Rereading { text: &self.journey.text, folder: "" };
        let response = self.work.checks.get(&question.id).map(|check| &check.response);
        let marking = response.map(|response| scoring::mark(question, Some(response)));
        self.fragment(
            "learn/_check",
            &CheckView {
                action: self.journey.url(format_args!("{}/check", self.place)),
                csrf: &self.surroundings.token,
                question: questions::ask_in_lesson(words, question, CHECK_SEED),
                marked: marking.map(|marking| marked::marked_in_lesson(words, question, &marking, rereading)),
            },
        )
    }
}

/// Whether a fact that this lesson cites should have been looked up again by now.
pub fn has_overdue_fact(text: &CourseText, lesson: &Lesson, today: Day) -> bool {
    lesson.facts.iter().filter_map(|id| text.facts.get(id)).any(|fact| fact.is_overdue(today))
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
