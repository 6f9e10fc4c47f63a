//! Keys stay with the server until after marking.
//!
//! Two courses say the same and differ only in what is right. To somebody who was not marked yet their
//! pages are the same, byte for byte: so neither a word nor an attribute, an order or a place tells.

use std::collections::BTreeMap;

use lontar::domain::course::{Course, compile_on};
use lontar::domain::id::{AttemptId, ChallengeId};
use lontar::domain::needs::pathway::challenge::{self, Sitting};
use lontar::domain::quiz::Quiz;
use lontar::domain::quiz::drawing;
use lontar::domain::quiz::question::{Body, Question};
use lontar::domain::quiz::rules::Limits;
use lontar::exchange::folder;
use lontar::store::attempts::{self, NewAttempt};
use lontar::store::{challenges, enrolments};
use uuid::Uuid;

use super::certificates::enrolled;
use super::staff::changed_course;
use crate::support::{App, BEGIN, Browser, html};

/// From which lessons show the parts of their questions in an order of their own; attempts may as well.
const SEED: u64 = 1;

/// Every kind of question. Of `«one¦other»` each course has its own; `PLACE` and `ABOUT` are filled in.
const QUESTIONS: &str = r#"
::: question {#PLACE-single kind=single ABOUT}
Which one is it?

- [«x¦ »] The first
  > «Yes, the first.¦No, it is another.»
- [«¦x»] The second
  > «No, not the second.¦Yes, it is that.»
- [ ] The third
  > It lies «behind¦before» them.

> Look at «page one¦page two».
:::

::: question {#PLACE-fixed kind=single fixed ABOUT}
Which one is it, as it is written?

- [«x¦ »] The first
  > «Yes, the first.¦No, it is another.»
- [«¦x»] The second
  > «No, not the second.¦Yes, it is that.»
:::

::: question {#PLACE-several kind=multiple ABOUT}
Which are wet?

- [«x¦ »] Rain
  > «It falls.¦Not this one.»
- [x] The river
  > «It flows.¦It flows on.»
- [«¦x»] A stone
  > «Touch it.¦Look closer.»
- [ ] The sun
  > «It is hot.¦It is far.»
:::

::: question {#PLACE-true kind=true-false ABOUT}
A river has two sides.

- [«x¦ »] True
  > «So it is.¦Count again.»
- [«¦x»] False
  > «Count again.¦So it is.»
:::

::: question {#PLACE-short kind=short-text ABOUT}
What carries you across?

- [x] «a ferry¦a bridge»
  > «It floats.¦It stands.»
- [ ] «a bridge¦a ferry»
  > «There is none.¦It is gone.»
- [ ] *
  > Read «again¦on».
:::

::: question {#PLACE-number kind=numeric tolerance=«0.5¦2» unit="coins" ABOUT}
What does it cost?

- [x] «5¦9»
  > «Five.¦Nine.»
- [ ] *
  > See «the timetable¦the list».
:::

::: question {#PLACE-match-000 kind=matching ABOUT}
Match each with its place.

- Ferry :: «On the water¦On land»
  > «It floats.¦It was pulled out.»
- House :: «On land¦On the water»
  > «It stands.¦It swims.»
- :: In the air
:::

::: question {#PLACE-order-000 kind=ordering ABOUT}
Put the steps in order.

1. «Wait¦Cross»
2. Board
3. «Cross¦Wait»

> «Wait first.¦Cross first.»
:::

::: question {#PLACE-bank-000 kind=blanks bank="«weeks, hours¦three, days»" ABOUT}
Complete the sentence.

The ferry goes every [[«three¦hours»]] [[«days¦weeks»]].

> «Three days.¦Hours and weeks.»
:::

::: question {#PLACE-typed kind=blanks ABOUT}
It costs [[«five¦nine»]] coins.

> «Five.¦Nine.»
:::

::: question {#PLACE-free kind=free-response max_words=80 ABOUT}
Describe a crossing.

::: criterion {#PLACE-facts weight=100 title="«Says what happened¦Says who rowed»"}
- 0% Missing: «nothing happened¦nobody rowed»
- 100% Meets: «somebody crossed¦somebody rowed»
:::
::: model
«On Monday I crossed.¦Arun rowed us.»
:::
:::
"#;

const LESSON: &str = r#"+++
id = "w2-1"
title = "Every kind of question"
minutes = 10
competencies = ["LT2 0-3"]
outcomes = ["Answer."]
+++
Answer them all.
"#;

/// The ids of questions whose parts are shuffled, each with the number at its end that the other course
/// gives it.
type Numbered = BTreeMap<String, String>;

/// One of the two courses.
#[derive(Clone, Copy, PartialEq)]
enum Key {
    One,
    Other,
}

impl Key {
    /// Of `«one¦other»` this course's own.
    fn pick(self, text: &str) -> String {
        let mut picked = String::new();
        for (number, part) in text.split(['«', '»']).enumerate() {
            picked += match (number % 2, part.split_once('¦')) {
                (1, Some((one, other))) => {
                    if self == Self::One {
                        one
                    } else {
                        other
                    }
                }
                _ => part,
            };
        }
        picked.replace("- [] ", "- [ ] ")
    }

    fn questions(self, place: &str, about: &str, numbered: &Numbered) -> String {
        let mut text = self.pick(QUESTIONS).replace("PLACE", place).replace("ABOUT", about);
        for (one, other) in numbered.iter().filter(|_| self == Self::Other) {
            text = text.replace(&format!("#{one} "), &format!("#{other} "));
        }
        text
    }

    fn course(self, numbered: &Numbered) -> tempfile::TempDir {
        let of_lesson = "competency=LT1 level=1 lesson=w1-1";
        let test = |id: &str, place: &str| {
            let head = format!("+++\nid = \"{id}\"\ntitle = \"A test\"\nminutes = 5\n+++\n");
            head + &self.questions(place, of_lesson, numbered)
        };
        changed_course(|path, text| {
            Some(match path.rsplit_once("whole/").map_or(path, |(_, path)| path).rsplit('/').next().unwrap() {
                "course.toml" => text.replace("sample_lesson = \"w1-1\"", "sample_lesson = \"w2-1\""),
                "01-every-kind.md" => LESSON.to_owned() + &self.questions("les", "competency=LT2 level=1", numbered),
                "quiz.md" => test("w1-quiz", "qui").replace("minutes = 5", "minutes = 5\npass = 60"),
                "pre-test.md" => test("w-pre", "pre"),
                _ => text,
            })
        })
    }
}

fn compiled(course: &tempfile::TempDir) -> Course {
    let compiled = compile_on(&folder::read(course.path()).unwrap(), BEGIN.day());
    compiled.course.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics))
}

fn all(course: &Course) -> impl Iterator<Item = &Question> {
    course.source().practice().chain(course.source().pre_test.iter().flat_map(|quiz| &quiz.pool))
}

/// What a question shows in an order that depends on what is right.
fn shuffled(question: &Question) -> Vec<String> {
    let parts: Vec<String> = match &question.body {
        Body::Matching(matching) => matching.rights().map(|right| right.plain_text()).collect(),
        Body::Ordering(ordering) => ordering.items.iter().map(|item| item.plain_text()).collect(),
        Body::Blanks(blanks) => blanks.words().into_iter().map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let order = drawing::present(question, SEED).order;
    order.into_iter().filter_map(|index| parts.get(index).cloned()).collect()
}

/// Parts are shuffled by the seed and the id. By another id the other course shows the same in the same
/// order: where none does, the order tells what is right. (An ordering is never shown solved, so the texts
/// here are such that neither course shows what is right in the other.)
fn numbered() -> Numbered {
    let (one, other) = (Key::One.course(&Numbered::new()), Key::Other.course(&Numbered::new()));
    let (one, other) = (compiled(&one), compiled(&other));
    let mut numbered = Numbered::new();
    for (one, other) in all(&one).zip(all(&other)).filter(|(one, _)| one.id.as_str().ends_with("-000")) {
        let ids = (1..1000).map(|number| one.id.as_str().replace("-000", &format!("-{number:03}")));
        let mut candidates = ids.map(|id| Question { id: id.parse().unwrap(), ..other.clone() });
        let alike = candidates.find(|candidate| shuffled(candidate) == shuffled(one));
        let alike = alike.unwrap_or_else(|| panic!("the order in which {} shows its parts tells its key", one.id));
        numbered.insert(one.id.to_string(), alike.id.to_string());
    }
    numbered
}

/// A learner of one of the courses who has begun its quiz, its first test and a challenge.
struct Sitter<'a> {
    browser: Browser<'a>,
    journey: String,
    numbered: &'a Numbered,
    /// Pages by what they are.
    pages: Vec<(String, String)>,
}

impl<'a> Sitter<'a> {
    async fn new(app: &'a App, key: Key, numbered: &'a Numbered) -> Self {
        app.publish(key.course(numbered).path()).await;
        let browser = app.learner().await;
        let journey = enrolled(&browser, "whole").await;
        Self { browser, journey, numbered, pages: Vec::new() }
    }

    /// Begins a quiz with all its questions; its address.
    async fn begin(&self, quiz: &Quiz, id: u128) -> String {
        let (store, account) = (self.browser.app.store(), self.browser.account.unwrap());
        let enrolment = self.journey.trim_start_matches("/learn/").parse().unwrap();
        let enrolment = enrolments::by_id(store, account, enrolment).await.unwrap().unwrap();
        let new = NewAttempt {
            id: AttemptId(Uuid::from_u128(id)),
            quiz: quiz.id.clone(),
            edition: enrolment.edition.clone(),
            seed: SEED,
            questions: quiz.pool.iter().map(|question| question.id.clone()).collect(),
        };
        let id = attempts::open_or_resume(store, &enrolment, new, Limits::default(), self.browser.app.house().now())
            .await
            .unwrap();
        format!("/attempts/{id}")
    }

    /// Begins a challenge with all questions of lessons and quizzes that a machine marks; its address.
    async fn challenge(&self, course: &Course) -> String {
        let (store, account) = (self.browser.app.store(), self.browser.account.unwrap());
        let asked = |question: &Question| challenge::Asked {
            course: course.slug.clone(),
            edition: course.edition.clone(),
            question: question.id.clone(),
        };
        let questions = course.source().practice().filter(|question| !question.is_marked_by_hand());
        let sitting = Sitting {
            step: "UN1-1".parse().unwrap(),
            from: 0,
            seed: SEED,
            questions: questions.map(asked).collect(),
            responses: BTreeMap::new(),
            right: None,
        };
        let (id, now) = (ChallengeId(Uuid::from_u128(3)), self.browser.app.house().now());
        format!("/pathway/challenges/{}", challenges::open_or_resume(store, account, id, sitting, now).await.unwrap())
    }

    /// Looks at a page, without what is new each time and what the two courses call otherwise.
    fn note(&mut self, what: String, page: &str) {
        let mut page = page.replace(&self.journey, "/learn/…");
        for tag in html::tags(&page).iter().filter(|tag| tag.get("name") == Some("csrf")) {
            page = page.replace(tag.get("value").unwrap(), "…");
        }
        for (one, other) in self.numbered {
            page = page.replace(other.as_str(), one);
        }
        self.pages.push((what, page));
    }

    async fn look(&mut self, path: &str) {
        let page = self.browser.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        self.note(path.replace(&self.journey, "/learn/…"), &page.text());
    }

    /// All questions of a sitting: empty, wrongly sent, answered with what stands first, and looked over.
    async fn sit(&mut self, sitting: &str, length: usize) {
        for number in 1..=length {
            let question = format!("{sitting}/{number}");
            self.look(&question).await;
            let page = self.browser.read(&question).await;
            let is_choice = html::tags(&page).iter().any(|tag| tag.get("name") == Some("a") && tag.name == "input");
            if is_choice && page.contains("class=\"choice\"") {
                let wrong = self.browser.post(&question, &[("a", "99")]).await;
                assert_eq!(wrong.status, 422, "{question}");
                self.note(format!("{question} to be mended"), &wrong.text());
            }
            let first = first_of_each(&page);
            let fields: Vec<(&str, &str)> = first.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            self.browser.post(&question, &fields).await.to();
            self.look(&question).await;
        }
        self.look(&format!("{sitting}/review")).await;
    }
}

/// A response to the question of a page: the first choice, a rank or partner each, a word.
fn first_of_each(page: &str) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    for tag in html::tags(page) {
        let Some(name) = tag.get("name").filter(|name| is_answer_field(name)) else { continue };
        let rank = name.trim_start_matches('a').parse::<usize>().map_or(1, |number| number + 1).to_string();
        let value = match (tag.name.as_str(), tag.get("type")) {
            ("input", Some("radio" | "checkbox")) => "0".to_owned(),
            ("select", _) if page.contains("class=\"gap\"") => "days".to_owned(),
            ("select", _) => rank,
            _ => "7".to_owned(),
        };
        fields.entry(name.to_owned()).or_insert(value);
    }
    fields
}

fn is_answer_field(name: &str) -> bool {
    name == "a" || (name.starts_with('a') && name[1..].parse::<usize>().is_ok())
}

/// All that somebody can see of the questions of a course before they are marked.
async fn pages(key: Key, numbered: &Numbered) -> Vec<(String, String)> {
    let app = App::new().await;
    app.publish_instrument().await;
    let mut sitter = Sitter::new(&app, key, numbered).await;
    let course = app.house().catalogue.course(&"whole".parse().unwrap()).unwrap();
    let visitor = app.visitor().get("/courses/whole/sample").await;
    sitter.note("the sample lesson".to_owned(), &visitor.text());
    let journey = sitter.journey.clone();
    // The second and the third time it is the sheet that everybody gets.
    for _ in 0..3 {
        sitter.look(&format!("{journey}/2-1")).await;
    }
    // Somebody who has written something gets a page of their own.
    let typed = [("question", "les-short"), ("a", "a raft")];
    sitter.browser.post(&format!("{journey}/2-1/check"), &typed).await.to();
    let again = [("question", "les-short"), ("again", "1")];
    sitter.browser.post(&format!("{journey}/2-1/check"), &again).await.to();
    sitter.look(&format!("{journey}/2-1")).await;
    let text = course.source();
    let quiz = text.module_quizzes().next().unwrap();
    for (quiz, address, id) in [(quiz, "1", 1), (text.pre_test.as_ref().unwrap(), "before", 2)] {
        sitter.look(&format!("{journey}/quizzes/{address}")).await;
        let attempt = sitter.begin(quiz, id).await;
        sitter.sit(&attempt, quiz.pool.len()).await;
    }
    let challenge = sitter.challenge(&course).await;
    let length = course.source().practice().filter(|question| !question.is_marked_by_hand()).count();
    sitter.sit(&challenge, length).await;
    sitter.look(&journey).await;
    sitter.pages
}

#[rocket::async_test]
async fn pages_before_marking_are_the_same_whatever_is_right() {
    let numbered = numbered();
    assert_eq!(numbered.len(), 9, "three kinds in three places: {numbered:?}");

    let (one, other) = (pages(Key::One, &numbered).await, pages(Key::Other, &numbered).await);

    assert_eq!(one.len(), other.len());
    assert!(one.len() > 100, "{}", one.len());
    for ((what, one), (_, other)) in one.iter().zip(&other) {
        let differing = one.lines().zip(other.lines()).find(|(one, other)| one != other);
        assert!(one == other, "{what} tells what is right: {differing:#?}");
    }
    let shown = |words: &str| one.iter().filter(|(_, page)| page.contains(words)).count();
    for words in ["The second", "A stone", "Put the steps in order.", "weeks", "Describe a crossing."] {
        assert!(shown(words) > 3, "{words} was never asked");
    }
}
