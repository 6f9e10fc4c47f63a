//! Files of courses: pictures, sound, templates to fill in. Named by content, so they never change.

use std::io::Cursor;
use std::ops::Range;
use std::sync::Arc;

use rocket::http::{ContentType, Header, Status};
use rocket::request::Request;
use rocket::response::{Responder, Response};
use rocket::{Route, get, routes};

use super::range::Part;
use crate::domain::course::Medium;
use crate::web::error::AppError;
use crate::web::visitor::Visitor;

/// A file that is never run: what is not a picture, sound or film is handed over to be saved.
struct Served(Medium);

impl<'r> Responder<'r, 'static> for Served {
    fn respond_to(self, request: &'r Request<'_>) -> rocket::response::Result<'static> {
        let content_type = ContentType::parse_flexible(self.0.content_type).unwrap_or(ContentType::Binary);
        let is_shown =
            ["image", "audio", "video"].contains(&content_type.top().as_str()) || content_type.sub() == "vtt";
        let disposition = if is_shown { "inline" } else { "attachment" };
        let bytes = self.0.bytes;
        let mut response = Response::build();
        response
            .header(content_type)
            .header(Header::new("Content-Disposition", format!("{disposition}; filename=\"{}\"", self.0.file_name)))
            .header(Header::new("Content-Security-Policy", "default-src 'none'; sandbox"))
            .header(Header::new("Cache-Control", "private, max-age=31536000, immutable"))
            .header(Header::new("Accept-Ranges", "bytes"));
        let length = bytes.len();
        match asked(request, length) {
            Part::Whole => response.sized_body(length, Cursor::new(bytes)),
            Part::Bytes(range) => {
                let place = format!("bytes {}-{}/{length}", range.start, range.end - 1);
                response
                    .status(Status::PartialContent)
                    .header(Header::new("Content-Range", place))
                    .sized_body(range.len(), Cursor::new(Slice { bytes, range }))
            }
            Part::Outside => response
                .status(Status::RangeNotSatisfiable)
                .header(Header::new("Content-Range", format!("bytes */{length}"))),
        };
        response.ok()
    }
}

/// Whoever names a version of the file with the range has another in mind: these have no versions.
fn asked(request: &Request<'_>, length: usize) -> Part {
    match request.headers().get_one("Range") {
        Some(header) if !request.headers().contains("If-Range") => Part::read(header, length),
        _ => Part::Whole,
    }
}

/// A part of a file, without a copy of it.
struct Slice {
    bytes: Arc<[u8]>,
    range: Range<usize>,
}

impl AsRef<[u8]> for Slice {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[self.range.clone()]
    }
}

#[get("/media/<hash>/<name>")]
async fn show(visitor: Visitor<'_>, hash: &str, name: &str) -> Result<Served, AppError> {
    let medium = visitor.house.catalogue.medium(&visitor.house.store, hash).await?;
    medium.filter(|medium| medium.file_name == name).map(Served).ok_or(AppError::NotFound)
}

pub fn routes() -> Vec<Route> {
    routes![show]
}
