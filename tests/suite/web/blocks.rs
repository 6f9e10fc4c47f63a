//! The blocks of a lesson as its reader gets them: nothing moves or loads by itself, and everything
//! that is not text says in text what it is.

use lontar::locale::Language;

use crate::support::html::{self, Tag};
use crate::support::{App, fixture};

fn words(key: &str) -> String {
    html::text(&Language::English.words().get(key))
}

/// The article of the lesson that has every block, as a learner reads it.
async fn article(app: &App) -> String {
    let mira = app.learner().await;
    let journey = mira.post("/courses/whole/enrolment", &[]).await.to();
    let page = mira.read(&format!("{journey}/1-1")).await;
    piece(&page, "<article", "</article>").to_owned()
}

/// From the first `from` to the next `to`, both included.
fn piece<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let start = page.find(from).unwrap_or_else(|| panic!("{from} is missing: {page}"));
    let end = page[start..].find(to).unwrap_or_else(|| panic!("{to} is missing after {from}"));
    &page[start..start + end + to.len()]
}

fn named<'a>(tags: &'a [Tag], name: &str) -> Vec<&'a Tag> {
    tags.iter().filter(|tag| tag.name == name).collect()
}

/// The figure around the only element of this name.
fn figure_of(article: &str, element: &str) -> String {
    let (before, after) = article.split_once(element).unwrap_or_else(|| panic!("{element} is missing"));
    let (_, head) = before.rsplit_once("<figure").unwrap();
    let (tail, _) = after.split_once("</figure>").unwrap();
    format!("<figure{head}{element}{tail}</figure>")
}

/// How large a file of the course is, in words.
fn size(file: &str) -> String {
    let bytes = std::fs::metadata(fixture("whole").join("media").join(file)).unwrap().len();
    Language::English.words().size(bytes)
}

#[rocket::async_test]
async fn what_may_be_hard_to_read_is_folded_until_its_reader_opens_it() {
    let app = App::new().await;
    let article = article(&app).await;

    let folded = piece(&article, "<details class=\"note care\">", "</details>");

    assert_eq!(
        html::text(folded).trim(),
        "A story of somebody who fell inShe came out again.",
        "the title stands on the fold and the story in it"
    );
    assert!(folded.starts_with("<details class=\"note care\"><summary>A story"), "{folded}");
    let open = html::tags(&article).into_iter().find(|tag| tag.name == "details" && tag.get("open").is_some());
    assert_eq!(open, None, "nothing in a lesson is open by itself");
    let plain = piece(&article, "<aside class=\"note care\"><b>Cold</b>", "</aside>");
    assert!(html::text(plain).contains("It is colder than it looks."), "{plain}");
}

#[rocket::async_test]
async fn sound_and_film_wait_to_be_asked_and_can_be_read_instead() {
    let app = App::new().await;
    let article = article(&app).await;
    for (element, file, transcript) in
        [("<audio", "bell.mp3", "A bell rings twice."), ("<video", "ferry.mp4", "The ferry leaves. Nobody speaks.")]
    {
        let figure = figure_of(&article, element);
        let tags = html::tags(&figure);
        let player = &named(&tags, &element[1..])[0];
        assert_eq!((player.get("preload"), player.get("controls")), (Some("none"), Some("")), "{player:?}");
        assert!(player.get("autoplay").is_none() && player.get("loop").is_none(), "{player:?}");
        assert!(player.get("src").unwrap().ends_with(&format!("/{file}")), "{player:?}");
        let told = html::text(piece(&figure, "<figcaption>", "</figcaption>"));
        assert!(told.ends_with(&size(file)), "the size stands beside {file}, with a title or without: {told}");
        let instead = html::text(piece(&figure, "<details>", "</details>"));
        assert!(instead.starts_with(&words("blocks.transcript")) && instead.contains(transcript), "{instead}");
    }
    assert!(html::text(&figure_of(&article, "<audio")).starts_with("The bell · "));
    let film = html::tags(&figure_of(&article, "<video"));
    let track = named(&film, "track")[0];
    assert_eq!(track.get("kind"), Some("captions"));
    assert!(track.get("src").unwrap().ends_with("/ferry.vtt"), "{track:?}");
    assert!(named(&film, "video")[0].get("poster").unwrap().ends_with(".png"));
    for tag in html::tags(&article) {
        assert!(tag.get("autoplay").is_none(), "{tag:?}");
    }
}

