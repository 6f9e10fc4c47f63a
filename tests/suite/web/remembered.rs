//! What the server remembers of a sitting between two pages is what the database holds.

use lontar::locale::{Argument, Language};

use crate::support::{App, Browser, html};

async fn begun(browser: &Browser<'_>) -> (String, String) {
    let course = browser.post("/courses/whole/enrolment", &[]).await.to();
    let first = browser.post(&format!("{course}/quizzes/1/attempts"), &[]).await.to();
    (course, first.trim_end_matches("/1").to_owned())
}

/// "1 of 2 done", as the row of leaves says it to those who do not see it.
fn done(done: i64) -> String {
    Language::English.words().fill("learn.progress", &[("done", Argument::Number(done)), ("all", Argument::Number(2))])
}

#[rocket::async_test]
async fn what_one_device_saves_the_other_shows_at_once() {
    let app = App::new().await;
    let phone = app.learner().await;
    let laptop = app.other_browser(&phone).await;
    let (_, attempt) = begun(&phone).await;
    let (first, second) = (format!("{attempt}/1"), format!("{attempt}/2"));
    let is_ticked = |page: &str| page.contains(" checked") || page.contains(" selected");

    let page = phone.read(&first).await;
    assert!(page.contains(&done(0)) && !is_ticked(&page));
    phone.post(&first, &[("a", "0")]).await.to();
    for device in [&phone, &laptop] {
        assert!(device.read(&second).await.contains(&done(1)));
        assert!(is_ticked(&device.read(&first).await), "what was answered stands there");
    }
    // Left empty on the other device: both say so.
    laptop.post(&first, &[]).await.to();
    for device in [&phone, &laptop] {
        assert!(device.read(&second).await.contains(&done(0)));
        assert!(device.read(&format!("{attempt}/review")).await.contains(&done(0)));
        assert!(!is_ticked(&device.read(&first).await));
    }
}

#[rocket::async_test]
async fn a_sitting_that_is_over_is_over_on_every_device() {
    let app = App::new().await;
    let phone = app.learner().await;
    let laptop = app.other_browser(&phone).await;
    let (course, attempt) = begun(&phone).await;
    let second = format!("{attempt}/2");
    phone.read(&format!("{attempt}/1")).await;
    phone.post(&format!("{attempt}/1"), &[("a", "0")]).await.to();
    phone.read(&second).await;
    laptop.post(&format!("{attempt}/submission"), &[]).await.to();
    assert_eq!(phone.get(&second).await.to(), attempt, "to the result");

    let again = phone.post(&format!("{course}/quizzes/before/attempts"), &[]).await.to();
    let page = phone.read(&again).await;
    assert!(html::field(&page, "csrf").is_some());
    laptop.post(&format!("{course}/withdrawal"), &[]).await.to();
    assert_eq!(phone.get(&again).await.status, 404, "with the enrolment its sittings are gone");
}
