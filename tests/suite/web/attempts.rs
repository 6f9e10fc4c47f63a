//! Sittings of quizzes, from the first answer to what is said of them a year later.

use std::collections::BTreeSet;

use lontar::domain::id::QuestionId;
use lontar::domain::quiz::response::{Confidence, Response};
use lontar::domain::time::{DAY, MINUTE};
use lontar::locale::{Argument, Language};
use lontar::store::attempts;
use lontar::worker;

use super::staff::changed_course;
use crate::support::{App, Browser, html, pass_time};

fn words(key: &str) -> String {
    Language::English.words().get(key)
}

fn passed(percent: i64) -> String {
    Language::English.words().fill("attempts.result_passed", &[("percent", Argument::Number(percent))])
}

async fn enrolled(browser: &Browser<'_>) -> String {
    browser.post("/courses/whole/enrolment", &[]).await.to()
}

/// `/attempts/<id>` of an attempt that begins.
async fn begin(browser: &Browser<'_>, course: &str, quiz: &str) -> String {
    let first = browser.post(&format!("{course}/quizzes/{quiz}/attempts"), &[]).await.to();
    first.trim_end_matches("/1").to_owned()
}

async fn answer(app: &App, browser: &Browser<'_>, attempt: &str, question: &str, response: Response) {
    let id = attempt.trim_start_matches("/attempts/").parse().unwrap();
    let question: QuestionId = question.parse().unwrap();
    let account = browser.account.unwrap();
    let now = app.house().now();
    attempts::save_response(app.store(), account, id, &question, 1, Some(&response), None, now).await.unwrap();
}

async fn speak(browser: &Browser<'_>, language: &str) {
    browser.post("/account/language", &[("language", language), ("back", "/home")]).await.to();
}

async fn again<'a>(app: &'a App, browser: &Browser<'_>) -> Browser<'a> {
    worker::round(app.store(), &app.house().catalogue, app.house().now()).await;
    app.other_browser(browser).await
}

#[rocket::async_test]
async fn a_passed_quiz_stays_passed_when_its_answers_are_deleted() {
    let app = App::new().await;
    let mira = app.learner().await;
    let course = enrolled(&mira).await;
    let attempt = begin(&mira, &course, "1").await;
    answer(&app, &mira, &attempt, "w1-p01", Response::Choices(BTreeSet::from([0, 1]))).await;
    answer(&app, &mira, &attempt, "w1-p02", Response::Order(vec![0, 1, 2])).await;
    mira.post(&format!("{attempt}/submission"), &[]).await.to();
    let before = html::text(&mira.read(&attempt).await);
    assert!(before.contains(&passed(60)) && before.contains("2 of 2 points"), "{before}");
    assert!(!before.contains(&words("questions.expired")));

    pass_time(91 * DAY);
    let mira = again(&app, &mira).await;

    let after = html::text(&mira.read(&attempt).await);
    assert!(after.contains(&passed(60)) && after.contains("2 of 2 points"), "{after}");
    assert_eq!(after.matches(&words("questions.expired")).count(), 2);
    assert!(!after.contains(&words("questions.verdict.skipped")) && !after.contains(&words("attempts.reread")));
}

/// What was said of a wrong answer stays true; of one without points nobody says that there was none.
#[rocket::async_test]
async fn a_wrong_answer_stays_wrong_when_it_is_deleted() {
    let app = App::new().await;
    let mira = app.learner().await;
    let course = enrolled(&mira).await;
    let attempt = begin(&mira, &course, "1").await;
    let id = attempt.trim_start_matches("/attempts/").parse().unwrap();
    let (account, now) = (mira.account.unwrap(), app.house().now());
    for (question, response, sure) in [
        ("w1-p01", Response::Choices(BTreeSet::from([2])), Some(Confidence::Sure)),
        ("w1-p02", Response::Order(vec![2, 1, 0]), None),
    ] {
        let question: QuestionId = question.parse().unwrap();
        attempts::save_response(app.store(), account, id, &question, 1, Some(&response), sure, now).await.unwrap();
    }
    mira.post(&format!("{attempt}/submission"), &[]).await.to();
    let sure = "When you were sure, you were right 0 of 1 time.";
    let before = html::text(&mira.read(&attempt).await);
    assert!(before.contains(sure) && before.contains(&words("attempts.calibration.look")), "{before}");
    assert_eq!(before.matches(&words("questions.verdict.wrong")).count(), 2, "{before}");

    pass_time(91 * DAY);
    let mira = again(&app, &mira).await;

    let after = html::text(&mira.read(&attempt).await);
    assert!(after.contains(sure) && after.contains(&words("attempts.calibration.look")), "{after}");
    assert!(!after.contains(&words("questions.verdict.skipped")), "{after}");
    assert_eq!(after.matches(&words("questions.verdict.wrong")).count(), 1, "{after}");
    assert_eq!(after.matches(&words("questions.expired")).count(), 2);
}

#[rocket::async_test]
async fn what_changed_over_the_course_is_the_same_when_the_answers_are_deleted() {
    let app = App::new().await;
    let mira = app.learner().await;
    let course = enrolled(&mira).await;
    for (test, question) in [("before", "w-pre-01"), ("after", "w-post-01")] {
        let attempt = begin(&mira, &course, test).await;
        answer(&app, &mira, &attempt, question, Response::Choice(0)).await;
        mira.post(&format!("{attempt}/submission"), &[]).await.to();
        app.house().progress.forget(course.trim_start_matches("/learn/").parse().unwrap());
    }
    let said = async |browser: &Browser<'_>| html::text(&browser.read(&course).await);
    assert!(said(&mira).await.contains("Before the course you had 1 of 1 right."));

    pass_time(91 * DAY);
    let mira = again(&app, &mira).await;

    let text = said(&mira).await;
    assert!(text.contains("Before the course you had 1 of 1 right."), "{text}");
}

