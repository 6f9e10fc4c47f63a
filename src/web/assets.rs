//! Our own style sheet, script and mark: embedded, named by content, compressed once.

use std::collections::BTreeMap;

use rocket::http::{ContentType, Header, Status};
use rocket::request::Request;
use rocket::response::{Responder, Response};
use rocket::{State, get, routes};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::compress::{Encoding, compress_hard};
use super::house::House;

#[derive(RustEmbed)]
#[folder = "static"]
struct Files;

/// The parts of the style sheet in the order in which they are joined: one request, one file per
/// concern.
const STYLE: [&str; 9] = [
    "css/tokens.css",
    "css/base.css",
    "css/frame.css",
    "css/controls.css",
    "css/cards.css",
    "css/lesson.css",
    "css/questions.css",
    "css/print.css",
    "css/motion.css",
];

/// Only trainers' and administrators' pages load it.
const STAFF_STYLE: [&str; 1] = ["css/staff.css"];

const SCRIPT: [&str; 1] = ["js/lontar.js"];

/// One file as it is served.
pub struct Asset {
    content_type: ContentType,
    plain: Vec<u8>,
    brotli: Vec<u8>,
    gzip: Vec<u8>,
}

/// All of them, by the name in their address.
pub struct Assets {
    by_name: BTreeMap<String, Asset>,
    pub style_url: String,
    pub staff_style_url: String,
    pub script_url: String,
    pub icon_url: String,
}

impl Assets {
    pub fn load() -> Self {
        let mut by_name = BTreeMap::new();
        let mut add = |stem: &str, extension: &str, content_type: ContentType, parts: &[&str]| {
            let text = joined(parts);
            let plain = if extension == "css" { tightened(&text) } else { text }.into_bytes();
            let name = format!("{stem}.{}.{extension}", &data_encoding::HEXLOWER.encode(&Sha256::digest(&plain))[..8]);
            let (brotli, gzip) = (compress_hard(&plain, Encoding::Brotli), compress_hard(&plain, Encoding::Gzip));
            let url = format!("/static/{name}");
            by_name.insert(name, Asset { content_type, plain, brotli, gzip });
            url
        };
        let style_url = add("lontar", "css", ContentType::CSS, &STYLE);
        let staff_style_url = add("staff", "css", ContentType::CSS, &STAFF_STYLE);
        let script_url = add("lontar", "js", ContentType::JavaScript, &SCRIPT);
        let icon_url = add("lontar", "svg", ContentType::SVG, &["lontar.svg"]);
        Self { by_name, style_url, staff_style_url, script_url, icon_url }
    }
}

/// Joins files and drops what only we read: indentation, empty lines and whole-line comments.
fn joined(parts: &[&str]) -> String {
    let mut joined = String::new();
    for part in parts {
        let Some(file) = Files::get(part) else { continue };
        let text = String::from_utf8_lossy(&file.data);
        for line in text.lines().map(str::trim) {
            let is_comment = line.starts_with("//") || (line.starts_with("/*") && line.ends_with("*/"));
            if !line.is_empty() && !is_comment {
                joined.push_str(line);
                joined.push('\n');
            }
        }
    }
    joined
}

/// Drops the blanks of a style sheet that mean nothing: a hundred bytes on the wire for each first
/// visit. Our sheets hold no text in which one of these stands.
fn tightened(css: &str) -> String {
    [(" { ", "{"), ("; }", "}"), (" }", "}"), (": ", ":"), ("; ", ";"), (", ", ","), (" > ", ">"), ("\n", "")]
        .into_iter()
        .fold(css.to_owned(), |css, (loose, tight)| css.replace(loose, tight))
}

/// An asset in the encoding that the browser reads.
pub struct Served<'a>(&'a Asset);

impl<'r, 'a: 'r> Responder<'r, 'a> for Served<'a> {
    fn respond_to(self, request: &'r Request<'_>) -> rocket::response::Result<'a> {
        let accepted = request.headers().get_one("Accept-Encoding").unwrap_or_default();
        let encoding = Encoding::of_file(accepted);
        let body: &'a [u8] = match encoding {
            Encoding::Brotli => &self.0.brotli,
            Encoding::Gzip => &self.0.gzip,
            Encoding::Zstd | Encoding::Plain => &self.0.plain,
        };
        let mut response = Response::build();
        response
            .header(self.0.content_type.clone())
            .header(Header::new("Cache-Control", "public, max-age=31536000, immutable"))
            .header(Header::new("Vary", "Accept-Encoding"))
            .sized_body(body.len(), std::io::Cursor::new(body));
        if let Some(name) = encoding.name() {
            response.header(Header::new("Content-Encoding", name));
        }
        response.ok()
    }
}

#[get("/static/<name>")]
fn show<'r>(name: &str, house: &'r State<House>) -> Result<Served<'r>, Status> {
    house.inner().assets.by_name.get(name).map(Served).ok_or(Status::NotFound)
}

pub fn routes() -> Vec<rocket::Route> {
    routes![show]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_that_mean_something_stay() {
        let css = ":root {\n--a: b;\n}\n.a > .b :is(c, d) { inline-size: calc(1px + 2px); e: f; }\n";
        assert_eq!(tightened(css), ":root {--a:b;}.a>.b :is(c,d){inline-size:calc(1px + 2px);e:f}");
    }

    #[test]
    fn every_part_exists() {
        for part in STYLE.iter().chain(&STAFF_STYLE).chain(&SCRIPT).chain(&["lontar.svg"]) {
            assert!(Files::get(part).is_some(), "static/{part} is missing");
        }
    }
}
