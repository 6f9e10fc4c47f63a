//! The authorisation matrix (SAFETY 22): every mounted route has a row that says who may.
//!
//! To everybody else a route answers as its guard promises: visitors are led to the sign-in page,
//! somebody else's things and staff pages do not exist, staff without a second factor are told.

use std::collections::BTreeSet;

use lontar::domain::account::Role;
use rocket::http::Method::{self, Get, Post};

use crate::support::{Answer, App, Browser, Extra, Factor, World, encoded, html};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Everybody,
    /// Anybody whose password was right, also before the second step.
    HalfSignedIn,
    /// Anybody signed in.
    SignedIn,
    /// The one person whose thing it is.
    Owner,
    Trainer,
    ProgrammeManager,
    Administrator,
}

pub struct Row {
    pub method: Method,
    /// As it is mounted, without the query.
    pub route: &'static str,
    /// An address of it in the world of [`World`].
    pub path: &'static str,
    /// What its form posts.
    pub fields: &'static [(&'static str, &'static str)],
    pub who: Who,
    /// What those who may get.
    pub status: u16,
}

const fn get(route: &'static str, path: &'static str, who: Who, status: u16) -> Row {
    Row { method: Get, route, path, fields: &[], who, status }
}

type Fields = &'static [(&'static str, &'static str)];

const fn post(route: &'static str, path: &'static str, fields: Fields, who: Who, status: u16) -> Row {
    Row { method: Post, route, path, fields, who, status }
}

use Who::{Administrator, Everybody, HalfSignedIn, Owner, ProgrammeManager, SignedIn, Trainer};

const SIGN_IN: Fields = &[("name", "nobody-at-all"), ("password", "wrong wrong wrong"), ("next", "/home")];
const SIGN_UP: Fields = &[("name", "made-for-the-matrix"), ("password", "seven slow boats"), ("invitation", "")];
const RECOVERY: Fields = &[("name", "nobody-at-all"), ("code", "0"), ("password", "seven slow boats")];
const LEVELS: Fields = &[("level-plan", "1"), ("level-care", "1"), ("comment", "Well done.")];
const NAME: Fields = &[("name", "River Watch")];
/// What is handed in already: sent once more it changes nothing.
const TASK: Fields = &[("text", "Planted work 4713."), ("act", "draft")];

