//! What programme managers see: their own organisations, figures that passed the gate, and nobody.

use std::path::Path;

use lontar::cli::demo::{self, Wanted};
use lontar::domain::disclosure::{Group, Quarter, Release, RowKey, Scope};
use lontar::domain::id::OrganisationId;
use lontar::domain::needs::instrument::ItemKind;
use lontar::locale::Language;
use lontar::store::memberships;
use lontar::store::organisations;
use lontar::store::releases::{self, Kept};
use lontar::worker;

use crate::support::{App, BEGIN, Browser, html};

/// A small made-up network on the app's database, with the real courses and needs assessment.
async fn network(app: &App, learners: u32) {
    let mut settings = app.house().settings.clone();
    settings.courses = Path::new(env!("CARGO_MANIFEST_DIR")).join("courses");
    demo::fill(settings, app.store().clone(), Wanted { learners, seed: 3, codes: false }, BEGIN).await.unwrap();
    app.house().catalogue.refresh(app.store()).await.unwrap();
    app.house().instruments.refresh(app.store()).await.unwrap();
    worker::round(app.store(), &app.house().catalogue, app.house().now()).await;
}

fn words(key: &str) -> String {
    Language::English.words().get(key)
}

fn quarters() -> impl Iterator<Item = Quarter> {
    Quarter::ended(BEGIN.day()).take(4)
}

async fn release(app: &App, quarter: Quarter, scope: &Scope) -> Option<Release> {
    match releases::needs_map(app.store(), quarter, scope).await.unwrap() {
        Kept::Released(release) => Some(release),
        Kept::Shut => None,
        Kept::NotMade => panic!("the demo makes the figures of {quarter}"),
    }
}

fn is_shown(by: &str, row: &RowKey) -> bool {
    match row {
        RowKey::Everyone => by == "competency",
        RowKey::Organisation(_) => by == "organisation",
        RowKey::Cohort { .. } => by == "cohort",
        RowKey::Role(_) => by == "role",
    }
}

/// The text of all cells of the table, without its headings.
fn cells(page: &str) -> Vec<String> {
    let table = page.split_once("<tbody>").and_then(|(_, rest)| rest.split_once("</tbody>")).map(|(body, _)| body);
    let cells = table.unwrap_or_default().split("<td>").skip(1);
    cells.map(|cell| html::text(cell.split_once("</td>").unwrap().0)).collect()
}

/// What the cells should be, by the release.
fn expected(release: &Release, by: &str, competency: &str) -> Vec<String> {
    let mut cells = Vec::new();
    let is_there = release.tables().iter().any(|table| table.competency().as_str() == competency);
    // Where the gate made no table of it, the page shows the first one there is.
    let first = release.tables()[0].competency();
    let competency = if is_there { competency } else { first.as_str() };
    for table in release.tables() {
        let rows = table.rows().iter().enumerate().filter(|(at, row)| {
            let is_whole = by == "competency" && *at == 0;
            is_whole || (by != "competency" && is_shown(by, row.group()) && table.competency().as_str() == competency)
        });
        for (_, row) in rows {
            cells.push(format!("about {}", row.people()));
            let figure = |figure: &lontar::domain::disclosure::Figure| {
                figure.about().map_or_else(|| "hidden".to_owned(), |about| about.to_string())
            };
            cells.extend(row.figures().iter().map(figure));
        }
    }
    cells
}

/// What would tell of a person: names of accounts, and how risky anybody's work is.
fn told(app: &App) -> Vec<String> {
    let instrument = app.house().instruments.latest().unwrap();
    let item = instrument.item(|kind| kind == ItemKind::Risk).unwrap();
    let text = &instrument.text(&"en".parse().unwrap()).items[&item.id];
    let ids = item.options.iter().map(|option| option.id.to_string());
    let words = ["made-up-", "demo-", "risk level", "\"risk\""].map(str::to_owned);
    words.into_iter().chain(ids).chain(text.options.values().cloned()).chain([text.prompt.clone()]).collect()
}

/// Nothing about a person, and no figure that the gate would have kept back.
fn assert_safe(app: &App, text: &str, threshold: u32, what: &str) {
    for word in told(app) {
        assert!(!text.contains(&word), "{what} says {word:?}");
    }
    for cell in cells(text) {
        if let Ok(count) = cell.trim_start_matches("about ").parse::<u32>() {
            assert!(count.is_multiple_of(5) && count + 4 >= threshold, "{what} shows {cell}");
        }
    }
}