#[rocket::async_test]
async fn a_download_says_in_which_language_and_how_large_it_is() {
    let app = App::new().await;
    let article = article(&app).await;

    let block = piece(&article, "<div class=\"note\" id=\"b-w-plan\">", "</div>");

    let text = html::text(block);
    assert!(text.contains("A plan to fill in") && text.contains("For planning a crossing."), "{text}");
    assert!(text.ends_with(&format!("English · {}", size("plan.rtf"))), "{text}");
    let tags = html::tags(block);
    let link = named(&tags, "a")[0];
    assert!(link.get("download").is_some() && link.get("href").unwrap().ends_with("/plan.rtf"), "{link:?}");
    assert!(html::links(&article).iter().any(|link| link == "#b-w-plan" || link.ends_with("#b-w-plan")));
}

#[rocket::async_test]
async fn pictures_and_diagrams_are_described_and_keep_their_place() {
    let app = App::new().await;
    let article = article(&app).await;
    let tags = html::tags(&article);
    let pictures: Vec<_> = named(&tags, "img").into_iter().map(|tag| tag.get("alt").unwrap()).collect();
    assert_eq!(
        pictures,
        ["A river drawn as one green band between two sides.", "Four dots in two rows, red and green."]
    );
    for picture in named(&tags, "img") {
        assert_eq!(picture.get("loading"), Some("lazy"));
        for side in ["width", "height"] {
            assert!(picture.get(side).unwrap().parse::<u32>().unwrap() > 0, "{picture:?}");
        }
    }
    assert!(html::text(piece(&article, "id=\"b-w-figure\"", "</figure>")).contains("The river, and its two sides."));
    for (id, alt) in [
        ("w-cycle", "A cycle of two steps: rain, then river."),
        ("w-timeline", "Morning, then evening on one line."),
        ("w-pillars", "Two pillars side by side: left and right."),
        ("w-layers", "Two layers on top of each other: water over stones."),
        ("w-matrix", "A small grid: cold on the left and hot on the right."),
    ] {
        let figure = tags.iter().find(|tag| tag.get("id") == Some(&format!("b-{id}"))).unwrap();
        assert_eq!((figure.name.as_str(), figure.get("aria-label")), ("figure", Some(alt)));
    }
    let cycle = html::text(piece(&article, "id=\"b-w-cycle\"", "</figure>"));
    assert!(cycle.contains("Rainit falls") && cycle.contains("River"), "a diagram is text: {cycle}");
}

#[rocket::async_test]
async fn tables_are_named_and_their_headers_are_headers() {
    let app = App::new().await;
    let article = article(&app).await;
    for (caption, heads, cell) in [("Fares", ["Who", "Fare"], "Child"), ("Days", ["Day", "Ferry"], "Monday")] {
        let region = piece(&article, &format!("<div role=\"region\" aria-label=\"{caption}\">"), "</table>");
        let text = html::text(region);
        assert!(text.starts_with(caption) && text.contains(cell), "{text}");
        let head = piece(region, "<thead>", "</thead>");
        let shown: Vec<String> = head.split("<th>").skip(1).map(html::text).collect();
        assert_eq!(shown, heads, "{region}");
    }
    let matrix = piece(&article, "id=\"b-w-matrix\"", "</figure>");
    let tags = html::tags(&format!("<figure {matrix}"));
    let scopes: Vec<_> = named(&tags, "th").into_iter().filter_map(|tag| tag.get("scope")).collect();
    assert_eq!(scopes, ["col", "col", "row", "row"]);
}

