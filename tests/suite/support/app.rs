//! A server for one test: its own folder, its own database, a clock that the test moves.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lontar::catalogue::Publication;
use lontar::config::Settings;
use lontar::crypto::names::{self, SignInName};
use lontar::crypto::password::{Hasher, Password, PasswordHash};
use lontar::crypto::totp::TotpSecret;
use lontar::crypto::vault::Vault;
use lontar::crypto::vault::key::ServerKey;
use lontar::domain::account::Role;
use lontar::domain::id::{AccountId, OrganisationId};
use lontar::domain::time::{DAY, Timestamp};
use lontar::exchange::folder;
use lontar::store::Store;
use lontar::store::accounts::{self, Door, NewAccount, roles, second_factor};
use lontar::store::invitations;
use lontar::store::memberships::{self, Placement};
use lontar::store::sessions::{self, NewSession};
use lontar::web::house::House;
use rocket::Route;
use rocket::local::asynchronous::Client;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use tokio::sync::OnceCell;

use super::PASSWORD;
use super::browser::Browser;

/// 15 January 2027, 08:00 UTC.
pub const BEGIN: Timestamp = Timestamp(1_800_000_000_000);

thread_local! {
    // Requests of a local client run on the thread of their test.
    static NOW: Cell<Timestamp> = const { Cell::new(BEGIN) };
}

fn clock() -> Timestamp {
    NOW.get()
}

pub fn set_clock(now: Timestamp) {
    NOW.set(now);
}

/// Moves the clock on.
pub fn pass_time(milliseconds: i64) {
    NOW.set(NOW.get().plus(milliseconds));
}

pub struct App {
    pub client: Client,
    pub folder: tempfile::TempDir,
    postgres: Option<Postgres>,
}

/// A name that nobody has: two proposed ones among some thousand people are the same now and then.
fn a_free_name() -> SignInName {
    static NAMED: AtomicUsize = AtomicUsize::new(0);
    let number = NAMED.fetch_add(1, Ordering::Relaxed);
    SignInName::stored(format!("{}x{number}", names::propose().reveal()))
}

/// A database of the test's own on the server that `LONTAR_TEST_POSTGRES` names.
struct Postgres {
    server: DatabaseConnection,
    name: String,
}

