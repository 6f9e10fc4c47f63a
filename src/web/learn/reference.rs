//! Glossary, facts and further reading, for learners and, beside the sample lesson, for everybody.

use rocket::{Route, get, routes};
use serde::Serialize;

use super::journey::Journey;
use crate::domain::course::{Confidence, CourseText};
use crate::locale::Argument;
use crate::web::blocks::Press;
use crate::web::courses::{content_language, course};
use crate::web::error::AppError;
use crate::web::helpers::Markup;
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::{Learner, Visitor};

/// `learn/glossary`
#[derive(Serialize)]
struct ShowGlossary {
    lang: String,
    dir: &'static str,
    terms: Vec<TermRow>,
    is_empty: bool,
    back_url: String,
}

#[derive(Serialize)]
struct TermRow {
    id: String,
    name: String,
    aka: String,
    meaning: Markup,
}

impl View for ShowGlossary {
    const TEMPLATE: &'static str = "learn/glossary";
}

/// `back_url` is the course's page, and `lead` the way from a relative address of its texts.
fn glossary_page(
    visitor: &Visitor<'_>,
    text: &CourseText,
    back_url: String,
    lead: impl Fn(&str) -> String,
) -> Result<Reply, AppError> {
    let terms = text.glossary.iter().map(|term| TermRow {
        id: term.id.to_string(),
        name: term.name.clone(),
        aka: term.aka.join(", "),
        meaning: Markup::from(&term.meaning).linked(&lead),
    });
    visitor.page(&ShowGlossary {
        lang: text.language.to_string(),
        dir: text.language.dir(),
        is_empty: text.glossary.is_empty(),
        terms: terms.collect(),
        back_url,
    })
}

/// `learn/facts`
#[derive(Serialize)]
struct ShowFacts {
    lang: String,
    dir: &'static str,
    facts: Vec<FactRow>,
    is_empty: bool,
    back_url: String,
}

#[derive(Serialize)]
struct FactRow {
    id: String,
    statement: String,
    source: String,
    url: String,
    /// "Checked on 23 November 2026"
    checked: String,
    confidence: String,
    is_overdue: bool,
}

impl View for ShowFacts {
    const TEMPLATE: &'static str = "learn/facts";
}

fn facts_page(visitor: &Visitor<'_>, text: &CourseText, back_url: String) -> Result<Reply, AppError> {
    let words = visitor.words();
    let today = visitor.now.day();
    let facts = text.facts.values().map(|fact| FactRow {
        id: fact.id.to_string(),
        statement: fact.statement.clone(),
        source: fact.source.clone(),
        url: fact.url.clone().unwrap_or_default(),
        checked: words.fill("facts.checked", &[("day", Argument::Text(&words.day(fact.checked)))]),
        confidence: words.get(match fact.confidence {
            Confidence::Certain => "facts.certain",
            Confidence::Check => "facts.check",
            Confidence::Often => "facts.often",
        }),
        is_overdue: fact.is_overdue(today),
    });
    visitor.page(&ShowFacts {
        lang: text.language.to_string(),
        dir: text.language.dir(),
        is_empty: text.facts.is_empty(),
        facts: facts.collect(),
        back_url,
    })
}

/// `learn/reading`
#[derive(Serialize)]
struct ShowReading {
    lang: String,
    dir: &'static str,
    body: Markup,
    is_empty: bool,
    back_url: String,
}

impl View for ShowReading {
    const TEMPLATE: &'static str = "learn/reading";
}

#[get("/learn/<enrolment>/glossary")]
async fn glossary(learner: Learner<'_>, enrolment: &str) -> Result<Reply, AppError> {
    let journey = Journey::load(&learner, enrolment).await?;
    let back_url = format!("/learn/{}", journey.enrolment.id);
    glossary_page(&learner.visitor, &journey.text, back_url, |address| journey.url(address))
}

#[get("/learn/<enrolment>/facts")]
async fn facts(learner: Learner<'_>, enrolment: &str) -> Result<Reply, AppError> {
    let journey = Journey::load(&learner, enrolment).await?;
    facts_page(&learner.visitor, &journey.text, format!("/learn/{}", journey.enrolment.id))
}

#[get("/learn/<enrolment>/reading")]
async fn reading(learner: Learner<'_>, enrolment: &str) -> Result<Reply, AppError> {
    let journey = Journey::load(&learner, enrolment).await?;
    let (visitor, text) = (&learner.visitor, &journey.text);
    let press = Press {
        templates: &visitor.house.templates,
        language: visitor.language,
        course: &journey.course,
        for_trainers: false,
    };
    visitor.page(&ShowReading {
        lang: text.language.to_string(),
        dir: text.language.dir(),
        is_empty: text.reading.is_empty(),
        body: press.whole(&text.reading)?.in_folder(&journey.url("")),
        back_url: format!("/learn/{}", journey.enrolment.id),
    })
}

#[get("/courses/<slug>/glossary")]
fn public_glossary(visitor: Visitor<'_>, slug: &str) -> Result<Reply, AppError> {
    let course = course(&visitor, slug)?;
    let text = course.text(&content_language(visitor.language));
    let link = |address: &str| visitor.link(&format!("/courses/{}/{address}", course.slug));
    glossary_page(&visitor, text, visitor.link(&format!("/courses/{}", course.slug)), link)
}

#[get("/courses/<slug>/facts")]
fn public_facts(visitor: Visitor<'_>, slug: &str) -> Result<Reply, AppError> {
    let course = course(&visitor, slug)?;
    let text = course.text(&content_language(visitor.language));
    facts_page(&visitor, text, visitor.link(&format!("/courses/{}", course.slug)))
}

pub fn routes() -> Vec<Route> {
    routes![glossary, facts, reading, public_glossary, public_facts]
}