pub const ROWS: &[Row] = &[
    get("/", "/", Everybody, 200),
    get("/about", "/about", Everybody, 200),
    get("/emergency", "/emergency", Everybody, 200),
    get("/healthz", "/healthz", Everybody, 200),
    get("/readyz", "/readyz", Everybody, 200),
    get("/robots.txt", "/robots.txt", Everybody, 200),
    get("/favicon.ico", "/favicon.ico", Everybody, 303),
    get("/static/<name>", "{style}", Everybody, 200),
    get("/media/<hash>/<name>", "{medium}", Everybody, 200),
    get("/.well-known/lontar-keys.json", "/.well-known/lontar-keys.json", Everybody, 200),
    get("/verify", "/verify", Everybody, 200),
    get("/verify/<id>", "/verify/{certificate}", Everybody, 200),
    get("/courses", "/courses", Everybody, 200),
    get("/courses/<slug>", "/courses/whole", Everybody, 200),
    get("/courses/<slug>/sample", "/courses/whole/sample", Everybody, 200),
    get("/courses/<slug>/<place>", "/courses/whole/1-2", Everybody, 303),
    get("/courses/<slug>/glossary", "/courses/whole/glossary", Everybody, 200),
    get("/courses/<slug>/facts", "/courses/whole/facts", Everybody, 200),
    get("/sign-in", "/sign-in", Everybody, 200),
    post("/sign-in", "/sign-in", SIGN_IN, Everybody, 422),
    get("/sign-up", "/sign-up", Everybody, 200),
    post("/sign-up", "/sign-up", SIGN_UP, Everybody, 200),
    get("/setup/<token>", "/setup/{setup}", Everybody, 200),
    post("/setup/<token>", "/setup/{setup}", &[("name", "x"), ("password", "x")], Everybody, 422),
    get("/recovery", "/recovery", Everybody, 200),
    post("/recovery", "/recovery", RECOVERY, Everybody, 422),
    get("/leave", "/leave", Everybody, 200),
    post("/sign-out", "/sign-out", &[], Everybody, 303),
    get("/sign-in/second-step", "/sign-in/second-step", HalfSignedIn, 200),
    post("/sign-in/second-step", "/sign-in/second-step", &[("digits", "0"), ("next", "")], HalfSignedIn, 303),
    get("/home", "/home", SignedIn, 200),
    get("/account", "/account", SignedIn, 200),
    get("/account/cohort", "/account/cohort", SignedIn, 200),
    post("/account/cohort", "/account/cohort", &[("code", "x")], SignedIn, 422),
    post("/account/cohort/departure", "/account/cohort/departure", &[], SignedIn, 303),
    get("/account/data", "/account/data", SignedIn, 200),
    get("/account/name", "/account/name", SignedIn, 200),
    post("/account/name", "/account/name", &[("name", "x")], SignedIn, 422),
    get("/account/password", "/account/password", SignedIn, 200),
    post("/account/password", "/account/password", &[("present", "x"), ("new", "x")], SignedIn, 422),
    get("/account/deletion", "/account/deletion", SignedIn, 200),
    post("/account/deletion", "/account/deletion", &[("password", "x")], SignedIn, 422),
    get("/account/recovery-codes", "/account/recovery-codes", SignedIn, 200),
    post("/account/recovery-codes", "/account/recovery-codes", &[("password", "x")], SignedIn, 422),
    get("/account/second-factor", "/account/second-factor", SignedIn, 200),
    post("/account/second-factor", "/account/second-factor", &[("secret", "x"), ("digits", "0")], SignedIn, 400),
    get("/account/looks", "/account/looks", SignedIn, 200),
    post("/account/looks/recovery/end", "/account/looks/recovery/end", &[], SignedIn, 303),
    get("/account/sessions", "/account/sessions", SignedIn, 200),
    post("/account/sessions/others/end", "/account/sessions/others/end", &[], SignedIn, 303),
    post("/account/language", "/account/language", &[("language", "en"), ("back", "/home")], SignedIn, 303),
    post("/courses/<slug>/enrolment", "/courses/whole/enrolment", &[], SignedIn, 303),
    get("/learn/<enrolment>", "/learn/{enrolment}", Owner, 200),
    get("/learn/<enrolment>/<place>", "/learn/{enrolment}/1-1", Owner, 200),
    get("/learn/<enrolment>/glossary", "/learn/{enrolment}/glossary", Owner, 200),
    get("/learn/<enrolment>/facts", "/learn/{enrolment}/facts", Owner, 200),
    get("/learn/<enrolment>/reading", "/learn/{enrolment}/reading", Owner, 200),
    post(
        "/learn/<enrolment>/<place>/completion",
        "/learn/{enrolment}/1-1/completion",
        &[("lesson", "w1-1")],
        Owner,
        303,
    ),
    post(
        "/learn/<enrolment>/<place>/checklist",
        "/learn/{enrolment}/1-1/checklist",
        &[("block", "w-check"), ("tick", "0")],
        Owner,
        303,
    ),
    post(
        "/learn/<enrolment>/<place>/reflection",
        "/learn/{enrolment}/1-1/reflection",
        &[("block", "w-think"), ("text", "A rope.")],
        Owner,
        303,
    ),
    post(
        "/learn/<enrolment>/<place>/check",
        "/learn/{enrolment}/1-1/check",
        &[("question", "w1-1-q1"), ("a", "0")],
        Owner,
        303,
    ),
    post("/learn/<enrolment>/changes/seen", "/learn/{enrolment}/changes/seen", &[], Owner, 303),
    get("/learn/<enrolment>/withdrawal", "/learn/{enrolment}/withdrawal", Owner, 200),
    post("/learn/<enrolment>/withdrawal", "/learn/{enrolment}/withdrawal", &[], Owner, 303),
    get("/learn/<enrolment>/certificate", "/learn/{enrolment}/certificate", Owner, 303),
    post("/learn/<enrolment>/certificate", "/learn/{enrolment}/certificate", &[], Owner, 303),
    get("/learn/<enrolment>/quizzes/<quiz>", "/learn/{enrolment}/quizzes/1", Owner, 200),
    post("/learn/<enrolment>/quizzes/<quiz>/attempts", "/learn/{enrolment}/quizzes/1/attempts", &[], Owner, 303),
    get("/learn/<enrolment>/task", "/learn/{enrolment}/task", Owner, 200),
    post("/learn/<enrolment>/task", "/learn/{enrolment}/task", TASK, Owner, 303),
    get("/learn/<enrolment>/work/<submission>", "/learn/{enrolment}/work/{work}", Owner, 303),
    post("/learn/<enrolment>/work/<submission>", "/learn/{enrolment}/work/{work}", TASK, Owner, 303),
    post(
        "/learn/<enrolment>/work/<submission>/messages",
        "/learn/{enrolment}/work/{work}/messages",
        &[("message", "When?")],
        Owner,
        303,
    ),
    get("/attempts/<attempt>", "/attempts/{submitted}", Owner, 200),
    get("/attempts/<attempt>/<number>", "/attempts/{attempt}/1", Owner, 200),
    post("/attempts/<attempt>/<number>", "/attempts/{attempt}/1", &[("sure", "sure")], Owner, 303),
    get("/attempts/<attempt>/review", "/attempts/{attempt}/review", Owner, 200),
    post("/attempts/<attempt>/submission", "/attempts/{attempt}/submission", &[], Owner, 303),
    get("/needs", "/needs", SignedIn, 200),
    post("/needs", "/needs", &[("scope", "all")], SignedIn, 303),
    get("/needs/<assessment>", "/needs/{needs}", Owner, 303),
    get("/needs/<assessment>/<number>", "/needs/{needs}/1", Owner, 200),
    post("/needs/<assessment>/<number>", "/needs/{needs}/2", &[("i-risk", "some-pressure")], Owner, 303),
    get("/needs/<assessment>/end", "/needs/{needs}/end", Owner, 200),
    post("/needs/<assessment>/completion", "/needs/{needs}/completion", &[], Owner, 303),
    get("/needs/<assessment>/result", "/needs/{assessed}/result", Owner, 200),
    post("/needs/<assessment>/reminder/dismissal", "/needs/{assessed}/reminder/dismissal", &[], Owner, 303),
    get("/needs/<assessment>/deletion", "/needs/{assessed}/deletion", Owner, 200),
    post("/needs/<assessment>/deletion", "/needs/{assessed}/deletion", &[], Owner, 303),
    get("/needs/deletion", "/needs/deletion", SignedIn, 200),
    post("/needs/deletion", "/needs/deletion", &[], SignedIn, 303),
    get("/pathway", "/pathway", SignedIn, 200),
    get("/pathway/edits", "/pathway/edits", SignedIn, 200),
    post("/pathway/edits", "/pathway/edits", &[("act", "add UN1-3")], SignedIn, 303),
    post("/pathway/pace", "/pathway/pace", &[("minutes", "60")], SignedIn, 303),
    post("/pathway/lessons", "/pathway/lessons", &[("lesson", "un-mechanisms/w1-1")], SignedIn, 303),
    get("/pathway/steps/<called>", "/pathway/steps/{step}", Owner, 200),
    post("/pathway/steps/<called>/challenge", "/pathway/steps/{step}/challenge", &[], Owner, 303),
    get("/pathway/challenges/<challenge>", "/pathway/challenges/{challenge}", Owner, 303),
    get("/pathway/challenges/<challenge>/<number>", "/pathway/challenges/{challenge}/1", Owner, 200),
    post("/pathway/challenges/<challenge>/<number>", "/pathway/challenges/{challenge}/1", &[], Owner, 303),
    get("/pathway/challenges/<challenge>/review", "/pathway/challenges/{challenge}/review", Owner, 200),
    post("/pathway/challenges/<challenge>/submission", "/pathway/challenges/{challenge}/submission", &[], Owner, 303),
    get("/certificates", "/certificates", SignedIn, 200),
    get("/certificates/<id>", "/certificates/{certificate}", Owner, 200),
    get("/certificates/<id>/badge", "/certificates/{certificate}/badge", Owner, 200),
    post("/certificates/<id>/pdf", "/certificates/{certificate}/pdf", &[("name", "Mira")], Owner, 200),
    post("/certificates/<id>/picture", "/certificates/{certificate}/picture", &[("name", "Mira")], Owner, 200),
    post(
        "/certificates/<id>/small-picture",
        "/certificates/{certificate}/small-picture",
        &[("name", "Mira")],
        Owner,
        200,
    ),
    get("/teach", "/teach", Trainer, 200),
    get("/teach/courses", "/teach/courses", Trainer, 200),
    get("/teach/courses/<slug>/<module>", "/teach/courses/whole/1", Trainer, 200),
    get("/teach/marking/<submission>", "/teach/marking/{work}", Trainer, 200),
    post("/teach/marking/<submission>/marking", "/teach/marking/{work}/marking", LEVELS, Trainer, 303),
    post("/teach/marking/<submission>/return", "/teach/marking/{work}/return", &[("comment", "No.")], Trainer, 303),
    post(
        "/teach/marking/<submission>/messages",
        "/teach/marking/{work}/messages",
        &[("message", "Yes.")],
        Trainer,
        303,
    ),
    get("/manage", "/manage", ProgrammeManager, 200),
    post("/manage/organisations", "/manage/organisations", NAME, ProgrammeManager, 303),
    get("/manage/organisations/<id>", "/manage/organisations/{organisation}", ProgrammeManager, 200),
    post(
        "/manage/organisations/<id>/cohorts",
        "/manage/organisations/{organisation}/cohorts",
        NAME,
        ProgrammeManager,
        303,
    ),
    post("/manage/organisations/<id>/name", "/manage/organisations/{organisation}/name", NAME, ProgrammeManager, 303),
    get("/manage/organisations/<id>/deletion", "/manage/organisations/{organisation}/deletion", ProgrammeManager, 200),
    post(
        "/manage/organisations/<id>/deletion",
        "/manage/organisations/{organisation}/deletion",
        &[],
        ProgrammeManager,
        303,
    ),
    get("/manage/cohorts/<id>", "/manage/cohorts/{cohort}", ProgrammeManager, 200),
    post("/manage/cohorts/<id>/name", "/manage/cohorts/{cohort}/name", NAME, ProgrammeManager, 303),
    post(
        "/manage/cohorts/<id>/invitations",
        "/manage/cohorts/{cohort}/invitations",
        &[("uses", "2"), ("days", "7")],
        ProgrammeManager,
        200,
    ),
    post(
        "/manage/cohorts/<id>/invitations/withdrawal",
        "/manage/cohorts/{cohort}/invitations/withdrawal",
        &[("invitation", "x")],
        ProgrammeManager,
        400,
    ),
    get("/manage/cohorts/<id>/deletion", "/manage/cohorts/{cohort}/deletion", ProgrammeManager, 200),
    post("/manage/cohorts/<id>/deletion", "/manage/cohorts/{cohort}/deletion", &[], ProgrammeManager, 303),
    get("/manage/needs", "/manage/needs", ProgrammeManager, 200),
    get("/manage/needs.csv", "/manage/needs.csv", ProgrammeManager, 303),
    get("/manage/needs.xlsx", "/manage/needs.xlsx", ProgrammeManager, 303),
    get("/manage/gain", "/manage/gain", ProgrammeManager, 200),
    get("/admin", "/admin", Administrator, 200),
    post("/admin/people", "/admin/people", &[("name", "nobody-at-all")], Administrator, 422),
    post("/admin/roles", "/admin/roles", &[("account", "x"), ("role", "trainer")], Administrator, 400),
    get("/admin/settings", "/admin/settings", Administrator, 200),
    post("/admin/settings/registration", "/admin/settings/registration", &[("policy", "x")], Administrator, 400),
    post("/admin/invitations", "/admin/invitations", &[("uses", "2"), ("days", "7")], Administrator, 200),
    post("/admin/invitations/withdrawal", "/admin/invitations/withdrawal", &[("invitation", "x")], Administrator, 400),
    get("/admin/recoveries", "/admin/recoveries", Administrator, 200),
    post("/admin/recoveries", "/admin/recoveries", &[("name", "nobody-at-all")], Administrator, 422),
    post(
        "/admin/recoveries/confirmation",
        "/admin/recoveries/confirmation",
        &[("recovery", "00000000-0000-0000-0000-000000000000")],
        Administrator,
        422,
    ),
    post("/admin/recoveries/end", "/admin/recoveries/end", &[("recovery", "x")], Administrator, 400),
    get("/admin/certificates", "/admin/certificates", Administrator, 200),
    post("/admin/certificates", "/admin/certificates", &[("number", "x")], Administrator, 422),
];

