//! One file while it is being read: the course around it, what is found in it, what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::sync::Arc;

use super::diagnostic::{Report, Spot, rule};
use super::front;
use super::library::{DownloadLink, Library};
use super::markdown::fragment::{Fragment, Spanned};
use super::markdown::{self, CitedFact, Fault, Passage, Target, Voice};
use super::scan::{Chunk, RawBlock};
use crate::domain::id::{BlockId, FactId, LessonId};
use crate::domain::markup::SafeHtml;

/// Which part of a file running text belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Read by learners.
    Body,
    /// In a question.
    Question,
    /// Read by trainers only.
    Trainers,
}

/// A reader of one file.
pub struct Reader<'a> {
    pub file: Arc<str>,
    pub library: &'a Library<'a>,
    pub report: &'a mut Report,
    /// The lesson that the file is, for its questions.
    pub lesson: Option<LessonId>,
    pub setting: Setting,
    /// Facts cited, in order of first citation.
    pub facts: Vec<FactId>,
    pub passages: Vec<(Setting, Passage)>,
    /// Course-wide names of media used.
    pub media: BTreeSet<String>,
    /// Ids of headings, and how often each was asked for.
    headings: BTreeMap<String, u32>,
}

impl<'a> Reader<'a> {
    pub fn new(file: &Arc<str>, library: &'a Library<'a>, report: &'a mut Report) -> Self {
        Self {
            file: file.clone(),
            library,
            report,
            lesson: None,
            setting: Setting::Body,
            facts: Vec::new(),
            passages: Vec::new(),
            media: BTreeSet::new(),
            headings: BTreeMap::new(),
        }
    }

    pub fn error(&mut self, line: u32, rule: &'static str, message: impl Into<String>, help: impl Into<String>) {
        let spot = Spot::line(&self.file, line);
        self.report.error(&spot, rule, message, help);
    }

    pub fn warning(&mut self, line: u32, rule: &'static str, message: impl Into<String>, help: impl Into<String>) {
        let spot = Spot::line(&self.file, line);
        self.report.warning(&spot, rule, message, help);
    }

    /// What `read` gives, and the facts that it cites.
    pub fn citing<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> (T, Vec<FactId>) {
        let before = std::mem::take(&mut self.facts);
        let found = read(self);
        let cited = std::mem::replace(&mut self.facts, before);
        for fact in &cited {
            self.note(fact);
        }
        (found, cited)
    }

    fn note(&mut self, fact: &FactId) {
        if !self.facts.contains(fact) {
            self.facts.push(fact.clone());
        }
    }

    /// Renders text that is read as it stands.
    pub fn prose(&mut self, chunk: Chunk) -> SafeHtml {
        let fragment = Fragment::parse(chunk);
        self.render(&fragment, fragment.whole())
    }

    pub fn render(&mut self, fragment: &Fragment, events: &[Spanned]) -> SafeHtml {
        markdown::render(fragment, events, self)
    }

    /// A title or another text without markup, with facts put in.
    pub fn plain(&mut self, text: &str, line: u32) -> String {
        markdown::fill_facts(text.trim(), line, self)
    }

    /// Runs `read` with running text counted as `setting`.
    pub fn within<T>(&mut self, setting: Setting, read: impl FnOnce(&mut Self) -> T) -> T {
        // What trainers alone read stays theirs whatever stands in it.
        let before = self.setting;
        if before != Setting::Trainers {
            self.setting = setting;
        }
        let value = read(self);
        self.setting = before;
        value
    }

    /// Names the attributes a block may have: `#` stands for an id, a name that ends with `!` is a flag.
    pub fn allow(&mut self, block: &RawBlock, known: &[&str]) {
        if block.attributes.id.is_some() && !known.contains(&"#") {
            self.unknown_attribute(block, "id", known);
        }
        for (name, has_value) in block.attributes.names() {
            let is_flag = known.iter().any(|known| known.strip_suffix('!') == Some(name));
            if !is_flag && !known.contains(&name) {
                self.unknown_attribute(block, &format!("attribute `{name}`"), known);
            } else if is_flag == has_value {
                let (message, help) = if is_flag {
                    (format!("`{name}` stands with a value"), format!("write only {name}"))
                } else {
                    (format!("`{name}` has no value"), format!("write {name}=value or {name}=\"a longer value\""))
                };
                self.error(block.line, rule::BAD_ATTRIBUTE, message, help);
            }
        }
    }

    fn unknown_attribute(&mut self, block: &RawBlock, found: &str, known: &[&str]) {
        let names: Vec<&str> =
            known.iter().map(|known| if *known == "#" { "#id" } else { known.trim_end_matches('!') }).collect();
        let help = if names.is_empty() {
            format!("`{}` takes none; take it out", block.name)
        } else {
            format!("`{}` knows: {}", block.name, names.join(", "))
        };
        self.error(block.line, rule::UNKNOWN_ATTRIBUTE, format!("`{}` takes no {found}", block.name), help);
    }