async fn look_at_everything(app: &App, manager: &Browser<'_>, scope: &Scope, shown: &mut (usize, usize)) {
    let asked = if *scope == Scope::Outside { "outside" } else { "inside" };
    for quarter in quarters() {
        let release = release(app, quarter, scope).await;
        for by in ["competency", "organisation", "cohort", "role"] {
            for competency in ["DS1", "UN3", "BH6"] {
                let path = format!("/manage/needs?period={quarter}&scope={asked}&by={by}&competency={competency}");
                let page = manager.read(&path).await;
                let expected = release.as_ref().map(|release| expected(release, by, competency)).unwrap_or_default();
                assert_eq!(cells(&page), expected, "{path}");
                assert_safe(app, &page, scope.threshold(), &path);
                shown.0 += expected.iter().filter(|cell| cell.parse::<u32>().is_ok()).count();
                shown.1 += expected.iter().filter(|cell| *cell == "hidden").count();
            }
        }
        let gain = manager.read(&format!("/manage/gain?period={quarter}&scope={asked}")).await;
        assert_safe(app, &gain, 10, "what courses changed");
        for kind in ["csv", "xlsx"] {
            let answer = manager.get(&format!("/manage/needs.{kind}?period={quarter}&scope={asked}")).await;
            assert_eq!(answer.status, if release.is_some() { 200 } else { 303 }, "{kind} of {quarter}");
            if kind == "csv" {
                assert_safe(app, &answer.text(), scope.threshold(), "the file");
                let rows = release.iter().flat_map(Release::tables).map(|table| table.rows().len()).sum::<usize>();
                assert_eq!(answer.text().lines().count(), if rows == 0 { 0 } else { rows + 1 });
            }
        }
    }
}

#[rocket::async_test]
async fn nobody_can_be_singled_out_of_what_managers_see() {
    let app = App::new().await;
    network(&app, 320).await;
    let all = organisations::all(app.store()).await.unwrap();
    let mut shown = (0, 0);
    let network = app.manager().await;
    look_at_everything(&app, &network, &Scope::Outside, &mut shown).await;
    for organisation in [&all[0], &all[11]] {
        let manager = app.manager_of(organisation.id).await;
        look_at_everything(&app, &manager, &Scope::Inside(Group(organisation.id.to_string())), &mut shown).await;
        look_at_everything(&app, &manager, &Scope::Outside, &mut shown).await;
        // Names of the others are not theirs to know.
        let page = manager.read("/manage/needs?scope=outside&by=organisation").await;
        for other in all.iter().filter(|other| other.id != organisation.id) {
            assert!(!page.contains(&other.name), "{} is named", other.name);
        }
    }
    assert!(shown.0 > 200 && shown.1 > 200, "{shown:?}: too little to look at");
    for path in ["/manage", &format!("/manage/organisations/{}", all[0].id)] {
        assert_safe(&app, &network.read(path).await, 10, path);
    }
    // The smallest organisation has three people or so.
    let sizes = network.read(&format!("/manage/organisations/{}", all[11].id)).await;
    assert!(sizes.contains("size hidden") && !sizes.contains("about"), "{sizes}");
}

async fn two_organisations(app: &App) -> (OrganisationId, OrganisationId) {
    let first = organisations::create(app.store(), "River Watch", BEGIN).await.unwrap();
    (first, organisations::create(app.store(), "Lake Watch", BEGIN).await.unwrap())
}

