//! A pathway as its learner walks it, bends it and proves parts of it away.

use lontar::domain::course::EditionHash;
use lontar::domain::needs::diagnosis::{Kept, KeptStanding, Measured, Required, RiskBand};
use lontar::domain::needs::pathway::challenge::Sitting;
use lontar::domain::needs::ranking::{Cause, Need};
use lontar::domain::quiz::question::{Body, Question};
use lontar::domain::quiz::{drawing, rehearsal};
use lontar::domain::time::{DAY, HOUR};
use lontar::locale::Language;
use lontar::store::{challenges, enrolments, pathways};

use crate::support::{App, Browser, html, pass_time};

fn words(key: &str) -> String {
    Language::English.words().get(key)
}

async fn app() -> App {
    let app = App::new().await;
    app.publish_instrument().await;
    app.publish_for_pathways().await;
    app
}

/// UN1 comes first and is taught by the course of [`App::publish_for_pathways`]; nothing teaches the others.
fn kept() -> Kept {
    let needs = [("UN1", 2, Cause::Floor), ("UN2", 2, Cause::Gap), ("UN6", 1, Cause::Core), ("UN4", 1, Cause::Later)];
    let standing = |&(code, to, _): &(&str, u8, Cause)| KeptStanding {
        code: code.parse().unwrap(),
        measured: Measured { self_rating: Some(0), right: 0, answered: 3, supposed: 0 },
        required: Required::ByRole("documenter".parse().unwrap(), to),
        note: None,
    };
    let standings = needs.iter().map(standing).collect();
    let need = |(code, to, cause): (&str, u8, Cause)| Need { code: code.parse().unwrap(), from: 0, to, cause };
    Kept {
        edition: EditionHash("an-edition".into()),
        risk: RiskBand::ThreeOrFour,
        minutes_a_week: 45,
        standings,
        needs: needs.into_iter().map(need).collect(),
    }
}

async fn walker(app: &App) -> Browser<'_> {
    let browser = app.learner().await;
    pathways::put_diagnosis(app.store(), browser.account.unwrap(), kept(), app.house().now()).await.unwrap();
    browser
}

/// All steps that are not done, in order, each with its address.
async fn steps(browser: &Browser<'_>) -> Vec<(String, String)> {
    let page = browser.read("/pathway/edits").await;
    let (mut url, mut steps) = (String::new(), Vec::new());
    for tag in html::tags(&page) {
        if let Some(href) = tag.get("href").filter(|href| href.starts_with("/pathway/steps/")) {
            url = href.to_owned();
        } else if let Some(step) = tag.get("value").and_then(|value| value.strip_prefix("drop ")) {
            steps.push((step.to_owned(), url.clone()));
        }
    }
    steps
}

async fn order(browser: &Browser<'_>) -> Vec<String> {
    steps(browser).await.into_iter().map(|(step, _)| step).collect()
}

async fn url_of(browser: &Browser<'_>, step: &str) -> String {
    let url = steps(browser).await.into_iter().find(|(of, _)| of == step).map(|(_, url)| url);
    url.unwrap_or_else(|| panic!("{step} is no step"))
}

/// What addresses call a step.
async fn called(browser: &Browser<'_>, step: &str) -> String {
    url_of(browser, step).await.replace("/pathway/steps/", "")
}

async fn act(browser: &Browser<'_>, act: &str) -> String {
    browser.post("/pathway/edits", &[("act", act)]).await.to()
}

#[rocket::async_test]
async fn without_a_pathway_its_page_leads_to_the_questions() {
    let app = app().await;
    let mira = app.learner().await;
    let page = mira.read("/pathway").await;
    assert!(html::text(&page).contains(&words("pathway.empty")) && html::links(&page).contains(&"/needs".to_owned()));
    assert_eq!(mira.get("/pathway/edits").await.to(), "/pathway");
    assert_eq!(act(&mira, "add UN1-2").await, "/pathway");
    assert_eq!(mira.post("/pathway/pace", &[("minutes", "60")]).await.to(), "/pathway");
    assert_eq!(mira.get("/pathway/steps/UN1-2").await.status, 404);
    assert!(!mira.read("/home").await.contains("/pathway/lessons"));
}

