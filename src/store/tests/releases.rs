//! Counting, the gate and what is frozen.

use sea_orm::{ConnectionTrait, EntityTrait, Statement, Value};
use uuid::Uuid;

use super::fresh::{course, person};
use crate::domain::disclosure::{Figure, Group, Quarter, Release, RowKey, Scope};
use crate::domain::id::{AccountId, OrganisationId};
use crate::domain::time::{DAY, Timestamp};
use crate::store::accounts::erasure;
use crate::store::entity::releases as rows;
use crate::store::error::StoreError;
use crate::store::memberships::{self, Placement};
use crate::store::releases::{self, Kept, NO_ORGANISATION, Tests};
use crate::store::{Store, enrolments, organisations};

super::suite! {
    a_release_is_made_once_after_its_quarter_and_stays,
    each_person_counts_once_with_the_latest_assessment,
    people_without_an_organisation_are_a_group_of_their_own,
    a_later_organisation_has_no_figures_of_an_earlier_quarter,
    a_changed_release_is_refused,
    too_few_people_are_told_from_not_made,
    what_a_course_changed_is_released_for_whole_groups,
}

fn quarter() -> Quarter {
    Quarter { year: 2026, number: 3 }
}

fn inside_it() -> Timestamp {
    quarter().start().start().plus(10 * DAY)
}

fn after_it() -> Timestamp {
    quarter().after().start().start().plus(DAY)
}

async fn run(store: &Store, sql: &'static str, values: Vec<Value>) {
    let backend = store.reader().get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let run = store.write(move |tx| Box::pin(async move { Ok(tx.execute_raw(statement).await.map(drop)?) }));
    run.await.unwrap();
}

/// Finishes an assessment with a need in `DS1` and none in `DS2`, as its tables hold it.
async fn assess(store: &Store, account: AccountId, role: &str, need: i64, at: Timestamp) {
    let id = Uuid::now_v7();
    run(store, "INSERT INTO instrument_editions (hash, published_at) VALUES ('e', 1) ON CONFLICT DO NOTHING", vec![])
        .await;
    let assessment = "INSERT INTO needs_assessments (id, account, edition, form, started_at, finished_at, answers) \
        VALUES ($1, $2, 'e', 'first', $3, $3, $4)";
    run(store, assessment, vec![id.into(), account.into(), at.into(), vec![0_u8].into()]).await;
    for (competency, need) in [("DS1", need), ("DS2", 0)] {
        let level = "INSERT INTO need_levels (assessment, competency, role, need, finished_at) \
            VALUES ($1, $2, $3, $4, $5)";
        run(store, level, vec![id.into(), competency.into(), role.into(), need.into(), at.into()]).await;
    }
}

/// A name of letters that nobody has: digits look like a telephone number.
fn called() -> String {
    let id = Uuid::now_v7().simple().to_string();
    id.bytes().map(|byte| char::from(if byte.is_ascii_digit() { byte - b'0' + b'g' } else { byte })).collect()
}

/// So many people of an organisation, with needs 0, 1, 2, 3 in turn.
async fn people(store: &Store, organisation: Option<OrganisationId>, count: u32, at: Timestamp) -> Vec<AccountId> {
    let mut people = Vec::new();
    for number in 0..count {
        let account = person(store, &called()).await;
        if let Some(organisation) = organisation {
            place(store, account, organisation).await;
        }
        assess(store, account, ["lawyer", "manager"][number as usize % 2], i64::from(number % 4), at).await;
        people.push(account);
    }
    people
}

async fn place(store: &Store, account: AccountId, organisation: OrganisationId) {
    let placement = Placement { organisation, cohort: None };
    store.write(move |tx| Box::pin(memberships::place(tx, account, placement, Timestamp(1)))).await.unwrap();
}

async fn released(store: &Store, scope: Scope) -> Release {
    match releases::needs_map(store, quarter(), &scope).await.unwrap() {
        Kept::Released(release) => release,
        other => panic!("{other:?}"),
    }
}

fn everyone(release: &Release) -> u32 {
    release.tables()[0].row(&RowKey::Everyone).unwrap().people()
}

async fn a_release_is_made_once_after_its_quarter_and_stays(store: &Store) {
    let organisation = organisations::create(store, "River Watch", inside_it()).await.unwrap();
    let people = people(store, Some(organisation), 60, inside_it()).await;
    assert_eq!(releases::needs_map(store, quarter(), &Scope::Outside).await, Ok(Kept::NotMade));
    assert_eq!(releases::make(store, quarter(), &[], inside_it()).await, Ok(false), "it was still running");
    assert_eq!(releases::made(store).await, Ok(vec![]));

    assert_eq!(releases::make(store, quarter(), &[], after_it()).await, Ok(true));
    let first = released(store, Scope::Outside).await;
    assert!(everyone(&first).abs_diff(60) <= 4);
    let kept = rows::Entity::find().all(store.reader()).await.unwrap();
    for account in people.iter().take(30) {
        erasure::erase(store, *account).await.unwrap();
    }
    assert_eq!(releases::make(store, quarter(), &[], after_it().plus(DAY)).await, Ok(true));
    assert_eq!(rows::Entity::find().all(store.reader()).await.unwrap(), kept);
    assert_eq!(released(store, Scope::Outside).await, first, "who left can be told from the figures");
    let own = released(store, Scope::Inside(Group(organisation.to_string()))).await;
    assert_eq!(own.tables().len(), 2);
    for row in kept {
        assert!(!row.frozen.contains("River") && !row.frozen.contains("risk"), "{}", row.frozen);
        assert!(people.iter().all(|account| !row.frozen.contains(&account.to_string())));
    }
}

