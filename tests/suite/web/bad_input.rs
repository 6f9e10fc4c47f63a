//! What people, browsers and bad luck send.

use lontar::domain::time::{DAY, HOUR, MINUTE};
use lontar::locale::Language;
use rocket::http::Method::{Delete, Get, Options, Patch, Post, Put};

use super::certificates::{enrolled, hand_in, mark_all, pass_quiz, read_all};
use super::staff::changed_course;
use crate::support::{App, BEGIN, Browser, Extra, PASSWORD, World, html, pass_time, percent, set_clock};

fn words(key: &str) -> String {
    html::text(&Language::English.words().get(key))
}

#[rocket::async_test]
async fn an_unknown_address_gets_a_page_that_leads_on() {
    let app = App::new().await;
    let long = format!("/{}", "x".repeat(8_000));
    let deep = "/a".repeat(2_000);
    for path in [
        "/no-such-page",
        "/courses/x/y/z",
        "/learn",
        "/.env",
        "/wp-login.php",
        "/%00",
        "/%ff%fe",
        "/static/..%2f..%2fCargo.toml",
        &long,
        &deep,
    ] {
        let answer = app.visitor().get(path).await;
        assert_eq!(answer.status, 404, "{}", &path[..path.len().min(40)]);
        assert!(html::links(&answer.main()).contains(&"/courses".to_owned()));
    }
}

#[rocket::async_test]
async fn other_methods_are_answered_with_a_page_and_do_nothing() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let before = app.dump().await;
    let token = world.owner.token().await;
    let body = format!("csrf={}", percent(&token));
    for path in ["/account/deletion", "/sign-out", &format!("/learn/{}/withdrawal", world.enrolment)] {
        for method in [Put, Delete, Patch, Options] {
            let answer = world.owner.send(method, path, Some(&body), Extra::default()).await;
            assert_eq!(answer.status, 404, "{method} {path}");
        }
    }
    assert!(app.dump().await == before);
}

#[rocket::async_test]
async fn odd_names_are_refused_kindly_and_foreign_scripts_are_welcome() {
    let app = App::new().await;
    let zalgo = format!("h{}i", "\u{0316}\u{0301}".repeat(20));
    let long = "x".repeat(5_000);
    for (name, status) in [
        ("\u{1f600}\u{1f600}\u{1f600}\u{1f600}", 422),
        (zalgo.as_str(), 422),
        (&long, 422),
        ("\u{202e}gnipmuj", 422),
        ("a\u{200b}b", 422),
        ("   ", 422),
        ("", 422),
        ("-----", 422),
        ("maung-မောင်", 200),
        ("सीता-नदी", 200),
        ("ម៉ាលី-១២", 200),
        ("张伟河边", 200),
    ] {
        let visitor = app.visitor();
        let fields = [("name", name), ("password", "seven slow boats"), ("invitation", "")];
        let answer = visitor.post("/sign-up", &fields).await;
        assert_eq!(answer.status, status, "{name:?}");
        if status == 200 {
            let fields = [("name", name), ("password", "seven slow boats"), ("next", "")];
            assert_eq!(app.visitor().post("/sign-in", &fields).await.status, 303, "{name:?}");
        }
    }
}

#[rocket::async_test]
async fn control_characters_in_a_form_are_dropped_and_not_fatal() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let path = format!("/learn/{}/1-1", world.enrolment);
    let text = [("block", "w-think"), ("text", "a\0b\u{7}c\u{1b}[2Jd\r\ne")];
    world.owner.post(&format!("{path}/reflection"), &text).await.to();
    assert!(world.owner.read(&path).await.contains("abc[2Jd\ne"));
    let name = [("name", "mira\0\0x"), ("password", "x"), ("next", "/home\0")];
    assert_eq!(app.visitor().post("/sign-in", &name).await.status, 422);
}

#[rocket::async_test]
async fn bodies_that_are_no_forms_break_nothing() {
    let app = App::new().await;
    let mira = app.learner().await;
    for body in ["", "=", "&&&", "%", "%zz=%q", "a=b=c=d", "csrf", "csrf=%00", "\u{1f600}", "[]", "{\"csrf\":1}"] {
        let answer = mira.send(Post, "/account/name", Some(body), Extra::default()).await;
        assert_eq!(answer.status, 403, "{body:?}");
    }
}

