//! Certificates: what earns one, what they tell and keep, and those that no longer hold.

use std::collections::BTreeSet;

use data_encoding::BASE64URL_NOPAD;
use lontar::certificates::paper::short_edition;
use lontar::domain::id::CertificateId;
use lontar::domain::quiz::{drawing, rehearsal};
use lontar::domain::time::{DAY, Day, MINUTE};
use lontar::locale::Language;
use lontar::store::certificates::{self, NewCertificate};
use lontar::store::{attempts, enrolments};
use serde_json::Value;
use uuid::Uuid;

use super::accounts::is_in_files;
use crate::support::{App, Browser, World, html, pass_time};

fn words(key: &str) -> String {
    Language::English.words().get(key)
}

/// `/learn/<id>` of a course that somebody begins.
pub async fn enrolled(browser: &Browser<'_>, course: &str) -> String {
    browser.post(&format!("/courses/{course}/enrolment"), &[]).await.to()
}

/// Marks every lesson of the course `whole` as done.
pub async fn read_all(browser: &Browser<'_>, journey: &str) {
    for (place, lesson) in [("1-1", "w1-1"), ("1-2", "w1-2"), ("2-1", "w2-1")] {
        browser.post(&format!("{journey}/{place}/completion"), &[("lesson", lesson)]).await.to();
    }
}

/// Answers the module's quiz rightly, a page each, and hands it in.
pub async fn pass_quiz(app: &App, browser: &Browser<'_>, journey: &str) {
    let first = browser.post(&format!("{journey}/quizzes/1/attempts"), &[]).await.to();
    let attempt = first.trim_end_matches("/1");
    let id = attempt.trim_start_matches("/attempts/").parse().unwrap();
    let sitting = attempts::by_id(app.store(), browser.account.unwrap(), id).await.unwrap().unwrap();
    let course = app.house().catalogue.edition(app.store(), &sitting.edition).await.unwrap();
    for (number, id) in (1..).zip(&sitting.questions) {
        let question = course.source().practice().find(|question| question.id == *id).unwrap();
        let shown = drawing::present(question, sitting.seed);
        let fields = rehearsal::sample_form_fields(question, &shown, Some(&rehearsal::right(question)));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        browser.post(&format!("{attempt}/{number}"), &fields).await.to();
    }
    browser.post(&format!("{attempt}/submission"), &[]).await.to();
}

pub async fn hand_in(browser: &Browser<'_>, journey: &str) {
    let work = [("text", "On Monday we cross."), ("act", "hand-in"), ("confirm", "1")];
    browser.post(&format!("{journey}/task"), &work).await.to();
}

/// Passes every work that waits.
pub async fn mark_all(trainer: &Browser<'_>) {
    let queue = html::links(&trainer.read("/teach").await);
    for work in queue.iter().filter(|link| link.starts_with("/teach/marking/")) {
        let levels = [("level-plan", "2"), ("level-care", "1"), ("comment", "")];
        trainer.post(&format!("{work}/marking"), &levels).await.to();
    }
}

/// `/certificates/<id>` of a course that somebody does from its beginning to its end.
async fn earn(app: &App, browser: &Browser<'_>, trainer: &Browser<'_>, course: &str) -> String {
    let journey = enrolled(browser, course).await;
    read_all(browser, &journey).await;
    pass_quiz(app, browser, &journey).await;
    hand_in(browser, &journey).await;
    mark_all(trainer).await;
    browser.post(&format!("{journey}/certificate"), &[]).await.to()
}

/// The id of a certificate that runs out, issued without any work.
async fn issue(app: &App, browser: &Browser<'_>, journey: &str, expires: Day) -> String {
    let enrolment = journey.trim_start_matches("/learn/").parse().unwrap();
    let held = enrolments::by_id(app.store(), browser.account.unwrap(), enrolment).await.unwrap().unwrap();
    let new = NewCertificate {
        id: CertificateId(Uuid::new_v4()),
        subject: Uuid::new_v4(),
        course: &held.course,
        edition: &held.edition,
        issued: app.house().now().day(),
        expires: Some(expires),
    };
    certificates::issue(app.store(), &held, new).await.unwrap().to_string()
}