#[rocket::async_test]
async fn a_manager_of_one_organisation_reaches_no_other() {
    let app = App::new().await;
    let (own, other) = two_organisations(&app).await;
    let cohort = organisations::create_cohort(app.store(), other, "Theirs", BEGIN).await.unwrap();
    let manager = app.manager_of(own).await;
    assert!(manager.read("/manage").await.contains("River Watch"));
    assert!(!manager.read("/manage").await.contains("Lake Watch"));
    let before = app.dump().await;
    for path in [format!("/manage/organisations/{other}"), format!("/manage/cohorts/{cohort}")] {
        assert_eq!(manager.get(&path).await.status, 404, "{path}");
        assert_eq!(manager.get(&format!("{path}/deletion")).await.status, 404, "{path}");
        assert_eq!(manager.post(&format!("{path}/name"), &[("name", "Mine")]).await.status, 404, "{path}");
        assert_eq!(manager.post(&format!("{path}/deletion"), &[]).await.status, 404, "{path}");
    }
    // Nor may they make, rename or delete organisations, their own included.
    assert_eq!(manager.post("/manage/organisations", &[("name", "New")]).await.status, 404);
    for act in ["name", "deletion"] {
        let fields: &[(&str, &str)] = if act == "name" { &[("name", "New")] } else { &[] };
        assert_eq!(manager.post(&format!("/manage/organisations/{own}/{act}"), fields).await.status, 404);
    }
    assert!(app.dump().await == before, "something was changed");
    let cohort = manager.post(&format!("/manage/organisations/{own}/cohorts"), &[("name", "Ours")]).await.to();
    assert!(manager.read(&cohort).await.contains("Ours"));
}

/// What is remembered of a session for a second says nothing of organisations: these are asked for anew.
#[rocket::async_test]
async fn whoever_managed_an_organisation_manages_nothing_the_moment_it_is_gone() {
    let app = App::new().await;
    let (own, other) = two_organisations(&app).await;
    let cohort = organisations::create_cohort(app.store(), own, "Ours", BEGIN).await.unwrap();
    let manager = app.manager_of(own).await;
    let network = app.manager().await;
    let (own, cohort) = (format!("/manage/organisations/{own}"), format!("/manage/cohorts/{cohort}"));
    for path in [&own, &cohort] {
        assert_eq!(manager.get(path).await.status, 200, "{path}");
    }
    network.post(&format!("{cohort}/deletion"), &[]).await.to();
    assert_eq!(manager.get(&cohort).await.status, 404);
    network.post(&format!("{own}/deletion"), &[]).await.to();
    for path in [own.clone(), format!("/manage/organisations/{other}")] {
        assert_eq!(manager.get(&path).await.status, 404, "{path}");
        assert_eq!(manager.post(&format!("{path}/cohorts"), &[("name", "New")]).await.status, 404, "{path}");
    }
    assert!(!manager.read("/manage").await.contains("Watch"));
}

#[rocket::async_test]
async fn a_code_leads_into_its_cohort_and_is_shown_once() {
    let app = App::new().await;
    let network = app.manager().await;
    let organisation = network.post("/manage/organisations", &[("name", " River  Watch ")]).await.to();
    assert!(network.read(&organisation).await.contains("<h1>River Watch</h1>"));
    let cohort = network.post(&format!("{organisation}/cohorts"), &[("name", "Spring")]).await.to();
    let answer = network.post(&format!("{cohort}/invitations"), &[("uses", "1"), ("days", "7")]).await;
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    let page = answer.main();
    let code = page.split_once("class=\"code big\">").unwrap().1.split_once('<').unwrap().0.to_owned();
    assert!(!network.read(&cohort).await.contains(&code), "the code is shown again");

    let mira = app.learner().await;
    assert_eq!(mira.post("/account/cohort", &[("code", "nonsense")]).await.status, 422);
    assert_eq!(mira.post("/account/cohort", &[("code", &code.to_lowercase())]).await.to(), "/account/cohort");
    let own = mira.read("/account/cohort").await;
    assert!(own.contains("River Watch") && own.contains("Spring"), "{own}");
    assert_eq!(app.learner().await.post("/account/cohort", &[("code", &code)]).await.status, 422, "used up");
    // The manager learns nothing of her.
    for path in [&organisation, &cohort, &"/manage".to_owned()] {
        let page = network.read(path).await;
        assert!(!page.contains(&mira.name) && page.contains("size hidden"), "{path}");
    }
    mira.post("/account/cohort/departure", &[]).await.to();
    assert_eq!(memberships::of(app.store(), mira.account.unwrap()).await, Ok(None));
}

