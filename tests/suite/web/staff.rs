//! What staff do with other people's things, and what those see of it.

use std::collections::BTreeSet;

use lontar::domain::account::{ManagerScope, Role};
use lontar::domain::time::{DAY, HOUR};
use lontar::locale::Language;
use lontar::store::memberships::{self, Placement};
use lontar::store::{invitations, organisations};
use lontar::worker;

use super::certificates::{enrolled, hand_in};
use crate::support::{App, Browser, Factor, PASSWORD, World, fixture, html, pass_time};

fn words(key: &str) -> String {
    Language::English.words().get(key)
}

async fn looks(browser: &Browser<'_>) -> String {
    html::text(&browser.read("/account/looks").await)
}

#[rocket::async_test]
async fn everybody_sees_who_looked_for_ninety_days() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let (trainer, administrator) = (app.trainer().await, app.administrator().await);
    assert!(looks(&world.owner).await.contains(&words("looks.empty")));
    let marking = format!("/teach/marking/{}", world.work);
    for _ in 0..3 {
        trainer.read(&marking).await;
    }
    let seen = looks(&world.owner).await;
    assert_eq!(seen.matches(&words("looks.work_read")).count(), 1, "once an hour: {seen}");
    assert!(!seen.contains(&trainer.name), "a sign, not a name");

    trainer.post(&format!("{marking}/return"), &[("comment", "Say who rows.")]).await.to();
    assert_eq!(administrator.post("/admin/people", &[("name", &world.owner.name)]).await.status, 200);
    let account = world.owner.account.unwrap().to_string();
    let role = [("account", account.as_str()), ("role", "trainer")];
    administrator.post("/admin/roles", &role).await.to();
    administrator.post("/admin/roles", &[&role[..], &[("take", "1")]].concat()).await.to();
    let revoked = administrator.post("/admin/certificates", &[("number", &world.certificate), ("sure", "1")]).await;
    revoked.to();
    let again = world.owner_again(&app).await;
    let seen = looks(&again).await;
    for key in ["looks.work_returned", "looks.looked_up", "looks.certificate_revoked"] {
        assert!(seen.contains(&words(key)), "{key}: {seen}");
    }
    assert!(seen.contains("You were given a role: Trainer") && seen.contains("A role was taken back: Trainer"));
    assert!(looks(&app.learner().await).await.contains(&words("looks.empty")), "nobody else's");

    pass_time(91 * DAY);
    worker::round(app.store(), &app.house().catalogue, app.house().now()).await;
    assert!(app.dump().await["audit_entries"].is_empty());
}

#[rocket::async_test]
async fn looking_oneself_up_is_no_news() {
    let app = App::new().await;
    let administrator = app.administrator().await;
    assert_eq!(administrator.post("/admin/people", &[("name", &administrator.name)]).await.status, 200);
    assert!(app.dump().await["audit_entries"].is_empty());
}

/// The id of the one recovery that waits.
fn waiting(page: &str) -> Option<String> {
    html::field(page, "recovery")
}

fn code(page: &str) -> Option<String> {
    let code = page.split(['<', '>']).find(|text| text.len() == 29 && text.matches('-').count() == 5);
    code.map(str::to_owned)
}

#[rocket::async_test]
async fn two_administrators_help_somebody_back_in_who_chooses_the_password() {
    let app = App::new().await;
    let mira = app.person(&[], Factor::Missing).await;
    let (one, two) = (app.administrator().await, app.administrator().await);
    let name = [("name", mira.name.as_str())];
    one.post("/admin/recoveries", &name).await.to();
    one.post("/admin/recoveries", &name).await.to();
    let id = waiting(&one.read("/admin/recoveries").await).unwrap();
    let recovery = [("recovery", id.as_str())];
    let alone = one.post("/admin/recoveries/confirmation", &recovery).await;
    assert_eq!((alone.status, code(&alone.main())), (422, None), "nobody confirms what they started");

    let confirmed = two.post("/admin/recoveries/confirmation", &recovery).await;

    assert_eq!(confirmed.status, 200);
    let given = code(&confirmed.main()).unwrap();
    assert_eq!(two.post("/admin/recoveries/confirmation", &recovery).await.status, 422, "one code");
    assert!(code(&two.read("/admin/recoveries").await).is_none(), "it is shown once");
    let redeem = async |name: &str, code: &str| {
        let fields = [("name", name), ("code", code), ("password", "new slow boats again")];
        app.visitor().post("/recovery", &fields).await.status
    };
    assert_eq!(redeem(&one.name, &given).await, 422, "another's");
    assert_eq!(redeem(&mira.name, &given).await, 303);
    assert_eq!(redeem(&mira.name, &given).await, 422, "once");
    let again = app.visitor();
    let fields = [("name", mira.name.as_str()), ("password", "new slow boats again"), ("next", "/home")];
    assert_eq!(again.post("/sign-in", &fields).await.to(), "/home", "the lost second step asks no more");
    let seen = looks(&again).await;
    assert!(seen.contains(&words("looks.recovery_started")) && seen.contains(&words("looks.recovery_confirmed")));
    let signs: BTreeSet<&str> = seen.split("by ").skip(1).filter_map(|rest| rest.get(..6)).collect();
    assert!(signs.len() >= 2, "two different people: {seen}");
}