/// Somebody at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Persona {
    Visitor,
    Owner,
    OtherLearner,
    /// The password was right, the second step is missing.
    HalfSignedIn,
    Trainer,
    TrainerWithoutFactor,
    ProgrammeManager,
    ProgrammeManagerWithoutFactor,
    Administrator,
    AdministratorWithoutFactor,
}

const PERSONAS: [Persona; 10] = [
    Persona::Visitor,
    Persona::Owner,
    Persona::OtherLearner,
    Persona::HalfSignedIn,
    Persona::Trainer,
    Persona::TrainerWithoutFactor,
    Persona::ProgrammeManager,
    Persona::ProgrammeManagerWithoutFactor,
    Persona::Administrator,
    Persona::AdministratorWithoutFactor,
];

/// What a route does with somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    LetsIn,
    ToSignIn,
    ToSecondStep,
    NotFound,
    NeedsFactor,
}

fn expected(who: Who, persona: Persona) -> Verdict {
    use Verdict::*;
    match (who, persona) {
        (Who::Everybody, _) => LetsIn,
        (_, Persona::Visitor) => ToSignIn,
        (Who::HalfSignedIn, _) => LetsIn,
        (_, Persona::HalfSignedIn) => ToSecondStep,
        (Who::SignedIn, _) => LetsIn,
        (Who::Owner, Persona::Owner) => LetsIn,
        (Who::Trainer, Persona::Trainer) => LetsIn,
        (Who::Trainer, Persona::TrainerWithoutFactor) => NeedsFactor,
        (Who::ProgrammeManager, Persona::ProgrammeManager) => LetsIn,
        (Who::ProgrammeManager, Persona::ProgrammeManagerWithoutFactor) => NeedsFactor,
        (Who::Administrator, Persona::Administrator) => LetsIn,
        (Who::Administrator, Persona::AdministratorWithoutFactor) => NeedsFactor,
        (Who::Owner | Who::Trainer | Who::ProgrammeManager | Who::Administrator, _) => NotFound,
    }
}