#[rocket::async_test]
async fn a_second_tap_on_sign_up_shows_codes_again_and_makes_nothing() {
    let app = App::new().await;
    let visitor = app.visitor();
    let token = visitor.token().await;
    let fields = [("name", "river-lamp-42"), ("password", "seven slow boats"), ("invitation", "")];
    let first = visitor.post_with("/sign-up", &token, &fields).await;
    assert_eq!(first.status, 200);

    let again = visitor.post_with("/sign-up", &token, &fields).await;

    assert_eq!(again.status, 200);
    assert!(html::text(&again.main()).contains("river-lamp-42"));
    assert_eq!(app.dump().await["accounts"].len(), 1);
    // Back in the browser, then reloading the form: one is signed in and led on.
    assert_eq!(visitor.get("/sign-up").await.to(), "/home");
    assert_eq!(visitor.get("/sign-in").await.to(), "/home");
    pass_time(11 * MINUTE);
    assert_eq!(visitor.post_with("/sign-up", &token, &fields).await.to(), "/home", "not for ever");
}

#[rocket::async_test]
async fn a_page_from_before_signing_in_says_what_to_do() {
    let app = App::new().await;
    let visitor = app.visitor();
    let stale = visitor.token().await;
    let mira = app.learner().await;
    let answer = mira.post_with("/account/name", &stale, &[("name", "quiet-hill-11")]).await;

    assert_eq!(answer.status, 403);
    let expected = lontar::locale::Language::English.words().get("error.stale_heading");
    assert!(html::text(&answer.main()).contains(&expected));
}

#[rocket::async_test]
async fn two_answers_at_once_count_once() {
    let app = App::new().await;
    let mira = app.learner().await;
    let token = mira.token().await;
    let enrol = || mira.post_with("/courses/whole/enrolment", &token, &[]);
    let (one, two) = tokio::join!(enrol(), enrol());
    assert_eq!(one.to(), two.to());
    let journey = one.to();
    let begin = || async { mira.post_with(&format!("{journey}/quizzes/1/attempts"), &token, &[]).await.to() };
    let (one, two) = tokio::join!(begin(), begin());
    assert_eq!(one, two, "one attempt is open");
    let attempt = one.split('/').nth(2).unwrap();
    let submission = format!("/attempts/{attempt}/submission");
    let submit = || async { mira.post_with(&submission, &token, &[]).await.to() };
    let (one, two) = tokio::join!(submit(), submit());
    assert_eq!(one, two);
    assert_eq!(app.dump().await["attempts"].len(), 1);
}

#[rocket::async_test]
async fn the_back_button_after_submitting_changes_no_answer() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let attempt = format!("/attempts/{}", world.attempt);
    world.owner.post(&format!("{attempt}/submission"), &[]).await.to();
    let before = app.dump().await;

    assert_eq!(world.owner.post(&format!("{attempt}/1"), &[("a", "0")]).await.to(), attempt);
    assert_eq!(world.owner.get(&format!("{attempt}/1")).await.to(), attempt);

    assert!(app.dump().await == before);
}

#[rocket::async_test]
async fn a_clock_that_goes_back_breaks_nothing() {
    let app = App::new().await;
    let world = World::new(&app).await;
    for now in [
        BEGIN.plus(-HOUR),
        BEGIN.plus(-400 * DAY),
        lontar::domain::time::Timestamp(0),
        lontar::domain::time::Timestamp(-5),
    ] {
        set_clock(now);
        app.forget_caches(&world.owner);
        for path in [
            "/home",
            "/account/sessions",
            &format!("/learn/{}/1-1", world.enrolment),
            &format!("/learn/{}/quizzes/1", world.enrolment),
        ] {
            let answer = world.owner.get(path).await;
            assert!(answer.status < 500, "{path} at {now:?}: {}", answer.status);
        }
        assert!(app.visitor().get("/leave").await.status < 500);
    }
}

