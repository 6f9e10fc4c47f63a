//! Courses as visitors and learners meet them.

use lontar::domain::time::{DAY, HOUR, MINUTE};
use lontar::locale::Language;
use rocket::http::Method::{Get, Post};

use super::matrix::{ROWS, Who, address};
use crate::support::{App, Browser, Extra, PASSWORD, World, fixture, html, pass_time};

fn words(key: &str) -> String {
    Language::English.words().get(key)
}

async fn enrolled(browser: &Browser<'_>) -> String {
    browser.post("/courses/whole/enrolment", &[]).await.to()
}

#[rocket::async_test]
async fn the_catalogue_is_filtered_by_area_language_and_time() {
    let app = App::new().await;
    // In English only, and longer than five hours.
    app.publish(&fixture("river-watch")).await;
    let visitor = app.visitor();
    let found = async |query: &str| {
        let page = visitor.read(&format!("/courses{query}")).await;
        let has = |slug: &str| html::links(&page).contains(&format!("/courses/{slug}"));
        (has("whole"), has("river-watch"))
    };
    assert_eq!(found("").await, (true, true));
    assert_eq!(found("?area=&language=&hours=").await, (true, true));
    assert_eq!(found("?area=business-and-human-rights").await, (false, true));
    assert_eq!(found("?area=platform&hours=5").await, (true, false));
    assert_eq!(found("?language=id").await, (true, false));
    assert_eq!(found("?hours=5").await, (true, false));
    assert_eq!(found("?area=un-mechanisms").await, (false, false));
    assert_eq!(found("?area=nonsense&hours=nonsense").await, (true, true));
    let page = visitor.read("/courses?area=un-mechanisms").await;
    assert!(html::text(&page).contains(&words("courses.empty")), "an empty list says so");
}

#[rocket::async_test]
async fn the_sample_lesson_needs_no_account_and_marks_its_question() {
    let app = App::new().await;
    let visitor = app.visitor();
    let page = visitor.read("/courses/whole/sample").await;
    let text = html::text(&page);
    assert!(text.contains("Every block") && text.contains("How often does the ferry go?"));
    assert!(
        !text.contains("That would be nice.") && !text.contains("The timetable is in the lesson."),
        "feedback before the answer"
    );
    assert!(!text.contains("Bring a rope."), "a note for trainers is shown to visitors");
    assert!(html::posted_to(&page).is_empty(), "a visitor posts nothing");

    let before = app.dump().await;
    let mut verdicts = Vec::new();
    for choice in ["0", "1"] {
        let marked = visitor.read(&format!("/courses/whole/sample?question=w1-1-q1&a={choice}")).await;
        verdicts.push(html::text(&marked).contains("That would be nice."));
    }
    assert!(verdicts.contains(&true) && verdicts.contains(&false), "one choice is wrong, one is right");
    assert!(!visitor.has_cookies() && app.dump().await == before, "nothing is kept");
}

#[rocket::async_test]
async fn other_lessons_are_for_those_who_are_enrolled() {
    let app = App::new().await;
    for browser in [app.visitor(), app.learner().await] {
        assert_eq!(browser.get("/courses/whole/1-1").await.to(), "/courses/whole/sample");
        assert_eq!(browser.get("/courses/whole/1-2").await.to(), "/courses/whole");
        assert_eq!(browser.get("/courses/whole/9-9").await.status, 404);
        assert_eq!(browser.get("/courses/nothing").await.status, 404);
    }
}

#[rocket::async_test]
async fn enrolling_twice_is_enrolling_once() {
    let app = App::new().await;
    let mira = app.learner().await;
    let (first, second) = (enrolled(&mira).await, enrolled(&mira).await);

    assert_eq!(first, second);
    assert_eq!(app.dump().await["enrolments"].len(), 1);
    let course = mira.read("/courses/whole").await;
    assert!(html::links(&course).contains(&first), "the course's page leads on");
}

#[rocket::async_test]
async fn a_lesson_is_done_when_its_learner_says_so_and_the_next_one_waits() {
    let app = App::new().await;
    let mira = app.learner().await;
    let journey = enrolled(&mira).await;
    let first = format!("{journey}/1-1");
    for page in ["/home", &journey] {
        assert!(html::links(&mira.read(page).await).contains(&first), "{page}");
    }
    assert!(html::text(&mira.get(&first).await.text()).contains(&words("learn.mark_done")));

    let next = mira.post(&format!("{journey}/1-1/completion"), &[("lesson", "w1-1")]).await.to();

    assert_eq!(next, format!("{journey}/1-2"));
    assert_eq!(app.dump().await["completions"].len(), 1);
    assert_eq!(mira.post(&format!("{journey}/1-1/completion"), &[("lesson", "w1-1")]).await.to(), next, "a second tap");
    assert_eq!(app.dump().await["completions"].len(), 1);
    mira.post(&format!("{journey}/1-1/completion"), &[("lesson", "w1-1"), ("take_back", "1")]).await.to();
    assert_eq!(app.dump().await["completions"].len(), 0);
}

