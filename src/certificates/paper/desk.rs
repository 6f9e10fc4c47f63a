//! What Typst sees while it sets one paper: our template, the paper's data and fonts, nothing else.
//! No disk, no clock, no packages.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

static TEMPLATE: LazyLock<Source> =
    LazyLock::new(|| Source::detached(include_str!("../../../templates/certificates/certificate.typ")));

#[expect(clippy::expect_used, reason = "no outside input: the name stands here")]
static DATA: LazyLock<FileId> = LazyLock::new(|| {
    let path = VirtualPath::new("data.json").expect("a plain file name is a path");
    RootedPath::new(VirtualRoot::Project, path).intern()
});

pub struct Desk {
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    data: Bytes,
}

impl Desk {
    pub fn new(fonts: Vec<Font>, data: Vec<u8>) -> Self {
        Self { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts, data: Bytes::new(data) }
    }
}

pub fn warm_up() {
    LazyLock::force(&LIBRARY);
    LazyLock::force(&TEMPLATE);
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        TEMPLATE.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == TEMPLATE.id() { Ok(TEMPLATE.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == *DATA { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