#[rocket::async_test]
async fn a_pathway_says_what_is_next_and_why_each_step_is_there() {
    let app = app().await;
    let mira = walker(&app).await;
    let risk = "people like you are questioned, attacked or detained";
    // What is seen first over a shoulder gives the reason that paper gives.
    for (path, said) in [("/pathway", risk), ("/home", "It protects you and the people you work with.")] {
        let text = html::text(&mira.read(path).await);
        assert!(text.contains("Step 1: Finding the way in the system"), "{path}: {text}");
        assert!(text.contains(said) && (said == risk || !text.contains(risk)), "{path}: {text}");
    }
    let page = mira.read("/pathway").await;
    let text = html::text(&page);
    for said in ["From “Not yet” to “Applies”", "This week", "Your role asks for “Applies”", "Later, if you wish"]
    {
        assert!(text.contains(said), "{said} is missing from {text}");
    }
    let (first, second) = (url_of(&mira, "UN1-2").await, url_of(&mira, "UN2-2").await);
    assert!(page.contains(&first) && page.contains(&second));

    let step = html::text(&mira.read(&first).await);
    for said in ["Why this step", "Level 0, “Not yet”", "Level 2, “Applies”", "Start the six questions"] {
        assert!(step.contains(said), "{said} is missing from {step}");
    }
}

/// A browser's history keeps addresses, and is not to tell what its owner lacks.
#[rocket::async_test]
async fn addresses_call_steps_and_lessons_by_names_that_say_nothing_and_stay() {
    let app = app().await;
    let (mira, arun) = (walker(&app).await, walker(&app).await);
    let before = steps(&mira).await;
    for (step, url) in &before {
        let name = url.replace("/pathway/steps/", "");
        assert!(name.len() == 10 && name.bytes().all(|byte| byte.is_ascii_hexdigit()), "{step} is called {name}");
        assert_eq!(mira.get(&format!("/pathway/steps/{step}")).await.status, 404, "{step} by its own name");
        assert_eq!(arun.get(url).await.status, 404, "{step} is called the same for everybody");
    }
    let told = |address: &str| ["UN", "un-", "w1"].into_iter().any(|word| address.contains(word));
    for edit in ["down UN1-2", "skip un-mechanisms/w1-1", "drop UN6-1"] {
        let shown = act(&mira, edit).await;
        assert!(!told(&shown), "{edit} leads to {shown}");
        let (page, place) = shown.split_once('#').unwrap_or((&shown, ""));
        let page = mira.read(page).await;
        assert!(place.is_empty() || page.contains(&format!("id=\"{place}\"")), "{shown} is not on its page");
    }
    pathways::put_diagnosis(app.store(), mira.account.unwrap(), kept(), app.house().now()).await.unwrap();
    let after = steps(&mira).await;
    let same: Vec<_> = after.iter().filter(|(step, _)| before.iter().any(|(known, _)| known == step)).collect();
    assert!(!same.is_empty(), "{before:?} became {after:?}");
    for found in same {
        assert!(before.contains(found), "{found:?} is called otherwise after planning anew: {before:?}");
    }
}

