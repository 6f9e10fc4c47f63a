//! The certificate as a page: PDF for printing and keeping, PNG for sending, a small preview.
//!
//! Blocking and busy for some tens of milliseconds: call it off the async threads. One paper is
//! drawn at a time, so that memory stays bounded however many ask. Nothing of a paper outlives its
//! drawing: Typst's caches are emptied after each, because they would keep names.

mod desk;
mod joined;
mod legible;
mod picture;
mod qr;

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use typst::foundations::Smart;
use typst::layout::{Frame, FrameItem};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use super::badge::{self, Badge, Issuer};
use super::fonts::{self, FontChoice, Fonts, MissingFont};
use crate::domain::certificate::{Certificate, HolderName};
use crate::domain::language::LanguageTag;

use desk::Desk;

/// Everything a paper says besides names and numbers, already in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperWords {
    pub language: LanguageTag,
    /// The PDF's title: "Certificate: Digital security". No name: windows and printers show it.
    pub document_title: String,
    /// "Certificate of completion"
    pub heading: String,
    /// Above the name: "This certificate is held by"
    pub awarded_to: String,
    /// Between name and course: "for completing the course"
    pub completed: String,
    /// One or two sentences: what was done, and that the name is the holder's own word.
    pub meaning: String,
    /// Label and day: ("Issued", "23 November 2026").
    pub issued: (String, String),
    pub expires: Option<(String, String)>,
    /// Label only: "Edition", "Seal".
    pub edition: String,
    pub seal: String,
    /// Above the address: "Check this certificate:"
    pub check: String,
    /// The QR code for those who do not see it: "QR code with the address of the check page".
    pub qr_alt: String,
    /// What the attached file is: "Signed badge, for checking without the server".
    pub attachment: String,
}

/// One certificate, ready to draw.
#[derive(Clone, Copy, Debug)]
pub struct Paper<'a> {
    pub certificate: &'a Certificate,
    pub issuer: &'a Issuer,
    pub badge: &'a Badge,
    pub name: &'a HolderName,
    pub words: &'a PaperWords,
}

pub use picture::MOST_PREVIEW_BYTES;

/// Why a paper was not drawn. Carries nothing of the name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaperProblem {
    /// For the holder: another spelling, or the operator installs the package.
    #[error(transparent)]
    MissingFont(#[from] MissingFont),
    /// For the holder: a font has the letters, yet cannot combine them as typed.
    #[error("the letters of the name cannot be drawn in the way they are combined")]
    Undrawable,
    /// For the translator: the words leave no room for the name.
    #[error("the words of this language do not fit on one page")]
    TooMuchText,
    /// Our fault; the text comes from the typesetter and never from the name.
    #[error("the certificate could not be typeset: {0}")]
    Typesetting(String),
}

/// Draws papers, one at a time.
pub struct Press {
    fonts: Arc<Fonts>,
    turn: Mutex<()>,
}

impl Press {
    pub fn new(fonts: Arc<Fonts>) -> Self {
        Self { fonts, turn: Mutex::new(()) }
    }

    /// The PDF: tagged, PDF/UA-1, one A4 page, the badge attached. The same paper gives the same bytes.
    ///
    /// # Errors
    /// [`PaperProblem`]: first of all [`PaperProblem::MissingFont`], before anything is drawn.
    pub fn pdf(&self, paper: &Paper<'_>) -> Result<Vec<u8>, PaperProblem> {
        self.print(paper, |document| pdf(document, paper))
    }

    /// The picture: PNG, 1600 pixels wide, the badge baked in.
    ///
    /// # Errors
    /// As for [`Press::pdf`].
    pub fn picture(&self, paper: &Paper<'_>) -> Result<Vec<u8>, PaperProblem> {
        self.print(paper, |document| {
            let png = picture::large(document).ok_or_else(|| typesetting("no picture"))?;
            badge::bake(&png, &paper.badge.jwt).ok_or_else(|| typesetting("no PNG"))
        })
    }

    /// The small picture: JPEG, 640 pixels wide, at most [`MOST_PREVIEW_BYTES`], without a badge.
    ///
    /// # Errors
    /// As for [`Press::pdf`].
    pub fn preview(&self, paper: &Paper<'_>) -> Result<Vec<u8>, PaperProblem> {
        self.print(paper, |document| picture::small(document).ok_or_else(|| typesetting("no small picture")))
    }