impl App {
    /// With the course `whole`, on SQLite.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// The same with other settings.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}", folder.path().join("lontar.sqlite").display());
        Self::on(folder, database, None, change, Hasher::default(), Vec::new()).await
    }

    /// Where a test has routes of its own beside the server's.
    pub async fn with_routes(routes: Vec<Route>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}", folder.path().join("lontar.sqlite").display());
        Self::on(folder, database, None, |_| {}, Hasher::default(), routes).await
    }

    /// Where so many people sign in at once that nobody's turn comes.
    pub async fn with_full_house() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}", folder.path().join("lontar.sqlite").display());
        Self::on(folder, database, None, |_| {}, Hasher::new(0, Duration::ZERO), Vec::new()).await
    }

    /// On PostgreSQL, where there is one to test with.
    pub async fn on_postgres() -> Option<Self> {
        let url = postgres_url()?;
        let server = Database::connect(&url).await.unwrap();
        let name = format!("lontar_suite_{}", uuid::Uuid::now_v7().simple());
        server.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        let (base, _) = url.rsplit_once('/').unwrap();
        let database = format!("{base}/{name}");
        let folder = tempfile::tempdir().unwrap();
        Some(Self::on(folder, database, Some(Postgres { server, name }), |_| {}, Hasher::default(), Vec::new()).await)
    }

    async fn on(
        folder: tempfile::TempDir,
        database_url: String,
        postgres: Option<Postgres>,
        change: impl FnOnce(&mut Settings),
        hasher: Hasher,
        routes: Vec<Route>,
    ) -> Self {
        set_clock(BEGIN);
        let public_url = |name: &str| (name == "LONTAR_PUBLIC_URL").then(|| "https://learn.example".to_owned());
        let mut settings = Settings::read(public_url, None).unwrap();
        settings.data = folder.path().to_owned();
        settings.database_url = database_url;
        change(&mut settings);
        let vault = Vault::new(&ServerKey::from_bytes([7; 32]));
        let store = Store::open(&settings.database_url.parse().unwrap(), vault).await.unwrap();
        let rocket = lontar::app::build_with(hasher, settings, store, clock).await.unwrap();
        let client = Client::untracked(rocket.mount("/", routes)).await.unwrap();
        let app = Self { client, folder, postgres };
        app.publish(&fixture("whole")).await;
        // What `/readyz` writes is there from the first time on.
        assert!(app.store().health().await.is_good());
        app
    }

    /// Publishes the course in a folder.
    pub async fn publish(&self, path: &Path) {
        let house = self.house();
        house.catalogue.publish(&house.store, folder::read(path).unwrap(), house.now()).await.unwrap();
    }

    /// Publishes the course `whole` once more as a course of the needs assessment: its lessons and
    /// questions then are about UN1.
    pub async fn publish_for_pathways(&self) {
        let slug = "un-mechanisms";
        let house = self.house();
        if house.catalogue.course(&slug.parse().unwrap()).is_some() {
            return;
        }
        let mut tree = folder::read(&fixture("whole")).unwrap();
        for (name, bytes) in &mut tree.0 {
            if name.ends_with(".md") || name.ends_with(".toml") {
                let text = String::from_utf8(std::mem::take(bytes)).unwrap();
                let text = text.replace("slug = \"whole\"", &format!("slug = \"{slug}\""));
                let text = text.replace("[\"LT1\", \"LT2\"]", "[\"UN1\"]");
                *bytes = text.replace("LT1", "UN1").replace("LT2", "UN1").into_bytes();
            }
        }
        let published = house.catalogue.publish(&house.store, tree, house.now()).await.unwrap();
        if let Publication::Refused(diagnostics) = published {
            panic!("{diagnostics:#?}");
        }
    }

    /// Publishes the real needs assessment, once.
    pub async fn publish_instrument(&self) {
        let house = self.house();
        if house.instruments.latest().is_none() {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("courses/needs-assessment");
            let tree = folder::read(&path).unwrap();
            house.instruments.publish(&house.store, tree, house.now()).await.unwrap();
        }
    }

    /// Takes the PostgreSQL database away from the server, or gives it back.
    pub async fn cut_off(&self, is_away: bool) {
        let Postgres { server, name } = self.postgres.as_ref().unwrap();
        server.execute_unprepared(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {}", !is_away)).await.unwrap();
        let kill = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        if is_away {
            server.execute_unprepared(&kill).await.unwrap();
        }
    }

    /// Drops the test's database where it is not a file in the test's folder.
    pub async fn remove(self) {
        if let Some(Postgres { server, name }) = self.postgres {
            drop(self.client);
            server.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
        }
    }

    pub fn house(&self) -> &House {
        self.client.rocket().state().unwrap()
    }

    pub fn store(&self) -> &Store {
        &self.house().store
    }

    /// Somebody without an account.
    pub fn visitor(&self) -> Browser<'_> {
        Browser::new(self)
    }

    /// Somebody with an account, signed in.
    pub async fn learner(&self) -> Browser<'_> {
        self.person(&[], Factor::None).await
    }

    /// A trainer who has shown the second factor.
    pub async fn trainer(&self) -> Browser<'_> {
        self.person(&[Role::Trainer], Factor::Passed).await
    }

    /// A programme manager of the network who has shown the second factor.
    pub async fn manager(&self) -> Browser<'_> {
        let browser = self.person(&[], Factor::Passed).await;
        let account = browser.account.unwrap();
        roles::grant_network(self.store(), account, clock()).await.unwrap();
        self.begin_session(&browser, account, true).await;
        browser
    }

    /// A programme manager of one organisation who has shown the second factor.
    pub async fn manager_of(&self, organisation: OrganisationId) -> Browser<'_> {
        let browser = self.person(&[], Factor::Passed).await;
        let account = browser.account.unwrap();
        let placement = Some(Placement { organisation, cohort: None });
        let (_, code) = invitations::create(self.store(), 1, clock().plus(DAY), placement, clock()).await.unwrap();
        memberships::join(self.store(), account, &code.printed(), clock()).await.unwrap();
        roles::grant(self.store(), account, Role::ProgrammeManager, clock()).await.unwrap();
        self.begin_session(&browser, account, true).await;
        browser
    }

    /// An administrator who has shown the second factor.
    pub async fn administrator(&self) -> Browser<'_> {
        self.person(&[Role::Administrator], Factor::Passed).await
    }

    /// Somebody new with these roles, signed in.
    pub async fn person(&self, roles: &[Role], factor: Factor) -> Browser<'_> {
        let name = a_free_name();
        let account = NewAccount {
            name: name.clone(),
            password: password_hash().await,
            language: "en".parse().unwrap(),
            recovery_codes: Vec::new(),
            door: Door::CommandLine(roles.iter().copied().collect::<BTreeSet<_>>()),
        };
        let account = accounts::create(self.store(), account, clock()).await.unwrap();
        if factor != Factor::None {
            second_factor::set(self.store(), account, Some(&TotpSecret::random())).await.unwrap();
        }
        let mut browser = Browser::new(self);
        browser.account = Some(account);
        browser.name = name.reveal().to_owned();
        self.begin_session(&browser, account, factor == Factor::Passed).await;
        browser
    }

    /// Another browser of the same person, signed in.
    pub async fn other_browser(&self, of: &Browser<'_>) -> Browser<'_> {
        let mut browser = Browser::new(self);
        (browser.account, browser.name) = (of.account, of.name.clone());
        self.begin_session(&browser, of.account.unwrap(), false).await;
        browser
    }

    async fn begin_session(&self, browser: &Browser<'_>, account: AccountId, second_factor_passed: bool) {
        let session = NewSession { account, is_own_device: false, second_factor_passed };
        let (token, _) = sessions::create(self.store(), session, clock()).await.unwrap();
        browser.put_cookie("__Host-session", &token.reveal());
    }

    /// The server forgets what it keeps in memory for a second, as if that second had passed.
    pub fn forget_caches(&self, of: &Browser<'_>) {
        self.house().sessions.forget(of.account.unwrap());
    }

    pub fn database_file(&self) -> PathBuf {
        self.folder.path().join("lontar.sqlite")
    }

    /// Every row of every table of the SQLite database, see [`dump_of`].
    pub async fn dump(&self) -> BTreeMap<String, Vec<String>> {
        dump_of(&self.database_file()).await
    }
}

