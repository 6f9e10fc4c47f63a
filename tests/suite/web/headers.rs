//! The headers of every answer (SAFETY 14, 15).

use rocket::http::Method::{Get, Head, Post};

use lontar::domain::account::Role;

use super::matrix::{ROWS, Row, Who, address};
use crate::support::{Answer, App, Browser, Extra, Factor, World, html};

const ALWAYS: [(&str, &str); 7] = [
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Strict-Transport-Security", "max-age=63072000; includeSubDomains"),
];

fn check(what: &str, answer: &Answer) {
    for (name, value) in ALWAYS {
        assert_eq!(answer.all(name), [value], "{what} ({}): {name}", answer.status);
    }
    let policy = answer.header("Content-Security-Policy").unwrap_or_default();
    assert_eq!(answer.all("Content-Security-Policy").len(), 1, "{what}");
    assert!(policy.starts_with("default-src 'none'"), "{what}: {policy}");
    for wrong in ["unsafe", "*", "http:", "https:", "data:", "blob:"] {
        assert!(!policy.contains(wrong), "{what}: {policy}");
    }
    if answer.is_page() {
        for needed in ["base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(needed), "{what}: {policy}");
        }
    }
    assert!(answer.header("Cache-Control").is_some(), "{what}: no Cache-Control");
    assert!(answer.header("Server").is_none(), "{what} says what serves it");
    assert!(answer.header("Permissions-Policy").is_some(), "{what}");
}

/// Somebody for each kind of row.
struct Persons<'a> {
    world: World<'a>,
    half_signed_in: Browser<'a>,
    trainer: Browser<'a>,
    manager: Browser<'a>,
    administrator: Browser<'a>,
}

impl<'a> Persons<'a> {
    async fn new(app: &'a App) -> Self {
        Self {
            world: World::new(app).await,
            half_signed_in: app.person(&[Role::Trainer], Factor::Missing).await,
            trainer: app.trainer().await,
            manager: app.manager().await,
            administrator: app.administrator().await,
        }
    }

    fn all(&self) -> [&Browser<'a>; 5] {
        [&self.world.owner, &self.half_signed_in, &self.trainer, &self.manager, &self.administrator]
    }

    /// Who may see what is in the row.
    fn who(&self, row: &Row) -> &Browser<'a> {
        match row.who {
            Who::Everybody | Who::SignedIn | Who::Owner => &self.world.owner,
            Who::HalfSignedIn => &self.half_signed_in,
            Who::Trainer => &self.trainer,
            Who::ProgrammeManager => &self.manager,
            Who::Administrator => &self.administrator,
        }
    }

    /// Every page that somebody signed in can look at, with its route: what the row promises, and no
    /// error in its place.
    async fn pages(&self, app: &App) -> Vec<(&'static str, Answer)> {
        let mut pages = Vec::new();
        for row in ROWS.iter().filter(|row| row.method == Get && row.route != "/leave") {
            let answer = self.who(row).get(&address(&self.world, app, row.path)).await;
            // Who is signed in is led on from the doors, and a server with an administrator has no setup.
            let is_door = ["/", "/sign-in", "/sign-up", "/setup/<token>"].contains(&row.route);
            let expected = if is_door { [303, 404].contains(&answer.status) } else { answer.status == row.status };
            assert!(expected, "{}: {}", row.route, answer.status);
            if answer.is_page() && answer.status == 200 {
                pages.push((row.route, answer));
            }
        }
        assert!(pages.len() > 50, "{}", pages.len());
        pages
    }
}

#[rocket::async_test]
async fn every_answer_has_the_headers() {
    let app = App::new().await;
    let persons = Persons::new(&app).await;
    let visitor = app.visitor();
    let browsers = persons.all().into_iter().chain([&visitor]);
    let (last, rows): (Vec<&Row>, Vec<&Row>) = ROWS.iter().partition(|row| row.route == "/leave");
    assert_eq!(last.len(), 1, "leaving ends the sessions");
    for row in rows.into_iter().chain(last) {
        let path = address(&persons.world, &app, row.path);
        for browser in browsers.clone() {
            for (method, body) in [(Head, None), (Post, Some("")), (Get, None)] {
                let answer = browser.send(method, &path, body, Extra::default()).await;
                check(&format!("{method} {}", row.route), &answer);
            }
        }
    }
}

#[rocket::async_test]
async fn errors_have_the_headers_too() {
    let app = App::new().await;
    let mira = app.learner().await;
    let long = "x".repeat(1024 * 1024);
    let token = mira.token().await;

    let mut answers = vec![
        (404, mira.get("/no-such-page").await),
        (404, mira.get("/learn/0/1-1").await),
        (413, mira.post_with("/account/name", &token, &[("name", &long)]).await),
        (403, mira.post_with("/account/name", "", &[("name", "x")]).await),
        (400, mira.post_with("/account/name", &token, &[("nonsense", "x")]).await),
        (
            415,
            mira.send(
                Post,
                "/account/name",
                Some("{}"),
                Extra { headers: &[], content_type: Some("application/json") },
            )
            .await,
        ),
        (303, app.visitor().get("/home").await),
    ];
    damage(&app).await;
    answers.push((500, mira.get("/account").await));
    for (status, answer) in answers {
        assert_eq!(answer.status, status);
        check(&status.to_string(), &answer);
    }
}