#[rocket::async_test]
async fn learning_goes_on_where_it_was_left_on_another_device() {
    let app = App::new().await;
    let mira = app.learner().await;
    let journey = enrolled(&mira).await;
    for lesson in ["w1-1", "w1-2"] {
        mira.post(&format!("{journey}/1-1/completion"), &[("lesson", lesson)]).await.to();
    }
    let phone = app.other_browser(&mira).await;
    let home = phone.read("/home").await;
    assert!(html::links(&home).iter().any(|link| link.starts_with(&journey)), "{home}");
    let done = [format!("{journey}/1-1"), format!("{journey}/1-2")];
    for browser in [&mira, &phone] {
        // In the outline beside a lesson too: one that is worked in, and one printed for many.
        for page in [journey.clone(), format!("{journey}/1-1"), format!("{journey}/2-1")] {
            assert_eq!(rows_done(&browser.read(&page).await), done, "{page}");
        }
    }
    mira.post(&format!("{journey}/1-1/completion"), &[("lesson", "w1-1"), ("take_back", "1")]).await.to();
    assert_eq!(rows_done(&phone.read(&journey).await), done[1..]);
}

/// The rows of an outline that are done. Those who do not see the mark hear it.
fn rows_done(page: &str) -> Vec<String> {
    let (_, outline) = page.split_once("<nav class=\"outline").unwrap();
    let rows = outline.split("</nav>").next().unwrap().split("<a ").skip(1);
    let mut done = Vec::new();
    for row in rows.map(|row| format!("<a {}", row.split("</a>").next().unwrap())) {
        let tags = html::tags(&row);
        let is_marked = tags[0].get("class") == Some("done");
        let is_said = html::text(&row).contains(&format!("({})", words("learn.done")));
        assert_eq!(is_marked, is_said, "{row}");
        assert_eq!(is_said, tags.iter().any(|tag| tag.get("class") == Some("visually-hidden")), "{row}");
        done.extend(is_marked.then(|| tags[0].get("href").unwrap().to_owned()));
    }
    done
}

/// What is no lesson is marked in the same way: a test, a quiz, the task.
#[rocket::async_test]
async fn tests_and_the_certificate_are_marked_as_done_in_the_outline_too() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let journey = format!("/learn/{}", world.enrolment);
    // The certificate was issued past the pages.
    app.house().progress.forget(world.enrolment.parse().unwrap());
    let done = rows_done(&world.owner.read(&journey).await);
    assert_eq!(done, [format!("{journey}/quizzes/before"), format!("{journey}/certificate")]);
}

/// What one worked at is where one goes on; looking at a lesson leaves no trace.
#[rocket::async_test]
async fn work_is_remembered_and_looking_is_not() {
    let app = App::new().await;
    let mira = app.learner().await;
    let journey = enrolled(&mira).await;
    let before = app.dump().await;
    let goes_on = async |browser: &Browser<'_>| {
        let page = browser.read(&journey).await;
        let next = html::tags(&page).into_iter().find(|tag| tag.name == "a" && tag.get("class") == Some("button"));
        next.and_then(|tag| tag.get("href").map(str::to_owned)).unwrap()
    };
    mira.read(&format!("{journey}/2-1")).await;
    assert!(app.dump().await == before);
    assert_eq!(goes_on(&mira).await, format!("{journey}/1-1"));

    mira.post(&format!("{journey}/1-2/check"), &[("question", "w1-2-q1"), ("a", "1")]).await.to();
    let phone = app.other_browser(&mira).await;
    assert_eq!(goes_on(&phone).await, format!("{journey}/1-2"), "begun and not done");
    mira.post(&format!("{journey}/1-2/completion"), &[("lesson", "w1-2")]).await.to();
    assert_eq!(goes_on(&phone).await, format!("{journey}/quizzes/1"));
}

#[rocket::async_test]
async fn a_lesson_that_is_not_in_the_course_cannot_be_done() {
    let app = App::new().await;
    let mira = app.learner().await;
    let journey = enrolled(&mira).await;
    for (lesson, status) in [("w9-9", 404), ("", 400), ("../..", 400)] {
        assert_eq!(
            mira.post(&format!("{journey}/1-1/completion"), &[("lesson", lesson)]).await.status,
            status,
            "{lesson}"
        );
    }
}