    /// An attribute that is text for people; empty ones are reported.
    pub fn title(&mut self, block: &RawBlock, key: &str) -> Option<String> {
        let text = block.attributes.text(key)?.to_owned();
        if text.trim().is_empty() {
            self.error(
                block.line,
                rule::BAD_ATTRIBUTE,
                format!("`{key}` is empty"),
                "say something there, or take it out",
            );
            return None;
        }
        Some(self.plain(&text, block.line))
    }

    pub fn required_title(&mut self, block: &RawBlock, key: &str) -> Option<String> {
        if block.attributes.text(key).is_none() {
            self.missing_attribute(block, key, "\"…\"");
        }
        self.title(block, key)
    }

    pub fn missing_attribute(&mut self, block: &RawBlock, key: &str, example: &str) {
        self.error(
            block.line,
            rule::MISSING_ATTRIBUTE,
            format!("`{}` needs `{key}`", block.name),
            format!("write ::: {} {{{key}={example}}}", block.name),
        );
    }

    /// An attribute that is one of a kind of its own.
    pub fn parsed<T: FromStr>(&mut self, block: &RawBlock, key: &str, expected: &str) -> Option<T> {
        let text = block.attributes.text(key)?;
        let value = text.parse().ok();
        if value.is_none() {
            self.bad_attribute(block, key, expected);
        }
        value
    }

    pub fn number(&mut self, block: &RawBlock, key: &str, range: RangeInclusive<u32>) -> Option<u32> {
        let expected = front::whole_number(&range);
        let number = self.parsed(block, key, &expected)?;
        if range.contains(&number) {
            return Some(number);
        }
        self.bad_attribute(block, key, &expected);
        None
    }

    pub fn bad_attribute(&mut self, block: &RawBlock, key: &str, expected: &str) {
        let found = block.attributes.text(key).unwrap_or_default();
        self.error(block.line, rule::BAD_ATTRIBUTE, format!("`{key}` is `{found}`"), format!("expected: {expected}"));
    }

    /// The block's id, which must be there.
    pub fn block_id(&mut self, block: &RawBlock) -> Option<BlockId> {
        self.id(block)
    }

    pub fn id<T: FromStr>(&mut self, block: &RawBlock) -> Option<T> {
        let Some(id) = block.attributes.id.as_deref() else {
            self.error(
                block.line,
                rule::MISSING_ATTRIBUTE,
                format!("`{}` needs an id", block.name),
                format!("write ::: {} {{#an-id}}; the id must be new in this course", block.name),
            );
            return None;
        };
        let parsed = id.parse().ok();
        if parsed.is_none() {
            self.error(
                block.line,
                rule::BAD_ID,
                format!("`{id}` is not an id"),
                "an id has the letters a-z, digits and hyphens, at most 80, and begins with a letter or digit",
            );
        }
        parsed
    }

    /// Reports that a block holds something else than it should.
    pub fn content(&mut self, line: u32, message: impl Into<String>, help: impl Into<String>) {
        self.error(line, rule::BLOCK_CONTENT, message, help);
    }

    /// Reports every block that stands where none may.
    pub fn no_blocks(&mut self, block: &RawBlock) {
        for inner in block.blocks() {
            self.error(
                inner.line,
                rule::BLOCK_PLACE,
                format!("`{}` cannot stand in `{}`", inner.name, block.name),
                format!("close `{}` before it with a line :::", block.name),
            );
        }
    }

    /// All texts of a block as one; blocks inside are refused. `None`: there is none.
    pub fn only_text<'t>(&mut self, block: &RawBlock<'t>) -> Option<Chunk<'t>> {
        self.no_blocks(block);
        let text = block.texts().next();
        if text.is_none() {
            self.content(block.line, format!("`{}` is empty", block.name), "write its content, or take it out");
        }
        text
    }

    /// The course-wide name of a file of one of `types` (beginnings of content types).
    pub fn medium(&mut self, block: &RawBlock, key: &str, types: &[&str]) -> Option<String> {
        let src = block.attributes.text(key)?;
        let Some((name, medium)) = self.library.medium(src) else {
            self.error(
                block.line,
                rule::MISSING_FILE,
                format!("there is no file `{src}` that could be used"),
                "put it into media/ beside course.toml, or into media/ of the language, and write media/name",
            );
            return None;
        };
        let content_type = medium.content_type;
        if !types.iter().any(|beginning| content_type.starts_with(beginning)) {
            self.error(
                block.line,
                rule::BAD_MEDIA,
                format!("`{src}` is {content_type}, which `{}` cannot show as `{key}`", block.name),
                format!("expected: {}", types.join(" or ")),
            );
            return None;
        }
        self.media.insert(name.clone());
        Some(name)
    }

    fn broken(&mut self, line: u32, message: String, help: &str) -> Option<Target> {
        self.error(line, rule::BROKEN_LINK, message, help);
        None
    }

    fn download_link(&mut self, id: &str, line: u32) -> Option<Target> {
        match self.library.download(&self.file, id) {
            DownloadLink::To(href) => Some(Target::Inside(href)),
            DownloadLink::Unknown => {
                self.broken(line, format!("there is no download `{id}`"), "link to the id of a `download` block")
            }
            DownloadLink::Elsewhere(home) => self.broken(
                line,
                format!("the download `{id}` stands in {home}, which has no address inside the course"),
                "link to it from that file only, or offer the file here with a `download` block of its own",
            ),
        }
    }
}