/// Every row of every table of a SQLite database as text, except what reading may change: when a
/// session was used last.
pub async fn dump_of(path: &Path) -> BTreeMap<String, Vec<String>> {
    let db = Database::connect(format!("sqlite:{}?mode=ro", path.display())).await.unwrap();
    let mut dump = BTreeMap::new();
    for table in texts(&db, "SELECT name AS text FROM sqlite_master WHERE type = 'table'").await {
        let columns = texts(&db, &format!("SELECT name AS text FROM pragma_table_info('{table}')")).await;
        let kept = columns.iter().filter(|column| column.as_str() != "last_seen_at");
        let kept: Vec<String> = kept.map(|column| format!("quote(\"{column}\")")).collect();
        let rows = texts(&db, &format!("SELECT {} AS text FROM \"{table}\" ORDER BY 1", kept.join("||','||"))).await;
        dump.insert(table, rows);
    }
    db.close().await.unwrap();
    dump
}

async fn texts(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let rows = db.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap();
    rows.iter().map(|row| row.try_get("", "text").unwrap()).collect()
}

/// How far somebody is with the second step of signing in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// None was set up.
    None,
    /// It is set up and was not shown in this session.
    Missing,
    Passed,
}

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/courses").join(name)
}

/// Hashed once for all tests: it takes long on purpose.
async fn password_hash() -> PasswordHash {
    static HASH: OnceCell<PasswordHash> = OnceCell::const_new();
    HASH.get_or_init(|| async { Hasher::default().hash(Password::new(PASSWORD)).await.unwrap() }).await.clone()
}

/// Where PostgreSQL is for tests. That its half is left out is said once, past what tests capture.
fn postgres_url() -> Option<String> {
    static SAID: std::sync::Once = std::sync::Once::new();
    let url = std::env::var("LONTAR_TEST_POSTGRES").ok();
    if url.is_none() {
        let line = b"\nLONTAR_TEST_POSTGRES is not set: what tests do on PostgreSQL is LEFT OUT.\n";
        SAID.call_once(|| std::io::Write::write_all(&mut std::io::stderr(), line).unwrap());
    }
    url
}