#[rocket::async_test]
async fn starting_a_lesson_enrols_and_the_path_follows_what_is_done() {
    let app = app().await;
    let mira = walker(&app).await;
    let start = |page: &str, lesson: &str| page.contains(&format!("value=\"un-mechanisms/{lesson}\""));
    assert!(start(&mira.read("/pathway").await, "w1-1"));
    assert!(enrolments::mine(app.store(), mira.account.unwrap()).await.unwrap().is_empty());

    let lesson = mira.post("/pathway/lessons", &[("lesson", "un-mechanisms/w1-1")]).await.to();
    assert!(lesson.ends_with("/1-1"), "{lesson}");
    mira.read(&lesson).await;
    let page = mira.read("/pathway").await;
    assert!(html::links(&page).contains(&lesson) && !start(&page, "w1-1"), "a plain link from now on");
    let again = mira.post("/pathway/lessons", &[("lesson", "un-mechanisms/w1-1")]).await.to();
    assert_eq!(again, lesson);

    mira.post(&format!("{lesson}/completion"), &[("lesson", "w1-1")]).await.to();
    let page = mira.read("/home").await;
    let next = lesson.replace("/1-1", "/1-2");
    assert!(html::links(&page).contains(&next), "the home page goes on with the next lesson");
    for wrong in ["un-mechanisms/none", "whole/w1-1", "none/w1-1"] {
        assert_eq!(mira.post("/pathway/lessons", &[("lesson", wrong)]).await.status, 404, "{wrong}");
    }
    assert_eq!(mira.post("/pathway/lessons", &[("lesson", "w1-1")]).await.status, 400);
}

#[rocket::async_test]
async fn a_path_is_bent_and_bent_back() {
    let app = app().await;
    let mira = walker(&app).await;
    assert_eq!(order(&mira).await, ["UN1-2", "UN2-2", "UN6-1"]);

    let moved = called(&mira, "UN6-1").await;
    assert_eq!(act(&mira, "up UN6-1").await, format!("/pathway/edits#s-{moved}"));
    assert!(mira.read("/pathway/edits").await.contains(&format!("<li id=\"s-{moved}\">")));
    assert_eq!(order(&mira).await, ["UN1-2", "UN6-1", "UN2-2"]);
    act(&mira, "down UN1-2").await;
    assert_eq!(order(&mira).await, ["UN6-1", "UN1-2", "UN2-2"]);
    act(&mira, "up UN6-1").await;
    assert_eq!(order(&mira).await, ["UN6-1", "UN1-2", "UN2-2"], "the first one goes no higher");

    act(&mira, "add UN4-1").await;
    assert_eq!(order(&mira).await, ["UN6-1", "UN1-2", "UN2-2", "UN4-1"], "what was for later joins the others");
    act(&mira, "add BH3-2").await;
    assert!(order(&mira).await.contains(&"BH3-2".to_owned()));

    let out = act(&mira, "drop UN6-1").await;
    assert_eq!(out, format!("/pathway?out={moved}"));
    let page = html::text(&mira.read(&out).await);
    assert!(page.contains("Take back") && page.contains(&words("pathway.aside.dropped")), "{page}");
    assert!(!order(&mira).await.contains(&"UN6-1".to_owned()));
    act(&mira, "add UN6-1").await;
    assert!(order(&mira).await.contains(&"UN6-1".to_owned()));
    assert!(!html::text(&mira.read(&out).await).contains("Take back"), "an old address shows no old note");

    for wrong in ["", "up", "fly UN1-2", "up UN1-9", "drop"] {
        assert_eq!(mira.post("/pathway/edits", &[("act", wrong)]).await.status, 400, "{wrong:?}");
    }
    let arun = walker(&app).await;
    assert_eq!(order(&arun).await, ["UN1-2", "UN2-2", "UN6-1"], "everybody bends their own");
}

