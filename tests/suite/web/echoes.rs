//! Hostile text in every field into which a person can type, on every page that shows it again
//! (SAFETY 18, the check `xss`).
//!
//! What is judged is the page alone: it may hold no element, no attribute and no address that our
//! templates do not have, whatever was typed. Several vectors travel in one text, as far as its field
//! is long; one that got out would be seen beside the others.

use lontar::domain::account::Role;
use lontar::domain::time::MINUTE;

use super::staff::changed_course;
use super::vectors::vectors;
use crate::support::{Answer, App, Browser, Factor, PASSWORD, World, html, pass_time, percent};

/// Elements that our pages are made of.
const ELEMENTS: &str = "html head meta title link script body header main footer nav section article aside a b i em \
    strong small p div span br hr h1 h2 h3 h4 ul ol li dl dt dd form input button label textarea select option fieldset \
    legend details summary table caption thead tbody tr th td blockquote code pre figure figcaption img picture source \
    audio video track progress abbr sup sub time";

/// Attributes that our templates write.
const ATTRIBUTES: &str = "lang dir charset name content rel href hreflang type src class id for method action value \
    required minlength maxlength min max step pattern inputmode autocomplete autocapitalize spellcheck rows cols \
    checked selected disabled open download poster default formaction alt width height loading decoding srcset sizes media kind \
    srclang label controls preload start colspan rowspan scope title role hidden tabindex datetime accept novalidate \
    translate autofocus enterkeyhint multiple readonly placeholder";

/// What in a page is not ours, if anything.
fn trespass(page: &str) -> Option<String> {
    let is_known = |list: &str, name: &str| list.split_whitespace().any(|known| known == name);
    for tag in html::tags(page) {
        if !is_known(ELEMENTS, &tag.name) {
            return Some(format!("<{}>", tag.name));
        }
        for (name, value) in &tag.attributes {
            let is_ours = is_known(ATTRIBUTES, name) || name.starts_with("aria-") || name.starts_with("data-");
            if !is_ours || name == "autofocus" && value.contains("alert") {
                return Some(format!("{name} in <{}>", tag.name));
            }
            let is_address = ["href", "src", "action", "formaction", "srcset"].contains(&name.as_str());
            if is_address && !leads_to_us(value) {
                return Some(format!("{name}={value:?} in <{}>", tag.name));
            }
            // Only the value of a field holds what was typed; addresses may carry it after their path.
            let has_vector = value.contains("alert(") || value.contains("evil.example");
            if has_vector && !is_address && name != "value" {
                return Some(format!("{name}={value:?} in <{}>", tag.name));
            }
        }
        let is_foreign_script = tag.name == "script" && !tag.get("src").is_some_and(|src| src.starts_with("/static/"));
        if is_foreign_script || (tag.name == "meta" && tag.get("content").is_some_and(|held| held.contains("url="))) {
            return Some(format!("{tag:?}"));
        }
    }
    None
}

fn leads_to_us(address: &str) -> bool {
    let is_path = address.starts_with('/') && !address.starts_with("//") && !address.starts_with("/\\");
    let is_relative = address.is_empty() || address.starts_with(['?', '#']);
    let is_lesson = address.split(['?', '#']).next().is_some_and(|path| {
        !path.is_empty()
            && !path.starts_with('/')
            && path.chars().all(|letter| letter.is_ascii_alphanumeric() || "-./".contains(letter))
    });
    // The authors of the course link there, and the second step there.
    let is_written_by_us =
        ["https://learn.example/", "https://example.org/", "otpauth://"].iter().any(|ours| address.starts_with(ours));
    is_path || is_relative || is_lesson || is_written_by_us
}

#[test]
fn what_is_not_ours_is_noticed() {
    for foreign in [
        "<svg onload=alert(1)>",
        "<p onclick=x>",
        "<a href=javascript:alert(1)>",
        "<a href=//evil.example>",
        "<form action=https://evil.example>",
        "<input style=x>",
        "<script>alert(1)</script>",
        "<script src=/evil.js></script>",
        "<meta http-equiv=refresh content='0;url=//evil.example'>",
        "<p title='alert(1)'>",
        "<iframe>",
        "<base href=/>",
    ] {
        assert!(trespass(foreign).is_some(), "{foreign}");
    }
    assert_eq!(trespass("<p class=\"x\">&lt;svg onload=alert(1)&gt;</p><input name=a value=\"&quot;alert(1)\">"), None);
}