fn verdict(answer: &Answer) -> Verdict {
    match (answer.status, answer.location()) {
        (303, Some(to)) if to.starts_with("/sign-in/second-step") => Verdict::ToSecondStep,
        (303, Some(to)) if to.starts_with("/sign-in?") => Verdict::ToSignIn,
        // The page of the step itself, which carries what was typed.
        (401, _) if html::posted_to(&answer.main()).contains(&"/sign-in/second-step".to_owned()) => {
            Verdict::ToSecondStep
        }
        (404, _) => Verdict::NotFound,
        (403, _) => Verdict::NeedsFactor,
        _ => Verdict::LetsIn,
    }
}

async fn person<'a>(app: &'a App, persona: Persona) -> Browser<'a> {
    match persona {
        Persona::Visitor => app.visitor(),
        Persona::Owner | Persona::OtherLearner => app.learner().await,
        Persona::HalfSignedIn => app.person(&[Role::Trainer, Role::Administrator], Factor::Missing).await,
        Persona::Trainer => app.trainer().await,
        Persona::TrainerWithoutFactor => app.person(&[Role::Trainer], Factor::None).await,
        Persona::ProgrammeManager => app.manager().await,
        Persona::ProgrammeManagerWithoutFactor => app.person(&[Role::ProgrammeManager], Factor::None).await,
        Persona::Administrator => app.administrator().await,
        Persona::AdministratorWithoutFactor => app.person(&[Role::Administrator], Factor::None).await,
    }
}

