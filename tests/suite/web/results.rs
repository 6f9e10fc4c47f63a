//! What is said of a finished attempt, and the order in which its questions were shown.

use lontar::locale::{Argument, Language};

use crate::support::{App, Browser, html};

fn words(key: &str) -> String {
    html::text(&Language::English.words().get(key))
}

async fn enrolled(browser: &Browser<'_>) -> String {
    browser.post("/courses/whole/enrolment", &[]).await.to()
}

/// `/attempts/<id>` of an attempt that begins.
async fn begin(browser: &Browser<'_>, course: &str, quiz: &str) -> String {
    let first = browser.post(&format!("{course}/quizzes/{quiz}/attempts"), &[]).await.to();
    first.trim_end_matches("/1").to_owned()
}

/// The page of one question, without its form tokens.
async fn question(browser: &Browser<'_>, attempt: &str, number: usize) -> String {
    let page = browser.read(&format!("{attempt}/{number}")).await;
    let token = html::field(&page, "csrf").unwrap();
    page.replace(&token, "")
}

/// The choices on a page in their order: their value, their text, whether it is ticked.
fn choices(page: &str) -> Vec<(String, String, bool)> {
    let labels = page.split("<label class=\"choice\">").skip(1).map(|label| label.split("</label>").next().unwrap());
    let choice = |label: &str| {
        let tags = html::tags(label);
        (
            tags[0].get("value").unwrap().to_owned(),
            html::text(label).trim().to_owned(),
            tags[0].get("checked").is_some(),
        )
    };
    labels.map(choice).collect()
}

/// The value that stands beside a choice.
fn value(page: &str, text: &str) -> String {
    choices(page).into_iter().find(|(_, shown, _)| shown == text).unwrap_or_else(|| panic!("{text}: {page}")).0
}

/// On which page of the attempt this question stands.
async fn number_of(browser: &Browser<'_>, attempt: &str, prompt: &str) -> usize {
    for number in 1..=2 {
        if question(browser, attempt, number).await.contains(prompt) {
            return number;
        }
    }
    panic!("{prompt} is not asked")
}

/// What the result says of one question.
async fn said(browser: &Browser<'_>, attempt: &str, question: &str) -> String {
    let page = browser.read(attempt).await;
    let (_, from) = page.split_once(&format!("id=\"q-{question}\"")).unwrap();
    from.split("</section>").next().unwrap().to_owned()
}

/// The boxes of a marked question: right or wrong, what it is, and what is said of it.
fn boxes(said: &str) -> Vec<(String, String)> {
    let boxes = said.split("<div class=\"mark-").skip(1).map(|part| {
        let (class, inside) = part.split_once("\">").unwrap();
        let inside = inside.split("<div class=\"note").next().unwrap().split("</div>\n").next().unwrap();
        let text = html::text(&inside.replace('<', " <"));
        (class.to_owned(), text.split_whitespace().collect::<Vec<_>>().join(" "))
    });
    boxes.collect()
}

#[rocket::async_test]
async fn a_result_says_why_a_choice_was_wrong_what_was_missed_and_where_to_read_it_again() {
    let app = App::new().await;
    let mira = app.learner().await;
    let course = enrolled(&mira).await;
    let attempt = begin(&mira, &course, "1").await;
    let number = number_of(&mira, &attempt, "Which are wet?").await;
    let page = question(&mira, &attempt, number).await;
    let (rain, stone) = (value(&page, "Rain"), value(&page, "A stone in the sun"));
    let fields = [("a", rain.as_str()), ("a", stone.as_str()), ("sure", "unsure")];
    mira.post(&format!("{attempt}/{number}"), &fields).await.to();

    let result = mira.post(&format!("{attempt}/submission"), &[]).await.to();

    assert_eq!(result, attempt);
    let wet = said(&mira, &attempt, "w1-p01").await;
    let (right, yours, missed) =
        (words("questions.row.yours_right"), words("questions.row.yours"), words("questions.row.right"));
    let boxed = |class: &str, text: String| (class.to_owned(), text);
    assert_eq!(
        boxes(&wet),
        [
            boxed("right", format!("{right} Rain Right.")),
            boxed("right", format!("{missed} The river Right.")),
            boxed("wrong", format!("{yours} A stone in the sun Touch it.")),
        ]
    );
    let again = Language::English.words().fill("questions.reread", &[("title", Argument::Text("Every block"))]);
    assert!(html::text(&wet).contains(&again), "{wet}");
    assert_eq!(html::links(&wet), [format!("{course}/1-1")]);
    assert!(html::text(&wet).contains(&words("questions.sure.unsure")), "{wet}");
    let order = said(&mira, &attempt, "w1-p02").await;
    assert!(html::text(&order).contains("You cannot board before it is there."), "{order}");
    assert_eq!(html::links(&order), [format!("{course}/1-2")]);

    let page = mira.read(&attempt).await;
    let score = html::text(page.split_once("<p class=\"score\">").unwrap().1.split("</p>").next().unwrap());
    assert_eq!(score, "0 of 2 points (0 %)");
    let text = html::text(&page);
    assert!(text.contains("Not passed yet: 60 % is needed."), "{text}");
    assert!(text.contains(&words("attempts.reread")), "{text}");
    let rereads = page.split_once(&words("attempts.reread")).unwrap().1.split("</ul>").next().unwrap();
    assert_eq!(html::links(rereads), [format!("{course}/1-1"), format!("{course}/1-2")]);
}

