//! The first page, and the public pages of plain text.

use rocket::{Route, get, routes};
use serde::Serialize;

use super::error::AppError;
use super::helpers::Markup;
use super::page::View;
use super::reply::Reply;
use super::visitor::Visitor;
use crate::domain::course::markdown::render_prose;
use crate::locale::Language;

#[derive(Serialize)]
struct ShowWelcome {
    sign_up_url: String,
    courses_url: String,
    #[serde(skip)]
    title: String,
}

impl View for ShowWelcome {
    const TEMPLATE: &'static str = "welcome/show";

    fn public_title(&self) -> Option<String> {
        Some(self.title.clone())
    }
}

#[get("/")]
fn show(visitor: Visitor<'_>) -> Result<Reply, AppError> {
    if visitor.signed_in().is_some() {
        return Ok(Reply::see_other("/home"));
    }
    visitor.page(&ShowWelcome {
        sign_up_url: visitor.link("/sign-up"),
        courses_url: visitor.link("/courses"),
        title: visitor.words().get("welcome.title"),
    })
}

/// `welcome/text`: a page of prose.
#[derive(Serialize)]
struct ShowText {
    heading: String,
    text: Markup,
}

impl View for ShowText {
    const TEMPLATE: &'static str = "welcome/text";

    fn public_title(&self) -> Option<String> {
        Some(self.heading.clone())
    }
}

fn text_page(visitor: &Visitor<'_>, heading: &str, source: &str) -> Result<Reply, AppError> {
    let text = Markup::from(&render_prose(source));
    visitor.page(&ShowText { heading: visitor.words().get(heading), text })
}

#[get("/about")]
fn about(visitor: Visitor<'_>) -> Result<Reply, AppError> {
    let source = match visitor.language {
        Language::Indonesian => include_str!("../locale/pages/about.id.md"),
        Language::English | Language::PseudoRightToLeft => include_str!("../locale/pages/about.en.md"),
    };
    text_page(&visitor, "about.heading", source)
}

/// What to do now. Nothing of the visit is written down.
#[get("/emergency")]
fn emergency(visitor: Visitor<'_>) -> Result<Reply, AppError> {
    let source = match visitor.language {
        Language::Indonesian => include_str!("../locale/pages/emergency.id.md"),
        Language::English | Language::PseudoRightToLeft => include_str!("../locale/pages/emergency.en.md"),
    };
    text_page(&visitor, "emergency.heading", source)
}

pub fn routes() -> Vec<Route> {
    routes![show, about, emergency]
}