#[rocket::async_test]
async fn ticks_and_reflections_are_kept_for_their_owner_alone() {
    let app = App::new().await;
    let mira = app.learner().await;
    let journey = enrolled(&mira).await;
    let lesson = format!("{journey}/1-1");
    mira.post(&format!("{lesson}/checklist"), &[("block", "w-check"), ("tick", "1")]).await.to();
    mira.post(&format!("{lesson}/reflection"), &[("block", "w-think"), ("text", "A rope & <b>bread</b>")]).await.to();

    let page = mira.read(&lesson).await;
    let ticked: Vec<_> = html::tags(&page)
        .into_iter()
        .filter(|tag| tag.get("name") == Some("tick"))
        .map(|tag| tag.get("checked").is_some())
        .collect();
    assert_eq!(ticked, [false, true]);
    assert!(html::text(&page).contains("A rope & <b>bread</b>"));
    mira.post(&format!("{lesson}/checklist"), &[("block", "w-check")]).await.to();
    assert!(!mira.read(&lesson).await.contains(" checked"));

    let other = app.learner().await;
    let theirs = enrolled(&other).await;
    assert!(!other.read(&format!("{theirs}/1-1")).await.contains("A rope"));
    let trainer = app.trainer().await;
    assert_eq!(trainer.get(&lesson).await.status, 404);
}

#[rocket::async_test]
async fn blocks_of_other_lessons_take_no_notes() {
    let app = App::new().await;
    let mira = app.learner().await;
    let journey = enrolled(&mira).await;
    for (path, fields, status) in [
        ("1-2/reflection", [("block", "w-think"), ("text", "x")], 404),
        ("1-1/reflection", [("block", "w-nothing"), ("text", "x")], 404),
        ("1-1/reflection", [("block", "<b>"), ("text", "x")], 400),
        ("9-9/reflection", [("block", "w-think"), ("text", "x")], 404),
    ] {
        assert_eq!(mira.post(&format!("{journey}/{path}"), &fields).await.status, status, "{path}");
    }
    assert!(app.dump().await["notes"].is_empty());
}

#[rocket::async_test]
async fn a_question_in_a_lesson_is_answered_marked_and_tried_again() {
    let app = App::new().await;
    let mira = app.learner().await;
    let lesson = format!("{}/1-2", enrolled(&mira).await);
    let check = format!("{lesson}/check");
    assert!(!html::text(&mira.read(&lesson).await).contains("Count again."));

    mira.post(&check, &[("question", "w1-2-q1"), ("a", "1"), ("sure", "sure")]).await.to();
    assert!(html::text(&mira.read(&lesson).await).contains("Count again."));

    mira.post(&check, &[("question", "w1-2-q1"), ("again", "1")]).await.to();
    assert!(!html::text(&mira.read(&lesson).await).contains("Count again."));
}

/// What should have been looked up again is not told as if it were new.
#[rocket::async_test]
async fn a_lesson_with_an_overdue_fact_says_so() {
    let app = App::new().await;
    let visitor = app.visitor();
    let note = words("learn.overdue");
    let sample = async || html::text(&visitor.read("/courses/whole/sample").await);
    assert!(!sample().await.contains(&note));

    pass_time(3 * 365 * DAY);

    assert!(sample().await.contains(&note));
    assert!(html::text(&visitor.read("/courses/whole/facts").await).contains(&words("facts.overdue")));
    let mira = app.learner().await;
    let course = enrolled(&mira).await;
    assert!(html::text(&mira.read(&format!("{course}/1-1")).await).contains(&note));
    assert!(!html::text(&mira.read(&format!("{course}/2-1")).await).contains(&note), "a lesson that cites none");
}

/// Work for trainers comes from quizzes and tasks alone.
#[rocket::async_test]
async fn what_is_written_freely_in_a_lesson_is_promised_to_no_trainer() {
    let app = App::new().await;
    let mira = app.learner().await;
    let lesson = format!("{}/2-1", enrolled(&mira).await);
    let page = html::text(&mira.read(&lesson).await);
    assert!(page.contains(&words("questions.hint.practice")) && !page.contains("trainer"), "{page}");

    let written = [("question", "w2-1-free"), ("a", "We crossed by hand.")];
    mira.post(&format!("{lesson}/check"), &written).await.to();

    let page = html::text(&mira.read(&lesson).await);
    assert!(page.contains(&words("questions.verdict.practice")) && page.contains("On Monday I crossed."), "{page}");
    assert!(!page.contains("trainer") && !page.contains("0 of 4"), "{page}");
}