#[rocket::async_test]
async fn a_single_lesson_is_skipped_and_taken_back() {
    let app = app().await;
    let mira = walker(&app).await;
    let skip = "skip un-mechanisms/w1-1";
    let step = url_of(&mira, "UN1-2").await;
    for page in ["/pathway", &step] {
        assert!(mira.read(page).await.contains(&format!("value=\"{skip}\"")), "{page} offers no way to skip it");
    }
    let out = act(&mira, skip).await;
    let page = mira.read(&out).await;
    let take_back = "value=\"take-back un-mechanisms/w1-1\"";
    assert_eq!(page.matches(take_back).count(), 2, "at once, and among what is set aside: {page}");
    assert!(
        html::text(&page).contains(&words("pathway.aside.skipped")) && html::text(&page).contains("1 lesson skipped")
    );
    assert!(!page.contains(&format!("value=\"{skip}\"")) && page.contains("value=\"un-mechanisms/w1-2\""));
    let step = mira.read(&step).await;
    assert!(html::text(&step).contains(&words("pathway.skipped")) && step.contains(take_back), "{step}");
    let basis = async || pathways::mine(app.store(), mira.account.unwrap()).await.unwrap().unwrap();
    assert_eq!(basis().await.edits.len(), 1);
    act(&mira, skip).await;
    assert_eq!(basis().await.edits.len(), 1, "pressed twice");

    assert_eq!(act(&mira, "take-back un-mechanisms/w1-1").await, "/pathway");
    assert!(basis().await.edits.is_empty());
    let page = mira.read(&out).await;
    assert!(page.contains(&format!("value=\"{skip}\"")) && !page.contains(take_back));

    act(&mira, "skip un-mechanisms/none").await;
    assert!(basis().await.edits.is_empty(), "a lesson that is nowhere");
    for wrong in ["skip", "skip UN1-2", "skip w1-1", "take-back /w1-1"] {
        assert_eq!(mira.post("/pathway/edits", &[("act", wrong)]).await.status, 400, "{wrong:?}");
    }
    mira.post("/account/language", &[("language", "id"), ("back", "/pathway")]).await.to();
    assert!(html::text(&mira.read("/pathway").await).contains("Lewati"));
}

/// Paper is found by others. What stands on it only for people at risk is hidden there.
#[rocket::async_test]
async fn what_tells_a_risk_is_for_the_screen_only() {
    let app = app().await;
    let mira = walker(&app).await;
    let step = url_of(&mira, "UN1-2").await;
    for path in ["/pathway", &step] {
        let page = mira.read(path).await;
        let said = page.matches("people like you are").count();
        let on_screen = page.matches("<span class=\"on-screen\">You said that people like you are").count();
        assert!(said > 0 && said == on_screen, "{path}: {said} times, {on_screen} of them on screen only");
        assert_eq!(
            page.matches("<span class=\"on-paper\" hidden>It protects you and the people").count(),
            said,
            "{path}"
        );
    }
    let styles = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/static/css/print.css")).unwrap();
    assert!(styles.contains("@media print { .on-screen, .outline .pass-over { display: none; }"));
}

#[rocket::async_test]
async fn saying_that_one_knows_sets_aside_and_proves_nothing() {
    let app = app().await;
    let mira = walker(&app).await;
    let out = act(&mira, "know UN1-2").await;
    let text = html::text(&mira.read(&out).await);
    assert!(text.contains(&words("pathway.aside.said_known")), "{text}");
    let basis = pathways::mine(app.store(), mira.account.unwrap()).await.unwrap().unwrap();
    assert!(basis.proven.is_empty());
}

#[rocket::async_test]
async fn less_time_makes_more_weeks() {
    let app = app().await;
    let mira = walker(&app).await;
    let weeks = async || mira.read("/pathway").await.matches("<summary><span>Week ").count();
    let before = weeks().await;
    assert_eq!(mira.post("/pathway/pace", &[("minutes", "10")]).await.to(), "/pathway");
    assert!(weeks().await > before);
    for wrong in ["", "0", "9", "601", "many", "-5"] {
        assert_eq!(mira.post("/pathway/pace", &[("minutes", wrong)]).await.status, 400, "{wrong:?}");
    }
}

/// Begins a challenge; its address.
async fn begin(browser: &Browser<'_>) -> String {
    let first = browser.post(&format!("{}/challenge", url_of(browser, "UN1-2").await), &[]).await.to();
    first.trim_end_matches("/1").to_owned()
}

async fn sitting(app: &App, browser: &Browser<'_>, challenge: &str) -> Sitting {
    let id = challenge.rsplit('/').next().unwrap().parse().unwrap();
    challenges::by_id(app.store(), browser.account.unwrap(), id).await.unwrap().unwrap().sitting
}

