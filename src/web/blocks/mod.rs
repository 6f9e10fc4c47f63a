//! Blocks of a lesson as HTML.
//!
//! Most of a lesson looks the same to everybody and is pressed once per edition and language. What
//! a learner can touch (checklist, reflection, question) stays open, to be filled per request.

mod diagram;
mod scenario;

use serde::Serialize;

use super::error::AppError;
use super::helpers::Markup;
use super::templates::Templates;
use crate::domain::course::block::{
    Aside, Block, Checklist, Download, Figure, Flashcards, Recording, Reflection, Steps, Table, Warning,
};
use crate::domain::course::{Course, Medium};
use crate::domain::quiz::question::Question;
use crate::locale::Language;

/// A stretch of a lesson.
#[derive(Clone, Debug)]
pub enum Part {
    Fixed(String),
    Checklist(Checklist),
    Reflection(Reflection),
    Question(Box<Question>),
}

impl Part {
    /// The id under which its reader leaves something in it; `None` for one that is the same for all.
    pub fn own_id(&self) -> Option<&str> {
        match self {
            Self::Fixed(_) => None,
            Self::Checklist(checklist) => Some(checklist.id.as_str()),
            Self::Reflection(reflection) => Some(reflection.id.as_str()),
            Self::Question(question) => Some(question.id.as_str()),
        }
    }
}

/// What pressing needs to know.
#[derive(Clone, Copy)]
pub struct Press<'a> {
    pub templates: &'a Templates,
    pub language: Language,
    pub course: &'a Course,
    /// Whether notes for trainers are printed.
    pub for_trainers: bool,
}

