//! Work that a person marks: nothing that somebody wrote is lost, whoever was first.

use lontar::locale::Language;
use lontar::worker;

use super::staff::changed_course;
use crate::support::{App, Browser, World, html};

fn words(key: &str) -> String {
    html::text(&Language::English.words().get(key))
}

async fn task(browser: &Browser<'_>) -> String {
    format!("{}/task", browser.post("/courses/whole/enrolment", &[]).await.to())
}

/// Which draft a page's form is written over.
async fn over(browser: &Browser<'_>, task: &str) -> String {
    html::field(&browser.read(task).await, "over").unwrap_or_default()
}

/// What stands in the field of the work.
fn typed(page: &str) -> &str {
    let field = page.split_once("name=\"text\"").and_then(|(_, field)| field.split_once('>'));
    field.and_then(|(_, inside)| inside.split_once("</textarea>")).map(|(text, _)| text).unwrap_or_default()
}

#[rocket::async_test]
async fn what_was_typed_comes_back_when_another_window_handed_in_first() {
    let app = App::new().await;
    let laptop = app.learner().await;
    let task = task(&laptop).await;
    let phone = app.other_browser(&laptop).await;
    let hand_in = |text| [("text", text), ("act", "hand-in"), ("confirm", "1")];
    let paragraphs = "One line.\n\nAnother.";
    phone.post(&task, &hand_in("Short.")).await.to();
    phone.post(&task, &hand_in("Short.")).await.to();

    for fields in [&hand_in("An hour of work & more.")[..], &[("text", "An hour of work & more."), ("act", "draft")]] {
        let late = laptop.post(&task, fields).await;
        assert_eq!(late.status, 422);
        let text = html::text(&late.main());
        assert!(text.contains(&words("task.unsent")) && text.contains("An hour of work & more."), "{text}");
    }
    let late = laptop.post(&task, &hand_in(paragraphs)).await.main();
    assert!(late.contains("One line.<br><br>Another."), "the text to copy keeps its paragraphs: {late}");
    assert!(html::text(&laptop.read(&task).await).contains("Short."));
    assert_eq!(app.dump().await["submissions"].len(), 1);
}

#[rocket::async_test]
async fn a_draft_from_a_stale_window_replaces_nothing_unseen() {
    let app = App::new().await;
    let laptop = app.learner().await;
    let task = task(&laptop).await;
    let phone = app.other_browser(&laptop).await;
    let seen = over(&laptop, &task).await;
    let hours = "Two hours of work.\n\nAnd a paragraph.";
    phone.post(&task, &[("text", hours), ("act", "draft"), ("over", &seen)]).await.to();

    let stale = laptop.post(&task, &[("text", "Ten minutes."), ("act", "draft"), ("over", &seen)]).await;

    assert_eq!(stale.status, 422);
    let page = stale.main();
    let text = html::text(&page);
    assert!(text.contains(&words("task.newer")) && text.contains("Two hours of work."), "{text}");
    assert!(page.contains("Two hours of work.<br><br>And a paragraph."), "{page}");
    assert_eq!(typed(&page), "Ten minutes.");
    assert_eq!(typed(&phone.read(&task).await), hours);
    let now_seen = html::field(&page, "over").unwrap();
    laptop.post(&task, &[("text", "Both."), ("act", "draft"), ("over", &now_seen)]).await.to();
    assert_eq!(typed(&phone.read(&task).await), "Both.");
}

#[rocket::async_test]
async fn a_trainer_whose_colleague_was_first_gets_the_comment_back() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let (first, second) = (app.trainer().await, app.trainer().await);
    let marking = format!("/teach/marking/{}", world.work);
    let levels = |comment| [("level-plan", "2"), ("level-care", "1"), ("comment", comment)];
    first.post(&format!("{marking}/marking"), &levels("Well planned.")).await.to();
    first.post(&format!("{marking}/marking"), &levels("Well planned.")).await.to();

    let late = second.post(&format!("{marking}/marking"), &levels("Ask Arun & Mira.")).await;
    let returned = second.post(&format!("{marking}/return"), &[("comment", "Ask Arun & Mira.")]).await;

    for answer in [late, returned] {
        assert_eq!(answer.status, 422);
        let text = html::text(&answer.main());
        assert!(text.contains(&words("marking.unsent")) && text.contains("Ask Arun & Mira."), "{text}");
    }
    let seen = html::text(&world.owner.read(&format!("/learn/{}/task", world.enrolment)).await);
    assert!(seen.contains("Well planned.") && !seen.contains("Ask Arun"));
}

/// Levels are a marking too, without a word beside them.
#[rocket::async_test]
async fn levels_that_come_too_late_are_shown_and_not_taken_for_the_same() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let (first, second) = (app.trainer().await, app.trainer().await);
    let marking = format!("/teach/marking/{}", world.work);
    let mark = async |browser: &Browser<'_>, plan, care| {
        let levels = [("level-care", care), ("level-plan", plan), ("comment", "")];
        browser.post(&format!("{marking}/marking"), &levels).await
    };
    mark(&first, "2", "1").await.to();
    mark(&first, "2", "1").await.to();

    let late = mark(&second, "0", "1").await;
    let returned = second.post(&format!("{marking}/return"), &[("comment", "")]).await;

    assert_eq!((late.status, returned.status), (422, 422));
    let page = late.main();
    let (_, unsent) = page.split_once(&Language::English.words().get("marking.unsent")).unwrap();
    let unsent = html::text(unsent.split("class=\"two\"").next().unwrap());
    assert!(unsent.contains("Not yet") && unsent.contains("Meets"), "{unsent}");
    let seen = html::text(&world.owner.read(&format!("/learn/{}/task", world.enrolment)).await);
    let marks = seen.split_once(&words("task.marks")).unwrap().1.split_once("Your text").map_or("", |(marks, _)| marks);
    assert!(!marks.contains("Not yet"), "{marks}");
}

#[rocket::async_test]
async fn a_marking_is_read_by_the_rubric_it_was_given_by() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let trainer = app.trainer().await;
    let marking = format!("/teach/marking/{}/marking", world.work);
    trainer.post(&marking, &[("level-plan", "1"), ("level-care", "0"), ("comment", "")]).await.to();
    let newer = changed_course(|path, text| match path.ends_with("en/final-task.md") {
        true => {
            Some(text.replace("- 70% Meets: a plan with a day", "- 30% Begun: a plan\n- 70% Meets: a plan with a day"))
        }
        false => Some(text),
    });
    app.publish(newer.path()).await;
    worker::round(app.store(), &app.house().catalogue, app.house().now()).await;
    app.house().progress.forget(world.enrolment.parse().unwrap());

    let page = world.owner.read(&format!("/learn/{}/task", world.enrolment)).await;

    assert!(html::text(&page).contains("Begun"), "the learner is in the newer edition");
    let marks = page.split_once(&words("task.marks")).unwrap().1;
    let marks = html::text(marks.split_once("<article").unwrap().0);
    assert!(marks.contains("Meets") && !marks.contains("Begun"), "{marks}");
}
