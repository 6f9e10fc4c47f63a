//! How courses come onto a server: from its folder, from the command line, from another server; and
//! what goes on being served when something is wrong with one.

use std::path::Path;

use lontar::catalogue::{Catalogue, Publication};
use lontar::domain::course::EditionHash;
use lontar::domain::course::source::SourceTree;
use lontar::exchange::folder;
use lontar::store::{editions, enrolments};
use lontar::{app, worker};
use rocket::http::Status;
use rocket::local::asynchronous::Client;

use crate::support::{App, BEGIN, fixture};

/// A server whose folder of courses is a new one with the course `whole`.
async fn server() -> (App, tempfile::TempDir) {
    let courses = tempfile::tempdir().unwrap();
    put(courses.path(), "whole", &called("As in the folder"));
    let app = App::with(|settings| settings.courses = courses.path().to_owned()).await;
    (app, courses)
}

/// The course `whole` with another title.
fn called(title: &str) -> SourceTree {
    let mut tree = folder::read(&fixture("whole")).unwrap();
    let text = String::from_utf8(tree.0["en/course.md"].clone()).unwrap();
    assert!(text.contains("Everything there is"));
    tree.0.insert("en/course.md".into(), text.replace("Everything there is", title).into_bytes());
    tree
}

fn put(courses: &Path, name: &str, tree: &SourceTree) {
    folder::write(tree, &courses.join(name)).unwrap();
}

/// Publishes as the command line does, beside a running server.
async fn import(app: &App, tree: SourceTree) {
    let published = Catalogue::default().publish(app.store(), tree, app.house().now()).await.unwrap();
    assert!(matches!(published, Publication::Published(_)));
}

async fn refresh(app: &App) {
    app.house().catalogue.refresh(app.store()).await.unwrap();
}

async fn shows(app: &App, title: &str) -> bool {
    app.visitor().read("/courses/whole").await.contains(title)
}

#[rocket::async_test]
async fn what_was_imported_stays_until_the_folder_changes() {
    let (app, courses) = server().await;
    assert_eq!(app::publish_folder(app.house()).await.unwrap().len(), 1);
    assert!(shows(&app, "As in the folder").await);

    import(&app, called("As imported")).await;
    refresh(&app).await;
    assert!(shows(&app, "As imported").await);
    assert!(
        app::publish_folder(app.house()).await.unwrap().is_empty(),
        "a start with the same folder publishes nothing"
    );
    refresh(&app).await;
    assert!(shows(&app, "As imported").await);

    put(courses.path(), "whole", &called("Mended in the folder"));
    assert_eq!(app::publish_folder(app.house()).await.unwrap().len(), 1);
    assert!(shows(&app, "Mended in the folder").await);
}

/// A server from before folders were remembered has published this one already.
#[rocket::async_test]
async fn the_first_start_of_this_release_puts_nothing_old_back() {
    let (app, _courses) = server().await;
    import(&app, called("As in the folder")).await;
    import(&app, called("As imported")).await;
    assert!(app::publish_folder(app.house()).await.unwrap().is_empty());
    refresh(&app).await;
    assert!(shows(&app, "As imported").await);
}

#[rocket::async_test]
async fn a_running_server_takes_in_what_another_process_publishes() {
    let app = App::new().await;
    let mira = app.learner().await;
    mira.post("/courses/whole/enrolment", &[]).await.to();
    let edition = async || enrolments::mine(app.store(), mira.account.unwrap()).await.unwrap().remove(0).edition;
    let before = edition().await;
    import(&app, called("Published beside it")).await;
    assert!(!shows(&app, "Published beside it").await);
    refresh(&app).await;
    assert!(shows(&app, "Published beside it").await);
    // Learners follow, as with an edition published at start.
    assert_eq!(edition().await, before);
    worker::round(app.store(), &app.house().catalogue, BEGIN).await;
    let latest = app.house().catalogue.course(&"whole".parse().unwrap()).unwrap();
    assert_eq!(edition().await, latest.edition);
}

/// A link that leads elsewhere, a copy with the course's own slug, a course full of errors: each is told,
/// and all others are published.
#[cfg(unix)]
#[rocket::async_test]
async fn what_is_odd_in_one_folder_stops_nothing_else() {
    let (app, courses) = server().await;
    put(courses.path(), "a-link", &called("With a link"));
    std::os::unix::fs::symlink("/etc", courses.path().join("a-link/media/elsewhere")).unwrap();
    put(courses.path(), "broken", &[("course.toml".to_owned(), b"format = 1".to_vec())].into_iter().collect());
    put(courses.path(), "whole-old", &called("An old copy"));

    let told = app::publish_folder(app.house()).await.unwrap();
    let told_of = |name: &str| told.iter().filter(|line| line.contains(&format!("/{name} is not published"))).count();
    assert_eq!([told_of("a-link"), told_of("broken"), told_of("whole-old")], [1, 1, 1], "{told:#?}");
    assert!(told.iter().any(|line| line.contains("the folder is called `whole-old`")), "{told:#?}");
    assert!(shows(&app, "As in the folder").await);

    std::fs::remove_dir_all(courses.path()).unwrap();
    let error = app::publish_folder(app.house()).await.unwrap_err().to_string();
    assert!(error.contains("LONTAR_COURSES"), "a folder that is not there is a setting to mend: {error}");
    assert!(shows(&app, "As in the folder").await);
}

