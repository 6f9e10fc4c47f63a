//! The needs assessment as a person walks through it, and what nobody else gets of it.

use std::collections::BTreeMap;

use lontar::domain::id::AssessmentId;
use lontar::domain::needs::answers::Outcome;
use lontar::domain::needs::instrument::{Form, Instrument};
use lontar::domain::needs::rasch::calibrate::{Calibration, Difficulty};
use lontar::domain::needs::sheet::{Given, Sheet};
use lontar::domain::quiz::question::Body;
use lontar::domain::time::{DAY, HOUR, MINUTE};
use lontar::exchange::folder;
use lontar::locale::Language;
use lontar::store::needs::{self, NewAssessment};

use crate::support::{App, BEGIN, Browser, Factor, PASSWORD, html, pass_time};

fn words(key: &str) -> String {
    Language::English.words().get(key)
}

async fn app() -> App {
    let app = App::new().await;
    app.publish_instrument().await;
    app
}

async fn begin(browser: &Browser<'_>, scope: &str) -> String {
    browser.post("/needs", &[("scope", scope)]).await.to()
}

/// Walks from the first step to the end, answering by `answer`: from a page to its fields.
async fn walk(browser: &Browser<'_>, assessment: &str, answer: impl Fn(&str) -> Vec<(String, String)>) -> usize {
    let mut at = browser.get(assessment).await.to();
    let mut steps = 0;
    while !at.ends_with("/end") {
        let page = browser.read(&at).await;
        let fields = answer(&page);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let next = browser.post(&at, &fields).await.to();
        let answer = browser.get(&next).await;
        at = if answer.status == 303 { answer.to() } else { next };
        steps += 1;
        assert!(steps < 100, "the walk does not end: {at}");
    }
    steps
}

/// The first answer of everything that is asked.
fn first_answers(page: &str) -> Vec<(String, String)> {
    let mut fields = BTreeMap::new();
    for tag in html::tags(page).into_iter().filter(|tag| matches!(tag.get("type"), Some("radio" | "checkbox"))) {
        let name = tag.get("name").unwrap().to_owned();
        fields.entry(name).or_insert_with(|| tag.get("value").unwrap().to_owned());
    }
    fields.extend(html::field(page, "asked").map(|asked| ("asked".to_owned(), asked)));
    fields.into_iter().collect()
}

async fn finish(browser: &Browser<'_>, assessment: &str) -> String {
    browser.post(&format!("{assessment}/completion"), &[]).await.to()
}

#[rocket::async_test]
async fn a_person_walks_through_all_of_it_and_sees_where_they_stand() {
    let app = app().await;
    let mira = app.learner().await;
    let home = mira.read("/home").await;
    assert!(html::text(&home).contains("Find what you need") && html::links(&home).contains(&"/needs".to_owned()));

    let start = html::text(&mira.read("/needs").await);
    for said in ["25 to 35 minutes", "Your answers are yours alone", "An identity number", "Are you in danger now?"] {
        assert!(start.contains(said), "{said} is not said before the first question: {start}");
    }
    let assessment = begin(&mira, "all").await;
    assert_eq!(walk(&mira, &assessment, first_answers).await, 6 + 3 + 54);
    let result = finish(&mira, &assessment).await;

    let page = mira.read(&result).await;
    let text = html::text(&page);
    assert!(text.contains("Risk and security planning") && text.contains("Community defender or volunteer"), "{text}");
    assert!(page.contains("<svg") && page.contains("<table>"), "a picture and the same as a table");
    assert_eq!(page.matches("<details>").count(), 18 + 1, "each number explains itself");
    assert_eq!(mira.get(&assessment).await.to(), result, "from now on it leads to what came of it");
    assert_eq!(app.dump().await["need_levels"].len(), 18);
}

#[rocket::async_test]
async fn the_ten_minute_form_asks_about_one_area() {
    let app = app().await;
    let mira = app.learner().await;
    let assessment = begin(&mira, "UN").await;
    assert_eq!(walk(&mira, &assessment, first_answers).await, 4 + 1 + 18);
    let text = html::text(&mira.read(&finish(&mira, &assessment).await).await);
    assert!(text.contains("Universal Periodic Review") && !text.contains("Devices and authentication"));
    assert_eq!(mira.post("/needs", &[("scope", "XX")]).await.status, 400);
}

