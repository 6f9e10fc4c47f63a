//! What stands around every page: head, menu, foot.
//!
//! Pages of all kinds have the same frame but for a few words, so it is printed once for each
//! [`Look`], with gaps for those, and kept.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::SystemTime;

use handlebars::html_escape;
use moka::sync::Cache;
use serde::Serialize;

use super::error::AppError;
use super::helpers::Markup;
use super::page::Surroundings;
use super::visitor::{travelling, with_language};
use crate::domain::account::Role;
use crate::locale::Language;

/// Frames that were printed.
pub struct Frames(Cache<Look, Arc<Frame>>);

impl Default for Frames {
    fn default() -> Self {
        // Some six kilobytes each.
        Self(Cache::new(200))
    }
}

/// All that decides what a frame looks like.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Look {
    language: Language,
    chosen: Option<Language>,
    roles: Option<BTreeSet<Role>>,
    may_sign_out: bool,
    kind: Kind,
    /// The menu's entry that leads to this page or to one above it.
    current: Option<&'static str>,
    /// In development templates change while the server runs.
    templates: Option<SystemTime>,
}

/// What a page's view says of its frame.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Kind {
    /// The class of `<main>`.
    pub main_class: &'static str,
    /// Whether the page loads the style of staff pages.
    pub is_staff_page: bool,
}

/// What a page puts into its frame.
pub struct Filling<'a> {
    pub title: &'a str,
    pub here: &'a str,
    pub token: &'a str,
    /// HTML of our own templates.
    pub body: &'a str,
    /// The same.
    pub bottom: &'a str,
}

/// A printed frame: stretches of HTML, and gaps between them.
pub struct Frame(Vec<Piece>);

enum Piece {
    Html(String),
    Gap(Gap),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    Title,
    Here,
    Token,
    Body,
    Bottom,
    /// The address of this page in another language.
    InLanguage(Language),
}

/// Marks a gap while a frame is printed. Frames hold nothing that people typed.
const OPEN: char = '\u{2}';
const CLOSE: char = '\u{3}';

impl Gap {
    fn all() -> impl Iterator<Item = Self> {
        let languages = Language::ALL.into_iter().map(Self::InLanguage);
        [Self::Title, Self::Here, Self::Token, Self::Body, Self::Bottom].into_iter().chain(languages)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Here => "here",
            Self::Token => "token",
            Self::Body => "body",
            Self::Bottom => "bottom",
            Self::InLanguage(language) => language.tag(),
        }
    }

    /// What the template is given in its place.
    fn mark(self) -> String {
        format!("{OPEN}{}{CLOSE}", self.name())
    }
}

impl Frame {
    fn cut(html: &str) -> Self {
        let mut pieces = Vec::new();
        for (number, stretch) in html.split(OPEN).enumerate() {
            let name = stretch.split_once(CLOSE).filter(|_| number > 0);
            let gap = name.and_then(|(name, rest)| Some((Gap::all().find(|gap| gap.name() == name)?, rest)));
            let html = match gap {
                Some((gap, rest)) => {
                    pieces.push(Piece::Gap(gap));
                    rest
                }
                None => stretch,
            };
            pieces.push(Piece::Html(html.to_owned()));
        }
        Self(pieces)
    }

    /// The whole page.
    pub fn fill(&self, filling: &Filling<'_>) -> String {
        let mut page = String::with_capacity(8 * 1024 + filling.body.len() + filling.bottom.len());
        for piece in &self.0 {
            match piece {
                Piece::Html(html) => page.push_str(html),
                Piece::Gap(gap) => page.push_str(&filling.of(*gap)),
            }
        }
        page
    }
}

impl Filling<'_> {
    fn of(&self, gap: Gap) -> Cow<'_, str> {
        match gap {
            Gap::Title => html_escape(self.title).into(),
            Gap::Here => html_escape(self.here).into(),
            Gap::Token => html_escape(self.token).into(),
            Gap::Body => self.body.into(),
            Gap::Bottom => self.bottom.into(),
            Gap::InLanguage(language) => html_escape(&with_language(self.here, language)).into(),
        }
    }
}