#[rocket::async_test]
async fn a_way_back_in_is_not_for_oneself_ends_after_a_day_and_can_be_stopped_by_its_person() {
    let app = App::new().await;
    let mira = app.learner().await;
    let (one, two) = (app.administrator().await, app.administrator().await);
    assert_eq!(one.post("/admin/recoveries", &[("name", &one.name)]).await.status, 422);
    let start = async || {
        one.post("/admin/recoveries", &[("name", &mira.name)]).await.to();
        waiting(&one.read("/admin/recoveries").await).unwrap()
    };
    let confirm =
        async |by: &Browser<'_>, id: &str| by.post("/admin/recoveries/confirmation", &[("recovery", id)]).await.status;
    // About oneself, although another started it.
    one.post("/admin/recoveries", &[("name", &two.name)]).await.to();
    let about_two = waiting(&two.read("/admin/recoveries").await).unwrap();
    assert_eq!(confirm(&two, &about_two).await, 422);
    two.post("/admin/recoveries/end", &[("recovery", &about_two)]).await.to();

    let id = start().await;
    assert!(looks(&mira).await.contains(&words("looks.recovery_open")));
    mira.post("/account/looks/recovery/end", &[]).await.to();
    assert_eq!(confirm(&two, &id).await, 422, "the person said no");
    assert!(!looks(&mira).await.contains(&words("looks.recovery_open")));

    let id = start().await;
    pass_time(25 * HOUR);
    let two = app.administrator().await;
    assert_eq!(confirm(&two, &id).await, 422, "after a day");

    let one = app.administrator().await;
    one.post("/admin/recoveries", &[("name", &mira.name)]).await.to();
    let id = waiting(&two.read("/admin/recoveries").await).unwrap();
    let confirmed = two.post("/admin/recoveries/confirmation", &[("recovery", &id)]).await;
    let given = code(&confirmed.main()).unwrap();
    pass_time(25 * HOUR);
    let fields = [("name", mira.name.as_str()), ("code", given.as_str()), ("password", "new slow boats again")];
    assert_eq!(app.visitor().post("/recovery", &fields).await.status, 422, "the code is good for a day");
    worker::round(app.store(), &app.house().catalogue, app.house().now()).await;
    assert!(app.dump().await["recoveries"].is_empty());
}

#[rocket::async_test]
async fn whoever_started_it_must_still_be_an_administrator() {
    let app = App::new().await;
    let mira = app.learner().await;
    let (one, two) = (app.administrator().await, app.administrator().await);
    one.post("/admin/recoveries", &[("name", &mira.name)]).await.to();
    let id = waiting(&two.read("/admin/recoveries").await).unwrap();
    let account = one.account.unwrap();
    lontar::store::accounts::roles::revoke(app.store(), account, Role::Administrator).await.unwrap();
    assert_eq!(two.post("/admin/recoveries/confirmation", &[("recovery", &id)]).await.status, 422);
}

/// A copy of the course `whole` with other texts.
pub fn changed_course(change: impl Fn(&str, String) -> Option<String>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&fixture("whole"), folder.path(), &change);
    folder
}

fn copy(from: &std::path::Path, to: &std::path::Path, change: &impl Fn(&str, String) -> Option<String>) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target, change);
            continue;
        }
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                if let Some(text) = change(path.to_str().unwrap(), text) {
                    std::fs::write(target, text).unwrap();
                }
            }
            Err(_) => drop(std::fs::copy(&path, target).unwrap()),
        }
    }
}