/// Texts of up to `most` characters that together hold every vector, each with a mark of its own.
fn bundles(most: usize) -> Vec<String> {
    let mut bundles = vec![String::new()];
    for vector in vectors() {
        let last = bundles.last().unwrap();
        if !last.is_empty() && last.chars().count() + vector.chars().count() + 1 > most {
            bundles.push(String::new());
        }
        let last = bundles.last_mut().unwrap();
        if last.is_empty() {
            last.push_str("mark ");
        }
        last.push_str(&vector);
        last.push('\n');
    }
    bundles
}

fn inert(what: &str, answer: &Answer) {
    assert!(answer.is_page() && answer.status < 500, "{what}: {} {:?}", answer.status, answer.location());
    if let Some(found) = trespass(&answer.text()) {
        panic!("{what}: {found}");
    }
}

/// A page that is inert and shows what was typed.
async fn shows(browser: &Browser<'_>, path: &str, what: &str) {
    let answer = browser.get(path).await;
    inert(what, &answer);
    assert!(shows_the_mark(&answer), "{what}: {path} does not show what was typed");
}

fn shows_the_mark(answer: &Answer) -> bool {
    let page = answer.text();
    let in_field = html::tags(&page).iter().any(|tag| tag.get("value").is_some_and(|value| value.contains("mark ")));
    in_field || html::text(&page).contains("mark ")
}

#[rocket::async_test]
async fn notes_works_and_messages_are_inert_for_learners_and_trainers() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let trainer = app.trainer().await;
    let owner = &world.owner;
    let (lesson, task) = (format!("/learn/{}/1-1", world.enrolment), format!("/learn/{}/task", world.enrolment));
    let mut marking = format!("/teach/marking/{}", world.work);
    let mut messages = format!("/learn/{}/work/{}/messages", world.enrolment, world.work);
    for text in bundles(3_900) {
        owner.post(&format!("{lesson}/reflection"), &[("block", "w-think"), ("text", &text)]).await.to();
        shows(owner, &lesson, "a reflection").await;
        owner.post(&messages, &[("message", &text)]).await.to();
        shows(owner, &task, "one's message").await;
        shows(&trainer, &marking, "a learner's message").await;
        trainer.post(&format!("{marking}/messages"), &[("message", &text)]).await.to();
        shows(owner, &task, "a trainer's message").await;
        trainer.post(&format!("{marking}/return"), &[("comment", &text)]).await.to();
        shows(owner, &task, "a comment").await;
        let draft = [("text", text.as_str()), ("act", "draft")];
        owner.post(&task, &draft).await.to();
        shows(owner, &task, "a draft").await;
        let too_long = format!("{text}{}", " word".repeat(400));
        let hand_in = [("text", too_long.as_str()), ("act", "hand-in"), ("confirm", "1")];
        inert("a work that is too long", &owner.post(&task, &hand_in).await);
        let hand_in = [("text", text.as_str()), ("act", "hand-in"), ("confirm", "1")];
        let answer = owner.post(&task, &hand_in).await;
        if answer.status != 303 {
            // More words than the task allows: handed in shorter.
            inert("a work", &answer);
            let text: String = text.split_inclusive(' ').take(120).collect();
            let over = html::field(&owner.read(&task).await, "over").unwrap();
            let hand_in = [("text", text.as_str()), ("act", "hand-in"), ("confirm", "1"), ("over", &over)];
            owner.post(&task, &hand_in).await.to();
        }
        shows(owner, &task, "a work that was handed in").await;
        let page = owner.read(&task).await;
        messages = html::posted_to(&page).into_iter().find(|action| action.ends_with("/messages")).unwrap();
        marking = format!("/teach/marking/{}", messages.split('/').nth(4).unwrap());
        shows(&trainer, &marking, "a work on the trainer's desk").await;
        inert("the queue", &trainer.get("/teach").await);
        inert("the outline", &owner.get(&format!("/learn/{}", world.enrolment)).await);
    }
    let text = bundles(3_900).remove(0);
    let levels = [("level-plan", "2"), ("level-care", "1"), ("comment", text.as_str())];
    trainer.post(&format!("{marking}/marking"), &levels).await.to();
    shows(owner, &task, "a marking's comment").await;
    shows(&trainer, &marking, "a marking's comment, to trainers").await;
}