/// `path` with the world's ids and with the addresses of files.
pub fn address(world: &World<'_>, app: &App, path: &str) -> String {
    let house = app.house();
    let course = house.catalogue.course(&"whole".parse().unwrap()).unwrap();
    let medium = course.media.values().next().unwrap();
    world
        .path(path)
        .replace("{style}", &house.assets.style_url)
        .replace("{medium}", &format!("/media/{}/{}", medium.hash, medium.file_name))
}

async fn ask(browser: &Browser<'_>, row: &Row, path: &str) -> Answer {
    match row.method {
        Get => browser.get(path).await,
        _ => {
            let token = browser.token().await;
            let fields = [&[("csrf", token.as_str())], row.fields].concat();
            browser.send(row.method, path, Some(&encoded(&fields)), Extra::default()).await
        }
    }
}

#[test]
fn every_route_has_one_row_and_every_row_a_route() {
    let name = |method: Method, path: &str| format!("{method} {}", path.split('?').next().unwrap_or_default());
    let mounted: Vec<String> =
        lontar::web::routes().iter().map(|route| name(route.method, &route.uri.to_string())).collect();
    let rows: Vec<String> = ROWS.iter().map(|row| name(row.method, row.route)).collect();
    let (mounted_once, rows_once) = (mounted.iter().collect::<BTreeSet<_>>(), rows.iter().collect::<BTreeSet<_>>());

    let missing: Vec<_> = mounted_once.difference(&rows_once).collect();
    assert!(missing.is_empty(), "routes without a row in the authorisation matrix: {missing:#?}");
    let gone: Vec<_> = rows_once.difference(&mounted_once).collect();
    assert!(gone.is_empty(), "rows of the authorisation matrix without a route: {gone:#?}");
    assert_eq!(rows.len(), rows_once.len(), "a route has two rows");
}

