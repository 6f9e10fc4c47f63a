//! What stands on the pages around lessons: a course's own, home, glossary, facts, reading.

use lontar::domain::id::QuestionId;
use lontar::domain::quiz::response::Response;
use lontar::domain::time::DAY;
use lontar::locale::Language;
use lontar::store::attempts;
use rocket::http::Method::Get;

use crate::support::{App, Browser, Extra, html, pass_time};

fn words(key: &str) -> String {
    html::text(&Language::English.words().get(key))
}

async fn enrolled(browser: &Browser<'_>) -> String {
    browser.post("/courses/whole/enrolment", &[]).await.to()
}

/// The text between two pieces of a page that both stand on it.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = page.split_once(from).unwrap_or_else(|| panic!("{from} is missing: {page}"));
    rest.split_once(to).unwrap_or_else(|| panic!("{to} is missing: {rest}")).0
}

/// What an outline says that a lesson costs: "12 minutes · 9 kB".
fn cost(page: &str, lesson: &str) -> String {
    let row = between(page, &format!("<span>{lesson}</span>"), "</li>");
    html::text(between(row, "<small>", "</small>"))
}

#[rocket::async_test]
async fn a_course_says_for_whom_it_is_what_one_can_do_after_it_and_what_each_lesson_costs() {
    let app = App::new().await;
    let visitor = app.visitor();

    let page = visitor.read("/courses/whole").await;

    let (text, links) = (html::text(&page), html::links(&page));
    for said in [
        "A course that uses every part of the format once.",
        "Those who read the compiler's tests.",
        "Final task: A plan for a crossing",
        "Facts checked on 23 November 2026 or later.",
        "CC-BY-SA-4.0",
        &words("courses.certificate"),
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let outcomes = between(&page, &words("courses.outcomes"), "</ul>");
    let outcomes: Vec<String> = outcomes.split("<li>").skip(1).map(html::text).collect();
    assert_eq!(outcomes, ["Name every block.", "Name every kind of question."]);
    for (lesson, minutes) in [("Every block", 12), ("A second lesson", 8), ("Every kind of question", 10)] {
        let cost = cost(&page, lesson);
        let size = cost.strip_prefix(&format!("{minutes} minutes · ")).unwrap_or_else(|| panic!("{cost}"));
        let kilobytes: u32 = size.strip_suffix(" kB").unwrap().parse().unwrap();
        assert!((2..=40).contains(&kilobytes), "{lesson}: {cost}");
    }
    for link in ["/courses/whole/sample", "/courses/whole/facts", "/courses/whole/glossary", "/sign-up"] {
        assert!(links.iter().any(|to| to == link), "{link}: {links:?}");
    }
    assert!(html::text(&visitor.read("/courses/whole/sample").await).contains("Every block"));
    assert!(!visitor.has_cookies());
}

/// A promise that was made from the lesson alone would leave out the page around it.
#[rocket::async_test]
async fn what_a_lesson_is_said_to_weigh_is_about_what_its_page_weighs() {
    let app = App::new().await;
    let mira = app.learner().await;
    let journey = enrolled(&mira).await;
    let page = mira.read("/courses/whole").await;
    for (lesson, place) in [("Every block", "1-1"), ("Every kind of question", "2-1")] {
        let cost = cost(&page, lesson);
        let said: f64 = cost.trim_end_matches(" kB").rsplit(' ').next().unwrap().parse().unwrap();
        let extra = Extra { headers: &[("Accept-Encoding", "br")], content_type: None };
        let sent = mira.send(Get, &format!("{journey}/{place}"), None, extra).await;
        assert_eq!(sent.header("Content-Encoding"), Some("br"));
        let weighs = sent.bytes.len() as f64 / 1000.0;
        assert!((-0.5..2.0).contains(&(said - weighs)), "{lesson}: said {said} kB, weighs {weighs} kB");
    }
}

/// The large buttons on a page: where they lead and what they say.
fn buttons(page: &str) -> Vec<(String, String)> {
    let links = page.split("<a class=\"button\" href=\"").skip(1);
    let link = |link: &str| {
        let (url, rest) = link.split_once("\">").unwrap();
        (url.to_owned(), html::text(rest.split("</a>").next().unwrap()))
    };
    links.map(link).collect()
}

/// What the page says in one glance: the title of what comes next, and its one button.
async fn next(browser: &Browser<'_>) -> (String, Vec<(String, String)>) {
    let page = browser.read("/home").await;
    let title = page.split_once("<p class=\"big\">").map(|(_, rest)| rest.split("</p>").next().unwrap());
    (html::text(title.unwrap_or_default()), buttons(&page))
}

async fn pass_quiz(app: &App, browser: &Browser<'_>, journey: &str) {
    let first = browser.post(&format!("{journey}/quizzes/1/attempts"), &[]).await.to();
    let attempt = first.trim_end_matches("/1");
    let id = attempt.trim_start_matches("/attempts/").parse().unwrap();
    let (account, now) = (browser.account.unwrap(), app.house().now());
    for (question, response) in
        [("w1-p01", Response::Choices([0, 1].into())), ("w1-p02", Response::Order(vec![0, 1, 2]))]
    {
        let question: QuestionId = question.parse().unwrap();
        attempts::save_response(app.store(), account, id, &question, 1, Some(&response), None, now).await.unwrap();
    }
    browser.post(&format!("{attempt}/submission"), &[]).await.to();
}

/// The work of the final task, from the form for messages about it.
async fn work(browser: &Browser<'_>, journey: &str) -> String {
    let page = browser.read(&format!("{journey}/task")).await;
    let messages = html::posted_to(&page).into_iter().find(|action| action.ends_with("/messages")).unwrap();
    messages.split('/').nth(4).unwrap().to_owned()
}

#[rocket::async_test]
async fn home_shows_the_one_thing_to_do_next_from_the_first_day_to_the_last() {
    let app = App::new().await;
    let mira = app.learner().await;
    let page = mira.read("/home").await;
    assert!(html::text(&page).contains(&words("home.empty")), "{page}");
    assert!(buttons(&page).is_empty() && html::links(&page).iter().any(|link| link == "/courses/whole"), "{page}");

    let journey = enrolled(&mira).await;
    let leads =
        |title: &str, to: &str, label: &str| (title.to_owned(), vec![(format!("{journey}/{to}"), words(label))]);
    assert!(!html::text(&mira.read("/home").await).contains(&words("home.empty")));
    assert_eq!(next(&mira).await, leads("Every block", "1-1", "learn.continue"));
    let done = async |lesson: &str| {
        mira.post(&format!("{journey}/1-1/completion"), &[("lesson", lesson)]).await.to();
    };
    done("w1-1").await;
    assert_eq!(next(&mira).await, leads("A second lesson", "1-2", "learn.continue"));
    done("w1-2").await;
    assert_eq!(next(&mira).await, leads("Check what you know", "quizzes/1", "learn.continue"));
    pass_quiz(&app, &mira, &journey).await;
    assert_eq!(next(&mira).await, leads("Every kind of question", "2-1", "learn.continue"));
    done("w2-1").await;
    assert_eq!(next(&mira).await, leads("A plan for a crossing", "task", "learn.continue"));

    let task = format!("{journey}/task");
    mira.post(&task, &[("text", "On Monday we go."), ("act", "hand-in"), ("confirm", "1")]).await.to();
    assert_eq!(next(&mira).await, (words("learn.awaiting"), Vec::new()), "nothing to press while a trainer reads");
    let levels = [("level-plan", "2"), ("level-care", "1"), ("comment", "Well planned.")];
    let marking = format!("/teach/marking/{}/marking", work(&mira, &journey).await);
    app.trainer().await.post(&marking, &levels).await.to();
    assert_eq!(next(&mira).await, leads(&words("learn.certificate_ready"), "certificate", "learn.get_certificate"));
    mira.post(&format!("{journey}/certificate"), &[]).await.to();
    assert_eq!(next(&mira).await, leads(&words("learn.finished"), "certificate", "learn.see_certificate"));
    let (page, journey_page) = (mira.read("/home").await, mira.read(&journey).await);
    assert_eq!(buttons(&page), buttons(&journey_page), "home and the course's page lead the same way");
}

/// Both facts of the course on its page of facts.
async fn facts(browser: &Browser<'_>, path: &str) -> [String; 2] {
    let page = browser.read(path).await;
    ["river-days", "river-fare"].map(|id| {
        let from = format!("<dt id=\"f-{id}\">");
        html::text(between(&page, &from, "</dd>"))
    })
}

#[rocket::async_test]
async fn each_fact_has_its_day_its_source_and_a_mark_when_it_is_overdue() {
    let app = App::new().await;
    let mira = app.learner().await;
    let journey = enrolled(&mira).await;
    let public = "/courses/whole/facts";
    for (browser, path) in [(&app.visitor(), public.to_owned()), (&mira, format!("{journey}/facts"))] {
        let [days, fare] = facts(browser, &path).await;
        for (fact, statement, confidence) in [
            (&days, "The ferry on the river of this course runs every three days.", "facts.certain"),
            (&fare, "The ferry costs 5 coins.", "facts.often"),
        ] {
            assert!(fact.starts_with(statement), "{fact}");
            for said in ["Timetable of the ferry (invented)", "Checked on 23 November 2026", &words(confidence)] {
                assert!(fact.contains(said), "{said}: {fact}");
            }
            assert!(!fact.contains(&words("facts.overdue")), "{fact}");
        }
        let official = html::links(&browser.read(&path).await);
        assert_eq!(official.iter().filter(|link| *link == "https://example.org/").count(), 1, "{official:?}");
    }

    // The fare was to be looked up in May, the days a year and a half later.
    pass_time(150 * DAY);

    let [days, fare] = facts(&app.visitor(), public).await;
    assert!(!days.contains(&words("facts.overdue")) && fare.contains(&words("facts.overdue")), "{days} {fare}");
}

#[rocket::async_test]
async fn the_glossary_says_what_each_word_means_and_leads_from_one_to_the_other() {
    let app = App::new().await;
    let mira = app.learner().await;
    let journey = enrolled(&mira).await;
    for (browser, folder) in [(&app.visitor(), "/courses/whole"), (&mira, &*journey)] {
        let page = browser.read(&format!("{folder}/glossary")).await;
        let term = |id: &str| between(&page, &format!("<dt id=\"t-{id}\">"), "</dd>");
        let river = html::text(term("river"));
        assert!(river.starts_with("River Stream, RVR"), "{river}");
        assert!(river.contains("Water that goes from high to low. It costs 5 coins"), "{river}");
        assert!(html::text(term("bank")).contains("The side of a river."));
        assert_eq!(html::links(term("bank")), [format!("{folder}/glossary#t-river")]);
    }
}

#[rocket::async_test]
async fn further_reading_leads_to_its_addresses() {
    let app = App::new().await;
    let mira = app.learner().await;
    let journey = enrolled(&mira).await;

    let page = mira.read(&format!("{journey}/reading")).await;

    assert!(html::text(&page).contains("An example, or write to us."), "{page}");
    assert_eq!(html::links(&page), ["https://example.org/reading", "mailto:somebody@example.org", &*journey]);
}