#[rocket::async_test]
async fn everything_can_be_passed_over() {
    let app = app().await;
    let mira = app.learner().await;
    for (scope, answer) in [("all", "-"), ("UN", "")] {
        let assessment = begin(&mira, scope).await;
        let pass_over = |page: &str| {
            let keep = |(name, value): (String, String)| {
                if name == "asked" { (name, value) } else { (name, answer.to_owned()) }
            };
            let fields = first_answers(page).into_iter().map(keep);
            if answer.is_empty() { fields.filter(|(name, _)| name == "asked").collect() } else { fields.collect() }
        };
        walk(&mira, &assessment, pass_over).await;
        let text = html::text(&mira.read(&finish(&mira, &assessment).await).await);
        assert!(text.contains("the middle of what all roles ask for"), "{text}");
    }
}

#[rocket::async_test]
async fn one_stops_and_goes_on_where_one_was_also_on_another_device() {
    let app = app().await;
    let mira = app.learner().await;
    let assessment = begin(&mira, "all").await;
    mira.post(&format!("{assessment}/1"), &[("i-role", "lawyer"), ("i-setting", "network")]).await.to();
    assert_eq!(
        mira.post(&format!("{assessment}/2"), &[("i-risk", "some-pressure"), ("pause", "1")]).await.to(),
        "/needs"
    );

    let phone = app.other_browser(&mira).await;
    assert!(phone.read("/home").await.contains(&assessment));
    assert_eq!(begin(&phone, "all").await, assessment, "nothing is begun twice");
    assert_eq!(phone.get(&assessment).await.to(), format!("{assessment}/3"));
    let first = phone.read(&format!("{assessment}/1")).await;
    let chosen: Vec<_> = html::tags(&first).into_iter().filter(|tag| tag.get("checked").is_some()).collect();
    assert_eq!(chosen.iter().filter_map(|tag| tag.get("value")).collect::<Vec<_>>(), ["lawyer", "network"]);
    let back = [("i-relevance-ds", "core"), ("back", "1")];
    assert_eq!(phone.post(&format!("{assessment}/3"), &back).await.to(), format!("{assessment}/2"));
}

#[rocket::async_test]
async fn an_answer_may_be_changed_and_sent_twice() {
    let app = app().await;
    let mira = app.learner().await;
    let assessment = begin(&mira, "DS").await;
    let steps = format!("{assessment}/");
    let question = (1..10).map(|step| format!("{steps}{step}"));
    let mut at = String::new();
    for path in question {
        if html::tags(&mira.read(&path).await).iter().any(|tag| tag.get("name") == Some("q")) {
            at = path;
            break;
        }
    }
    let asked = html::field(&mira.read(&at).await, "asked").unwrap();
    for answer in ["0", "1", "1", "unknown", "2"] {
        mira.post(&at, &[("q", answer), ("asked", &asked)]).await.to();
    }
    let page = mira.read(&at).await;
    let chosen: Vec<_> = html::tags(&page).into_iter().filter(|tag| tag.get("checked").is_some()).collect();
    assert_eq!(chosen.iter().filter_map(|tag| tag.get("value")).collect::<Vec<_>>(), ["2"]);
    for nonsense in ["7", "x", "-1", "0.5"] {
        assert_eq!(mira.post(&at, &[("q", nonsense), ("asked", &asked)]).await.status, 400, "{nonsense}");
    }
    assert_eq!(mira.post(&format!("{assessment}/1"), &[("i-role", "spy")]).await.status, 400);
    assert_eq!(mira.get(&format!("{assessment}/0")).await.status, 404);
    assert_eq!(mira.get(&format!("{assessment}/99")).await.to(), format!("{assessment}/end"));
}

#[rocket::async_test]
async fn a_step_that_comes_after_the_session_has_ended_is_kept_and_can_be_sent() {
    let app = app().await;
    let mira = app.learner().await;
    let assessment = begin(&mira, "all").await;
    let (token, path) = (mira.token().await, format!("{assessment}/1"));
    pass_time(31 * MINUTE);
    app.forget_caches(&mira);
    let asked = mira.post_with(&path, &token, &[("i-role", "documenter"), ("pause", "1")]).await;
    assert_eq!(asked.status, 401);
    let pending = html::field(&asked.main(), "pending").unwrap();
    let fields =
        [("name", mira.name.as_str()), ("password", PASSWORD), ("next", "/home"), ("pending", pending.as_str())];
    let page = mira.post("/sign-in", &fields).await.main();
    assert_eq!(html::posted_to(&page), std::slice::from_ref(&path));
    assert_eq!(html::field(&page, "i-role").as_deref(), Some("documenter"));
    let token = html::field(&page, "csrf").unwrap();
    assert_eq!(mira.post_with(&path, &token, &[("i-role", "documenter"), ("pause", "1")]).await.to(), "/needs");
}