/// The questions of a sitting, from the course.
fn questions(app: &App, sitting: &Sitting) -> Vec<Question> {
    let course = app.house().catalogue.course(&"un-mechanisms".parse().unwrap()).unwrap();
    let find = |id| course.source().practice().find(|question| question.id == id).unwrap().clone();
    sitting.questions.iter().map(|asked| find(asked.question.clone())).collect()
}

/// Answers so many questions rightly and the others wrongly, a page each, and hands in.
async fn answer(app: &App, browser: &Browser<'_>, challenge: &str, right: usize) -> String {
    let sitting = sitting(app, browser, challenge).await;
    let questions = questions(app, &sitting);
    assert_eq!(questions.len(), 6);
    for (at, question) in questions.iter().enumerate() {
        let page = browser.read(&format!("{challenge}/{}", at + 1)).await;
        nothing_is_given_away(&page, question);
        let response = if at < right { Some(rehearsal::right(question)) } else { rehearsal::wrong(question) };
        let shown = drawing::present(question, sitting.seed);
        let fields = rehearsal::sample_form_fields(question, &shown, response.as_ref());
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let next = browser.post(&format!("{challenge}/{}", at + 1), &fields).await.to();
        let expected = if at == 5 { "review".to_owned() } else { (at + 2).to_string() };
        assert_eq!(next, format!("{challenge}/{expected}"));
    }
    let review = browser.read(&format!("{challenge}/review")).await;
    questions.iter().for_each(|question| nothing_is_given_away(&review, question));
    browser.post(&format!("{challenge}/submission"), &[]).await.to()
}

/// Feedback tells what is right: none of it stands in a page before marking.
fn nothing_is_given_away(page: &str, question: &Question) {
    let text = html::text(page);
    if let Body::SingleChoice(choices) | Body::MultipleChoice(choices) | Body::TrueFalse(choices) = &question.body {
        for choice in &choices.0 {
            let feedback = choice.feedback.plain_text();
            assert!(feedback.is_empty() || !text.contains(feedback.trim()), "{} gives away: {feedback}", question.id);
        }
    }
    if let Some(explanation) = &question.explanation {
        assert!(!text.contains(explanation.plain_text().trim()), "{} is explained before marking", question.id);
    }
}

#[rocket::async_test]
async fn five_of_six_prove_a_step_away() {
    let app = app().await;
    let mira = walker(&app).await;
    let step = url_of(&mira, "UN1-2").await;
    let challenge = begin(&mira).await;
    assert_eq!(begin(&mira).await, challenge, "it goes on where it is open");
    assert_eq!(mira.get(&challenge).await.to(), format!("{challenge}/review"), "no result before the end");
    let result = answer(&app, &mira, &challenge, 5).await;
    assert_eq!(result, challenge);

    let text = html::text(&mira.read(&result).await);
    assert!(text.contains("5 of 6") && text.contains(&words("pathway.proven")), "{text}");
    let text = html::text(&mira.read("/pathway").await);
    assert!(text.contains(&words("pathway.aside.proven")), "{text}");
    assert!(!order(&mira).await.contains(&"UN1-2".to_owned()));
    assert_eq!(mira.get(&step).await.status, 404);

    // What is over stays as it is, whatever another window sends.
    let first = format!("{challenge}/1");
    assert_eq!(mira.post(&first, &[]).await.to(), challenge);
    assert_eq!(mira.get(&first).await.to(), challenge);
    assert_eq!(mira.post(&format!("{challenge}/submission"), &[]).await.to(), challenge);
    assert!(html::text(&mira.read(&result).await).contains("5 of 6"));
    let answers = app.dump().await["challenges"].join("\n");
    assert!(!answers.contains("un-mechanisms") && !answers.contains("UN1"), "which step it was is sealed too");
}