/// The form to get it can be sent by anybody who is in the course: the rule is asked again there.
#[rocket::async_test]
async fn a_certificate_is_refused_while_work_is_missing() {
    let app = App::new().await;
    let (mira, trainer) = (app.learner().await, app.trainer().await);
    let journey = enrolled(&mira, "whole").await;
    let page = format!("{journey}/certificate");
    let refused_for = async |missing: &[&str]| {
        assert_eq!(mira.post(&page, &[]).await.to(), page, "without {missing:?}");
        assert!(app.dump().await["certificates"].is_empty(), "without {missing:?}");
        let named = mira.read(&page).await;
        let links: Vec<String> = html::links(&named).into_iter().filter(|link| *link != journey).collect();
        let expected: Vec<String> = missing.iter().map(|place| format!("{journey}/{place}")).collect();
        assert_eq!(links, expected, "what is missing is named");
        assert!(!html::posted_to(&named).contains(&page), "and there is no form to get it");
        html::text(&named)
    };
    refused_for(&["1-1", "1-2", "quizzes/1", "2-1", "task"]).await;
    read_all(&mira, &journey).await;
    refused_for(&["quizzes/1", "task"]).await;
    let first = mira.post(&format!("{journey}/quizzes/1/attempts"), &[]).await.to();
    mira.post(&format!("{}/submission", first.trim_end_matches("/1")), &[]).await.to();
    refused_for(&["quizzes/1", "task"]).await;
    pass_time(10 * MINUTE);
    pass_quiz(&app, &mira, &journey).await;
    refused_for(&["task"]).await;
    hand_in(&mira, &journey).await;
    assert!(refused_for(&["task"]).await.contains(&words("task.state.handed_in")));
    mark_all(&trainer).await;

    let certificate = mira.post(&page, &[]).await.to();

    assert!(certificate.starts_with("/certificates/"), "{certificate}");
    assert_eq!(mira.post(&page, &[]).await.to(), certificate, "a second tap finds the first one");
    assert_eq!(app.dump().await["certificates"].len(), 1);
}

/// SAFETY 8: the name comes with the form, is drawn, and is gone.
#[rocket::async_test]
async fn the_name_on_a_certificate_is_drawn_and_kept_nowhere() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let page = format!("/certificates/{}", world.certificate);
    let name = "Plantedholder Sari";
    let before = app.dump().await;

    for file in ["pdf", "picture", "small-picture"] {
        let drawn = world.owner.post(&format!("{page}/{file}"), &[("name", name)]).await;
        assert_eq!((drawn.status, drawn.is_page()), (200, false), "{file}");
        let said = drawn.headers.iter().find(|(_, value)| value.contains("Plantedholder"));
        assert_eq!(said, None, "{file}: nor is the file called by it");
    }

    assert!(app.dump().await == before, "drawing changed what is stored");
    assert!(!is_in_files(&app, name) && !is_in_files(&app, "Plantedholder"), "the name stands in a file");
    for path in [&page, "/certificates", "/account/data", &format!("/verify/{}", world.certificate)] {
        assert!(!world.owner.read(path).await.contains("Plantedholder"), "{path} shows it");
    }
}

/// What the check page shows: its verdict with the class that colours it, and its three facts.
async fn checked(app: &App, certificate: &str) -> (String, String, Vec<String>) {
    let page = app.visitor().read(&format!("/verify/{certificate}")).await;
    let (before, verdict) = page.split_once("<p class=\"verdict\">").unwrap();
    let class = before.rsplit_once("<div class=\"").unwrap().1.split('"').next().unwrap();
    let facts = page.split("<dd").skip(1).map(|fact| {
        let inside = fact.split_once('>').unwrap().1;
        html::text(inside.split("</dd>").next().unwrap())
    });
    (class.to_owned(), html::text(verdict.split("</p>").next().unwrap()), facts.collect())
}

#[rocket::async_test]
async fn the_check_page_says_what_a_certificate_is_for_and_whether_it_still_holds() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let mira = app.learner().await;
    let journey = enrolled(&mira, "whole").await;
    let issued = app.house().now().day();
    let certificate = issue(&app, &mira, &journey, issued.plus_months(1)).await;
    mira.post(&format!("/certificates/{certificate}/pdf"), &[("name", "Mira Sari")]).await;
    let edition = &app.house().catalogue.course(&"whole".parse().unwrap()).unwrap().edition;
    let about = ["The whole format".to_owned(), "15 January 2027".to_owned(), short_edition(&edition.0)];
    let shown = async |certificate: &str, class: &str, standing: &str| {
        let (coloured, verdict, facts) = checked(&app, certificate).await;
        assert_eq!((coloured.as_str(), verdict.as_str()), (class, standing));
        assert_eq!(facts, about, "{standing}");
        let page = app.visitor().get(&format!("/verify/{certificate}")).await.text();
        for hidden in ["Sari", &mira.name, &world.owner.name, journey.trim_start_matches("/learn/")] {
            assert!(!page.contains(hidden), "{standing}: it names {hidden}");
        }
    };
    shown(&certificate, "mark-right", "This certificate is genuine, and valid until 15 February 2027.").await;
    shown(&world.certificate, "mark-right", "This certificate is genuine and valid.").await;

    pass_time(40 * DAY);
    shown(&certificate, "mark-part", "This certificate is genuine, but it expired on 15 February 2027.").await;

    let administrator = app.administrator().await;
    for number in [&certificate, &world.certificate] {
        administrator.post("/admin/certificates", &[("number", number), ("sure", "1")]).await.to();
        let revoked = "This certificate was revoked on 24 February 2027. It is no longer valid.";
        shown(number, "mark-wrong", revoked).await;
    }
}