#[rocket::async_test]
async fn deleting_asks_first_and_bad_names_are_mended() {
    let app = App::new().await;
    let network = app.manager().await;
    assert_eq!(network.post("/manage/organisations", &[("name", "  ")]).await.status, 422);
    assert_eq!(network.post("/manage/organisations", &[("name", &"x".repeat(81))]).await.status, 422);
    let organisation = network.post("/manage/organisations", &[("name", "<b>River</b>")]).await.to();
    assert!(network.read(&organisation).await.contains("&lt;b&gt;River"));
    let cohort = network.post(&format!("{organisation}/cohorts"), &[("name", "Spring")]).await.to();
    assert_eq!(network.post(&format!("{cohort}/name"), &[("name", "")]).await.status, 422);
    assert_eq!(network.post(&format!("{cohort}/invitations"), &[("uses", "0"), ("days", "7")]).await.status, 422);
    network.post(&format!("{cohort}/name"), &[("name", "Autumn")]).await.to();
    assert!(network.read(&format!("{cohort}/deletion")).await.contains("Autumn"));
    assert_eq!(network.post(&format!("{cohort}/deletion"), &[]).await.to(), organisation);
    assert_eq!(network.get(&cohort).await.status, 404);
    assert!(network.read(&format!("{organisation}/deletion")).await.contains("cohorts"));
    assert_eq!(network.post(&format!("{organisation}/deletion"), &[]).await.to(), "/manage");
    assert_eq!(network.get(&organisation).await.status, 404);
}

/// Nobody chooses the moment: the server makes the figures of the ended quarter in its first round after it.
#[rocket::async_test]
async fn figures_are_made_when_a_quarter_has_ended() {
    let app = App::new().await;
    let network = app.manager().await;
    let before = app.dump().await;
    let page = network.read("/manage/needs").await;
    assert!(page.contains(&words("manage.not_made")) && !page.contains("2027-Q1"), "{page}");
    network.read("/manage/gain").await;
    assert!(app.dump().await == before, "looking made something");
    worker::round(app.store(), &app.house().catalogue, app.house().now()).await;
    let page = network.read("/manage/needs?period=2026-Q4").await;
    assert!(page.contains("Too few people") && !page.contains(&words("manage.not_made")), "{page}");
    let page = network.read("/manage/needs?period=2026-Q3").await;
    assert!(page.contains(&words("manage.not_made")), "those who were there then are not known any more: {page}");
}

/// Whoever gives out a code for one person does not see it used.
#[rocket::async_test]
async fn a_code_stays_on_the_page_after_its_use() {
    let app = App::new().await;
    let network = app.manager().await;
    let organisation = network.post("/manage/organisations", &[("name", "River Watch")]).await.to();
    let cohort = network.post(&format!("{organisation}/cohorts"), &[("name", "Spring")]).await.to();
    let answer = network.post(&format!("{cohort}/invitations"), &[("uses", "1"), ("days", "7")]).await;
    let page = answer.main();
    let code = page.split_once("class=\"code big\">").unwrap().1.split_once('<').unwrap().0.to_owned();
    let before = html::text(&network.read(&cohort).await);
    let mira = app.learner().await;
    for _ in 0..2 {
        assert_eq!(mira.post("/account/cohort", &[("code", &code)]).await.to(), "/account/cohort", "sent twice");
    }
    worker::round(app.store(), &app.house().catalogue, app.house().now()).await;
    assert_eq!(html::text(&network.read(&cohort).await), before);
}

#[rocket::async_test]
async fn a_demo_repeats_itself_and_goes_only_into_an_empty_database() {
    let mut dumps = Vec::new();
    for _ in 0..2 {
        let app = App::new().await;
        network(&app, 25).await;
        let dump = app.dump().await;
        assert_eq!(dump["accounts"].len(), 25 + 5, "and one for each sign-in that is printed");
        assert_eq!(dump["organisations"].len(), 12);
        for table in ["completions", "attempts", "need_levels", "submissions", "certificates", "pathways"] {
            assert!(!dump[table].is_empty(), "no {table}");
        }
        assert!(dump["pathways"].len() > 15, "one for whoever was measured");
        dumps.push(["completions", "attempts", "need_levels", "certificates"].map(|table| dump[table].clone()));
        let again = Wanted { learners: 5, seed: 3, codes: false };
        let refused = demo::fill(app.house().settings.clone(), app.store().clone(), again, BEGIN).await;
        assert!(refused.is_err_and(|sentence| sentence.contains("holds accounts")));
        assert!(app.dump().await == dump, "a refused demo left something");
    }
    assert!(dumps[0] == dumps[1], "the same seed made another network");
}