/// What somebody wrote while their session ran out is carried through signing in.
#[rocket::async_test]
async fn a_form_that_comes_after_the_session_has_ended_is_kept_and_can_be_sent() {
    let app = App::new().await;
    let mira = app.learner().await;
    let journey = enrolled(&mira).await;
    let token = mira.token().await;
    pass_time(31 * MINUTE);
    app.forget_caches(&mira);
    let path = format!("{journey}/1-1/reflection");
    let typed = "Two hours of work & \"quotes\"\nand a second line";

    let asked = mira.post_with(&path, &token, &[("block", "w-think"), ("text", typed)]).await;

    assert_eq!(asked.status, 401);
    assert_eq!(asked.header("Cache-Control"), Some("no-store"));
    assert!(!asked.text().contains("Two hours"), "what was typed is sealed in the page");
    assert!(html::text(&asked.main()).contains(&words("sign_in.pending")));
    let pending = html::field(&asked.main(), "pending").unwrap();
    let fields =
        [("name", mira.name.as_str()), ("password", PASSWORD), ("next", "/home"), ("pending", pending.as_str())];
    let kept = mira.post("/sign-in", &fields).await;
    assert_eq!(kept.status, 200);
    let page = kept.main();
    assert_eq!(html::posted_to(&page), std::slice::from_ref(&path));
    assert_eq!(html::field(&page, "text").as_deref(), Some(typed));
    let token = html::field(&page, "csrf").unwrap();
    mira.post_with(&path, &token, &[("block", "w-think"), ("text", typed)]).await.to();
    assert!(html::text(&mira.read(&format!("{journey}/1-1")).await).contains(typed));
}

/// A session can end because somebody else ends it: a role was given, a password changed elsewhere.
/// What was typed comes back to its owner, and to nobody else who signs in on that page.
#[rocket::async_test]
async fn what_was_typed_when_the_session_was_ended_elsewhere_comes_back() {
    let app = App::new().await;
    let mira = app.learner().await;
    let path = format!("{}/1-1/reflection", enrolled(&mira).await);
    let token = mira.token().await;
    let phone = app.other_browser(&mira).await;
    phone.post("/account/sessions/others/end", &[]).await.to();
    app.forget_caches(&mira);

    let asked = mira.post_with(&path, &token, &[("block", "w-think"), ("text", "An hour of work.")]).await;

    assert_eq!(asked.status, 401);
    let pending = html::field(&asked.main(), "pending").unwrap();
    let sign_in = async |name: &str| {
        let fields = [("name", name), ("password", PASSWORD), ("next", ""), ("pending", pending.as_str())];
        app.visitor().post("/sign-in", &fields).await
    };
    let next_at_the_phone = app.learner().await;
    assert_eq!(sign_in(&next_at_the_phone.name).await.to(), "/home");
    let page = sign_in(&mira.name).await.main();
    assert_eq!(html::field(&page, "text").as_deref(), Some("An hour of work."));
}

/// After some days nobody knows any more whose session it was. The page says so instead of handing the
/// words to whoever signs in.
#[rocket::async_test]
async fn what_nobody_knows_the_owner_of_is_given_to_nobody() {
    let app = App::new().await;
    let mira = app.learner().await;
    let path = format!("{}/1-1/reflection", enrolled(&mira).await);
    let token = mira.token().await;
    pass_time(3 * DAY);
    app.forget_caches(&mira);

    let asked = mira.post_with(&path, &token, &[("block", "w-think"), ("text", "An hour of work.")]).await;

    assert_eq!(asked.status, 401);
    assert!(html::text(&asked.main()).contains(&words("sign_in.not_kept")));
    assert_eq!(html::field(&asked.main(), "pending"), None);
}

/// Twenty thousand letters are kept, of any script; more come back to be shortened.
#[rocket::async_test]
async fn a_reflection_that_is_too_long_comes_back_in_its_field() {
    let app = App::new().await;
    let mira = app.learner().await;
    let lesson = format!("{}/1-1", enrolled(&mira).await);
    let path = format!("{lesson}/reflection");
    let longest = "က".repeat(20_000);
    mira.post(&path, &[("block", "w-think"), ("text", &longest)]).await.to();
    assert!(mira.read(&lesson).await.contains(&longest));

    let longer = format!("{longest}ခ");
    let answer = mira.post(&path, &[("block", "w-think"), ("text", &longer)]).await;

    assert_eq!(answer.status, 422);
    let page = answer.main();
    assert!(html::text(&page).contains("20,000"), "{}", html::text(&page).replace('က', ""));
    assert!(page.contains(&longer), "what was typed is there");
    assert_eq!(html::field(&page, "block").as_deref(), Some("w-think"));
    assert_eq!(html::posted_to(&page), [path]);
    assert!(html::links(&page).contains(&lesson));
    assert!(mira.read(&lesson).await.contains(&longest), "what was there stays");
}