impl Press<'_> {
    /// The blocks in order, neighbouring fixed ones joined.
    pub fn parts(&self, blocks: &[Block]) -> Result<Vec<Part>, AppError> {
        let mut parts: Vec<Part> = Vec::new();
        for block in blocks {
            match block {
                Block::Checklist(checklist) => parts.push(Part::Checklist(checklist.clone())),
                Block::Reflection(reflection) => parts.push(Part::Reflection(reflection.clone())),
                Block::Question(question) => parts.push(Part::Question(question.clone())),
                fixed => {
                    let html = self.block(fixed)?;
                    match parts.last_mut() {
                        Some(Part::Fixed(before)) => before.push_str(&html),
                        _ => parts.push(Part::Fixed(html)),
                    }
                }
            }
        }
        Ok(parts)
    }

    /// The blocks as one piece, for places without learners: introductions, glossaries, notes.
    pub fn whole(&self, blocks: &[Block]) -> Result<Markup, AppError> {
        let mut html = String::new();
        for block in blocks {
            html.push_str(&self.block(block)?);
        }
        Ok(Markup::rendered(html))
    }

    fn block(&self, block: &Block) -> Result<String, AppError> {
        match block {
            Block::Prose(html) => Ok(Markup::from(html).into_html()),
            Block::Note(aside) => self.aside("blocks/_note", aside),
            Block::Example(aside) => self.aside("blocks/_example", aside),
            Block::Warning(warning) => self.warning(warning),
            Block::Checklist(checklist) => self.list("blocks/_plain_list", Some(&checklist.title), &checklist.items),
            Block::Steps(Steps { title, items }) => self.list("blocks/_steps", title.as_deref(), items),
            Block::Reflection(reflection) => Ok(reflection.prompt.as_str().to_owned()),
            Block::Flashcards(cards) => self.flashcards(cards),
            Block::Figure(figure) => self.figure(figure),
            Block::Diagram(diagram) => self.diagram(diagram),
            Block::Audio(recording) => self.recording("blocks/_audio", recording),
            Block::Video(recording) => self.recording("blocks/_video", recording),
            Block::Download(download) => self.download(download),
            Block::Table(table) => self.table(table),
            Block::Facilitator(_) if !self.for_trainers => Ok(String::new()),
            Block::Facilitator(blocks) => {
                self.print("blocks/_facilitator", &AsideView { title: None, body: self.whole(blocks)? })
            }
            Block::Scenario(scenario) => self.scenario(scenario),
            Block::Question(question) => Ok(question.prompt.as_str().to_owned()),
        }
    }

    fn aside(&self, template: &str, aside: &Aside) -> Result<String, AppError> {
        self.print(template, &AsideView { title: aside.title.as_deref(), body: self.whole(&aside.blocks)? })
    }

    fn warning(&self, warning: &Warning) -> Result<String, AppError> {
        let template = if warning.is_sensitive { "blocks/_sensitive" } else { "blocks/_warning" };
        self.print(template, &AsideView { title: warning.title.as_deref(), body: self.whole(&warning.blocks)? })
    }

    fn list(
        &self,
        template: &str,
        title: Option<&str>,
        items: &[crate::domain::markup::SafeHtml],
    ) -> Result<String, AppError> {
        #[derive(Serialize)]
        struct ListView<'a> {
            title: Option<&'a str>,
            items: Vec<Markup>,
        }
        self.print(template, &ListView { title, items: items.iter().map(Markup::from).collect() })
    }

    fn flashcards(&self, flashcards: &Flashcards) -> Result<String, AppError> {
        #[derive(Serialize)]
        struct CardsView<'a> {
            title: Option<&'a str>,
            cards: Vec<CardView>,
        }
        #[derive(Serialize)]
        struct CardView {
            front: Markup,
            back: Markup,
        }
        let cards =
            flashcards.cards.iter().map(|card| CardView { front: (&card.front).into(), back: (&card.back).into() });
        self.print("blocks/_flashcards", &CardsView { title: flashcards.title.as_deref(), cards: cards.collect() })
    }

    fn figure(&self, figure: &Figure) -> Result<String, AppError> {
        #[derive(Serialize)]
        struct FigureView<'a> {
            id: &'a str,
            url: String,
            alt: &'a str,
            width: u32,
            height: u32,
            caption: Markup,
        }
        let Some(medium) = self.course.media.get(&figure.medium) else { return Ok(figure.caption.as_str().to_owned()) };
        self.print(
            "blocks/_figure",
            &FigureView {
                id: figure.id.as_str(),
                url: medium_url(medium),
                alt: &figure.alt,
                width: medium.width.unwrap_or(640),
                height: medium.height.unwrap_or(360),
                caption: (&figure.caption).into(),
            },
        )
    }

    fn recording(&self, template: &str, recording: &Recording) -> Result<String, AppError> {
        #[derive(Serialize)]
        struct RecordingView<'a> {
            title: Option<&'a str>,
            url: String,
            size: String,
            captions_url: Option<String>,
            poster_url: Option<String>,
            transcript: Markup,
        }
        let Some(medium) = self.course.media.get(&recording.medium) else {
            return Ok(recording.transcript.as_str().to_owned());
        };
        let url_of = |name: &Option<String>| name.as_ref().and_then(|name| self.course.media.get(name)).map(medium_url);
        self.print(
            template,
            &RecordingView {
                title: recording.title.as_deref(),
                url: medium_url(medium),
                size: self.language.words().size(medium.bytes.len() as u64),
                captions_url: url_of(&recording.captions),
                poster_url: url_of(&recording.poster),
                transcript: (&recording.transcript).into(),
            },
        )
    }

    fn download(&self, download: &Download) -> Result<String, AppError> {
        #[derive(Serialize)]
        struct DownloadView<'a> {
            id: &'a str,
            title: &'a str,
            url: String,
            size: String,
            language: Option<&'a str>,
            purpose: Markup,
        }
        let Some(medium) = self.course.media.get(&download.medium) else { return Ok(String::new()) };
        self.print(
            "blocks/_download",
            &DownloadView {
                id: download.id.as_str(),
                title: &download.title,
                url: medium_url(medium),
                size: self.language.words().size(medium.bytes.len() as u64),
                language: download
                    .language
                    .as_deref()
                    .map(|tag| Language::from_tag(tag).map_or(tag, |known| known.own_name())),
                purpose: (&download.purpose).into(),
            },
        )
    }

    fn table(&self, table: &Table) -> Result<String, AppError> {
        #[derive(Serialize)]
        struct TableView<'a> {
            caption: &'a str,
            table: Markup,
        }
        self.print("blocks/_table", &TableView { caption: &table.caption, table: (&table.table).into() })
    }

    fn print(&self, template: &str, view: &impl Serialize) -> Result<String, AppError> {
        Ok(self.templates.render(self.language, template, view)?)
    }
}

#[derive(Serialize)]
struct AsideView<'a> {
    title: Option<&'a str>,
    body: Markup,
}

/// Where a file of a course is served: by content, so that it never changes.
pub fn medium_url(medium: &Medium) -> String {
    format!("/media/{}/{}", medium.hash, medium.file_name)
}