/// What the quiz's page says of another attempt. The form to begin one was sent again just before.
async fn refused(browser: &Browser<'_>, course: &str) -> String {
    let quiz = format!("{course}/quizzes/1");
    let begin = format!("{quiz}/attempts");
    assert_eq!(browser.post(&begin, &[]).await.to(), quiz, "back to where it is said why");
    let page = browser.read(&quiz).await;
    assert!(!html::posted_to(&page).contains(&begin), "no button that does nothing");
    html::text(&page)
}

#[rocket::async_test]
async fn the_next_attempt_waits_its_time_and_after_the_last_there_is_none() {
    let app = App::new().await;
    let mira = app.learner().await;
    let course = enrolled(&mira).await;
    let wait = |minutes| {
        let time = Language::English.words().minutes(minutes);
        Language::English.words().fill("attempts.wait", &[("time", Argument::Text(&time))])
    };
    for number in 1..=3 {
        let attempt = begin(&mira, &course, "1").await;
        mira.post(&format!("{attempt}/submission"), &[]).await.to();
        let said = if number < 3 { wait(10) } else { words("attempts.used_up") };
        let text = refused(&mira, &course).await;
        assert!(text.contains(&said), "after attempt {number}: {text}");
        let result = html::text(&mira.read(&attempt).await);
        assert!(result.contains(&said), "the result says so too after attempt {number}: {result}");
        assert_eq!(app.dump().await["attempts"].len(), number, "refused after attempt {number}");
        pass_time(10 * MINUTE - 1);
        if number < 3 {
            let text = refused(&mira, &course).await;
            assert!(text.contains(&wait(1)), "a moment too early after attempt {number}: {text}");
        }
        pass_time(1);
    }
    assert!(refused(&mira, &course).await.contains(&words("attempts.used_up")), "waiting brings no fourth");
    assert_eq!(app.dump().await["attempts"].len(), 3);
}

const ENGLISH: &str = r#"+++
id = "w1-quiz"
title = "Typed answers"
minutes = 5
pass = 60
+++
Two questions.

::: question {#w1-p01 kind=short-text competency=LT1 level=1 lesson=w1-1}
What carries you across?

- [x] a ferry
  > Right.
- [ ] *
  > It floats.
:::

::: question {#w1-p03 kind=free-response max_words=80 competency=LT1 level=2 lesson=w1-2}
Describe a crossing.

::: criterion {#w1-free-facts weight=100 title="Says what happened"}
- 0% Missing: nothing happened
- 70% Meets: somebody crossed
- 100% Strong: with the day
:::
:::
"#;

/// The course with that quiz, in Indonesian too: the words that are right differ.
async fn publish_in_two_languages(app: &App) {
    let course = changed_course(|path, text| match path.ends_with("en/01-first/quiz.md") {
        true => Some(ENGLISH.to_owned()),
        false => Some(text),
    });
    let indonesian = ENGLISH
        .replace("Typed answers", "Jawaban tertulis")
        .replace("Two questions", "Dua pertanyaan")
        .replace("What carries you across?", "Apa yang membawa Anda menyeberang?")
        .replace("a ferry", "feri")
        .replace("Describe a crossing", "Ceritakan satu penyeberangan");
    std::fs::write(course.path().join("id/01-first/quiz.md"), indonesian).unwrap();
    app.publish(course.path()).await;
}

#[rocket::async_test]
async fn an_answer_counts_in_the_language_it_was_given_in_whatever_is_read_or_marked_later() {
    let app = App::new().await;
    publish_in_two_languages(&app).await;
    let mira = app.learner().await;
    let course = enrolled(&mira).await;
    speak(&mira, "id").await;
    let attempt = begin(&mira, &course, "1").await;
    answer(&app, &mira, &attempt, "w1-p01", Response::Text("Feri".into())).await;
    answer(&app, &mira, &attempt, "w1-p03", Response::Free("Senin kami menyeberang.".into())).await;
    mira.post(&format!("{attempt}/submission"), &[]).await.to();
    speak(&mira, "en").await;

    let page = mira.read(&attempt).await;
    let text = html::text(&page);
    assert!(text.contains("What carries you across?") && text.contains("Feri"), "{text}");
    assert!(text.contains("1 of 2 points") && !text.contains(&words("questions.verdict.wrong")), "{text}");

    let work = html::links(&page).into_iter().find(|link| link.contains("/work/")).unwrap();
    let marking = format!("/teach/marking/{}/marking", work.rsplit_once('/').unwrap().1);
    let trainer = app.trainer().await;
    trainer.post(&marking, &[("level-w1-free-facts", "1"), ("comment", "Which boat?")]).await.to();

    let text = html::text(&mira.read(&attempt).await);
    assert!(text.contains(&passed(60)) && text.contains("1.7 of 2 points"), "{text}");
    assert!(text.contains("0.7 of 1"), "{text}");
    let dump = app.dump().await;
    assert_eq!((dump["submission_markings"].len(), dump["audit_entries"].len()), (1, 1));
}