/// Ticks are answers too.
#[rocket::async_test]
async fn ticks_that_come_too_late_are_kept() {
    let app = App::new().await;
    let mira = app.learner().await;
    let path = format!("{}/1-1/checklist", enrolled(&mira).await);
    let token = mira.token().await;
    pass_time(31 * MINUTE);
    app.forget_caches(&mira);
    let asked = mira.post_with(&path, &token, &[("block", "w-check"), ("tick", "0"), ("tick", "1")]).await;
    let pending = html::field(&asked.main(), "pending").unwrap();
    let fields = [("name", mira.name.as_str()), ("password", PASSWORD), ("next", ""), ("pending", pending.as_str())];
    let page = mira.post("/sign-in", &fields).await.main();
    let ticks = html::tags(&page).into_iter().filter(|tag| tag.get("name") == Some("tick")).count();
    assert_eq!(ticks, 2);
}

/// A trainer's comment survives signing in again, with the second step.
#[rocket::async_test]
async fn a_comment_that_comes_too_late_is_carried_through_the_second_step() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let trainer = app.trainer().await;
    let secret = lontar::crypto::totp::TotpSecret::random();
    let account = trainer.account.unwrap();
    lontar::store::accounts::second_factor::set(app.store(), account, Some(&secret)).await.unwrap();
    let token = trainer.token().await;
    pass_time(31 * MINUTE);
    app.forget_caches(&trainer);
    let path = format!("/teach/marking/{}/return", world.work);

    let asked = trainer.post_with(&path, &token, &[("comment", "Say who rows.")]).await;

    assert_eq!(asked.status, 401);
    let pending = html::field(&asked.main(), "pending").unwrap();
    let fields = [("name", trainer.name.as_str()), ("password", PASSWORD), ("next", ""), ("pending", pending.as_str())];
    let step = trainer.post("/sign-in", &fields).await;
    assert_eq!(step.status, 200);
    let carried = html::field(&step.main(), "pending").unwrap();
    let wrong = trainer.post("/sign-in/second-step", &[("digits", "0"), ("next", ""), ("pending", &carried)]).await;
    assert_eq!(html::field(&wrong.main(), "pending"), Some(carried.clone()), "a mistyped code loses nothing");
    let digits = super::accounts::digits(&secret, &app);
    let kept = trainer.post("/sign-in/second-step", &[("digits", &digits), ("next", ""), ("pending", &carried)]).await;
    let page = kept.main();
    assert_eq!(html::posted_to(&page), std::slice::from_ref(&path));
    assert_eq!(html::field(&page, "comment").as_deref(), Some("Say who rows."));
    let token = html::field(&page, "csrf").unwrap();
    trainer.post_with(&path, &token, &[("comment", "Say who rows.")]).await.to();
    assert!(
        html::text(&world.owner_again(&app).await.read(&format!("/learn/{}/task", world.enrolment)).await)
            .contains("Say who rows.")
    );
}

#[rocket::async_test]
async fn a_kept_form_opens_for_its_owner_only_and_not_for_ever() {
    let app = App::new().await;
    let (mira, other) = (app.learner().await, app.learner().await);
    let path = format!("{}/1-1/reflection", enrolled(&mira).await);
    let token = mira.token().await;
    pass_time(31 * MINUTE);
    app.forget_caches(&mira);
    let asked = mira.post_with(&path, &token, &[("block", "w-think"), ("text", "secret")]).await;
    let pending = html::field(&asked.main(), "pending").unwrap();
    let open = async |name: &str, pending: &str| {
        let fields = [("name", name), ("password", PASSWORD), ("next", "/home"), ("pending", pending)];
        app.visitor().post("/sign-in", &fields).await
    };
    assert_eq!(open(&other.name, &pending).await.to(), "/home");
    assert_eq!(open(&mira.name, &pending[1..]).await.to(), "/home");
    pass_time(13 * HOUR);
    assert_eq!(open(&mira.name, &pending).await.to(), "/home");
}

/// The kept form survives a mistyped password.
#[rocket::async_test]
async fn a_mistyped_password_does_not_lose_a_kept_form() {
    let app = App::new().await;
    let mira = app.learner().await;
    let fields = [("name", mira.name.as_str()), ("password", "mistyped"), ("next", "/home"), ("pending", "AAAA")];
    let page = app.visitor().post("/sign-in", &fields).await.main();
    assert_eq!(html::field(&page, "pending").as_deref(), Some("AAAA"));
}