/// A battery that ran out, a server restored from elsewhere: who signed up in what is the future now
/// goes on with the course to its end.
#[rocket::async_test]
async fn with_the_clock_set_back_a_year_people_sign_in_and_finish_their_course() {
    let app = App::new().await;
    let before = app.learner().await;
    let journey = enrolled(&before, "whole").await;
    let reflect = async |browser: &Browser<'_>, text| {
        browser.post(&format!("{journey}/1-1/reflection"), &[("block", "w-think"), ("text", text)]).await.to()
    };
    reflect(&before, "A rope.").await;
    set_clock(BEGIN.plus(-365 * DAY));
    let mut mira = app.visitor();
    mira.account = before.account;
    let fields = [("name", before.name.as_str()), ("password", PASSWORD), ("next", "/home"), ("own_device", "1")];

    assert_eq!(mira.post("/sign-in", &fields).await.to(), "/home");
    for path in ["/home", "/account", "/account/sessions", "/account/data", "/courses", &journey] {
        mira.read(path).await;
    }
    assert!(mira.read(&format!("{journey}/1-1")).await.contains("A rope."));
    reflect(&mira, "Two ropes.").await;
    assert!(mira.read(&format!("{journey}/1-1")).await.contains("Two ropes."), "the later one is kept");
    read_all(&mira, &journey).await;
    pass_quiz(&app, &mira, &journey).await;
    hand_in(&mira, &journey).await;
    mark_all(&app.trainer().await).await;
    let certificate = mira.post(&format!("{journey}/certificate"), &[]).await.to();

    let page = html::text(&mira.read(&certificate).await);
    assert!(page.contains("15 January 2026") && page.contains("valid until 15 January 2028"), "{page}");
    assert_eq!(mira.post(&format!("{certificate}/pdf"), &[("name", "Mira Sari")]).await.status, 200);
    let checked = html::text(&app.visitor().read(&certificate.replace("/certificates/", "/verify/")).await);
    assert!(checked.contains("valid until 15 January 2028"), "{checked}");
}

#[rocket::async_test]
async fn a_clock_far_ahead_breaks_nothing() {
    let app = App::new().await;
    let mira = app.learner().await;
    pass_time(400_000 * DAY);
    app.forget_caches(&mira);
    for path in ["/", "/home", "/courses/whole/sample", "/leave"] {
        assert!(app.visitor().get(path).await.status < 500, "{path}");
        assert!(mira.get(path).await.status < 500, "{path}");
    }
}

/// Whoever meets an error reads what happened and what to do next.
#[rocket::async_test]
async fn every_error_is_told_in_words_and_leads_on() {
    use sea_orm::ConnectionTrait;
    let app = App::new().await;
    let mira = app.learner().await;
    let token = mira.token().await;
    let long = "x".repeat(1024 * 1024);
    let json = Extra { headers: &[], content_type: Some("application/json") };
    let elsewhere = Extra { headers: &[("Origin", "https://evil.example")], content_type: None };
    let body = format!("csrf={}&name=quiet-hill-11", percent(&token));
    let mut tries = app.visitor().post("/sign-in", &[]).await;
    for _ in 0..20 {
        let fields = [("name", mira.name.as_str()), ("password", "a guess at it"), ("next", "/home")];
        tries = app.visitor().post("/sign-in", &fields).await;
    }
    let mut answers = vec![
        (
            400,
            mira.post("/account/name", &[("nonsense", "x")]).await,
            "error.unreadable_heading",
            "error.unreadable_text",
        ),
        (403, mira.post_with("/account/name", "", &[("name", "x")]).await, "error.stale_heading", "error.stale_text"),
        (
            403,
            mira.send(Post, "/account/name", Some(&body), elsewhere).await,
            "error.foreign_heading",
            "error.foreign_text",
        ),
        (404, mira.get("/no-such-page").await, "error.not_found_heading", "error.not_found_text"),
        (413, mira.post("/account/name", &[("name", &long)]).await, "error.too_large_heading", "error.too_large_text"),
        (
            415,
            mira.send(Post, "/account/name", Some("{}"), json).await,
            "error.unreadable_heading",
            "error.unreadable_text",
        ),
        (422, mira.post("/account/name", &[("name", "x")]).await, "account.name", "error.name_short"),
        (429, tries, "sign_in.heading", "error.too_many_text"),
    ];
    let mut options = sea_orm::ConnectOptions::new(format!("sqlite:{}", app.database_file().display()));
    options.max_connections(1);
    let db = sea_orm::Database::connect(options).await.unwrap();
    db.execute_unprepared("BEGIN EXCLUSIVE").await.unwrap();
    let unsaved = mira.post_with("/account/name", &token, &[("name", "quiet-hill-11")]).await;
    answers.push((503, unsaved, "error.unavailable_heading", "error.unsaved_text"));
    let unavailable = mira.post_with("/courses/whole/enrolment", &token, &[]).await;
    answers.push((503, unavailable, "error.unavailable_heading", "error.unavailable_text"));
    db.execute_unprepared("ROLLBACK").await.unwrap();
    db.close().await.unwrap();

    let mut gaps = Vec::new();
    for (status, answer, heading, next) in answers {
        let page = answer.main();
        let said = page.split("<h1>").nth(1).map(|rest| html::text(rest.split("</h1>").next().unwrap()));
        // How long to wait is filled in at the end.
        let next = words(next).trim_end_matches("time.").to_owned();
        let leads_on = !html::links(&page).is_empty() || !html::posted_to(&page).is_empty();
        let text = html::text(&page);
        if answer.status != status || said != Some(words(heading)) || !text.contains(&next) || !leads_on {
            gaps.push(format!("{status}: expected {heading} and “{next}”, got {} {text}", answer.status));
        }
    }
    assert!(gaps.is_empty(), "{gaps:#?}");
}