/// Makes sealed values unreadable, which is nobody's doing but ours.
async fn damage(app: &App) {
    use sea_orm::ConnectionTrait;
    let db = sea_orm::Database::connect(format!("sqlite:{}", app.database_file().display())).await.unwrap();
    db.execute_unprepared("UPDATE accounts SET sign_in_name = x'00'").await.unwrap();
    db.close().await.unwrap();
}

#[rocket::async_test]
async fn a_fault_of_ours_has_a_number_and_no_details() {
    let app = App::new().await;
    let mira = app.learner().await;
    damage(&app).await;

    let answer = mira.get("/account").await;

    assert_eq!(answer.status, 500);
    let text = html::text(&answer.main());
    assert!(!text.contains("sealed") && !text.contains("accounts") && !text.contains(&mira.name), "{text}");
    assert!(text.contains(&words("error.fault_heading")) && text.contains(&words("error.fault_text")), "{text}");
    let again = mira.get("/account").await;
    assert_ne!(incident(&answer), incident(&again), "each fault has its own");
}

/// The number under which the log has a fault.
fn incident(answer: &Answer) -> String {
    let page = answer.main();
    let number = page.split("<p class=\"big code\">").nth(1).and_then(|rest| rest.split('<').next());
    let number = number.unwrap_or_else(|| panic!("no number: {page}"));
    assert!(number.len() == 8 && number.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')), "{number}");
    number.to_owned()
}

#[rocket::get("/breaks")]
fn breaks() -> &'static str {
    panic!("Planted in a panic 4716")
}

/// SAFETY 41: it is a fault like any other, and the server goes on.
#[rocket::async_test]
async fn a_panic_is_a_fault_without_details_and_stops_nothing() {
    let app = App::with_routes(rocket::routes![breaks]).await;
    let mira = app.learner().await;
    for browser in [&app.visitor(), &mira, &mira] {
        let answer = browser.get("/breaks").await;
        assert_eq!(answer.status, 500);
        check("a panic", &answer);
        incident(&answer);
        assert!(html::text(&answer.main()).contains(&words("error.fault_text")));
        for detail in ["Planted", "panic", "headers.rs", "breaks"] {
            assert!(!answer.main().contains(detail), "{detail}: {}", answer.main());
        }
        assert_eq!(browser.get("/courses").await.status, 200, "the next request is answered");
    }
    assert_eq!(mira.get("/home").await.status, 200, "and its session goes on");
}

#[rocket::async_test]
async fn visitors_get_no_cookie() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let visitor = app.visitor();
    for row in ROWS {
        let path = address(&world, &app, row.path);
        visitor.get(&path).await;
        visitor.get(&format!("{path}?lang=id")).await;
        if row.method == Post && row.route != "/sign-up" {
            visitor.post(&path, row.fields).await;
        }
        assert!(!visitor.has_cookies(), "{} gives visitors a cookie", row.route);
    }
}

#[rocket::async_test]
async fn the_session_s_cookie_is_for_this_host_alone() {
    let app = App::new().await;
    let visitor = app.visitor();
    let answer = visitor
        .post("/sign-up", &[("name", "river-lamp-42"), ("password", "seven slow boats"), ("invitation", "")])
        .await;

    assert_eq!(answer.status, 200);
    let [cookie] = answer.all("Set-Cookie")[..] else { panic!("one cookie, for the session") };
    assert!(cookie.starts_with("__Host-session="));
    for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{attribute}");
    }
    for attribute in ["Domain", "Max-Age", "Expires"] {
        assert!(!cookie.contains(attribute), "{attribute}");
    }
    assert_eq!(answer.header("Cache-Control"), Some("no-store"), "the page with the codes");
}

/// The titles that a browser's history keeps of signed-in pages.
#[rocket::async_test]
async fn signed_in_pages_are_not_kept_and_titled_neutrally() {
    let app = App::new().await;
    let persons = Persons::new(&app).await;
    let owner = &persons.world.owner;
    let neutral = title(&owner.get("/home").await);
    for (route, page) in persons.pages(&app).await {
        assert_eq!(page.header("Cache-Control"), Some("no-store"), "{route}");
        assert_eq!(title(&page), neutral, "{route}");
    }
    let missing = owner.get("/learn/0/1-1").await;
    assert_eq!((missing.header("Cache-Control"), title(&missing)), (Some("no-store"), neutral.clone()));
    assert!(!neutral.to_lowercase().contains("course") && !neutral.contains(&owner.name), "{neutral}");
}

fn title(answer: &Answer) -> String {
    let text = answer.text();
    let title = text.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
    title.unwrap_or_else(|| panic!("no title: {text}")).0.to_owned()
}