#[rocket::async_test]
async fn of_a_question_with_one_choice_the_chosen_and_the_right_one_are_said() {
    let app = App::new().await;
    for (chosen, boxed) in [
        ("Water", vec![("right", "questions.row.yours_right", "Water Right.")]),
        (
            "Stone",
            vec![
                ("right", "questions.row.right", "Water Right."),
                ("wrong", "questions.row.yours", "Stone It lies below."),
            ],
        ),
    ] {
        let mira = app.learner().await;
        let course = enrolled(&mira).await;
        let attempt = begin(&mira, &course, "before").await;
        let page = question(&mira, &attempt, 1).await;
        mira.post(&format!("{attempt}/1"), &[("a", value(&page, chosen).as_str())]).await.to();
        mira.post(&format!("{attempt}/submission"), &[]).await.to();
        let expected: Vec<_> =
            boxed.iter().map(|(class, key, text)| ((*class).to_owned(), format!("{} {text}", words(key)))).collect();
        assert_eq!(boxes(&said(&mira, &attempt, "w-pre-01").await), expected, "{chosen}");
    }
}

/// Somebody who goes on at the phone finds the page as it was on the laptop.
#[rocket::async_test]
async fn choices_stand_in_one_order_for_the_whole_attempt_on_every_device() {
    let app = App::new().await;
    let mut orders = std::collections::BTreeSet::new();
    for _ in 0..8 {
        let laptop = app.learner().await;
        let course = enrolled(&laptop).await;
        let attempt = begin(&laptop, &course, "1").await;
        let phone = app.other_browser(&laptop).await;
        let first = [question(&laptop, &attempt, 1).await, question(&laptop, &attempt, 2).await];
        for number in [1, 2, 1] {
            assert_eq!(question(&phone, &attempt, number).await, first[number - 1]);
            assert_eq!(question(&laptop, &attempt, number).await, first[number - 1]);
        }
        let wet = number_of(&laptop, &attempt, "Which are wet?").await;
        let shown: Vec<String> = choices(&first[wet - 1]).into_iter().map(|(_, text, _)| text).collect();
        let stone = value(&first[wet - 1], "A stone in the sun");
        laptop.post(&format!("{attempt}/{wet}"), &[("a", stone.as_str())]).await.to();
        let after = choices(&question(&phone, &attempt, wet).await);
        assert_eq!(after.iter().map(|(_, text, _)| text.clone()).collect::<Vec<_>>(), shown, "after an answer");
        orders.insert(shown);
    }
    assert!(orders.len() > 1, "they are never shuffled: {orders:?}");
}

/// Values are positions as shown: whatever the order, what is stored is what stood beside them.
#[rocket::async_test]
async fn what_is_chosen_is_what_stood_beside_the_box() {
    let app = App::new().await;
    for wanted in ["Rain", "The river", "A stone in the sun"].repeat(3) {
        let mira = app.learner().await;
        let course = enrolled(&mira).await;
        let attempt = begin(&mira, &course, "1").await;
        let number = number_of(&mira, &attempt, "Which are wet?").await;
        let page = question(&mira, &attempt, number).await;
        assert!(choices(&page).iter().all(|(_, _, is_chosen)| !is_chosen));
        mira.post(&format!("{attempt}/{number}"), &[("a", value(&page, wanted).as_str())]).await.to();

        let ticked: Vec<String> = choices(&question(&mira, &attempt, number).await)
            .into_iter()
            .filter_map(|(_, text, is_chosen)| is_chosen.then_some(text))
            .collect();
        assert_eq!(ticked, [wanted], "as saved");
        mira.post(&format!("{attempt}/submission"), &[]).await.to();
        let yours = [words("questions.row.yours_right"), words("questions.row.yours")];
        let marked = boxes(&said(&mira, &attempt, "w1-p01").await);
        let chosen: Vec<_> =
            marked.iter().filter(|(_, text)| yours.iter().any(|label| text.starts_with(label))).collect();
        assert_eq!(chosen.len(), 1, "{marked:?}");
        assert!(chosen[0].1.contains(wanted), "{wanted}: {marked:?}");
    }
}