/// Choosing a language on the page that answers a form leads back to a page, never to nothing.
#[rocket::async_test]
async fn a_language_chosen_after_a_form_leads_to_a_page() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let mut led = 0;
    for row in ROWS.iter().filter(|row| row.method == Post && matches!(row.who, Who::Owner | Who::SignedIn)) {
        let refused = world.owner.post_with(&address(&world, &app, row.path), "no token", row.fields).await;
        let Some(back) = html::field(&refused.text(), "back") else { continue };
        let there = world.owner.get(&back).await;
        assert!(there.status == 200 || there.status == 303, "{} leads to {back}: {}", row.route, there.status);
        led += 1;
    }
    assert!(led > 20, "{led} pages say where they lead");
}

#[rocket::async_test]
async fn choosing_a_language_keeps_the_place() {
    let app = App::new().await;
    let visitor = app.visitor();
    let page = visitor.get("/courses?area=platform").await.text();
    let indonesian = html::tags(&page).into_iter().find(|tag| tag.get("hreflang") == Some("id")).unwrap();
    let to = indonesian.get("href").unwrap();
    assert_eq!(to, "/courses?area=platform&lang=id");
    let page = visitor.get(to).await.text();
    assert!(page.contains("<html lang=\"id\""));
    let away: Vec<_> = html::links(&page)
        .into_iter()
        .filter(|link| link.starts_with('/') && link != "/leave" && !link.contains("lang="))
        .collect();
    assert!(away.is_empty(), "links that lose the language: {away:?}");

    let mira = app.learner().await;
    let journey = enrolled(&mira).await;
    let back = mira.post("/account/language", &[("language", "id"), ("back", &format!("{journey}/1-2"))]).await.to();
    assert_eq!(back, format!("{journey}/1-2"));
    assert!(mira.get(&back).await.text().contains("<html lang=\"id\""));
    assert_eq!(mira.post("/account/language", &[("language", "xx"), ("back", "/home")]).await.status, 400);
    assert_eq!(
        mira.post("/account/language", &[("language", "ar-XB"), ("back", "/home")]).await.status,
        400,
        "not offered"
    );
}

#[rocket::async_test]
async fn browsers_say_which_language_they_like() {
    let app = App::new().await;
    for (header, lang) in
        [("id", "id"), ("id-ID,en;q=0.5", "id"), ("fr,en;q=0.2", "en"), ("*", "en"), (";;q=,\"", "en")]
    {
        let extra = Extra { headers: &[("Accept-Language", header)], content_type: None };
        let page = app.visitor().send(Get, "/", None, extra).await.text();
        assert!(page.contains(&format!("<html lang=\"{lang}\"")), "{header}");
    }
}

#[rocket::async_test]
async fn a_lesson_that_is_not_translated_is_shown_in_english_and_says_so() {
    let app = App::new().await;
    let mira = app.learner().await;
    let journey = enrolled(&mira).await;
    mira.post("/account/language", &[("language", "id"), ("back", "/home")]).await.to();
    let notice = html::text(&Language::Indonesian.words().get("learn.fallback"));

    let translated = mira.read(&format!("{journey}/1-2")).await;
    assert!(html::text(&translated).contains("Pelajaran kedua") && !html::text(&translated).contains(&notice));
    let fallback = mira.read(&format!("{journey}/1-1")).await;
    assert!(html::text(&fallback).contains("Every block") && html::text(&fallback).contains(&notice));
    assert!(
        html::tags(&fallback).iter().any(|tag| tag.name != "html" && tag.get("lang") == Some("en")),
        "its text is marked as English"
    );
}

/// What is ours on every page: its frame, what one presses, what things are called.
const OURS: [&str; 13] =
    ["header", "footer", "button", "label", "legend", "summary", "h1", "h2", "h3", "h4", "th", "title", "nav"];

/// Names that people gave, and the project's own.
const NAMES: [&str; 4] = ["Lontar", "River Watch", "Spring", "The whole format"];

/// What authors wrote where no mark says in which language: titles, and what works are marked by.
fn authored(app: &App) -> Vec<String> {
    let mut names = Vec::new();
    for course in app.house().catalogue.latest() {
        let text = course.source();
        names.push(text.title.clone());
        names.extend(text.modules.iter().map(|module| module.title.clone()));
        names.extend(text.lessons().map(|(_, lesson)| lesson.title.clone()));
        let task = text.final_task.as_ref().unwrap();
        names.push(task.title.clone());
        for level in task.rubric.iter().flat_map(|criterion| &criterion.levels) {
            names.extend([level.label.clone(), level.descriptor.clone()]);
        }
    }
    let instrument = app.house().instruments.latest().unwrap();
    let framework = &instrument.texts[&instrument.source_language].framework;
    names.extend(framework.areas.values().cloned());
    names.extend(framework.competencies.values().map(|competency| competency.name.clone()));
    // A longer one may hold a shorter one.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names
}