async fn each_person_counts_once_with_the_latest_assessment(store: &Store) {
    let people = people(store, None, 40, inside_it()).await;
    // All look again in the same quarter, and once more after it; all lack three levels in it.
    for account in &people {
        assess(store, *account, "lawyer", 3, inside_it().plus(DAY)).await;
        assess(store, *account, "lawyer", 0, after_it()).await;
    }
    for account in self::people(store, None, 30, inside_it()).await {
        assess(store, account, "lawyer", 1, inside_it().plus(-200 * DAY)).await;
    }
    releases::make(store, quarter(), &[], after_it()).await.unwrap();
    let release = released(store, Scope::Outside).await;
    let row = release.tables()[0].row(&RowKey::Everyone).unwrap().clone();
    assert!(row.people().abs_diff(70) <= 4, "{row:?}");
    // 40 and every fourth of 30.
    assert!(row.figures()[3].about().unwrap().abs_diff(47) <= 4, "{row:?}");
    assert_eq!(row.figures()[0], Figure::Hidden, "8 people are under the limit");
}

async fn people_without_an_organisation_are_a_group_of_their_own(store: &Store) {
    let organisation = organisations::create(store, "River Watch", inside_it()).await.unwrap();
    people(store, Some(organisation), 60, inside_it()).await;
    people(store, None, 60, inside_it()).await;
    releases::make(store, quarter(), &[], after_it()).await.unwrap();
    let release = released(store, Scope::Outside).await;
    let table = &release.tables()[0];
    for group in [NO_ORGANISATION.to_owned(), organisation.to_string()] {
        assert!(table.row(&RowKey::Organisation(Group(group))).unwrap().people().abs_diff(60) <= 4);
    }
    assert!(everyone(&release).abs_diff(120) <= 4);
}

async fn a_later_organisation_has_no_figures_of_an_earlier_quarter(store: &Store) {
    let everybody = people(store, None, 60, inside_it()).await;
    releases::make(store, quarter(), &[], after_it()).await.unwrap();
    let later = organisations::create(store, "Late Watch", after_it()).await.unwrap();
    for account in everybody {
        place(store, account, later).await;
    }
    let scope = Scope::Inside(Group(later.to_string()));
    assert_eq!(releases::needs_map(store, quarter(), &scope).await, Ok(Kept::Shut));
}

async fn a_changed_release_is_refused(store: &Store) {
    people(store, None, 60, inside_it()).await;
    releases::make(store, quarter(), &[], after_it()).await.unwrap();
    let forge = "UPDATE releases SET frozen = replace(frozen, '{\"about\":', '{\"about\":1')";
    run(store, forge, vec![]).await;
    let damaged = releases::needs_map(store, quarter(), &Scope::Outside).await;
    assert!(matches!(damaged, Err(StoreError::Corrupt(_))), "{damaged:?}");
}

async fn too_few_people_are_told_from_not_made(store: &Store) {
    people(store, None, 9, inside_it()).await;
    releases::make(store, quarter(), &[], after_it()).await.unwrap();
    assert_eq!(releases::needs_map(store, quarter(), &Scope::Outside).await, Ok(Kept::Shut));
    assert_eq!(releases::needs_map(store, quarter().before(), &Scope::Outside).await, Ok(Kept::NotMade));
}

async fn what_a_course_changed_is_released_for_whole_groups(store: &Store) {
    let edition = course(store, "a-course", "first").await;
    let organisation = organisations::create(store, "River Watch", inside_it()).await.unwrap();
    let tests =
        Tests { course: edition.course.clone(), before: "pre".parse().unwrap(), after: "post".parse().unwrap() };
    for number in 0..24_i64 {
        let account = person(store, &format!("p-{number}")).await;
        if number < 12 {
            place(store, account, organisation).await;
        }
        let learner = enrolments::enrol(store, account, &edition.course, &edition.hash, inside_it()).await.unwrap();
        for (quiz, number_of, points, at) in [
            ("pre", 1, 100 + number % 4 * 100, inside_it()),
            ("post", 1, 600 + number % 3 * 100, inside_it().plus(DAY)),
            // Later sittings do not count: they would bring people from one quarter into two.
            ("post", 2, 1_000, inside_it().plus(2 * DAY)),
        ] {
            let attempt = "INSERT INTO attempts (id, enrolment, quiz, edition, number, seed, questions, started_at, \
                submitted_at, score_hundredths, max_hundredths, passed, awaiting) \
                VALUES ($1, $2, $3, $4, $5, 1, '[]', $6, $6, $7, 1000, $8, 0)";
            let values: Vec<Value> = vec![
                Uuid::now_v7().into(),
                learner.id.into(),
                quiz.into(),
                edition.hash.clone().into(),
                i64::from(number_of).into(),
                at.into(),
                points.into(),
                true.into(),
            ];
            run(store, attempt, values).await;
        }
    }
    releases::make(store, quarter(), &[tests], after_it()).await.unwrap();
    let own = Scope::Inside(Group(organisation.to_string()));
    for (scope, people) in [(Scope::Outside, 24_u32), (own, 12)] {
        let kept = releases::change(store, quarter(), &scope, &edition.course).await.unwrap();
        let Kept::Released(change) = kept else { panic!("{kept:?}") };
        assert!(change.people().abs_diff(people) <= 4);
        assert_eq!(change.means(), (25, 70));
        assert!(change.gain().is_some_and(|gain| gain.value == 60), "{change:?}");
    }
    let other = "b-course".parse().unwrap();
    assert_eq!(releases::change(store, quarter(), &Scope::Outside, &other).await, Ok(Kept::Shut));
}
