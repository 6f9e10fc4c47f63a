//! Figures for managers: counted, put through the disclosure gate and frozen, once for a quarter.
//!
//! All scopes of a quarter are made at once from the same counts, because the gate holds only for figures
//! of the same people. That is why a release is never made later for one organisation alone, and why it
//! stays as it is when people leave. Counts never leave this file but through the gate.
//!
//! People without an organisation are counted as a group of their own: left out, everybody's figures would
//! be less than the sum of those whom a manager may know.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use sea_orm::{EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Statement};
use uuid::Uuid;

use crate::crypto::vault::Purpose;
use crate::domain::competency::CompetencyCode;
use crate::domain::course::Course;
use crate::domain::disclosure::{
    self, Change, Count, Frozen, Group, NoiseKey, Quarter, Refusal, Release, Scope, Tested,
};
use crate::domain::id::{AccountId, CohortId, CourseSlug, OrganisationId, QuizId};
use crate::domain::needs::gain::Pair;
use crate::domain::time::Timestamp;

use super::Store;
use super::entity::organisations;
use super::entity::releases::{self, Column, Entity, Model};
use super::error::{StoreError, StoreResult};
use super::rows::insert;

/// The group of those who belong to no organisation.
pub const NO_ORGANISATION: &str = "none";

/// A course with its test before and its test after.
#[derive(Clone, Debug)]
pub struct Tests {
    pub course: CourseSlug,
    pub before: QuizId,
    pub after: QuizId,
}

impl Tests {
    /// Those of the courses that have both.
    pub fn of(courses: &[Arc<Course>]) -> Vec<Self> {
        let of = |course: &Arc<Course>| {
            let (before, after) = (course.source().pre_test.as_ref()?, course.source().post_test.as_ref()?);
            Some(Self { course: course.slug.clone(), before: before.id.clone(), after: after.id.clone() })
        };
        courses.iter().filter_map(of).collect()
    }
}

/// What became of a quarter's figures for one scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept<T> {
    /// Nobody has made them yet.
    NotMade,
    /// The gate stayed shut: too few people, or all alike.
    Shut,
    Released(T),
}

/// The key of the shifts on figures.
pub fn noise_key(store: &Store) -> NoiseKey {
    NoiseKey::new(*store.vault().derive(Purpose::Noise))
}

/// The needs map of a quarter for one scope.
pub async fn needs_map(store: &Store, period: Quarter, scope: &Scope) -> StoreResult<Kept<Release>> {
    let key = noise_key(store);
    let is_it = |release: &Release| release.period() == period && release.scope() == scope;
    Ok(match kept(store, period, &needs_name(scope)).await? {
        Kept::NotMade => Kept::NotMade,
        Kept::Shut => Kept::Shut,
        Kept::Released(frozen) => Kept::Released(frozen.thaw(&key).filter(is_it).ok_or(FORGED)?),
    })
}

/// What a course changed in a quarter, for one scope.
pub async fn change(store: &Store, period: Quarter, scope: &Scope, course: &CourseSlug) -> StoreResult<Kept<Change>> {
    let key = noise_key(store);
    let is_it = |change: &Change| change.period() == period && change.scope() == scope && change.course() == course;
    Ok(match kept(store, period, &change_name(scope, course)).await? {
        Kept::NotMade => Kept::NotMade,
        Kept::Shut => Kept::Shut,
        Kept::Released(frozen) => Kept::Released(Change::thaw(&frozen, &key).filter(is_it).ok_or(FORGED)?),
    })
}

/// The quarters whose figures were made.
pub async fn made(store: &Store) -> StoreResult<Vec<Quarter>> {
    let outside = Entity::find().filter(releases::COLUMN.scope.eq(needs_name(&Scope::Outside)));
    let periods: Vec<String> =
        store.read(outside.select_only().column(Column::Period).into_tuple().all(store.reader())).await?;
    periods.iter().map(|period| period.parse().map_err(|_| StoreError::Corrupt("a quarter that is none"))).collect()
}

/// Makes and freezes all figures of an ended quarter; made once, making them again changes nothing.
/// `false`: the quarter is still running.
pub async fn make(store: &Store, period: Quarter, tests: &[Tests], now: Timestamp) -> StoreResult<bool> {
    if !period.has_ended(now.day()) {
        return Ok(false);
    }
    if made(store).await?.contains(&period) {
        return Ok(true);
    }
    let material = Material::gather(store, period, tests).await?;
    let key = noise_key(store);
    let working = tokio::task::spawn_blocking(move || material.release(period, now, &key));
    let rows = working.await.map_err(|_| StoreError::Fault("the figures could not be worked out".into()))?;
    store
        .write(move |tx| {
            Box::pin(async move {
                let is_there = Entity::find().filter(releases::COLUMN.period.eq(period.to_string())).one(tx).await?;
                if is_there.is_none() {
                    for row in rows {
                        insert(tx, row).await?;
                    }
                }
                Ok(true)
            })
        })
        .await
}