#[rocket::async_test]
async fn nobody_else_gets_anything_of_it() {
    let app = app().await;
    let mira = app.learner().await;
    let (open, done) = (begin(&mira, "UN").await, String::new());
    mira.post(&format!("{open}/1"), &[("i-role", "documenter")]).await.to();
    finish(&mira, &open).await;
    let done = done + &open;
    let open = begin(&mira, "all").await;
    let strangers = [app.learner().await, app.trainer().await, app.administrator().await];
    let before = app.dump().await;
    for stranger in &strangers {
        for path in ["", "/1", "/end", "/result", "/deletion"] {
            for assessment in [&open, &done] {
                let path = format!("{assessment}{path}");
                assert_eq!(stranger.get(&path).await.status, 404, "GET {path}");
            }
        }
        for path in ["/1", "/completion", "/deletion", "/reminder/dismissal"] {
            for assessment in [&open, &done] {
                let path = format!("{assessment}{path}");
                assert_eq!(stranger.post(&path, &[]).await.status, 404, "POST {path}");
            }
        }
    }
    assert!(app.dump().await == before);
}

/// The exact risk level is in no column once the assessment is finished, in no export and on no page.
#[rocket::async_test]
async fn the_risk_level_is_gone_when_it_is_finished() {
    let app = app().await;
    let mira = app.learner().await;
    let assessment = begin(&mira, "all").await;
    let risk = "detained-or-attacked";
    mira.post(&format!("{assessment}/2"), &[("i-risk", risk)]).await.to();
    assert!(mira.read(&format!("{assessment}/2")).await.contains(&format!("value=\"{risk}\" checked")));
    let held = mira.get("/account/data").await.text();
    assert!(held.contains("needs_assessments") && !held.contains(risk), "an export holds the risk level: {held}");

    let result = finish(&mira, &assessment).await;
    let stored = needs::mine(app.store(), mira.account.unwrap()).await.unwrap();
    let stored = serde_json::to_string(&stored[0].sheet).unwrap();
    let own = [stored, mira.get(&result).await.text(), mira.get("/account/data").await.text()];
    for text in own {
        assert!(!text.contains(risk) && !text.contains("People like me are detained"), "{text}");
    }
    let dump = app.dump().await;
    for table in ["needs_assessments", "need_levels", "calibrations"] {
        assert!(dump[table].iter().all(|row| !row.contains(risk)), "{table}");
    }
}

#[rocket::async_test]
async fn one_result_or_all_are_deleted_after_asking() {
    let app = app().await;
    let mira = app.learner().await;
    let mut done = Vec::new();
    for scope in ["UN", "DS", "BH"] {
        let assessment = begin(&mira, scope).await;
        finish(&mira, &assessment).await;
        done.push(assessment);
    }
    let page = mira.read("/needs").await;
    assert!(done.iter().all(|assessment| html::links(&page).contains(&format!("{assessment}/result"))));
    let deletion = format!("{}/deletion", done[0]);
    assert!(html::text(&mira.read(&deletion).await).contains("UN human rights mechanisms"));
    assert_eq!(app.dump().await["needs_assessments"].len(), 3, "asking deletes nothing");
    assert_eq!(mira.post(&deletion, &[]).await.to(), "/needs");
    assert_eq!(mira.get(&format!("{}/result", done[0])).await.status, 404);
    assert_eq!(app.dump().await["needs_assessments"].len(), 2);

    mira.read("/needs/deletion").await;
    assert_eq!(mira.post("/needs/deletion", &[]).await.to(), "/needs");
    let dump = app.dump().await;
    for table in ["needs_assessments", "need_levels", "pathways"] {
        assert!(dump[table].is_empty(), "{table}");
    }
}