impl Voice for Reader<'_> {
    fn link(&mut self, destination: &str, line: u32) -> Option<Target> {
        let (scheme, rest) = destination.split_once(':').unwrap_or(("", destination));
        match scheme {
            "lesson" => match self.library.places.get(rest) {
                Some(place) => Some(Target::Inside(place.to_string())),
                None => self.broken(
                    line,
                    format!("there is no lesson `{rest}`"),
                    "link to the id in a lesson's front matter",
                ),
            },
            "term" if self.library.spots.terms.contains_key(rest) => Some(Target::Inside(format!("glossary#t-{rest}"))),
            "term" => {
                self.error(
                    line,
                    rule::UNKNOWN_TERM,
                    format!("the glossary has no term `{rest}`"),
                    format!("add `## The term {{#{rest}}}` and its meaning to glossary.md, or correct the id"),
                );
                None
            }
            "download" => self.download_link(rest, line),
            _ => {
                let target = markdown::outside_link(destination);
                if target.is_none() {
                    self.error(
                        line,
                        rule::BAD_LINK,
                        format!("a link leads to `{destination}`"),
                        "a link is lesson:id, term:id, download:id, https://… or mailto:…",
                    );
                }
                target
            }
        }
    }

    fn fact(&mut self, id: &str, line: u32) -> Option<CitedFact> {
        let library = self.library;
        let fact = id.parse::<FactId>().ok().and_then(|id| library.facts.get(&id));
        let Some(fact) = fact else {
            self.error(
                line,
                rule::UNKNOWN_FACT,
                format!("there is no fact `{id}`"),
                format!("add [{id}] to facts.toml, or correct the id"),
            );
            return None;
        };
        self.note(&fact.id);
        let href = format!("facts#f-{}", fact.id);
        Some(CitedFact { text: fact.text.clone(), href, checked: fact.checked.to_string() })
    }

    fn fault(&mut self, fault: Fault, line: u32) {
        let (rule, message, help) = match fault {
            Fault::RawHtml => (
                rule::RAW_HTML,
                "HTML stands in the text; only Markdown is read",
                "use Markdown or a block; write < as \\< where you mean the sign",
            ),
            Fault::Image => (
                rule::IMAGE_IN_TEXT,
                "a picture stands in the text",
                "use ::: figure {#id src=\"media/…\" alt=\"…\"}, so that everybody learns what it shows",
            ),
            Fault::TopHeading => (
                rule::HEADING_LEVEL,
                "a heading with one # stands in the text",
                "begin with ##: the title is the page's #",
            ),
            Fault::TooDeep => {
                (rule::TOO_DEEP, "lists or quotes stand in each other too deeply", "flatten them to a few levels")
            }
        };
        self.error(line, rule, message, help);
    }

    fn heading(&mut self, text: &str) -> Option<String> {
        let mut slug = String::from("h-");
        for c in text.chars().take(60) {
            match c.to_ascii_lowercase() {
                c if c.is_ascii_alphanumeric() => slug.push(c),
                _ if !slug.ends_with('-') => slug.push('-'),
                _ => {}
            }
        }
        let slug = slug.trim_end_matches('-').to_owned();
        let mut count = self.headings.get(&slug).copied().unwrap_or(0) + 1;
        self.headings.insert(slug.clone(), count);
        if count == 1 {
            return Some(slug);
        }
        // A heading may be called "Step 2" where two are called "Step".
        while self.headings.contains_key(&format!("{slug}-{count}")) {
            count += 1;
        }
        self.headings.insert(slug.clone(), count);
        let id = format!("{slug}-{count}");
        self.headings.insert(id.clone(), 1);
        Some(id)
    }

    fn passage(&mut self, passage: Passage) {
        self.passages.push((self.setting, passage));
    }
}
