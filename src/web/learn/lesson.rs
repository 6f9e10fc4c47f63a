//! A lesson.

use std::collections::BTreeMap;

use rocket::http::Status;
use rocket::{Route, get, routes};
use serde::Serialize;

use super::journey::Journey;
use super::notes::Noted;
use super::outline::{Here, Leaves, Outline};
use super::pressed::cost;
use super::sheets;
use crate::domain::course::block::{Checklist, Reflection};
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
    let (visitor, house) = (&learner.visitor, learner.visitor.house);
    let pressed = house.pressed.lesson(house, visitor.language, &journey.course, &journey.text, place)?;
    let touched = house.progress.touched(&house.store, journey.enrolment.id).await?;
    let touched: Vec<&Part> =
        pressed.parts.iter().filter(|part| part.own_id().is_some_and(|id| touched.contains(id))).collect();
    let surroundings = visitor.surroundings(csrf::token(visitor.csrf_secret()));
    let work = Work::load(&learner, &journey, &touched).await?;
    let own = LessonPage { surroundings: &surroundings, journey: &journey, place, today: visitor.now.day(), work };
    // An address with a query stands in the page's own forms.
    let sheet = if visitor.here() == journey.url(place) { sheets::of(&own).await? } else { None };
    let html = match sheet {
        Some(sheet) if touched.is_empty() => return Ok(sheet.for_reader(&own)),
        Some(sheet) => sheet.worked_in(&own, &pressed.parts, &touched)?,
        None => own.print()?,
    };
    Ok(Reply::Page(Page { status: Status::Ok, html, is_private: true, forgets: false }))
}

/// What a learner did in a lesson.
#[derive(Default)]
pub struct Work {
    noted: Noted,
    checks: BTreeMap<QuestionId, checks::Check>,
}

impl Work {
    /// What they left in these parts.
    async fn load(learner: &Learner<'_>, journey: &Journey, touched: &[&Part]) -> Result<Self, AppError> {
        let (mut blocks, mut questions) = (Vec::new(), Vec::new());
        for part in touched {
            match part {
                Part::Fixed(_) => {}
                Part::Checklist(checklist) => blocks.push(checklist.id.clone()),
                Part::Reflection(reflection) => blocks.push(reflection.id.clone()),
                Part::Question(question) => questions.push(question.id.clone()),
            }
        }
        let (store, id) = (&learner.visitor.house.store, journey.enrolment.id);
        let noted = notes::of_blocks(store, learner.id, id, &blocks).await?;
        Ok(Self { noted: noted.into(), checks: checks::of_questions(store, learner.id, id, &questions).await? })
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
        self.print_with_seams("")
    }

    /// The same with `seam` before and after each part in which readers do something.
    pub fn print_with_seams(&self, seam: &str) -> Result<String, AppError> {
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
            body: self.body(&pressed.parts, seam)?,
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
    fn body(&self, parts: &[Part], seam: &str) -> Result<Markup, AppError> {
        let mut html = String::with_capacity(32 * 1024);
        for part in parts {
            match part {
                Part::Fixed(fixed) => html.push_str(fixed),
                own => html.extend([seam, &self.own_part(own)?, seam]),
            }
        }
        Ok(Markup::rendered(html).in_folder(&self.journey.url("")))
    }

    /// A part as it stands in the page, with what was done in it.
    pub fn part(&self, part: &Part) -> Result<String, AppError> {
        Ok(Markup::rendered(self.own_part(part)?).in_folder(&self.journey.url("")).into_html())
    }

    fn own_part(&self, part: &Part) -> Result<String, AppError> {
        match part {
            Part::Fixed(fixed) => Ok(fixed.clone()),
            Part::Checklist(checklist) => self.checklist(checklist),
            Part::Reflection(reflection) => self.reflection(reflection),
            Part::Question(question) => self.question(question),
        }
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