/// All that a quarter's figures are made of, read at once.
struct Material {
    organisations: Vec<Group>,
    needs: Vec<Count>,
    tested: Vec<(CourseSlug, Vec<Tested>)>,
}

impl Material {
    async fn gather(store: &Store, period: Quarter, tests: &[Tests]) -> StoreResult<Self> {
        let ids: Vec<OrganisationId> = {
            let query = organisations::Entity::find().select_only().column(organisations::Column::Id);
            store.read(query.into_tuple().all(store.reader())).await?
        };
        let mut tested = Vec::with_capacity(tests.len());
        for of in tests {
            tested.push((of.course.clone(), scores(store, period, of).await?));
        }
        Ok(Self {
            organisations: ids.into_iter().map(|id| Group(id.to_string())).collect(),
            needs: needs(store, period).await?,
            tested,
        })
    }

    /// Everything through the gate, ready to be kept.
    fn release(&self, period: Quarter, now: Timestamp, key: &NoiseKey) -> Vec<Model> {
        let today = now.day();
        let inside = self.organisations.iter().cloned().map(Scope::Inside);
        let mut rows = BTreeMap::new();
        for scope in std::iter::once(Scope::Outside).chain(inside) {
            let map = disclosure::needs_map(&self.needs, scope.clone(), period, today, key);
            rows.insert(needs_name(&scope), map.map(|release| release.freeze(key)));
            for (course, tested) in &self.tested {
                let change = disclosure::change(tested, course, scope.clone(), period, today, key);
                rows.insert(change_name(&scope, course), change.map(|change| change.freeze(key)));
            }
        }
        rows.into_iter().map(|(scope, frozen)| row(period, scope, frozen, now)).collect()
    }
}

fn row(period: Quarter, scope: String, frozen: Result<Frozen, Refusal>, now: Timestamp) -> Model {
    let (frozen, seal) = frozen.map(Frozen::into_parts).unwrap_or_default();
    Model { period: period.to_string(), scope, frozen, seal, made_at: now }
}

/// How many people of each place have which need: of each person and competency the latest assessment
/// that was finished in the quarter.
async fn needs(store: &Store, period: Quarter) -> StoreResult<Vec<Count>> {
    // Grouping near a million rows is slow on SQLite, so an assessment comes as one row and is tallied here.
    const PEOPLE: &str = "\
        SELECT needs_assessments.id, needs_assessments.account, needs_assessments.finished_at, \
        memberships.organisation, memberships.cohort \
        FROM needs_assessments LEFT JOIN memberships ON memberships.account = needs_assessments.account \
        WHERE needs_assessments.finished_at >= $1 AND needs_assessments.finished_at < $2";
    const LEVELS: &str = "\
        SELECT assessment, role, string_agg(competency || ' ' || need, ',') AS needs FROM need_levels \
        WHERE finished_at >= $1 AND finished_at < $2 GROUP BY assessment, role";
    let people = Finished::find_by_statement(within(store, PEOPLE, period, Vec::new()));
    let people = store.read(people.all(store.reader())).await?;
    let levels = Levels::find_by_statement(within(store, LEVELS, period, Vec::new()));
    let levels = store.read(levels.all(store.reader())).await?;
    tally(people, levels)
}

/// A finished assessment and where its person belongs.
#[derive(FromQueryResult)]
struct Finished {
    id: Uuid,
    account: AccountId,
    finished_at: Timestamp,
    organisation: Option<OrganisationId>,
    cohort: Option<CohortId>,
}

/// What an assessment found: `DS1 2,DS2 0`.
#[derive(FromQueryResult)]
struct Levels {
    assessment: Uuid,
    role: String,
    needs: String,
}

/// Where people stand: their organisation, their cohort, their role.
type Place = (Option<OrganisationId>, Option<CohortId>, String);

/// How many people have which need of what.
type Needs = HashMap<(CompetencyCode, u8), u32>;