#[rocket::async_test]
async fn looking_again_uses_other_questions_and_says_what_changed() {
    let app = app().await;
    let mira = app.learner().await;
    let first = begin(&mira, "DS").await;
    let unknown = |page: &str| {
        let fields = first_answers(page);
        fields
            .into_iter()
            .map(|(name, value)| if name == "q" { (name, "unknown".into()) } else { (name, value) })
            .collect()
    };
    walk(&mira, &first, unknown).await;
    let before = html::text(&mira.read(&finish(&mira, &first).await).await);
    assert!(before.contains("the first set of short questions") && !before.contains("the time before"), "{before}");

    pass_time(92 * DAY);
    let mira = app.other_browser(&mira).await;
    let home = mira.read("/home").await;
    assert!(html::text(&home).contains(&words("needs.card_due")), "a neutral reminder: {home}");
    assert!(html::text(&mira.read("/needs").await).contains(&words("needs.form_next")));
    let again = begin(&mira, "DS").await;
    let asked = app.house().instruments.latest().unwrap();
    walk(&mira, &again, |page| right_answers(&asked, page)).await;
    let after = html::text(&mira.read(&finish(&mira, &again).await).await);
    assert!(after.contains("the second set of short questions"), "{after}");
    assert!(after.contains("0 of 3 answers right before, 3 of 3 now"), "{after}");
    assert!(after.contains(&words("gain.certainty.clear")), "nothing right and then all right: {after}");
    assert!(!html::text(&mira.read("/home").await).contains(&words("needs.card_due")));
}

/// The right answer of a page's short question; the first of everything else.
fn right_answers(instrument: &Instrument, page: &str) -> Vec<(String, String)> {
    let text = html::text(page);
    let all = instrument.questions.values().filter_map(|by_language| by_language.get(&instrument.source_language));
    let asked = all.flatten().find(|question| text.contains(&question.prompt.plain_text()));
    let key = asked.and_then(|question| match &question.body {
        Body::SingleChoice(choices) => {
            choices.0.iter().find(|choice| choice.is_key).map(|choice| choice.text.plain_text())
        }
        _ => None,
    });
    let position = key.and_then(|key| {
        let choices: Vec<&str> = page.split("class=\"choice\"").skip(1).collect();
        choices.iter().position(|choice| html::text(&format!("<p {choice}")).contains(&key))
    });
    let fields = first_answers(page).into_iter();
    fields
        .map(|(name, value)| match position {
            Some(position) if name == "q" => (name, position.to_string()),
            _ => (name, value),
        })
        .collect()
}

#[rocket::async_test]
async fn the_reminder_goes_when_it_is_not_wanted() {
    let app = app().await;
    let mira = app.learner().await;
    let assessment = begin(&mira, "UN").await;
    finish(&mira, &assessment).await;
    pass_time(92 * DAY);
    let mira = app.other_browser(&mira).await;
    let home = mira.read("/home").await;
    let dismissal = html::posted_to(&home).into_iter().find(|path| path.ends_with("/dismissal")).unwrap();
    assert_eq!(mira.post(&dismissal, &[]).await.to(), "/home");
    assert!(!html::text(&mira.read("/home").await).contains(&words("needs.card_due")));
}

/// A newer edition is for those who begin after it.
#[rocket::async_test]
async fn a_person_finishes_the_edition_they_began() {
    let app = app().await;
    let mira = app.learner().await;
    let assessment = begin(&mira, "all").await;
    let house = app.house();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("courses/needs-assessment");
    let mut tree = folder::read(&path).unwrap();
    let words = String::from_utf8(tree.0["en/instrument.toml"].clone()).unwrap();
    let changed = words.replacen("Which comes closest to your role?", "What do you do at work?", 1);
    tree.0.insert("en/instrument.toml".into(), changed.into_bytes());
    house.instruments.publish(&house.store, tree, house.now()).await.unwrap();

    assert!(mira.read(&format!("{assessment}/1")).await.contains("Which comes closest to your role?"));
    finish(&mira, &assessment).await;
    let next = begin(&mira, "all").await;
    assert!(mira.read(&format!("{next}/1")).await.contains("What do you do at work?"));
}

