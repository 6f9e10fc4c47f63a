//! How much a form takes, and how files of ours are packed.

use std::io::Read;

use rocket::http::Method::{Get, Post};

use super::matrix::{ROWS, Who, address};
use crate::support::{App, Browser, Extra, World, encoded, html};

/// A form with a field of this many bytes.
async fn post_large(browser: &Browser<'_>, path: &str, field: &str, bytes: usize) -> u16 {
    let token = browser.token().await;
    let large = "x".repeat(bytes);
    let body = encoded(&[("csrf", &token), (field, &large)]);
    browser.send(Post, path, Some(&body), Extra::default()).await.status
}

/// SAFETY 24: what a form takes is what its longest text needs.
#[rocket::async_test]
async fn each_form_takes_as_much_as_it_needs_and_no_more() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let (trainer, administrator, visitor) = (app.trainer().await, app.administrator().await, app.visitor());
    let owner = &world.owner;
    for (browser, path, field, kilobytes) in [
        (owner, "/account/name", "name", 16),
        (owner, "/account/language", "language", 16),
        (owner, "/courses/whole/enrolment", "x", 16),
        (owner, "/learn/{enrolment}/1-1/completion", "lesson", 16),
        (owner, "/learn/{enrolment}/1-1/checklist", "tick", 16),
        (owner, "/attempts/{attempt}/submission", "x", 16),
        (owner, "/certificates/{certificate}/pdf", "name", 16),
        (owner, "/needs", "scope", 16),
        (&administrator, "/admin/people", "name", 16),
        (&administrator, "/admin/invitations", "uses", 16),
        (&visitor, "/recovery", "code", 16),
        (owner, "/attempts/{attempt}/1", "a", 128),
        (&trainer, "/teach/marking/{work}/marking", "comment", 128),
        (&trainer, "/teach/marking/{work}/return", "comment", 128),
        (owner, "/learn/{enrolment}/1-1/reflection", "text", 528),
        (owner, "/learn/{enrolment}/task", "text", 512),
        (owner, "/learn/{enrolment}/1-2/check", "a", 1024),
        (&visitor, "/sign-in", "pending", 1024),
    ] {
        let path = world.path(path);
        // The token and the name of the field take their share of the last kilobyte.
        assert_ne!(post_large(browser, &path, field, (kilobytes - 1) * 1024).await, 413, "{path} takes {kilobytes} kB");
        assert_eq!(post_large(browser, &path, field, kilobytes * 1024).await, 413, "{path} takes no more");
    }
}

/// No form at all takes a megabyte and a half, and what is refused changes nothing.
#[rocket::async_test]
async fn no_form_takes_more_than_a_megabyte() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let (trainer, manager, administrator) = (app.trainer().await, app.manager().await, app.administrator().await);
    let visitor = app.visitor();
    let before = app.dump().await;
    let mut forms = 0;
    for row in ROWS.iter().filter(|row| row.method == Post) {
        let browser = match row.who {
            Who::Everybody => &visitor,
            Who::Trainer => &trainer,
            Who::ProgrammeManager => &manager,
            Who::Administrator => &administrator,
            Who::HalfSignedIn | Who::SignedIn | Who::Owner => &world.owner,
        };
        let path = address(&world, &app, row.path);
        let token = browser.token().await;
        let large = "x".repeat(1_500_000);
        let fields = [&[("csrf", token.as_str()), ("padding", &*large)], row.fields].concat();
        let answer = browser.send(Post, &path, Some(&encoded(&fields)), Extra::default()).await;
        assert_eq!(answer.status, 413, "{}", row.route);
        forms += 1;
    }
    assert!(app.dump().await == before);
    assert!(forms > 30, "{forms} forms");
}

/// What comes packed is what comes plain.
#[rocket::async_test]
async fn our_own_files_are_packed_as_the_browser_reads_it() {
    let app = App::new().await;
    let administrator = app.administrator().await;
    let page = administrator.get("/admin/settings").await.text();
    let tags = html::tags(&page);
    let files: Vec<&str> = tags
        .iter()
        .filter_map(|tag| tag.get("src").or(tag.get("href")))
        .filter(|to| to.starts_with("/static/"))
        .collect();
    assert_eq!(files.len(), 4, "mark, two style sheets and the script: {files:?}");
    for file in files {
        let sent = async |encoding: &str| {
            let extra = Extra { headers: &[("Accept-Encoding", encoding)], content_type: None };
            let answer = app.visitor().send(Get, file, None, extra).await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.header("Vary"), Some("Accept-Encoding"), "{file}");
            let name = answer.header("Content-Encoding").map(str::to_owned);
            (name, answer.bytes)
        };
        let (name, plain) = sent("").await;
        assert!(name.is_none() && !plain.is_empty(), "{file}");
        for (accepted, expected) in
            [("br", "br"), ("gzip", "gzip"), ("gzip, deflate, br", "br"), ("gzip, deflate", "gzip")]
        {
            let (name, packed) = sent(accepted).await;
            assert_eq!(name.as_deref(), Some(expected), "{file} {accepted}");
            assert!(packed.len() < plain.len(), "{file} {accepted}");
            let mut unpacked = Vec::new();
            match expected {
                "br" => brotli::Decompressor::new(&packed[..], 4096).read_to_end(&mut unpacked),
                _ => flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut unpacked),
            }
            .unwrap();
            assert!(unpacked == plain, "{file} {accepted}");
        }
        assert_eq!(sent("br;q=0, identity").await.0, None, "{file}: who says no is heard");
    }
}
