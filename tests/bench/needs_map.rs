//! How long the needs map over 50,000 assessments takes: making its figures, once a quarter, and reading them
//! afterwards, for every page. `cargo run --release --example needs_map`

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on stops")]

use std::time::Instant;

use lontar::crypto::names;
use lontar::crypto::password::PasswordHash;
use lontar::crypto::vault::Vault;
use lontar::crypto::vault::key::ServerKey;
use lontar::domain::course::EditionHash;
use lontar::domain::disclosure::{Quarter, Scope};
use lontar::domain::id::{AccountId, AssessmentId};
use lontar::domain::needs::sheet::{NeedLevel, Sheet};
use lontar::domain::time::{DAY, Timestamp};
use lontar::store::demo::{Assessed, Person};
use lontar::store::memberships::Placement;
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
    let folder = tempfile::tempdir().unwrap();
    let location = format!("sqlite:{}", folder.path().join("lontar.sqlite").display());
    let store = Store::open(&location.parse().unwrap(), Vault::new(&ServerKey::from_bytes([7; 32]))).await.unwrap();
    let quarter = Quarter { year: 2026, number: 3 };
    let at = quarter.start().start().plus(10 * DAY);
    fill(&store, at).await;

    let (began, cpu) = (Instant::now(), cpu_seconds());
    assert!(releases::make(&store, quarter, &[], at.plus(200 * DAY)).await.unwrap());
    println!(
        "Figures of {PEOPLE} assessments for {} scopes, made once a quarter: {:.0} ms, {:.0} ms CPU",
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

/// People of twelve organisations with three cohorts each, and one assessment of eighteen competencies each.
async fn fill(store: &Store, at: Timestamp) {
    let edition = EditionHash("bench".to_owned());
    let files = [("framework.toml".to_owned(), Vec::new())].into();
    instruments::publish(store, &edition, std::sync::Arc::new(files), at).await.unwrap();
    let mut places = Vec::new();
    for number in 0..ORGANISATIONS {
        let organisation = organisations::create(store, &format!("Organisation {number}"), at).await.unwrap();
        for _ in 0..3 {
            let cohort = organisations::create_cohort(store, organisation, "Cohort", at).await.unwrap();
            places.push(Placement { organisation, cohort: Some(cohort) });
        }
    }
    for chunk in 0..PEOPLE / 500 {
        let people = (0..500).map(|number| person(chunk * 500 + number, &places, &edition, at)).collect();
        demo::write(store, people, None).await.unwrap();
    }
}

fn person(number: u32, places: &[Placement], edition: &EditionHash, at: Timestamp) -> Person {
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
        studies: Vec::new(),
        assessments: vec![assessed],
        pathway: None,
    }
}

/// What this process used so far, of user and system time.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name stands in brackets and may hold spaces; after it the 12th and 13th fields are ticks of 10 ms.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