#[rocket::async_test]
async fn learners_are_moved_to_a_new_edition_and_told_what_changed() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let journey = format!("/learn/{}", world.enrolment);
    for lesson in ["w1-1", "w1-2"] {
        world.owner.post(&format!("{journey}/1-1/completion"), &[("lesson", lesson)]).await.to();
    }
    let before = app.dump().await;
    let newer = changed_course(|path, text| match path.ends_with("en/01-first/02-second-lesson.md") {
        true => Some(text.replace("A second lesson", "A better second lesson")),
        false => Some(text),
    });
    app.publish(newer.path()).await;
    let round = async || {
        worker::round(app.store(), &app.house().catalogue, app.house().now()).await;
        app.house().progress.forget(world.enrolment.parse().unwrap());
    };

    tokio::join!(round(), round());

    let page = world.owner.read(&journey).await;
    let text = html::text(&page);
    assert!(text.contains(&words("learn.changes_heading")), "{text}");
    assert!(text.contains(&words("learn.changes_changed")) && text.contains("A better second lesson"));
    assert!(!text.contains(&words("learn.changes_removed")));
    let after = app.dump().await;
    for table in ["attempts", "certificates", "completions", "submissions", "notes", "attempt_responses"] {
        assert!(after[table] == before[table], "{table} keeps its edition");
    }
    world.owner.get(&format!("/attempts/{}", world.submitted)).await;
    assert_eq!(
        world.owner.get(&format!("/attempts/{}/1", world.attempt)).await.status,
        200,
        "the open attempt goes on"
    );
    world.owner.post(&format!("{journey}/changes/seen"), &[]).await.to();
    assert!(!html::text(&world.owner.read(&journey).await).contains(&words("learn.changes_heading")));
}

#[rocket::async_test]
async fn whoever_would_lose_work_stays_in_their_edition() {
    let app = App::new().await;
    let world = World::new(&app).await;
    // The final task was handed in; a course without it would lose it.
    let newer = changed_course(|path, text| (!path.ends_with("final-task.md")).then_some(text));
    app.publish(newer.path()).await;
    let before = app.dump().await["enrolments"].clone();
    worker::round(app.store(), &app.house().catalogue, app.house().now()).await;
    assert!(app.dump().await["enrolments"] == before);
    assert_eq!(world.owner.get(&format!("/learn/{}/task", world.enrolment)).await.status, 200);
}

#[rocket::async_test]
async fn a_certificate_is_found_after_leaving_its_course_by_its_holder_alone() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let own = format!("/certificates/{}", world.certificate);
    assert!(html::links(&world.owner.read("/certificates").await).contains(&own));
    world.owner.post(&format!("/learn/{}/withdrawal", world.enrolment), &[]).await.to();

    assert!(html::links(&world.owner.read("/certificates").await).contains(&own));
    assert_eq!(world.owner.get(&own).await.status, 200);
    assert_eq!(world.owner.get(&format!("{own}/badge")).await.status, 200);
    let other = app.learner().await;
    assert_eq!(other.get(&own).await.status, 404);
    assert!(!html::links(&other.read("/certificates").await).contains(&own));
    // A seized database does not say whose it was: no row names both.
    let dump = app.dump().await;
    let number = world.certificate.replace('-', "").to_uppercase();
    for (table, rows) in &dump {
        let named = rows.iter().filter(|row| row.contains(&number)).count();
        assert!(table == "certificates" || named == 0, "{table} names the certificate");
    }
    assert_eq!(dump["kept_certificates"].len(), 1);
    assert_eq!(world.owner.post("/account/deletion", &[("password", PASSWORD)]).await.to(), "/");
    assert!(app.dump().await["kept_certificates"].is_empty());
    assert_eq!(app.visitor().get(&format!("/verify/{}", world.certificate)).await.status, 200);
}

/// Two servers on one database: one purges, the other finds it done.
#[rocket::async_test]
async fn of_several_servers_one_deletes_what_is_due() {
    use lontar::store::retention::purge_daily;
    let Some(app) = App::on_postgres().await else { return };
    {
        let now = app.house().now();
        let (store, other) = (app.store(), app.store());
        let purged = tokio::join!(purge_daily(store, now), purge_daily(other, now), purge_daily(store, now));
        let done = [purged.0, purged.1, purged.2].into_iter().filter(|purged| purged.as_ref().unwrap().is_some());
        assert_eq!(done.count(), 1);
        assert!(purge_daily(store, now.plus(22 * HOUR)).await.unwrap().is_none());
        assert!(purge_daily(store, now.plus(DAY)).await.unwrap().is_some());
        assert!(purge_daily(store, now.plus(-DAY)).await.unwrap().is_some(), "a clock set back");
    }
    app.remove().await;
}

