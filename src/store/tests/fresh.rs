//! Fresh databases and dull people, courses and times to put into them.

use std::sync::{Arc, LazyLock};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use uuid::Uuid;

use crate::crypto::names::{self, SignInName};
use crate::crypto::password::PasswordHash;
use crate::crypto::vault::Vault;
use crate::crypto::vault::key::ServerKey;
use crate::domain::course::EditionHash;
use crate::domain::id::{AccountId, AttemptId, SubmissionId};
use crate::domain::needs::diagnosis::{Kept, KeptStanding, Measured, Required, RiskBand};
use crate::domain::needs::pathway::StepKey;
use crate::domain::needs::pathway::challenge::{Asked, Sitting};
use crate::domain::needs::ranking::{Cause, Need};
use crate::domain::quiz::question::{Body, Choices, FreeResponse, Question};
use crate::domain::quiz::response::{Confidence, Response};
use crate::domain::quiz::rubric::RubricScore;
use crate::domain::quiz::rules::Limits;
use crate::domain::quiz::scoring::{Earned, Score};
use crate::domain::quiz::{Quiz, QuizKind};
use crate::domain::time::Timestamp;
use crate::store::Store;
use crate::store::accounts::{self, Door, NewAccount};
use crate::store::attempts::{self, Marked, NewAttempt};
use crate::store::connect::Location;
use crate::store::editions::{self, Edition};
use crate::store::enrolments::{self, Enrolment};
use crate::store::submissions::{self, Item, Judgement, Written};

pub(super) const NOW: Timestamp = Timestamp(1_800_000_000_000);

pub(super) struct OnSqlite {
    pub store: Store,
    pub folder: tempfile::TempDir,
}

impl OnSqlite {
    pub fn location(&self) -> Location {
        Location::Sqlite(self.folder.path().join("lontar.db"))
    }
}

pub(super) async fn sqlite() -> OnSqlite {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Sqlite(folder.path().join("lontar.db"));
    OnSqlite { store: Store::open(&location, vault()).await.unwrap(), folder }
}

pub(super) struct OnPostgres {
    pub store: Store,
    server: DatabaseConnection,
    name: String,
}

/// A database without tables, where there is a server to make one on.
pub(super) struct Empty {
    pub url: String,
    server: DatabaseConnection,
    name: String,
}

pub(super) async fn empty_postgres() -> Option<Empty> {
    let url = postgres_url()?;
    let server = Database::connect(&url).await.unwrap();
    let name = format!("lontar_test_{}", Uuid::now_v7().simple());
    server.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    let (base, _) = url.rsplit_once('/').unwrap();
    Some(Empty { url: format!("{base}/{name}"), server, name })
}

impl Empty {
    pub async fn open(self) -> OnPostgres {
        let store = Store::open(&self.url.parse().unwrap(), vault()).await.unwrap();
        OnPostgres { store, server: self.server, name: self.name }
    }
}

pub(super) async fn postgres() -> Option<OnPostgres> {
    Some(empty_postgres().await?.open().await)
}

impl OnPostgres {
    pub async fn remove(self) {
        drop(self.store);
        self.server.execute_unprepared(&format!("DROP DATABASE {} WITH (FORCE)", self.name)).await.unwrap();
    }
}

/// As a key is: no byte tells the next one.
pub(super) const SERVER_KEY: [u8; 32] = *b"k3Yq!vR8zT0pLw5^xN2mDs7@hJ4cBf9&";

pub(super) fn vault() -> Vault {
    Vault::new(&ServerKey::from_bytes(SERVER_KEY))
}

pub(super) fn name(text: &str) -> SignInName {
    names::choose(text).unwrap()
}

/// A hash that nobody has to wait for.
pub(super) fn password(text: &str) -> PasswordHash {
    PasswordHash::stored(format!("$argon2id${text}"))
}

pub(super) fn new_account(called: &str) -> NewAccount {
    NewAccount {
        name: name(called),
        password: password("first"),
        language: "en".parse().unwrap(),
        recovery_codes: Vec::new(),
        door: Door::Open,
    }
}

pub(super) async fn person(store: &Store, called: &str) -> AccountId {
    accounts::create(store, new_account(called), NOW).await.unwrap()
}

/// Publishes a small course whose one file says `text`.
pub(super) async fn course(store: &Store, slug: &str, text: &str) -> Edition {
    let files = [("course.toml".to_owned(), text.as_bytes().to_vec())].into();
    let hash = EditionHash(format!("{slug}-{text}"));
    editions::publish(store, &slug.parse().unwrap(), &hash, Arc::new(files), NOW).await.unwrap()
}

/// Begins an attempt of two questions, or goes on with the open one.
pub(super) async fn attempt(store: &Store, learner: &Enrolment) -> AttemptId {
    let new = NewAttempt {
        id: AttemptId(Uuid::now_v7()),
        quiz: "a-quiz".parse().unwrap(),
        edition: learner.edition.clone(),
        seed: 7,
        questions: ["choose", "write"].map(|id| id.parse().unwrap()).into(),
    };
    attempts::open_or_resume(store, learner, new, Limits::default(), NOW).await.unwrap()
}

pub(super) async fn respond(store: &Store, learner: &Enrolment, attempt: AttemptId, response: &Response) {
    let (question, sure) = ("write".parse().unwrap(), Some(Confidence::Sure));
    attempts::save_response(store, learner.account, attempt, &question, 1, Some(response), sure, NOW).await.unwrap();
}