#[rocket::async_test]
async fn cards_and_scenarios_answer_only_when_they_are_opened() {
    let app = App::new().await;
    let article = article(&app).await;
    let cards = piece(&article, "<ul class=\"cardset\">", "</ul>");
    let cards: Vec<_> = cards.split("<details>").skip(1).map(sides).collect();
    assert_eq!(
        cards,
        [
            ("River".to_owned(), "Water that goes from high to low.".to_owned()),
            ("Bank".to_owned(), "Its side.".to_owned())
        ]
    );

    let scenario = piece(&article, "id=\"b-w-story\"", "</section>");
    let text = html::text(scenario);
    assert!(text.contains("At the river") && text.contains(&words("blocks.scenario_hint")), "{text}");
    let choices: Vec<_> = scenario.split("<details name=\"").skip(1).collect();
    let said = |label: &str| {
        let choice = choices.iter().find(|choice| sides(choice).0 == label).unwrap_or_else(|| panic!("{label}"));
        let group = choice.split('"').next().unwrap();
        (group, sides(choice).1)
    };
    let (opening, consequence) = said("Wait");
    assert!(consequence.starts_with("You wait an hour.") && consequence.contains("It rises."), "{consequence}");
    assert_eq!(said("Go").0, opening, "one way at a time");
    assert!(said("Go").1.starts_with("You are wet, and across."));
    let (step, consequence) = said("Go home");
    assert_ne!(step, opening, "a step folds by itself");
    assert!(consequence.starts_with("Dry and safe."));
    let (_, consequence) = said("Wait on");
    assert!(consequence.contains(&words("blocks.scenario_again")), "it leads back: {consequence}");
}

/// What stands on a fold and what in it, as far as the next fold.
fn sides(details: &str) -> (String, String) {
    let (front, back) = details.split_once("</summary>").unwrap();
    let (_, front) = front.split_once("<summary>").unwrap();
    (html::text(front).trim().to_owned(), html::text(back).trim().to_owned())
}

#[rocket::async_test]
async fn what_to_do_stands_in_its_order_and_can_be_noted() {
    let app = App::new().await;
    let article = article(&app).await;
    let steps = piece(&article, "<b>How to board</b>", "</ol>");
    let steps: Vec<String> = steps.split("<li>").skip(1).map(|step| html::text(step).trim().to_owned()).collect();
    assert_eq!(steps, ["Wait.", "Board."]);
    let checklist = piece(&article, "id=\"b-w-check\"", "</form>");
    let text = html::text(checklist);
    for said in ["Before you go", "I can swim.", "I know the timetable: three days", &words("learn.only_you")] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let reflection = piece(&article, "id=\"b-w-think\"", "</form>");
    assert!(html::text(reflection).contains("What would you carry?") && reflection.contains("<textarea name=\"text\""));
    let example = html::text(piece(&article, "<section class=\"note\"><b>A crossing</b>", "</section>"));
    assert!(example.contains("Mira waits for the ferry.") && example.contains("She goes."), "{example}");
    let note = html::text(piece(&article, "<aside class=\"note\"><b>Try it now</b>", "</aside>"));
    assert!(note.contains("Look at the water."), "{note}");
}

#[rocket::async_test]
async fn notes_for_trainers_stand_in_no_learner_s_lesson() {
    let app = App::new().await;
    let article = article(&app).await;
    let sample = app.visitor().read("/courses/whole/sample").await;
    for page in [article, sample] {
        for hidden in ["Bring a rope.", "Count the people.", &words("blocks.facilitator")] {
            assert!(!html::text(&page).contains(hidden), "{hidden}");
        }
    }
    let for_trainers = html::text(&app.trainer().await.read("/teach/courses/whole/1").await);
    assert!(for_trainers.contains("Bring a rope.") && for_trainers.contains("Count the people."));
}