    /// Sets the paper and makes one file of it: the others would be work for nobody.
    fn print(
        &self,
        paper: &Paper<'_>,
        file: impl FnOnce(&PagedDocument) -> Result<Vec<u8>, PaperProblem>,
    ) -> Result<Vec<u8>, PaperProblem> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let _forget = Forget;
        file(&self.typeset(paper)?)
    }

    /// Loads what the first paper would wait for: Typst's library, our template, the own fonts.
    pub fn warm_up(&self) {
        desk::warm_up();
    }

    fn typeset(&self, paper: &Paper<'_>) -> Result<PagedDocument, PaperProblem> {
        let (sheet, fonts) = self.sheet(paper)?;
        let data = serde_json::to_vec(&sheet).map_err(|_| typesetting("no data"))?;
        let document: PagedDocument = typst::compile(&Desk::new(fonts, data))
            .output
            .map_err(|problems| typesetting(problems.first().map_or("unknown", |problem| problem.message.as_str())))?;
        match document.pages() {
            [page] if has_boxes(&page.frame) => Err(PaperProblem::Undrawable),
            [_] => Ok(document),
            _ => Err(PaperProblem::TooMuchText),
        }
    }

    /// The template's data and the fonts that draw it.
    fn sheet<'a>(&self, paper: &Paper<'a>) -> Result<(Sheet<'a>, Vec<typst::text::Font>), PaperProblem> {
        let words = paper.words;
        let (course_language, course) =
            paper.certificate.title(&words.language).ok_or_else(|| typesetting("a course without title"))?;
        let address = paper.issuer.check_address(paper.certificate);
        let name = paper.name.as_str();
        let all_words = words.all();

        // A font may be cut down to the letters of the paper, so it must know all of them.
        let everything = [all_words.as_str(), &paper.issuer.name, name, course].concat();
        let mut tray = Tray { fonts: &self.fonts, everything, loaded: Vec::new(), families: Vec::new() };
        let sheet = Sheet {
            fonts: tray.add(&all_words, &words.language)?,
            issuer: tray.typed(&paper.issuer.name, &words.language)?,
            name: tray.typed(name, &words.language)?,
            course: Voice {
                fonts: tray.add(course, course_language)?,
                language: course_language.primary().to_owned(),
                dir: course_language.dir(),
                text: course,
            },
            language: words.language.primary(),
            dir: words.language.dir(),
            words: SheetWords::new(words),
            facts: facts(paper),
            issued: paper.certificate.issued.ymd(),
            qr: qr::modules(&address).ok_or_else(|| typesetting("an address too long for a QR code"))?,
            address,
            badge: &paper.badge.jwt,
        };
        Ok((sheet, tray.loaded))
    }
}

fn typesetting(what: &str) -> PaperProblem {
    PaperProblem::Typesetting(what.to_owned())
}

/// Empties Typst's caches when a paper is finished, also when it failed.
struct Forget;

impl Drop for Forget {
    fn drop(&mut self) {
        typst::comemo::evict(0);
    }
}

/// The fonts laid out for one paper, each family once.
struct Tray<'a> {
    fonts: &'a Fonts,
    /// All texts of the paper together.
    everything: String,
    loaded: Vec<typst::text::Font>,
    families: Vec<(FontChoice, String)>,
}

impl Tray<'_> {
    /// Lays out what draws `text`; gives the family names in the order to try them.
    fn add(&mut self, text: &str, language: &LanguageTag) -> Result<Vec<String>, PaperProblem> {
        let choices = self.fonts.coverage(text, language)?;
        choices.into_iter().map(|choice| self.family(choice)).collect()
    }

    /// A name, whatever its language: its letters tell direction and script.
    fn typed<'t>(&mut self, text: &'t str, paper: &LanguageTag) -> Result<Voice<'t>, PaperProblem> {
        let fonts = self.add(text, paper)?;
        Ok(Voice { text, language: fonts::language_of(text, paper), dir: fonts::direction(text), fonts })
    }

    fn family(&mut self, choice: FontChoice) -> Result<String, PaperProblem> {
        if let Some((_, family)) = self.families.iter().find(|(known, _)| *known == choice) {
            return Ok(family.clone());
        }
        let fonts = self.fonts.load(&choice, &self.everything);
        let family = fonts.first().ok_or_else(|| typesetting("a font file has gone"))?.info().family.clone();
        self.loaded.extend(fonts);
        self.families.push((choice, family.clone()));
        Ok(family)
    }
}