#[rocket::async_test]
async fn a_broken_instrument_is_refused_and_the_edition_before_stays() {
    let app = app().await;
    let house = app.house();
    let before = house.instruments.latest().unwrap().edition.clone();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("courses/needs-assessment");
    let mut tree = folder::read(&path).unwrap();
    tree.0.insert("instrument.toml".into(), b"format = 1".to_vec());
    let published = house.instruments.publish(&house.store, tree, house.now()).await.unwrap();
    match published {
        lontar::catalogue::Publication::Refused(found) => {
            assert!(found.iter().any(|found| found.file == "instrument.toml" && found.line.is_some()));
        }
        _ => panic!("it was not refused"),
    }
    assert_eq!(house.instruments.latest().unwrap().edition, before);
}

#[rocket::async_test]
async fn without_an_instrument_there_is_none() {
    let app = App::new().await;
    let mira = app.learner().await;
    assert_eq!(mira.get("/needs").await.status, 404);
    assert!(!html::text(&mira.read("/home").await).contains("Find what you need"));
}

/// Off until enough people answered; then offered, shorter, and the result says so.
#[rocket::async_test]
async fn the_adaptive_form_is_offered_once_the_questions_are_calibrated() {
    let app = app().await;
    let mira = app.learner().await;
    assert!(!mira.read("/needs").await.contains("name=\"adaptive\""));
    let sneaked = mira.post("/needs", &[("scope", "UN"), ("adaptive", "1")]).await.to();
    assert_eq!(walk(&mira, &sneaked, first_answers).await, 4 + 1 + 18, "asking for it early changes nothing");
    mira.post("/needs/deletion", &[]).await.to();

    let house = app.house();
    let instrument = house.instruments.latest().unwrap();
    let item = |at: usize| Some(Difficulty { logit: (at % 3) as f64 - 1.0, error: 0.1, responses: 400 });
    let calibration = Calibration { items: (0..54).map(item).collect(), persons: 400 };
    needs::calibrate(app.store(), &instrument.edition, Form::First, &calibration, house.now()).await.unwrap();
    house.instruments.refresh(app.store()).await.unwrap();

    assert!(mira.read("/needs").await.contains("name=\"adaptive\""));
    let assessment = mira.post("/needs", &[("scope", "UN"), ("adaptive", "1")]).await.to();
    let steps = walk(&mira, &assessment, first_answers).await;
    assert!((4 + 1 + 6..=4 + 1 + 9).contains(&steps), "{steps} steps");
    let text = html::text(&mira.read(&finish(&mira, &assessment).await).await);
    assert!(text.contains("each was chosen by your answers before it"), "{text}");
    assert!(!text.contains("of 3 short questions"), "nobody is told of answers that they never gave: {text}");
}

/// Of an adaptive sitting in two windows: the question of a page may not be the one that stands there now.
#[rocket::async_test]
async fn an_answer_counts_for_the_question_that_was_shown_and_no_other() {
    let app = app().await;
    let mira = app.learner().await;
    let assessment = begin(&mira, "DS").await;
    let at = format!("{assessment}/6");
    let page = mira.read(&at).await;
    let asked = html::field(&page, "asked").unwrap();
    for other in ["na-un1-a", "", "x"] {
        let answer = mira.post(&at, &[("q", "0"), ("asked", other)]).await;
        assert_eq!(answer.status, 422, "{other:?}");
        let page = answer.main();
        assert!(html::text(&page).contains(&words("needs.step_changed")));
        assert_eq!(html::field(&page, "asked"), Some(asked.clone()), "the question that stands here is asked");
        let sheet = &needs::mine(app.store(), mira.account.unwrap()).await.unwrap()[0].sheet;
        assert!(sheet.answers.questions.is_empty(), "nothing is recorded");
    }
    // Going back and pausing say nothing of the question.
    let away = [("q", "0"), ("asked", "na-un1-a")];
    assert_eq!(mira.post(&at, &[&away[..], &[("back", "1")]].concat()).await.to(), format!("{assessment}/5"));
    assert_eq!(mira.post(&at, &[&away[..], &[("pause", "1")]].concat()).await.to(), "/needs");
    let sheet = &needs::mine(app.store(), mira.account.unwrap()).await.unwrap()[0].sheet;
    assert!(sheet.answers.questions.is_empty(), "nothing is recorded");
    mira.post(&at, &[("q", "0"), ("asked", &asked)]).await.to();
    let sheet = &needs::mine(app.store(), mira.account.unwrap()).await.unwrap()[0].sheet;
    assert_eq!(sheet.answers.questions.keys().map(|id| id.as_str()).collect::<Vec<_>>(), [asked.as_str()]);
}