/// All texts and numbers in it, wherever they stand.
fn values(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(inside) => inside.iter().for_each(|value| values(value, found)),
        Value::Object(inside) => inside.values().for_each(|value| values(value, found)),
        single => drop(found.insert(single.to_string())),
    }
}

/// What the three parts of a signed badge say.
async fn claims(browser: &Browser<'_>, certificate: &str) -> BTreeSet<String> {
    let badge = browser.get(&format!("{certificate}/badge")).await.text();
    let [head, body, seal] = badge.split('.').collect::<Vec<_>>()[..] else { panic!("not a JWT: {badge}") };
    let mut found = BTreeSet::from([seal.to_owned()]);
    for part in [head, body] {
        let part = BASE64URL_NOPAD.decode(part.as_bytes()).unwrap();
        values(&serde_json::from_slice(&part).unwrap(), &mut found);
    }
    found
}

/// What a PDF says of itself outside its page: the values of its description and of its trailer.
async fn description(browser: &Browser<'_>, certificate: &str) -> BTreeSet<String> {
    let pdf = browser.post(&format!("{certificate}/pdf"), &[("name", "Mira Sari")]).await;
    let pdf = pdf.text();
    let (_, packet) = pdf.split_once("<x:xmpmeta").unwrap();
    let packet = packet.split("</x:xmpmeta>").next().unwrap();
    let (_, trailer) = pdf.rsplit_once("/ID").unwrap();
    let trailer = trailer.split(']').next().unwrap();
    let values = packet.split(['<', '>', '"']).chain(trailer.split(['[', '(', ')', '<', '>']));
    values.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
}

/// Two papers that two employers compare do not tell that one person holds both: all that they share
/// stands on anybody's.
#[rocket::async_test]
async fn two_certificates_of_one_person_share_nothing_that_another_s_does_not() {
    let app = App::new().await;
    app.publish_for_pathways().await;
    let (mira, arun, trainer) = (app.learner().await, app.learner().await, app.trainer().await);
    let first = earn(&app, &mira, &trainer, "whole").await;
    let second = earn(&app, &mira, &trainer, "un-mechanisms").await;
    let another = earn(&app, &arun, &trainer, "un-mechanisms").await;

    let badges = [claims(&mira, &first).await, claims(&mira, &second).await, claims(&arun, &another).await];
    let papers =
        [description(&mira, &first).await, description(&mira, &second).await, description(&arun, &another).await];

    for [first, second, another] in [badges, papers] {
        assert!(first.len() > 10 && first.difference(&another).count() > 1, "{first:?}");
        let telling: Vec<_> = first.intersection(&second).filter(|value| !another.contains(*value)).collect();
        assert!(telling.is_empty(), "one person's certificates share {telling:?}");
    }
}

#[rocket::async_test]
async fn nothing_is_drawn_or_signed_for_a_revoked_certificate_until_that_is_taken_back() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let administrator = app.administrator().await;
    let page = format!("/certificates/{}", world.certificate);
    let number = [("number", world.certificate.as_str()), ("sure", "1")];
    let name = [("name", "Mira Sari")];
    administrator.post("/admin/certificates", &number).await.to();

    for file in ["pdf", "picture", "small-picture"] {
        assert_eq!(world.owner.post(&format!("{page}/{file}"), &name).await.to(), page);
    }
    assert_eq!(world.owner.get(&format!("{page}/badge")).await.to(), page);

    let reinstated = administrator.post("/admin/certificates", &[&number[..], &[("act", "reinstate")]].concat()).await;
    assert_eq!(reinstated.to(), format!("/verify/{}", world.certificate));
    assert_eq!(world.owner.get(&format!("{page}/badge")).await.status, 200);
    let looks = html::text(&world.owner.read("/account/looks").await);
    assert!(looks.contains(&words("looks.certificate_reinstated")), "{looks}");
    let none = administrator.post("/admin/certificates", &[&number[..], &[("act", "reinstate")]].concat()).await;
    assert_eq!(none.status, 422);
    assert!(html::text(&none.main()).contains(&words("admin.reinstate_none")));
}

#[rocket::async_test]
async fn a_certificate_that_has_run_out_can_be_earned_again_and_stays_in_the_list() {
    let app = App::new().await;
    let mira = app.learner().await;
    let journey = enrolled(&mira, "whole").await;
    let expires = app.house().now().day().plus_months(1);
    let page = format!("/certificates/{}", issue(&app, &mira, &journey, expires).await);
    let again = format!("{journey}/certificate");
    assert!(!html::links(&mira.read(&page).await).contains(&again));
    assert_eq!(mira.get(&again).await.to(), page);

    pass_time(40 * DAY);
    let mira = app.other_browser(&mira).await;

    assert!(html::links(&mira.read(&page).await).contains(&again));
    assert_eq!(mira.post(&format!("{page}/pdf"), &[("name", "Mira Sari")]).await.to(), page, "nothing is drawn");
    let missing = html::links(&mira.read(&again).await);
    assert!(missing.contains(&format!("{journey}/1-1")), "what is not done stands in between: {missing:?}");
}
