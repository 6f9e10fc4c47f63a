//! course.md: the course's title, promise and introduction in one language.

use super::{front, texts};
use crate::domain::course::block::{Block, Ground, read_blocks};
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::Document;

#[derive(Clone, Debug)]
pub struct CoursePage {
    pub title: String,
    pub summary: String,
    pub audience: String,
    pub outcomes: Vec<String>,
    pub certificate_title: String,
    pub introduction: Vec<Block>,
}

pub fn read(document: &Document, reader: &mut Reader) -> CoursePage {
    let page = front(document, reader.report, |fields, report| CoursePage {
        title: fields.text("title", report),
        summary: fields.text("summary", report),
        audience: fields.text("audience", report),
        outcomes: texts(fields.some_texts("outcomes", report)),
        certificate_title: fields.text("certificate_title", report),
        introduction: Vec::new(),
    });
    let line = document.front.line;
    let mut plain = |text: &String| reader.plain(text, line);
    let (title, summary, audience) = (plain(&page.title), plain(&page.summary), plain(&page.audience));
    let certificate_title = plain(&page.certificate_title);
    let outcomes = page.outcomes.iter().map(plain).collect();
    let introduction = read_blocks(&document.nodes, Ground::Page, reader);
    CoursePage { title, summary, audience, outcomes, certificate_title, introduction }
}