#[rocket::async_test]
async fn who_goes_on_elsewhere_still_sees_the_way_to_help_in_danger() {
    let app = app().await;
    let mira = app.learner().await;
    let assessment = begin(&mira, "DS").await;
    for step in [1, 2, 5, 9] {
        let page = mira.read(&format!("{assessment}/{step}")).await;
        assert!(html::text(&page).contains("Are you in danger now?"), "step {step}");
        assert!(html::links(&page).contains(&"/emergency".to_owned()), "step {step}");
    }
}

#[rocket::async_test]
async fn it_is_asked_in_indonesian_too() {
    let app = app().await;
    let mira = app.learner().await;
    mira.post("/account/language", &[("language", "id"), ("back", "/needs")]).await.to();
    let text = html::text(&mira.read("/needs").await);
    assert!(text.contains("Temukan kebutuhan belajar Anda"), "{text}");
    let assessment = begin(&mira, "DS").await;
    let steps = walk(&mira, &assessment, first_answers).await;
    assert_eq!(steps, 4 + 1 + 18);
    let text = html::text(&mira.read(&finish(&mira, &assessment).await).await);
    assert!(text.contains("Mengapa angkanya begini"), "{text}");
}

/// From sealed answers of many people to a form that steers: nobody's answers are read by anybody, and
/// under two hundred nothing is worked out.
#[rocket::async_test]
async fn difficulties_come_from_enough_people_together() {
    let app = app().await;
    let house = app.house();
    let instrument = house.instruments.latest().unwrap();
    let questions = instrument.questions(Form::First, &instrument.source_language);
    for person in 0..230_u64 {
        let mira = app.person(&[], Factor::None).await.account.unwrap();
        let new = NewAssessment {
            id: AssessmentId(uuid::Uuid::now_v7()),
            edition: instrument.edition.clone(),
            sheet: Sheet::new(Form::First, None, false),
        };
        let id = needs::open_or_resume(app.store(), mira, new, house.now()).await.unwrap();
        let given = questions.iter().zip(0_u64..).map(|(question, item)| Given::Question {
            question: question.id.clone(),
            outcome: if answers_rightly(person, item) { Outcome::Right } else { Outcome::Wrong },
            choice: None,
        });
        needs::save(app.store(), mira, id, given.collect(), house.now()).await.unwrap();
        needs::finish(app.store(), mira, id, (instrument.clone(), None), house.now()).await.unwrap();
        if person == 150 {
            house.instruments.calibrate(app.store(), house.now()).await.unwrap();
            assert!(house.instruments.calibration(&instrument.edition, Form::First).is_none(), "151 are too few");
        }
    }
    house.instruments.calibrate(app.store(), house.now()).await.unwrap();
    let calibration = house.instruments.calibration(&instrument.edition, Form::First).expect("230 are enough");
    let mean = |level: usize| {
        let of_level = calibration.items.iter().skip(level).step_by(3).map(|item| item.unwrap().logit);
        of_level.sum::<f64>() / 18.0
    };
    assert!(mean(0) < mean(1) && mean(1) < mean(2), "{} {} {}", mean(0), mean(1), mean(2));
    assert!(house.instruments.calibration(&instrument.edition, Form::Again).is_none(), "nobody answered that form");
    assert!(app.learner().await.read("/needs").await.contains("name=\"adaptive\""));
    assert!(app.dump().await["calibrations"].len() == 1, "it is kept for the next start");

    // Asked after a day by a clock that was slowed meanwhile.
    for (milliseconds, is_done) in [(DAY - 2 * HOUR, false), (DAY - MINUTE, true)] {
        let now = BEGIN.plus(milliseconds);
        house.instruments.calibrate_daily(app.store(), now).await.unwrap();
        let at = needs::calibrated_at(app.store(), &instrument.edition).await.unwrap().unwrap();
        assert_eq!(at == now, is_done, "{milliseconds}");
    }
}

/// Made-up people: the abler answer more, and each third question of a competency is the hardest.
fn answers_rightly(person: u64, item: u64) -> bool {
    let mut mixed = ((person << 32) | item).wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    let chance = (mixed ^ (mixed >> 31)) % 100;
    let ability = person % 5 * 8;
    chance < 45 + ability - item % 3 * 20
}
