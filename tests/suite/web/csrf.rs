//! Forms are taken from our own pages only (SAFETY 23, 24); reading changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use lontar::domain::time::MINUTE;
use lontar::store::sessions;
use rocket::http::Method::{Get, Post};

use super::matrix::{ROWS, Row, Who, address};
use crate::support::{Answer, App, BEGIN, Browser, Extra, Factor, World, encoded, html, pass_time};

/// Somebody who may use this row's form.
async fn allowed<'a, 'w>(
    app: &'a App,
    world: &'w World<'a>,
    row: &Row,
    strangers: &'w [Browser<'a>; 5],
) -> &'w Browser<'a> {
    let _ = app;
    let [visitor, half, trainer, manager, administrator] = strangers;
    match row.who {
        Who::Everybody => visitor,
        Who::HalfSignedIn => half,
        Who::SignedIn | Who::Owner => &world.owner,
        Who::Trainer => trainer,
        Who::ProgrammeManager => manager,
        Who::Administrator => administrator,
    }
}

async fn strangers(app: &App) -> [Browser<'_>; 5] {
    let half = app.person(&[], Factor::Missing).await;
    [app.visitor(), half, app.trainer().await, app.manager().await, app.administrator().await]
}

fn forms() -> impl Iterator<Item = &'static Row> {
    ROWS.iter().filter(|row| row.method == Post)
}

async fn post(browser: &Browser<'_>, row: &Row, path: &str, more: &[(&str, &str)], extra: Extra<'_>) -> Answer {
    let fields = [row.fields, more].concat();
    browser.send(Post, path, Some(&encoded(&fields)), extra).await
}

/// Sends every form in a wrong way and expects one status and an untouched database.
async fn every_form_refuses(status: u16, trick: &str, tokens: Tokens, more: &[(&str, &str)], extra: Extra<'_>) {
    let app = App::new().await;
    let world = World::new(&app).await;
    let strangers = strangers(&app).await;
    let other = app.learner().await;
    let before = app.dump().await;
    for row in forms() {
        let browser = allowed(&app, &world, row, &strangers).await;
        let token = match tokens {
            Tokens::None => None,
            Tokens::Own => Some(browser.token().await),
            Tokens::OfAnother => Some(other.token().await),
            Tokens::OfVisitors => Some(app.visitor().token().await),
            Tokens::Nonsense => Some("AAAA".to_owned()),
        };
        if tokens == Tokens::OfVisitors && row.who == Who::Everybody {
            continue;
        }
        let fields: Vec<(&str, &str)> =
            token.iter().map(|token| ("csrf", token.as_str())).chain(more.iter().copied()).collect();
        let answer = post(browser, row, &address(&world, &app, row.path), &fields, extra).await;
        assert_eq!(answer.status, status, "{trick}: POST {} ({:?})", row.route, answer.location());
        assert!(answer.header("Set-Cookie").is_none(), "{trick}: POST {} sets a cookie", row.route);
    }
    assert!(app.dump().await == before, "{trick}: something was changed");
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tokens {
    None,
    Own,
    OfAnother,
    OfVisitors,
    Nonsense,
}

const PLAIN: Extra<'static> = Extra { headers: &[], content_type: None };

#[rocket::async_test]
async fn a_form_without_a_token_is_refused() {
    every_form_refuses(403, "no token", Tokens::None, &[], PLAIN).await;
}

#[rocket::async_test]
async fn a_token_of_another_session_is_refused() {
    every_form_refuses(403, "another's token", Tokens::OfAnother, &[], PLAIN).await;
    every_form_refuses(403, "a visitor's token", Tokens::OfVisitors, &[], PLAIN).await;
    every_form_refuses(403, "nonsense", Tokens::Nonsense, &[], PLAIN).await;
}

#[rocket::async_test]
async fn a_form_that_another_site_sends_is_refused() {
    for (name, value) in [
        ("Origin", "https://evil.example"),
        ("Origin", "https://learn.example.evil.example"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ] {
        let headers = [(name, value)];
        every_form_refuses(403, value, Tokens::Own, &[], Extra { headers: &headers, content_type: None }).await;
    }
}

#[rocket::async_test]
async fn only_forms_are_read() {
    for kind in ["application/json", "text/plain", "multipart/form-data; boundary=x"] {
        every_form_refuses(415, kind, Tokens::Own, &[], Extra { headers: &[], content_type: Some(kind) }).await;
    }
}

#[rocket::async_test]
async fn a_megabyte_is_too_large() {
    let long = "x".repeat(1024 * 1024);
    every_form_refuses(413, "a megabyte", Tokens::Own, &[("text", &long)], PLAIN).await;
}

#[rocket::async_test]
async fn a_field_that_no_form_has_is_refused() {
    every_form_refuses(400, "an extra field", Tokens::Own, &[("is_admin", "1")], PLAIN).await;
    every_form_refuses(400, "a field twice", Tokens::Own, &[("csrf", "AAAA")], PLAIN).await;
}

/// A session that ran out, or was ended from elsewhere, is no way around the token.
#[rocket::async_test]
async fn forms_of_ended_sessions_are_checked_like_any_other() {
    for is_deleted in [false, true] {
        let app = App::new().await;
        let world = World::new(&app).await;
        let strangers = strangers(&app).await;
        let other = app.learner().await;
        let theirs = other.token().await;
        let rows: Vec<&Row> = forms().filter(|row| row.who != Who::Everybody && row.who != Who::HalfSignedIn).collect();
        let mut own = Vec::new();
        for row in &rows {
            own.push(allowed(&app, &world, row, &strangers).await.token().await);
        }
        for browser in strangers.iter().chain([&world.owner]).filter(|browser| browser.account.is_some()) {
            if is_deleted {
                for session in sessions::list(app.store(), browser.account.unwrap(), BEGIN).await.unwrap() {
                    sessions::end(app.store(), browser.account.unwrap(), session.id).await.unwrap();
                }
            }
            app.forget_caches(browser);
        }
        if !is_deleted {
            pass_time(31 * MINUTE);
        }
        let before = app.dump().await;
        for (row, own) in rows.iter().zip(&own) {
            let browser = allowed(&app, &world, row, &strangers).await;
            let path = address(&world, &app, row.path);
            for token in ["", "AAAA", theirs.as_str()] {
                let answer = post(browser, row, &path, &[("csrf", token)], PLAIN).await;
                // Where nobody is let in without a session, nothing is read and one signs in first.
                let is_refused =
                    answer.status == 403 || answer.location().is_some_and(|to| to.starts_with("/sign-in?"));
                assert!(is_refused && answer.header("Set-Cookie").is_none(), "{token:?} {path}: {}", answer.status);
            }
            let answer = post(browser, row, &path, &[("csrf", own)], PLAIN).await;
            let asks = answer.status == 401 || answer.location().is_some_and(|to| to.starts_with("/sign-in?"));
            assert!(asks, "{path}: {} {:?}", answer.status, answer.location());
        }
        assert!(app.dump().await == before, "a form of an ended session changed something");
    }
}

/// Rocket changes the method of a form that begins with `_method`; no page of ours is behind it.
#[rocket::async_test]
async fn another_method_in_a_form_leads_nowhere() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let before = app.dump().await;
    for row in forms().filter(|row| row.who == Who::Owner || row.who == Who::SignedIn) {
        for method in ["put", "delete", "patch", "get"] {
            let token = world.owner.token().await;
            let fields = [&[("_method", method), ("csrf", token.as_str())], row.fields].concat();
            let path = address(&world, &app, row.path);
            let answer = world.owner.send(Post, &path, Some(&encoded(&fields)), PLAIN).await;
            assert!(
                [400, 404, 422].contains(&answer.status) || (method == "get" && [200, 303].contains(&answer.status)),
                "{method} {}: {}",
                row.route,
                answer.status
            );
        }
    }
    assert!(app.dump().await == before);
}

/// All but the audit log, in which a trainer's reading of somebody's work is noted for that person.
async fn unaudited(app: &App) -> BTreeMap<String, Vec<String>> {
    let mut dump = app.dump().await;
    dump.remove("audit_entries");
    dump
}

/// A form in an address is not posted: `GET` with the fields of a form changes nothing either.
#[rocket::async_test]
async fn reading_every_page_changes_nothing() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let strangers = strangers(&app).await;
    let token = world.owner.token().await;
    let before = unaudited(&app).await;
    for row in ROWS.iter().filter(|row| row.route != "/leave") {
        let path = address(&world, &app, row.path);
        let query = encoded(&[&[("csrf", token.as_str()), ("_method", "post")], row.fields].concat());
        for browser in strangers.iter().chain([&world.owner]) {
            browser.send(Get, &path, None, PLAIN).await;
            browser.send(Get, &format!("{path}?{query}"), None, PLAIN).await;
            browser.send(rocket::http::Method::Head, &path, None, PLAIN).await;
            assert!(app.house().store.health().await.is_good());
        }
        assert!(unaudited(&app).await == before, "reading {path} changed something");
    }
}