/// Those who may not, for every row; and none of it changes a thing.
#[rocket::async_test]
async fn nobody_gets_in_who_may_not() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let mut gaps = Vec::new();
    for persona in PERSONAS.into_iter().filter(|persona| *persona != Persona::Owner) {
        let browser = person(&app, persona).await;
        let before = app.dump().await;
        for row in ROWS {
            let expected = expected(row.who, persona);
            if expected == Verdict::LetsIn {
                continue;
            }
            let answer = ask(&browser, row, &address(&world, &app, row.path)).await;
            if verdict(&answer) != expected {
                gaps.push(format!(
                    "{} {} for {persona:?}: expected {expected:?}, got {} {:?}",
                    row.method,
                    row.route,
                    answer.status,
                    answer.location()
                ));
            }
        }
        assert!(app.dump().await == before, "{persona:?} changed something they may not");
    }
    assert!(gaps.is_empty(), "{} gaps:\n{}", gaps.len(), gaps.join("\n"));
}

/// Those who may, each row in a world of its own, because some rows end it.
#[rocket::async_test]
async fn everybody_gets_in_who_may() {
    let app = App::new().await;
    let mut gaps = Vec::new();
    let mut count = 0;
    for row in ROWS {
        let allowed = PERSONAS.into_iter().filter(|persona| expected(row.who, *persona) == Verdict::LetsIn);
        // This link is for a server without an administrator, and ends with the first.
        let is_setup = row.route == "/setup/<token>";
        let fresh = if is_setup { Some(App::new().await) } else { None };
        let app = fresh.as_ref().unwrap_or(&app);
        for (number, persona) in allowed.take(if is_setup { 1 } else { PERSONAS.len() }).enumerate() {
            let world = World::new(app).await;
            let stranger;
            let browser = match persona {
                Persona::Owner => &world.owner,
                other => {
                    stranger = person(app, other).await;
                    &stranger
                }
            };
            let answer = ask(browser, row, &address(&world, app, row.path)).await;
            // The first persona gets what the row says; others may be sent on, such as to their home.
            let is_right = if number == 0 { answer.status == row.status } else { answer.status < 500 };
            if !is_right || verdict(&answer) != Verdict::LetsIn {
                gaps.push(format!(
                    "{} {} for {persona:?}: got {} {:?}",
                    row.method,
                    row.route,
                    answer.status,
                    answer.location()
                ));
            }
            count += 1;
            if row.method == Get && number > 1 && row.who == Who::Everybody {
                break;
            }
        }
    }
    assert!(count >= ROWS.len());
    assert!(gaps.is_empty(), "{} gaps:\n{}", gaps.len(), gaps.join("\n"));
}