/// What is left of our words on a page once all that was translated is taken out; what is marked as being
/// in another language is an author's.
fn untranslated(page: &str, names: &[&str]) -> Vec<String> {
    let is_foreign = |piece: &html::Piece| piece.within.iter().skip(1).any(|tag| tag.get("lang").is_some());
    let is_ours = |piece: &html::Piece| piece.within.iter().any(|tag| OURS.contains(&tag.name.as_str()));
    let ours = html::pieces(page).into_iter().filter(|piece| is_ours(piece) && !is_foreign(piece));
    let left = ours.map(|piece| {
        let rest = outside_the_marks(&piece.text);
        names.iter().fold(rest, |rest, name| rest.replace(name, ""))
    });
    left.filter(|text| text.chars().any(char::is_alphabetic)).collect()
}

/// The text without what stands between the marks of the pseudo-language, which can be nested.
fn outside_the_marks(text: &str) -> String {
    let mut depth = 0_usize;
    let mut outside = String::new();
    for letter in text.chars() {
        match letter {
            '⟦' => depth += 1,
            '⟧' => depth -= 1,
            _ if depth == 0 => outside.push(letter),
            _ => {}
        }
    }
    outside.trim().to_owned()
}

/// Every page in the pseudo-language: set from right to left, and no English sentence left over.
#[rocket::async_test]
async fn every_page_is_set_from_right_to_left_in_such_a_language() {
    let app = App::with(|settings| settings.pseudo_language = true).await;
    let world = World::new(&app).await;
    let trainer = app.trainer().await;
    let (manager, administrator) = (app.manager().await, app.administrator().await);
    for browser in [&world.owner, &trainer, &manager, &administrator] {
        browser.post("/account/language", &[("language", "ar-XB"), ("back", "/home")]).await.to();
        // The account's language is one of a course; the pseudo-language is none.
    }
    let authored = authored(&app);
    let people = [&world.owner, &trainer, &manager, &administrator].map(|browser| browser.name.as_str());
    let names: Vec<&str> = authored.iter().map(String::as_str).chain(NAMES).chain(people).collect();
    let visitor = app.visitor();
    let (mut pages, mut left) = (0, Vec::new());
    // The setup link is gone where there is an administrator.
    for row in ROWS.iter().filter(|row| row.method == Get && !["/leave", "/setup/<token>"].contains(&row.route)) {
        let path = address(&world, &app, row.path);
        let answer = match row.who {
            Who::Everybody => visitor.get(&format!("{path}?lang=ar-XB")).await,
            Who::Trainer => trainer.get(&path).await,
            Who::ProgrammeManager => manager.get(&path).await,
            Who::Administrator => administrator.get(&path).await,
            Who::HalfSignedIn | Who::SignedIn | Who::Owner => world.owner.get(&path).await,
        };
        assert!(answer.status < 400, "{} → {}", row.route, answer.status);
        if answer.is_page() {
            let page = answer.text();
            assert!(page.contains("<html lang=\"ar-XB\" dir=\"rtl\">"), "{}", row.route);
            // What these two say is an author's text as a whole.
            let ours = if ["/about", "/emergency"].contains(&row.route) { without_main(&page) } else { page };
            let found = untranslated(&ours, &names);
            left.extend((!found.is_empty()).then(|| format!("{}: {found:?}", row.route)));
            pages += 1;
        }
    }
    assert!(pages > 25, "{pages} pages");
    assert!(left.is_empty(), "left in English:\n{}", left.join("\n"));
}

/// The frame of a page.
fn without_main(page: &str) -> String {
    let (before, rest) = page.split_once("<main").unwrap();
    format!("{before}{}", rest.split_once("</main>").unwrap().1)
}

#[rocket::async_test]
async fn leaving_a_course_takes_everything_written_in_it_along_and_leaves_the_certificate() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let withdrawal = format!("/learn/{}/withdrawal", world.enrolment);
    world.owner.read(&withdrawal).await;
    assert_eq!(world.owner.post(&withdrawal, &[]).await.to(), "/home");

    let dump = app.dump().await;
    for table in ["enrolments", "attempts", "responses", "submissions", "messages", "notes"] {
        assert!(dump.get(table).is_none_or(Vec::is_empty), "{table}");
    }
    assert_eq!(world.owner.get(&format!("/learn/{}", world.enrolment)).await.status, 404);
    assert_eq!(app.visitor().get(&format!("/verify/{}", world.certificate)).await.status, 200);
}