/// What a programme manager manages is chosen and shown; who belongs nowhere does not get everything.
#[rocket::async_test]
async fn an_administrator_says_what_a_programme_manager_manages() {
    let app = App::new().await;
    let (administrator, mira) = (app.administrator().await, app.learner().await);
    let account = mira.account.unwrap();
    let id = account.to_string();
    let scope = async || memberships::manager_scope(app.store(), account).await.unwrap();
    let role = [("account", id.as_str()), ("role", "programme-manager")];
    let give = async |reach| administrator.post("/admin/roles", &[&role[..], &[("reach", reach)]].concat()).await;

    let refused = give("organisation").await;
    assert_eq!(refused.status, 422);
    assert!(html::text(&refused.main()).contains(&words("admin.no_organisation")));
    assert_eq!(administrator.post("/admin/roles", &role).await.status, 400, "neither");
    assert_eq!(scope().await, ManagerScope::Nothing);

    give("network").await.to();
    assert_eq!(scope().await, ManagerScope::Network);
    let page = html::text(&administrator.read("/admin").await);
    assert!(page.contains(&words("role.programme_manager_of_network")), "{page}");

    administrator.post("/admin/roles", &[&role[..], &[("take", "1")]].concat()).await.to();
    let organisation = organisations::create(app.store(), "River Watch", app.house().now()).await.unwrap();
    let placement = Some(Placement { organisation, cohort: None });
    let now = app.house().now();
    let (_, code) = invitations::create(app.store(), 1, now.plus(DAY), placement, now).await.unwrap();
    memberships::join(app.store(), account, &code.printed(), now).await.unwrap();
    give("organisation").await.to();
    assert_eq!(scope().await, ManagerScope::Organisation(organisation));
    let page = html::text(&administrator.read("/admin").await);
    assert!(page.contains(&words("role.programme_manager_of_organisation")) && !page.contains("River"), "{page}");
}

/// The address of the work and the learner in each row of the queue.
async fn queue(trainer: &Browser<'_>) -> Vec<(String, String)> {
    let page = trainer.read("/teach").await;
    let rows = page.split("<tr>").filter(|row| row.contains("/teach/marking/"));
    let row = |row: &str| {
        let learner = row.split("<td>").nth(3).unwrap().split("</td>").next().unwrap();
        (html::links(row).remove(0), html::text(learner))
    };
    rows.map(row).collect()
}

/// Trainers know learners by a made-up name, the same through one course and another in the next.
#[rocket::async_test]
async fn trainers_see_neither_names_nor_ids_of_learners() {
    let app = App::new().await;
    app.publish_for_pathways().await;
    let (mira, arun, trainer) = (app.learner().await, app.learner().await, app.trainer().await);
    let mut hidden = Vec::new();
    for (learner, course) in [(&mira, "whole"), (&mira, "un-mechanisms"), (&arun, "whole")] {
        let journey = enrolled(learner, course).await;
        hand_in(learner, &journey).await;
        hidden.extend([learner.name.clone(), learner.account.unwrap().to_string()]);
        hidden.push(journey.trim_start_matches("/learn/").to_owned());
    }
    let waiting = queue(&trainer).await;
    let labels: BTreeSet<&String> = waiting.iter().map(|(_, label)| label).collect();
    assert_eq!((waiting.len(), labels.len()), (3, 3), "two learners, one of them in two courses: {labels:?}");

    let mut pages = Vec::new();
    for path in ["/teach", "/teach?course=whole", "/teach/courses", "/teach/courses/whole/1"] {
        pages.push((path.to_owned(), trainer.get(path).await));
    }
    for (work, label) in &waiting {
        let page = trainer.get(work).await;
        let text = html::text(&page.main());
        assert!(text.contains(label), "{label} is called otherwise in their work: {text}");
        let others = labels.iter().filter(|other| **other != label && text.contains(other.as_str()));
        assert_eq!(others.count(), 0, "{label} has the name of another: {text}");
        pages.push((work.clone(), page));
        pages.push((format!("POST {work}/marking"), trainer.post(&format!("{work}/marking"), &[]).await));
        trainer.post(&format!("{work}/messages"), &[("message", "When do you cross?")]).await.to();
        trainer.post(&format!("{work}/return"), &[("comment", "Say who rows.")]).await.to();
        let page = trainer.get(work).await;
        assert!(html::text(&page.main()).contains(label), "{label} is called otherwise once it was returned");
        pages.push((work.clone(), page));
    }
    for (path, page) in pages {
        for hidden in &hidden {
            assert!(!page.text().contains(hidden), "{path} shows {hidden}");
        }
    }
}