/// With the password alone somebody is a visitor: every public page is a visitor's, but for the way
/// out.
#[rocket::async_test]
async fn before_the_second_step_every_public_page_is_a_visitor_s() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let half = app.person(&[Role::Trainer, Role::Administrator], Factor::Missing).await;
    let course = app.house().catalogue.course(&"whole".parse().unwrap()).unwrap();
    let account = half.account.unwrap();
    let now = app.house().now();
    lontar::store::enrolments::enrol(app.store(), account, &course.slug, &course.edition, now).await.unwrap();
    let visitor = app.visitor();
    let mut pages = 0;
    // The page of signing up proposes another name each time.
    let rows = ROWS.iter().filter(|row| row.method == Get && row.who == Who::Everybody && row.route != "/leave");
    for row in rows.filter(|row| !["/sign-up", "/setup/<token>"].contains(&row.route)) {
        let path = address(&world, &app, row.path);
        let (theirs, ours) = (half.get(&path).await, visitor.get(&path).await);
        assert_eq!(theirs.status, ours.status, "{path}");
        if ours.is_page() {
            assert_eq!(without_session(&theirs), without_session(&ours), "{path}");
            pages += 1;
        }
    }
    assert!(pages > 8, "{pages}");
    assert_eq!(half.get("/sign-up").await.status, 200, "and may make another account, as a visitor may");
    let enrolling = half.post("/courses/whole/enrolment", &[]).await;
    assert_eq!(enrolling.to(), "/sign-in/second-step?next=/courses/whole", "the address of the form is no page");
    assert!(half.get("/sign-in/second-step").await.text().contains("\"/sign-out\""));
    assert_eq!(half.post("/sign-out", &[]).await.to(), "/");
    assert_eq!(half.get("/sign-in/second-step").await.status, 303);
}

