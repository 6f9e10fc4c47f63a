//! Files of courses: pictures, sound, templates to fill in. Named by content, so they never change.

use rocket::http::{ContentType, Header};
use rocket::request::Request;
use rocket::response::{Responder, Response};
use rocket::{Route, get, routes};

use crate::domain::course::Medium;
use crate::web::error::AppError;
use crate::web::visitor::Visitor;

/// A file that is never run: what is not a picture, sound or film is handed over to be saved.
struct Served(Medium);

impl<'r> Responder<'r, 'static> for Served {
    fn respond_to(self, _: &'r Request<'_>) -> rocket::response::Result<'static> {
        let content_type = ContentType::parse_flexible(self.0.content_type).unwrap_or(ContentType::Binary);
        let is_shown =
            ["image", "audio", "video"].contains(&content_type.top().as_str()) || content_type.sub() == "vtt";
        let disposition = if is_shown { "inline" } else { "attachment" };
        let bytes = self.0.bytes.clone();
        Response::build()
            .header(content_type)
            .header(Header::new("Content-Disposition", format!("{disposition}; filename=\"{}\"", self.0.file_name)))
            .header(Header::new("Content-Security-Policy", "default-src 'none'; sandbox"))
            .header(Header::new("Cache-Control", "private, max-age=31536000, immutable"))
            .sized_body(bytes.len(), std::io::Cursor::new(bytes))
            .ok()
    }
}

#[get("/media/<hash>/<name>")]
fn show(visitor: Visitor<'_>, hash: &str, name: &str) -> Result<Served, AppError> {
    let medium = visitor.house.catalogue.medium(hash).filter(|medium| medium.file_name == name);
    medium.map(Served).ok_or(AppError::NotFound)
}

pub fn routes() -> Vec<Route> {
    routes![show]
}