/// SAFETY 8 and the check `certs`: the public page tells nothing that is not on the paper.
#[rocket::async_test]
async fn checking_a_certificate_names_nobody() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let page = app.visitor().get(&format!("/verify/{}", world.certificate)).await.text();

    assert!(html::text(&page).contains("The whole format"));
    for hidden in [&world.owner.name, &world.enrolment, &world.owner.account.unwrap().to_string()] {
        assert!(!page.contains(hidden.as_str()));
    }
    assert_eq!(
        app.visitor().get(&format!("/verify?number={}", world.certificate)).await.to(),
        format!("/verify/{}", world.certificate)
    );
    assert_eq!(app.visitor().get(&format!("/verify/{}", uuid::Uuid::new_v4())).await.status, 404);
}

#[rocket::async_test]
async fn a_journey_goes_the_same_way_on_postgresql() {
    let Some(app) = App::on_postgres().await else { return };
    {
        let world = World::new(&app).await;
        let lesson = format!("/learn/{}/1-1", world.enrolment);
        world.owner.read(&lesson).await;
        world.owner.post(&format!("{lesson}/completion"), &[("lesson", "w1-1")]).await.to();
        world.owner.post(&format!("{lesson}/reflection"), &[("block", "w-think"), ("text", "A rope.")]).await.to();
        assert!(html::text(&world.owner.read(&lesson).await).contains("A rope."));
        assert_eq!(world.owner.post("/account/deletion", &[("password", PASSWORD)]).await.to(), "/");
    }
    app.remove().await;
}

/// Before marking no page holds a key, and no answer lies in the order of the choices.
#[rocket::async_test]
async fn no_page_holds_a_key_before_marking() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let mut text = String::new();
    for number in ["1", "2"] {
        text += &world.owner.get(&format!("/attempts/{}/{number}", world.attempt)).await.text();
    }
    text += &world.owner.get(&format!("/attempts/{}/review", world.attempt)).await.text();
    text += &world.owner.get(&format!("/learn/{}/2-1", world.enrolment)).await.text();
    for key in [
        "Touch it.",
        "You cannot board before",
        "So says the timetable.",
        "is_right",
        "data-key",
        "On Monday I crossed.",
    ] {
        assert!(!text.contains(key), "{key}");
    }
}

#[rocket::async_test]
async fn the_course_says_what_changed_once_both_tests_were_taken() {
    let app = App::new().await;
    let mira = app.learner().await;
    let course = enrolled(&mira).await;
    for (test, is_said) in [("before", false), ("after", true)] {
        let first = mira.post(&format!("{course}/quizzes/{test}/attempts"), &[]).await.to();
        mira.post(&format!("{}/submission", first.trim_end_matches("/1")), &[]).await.to();
        let text = html::text(&mira.read(&course).await);
        assert_eq!(text.contains("Before the course you had 0 of 1 right."), is_said, "after {test}: {text}");
    }
}

#[rocket::async_test]
async fn a_test_names_its_topics_as_the_framework_does_in_the_reader_s_language() {
    let app = App::new().await;
    app.publish_instrument().await;
    app.publish_for_pathways().await;
    let mira = app.learner().await;
    let course = mira.post("/courses/un-mechanisms/enrolment", &[]).await.to();
    let first = mira.post(&format!("{course}/quizzes/before/attempts"), &[]).await.to();
    let result = mira.post(&format!("{}/submission", first.trim_end_matches("/1")), &[]).await.to();
    let topics = async || {
        let page = mira.read(&result).await;
        let table = page.split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap();
        html::text(&format!("<table>{table}</table>"))
    };
    assert!(topics().await.starts_with("Finding the way in the system"), "{}", topics().await);
    mira.post("/account/language", &[("language", "id"), ("back", "/home")]).await.to();
    assert!(topics().await.starts_with("Menelusuri sistem PBB"), "{}", topics().await);
}

/// A relative address would lead elsewhere from an address with a slash at its end, and lose the language
/// that a visitor chose.
#[rocket::async_test]
async fn links_in_the_text_of_a_course_lead_on_from_any_address_and_in_the_chosen_language() {
    let app = App::new().await;
    let (visitor, mira) = (app.visitor(), app.learner().await);
    let course = enrolled(&mira).await;
    let mut pages = Vec::new();
    for path in ["sample", "glossary", "facts"] {
        pages.push(visitor.read(&format!("/courses/whole/{path}?lang=id")).await);
    }
    let terms = pages[0].matches("href=\"/courses/whole/glossary?lang=id#t-river\"").count();
    assert!(terms > 0, "{}", pages[0]);
    for path in ["1-1", "1-1", "2-1", "glossary", "facts", "reading"] {
        pages.push(mira.read(&format!("{course}/{path}")).await);
    }
    for page in pages {
        for link in html::links(&page) {
            assert!(link.starts_with(['/', '#']) || link.contains(':'), "{link} is relative");
            assert!(!link.starts_with("/courses/whole/") || link.contains("lang=id"), "{link} loses the language");
        }
    }
}