#[rocket::async_test]
async fn signing_out_and_leaving_make_the_browser_forget_us_and_end_the_session() {
    let app = App::new().await;
    for way in ["/sign-out", "/leave"] {
        let mira = app.learner().await;
        let session = mira.cookie("__Host-session").unwrap();
        let answer = if way == "/leave" { mira.get(way).await } else { mira.post(way, &[]).await };

        assert_eq!(answer.header("Clear-Site-Data"), Some("\"*\""), "{way}");
        assert_eq!(answer.header("Cache-Control"), Some("no-store"), "{way}");
        // A copy of the cookie is worth nothing at once.
        mira.put_cookie("__Host-session", &session);
        assert_eq!(mira.get("/home").await.status, 303, "{way}");
    }
}

#[rocket::async_test]
async fn leaving_quickly_shows_nothing_of_us() {
    let app = App::new().await;
    let page = app.learner().await.get("/leave").await.text();

    assert!(page.contains("2027-01"), "a calendar of the month");
    assert!(!page.to_lowercase().contains("lontar") && html::links(&page).is_empty());
}

#[rocket::async_test]
async fn leaving_may_end_somewhere_else() {
    let app = App::with(|settings| settings.leave_to = Some("https://weather.example".into())).await;
    assert_eq!(app.learner().await.get("/leave").await.to(), "https://weather.example");
}

/// SAFETY 14: nothing is fetched from anywhere else, and no script or style stands in a page.
#[rocket::async_test]
async fn pages_fetch_nothing_from_elsewhere_and_hold_no_script() {
    let app = App::new().await;
    let persons = Persons::new(&app).await;
    let mut pages = persons.pages(&app).await;
    for (route, path) in [("/sign-in", "/sign-in"), ("/sign-up", "/sign-up"), ("/leave", "/leave"), ("404", "/none")] {
        pages.push((route, app.visitor().get(path).await));
    }
    for (route, page) in pages {
        for tag in html::tags(&page.text()) {
            for (name, value) in &tag.attributes {
                assert!(!name.starts_with("on") && name != "style", "{route}: <{} {name}>", tag.name);
                let fetches = ["src", "srcset", "poster", "data", "action", "formaction"].contains(&name.as_str())
                    || (tag.name == "link" && name == "href");
                assert!(!fetches || !value.contains("//"), "{route}: <{} {name}={value}>", tag.name);
                let is_address = ["href", "src", "action", "formaction"].contains(&name.as_str());
                let scheme = value.split_once(':').map(|(scheme, _)| scheme);
                let is_known = matches!(scheme, None | Some("https" | "mailto" | "otpauth"));
                assert!(!is_address || is_known, "{route}: <{} {name}={value}>", tag.name);
            }
            assert!(tag.name != "style" && tag.name != "iframe" && tag.name != "base", "{route}");
            assert!(tag.name != "script" || tag.get("src").is_some(), "{route}: an inline script");
        }
    }
}

/// PostgreSQL goes away for everybody: pages that need it say so, the others go on, and it recovers
/// by itself.
#[rocket::async_test]
async fn without_the_database_nobody_is_told_to_sign_in() {
    let Some(app) = App::on_postgres().await else { return };
    {
        let world = crate::support::World::new(&app).await;
        let owner = &world.owner;
        let token = owner.token().await;
        app.cut_off(true).await;
        app.forget_caches(owner);

        for path in ["/home", "/account", &format!("/learn/{}/1-1", world.enrolment), "/teach", "/sign-in/second-step"]
        {
            let answer = owner.get(path).await;
            assert_eq!(answer.status, 503, "{path} {:?}", answer.location());
            assert_eq!(answer.header("Retry-After"), Some("60"));
            assert!(html::text(&answer.main()).contains(&words("error.unavailable_text")), "{path}");
        }
        for path in ["/", "/courses", "/courses/whole", "/courses/whole/sample", "/emergency"] {
            assert_eq!(owner.get(path).await.status, 200, "{path}");
        }
        let path = format!("/learn/{}/1-1/reflection", world.enrolment);
        let typed = [("block", "w-think"), ("text", "A \"rope\" & bread")];
        let answer = owner.post_with(&path, &token, &typed).await;
        assert_eq!(answer.status, 503);
        let page = answer.main();
        assert_eq!(html::posted_to(&page), std::slice::from_ref(&path));
        assert_eq!(html::field(&page, "text").as_deref(), Some(typed[1].1), "what was typed is still there");
        let signing_in = [("name", owner.name.as_str()), ("password", crate::support::PASSWORD), ("next", "/home")];
        let answer = app.visitor().post("/sign-in", &signing_in).await;
        assert_eq!(answer.status, 503);
        assert!(!answer.text().contains(crate::support::PASSWORD));
        assert!(owner.get("/leave").await.header("Clear-Site-Data").is_some(), "leaving works in any case");

        app.cut_off(false).await;
        let again = world.owner_again(&app).await;
        let token = again.token().await;
        assert_eq!(again.post_with(&path, &token, &typed).await.status, 303);
    }
    app.remove().await;
}

fn words(key: &str) -> String {
    lontar::locale::Language::English.words().get(key)
}
