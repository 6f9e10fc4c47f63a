//! Markdown in, [`SafeHtml`] out: the only place that makes it.
//!
//! CommonMark with tables; raw HTML and pictures are refused; links and facts are resolved by the
//! [`Voice`] that speaks; and the result passes our allow-list whatever happened before.

mod allowed;
pub mod fragment;
mod prose;
mod untrusted;

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Tag, TagEnd, html};

pub use prose::render_prose;
pub(in crate::domain::course) use untrusted::outside_link;
pub use untrusted::render_untrusted;

use crate::domain::markup::SafeHtml;
use allowed::{OUTSIDE_REL, escape};
use fragment::{Fragment, Spanned};

/// How deep lists, quotes and emphasis may stand in each other.
const MAX_DEPTH: usize = 24;

/// What kind of running text a passage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassageKind {
    Heading,
    Prose,
    Cell,
}

/// Running text as a reader meets it, for lint: a paragraph, heading, item or cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    pub line: u32,
    pub kind: PassageKind,
    pub text: String,
}

/// What is refused in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    RawHtml,
    Image,
    TopHeading,
    TooDeep,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Inside the course, relative.
    Inside(String),
    /// https or mailto.
    Outside(String),
}

/// A fact as it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CitedFact {
    pub text: String,
    /// The address of the fact's entry.
    pub href: String,
    /// The day it was last checked.
    pub checked: String,
}

/// Whose text it is: decides where links lead, which facts there are, and hears what is wrong.
pub trait Voice {
    /// `None`: the link's text stands without a link.
    fn link(&mut self, destination: &str, line: u32) -> Option<Target>;
    /// `None`: `{fact:id}` stands as written.
    fn fact(&mut self, id: &str, line: u32) -> Option<CitedFact>;
    fn fault(&mut self, fault: Fault, line: u32);
    /// An id for a heading, unique on its page; `None`: the heading becomes a bold paragraph.
    fn heading(&mut self, text: &str) -> Option<String>;
    fn passage(&mut self, passage: Passage);
}

/// Renders a piece of `fragment`. `events` may have been cut from it.
pub fn render(fragment: &Fragment, events: &[Spanned], voice: &mut dyn Voice) -> SafeHtml {
    let mut renderer = Renderer::new(fragment, voice, events.len());
    for (index, (event, range)) in events.iter().enumerate() {
        renderer.line = fragment.line_at(range.start);
        renderer.event(event, events.get(index + 1..).unwrap_or_default());
        if renderer.is_refused {
            return SafeHtml::default();
        }
    }
    renderer.finish()
}

/// The plain texts that authors write in titles and attributes, with facts put in.
pub fn fill_facts(text: &str, line: u32, voice: &mut dyn Voice) -> String {
    let mut filled = String::with_capacity(text.len());
    for piece in FactPieces(text) {
        match piece {
            FactPiece::Text(text) => filled.push_str(text),
            FactPiece::Fact { id, written } => match voice.fact(id, line) {
                Some(fact) => filled.push_str(&fact.text),
                None => filled.push_str(written),
            },
        }
    }
    filled
}

struct Renderer<'e, 'v> {
    voice: &'v mut dyn Voice,
    out: Vec<Event<'e>>,
    line: u32,
    depth: usize,
    is_refused: bool,
    /// For each open link, whether an anchor was opened.
    links: Vec<bool>,
    /// For each open heading, whether it is printed as one.
    heading: Option<bool>,
    is_code: bool,
    images: usize,
    passage: Passage,
}

impl<'e, 'v> Renderer<'e, 'v> {
    fn new(fragment: &Fragment, voice: &'v mut dyn Voice, size: usize) -> Self {
        let line = fragment.line();
        let passage = Passage { line, kind: PassageKind::Prose, text: String::new() };
        Self {
            voice,
            out: Vec::with_capacity(size + 8),
            line,
            depth: 0,
            is_refused: false,
            links: Vec::new(),
            heading: None,
            is_code: false,
            images: 0,
            passage,
        }
    }