/// An edition that this release would refuse: those who learn in it go on.
#[rocket::async_test]
async fn an_edition_from_before_a_stricter_lint_is_still_read() {
    let app = App::new().await;
    let mut tree = called("From an older release");
    let lesson = "en/01-first/02-second-lesson.md";
    let text = String::from_utf8(tree.0[lesson].clone()).unwrap();
    tree.0.insert(lesson.into(), format!("{text}\nSee [nothing](lesson:no-such-lesson).\n").into_bytes());
    let refused = Catalogue::default().publish(app.store(), tree.clone(), BEGIN).await.unwrap();
    assert!(matches!(refused, Publication::Refused(_)), "the lint asks for more");

    let (slug, hash) = ("whole".parse().unwrap(), tree.edition_hash());
    editions::publish(app.store(), &slug, &hash, tree.0.into(), app.house().now()).await.unwrap();
    refresh(&app).await;
    assert!(shows(&app, "From an older release").await);
    let mira = app.learner().await;
    let journey = mira.post("/courses/whole/enrolment", &[]).await.to();
    mira.read("/home").await;
    mira.read(&format!("{journey}/1-2")).await;
}

/// A page printed or cached earlier, asked of a server that has just started.
#[rocket::async_test]
async fn a_picture_of_an_older_edition_is_found_after_a_restart() {
    let app = App::new().await;
    let mut tree = called("With another picture");
    let picture = String::from_utf8(tree.0["media/river.svg"].clone()).unwrap();
    tree.0.insert("media/river.svg".into(), picture.replace("</svg>", "<rect width=\"9\" height=\"9\"/></svg>").into());
    let old = app.house().catalogue.course(&"whole".parse().unwrap()).unwrap();
    import(&app, tree).await;
    refresh(&app).await;

    let medium = &old.media["media/river.svg"];
    let path = format!("/media/{}/{}", medium.hash, medium.file_name);
    assert_eq!(app.visitor().get(&path).await.bytes, *medium.bytes, "it stays in memory");
    let house = app.house();
    let restarted = app::build(house.settings.clone(), app.store().clone(), || BEGIN).await.unwrap();
    let restarted = Client::untracked(restarted).await.unwrap();
    let answer = restarted.get(path).header(rocket::http::Header::new("Host", "learn.example")).dispatch().await;
    assert_eq!(answer.status(), Status::Ok);
    assert_eq!(answer.into_bytes().await.unwrap(), *medium.bytes);
    let unknown = EditionHash("0".repeat(64)).0;
    assert_eq!(app.visitor().get(&format!("/media/{unknown}/{}", medium.file_name)).await.status, 404);
}

/// One course whose files cannot be had closes no other and no server.
#[rocket::async_test]
async fn a_course_that_cannot_be_loaded_stops_nothing_else() {
    let app = App::new().await;
    let (slug, hash) = ("a-broken-course".parse().unwrap(), EditionHash("0".repeat(64)));
    editions::publish(app.store(), &slug, &hash, Default::default(), BEGIN).await.unwrap();
    let catalogue = Catalogue::default();
    assert!(catalogue.refresh(app.store()).await.is_err(), "it is told");
    assert!(catalogue.course(&"whole".parse().unwrap()).is_some(), "{slug} comes first");
    let restarted = app::build(app.house().settings.clone(), app.store().clone(), || BEGIN).await.unwrap();
    let restarted = Client::untracked(restarted).await.unwrap();
    let answer = restarted.get("/courses/whole").header(rocket::http::Header::new("Host", "learn.example"));
    assert_eq!(answer.dispatch().await.status(), Status::Ok);
}

#[rocket::async_test]
async fn a_picture_is_found_past_an_edition_that_cannot_be_read() {
    let app = App::new().await;
    let whole = app.house().catalogue.course(&"whole".parse().unwrap()).unwrap();
    let medium = whole.media["media/river.svg"].clone();
    for hash in ["0", "f"].map(|digit| EditionHash(digit.repeat(64))) {
        let files = [("course.toml".to_owned(), b"format = 1".to_vec())].into();
        let files = std::sync::Arc::new(files);
        editions::publish(app.store(), &whole.slug, &hash, files, app.house().now()).await.unwrap();
        editions::put_media(app.store(), &hash, vec![medium.hash.clone()]).await.unwrap();
    }
    let found = Catalogue::default().medium(app.store(), &medium.hash).await.unwrap();
    assert_eq!(found.map(|found| found.bytes), Some(medium.bytes));
}