/// Following every link from the home page, for everybody, ends no session and changes nothing.
#[rocket::async_test]
async fn following_every_link_changes_nothing() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let strangers = strangers(&app).await;
    let before = unaudited(&app).await;
    for browser in strangers.iter().chain([&world.owner]) {
        let mut seen: BTreeSet<String> = ["/".to_owned(), "/home".to_owned(), "/leave".to_owned()].into();
        let mut ahead = vec!["/".to_owned(), "/home".to_owned()];
        while let Some(path) = ahead.pop() {
            let answer = browser.get(&path).await;
            assert!(answer.status < 400 || [401, 403, 422].contains(&answer.status), "{path}: {}", answer.status);
            let found = if answer.is_page() {
                html::links(&answer.text())
            } else {
                answer.location().map(str::to_owned).into_iter().collect()
            };
            for link in found {
                let link = resolved(&path, &link);
                let Some(link) = link else { continue };
                if seen.len() < 400 && seen.insert(link.clone()) {
                    ahead.push(link);
                }
            }
        }
        assert!(seen.len() > 10, "the crawl saw too little: {seen:?}");
    }
    assert!(unaudited(&app).await == before, "following links changed something");
}

/// A link on `page` as an address of ours without its fragment.
fn resolved(page: &str, link: &str) -> Option<String> {
    let link = link.split('#').next()?;
    let page = page.split('?').next()?;
    match link {
        "" => None,
        _ if link.starts_with('/') => Some(link.to_owned()),
        _ if link.contains(':') => None,
        _ if link.starts_with('?') => Some(format!("{page}{link}")),
        _ => Some(format!("{}/{link}", page.rsplit_once('/')?.0)),
    }
}

/// What a learner reads leaves no trace at all: every table is byte for byte as it was.
#[rocket::async_test]
async fn a_learner_s_reading_leaves_no_trace() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let before = app.dump().await;
    for row in ROWS.iter().filter(|row| row.method == Get && row.route != "/leave") {
        world.owner.get(&address(&world, &app, row.path)).await;
    }
    for (place, number) in [("1-1", 1), ("1-2", 2), ("2-1", 3)] {
        world.owner.read(&format!("/learn/{}/{place}", world.enrolment)).await;
        world.owner.get(&format!("/attempts/{}/{number}", world.attempt)).await;
    }
    assert!(app.dump().await == before);
}
