//! How long the reports over 50,000 assessments and 100,000 attempts take: making their figures, once a
//! quarter, and reading them afterwards, for every page. `cargo run --release --example needs_map`
//!
//! With the name of an empty folder the database stays there, with its key, and a server can be started on it.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on stops")]

use std::path::{Path, PathBuf};
use std::time::Instant;

use lontar::app::system_clock;
use lontar::catalogue::Catalogue;
use lontar::crypto::names;
use lontar::crypto::password::PasswordHash;
use lontar::crypto::vault::Vault;
use lontar::crypto::vault::key::ServerKey;
use lontar::domain::course::EditionHash;
use lontar::domain::disclosure::{Quarter, Scope};
use lontar::domain::id::{AccountId, AssessmentId, AttemptId, EnrolmentId, QuizId};
use lontar::domain::needs::sheet::{NeedLevel, Sheet};
use lontar::domain::quiz::scoring::Score;
use lontar::domain::time::{DAY, Timestamp};
use lontar::exchange::folder;
use lontar::store::demo::{Assessed, Person, Sitting, Study};
use lontar::store::memberships::Placement;
use lontar::store::releases::Tests;
use lontar::store::{Store, demo, instruments, organisations, releases};
use uuid::Uuid;

const PEOPLE: u32 = 50_000;
const ORGANISATIONS: u32 = 12;
const ROLES: [&str; 7] = [
    "community-defender",
    "documenter",
    "advocacy-officer",
    "lawyer",
    "communications",
    "manager",
    "security-focal-point",
];

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run());
}

async fn run() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = std::env::args_os().nth(1).map_or_else(|| scratch.path().to_owned(), PathBuf::from);
    std::fs::write(folder.join("key"), "07".repeat(32)).unwrap();
    let location = format!("sqlite:{}", folder.join("lontar.sqlite").display());
    let store = Store::open(&location.parse().unwrap(), Vault::new(&ServerKey::from_bytes([7; 32]))).await.unwrap();
    let now = system_clock();
    let quarter = Quarter::ended(now.day()).next().unwrap();
    let at = quarter.start().start().plus(10 * DAY);
    let began = Instant::now();
    fill(&store, at).await;
    println!("Filled in {:.0} s", began.elapsed().as_secs_f64());

    let (began, cpu) = (Instant::now(), cpu_seconds());
    assert!(releases::make(&store, quarter, &[tests()], now).await.unwrap());
    println!(
        "Figures of {PEOPLE} assessments and {} attempts for {} scopes, made once a quarter: {:.0} ms, {:.0} ms CPU",
        2 * PEOPLE,
        ORGANISATIONS + 1,
        began.elapsed().as_secs_f64() * 1e3,
        (cpu_seconds() - cpu) * 1e3
    );
    let (began, cpu) = (Instant::now(), cpu_seconds());
    for _ in 0..100 {
        releases::needs_map(&store, quarter, &Scope::Outside).await.unwrap();
    }
    println!(
        "The map as a page reads it: {:.2} ms, {:.2} ms CPU",
        began.elapsed().as_secs_f64() * 10.0,
        (cpu_seconds() - cpu) * 10.0
    );
}

/// The real course, so that a server on this database can show what it changed.
async fn published_course(store: &Store, at: Timestamp) -> EditionHash {
    let courses = Path::new(env!("CARGO_MANIFEST_DIR")).join("courses");
    let tree = folder::read(&courses.join(tests().course.as_str())).unwrap();
    let catalogue = Catalogue::default();
    catalogue.publish(store, tree, at).await.unwrap();
    catalogue.course(&tests().course).unwrap().edition.clone()
}

/// The tests of the course that everybody did.
fn tests() -> Tests {
    let [course, before, after] = ["digital-security", "ds-pre", "ds-post"];
    Tests { course: course.parse().unwrap(), before: before.parse().unwrap(), after: after.parse().unwrap() }
}

/// People of twelve organisations with three cohorts each, one assessment of eighteen competencies each, and
/// the tests of a course.
async fn fill(store: &Store, at: Timestamp) {
    let edition = EditionHash("bench".to_owned());
    let files = [("framework.toml".to_owned(), Vec::new())].into();
    instruments::publish(store, &edition, std::sync::Arc::new(files), at).await.unwrap();
    let course = published_course(store, at).await;
    let mut places = Vec::new();
    for number in 0..ORGANISATIONS {
        let organisation = organisations::create(store, &format!("Organisation {number}"), at).await.unwrap();
        for _ in 0..3 {
            let cohort = organisations::create_cohort(store, organisation, "Cohort", at).await.unwrap();
            places.push(Placement { organisation, cohort: Some(cohort) });
        }
    }
    for chunk in 0..PEOPLE / 500 {
        let people = (0..500).map(|number| person(chunk * 500 + number, &places, (&edition, &course), at)).collect();
        demo::write(store, people, None).await.unwrap();
    }
}

fn person(number: u32, places: &[Placement], (edition, course): (&EditionHash, &EditionHash), at: Timestamp) -> Person {
    // Neighbouring numbers must not be alike: a multiplicative hash spreads them.
    let spread = |salt: u32| (number.wrapping_add(salt).wrapping_mul(0x9E37_79B1) >> 8) as usize;
    let codes = ["DS", "UN", "BH"].into_iter().flat_map(|area| (1..=6).map(move |digit| format!("{area}{digit}")));
    let level = |(salt, code): (u32, String)| NeedLevel {
        competency: code.parse().unwrap(),
        role: Some(ROLES[spread(99) % ROLES.len()].parse().unwrap()),
        need: u8::try_from(spread(salt) % 5).unwrap(),
    };
    let levels = (0..).zip(codes).map(level).collect();
    let assessed = Assessed {
        id: AssessmentId(Uuid::now_v7()),
        edition: edition.clone(),
        sheet: Sheet::default(),
        started: at,
        finished: Some((at, levels)),
    };
    Person {
        id: AccountId(Uuid::now_v7()),
        name: names::choose(&format!("person-{number}")).unwrap(),
        password: PasswordHash::stored("$argon2id$none".to_owned()),
        registered: at,
        placement: Some(places[spread(7) % places.len()]),
        studies: vec![study(number, course, at)],
        assessments: vec![assessed],
        pathway: None,
    }
}

/// A test before and a test after, of eighteen questions each.
fn study(number: u32, edition: &EditionHash, at: Timestamp) -> Study {
    let sitting = |(quiz, right): (QuizId, u32), days: i64| Sitting {
        id: AttemptId(Uuid::now_v7()),
        quiz,
        number: 1,
        seed: 0,
        questions: Vec::new(),
        responses: Vec::new(),
        started: at.plus(days * DAY),
        submitted: at.plus(days * DAY),
        score: Score {
            hundredths: right * 100,
            max_hundredths: 1800,
            percent: u8::try_from(right * 100 / 18).unwrap(),
            passed: true,
            awaiting: 0,
            may_still_pass: false,
        },
    };
    let Tests { course, before, after } = tests();
    let right = number.wrapping_mul(0x9E37_79B1) >> 29;
    Study {
        id: EnrolmentId(Uuid::now_v7()),
        course,
        edition: edition.clone(),
        enrolled: at,
        last_place: None,
        lessons: Vec::new(),
        sittings: vec![sitting((before, 4 + right), 1), sitting((after, 9 + right), 20)],
        works: Vec::new(),
        certificate: None,
    }
}

/// What this process used so far, of user and system time.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name stands in brackets and may hold spaces; after it the 12th and 13th fields are ticks of 10 ms.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