/// `layouts/page`
#[derive(Serialize)]
struct Layout {
    title: String,
    main_class: &'static str,
    body: Markup,
    bottom: Markup,
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

impl Surroundings<'_> {
    /// The frame of pages of this kind.
    pub(super) fn frame(&self, kind: Kind) -> Result<Arc<Frame>, AppError> {
        let Self { house, language, chosen, may_sign_out, .. } = *self;
        let look = Look {
            language,
            chosen,
            roles: self.roles.cloned(),
            may_sign_out,
            kind,
            current: self.entries().map(|(path, _)| path).find(|path| is_at_or_above(path, self.here)),
            templates: house.templates.changed(),
        };
        let Frames(kept) = &house.frames;
        if let Some(frame) = kept.get(&look) {
            return Ok(frame);
        }
        let html = house.templates.render(language, "layouts/page", &self.layout(kind, look.current))?;
        let frame = Arc::new(Frame::cut(&html));
        kept.insert(look, frame.clone());
        Ok(frame)
    }

    fn layout(&self, kind: Kind, current: Option<&str>) -> Layout {
        let assets = &self.house.assets;
        let Kind { main_class, is_staff_page } = kind;
        Layout {
            title: Gap::Title.mark(),
            main_class,
            body: Markup::rendered(Gap::Body.mark()),
            bottom: Markup::rendered(Gap::Bottom.mark()),
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
            is_staff_page,
            menu: self.menu(current),
            languages: self.languages(),
            here: Gap::Here.mark(),
            csrf: Gap::Token.mark(),
        }
    }

    /// Where the menu leads, and under which words.
    fn entries(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let everybodys: &[_] = match self.roles {
            None => &[("/courses", "site.courses"), ("/sign-in", "site.sign_in")],
            Some(_) => &[("/home", "site.home"), ("/courses", "site.courses"), ("/account", "site.account")],
        };
        let staffs = self.roles.into_iter().flatten().map(|role| match role {
            Role::Trainer => ("/teach", "site.teach"),
            Role::ProgrammeManager => ("/manage", "site.manage"),
            Role::Administrator => ("/admin", "site.admin"),
        });
        everybodys.iter().copied().chain(staffs)
    }

    fn menu(&self, current: Option<&str>) -> Vec<MenuEntry> {
        let entry = |(path, words)| MenuEntry {
            url: self.link(path),
            label: self.language.words().get(words),
            is_current: current == Some(path),
        };
        self.entries().map(entry).collect()
    }

    fn languages(&self) -> Vec<LanguageEntry> {
        let offered = Language::ALL.into_iter().filter(|language| self.house.offers(*language));
        let entry = |language: Language| LanguageEntry {
            tag: language.tag(),
            name: language.own_name(),
            url: Gap::InLanguage(language).mark(),
            is_current: language == self.language,
        };
        offered.map(entry).collect()
    }

    fn link(&self, path: &str) -> String {
        travelling(path, self.chosen)
    }
}

fn is_at_or_above(path: &str, here: &str) -> bool {
    let here = here.split('?').next().unwrap_or_default();
    here.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_puts_into_its_frame_is_escaped_but_for_our_own_html() {
        let gaps: Vec<String> = Gap::all().map(Gap::mark).collect();
        let frame = Frame::cut(&format!("<a>{}</a>", gaps.join("|")));
        let filling = Filling { title: "<t>", here: "/a?b=\"c", token: "x\"y", body: "<b>", bottom: "<i>" };
        let page = frame.fill(&filling);
        let expected = "<a>&lt;t&gt;|/a?b&#x3D;&quot;c|x&quot;y|<b>|<i>|/a?b&#x3D;&quot;c&amp;lang&#x3D;en|";
        assert!(page.starts_with(expected), "{page}");
        assert!(page.ends_with("</a>") && !page.contains(OPEN) && !page.contains(CLOSE));
    }

    #[test]
    fn the_menu_marks_where_a_page_is() {
        for (path, here, expected) in [
            ("/courses", "/courses", true),
            ("/courses", "/courses/whole", true),
            ("/courses", "/courses?area=un", true),
            ("/courses", "/courses-of-others", false),
            ("/account", "/home", false),
        ] {
            assert_eq!(is_at_or_above(path, here), expected, "{path} {here}");
        }
    }
}