fn tally(mut people: Vec<Finished>, levels: Vec<Levels>) -> StoreResult<Vec<Count>> {
    let mut of_assessment: HashMap<Uuid, Levels> = levels.into_iter().map(|found| (found.assessment, found)).collect();
    people.sort_unstable_by_key(|finished| (finished.account, Reverse((finished.finished_at, finished.id))));
    let mut places: HashMap<Place, Needs> = HashMap::new();
    let mut seen: Vec<CompetencyCode> = Vec::new();
    let mut before = None;
    for finished in people {
        if before != Some(finished.account) {
            seen.clear();
            before = Some(finished.account);
        }
        let Some(found) = of_assessment.remove(&finished.id) else { continue };
        let place = places.entry((finished.organisation, finished.cohort, found.role)).or_default();
        for need in found.needs.split(',') {
            let (competency, need) = read_need(need)?;
            // The latest comes first; an earlier one counts only for what was not asked again.
            if !seen.contains(&competency) {
                seen.push(competency);
                *place.entry((competency, need)).or_default() += 1;
            }
        }
    }
    let counts = places.into_iter().flat_map(|((organisation, cohort, role), found)| {
        found.into_iter().map(move |((competency, need), people)| Count {
            organisation: group(organisation),
            cohort: cohort.map(|cohort| Group(cohort.to_string())),
            role: Group(role.clone()),
            competency,
            need,
            people,
        })
    });
    Ok(counts.collect())
}

fn read_need(text: &str) -> StoreResult<(CompetencyCode, u8)> {
    let damaged = StoreError::Corrupt("a need that is none");
    let (competency, need) = text.split_once(' ').ok_or(damaged.clone())?;
    Ok((competency.parse().map_err(|_| damaged.clone())?, need.parse().map_err(|_| damaged)?))
}

/// The scores of everybody whose first sitting of the test after fell into the quarter, with those of
/// their first sitting of the test before.
async fn scores(store: &Store, period: Quarter, tests: &Tests) -> StoreResult<Vec<Tested>> {
    #[derive(FromQueryResult)]
    struct Scored {
        organisation: Option<OrganisationId>,
        before: i64,
        before_of: i64,
        after: i64,
        after_of: i64,
    }
    const SQL: &str = "\
        SELECT memberships.organisation, \
        pre.score_hundredths AS before, pre.max_hundredths AS before_of, \
        post.score_hundredths AS after, post.max_hundredths AS after_of \
        FROM attempts AS post JOIN enrolments ON enrolments.id = post.enrolment \
        JOIN attempts AS pre ON pre.enrolment = post.enrolment AND pre.quiz = $4 AND pre.number = 1 \
        LEFT JOIN memberships ON memberships.account = enrolments.account \
        WHERE post.submitted_at >= $1 AND post.submitted_at < $2 AND enrolments.course = $3 \
        AND post.quiz = $5 AND post.number = 1 AND pre.submitted_at <= post.submitted_at \
        AND pre.max_hundredths > 0 AND post.max_hundredths > 0 AND pre.awaiting = 0 AND post.awaiting = 0";
    let names: [sea_orm::Value; 3] =
        [tests.course.clone().into(), tests.before.clone().into(), tests.after.clone().into()];
    let statement = within(store, SQL, period, names.to_vec());
    let rows = store.read(Scored::find_by_statement(statement).all(store.reader())).await?;
    let share = |points: i64, most: i64| (points as f64 / most as f64).clamp(0.0, 1.0);
    let tested = |row: Scored| Tested {
        organisation: group(row.organisation),
        pair: Pair { before: share(row.before, row.before_of), after: share(row.after, row.after_of) },
    };
    Ok(rows.into_iter().map(tested).collect())
}

/// A statement whose `$1` and `$2` are the beginning of the quarter and of the next.
fn within(store: &Store, sql: &str, period: Quarter, further: Vec<sea_orm::Value>) -> Statement {
    let ends = [period.start().start().into(), period.after().start().start().into()];
    let values: Vec<sea_orm::Value> = ends.into_iter().chain(further).collect();
    Statement::from_sql_and_values(store.reader().get_database_backend(), sql, values)
}

fn group(organisation: Option<OrganisationId>) -> Group {
    Group(organisation.map_or_else(|| NO_ORGANISATION.to_owned(), |id| id.to_string()))
}

async fn kept(store: &Store, period: Quarter, scope: &str) -> StoreResult<Kept<Frozen>> {
    let key = (period.to_string(), scope.to_owned());
    let row = store.read(Entity::find_by_id(key).one(store.reader())).await?;
    Ok(match row {
        // An organisation that was made later has no figures of this quarter.
        None if made(store).await?.contains(&period) => Kept::Shut,
        None => Kept::NotMade,
        Some(row) if row.frozen.is_empty() => Kept::Shut,
        Some(row) => Kept::Released(Frozen::kept(row.frozen, row.seal)),
    })
}

const FORGED: StoreError = StoreError::Corrupt("a release is not what the gate wrote");

fn needs_name(scope: &Scope) -> String {
    format!("needs {}", scope_name(scope))
}

fn change_name(scope: &Scope, course: &CourseSlug) -> String {
    format!("change {course} {}", scope_name(scope))
}

fn scope_name(scope: &Scope) -> String {
    match scope {
        Scope::Outside => "outside".to_owned(),
        Scope::Inside(group) => format!("inside {}", group.0),
    }
}
