//! Questions as they are asked, and what is said of an answer.

use lontar::locale::Language;

use super::staff::changed_course;
use crate::support::{App, Browser, html};

fn words(key: &str) -> String {
    Language::English.words().get(key)
}

/// The lesson with a question of every kind.
async fn lesson(browser: &Browser<'_>) -> String {
    format!("{}/2-1", browser.post("/courses/whole/enrolment", &[]).await.to())
}

/// What the lesson shows of one question.
async fn shown(browser: &Browser<'_>, lesson: &str, question: &str) -> String {
    let page = browser.read(lesson).await;
    let (_, from) = page.split_once(&format!("id=\"q-{question}\"")).unwrap();
    from.split("id=\"q-").next().unwrap().to_owned()
}

async fn answer(browser: &Browser<'_>, lesson: &str, question: &str, fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let fields = [&[("question", question)], fields].concat();
    browser.post(&format!("{lesson}/check"), &fields).await.to();
    let shown = shown(browser, lesson, question).await;
    let boxes = shown.split("<div class=\"mark-").skip(1).map(|part| {
        let (class, inside) = part.split_once("\">").unwrap();
        let inside = inside.split("<div class=\"note").next().unwrap().split("</div>\n").next().unwrap();
        (class.to_owned(), html::text(&inside.replace('<', " <")).split_whitespace().collect::<Vec<_>>().join(" "))
    });
    boxes.collect()
}

/// The value under which a list offers `partner`.
fn value<'a>(shown: &'a str, partner: &str) -> &'a str {
    let (before, _) = shown.split_once(&format!("\">{partner}</option>")).unwrap();
    before.rsplit_once("value=\"").unwrap().1
}

fn mark(class: &str, text: &str) -> (String, String) {
    (class.to_owned(), text.to_owned())
}

#[rocket::async_test]
async fn of_a_wrong_pair_both_partners_are_said_and_which_is_which() {
    let app = App::new().await;
    let mira = app.learner().await;
    let lesson = lesson(&mira).await;
    let asked = shown(&mira, &lesson, "w2-1-match").await;
    let (land, air) = (value(&asked, "On land"), value(&asked, "In the air"));

    let said = answer(&mira, &lesson, "w2-1-match", &[("a0", air), ("a1", land)]).await;

    let (yours, right) = (words("questions.row.yours"), words("questions.row.right"));
    let wrong = format!("Ferry {yours} In the air {right} On the water It floats.");
    assert_eq!(said, [mark("wrong", &wrong), mark("right", "House On land")]);
}

#[rocket::async_test]
async fn a_typed_answer_stands_once_when_it_is_right_and_beside_the_right_one_when_it_is_wrong() {
    let app = App::new().await;
    let mira = app.learner().await;
    let lesson = lesson(&mira).await;
    let (right, yours, key) =
        (words("questions.row.yours_right"), words("questions.row.yours"), words("questions.row.right"));
    for (question, typed, boxes) in [
        ("w2-1-short", "A ferry", vec![mark("right", &format!("{right} A ferry Right."))]),
        ("w2-1-number", "5.2", vec![mark("right", &format!("{right} 5.2 Right."))]),
        (
            "w2-1-short",
            "a bridge",
            vec![
                mark("wrong", &format!("{yours} a bridge There is none here.")),
                mark("right", &format!("{key} a ferry")),
            ],
        ),
        (
            "w2-1-number",
            "7",
            vec![mark("wrong", &format!("{yours} 7 See the timetable.")), mark("right", &format!("{key} 5 coins"))],
        ),
    ] {
        assert_eq!(answer(&mira, &lesson, question, &[("a", typed)]).await, boxes, "{question} {typed}");
        mira.post(&format!("{lesson}/check"), &[("question", question), ("again", "1")]).await.to();
    }
}

/// A closed list on a small phone shows some twenty letters of what was chosen.
#[rocket::async_test]
async fn partners_too_long_for_a_closed_list_stand_in_full_under_their_letters() {
    let app = App::new().await;
    let mira = app.learner().await;
    let path = lesson(&mira).await;
    assert!(!shown(&mira, &path, "w2-1-match").await.contains("<ol"), "short ones need no letters");
    let long = "High above the water, where the gulls are";
    let course = changed_course(|path, text| match path.ends_with("01-every-kind.md") {
        true => Some(text.replace("- :: In the air", &format!("- :: {long}"))),
        false => Some(text),
    });
    let app = App::new().await;
    app.publish(course.path()).await;
    let mira = app.learner().await;
    let path = lesson(&mira).await;

    let asked = shown(&mira, &path, "w2-1-match").await;

    let (_, list) = asked.split_once("<ol type=\"A\">").unwrap();
    let listed = list.split("</ol>").next().unwrap().split("<li>").skip(1).map(html::text);
    let lettered: Vec<String> =
        ["A", "B", "C"].iter().zip(listed).map(|(letter, text)| format!("{letter}. {text}")).collect();
    assert_eq!(lettered.len(), 3);
    assert!(lettered.iter().any(|line| line.ends_with(long)), "{lettered:?}");
    for (number, line) in lettered.iter().enumerate() {
        assert_eq!(asked.matches(&format!("value=\"{number}\">{line}</option>")).count(), 2, "{line}: {asked}");
    }
}