/// Another program holds the database: what needs it says so, and it recovers by itself.
#[rocket::async_test]
async fn a_locked_database_is_said_plainly() {
    use sea_orm::ConnectionTrait;
    let app = App::new().await;
    let mira = app.learner().await;
    let token = mira.token().await;
    let mut options = sea_orm::ConnectOptions::new(format!("sqlite:{}", app.database_file().display()));
    options.max_connections(1);
    let db = sea_orm::Database::connect(options).await.unwrap();
    db.execute_unprepared("BEGIN EXCLUSIVE").await.unwrap();

    let answer = mira.post_with("/courses/whole/enrolment", &token, &[]).await;

    assert_eq!(answer.status, 503);
    assert!(
        html::text(&answer.main())
            .contains(&lontar::locale::Language::English.words().get("error.unavailable_heading"))
    );
    db.execute_unprepared("ROLLBACK").await.unwrap();
    db.close().await.unwrap();
    assert_eq!(mira.post_with("/courses/whole/enrolment", &token, &[]).await.status, 303, "it recovers by itself");
}

/// What comes to sign in while nothing can be written is not thrown away, and nobody who leaves waits.
#[rocket::async_test]
async fn with_a_locked_database_forms_to_sign_in_come_back_and_leaving_is_quick() {
    use sea_orm::ConnectionTrait;
    let app = App::new().await;
    let name = app.learner().await.name;
    let (mira, visitor) = (app.visitor(), app.visitor());
    let fields = [("name", name.as_str()), ("password", PASSWORD), ("next", "/home"), ("own_device", "1")];
    mira.post("/sign-in", &fields).await.to();
    let session = mira.cookie("__Host-session").unwrap();
    let mut options = sea_orm::ConnectOptions::new(format!("sqlite:{}", app.database_file().display()));
    options.max_connections(1);
    let db = sea_orm::Database::connect(options).await.unwrap();
    db.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();

    let fields = [("name", name.as_str()), ("password", PASSWORD), ("next", "/home"), ("pending", "AAAA")];
    let signing_in = visitor.post("/sign-in", &fields).await;
    let sign_up = [("name", "river-lamp-42"), ("password", "seven slow boats"), ("invitation", "")];
    let signing_up = visitor.post("/sign-up", &sign_up).await;

    for answer in [&signing_in, &signing_up] {
        assert_eq!(answer.status, 503);
        let text = html::text(&answer.main());
        assert!(text.contains(&lontar::locale::Language::English.words().get("error.unavailable_text")), "{text}");
        assert!(!answer.text().contains(PASSWORD));
    }
    assert_eq!(html::field(&signing_in.main(), "pending").as_deref(), Some("AAAA"));
    assert_eq!(html::field(&signing_up.main(), "name").as_deref(), Some("river-lamp-42"));
    let began = std::time::Instant::now();
    let left = mira.get("/leave").await;
    assert!(began.elapsed() < std::time::Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(left.header("Clear-Site-Data"), Some("\"*\""));
    db.execute_unprepared("ROLLBACK").await.unwrap();
    db.close().await.unwrap();
    visitor.post("/sign-in", &fields).await.to();
    let account = lontar::store::accounts::by_name(app.store(), &name).await.unwrap().unwrap().account;
    let thief = app.visitor();
    thief.put_cookie("__Host-session", &session);
    let mut tries = 0..500;
    let has_ended = loop {
        app.house().sessions.forget(account);
        if thief.get("/home").await.status == 303 {
            break true;
        }
        if tries.next().is_none() {
            break false;
        }
    };
    assert!(has_ended, "the session ends as soon as it can be written down");
}

/// Reading goes on while nothing can be written, also with a session whose use is to be noted again.
#[rocket::async_test]
async fn lessons_are_read_while_another_program_holds_the_writing() {
    use sea_orm::ConnectionTrait;
    let app = App::new().await;
    let world = World::new(&app).await;
    let lesson = format!("/learn/{}/1-1", world.enrolment);
    assert_eq!(world.owner.get(&lesson).await.status, 200);
    let mut options = sea_orm::ConnectOptions::new(format!("sqlite:{}", app.database_file().display()));
    options.max_connections(1);
    let db = sea_orm::Database::connect(options).await.unwrap();
    db.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    for _ in 0..2 {
        pass_time(2 * MINUTE);
        app.forget_caches(&world.owner);
        let began = std::time::Instant::now();
        assert_eq!(world.owner.get(&lesson).await.status, 200);
        assert!(began.elapsed() < std::time::Duration::from_secs(2), "{:?}", began.elapsed());
    }
    db.execute_unprepared("ROLLBACK").await.unwrap();
    db.close().await.unwrap();
}

/// Whoever asks without end whether the server is ready does not make it write without end.
#[rocket::async_test]
async fn readiness_is_found_out_once_in_a_while() {
    use sea_orm::ConnectionTrait;
    let app = App::new().await;
    assert_eq!(app.visitor().get("/readyz").await.status, 200);
    let mut options = sea_orm::ConnectOptions::new(format!("sqlite:{}", app.database_file().display()));
    options.max_connections(1);
    let db = sea_orm::Database::connect(options).await.unwrap();
    db.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    let began = std::time::Instant::now();
    for _ in 0..20 {
        assert_eq!(app.visitor().get("/readyz").await.status, 200, "found out a moment ago");
    }
    assert!(began.elapsed() < std::time::Duration::from_secs(2), "{:?}", began.elapsed());
    db.execute_unprepared("ROLLBACK").await.unwrap();
    db.close().await.unwrap();
}

#[rocket::async_test]
async fn pictures_and_downloads_of_courses_are_served_by_their_name_only() {
    let app = App::new().await;
    let course = app.house().catalogue.course(&"whole".parse().unwrap()).unwrap();
    let visitor = app.visitor();
    for medium in course.media.values() {
        let path = format!("/media/{}/{}", medium.hash, medium.file_name);
        let answer = visitor.send(Get, &path, None, Extra::default()).await;
        assert_eq!(answer.status, 200);
        assert!(answer.header("Content-Security-Policy").unwrap().contains("sandbox"));
        assert_ne!(answer.header("Content-Type"), Some("image/svg+xml"), "drawings are served as pictures");
        assert_eq!(visitor.get(&format!("/media/{}/other.png", medium.hash)).await.status, 404);
    }
    assert_eq!(visitor.get("/media/0/..%2F..%2Flontar.sqlite").await.status, 404);
}

/// Players ask for films piece by piece, and some refuse a server that knows no pieces.
#[rocket::async_test]
async fn sound_and_film_are_sent_in_the_pieces_that_are_asked_for() {
    let app = App::new().await;
    let course = app.house().catalogue.course(&"whole".parse().unwrap()).unwrap();
    let film = &course.media["media/ferry.mp4"];
    let path = format!("/media/{}/{}", film.hash, film.file_name);
    let visitor = app.visitor();
    let ask = async |headers: &[(&'static str, &str)]| {
        visitor.send(Get, &path, None, Extra { headers, ..Extra::default() }).await
    };
    let length = film.bytes.len();

    let first = ask(&[("Range", "bytes=0-1")]).await;
    assert_eq!((first.status, &first.bytes[..]), (206, &film.bytes[..2]));
    assert_eq!(first.header("Content-Range"), Some(format!("bytes 0-1/{length}").as_str()));
    let rest = ask(&[("Range", "bytes=2-")]).await;
    assert_eq!((rest.status, &rest.bytes[..]), (206, &film.bytes[2..]));
    let outside = ask(&[("Range", &format!("bytes={length}-"))]).await;
    assert_eq!((outside.status, outside.bytes.len()), (416, 0));
    assert_eq!(outside.header("Content-Range"), Some(format!("bytes */{length}").as_str()));
    for whole in [&[][..], &[("Range", "bytes=0-1,3-4")], &[("Range", "bytes=0-1"), ("If-Range", "\"a\"")]] {
        let answer = ask(whole).await;
        assert_eq!((answer.status, &answer.bytes[..]), (200, &film.bytes[..]), "{whole:?}");
        assert_eq!(answer.header("Accept-Ranges"), Some("bytes"));
    }
}

/// A lesson far longer than any reader: compiled or refused in good time, and the others stay open.
#[rocket::async_test]
async fn a_lesson_of_ten_thousand_lines_holds_nobody_up() {
    let app = App::new().await;
    let long = changed_course(|path, text| match path.ends_with("en/01-first/02-second-lesson.md") {
        true => Some(format!(
            "{text}\n{}",
            "One more line about the ferry, with *some* [link](lesson:w1-1).\n\n".repeat(10_000)
        )),
        false => Some(text),
    });
    let began = std::time::Instant::now();
    app.publish(long.path()).await;
    assert!(began.elapsed() < std::time::Duration::from_secs(60), "{:?}", began.elapsed());
    assert_eq!(app.visitor().get("/courses/whole").await.status, 200);
    let mira = app.learner().await;
    let journey = mira.post("/courses/whole/enrolment", &[]).await.to();
    assert_eq!(mira.get(&format!("{journey}/1-2")).await.status, 200);
}

/// A folder that leads into itself, and one in which a file is missing: refused whole and in words, and
/// the edition before stays.
#[cfg(unix)]
#[rocket::async_test]
async fn a_course_that_runs_in_circles_or_lacks_a_file_is_refused_in_words() {
    use lontar::catalogue::Publication;
    use lontar::exchange::folder;
    let app = App::new().await;
    let circle = changed_course(|_, text| Some(text));
    std::os::unix::fs::symlink(circle.path(), circle.path().join("en/again")).unwrap();
    let refused = folder::read(circle.path()).unwrap_err().to_string();
    assert!(refused.contains("again"), "{refused}");

    let missing = changed_course(|path, text| (!path.ends_with("media/plan.rtf")).then_some(text));
    let house = app.house();
    let tree = folder::read(missing.path()).unwrap();
    match house.catalogue.publish(&house.store, tree, house.now()).await.unwrap() {
        Publication::Refused(found) => {
            let said = found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
            assert!(said.contains("final-task.md:") && said.contains("plan.rtf"), "{said}");
        }
        _ => panic!("published without its file"),
    }
    assert_eq!(app.visitor().get("/courses/whole").await.status, 200);
}

/// The session runs out between two questions: the answer comes back after signing in, and the
/// attempt goes on.
#[rocket::async_test]
async fn a_session_that_runs_out_in_the_middle_of_a_quiz_loses_no_answer() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let owner = &world.owner;
    let first = format!("/attempts/{}/1", world.attempt);
    let token = owner.token().await;
    pass_time(31 * MINUTE);
    app.forget_caches(owner);
    let asked = owner.post_with(&first, &token, &[("a", "0"), ("sure", "sure")]).await;
    let pending = html::field(&asked.main(), "pending").unwrap();
    let fields = [("name", owner.name.as_str()), ("password", PASSWORD), ("next", ""), ("pending", pending.as_str())];
    let kept = owner.post("/sign-in", &fields).await.main();
    assert_eq!(html::posted_to(&kept), std::slice::from_ref(&first));
    let token = html::field(&kept, "csrf").unwrap();
    let second = owner.post_with(&first, &token, &[("a", "0"), ("sure", "sure")]).await.to();
    assert_eq!(second, format!("/attempts/{}/2", world.attempt));
    assert!(owner.read(&first).await.contains(" checked"));
}

/// Forms that were changed on their way: what no page offers is refused, and nothing of it is kept.
#[rocket::async_test]
async fn answers_that_no_page_offers_are_refused_and_kept_nowhere() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let owner = &world.owner;
    // Where one was last is noted when something is sent from there: from here on it is this lesson.
    let lesson = format!("/learn/{}/1-1", world.enrolment);
    owner.post(&format!("{lesson}/check"), &[("question", "w1-1-q1")]).await.to();
    let arun = app.learner().await;
    let elsewhere = enrolled(&arun, "whole").await;
    let before = app.dump().await;
    let unknown = words("questions.problem.unknown-choice");
    let (choices, order) = (format!("/attempts/{}/1", world.attempt), format!("/attempts/{}/2", world.attempt));
    let challenge = format!("/pathway/challenges/{}/1", world.challenge);
    assert!(owner.read(&choices).await.contains("type=\"checkbox\"") && owner.read(&order).await.contains("<select"));

    for (path, fields, said) in [
        (&choices, &[("a", "99")][..], &unknown),
        (&choices, &[("a", "0"), ("a", "3")], &unknown),
        (&choices, &[("a", "-1")], &unknown),
        (&choices, &[("a", "0x0")], &unknown),
        (&order, &[("a0", "1"), ("a1", "1"), ("a2", "2")], &words("questions.problem.same-rank")),
        (&order, &[("a0", "1"), ("a1", "2"), ("a2", "4")], &unknown),
        (&order, &[("a0", "1"), ("a1", "2"), ("a2", "0")], &unknown),
        (&order, &[("a0", "1"), ("a1", "2")], &words("questions.problem.rank-missing")),
    ] {
        let answer = owner.post(path, fields).await;
        assert_eq!(answer.status, 422, "{path} {fields:?}");
        let text = html::text(&answer.main());
        assert!(text.contains(said), "{path} {fields:?}: {text}");
    }
    for number in ["0", "3", "99", "-1", "x", "18446744073709551616"] {
        for sitting in [choices.trim_end_matches("/1"), challenge.trim_end_matches("/1")] {
            let path = format!("{sitting}/{number}");
            // Six questions stand in the challenge.
            let is_there = number == "3" && sitting.contains("challenges");
            if !is_there {
                assert_eq!(owner.post(&path, &[("a", "0")]).await.status, 404, "{path}");
            }
        }
    }
    let check = format!("{lesson}/check");
    let back = format!("{lesson}#q-w1-1-q1");
    assert_eq!(owner.post(&check, &[("question", "w1-1-q1"), ("a", "99")]).await.to(), back, "asked again");
    for (question, status) in [("w1-2-q1", 404), ("w1-p01", 404), ("none", 404), ("", 400)] {
        let answer = owner.post(&check, &[("question", question), ("a", "0")]).await;
        assert_eq!(answer.status, status, "{question:?} in a lesson that does not ask it");
    }
    let theirs = format!("{elsewhere}/work/{}", world.work);
    let work = [("text", "Mine now."), ("act", "hand-in"), ("confirm", "1")];
    assert_eq!(arun.get(&theirs).await.status, 404);
    assert_eq!(arun.post(&theirs, &work).await.status, 404, "another's work in one's own course");
    assert_eq!(arun.post(&format!("{theirs}/messages"), &[("message", "Hello.")]).await.status, 404);

    assert!(app.dump().await == before, "something of it was kept");
}
