//! Pages: one struct per template, framed by the layout.

use std::collections::BTreeSet;

use rocket::http::Status;
use serde::Serialize;

use super::csrf;
use super::error::AppError;
use super::frame::{Filling, Kind};
use super::house::House;
use super::reply::{Page, Reply};
use super::visitor::Visitor;
use crate::domain::account::Role;
use crate::locale::Language;

/// A page's data. Its template gets nothing else inside the layout.
pub trait View: Serialize {
    /// The template's name, such as `attempts/show`.
    const TEMPLATE: &'static str;
    /// The class of `<main>`.
    const MAIN_CLASS: &'static str = "page";
    /// Whether the page loads the style of staff pages.
    const IS_STAFF_PAGE: bool = false;
    /// The template of what stands below `<main>`, such as the bar of steps.
    const BOTTOM: Option<&'static str> = None;

    /// The window's title where it may say what the page is about. Signed-in pages have none:
    /// histories and screens show a neutral one (SAFETY 15).
    fn public_title(&self) -> Option<String> {
        None
    }
}

/// A view with what its own forms need.
#[derive(Serialize)]
struct Framed<'a, V: Serialize> {
    #[serde(flatten)]
    view: &'a V,
    csrf: &'a str,
}

/// What a page's frame tells of who looks at it. Made from a visitor, or from what many visitors
/// share ([`Sheets`](super::learn::sheets::Sheets)).
pub struct Surroundings<'a> {
    pub house: &'a House,
    pub language: Language,
    /// Path and query of the page, without the language.
    pub here: &'a str,
    /// The language that travels along in links, for people without an account.
    pub chosen: Option<Language>,
    /// `None`: not signed in.
    pub roles: Option<&'a BTreeSet<Role>>,
    /// Also before the second step.
    pub may_sign_out: bool,
    /// What the page's forms carry.
    pub token: String,
}

impl Visitor<'_> {
    /// The page of `view`, in this visitor's language and frame.
    pub fn page<V: View>(&self, view: &V) -> Result<Reply, AppError> {
        self.page_with(view, self.csrf_secret())
    }

    /// The same with forms for another session: one that has begun with this very request.
    pub fn page_with<V: View>(&self, view: &V, secret: &csrf::Secret) -> Result<Reply, AppError> {
        let html = self.surroundings(csrf::token(secret)).print(view)?;
        Ok(Reply::Page(Page { status: Status::Ok, html, is_private: self.has_session(), forgets: false }))
    }

    /// The same page again for a form that must be mended: 422.
    pub fn mend<V: View>(&self, view: &V) -> Result<Reply, AppError> {
        Ok(self.page(view)?.with_status(Status::UnprocessableEntity))
    }

    /// The frame of this visitor's pages.
    pub fn surroundings(&self, token: String) -> Surroundings<'_> {
        Surroundings {
            house: self.house,
            language: self.language,
            here: self.here(),
            chosen: self.chosen(),
            roles: self.signed_in().map(|signed_in| &signed_in.roles),
            may_sign_out: self.at_the_door().is_some(),
            token,
        }
    }
}

impl Surroundings<'_> {
    /// The whole page of `view`.
    pub fn print<V: View>(&self, view: &V) -> Result<String, AppError> {
        let framed = Framed { view, csrf: &self.token };
        let templates = &self.house.templates;
        let body = templates.render(self.language, V::TEMPLATE, &framed)?;
        let bottom = match V::BOTTOM {
            Some(template) => templates.render(self.language, template, &framed)?,
            None => String::new(),
        };
        let title = match view.public_title() {
            Some(title) if self.roles.is_none() => format!("{title} · Lontar"),
            _ => self.language.words().get("site.neutral_title"),
        };
        let frame = self.frame(Kind { main_class: V::MAIN_CLASS, is_staff_page: V::IS_STAFF_PAGE })?;
        let (here, token) = (self.here, &self.token);
        Ok(frame.fill(&Filling { title: &title, here, token, body: &body, bottom: &bottom }))
    }
}
