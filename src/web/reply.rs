//! What handlers answer with: pages, redirects, files. Pages are compressed here.

use std::sync::Arc;

use rocket::http::{ContentType, Header, Status};
use rocket::request::Request;
use rocket::response::{Responder, Response};

use super::compress::{Encoding, Stencil, compress};
use super::error::{AppError, remember};
use super::errors;

/// An answer.
pub enum Reply {
    Page(Page),
    /// The page of a form again, because of what will have passed in a while.
    Later(Page, AppError),
    /// A private page printed beforehand, with this reader's words.
    Sheet(Sheet),
    /// After a form: go and look (303).
    SeeOther(String),
    /// The same, and the browser forgets everything it holds of us.
    Forget(String),
    /// Something to keep: never opened in our pages' name.
    Download(Download),
    /// Plain JSON or text that is for programs.
    Data {
        content_type: ContentType,
        body: Vec<u8>,
    },
}

pub struct Page {
    pub status: Status,
    pub html: String,
    /// Holds something of a person: browsers must not keep it.
    pub is_private: bool,
    /// Tell the browser to forget everything it holds of us.
    pub forgets: bool,
}

pub struct Sheet {
    pub stencil: Arc<Stencil>,
    pub words: [String; 2],
}

pub struct Download {
    pub content_type: ContentType,
    /// A name of ours, never of a person's making.
    pub file_name: String,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn see_other(to: impl Into<String>) -> Self {
        Self::SeeOther(to.into())
    }

    /// The same page, never to be kept by the browser.
    pub fn private(self) -> Self {
        match self {
            Self::Page(page) => Self::Page(Page { is_private: true, ..page }),
            other => other,
        }
    }

    /// The same page with the status of `error`, which is logged and says when to come again, as if its
    /// own page had been shown.
    pub fn because(self, error: AppError) -> Self {
        match self {
            Self::Page(page) => Self::Later(Page { status: error.status(), ..page }, error),
            other => other,
        }
    }

    /// The same page with another status, such as 422 for a form that must be mended.
    pub fn with_status(self, status: Status) -> Self {
        match self {
            Self::Page(page) => Self::Page(Page { status, ..page }),
            other => other,
        }
    }
}

pub const FORGET: (&str, &str) = ("Clear-Site-Data", "\"*\"");

impl<'r> Responder<'r, 'static> for Reply {
    fn respond_to(self, request: &'r Request<'_>) -> rocket::response::Result<'static> {
        match self {
            Self::Page(page) => page.respond_to(request),
            Self::Later(page, error) => {
                errors::incident(page.status, Some(&error));
                remember(request, error);
                page.respond_to(request)
            }
            Self::Sheet(sheet) => sheet.respond_to(request),
            Self::SeeOther(to) => Ok(redirect(to)),
            Self::Forget(to) => {
                let mut response = redirect(to);
                response.set_raw_header(FORGET.0, FORGET.1);
                Ok(response)
            }
            Self::Download(download) => Response::build()
                .header(download.content_type)
                .header(Header::new("Content-Disposition", format!("attachment; filename=\"{}\"", download.file_name)))
                .header(Header::new("Content-Security-Policy", "default-src 'none'; sandbox"))
                .header(Header::new("Cache-Control", "no-store"))
                .sized_body(download.body.len(), std::io::Cursor::new(download.body))
                .ok(),
            Self::Data { content_type, body } => {
                Response::build().header(content_type).sized_body(body.len(), std::io::Cursor::new(body)).ok()
            }
        }
    }
}

fn redirect(to: String) -> Response<'static> {
    Response::build()
        .status(Status::SeeOther)
        .header(Header::new("Location", to))
        .header(Header::new("Cache-Control", "no-store"))
        .finalize()
}

impl<'r> Responder<'r, 'static> for Page {
    fn respond_to(self, request: &'r Request<'_>) -> rocket::response::Result<'static> {
        let encoding = encoding(request);
        let mut response = page(compress(self.html.into_bytes(), encoding), encoding, self.is_private);
        response.set_status(self.status);
        if self.forgets {
            response.set_header(Header::new(FORGET.0, FORGET.1));
        }
        Ok(response)
    }
}

impl<'r> Responder<'r, 'static> for Sheet {
    fn respond_to(self, request: &'r Request<'_>) -> rocket::response::Result<'static> {
        let encoding = encoding(request);
        let [token, enrolment] = &self.words;
        Ok(page(self.stencil.fill(&[token, enrolment], encoding), encoding, true))
    }
}

/// How this browser wants its pages.
fn encoding(request: &Request<'_>) -> Encoding {
    Encoding::of_page(request.headers().get_one("Accept-Encoding").unwrap_or_default())
}

fn page(body: Vec<u8>, encoding: Encoding, is_private: bool) -> Response<'static> {
    let mut response = Response::build();
    response
        .header(ContentType::HTML)
        .header(Header::new("Vary", "Accept-Encoding, Accept-Language, Cookie"))
        .header(Header::new("Cache-Control", if is_private { "no-store" } else { "no-cache, private" }))
        .sized_body(body.len(), std::io::Cursor::new(body));
    if let Some(name) = encoding.name() {
        response.header(Header::new("Content-Encoding", name));
    }
    response.finalize()
}
