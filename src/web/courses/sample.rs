//! The open sample lesson. Its questions are answered by GET: nothing is stored, nobody is known.

use rocket::{Route, get, routes};
use serde::Serialize;

use super::{content_language, course};
use crate::domain::course::CourseText;
use crate::domain::quiz::drawing;
use crate::domain::quiz::question::Question;
use crate::domain::quiz::response::Response;
use crate::domain::quiz::scoring;
use crate::web::blocks::Part;
use crate::web::error::AppError;
use crate::web::helpers::Markup;
use crate::web::learn::{lesson, pressed};
use crate::web::page::View;
use crate::web::questions::{self, marked};
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// `courses/sample`
#[derive(Serialize)]
struct ShowSample {
    title: String,
    lang: String,
    dir: &'static str,
    meta: String,
    content_note: String,
    overdue: bool,
    facts_url: String,
    outcomes: Vec<String>,
    body: Markup,
    course_title: String,
    course_url: String,
    sign_up_url: String,
}

impl View for ShowSample {
    const TEMPLATE: &'static str = "courses/sample";

    fn public_title(&self) -> Option<String> {
        Some(self.title.clone())
    }
}

#[get("/courses/<slug>/sample")]
fn show(visitor: Visitor<'_>, slug: &str, answers: Answers) -> Result<Reply, AppError> {
    let course = course(&visitor, slug)?;
    let text = course.text(&content_language(visitor.language));
    let sample = course.sample_lesson.as_ref().ok_or(AppError::NotFound)?;
    let place = text.place_of(sample).ok_or(AppError::NotFound)?;
    let lesson = text.lesson_at(place).ok_or(AppError::NotFound)?;
    let pressed = visitor.house.pressed.lesson(visitor.house, visitor.language, &course, text, place)?;
    visitor.page(&ShowSample {
        title: lesson.title.clone(),
        lang: lesson.language.to_string(),
        dir: lesson.language.dir(),
        meta: pressed::cost(visitor.words(), lesson, pressed.bytes),
        content_note: lesson.content_note.clone().unwrap_or_default(),
        overdue: lesson::has_overdue_fact(text, lesson, visitor.now.day()),
        facts_url: visitor.link(&format!("/courses/{}/facts", course.slug)),
        outcomes: lesson.outcomes.clone(),
        body: body(&visitor, &pressed.parts, text, &answers)?
            .linked(|address| visitor.link(&format!("/courses/{}/{address}", course.slug))),
        course_title: text.title.clone(),
        course_url: visitor.link(&format!("/courses/{}", course.slug)),
        sign_up_url: visitor.link("/sign-up"),
    })
}

fn body(visitor: &Visitor<'_>, parts: &[Part], text: &CourseText, answers: &Answers) -> Result<Markup, AppError> {
    #[derive(Serialize)]
    struct ListView<'a> {
        title: Option<&'a str>,
        items: Vec<Markup>,
    }
    let mut html = String::new();
    for part in parts {
        match part {
            Part::Fixed(fixed) => html.push_str(fixed),
            Part::Checklist(checklist) => {
                let items = checklist.items.iter().map(Markup::from).collect();
                let view = ListView { title: Some(&checklist.title), items };
                html.push_str(&visitor.house.templates.render(visitor.language, "blocks/_plain_list", &view)?);
            }
            Part::Reflection(reflection) => html.push_str(reflection.prompt.as_str()),
            Part::Question(question) => html.push_str(&print_question(visitor, question, text, answers)?),
        }
    }
    Ok(Markup::rendered(html))
}

fn print_question(
    visitor: &Visitor<'_>,
    question: &Question,
    text: &CourseText,
    answers: &Answers,
) -> Result<String, AppError> {
    #[derive(Serialize)]
    struct SampleCheckView {
        question: questions::Asked,
        marked: Option<marked::Marked>,
        lang_choice: String,
    }
    let words = visitor.words();
    let response = (answers.question == question.id.as_str())
        .then(|| {
            Response::read(question, &drawing::present(question, lesson::CHECK_SEED), &answers.fields).ok().flatten()
        })
        .flatten();
    let marking = response.as_ref().map(|response| scoring::mark(question, Some(response)));
    let rereading = marked::Rereading { text, folder: "" };
    let view = SampleCheckView {
        question: questions::ask_in_lesson(words, question, lesson::CHECK_SEED),
        marked: marking.map(|marking| marked::marked_in_lesson(words, question, &marking, rereading)),
        lang_choice: if visitor.link("/").contains("lang=") {
            visitor.language.tag().to_owned()
        } else {
            String::new()
        },
    };
    Ok(visitor.house.templates.render(visitor.language, "courses/_sample_check", &view)?)
}

/// The answer to one question, from the query.
pub struct Answers {
    question: String,
    fields: Vec<(String, String)>,
}

#[rocket::async_trait]
impl<'r> rocket::request::FromRequest<'r> for Answers {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r rocket::Request<'_>) -> rocket::request::Outcome<Self, Self::Error> {
        let decoded = |text: &str| rocket::http::RawStr::new(text).url_decode_lossy().into_owned();
        let query = request.uri().query().map(|query| query.as_str()).unwrap_or_default();
        let mut answers = Self { question: String::new(), fields: Vec::new() };
        for pair in query.split('&').take(100) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match decoded(name).as_str() {
                "question" => answers.question = decoded(value),
                name => answers.fields.push((name.to_owned(), decoded(value))),
            }
        }
        rocket::request::Outcome::Success(answers)
    }
}

pub fn routes() -> Vec<Route> {
    routes![show]
}
