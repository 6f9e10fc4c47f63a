//! Pages: one struct per template, framed by the layout.

use std::collections::BTreeSet;

use rocket::http::Status;
use serde::Serialize;

use super::csrf;
use super::error::AppError;
use super::helpers::Markup;
use super::house::House;
use super::reply::{Page, Reply};
use super::visitor::{Visitor, travelling, with_language};
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

/// What the layout needs.
#[derive(Serialize)]
struct Frame<'a> {
    site: &'a Site,
    title: String,
    main_class: &'static str,
    body: Markup,
    bottom: Markup,
}

/// What every page needs, made in one place.
#[derive(Serialize)]
struct Site {
    lang: &'static str,
    dir: &'static str,
    style_url: String,
    staff_style_url: String,
    script_url: String,
    icon_url: String,
    home_url: String,
    emergency_url: String,
    about_url: String,
    verify_url: String,
    is_signed_in: bool,
    /// Also before the second step.
    may_sign_out: bool,
    is_staff_page: bool,
    menu: Vec<MenuEntry>,
    languages: Vec<LanguageEntry>,
    here: String,
    csrf: String,
}

#[derive(Serialize)]
struct MenuEntry {
    url: String,
    label: String,
    is_current: bool,
}

#[derive(Serialize)]
struct LanguageEntry {
    tag: &'static str,
    name: &'static str,
    url: String,
    is_current: bool,
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
        let site = self.site::<V>();
        let framed = Framed { view, csrf: &site.csrf };
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
        let frame = Frame {
            site: &site,
            title,
            main_class: V::MAIN_CLASS,
            body: Markup::rendered(body),
            bottom: Markup::rendered(bottom),
        };
        Ok(templates.render(self.language, "layouts/page", &frame)?)
    }

    fn site<V: View>(&self) -> Site {
        let assets = &self.house.assets;
        Site {
            lang: self.language.tag(),
            dir: self.language.dir(),
            style_url: assets.style_url.clone(),
            staff_style_url: assets.staff_style_url.clone(),
            script_url: assets.script_url.clone(),
            icon_url: assets.icon_url.clone(),
            home_url: self.link(if self.roles.is_some() { "/home" } else { "/" }),
            emergency_url: self.link("/emergency"),
            about_url: self.link("/about"),
            verify_url: self.link("/verify"),
            is_signed_in: self.roles.is_some(),
            may_sign_out: self.may_sign_out,
            is_staff_page: V::IS_STAFF_PAGE,
            menu: self.menu(),
            languages: self.languages(),
            here: self.here.to_owned(),
            csrf: self.token.clone(),
        }
    }

    fn menu(&self) -> Vec<MenuEntry> {
        let mut entries: Vec<(&str, &str)> = match self.roles {
            None => vec![("/courses", "site.courses"), ("/sign-in", "site.sign_in")],
            Some(_) => vec![("/home", "site.home"), ("/courses", "site.courses"), ("/account", "site.account")],
        };
        entries.extend(self.roles.into_iter().flatten().map(|role| match role {
            Role::Trainer => ("/teach", "site.teach"),
            Role::ProgrammeManager => ("/manage", "site.manage"),
            Role::Administrator => ("/admin", "site.admin"),
        }));
        let here = self.here.split('?').next().unwrap_or_default();
        entries
            .into_iter()
            .map(|(path, words)| MenuEntry {
                url: self.link(path),
                label: self.language.words().get(words),
                is_current: here == path || here.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')),
            })
            .collect()
    }

    fn languages(&self) -> Vec<LanguageEntry> {
        Language::ALL
            .into_iter()
            .filter(|language| self.house.offers(*language))
            .map(|language| LanguageEntry {
                tag: language.tag(),
                name: language.own_name(),
                url: with_language(self.here, language),
                is_current: language == self.language,
            })
            .collect()
    }

    fn link(&self, path: &str) -> String {
        travelling(path, self.chosen)
    }
}