    fn event(&mut self, event: &Event<'e>, following: &[Spanned<'e>]) {
        match event {
            Event::Start(tag) => self.start(tag, following),
            Event::End(tag) => self.end(*tag),
            Event::Text(text) => self.text(text),
            Event::Code(code) => {
                self.passage.text.push_str(code);
                self.out.push(event.clone());
            }
            Event::SoftBreak | Event::HardBreak => {
                self.passage.text.push(' ');
                self.out.push(event.clone());
            }
            Event::Html(text) => self.out.push(Event::Text(text.clone())),
            Event::InlineHtml(text) => {
                self.voice.fault(Fault::RawHtml, self.line);
                self.out.push(Event::Text(text.clone()));
            }
            Event::Rule => self.out.push(Event::Rule),
            // These need options that are off; a tick is read by those who want it.
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'e>, following: &[Spanned<'e>]) {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.voice.fault(Fault::TooDeep, self.line);
            self.is_refused = true;
            return;
        }
        match tag {
            Tag::Heading { level, .. } => self.begin_heading(*level, following),
            Tag::Link { link_type, dest_url, .. } => self.begin_link(*link_type, dest_url),
            Tag::Image { .. } => {
                self.voice.fault(Fault::Image, self.line);
                self.images += 1;
            }
            Tag::HtmlBlock => self.voice.fault(Fault::RawHtml, self.line),
            Tag::Table(columns) => {
                // Alignment would be an inline style, which pages refuse.
                self.out.push(Event::Start(Tag::Table(vec![pulldown_cmark::Alignment::None; columns.len()])));
            }
            tag => {
                match tag {
                    Tag::CodeBlock(_) => self.is_code = true,
                    Tag::TableCell => self.begin_passage(PassageKind::Cell),
                    Tag::Paragraph | Tag::Item | Tag::List(_) | Tag::BlockQuote(_) => {
                        self.begin_passage(PassageKind::Prose);
                    }
                    _ => {}
                }
                self.out.push(Event::Start(tag.clone()));
            }
        }
    }

    fn end(&mut self, tag: TagEnd) {
        self.depth = self.depth.saturating_sub(1);
        match tag {
            TagEnd::Heading(level) => self.end_heading(level),
            TagEnd::Link => {
                if self.links.pop() == Some(true) {
                    self.out.push(Event::InlineHtml("</a>".into()));
                }
            }
            TagEnd::Image => self.images = self.images.saturating_sub(1),
            TagEnd::HtmlBlock => {}
            tag => {
                if tag == TagEnd::CodeBlock {
                    self.is_code = false;
                    self.passage.text.clear();
                } else if !matches!(tag, TagEnd::Emphasis | TagEnd::Strong) {
                    self.end_passage();
                }
                self.out.push(Event::End(tag));
            }
        }
    }

    fn begin_heading(&mut self, level: HeadingLevel, following: &[Spanned<'e>]) {
        self.begin_passage(PassageKind::Heading);
        let until = following.iter().position(|(event, _)| matches!(event, Event::End(TagEnd::Heading(_))));
        let text = fragment::plain(following.get(..until.unwrap_or(0)).unwrap_or_default());
        let id = self.voice.heading(&text);
        if id.is_some() && level == HeadingLevel::H1 {
            self.voice.fault(Fault::TopHeading, self.line);
        }
        self.heading = Some(id.is_some());
        match id {
            Some(id) => {
                let tag = Tag::Heading { level, id: Some(id.into()), classes: Vec::new(), attrs: Vec::new() };
                self.out.push(Event::Start(tag));
            }
            None => self.out.extend([Event::Start(Tag::Paragraph), Event::Start(Tag::Strong)]),
        }
    }

    fn end_heading(&mut self, level: HeadingLevel) {
        self.end_passage();
        match self.heading.take() {
            Some(false) => self.out.extend([Event::End(TagEnd::Strong), Event::End(TagEnd::Paragraph)]),
            _ => self.out.push(Event::End(TagEnd::Heading(level))),
        }
    }

    fn begin_link(&mut self, link_type: LinkType, destination: &str) {
        let address;
        let destination = if link_type == LinkType::Email {
            address = format!("mailto:{destination}");
            &address
        } else {
            destination
        };
        let target = self.voice.link(destination, self.line);
        self.links.push(target.is_some());
        let anchor = match target {
            None => return,
            Some(Target::Inside(href)) => format!("<a href=\"{}\">", escape(&href)),
            Some(Target::Outside(href)) => {
                format!("<a href=\"{}\" class=\"external\" rel=\"{OUTSIDE_REL}\">", escape(&href))
            }
        };
        self.out.push(Event::InlineHtml(anchor.into()));
    }

    fn text(&mut self, text: &CowStr<'e>) {
        if self.is_code || !text.contains("{fact:") {
            self.passage.text.push_str(text);
            self.out.push(Event::Text(text.clone()));
            return;
        }
        for piece in FactPieces(text) {
            match piece {
                FactPiece::Text(text) => self.plain(text),
                FactPiece::Fact { id, written } => match self.voice.fact(id, self.line) {
                    Some(fact) => self.fact(fact),
                    None => self.plain(written),
                },
            }
        }
    }

    fn plain(&mut self, text: &str) {
        self.passage.text.push_str(text);
        self.out.push(Event::Text(text.to_owned().into()));
    }

    /// The fact's text, then a small mark that leads to its entry. The day stands in the mark, so
    /// that it is read out, printed and seen without style sheets. No mark inside links and headings.
    fn fact(&mut self, fact: CitedFact) {
        self.passage.text.push_str(&fact.text);
        self.out.push(Event::InlineHtml(format!("<span class=\"fact\">{}</span>", escape(&fact.text)).into()));
        if self.links.is_empty() && self.heading.is_none() && self.images == 0 {
            let mark = format!(
                "<a class=\"fact-mark\" href=\"{}\"><span aria-hidden=\"true\">✓</span><span class=\"fact-date\"> {}</span></a>",
                escape(&fact.href),
                escape(&fact.checked),
            );
            self.out.push(Event::InlineHtml(mark.into()));
        }
    }

    fn begin_passage(&mut self, kind: PassageKind) {
        self.end_passage();
        self.passage.kind = kind;
    }

    fn end_passage(&mut self) {
        let text = std::mem::take(&mut self.passage.text);
        if !text.trim().is_empty() {
            self.voice.passage(Passage { text, ..self.passage });
        }
        self.passage.line = self.line;
    }

    fn finish(mut self) -> SafeHtml {
        self.end_passage();
        let mut unsafe_html = String::new();
        html::push_html(&mut unsafe_html, self.out.into_iter());
        SafeHtml::trusted(allowed::clean(&unsafe_html))
    }
}

/// Text and `{fact:id}` in turns.
struct FactPieces<'a>(&'a str);

enum FactPiece<'a> {
    Text(&'a str),
    Fact { id: &'a str, written: &'a str },
}

impl<'a> Iterator for FactPieces<'a> {
    type Item = FactPiece<'a>;

    fn next(&mut self) -> Option<FactPiece<'a>> {
        const OPENING: &str = "{fact:";
        if self.0.is_empty() {
            return None;
        }
        let at = self.0.find(OPENING);
        if at == Some(0)
            && let Some(end) = self.0.find('}')
        {
            let (written, rest) = self.0.split_at(end + 1);
            self.0 = rest;
            let id = written.get(OPENING.len()..end).unwrap_or_default().trim();
            return Some(FactPiece::Fact { id, written });
        }
        let at = at.filter(|at| *at > 0).unwrap_or(self.0.len());
        let (text, rest) = self.0.split_at(at);
        self.0 = rest;
        Some(FactPiece::Text(text))
    }
}