/// `data.json` for `templates/certificates/certificate.typ`.
#[derive(Serialize)]
struct Sheet<'a> {
    language: &'a str,
    dir: &'static str,
    fonts: Vec<String>,
    issuer: Voice<'a>,
    name: Voice<'a>,
    course: Voice<'a>,
    words: SheetWords<'a>,
    facts: Vec<Fact<'a>>,
    /// Year, month, day.
    issued: (i16, i8, i8),
    address: String,
    qr: qr::Modules,
    badge: &'a str,
}

/// A text in its own language, direction and fonts.
#[derive(Serialize)]
struct Voice<'a> {
    text: &'a str,
    language: String,
    dir: &'static str,
    fonts: Vec<String>,
}

#[derive(Serialize)]
struct SheetWords<'a> {
    document_title: &'a str,
    heading: &'a str,
    awarded_to: &'a str,
    completed: &'a str,
    meaning: &'a str,
    check: &'a str,
    qr_alt: &'a str,
    attachment: &'a str,
}

/// One of the small labelled figures at the foot.
#[derive(Serialize)]
struct Fact<'a> {
    label: &'a str,
    value: String,
    /// A hash: written alike in every language.
    is_code: bool,
}

impl PaperWords {
    /// All that is drawn in the paper's language, for choosing its fonts.
    fn all(&self) -> String {
        let expires = self.expires.as_ref();
        let (expires, until) = expires.map_or(("", ""), |(label, day)| (label.as_str(), day.as_str()));
        [
            self.heading.as_str(),
            &self.awarded_to,
            &self.completed,
            &self.meaning,
            &self.issued.0,
            &self.issued.1,
            expires,
            until,
            &self.edition,
            &self.seal,
            &self.check,
        ]
        .join("\n")
    }
}

impl<'a> SheetWords<'a> {
    fn new(words: &'a PaperWords) -> Self {
        Self {
            document_title: &words.document_title,
            heading: &words.heading,
            awarded_to: &words.awarded_to,
            completed: &words.completed,
            meaning: &words.meaning,
            check: &words.check,
            qr_alt: &words.qr_alt,
            attachment: &words.attachment,
        }
    }
}

fn facts<'a>(paper: &Paper<'a>) -> Vec<Fact<'a>> {
    let words = paper.words;
    let day = |(label, day): &'a (String, String)| Fact { label, value: day.clone(), is_code: false };
    let code = |label: &'a String, value| Fact { label, value, is_code: true };
    let mut facts = vec![day(&words.issued)];
    facts.extend(words.expires.iter().map(day));
    facts.push(code(&words.edition, short_edition(&paper.certificate.edition.0)));
    facts.push(code(&words.seal, paper.badge.fingerprint.clone()));
    facts
}

/// The first twelve digits of an edition's hash in groups of four: `3f2a 91c0 77de`.
pub fn short_edition(hash: &str) -> String {
    let digits: Vec<char> = hash.chars().take(12).collect();
    let groups: Vec<String> = digits.chunks(4).map(String::from_iter).collect();
    groups.join(" ")
}

fn has_boxes(frame: &Frame) -> bool {
    frame.items().any(|(_, item)| match item {
        FrameItem::Group(group) => has_boxes(&group.frame),
        FrameItem::Text(text) => text.glyphs.iter().any(|glyph| glyph.id == 0),
        FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => false,
    })
}

fn pdf(document: &PagedDocument, paper: &Paper<'_>) -> Result<Vec<u8>, PaperProblem> {
    let standards = PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|_| typesetting("no PDF/UA"))?;
    let options = PdfOptions {
        ident: Smart::Custom(paper.certificate.id.to_string()),
        // Which typesetter drew it is nobody's business, and would change the bytes with each update.
        creator: Smart::Custom(Some("Lontar".to_owned())),
        standards,
        ..PdfOptions::default()
    };
    // The message may quote the text at fault, so it is not passed on.
    typst_pdf::pdf(&legible::legible(document), &options).map_err(|_| typesetting("the PDF was refused"))
}

#[cfg(test)]
mod tests;