const QUIZ: &str = r#"+++
id = "w1-quiz"
title = "Typed answers"
minutes = 5
pass = 60
+++
Three questions.

::: question {#w1-p01 kind=short-text competency=LT1 level=1 lesson=w1-1}
What carries you across?

- [x] a ferry
  > Right.
- [ ] *
  > It floats.
:::

::: question {#w1-p02 kind=blanks competency=LT1 level=1 lesson=w1-1}
It costs [[five|5]] coins.

> So says the timetable.
:::

::: question {#w1-p03 kind=free-response max_words=2000 competency=LT1 level=2 points=4 lesson=w1-2}
Describe a crossing.

::: criterion {#w1-free-facts weight=100 title="Says what happened"}
- 0% Missing: nothing happened
- 100% Strong: with the day
:::
::: model
On Monday I crossed.
:::
:::
"#;

#[rocket::async_test]
async fn answers_are_inert_from_the_question_to_the_result() {
    let app = App::new().await;
    let course = changed_course(|path, text| match path.ends_with("en/01-first/quiz.md") {
        true => Some(QUIZ.to_owned()),
        false => Some(text).filter(|_| !path.contains("/id/01-first/quiz")),
    });
    app.publish(course.path()).await;
    let mira = app.learner().await;
    let journey = mira.post("/courses/whole/enrolment", &[]).await.to();
    let trainer = app.trainer().await;
    for text in bundles(3_900) {
        for question in ["w2-1-short", "w2-1-number", "w2-1-typed", "w2-1-free"] {
            let field = if question == "w2-1-typed" { "a0" } else { "a" };
            mira.post(&format!("{journey}/2-1/check"), &[("question", question), (field, &text)]).await;
        }
        inert("checks in a lesson", &mira.get(&format!("{journey}/2-1")).await);
        let first = mira.post(&format!("{journey}/quizzes/1/attempts"), &[]).await.to();
        let attempt = first.rsplit_once('/').unwrap().0.to_owned();
        let mut seen = 0;
        for number in 1..=3 {
            let page = format!("{attempt}/{number}");
            let field = if mira.read(&page).await.contains("name=\"a0\"") { "a0" } else { "a" };
            let answer = mira.post(&page, &[(field, &text), ("sure", "sure")]).await;
            if answer.is_page() {
                inert("an answer that must be mended", &answer);
                assert!(shows_the_mark(&answer), "what was typed is lost");
            }
            let answer = mira.get(&page).await;
            inert("an answer in its question", &answer);
            seen += usize::from(shows_the_mark(&answer));
        }
        assert!(seen > 0, "no question shows what was typed");
        inert("the page before submitting", &mira.get(&format!("{attempt}/review")).await);
        mira.post(&format!("{attempt}/submission"), &[]).await.to();
        let result = mira.get(&attempt).await;
        inert("the result", &result);
        assert!(shows_the_mark(&result));
        let work = html::links(&result.main()).into_iter().find(|link| link.contains("/work/")).unwrap();
        inert("a free response after its quiz", &mira.get(&work).await);
        shows(&trainer, &format!("/teach/marking/{}", work.rsplit_once('/').unwrap().1), "a free response").await;
        pass_time(20 * MINUTE);
        // Sessions are remembered for a second of real time, in which no use is noted.
        app.forget_caches(&mira);
        app.forget_caches(&trainer);
    }
}

/// Fields that take a line: each vector by itself.
#[rocket::async_test]
async fn lines_are_inert_where_they_are_refused_and_where_they_are_kept() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let administrator = app.administrator().await;
    let visitor = app.visitor();
    let owner = &world.owner;
    let tokens = (visitor.token().await, owner.token().await, administrator.token().await);
    let password = ("password", "x");
    let certificate = ["pdf", "picture"].map(|file| format!("/certificates/{}/{file}", world.certificate));
    for (number, vector) in vectors().iter().enumerate() {
        let v = vector.as_str();
        let (anonymous, own, staff) = (tokens.0.as_str(), tokens.1.as_str(), tokens.2.as_str());
        for (browser, token, path, fields) in [
            (&visitor, anonymous, "/sign-up", vec![("name", v), password, ("invitation", v)]),
            (&visitor, anonymous, "/recovery", vec![("name", v), ("code", v), password]),
            (owner, own, "/account/name", vec![("name", v)]),
            (owner, own, "/account/second-factor", vec![("secret", v), ("digits", v)]),
            (owner, own, "/account/language", vec![("language", "en"), ("back", v)]),
            (&administrator, staff, "/admin/people", vec![("name", v)]),
            (&administrator, staff, "/admin/recoveries", vec![("name", v)]),
            (&administrator, staff, "/admin/certificates", vec![("number", v), ("sure", "1")]),
            (&administrator, staff, "/admin/invitations", vec![("uses", v), ("days", v)]),
        ] {
            let answer = browser.post_with(path, token, &fields).await;
            match answer.location() {
                Some(to) => assert!(leads_to_us(to), "{path}: {v:?} → {to}"),
                None if answer.is_page() => inert(path, &answer),
                None => assert!(answer.status < 500, "{path}: {v:?}"),
            }
        }
        // A name that passes is drawn, which takes long.
        if number % 20 == 0 {
            for path in &certificate {
                let answer = owner.post_with(path, own, &[("name", v)]).await;
                assert!(answer.status < 500, "{path}: {v:?}");
                if answer.is_page() {
                    inert(path, &answer);
                }
            }
        }
        // Signing in hashes a password each time, so not every vector goes there by itself.
        if number % 100 == 0 {
            let joined: String = vectors()[number..].iter().take(100).map(String::as_str).collect::<Vec<_>>().join(" ");
            let fields = [("name", joined.as_str()), password, ("next", joined.as_str()), ("pending", joined.as_str())];
            let answer = app.visitor().post("/sign-in", &fields).await;
            inert("/sign-in", &answer);
        }
    }
}

/// What comes too late or too early is carried in a page, and what could not be saved as well.
#[rocket::async_test]
async fn forms_that_are_kept_are_inert() {
    let app = App::new().await;
    let mira = app.learner().await;
    let journey = mira.post("/courses/whole/enrolment", &[]).await.to();
    for text in bundles(15_000) {
        let browser = app.other_browser(&mira).await;
        let token = browser.token().await;
        pass_time(31 * MINUTE);
        app.forget_caches(&mira);
        let path = format!("{journey}/1-1/reflection");
        let asked = browser.post_with(&path, &token, &[("block", "w-think"), ("text", &text)]).await;
        inert("the page that asks to sign in", &asked);
        let pending = html::field(&asked.main(), "pending").unwrap();
        let fields = [("name", mira.name.as_str()), ("password", PASSWORD), ("next", ""), ("pending", &pending)];
        let kept = browser.post("/sign-in", &fields).await;
        inert("the page with what was kept", &kept);
        assert!(shows_the_mark(&kept));
        let query = percent(&text.chars().take(300).collect::<String>());
        inert(
            "signing in with a place to go to",
            &app.visitor().get(&format!("/sign-in?next={query}&ended={query}")).await,
        );
    }
    let half = app.person(&[Role::Trainer], Factor::Missing).await;
    for text in bundles(3_900) {
        let query = percent(&text.chars().take(300).collect::<String>());
        inert("the second step", &half.get(&format!("/sign-in/second-step?next={query}")).await);
        let fields = [("digits", text.as_str()), ("next", text.as_str()), ("pending", text.as_str())];
        let answer = half.post("/sign-in/second-step", &fields).await;
        inert("a second step that does not fit", &answer);
    }
}