/// Hands an attempt in with half the points.
pub(super) async fn submit(store: &Store, learner: &Enrolment, attempt: AttemptId) {
    let marks = vec![("write".parse().unwrap(), 200)];
    let mark = move |_: &_| Marked { marks, ..marked(score(200, 400, 50, true)) };
    attempts::submit(store, learner.account, attempt, mark, NOW).await.unwrap();
}

pub(super) async fn hand_in(store: &Store, learner: &Enrolment, item: &Item, text: &str) -> SubmissionId {
    let written = Written { item, edition: &learner.edition, text, over: None, quiz: Some(quiz()) };
    submissions::hand_in(store, learner, written, NOW).await.unwrap()
}

pub(super) async fn mark(store: &Store, work: SubmissionId, trainer: AccountId, comment: &str) {
    let levels = [("clear".parse().unwrap(), 1)];
    let judgement = Judgement { marker: trainer, comment, quiz: Some(quiz()) };
    submissions::mark(store, work, judgement, &levels, &rubric_score(80, true), NOW).await.unwrap();
}

pub(super) fn rubric_score(percent: u8, passed: bool) -> RubricScore {
    RubricScore { percent, passed, lacking: Vec::new() }
}

pub(super) fn score(hundredths: u32, max_hundredths: u32, percent: u8, passed: bool) -> Score {
    Score { hundredths, max_hundredths, percent, passed, awaiting: 0, may_still_pass: false }
}

/// A sitting of which only the score is of interest.
pub(super) fn marked(score: Score) -> Marked {
    let machine = Earned::of_hundredths(score.hundredths.into());
    Marked { score, machine, marks: Vec::new(), prose: Vec::new() }
}

/// A quiz of a machine's point (`choose`) and a person's (`write`), passed with 60 %.
pub(super) fn quiz() -> &'static Arc<Quiz> {
    static QUIZ: LazyLock<Arc<Quiz>> = LazyLock::new(a_quiz);
    &QUIZ
}

fn a_quiz() -> Arc<Quiz> {
    let question = |id: &str, body| Question {
        id: id.parse().unwrap(),
        competency: "LT1".parse().unwrap(),
        level: 1,
        points: 1,
        asks_confidence: false,
        keeps_order: false,
        lesson: None,
        prompt: Default::default(),
        explanation: None,
        body,
        facts: Vec::new(),
    };
    let free = FreeResponse { max_words: 100, rubric: Vec::new(), model: None };
    Arc::new(Quiz {
        id: "a-quiz".parse().unwrap(),
        kind: QuizKind::Module,
        language: "en".parse().unwrap(),
        title: String::new(),
        minutes: 5,
        pass: 60,
        attempts: 0,
        wait_minutes: 0,
        asks_confidence: false,
        introduction: Vec::new(),
        draws: Vec::new(),
        pool: vec![
            question("choose", Body::TrueFalse(Choices(Vec::new()))),
            question("write", Body::FreeResponse(free)),
        ],
    })
}

/// A diagnosis with one need.
pub(super) fn kept(code: &str, from: u8, to: u8) -> Kept {
    let code = code.parse().unwrap();
    let measured = Measured { self_rating: Some(from), right: from, answered: 3, supposed: 0 };
    let required = Required::ByRole("documenter".parse().unwrap(), to);
    Kept {
        edition: EditionHash("an-edition".into()),
        risk: RiskBand::ThreeOrFour,
        minutes_a_week: 90,
        standings: vec![KeptStanding { code, measured, required, note: None }],
        needs: vec![Need { code, from, to, cause: Cause::Floor }],
    }
}

/// The step of a competency to level 2.
pub(super) fn step(code: &str) -> StepKey {
    StepKey { code: code.parse().unwrap(), to: 2 }
}

/// A challenge on that step, nothing answered yet.
pub(super) fn sitting(code: &str) -> Sitting {
    let asked = |number| Asked {
        course: "a-course".parse().unwrap(),
        edition: EditionHash("a-course-first".into()),
        question: format!("asked-{number}").parse().unwrap(),
    };
    let (responses, right) = Default::default();
    Sitting { step: step(code), from: 0, seed: 7, questions: (1..=6).map(asked).collect(), responses, right }
}

pub(super) async fn learner(store: &Store, called: &str) -> Enrolment {
    let account = person(store, called).await;
    let edition = course(store, "a-course", "first").await;
    enrolments::enrol(store, account, &edition.course, &edition.hash, NOW).await.unwrap()
}

/// Does the same thing many times at once and counts how often it worked.
pub(super) async fn how_often<F, T, E>(times: usize, act: impl Fn() -> F) -> usize
where
    F: Future<Output = Result<T, E>> + Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
{
    let tasks: Vec<_> = (0..times).map(|_| tokio::spawn(act())).collect();
    let mut worked = 0;
    for task in tasks {
        worked += usize::from(task.await.unwrap().is_ok());
    }
    worked
}

/// Where PostgreSQL is for tests. That its half is left out is said once, past what tests capture.
fn postgres_url() -> Option<String> {
    static SAID: std::sync::Once = std::sync::Once::new();
    let url = std::env::var("LONTAR_TEST_POSTGRES").ok();
    if url.is_none() {
        let line = b"\nLONTAR_TEST_POSTGRES is not set: the PostgreSQL half of the store's tests is LEFT OUT.\n";
        SAID.call_once(|| std::io::Write::write_all(&mut std::io::stderr(), line).unwrap());
    }
    url
}
