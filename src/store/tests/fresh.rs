//! Fresh databases and dull people, courses and times to put into them.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use uuid::Uuid;

use crate::crypto::names::{self, SignInName};
use crate::crypto::password::PasswordHash;
use crate::crypto::vault::Vault;
use crate::crypto::vault::key::ServerKey;
use crate::domain::course::EditionHash;
use crate::domain::id::AccountId;
use crate::domain::markup::SafeHtml;
use crate::domain::quiz::question::{Body, Choice, Choices, Criterion, CriterionLevel, FreeResponse, Question};
use crate::domain::quiz::response::{Confidence, Response};
use crate::domain::quiz::rubric::RubricScore;
use crate::domain::quiz::{Quiz, QuizKind};
use crate::domain::time::Timestamp;
use crate::store::Store;
use crate::store::accounts::{self, Door, NewAccount};
use crate::store::attempts::responses::{self, NewResponse};
use crate::store::attempts::{self, Attempt, Opening};
use crate::store::connect::Location;
use crate::store::editions::{self, Edition};
use crate::store::enrolments::{self, Enrolment};
use crate::store::error::StoreResult;
use crate::store::submissions::marking::NewMarking;

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

pub(super) async fn postgres() -> Option<OnPostgres> {
    let url = std::env::var("LONTAR_TEST_POSTGRES").ok()?;
    let server = Database::connect(&url).await.unwrap();
    let name = format!("lontar_test_{}", Uuid::now_v7().simple());
    server.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    let (base, _) = url.rsplit_once('/').unwrap();
    let location = format!("{base}/{name}").parse().unwrap();
    Some(OnPostgres { store: Store::open(&location, vault()).await.unwrap(), server, name })
}

impl OnPostgres {
    pub async fn remove(self) {
        drop(self.store);
        self.server.execute_unprepared(&format!("DROP DATABASE {} WITH (FORCE)", self.name)).await.unwrap();
    }
}

pub(super) fn vault() -> Vault {
    Vault::new(&ServerKey::from_bytes([7; 32]))
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

/// A quiz of one choice (2 points) and one free response (2 points), passed with half the points.
pub(super) fn quiz(attempts: u16) -> Arc<Quiz> {
    let choice = |is_key| Choice { text: SafeHtml::default(), is_key, feedback: SafeHtml::default() };
    let level = |share| CriterionLevel { share, label: String::new(), descriptor: String::new() };
    let criterion = Criterion {
        id: "clear".parse().unwrap(),
        title: "Clear".into(),
        weight: 100,
        is_required: false,
        levels: vec![level(0), level(100)],
    };
    let free = FreeResponse { max_words: 100, rubric: vec![criterion], model: None };
    Arc::new(Quiz {
        id: "a-quiz".parse().unwrap(),
        kind: QuizKind::Module,
        language: "en".parse().unwrap(),
        title: "A quiz".into(),
        minutes: 5,
        pass: 50,
        attempts,
        wait_minutes: 0,
        asks_confidence: true,
        introduction: Vec::new(),
        draws: Vec::new(),
        pool: vec![
            question("choose", Body::SingleChoice(Choices(vec![choice(true), choice(false)]))),
            question("write", Body::FreeResponse(free)),
        ],
    })
}

fn question(id: &str, body: Body) -> Question {
    Question {
        id: id.parse().unwrap(),
        competency: "DS1".parse().unwrap(),
        level: 1,
        points: 2,
        asks_confidence: false,
        keeps_order: false,
        lesson: None,
        prompt: SafeHtml::default(),
        explanation: None,
        body,
    }
}

/// Opens an attempt or goes on with the open one.
pub(super) async fn open_attempt(store: &Store, learner: &Enrolment, quiz: &Arc<Quiz>) -> Opening {
    let subject = (&learner.edition, quiz);
    attempts::open_or_resume(store, learner.account, learner.id, subject, 7, NOW).await.unwrap()
}

pub(super) async fn begin_attempt(store: &Store, learner: &Enrolment, quiz: &Arc<Quiz>) -> Attempt {
    match open_attempt(store, learner, quiz).await {
        Opening::Begun(attempt) => attempt,
        other => panic!("not begun: {other:?}"),
    }
}

pub(super) async fn respond(
    store: &Store,
    learner: &Enrolment,
    attempt: &Attempt,
    question: &str,
    response: Response,
) -> StoreResult<()> {
    let id = question.parse().unwrap();
    let new = NewResponse { question: &id, position: 0, response: Some(&response), confidence: Some(Confidence::Sure) };
    responses::save(store, learner.account, attempt.id, new, NOW).await
}

/// A mark by rubric, with `percent` of the points.
pub(super) fn marking(percent: u8) -> NewMarking {
    NewMarking {
        levels: [("clear".parse().unwrap(), 1)].into(),
        score: RubricScore { percent, passed: percent >= 50, lacking: Vec::new() },
        comment: "Well said.".into(),
    }
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