/// A page without what a session adds to any: its tokens and the button that ends it.
fn without_session(answer: &Answer) -> String {
    let mut page = answer.text();
    if let Some(token) = html::field(&page, "csrf") {
        page = page.replace(&token, "…");
    }
    match page.split_once("<form method=\"post\" action=\"/sign-out\">") {
        Some((before, rest)) => format!("{before}{}", rest.split_once("</form>").unwrap().1),
        None => page,
    }
    .replace('\n', "")
}

#[rocket::async_test]
async fn made_up_ids_are_not_found_and_break_nothing() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let nobody = uuid::Uuid::now_v7().to_string();
    let ids = [nobody.as_str(), "0", "..", "%00", "%F0%9F%98%80", "x%2Fy", "-1", &"9".repeat(300)];
    for row in ROWS.iter().filter(|row| row.who == Who::Owner) {
        for id in ids {
            let mut path = row.path.to_owned();
            for name in [
                "{enrolment}",
                "{attempt}",
                "{submitted}",
                "{certificate}",
                "{needs}",
                "{assessed}",
                "{step}",
                "{challenge}",
            ] {
                path = path.replace(name, id);
            }
            let path = world.path(&path);
            let answer = ask(&world.owner, row, &path).await;
            // A dot-dot segment may lead to another page of ours, never to a fault.
            assert!(
                answer.status == 404 || (id == ".." && answer.status < 500),
                "{} {path}: {}",
                row.method,
                answer.status
            );
        }
    }
}

/// Changing the language leads back to the page one was on; only to the way out nobody comes back.
#[rocket::async_test]
async fn a_language_can_be_chosen_on_every_page_without_losing_the_place() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let (trainer, manager, administrator) = (app.trainer().await, app.manager().await, app.administrator().await);
    let mut lost = Vec::new();
    let mut pages = 0;
    for row in ROWS.iter().filter(|row| row.method == Get && row.route != "/leave") {
        let browser = match row.who {
            Trainer => &trainer,
            ProgrammeManager => &manager,
            Administrator => &administrator,
            Everybody | HalfSignedIn | SignedIn | Owner => &world.owner,
        };
        let path = address(&world, &app, row.path);
        let page = browser.get(&path).await;
        if page.status != 200 || !page.is_page() {
            continue;
        }
        pages += 1;
        let back = back(&page);
        let chosen = browser.post("/account/language", &[("language", "id"), ("back", &back)]).await;
        if chosen.to() != path {
            lost.push(format!("{path} → {:?}", chosen.location()));
        }
    }
    assert!(pages > 50, "{pages}");
    assert!(lost.is_empty(), "{lost:#?}");
}

/// Where the form for the language leads, which stands below the page.
fn back(page: &Answer) -> String {
    let text = page.text();
    let (_, below) = text.split_once("</main>").unwrap();
    html::field(below, "back").unwrap_or_default()
}

/// A form may be answered with a page, at an address that answers to no GET.
#[rocket::async_test]
async fn a_page_that_answers_a_form_leads_back_to_one_that_is_there() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let (manager, administrator) = (app.manager().await, app.administrator().await);
    let cohort = format!("/manage/cohorts/{}", world.cohort);
    for (browser, path, fields, expected) in [
        (&administrator, "/admin/people", [("name", "nobody-at-all"), ("", "")], "/admin"),
        (&administrator, "/admin/invitations", [("uses", "2"), ("days", "7")], "/admin"),
        (&manager, &format!("{cohort}/invitations"), [("uses", "2"), ("days", "7")], &cohort),
        (&world.owner, "/account/name", [("name", "x"), ("", "")], "/account/name"),
    ] {
        let fields: Vec<_> = fields.into_iter().filter(|(name, _)| !name.is_empty()).collect();
        let answer = browser.post(path, &fields).await;
        assert!(answer.is_page() && answer.status < 500, "{path}: {}", answer.status);
        let back = back(&answer);
        assert_eq!(back, expected);
        assert_eq!(browser.get(&back).await.status, 200, "{back}");
    }
}