#[rocket::async_test]
async fn four_of_six_say_what_to_read_and_may_try_again_a_day_later() {
    let app = app().await;
    let mira = walker(&app).await;
    let challenge = begin(&mira).await;
    let result = mira.read(&answer(&app, &mira, &challenge, 4).await).await;
    let text = html::text(&result);
    assert!(text.contains("4 of 6") && text.contains("Not proven yet: 5 of 6 must be right."), "{text}");
    assert!(text.contains(&words("pathway.read")) && text.contains("You can try again in"), "{text}");
    assert!(order(&mira).await.contains(&"UN1-2".to_owned()));

    pass_time(DAY - HOUR);
    // A session does not last that long.
    let mira = app.other_browser(&mira).await;
    let url = url_of(&mira, "UN1-2").await;
    let prove = format!("{url}/challenge");
    assert!(!html::posted_to(&mira.read(&url).await).contains(&prove));
    assert_eq!(mira.post(&prove, &[]).await.to(), url);
    pass_time(HOUR);
    let mira = app.other_browser(&mira).await;
    let second = begin(&mira).await;
    assert_ne!(second, challenge);
    let seen = sitting(&app, &mira, &challenge).await.questions;
    let asked = sitting(&app, &mira, &second).await.questions;
    assert!(asked.iter().any(|asked| !seen.contains(asked)), "other questions where there are others");
    assert!(html::text(&mira.read(&answer(&app, &mira, &second, 6).await).await).contains(&words("pathway.proven")));
}

/// Six questions that were looked at are handed in before six others are drawn.
#[rocket::async_test]
async fn looking_at_questions_without_answering_brings_no_others() {
    let app = app().await;
    let mira = walker(&app).await;
    let challenge = begin(&mira).await;
    let url = url_of(&mira, "UN2-2").await;
    let other = mira.read(&url).await;
    let said = html::text(&other);
    assert!(said.contains("You have begun six questions on “Finding the way in the system”"), "{said}");
    assert!(html::links(&other).contains(&format!("{challenge}/1")));
    assert_eq!(mira.post(&format!("{url}/challenge"), &[]).await.to(), url);
    assert_eq!(begin(&mira).await, challenge, "the open one is there as it was");
    mira.post(&format!("{challenge}/submission"), &[]).await.to();
    assert!(!html::text(&mira.read(&url).await).contains("You have begun six questions"));
}

#[rocket::async_test]
async fn a_challenge_is_its_learners_alone() {
    let app = app().await;
    let (mira, arun) = (walker(&app).await, walker(&app).await);
    let challenge = begin(&mira).await;
    for path in [challenge.clone(), format!("{challenge}/1"), format!("{challenge}/review")] {
        assert_eq!(arun.get(&path).await.status, 404, "{path}");
    }
    for path in [format!("{challenge}/1"), format!("{challenge}/submission")] {
        assert_eq!(arun.post(&path, &[]).await.status, 404, "{path}");
    }
    for number in ["0", "7", "x", "-1", "99999999999999999999"] {
        assert_eq!(mira.get(&format!("{challenge}/{number}")).await.status, 404, "{number}");
    }
}

#[rocket::async_test]
async fn a_step_that_courses_cannot_prove_says_so() {
    let app = app().await;
    let mira = walker(&app).await;
    let url = url_of(&mira, "UN2-2").await;
    let page = mira.read(&url).await;
    assert!(html::text(&page).contains(&words("pathway.prove_too_few")));
    assert_eq!(mira.post(&format!("{url}/challenge"), &[]).await.to(), url);
}

#[rocket::async_test]
async fn deleting_the_answers_deletes_the_path_and_what_was_proven() {
    let app = app().await;
    let mira = walker(&app).await;
    let challenge = begin(&mira).await;
    answer(&app, &mira, &challenge, 6).await;
    assert!(html::links(&mira.read("/pathway").await).contains(&"/needs/deletion".to_owned()));
    mira.post("/needs/deletion", &[]).await.to();
    assert!(html::text(&mira.read("/pathway").await).contains(&words("pathway.empty")));
    assert_eq!(mira.get(&challenge).await.status, 404);
    let dump = app.dump().await;
    assert!(dump["pathways"].is_empty() && dump["challenges"].is_empty());
}
