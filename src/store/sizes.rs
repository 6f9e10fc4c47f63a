//! About how many people organisations and cohorts have, for managers: counted for all at the same moment,
//! put through the disclosure gate and kept until the next count. Counted at each look, they would tell
//! whoever looks often when somebody joined or left. An organisation's own managers get them once a week;
//! what is seen outside of it, as by managers of the network, changes once a quarter like all that leaves it.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Statement};

use crate::domain::disclosure::{self, Frozen, Group, Members, Quarter, Scope, Sizes};
use crate::domain::id::{CohortId, OrganisationId};
use crate::domain::time::Timestamp;

use super::entity::cohorts;
use super::entity::releases::{self, Column, Entity, Model};
use super::error::{StoreError, StoreResult};
use super::releases::noise_key;
use super::rows::insert;
use super::{Store, settings};

/// Who sees sizes; how the scopes of their rows begin, the rest of which is whose sizes they are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seers {
    Inside,
    Outside,
}

impl Seers {
    fn of(scope: &Scope) -> Self {
        match scope {
            Scope::Outside => Self::Outside,
            Scope::Inside(_) => Self::Inside,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Inside => "sizes inside ",
            Self::Outside => "sizes outside ",
        }
    }

    /// The setting that holds what was counted last. Kept beside the figures: while nobody belongs anywhere there
    /// are none, and whoever joins first must not be counted at that hour.
    fn mark(self) -> &'static str {
        match self {
            Self::Inside => "sizes-counted-inside",
            Self::Outside => "sizes-counted-outside",
        }
    }

    fn scope(self, organisation: &Group) -> Scope {
        match self {
            Self::Inside => Scope::Inside(organisation.clone()),
            Self::Outside => Scope::Outside,
        }
    }

    /// What they see one count of.
    fn period(self, now: Timestamp) -> String {
        match self {
            Self::Inside => week(now),
            // Not the quarter's own name, which is that of the figures made when it has ended.
            Self::Outside => format!("sizes of {}", Quarter::of(now.day())),
        }
    }
}

/// The sizes of an organisation and its cohorts as `scope` may see them. One that was made after the last
/// count is hidden until the next.
pub async fn of(store: &Store, organisation: OrganisationId, scope: &Scope) -> StoreResult<Sizes> {
    let name = name(Seers::of(scope), &organisation.to_string());
    let query = Entity::find().filter(releases::COLUMN.scope.eq(name));
    let Some(row) = store.read(query.one(store.reader())).await? else { return Ok(Sizes::hidden()) };
    let frozen = Frozen::kept(row.frozen, row.seal);
    Sizes::thaw(&frozen, &noise_key(store)).ok_or(StoreError::Corrupt("sizes are not what the gate wrote"))
}

/// Counts anew in the first round of a week, and of a quarter. `false`: what is due is there.
pub async fn count_due(store: &Store, now: Timestamp) -> StoreResult<bool> {
    let inside = count(store, Seers::Inside, now).await?;
    Ok(count(store, Seers::Outside, now).await? || inside)
}

async fn count(store: &Store, seers: Seers, now: Timestamp) -> StoreResult<bool> {
    let period = seers.period(now);
    let counted = store.read(settings::find(seers.mark()).one(store.reader())).await?;
    if counted.is_some_and(|counted| counted.value == period) {
        return Ok(false);
    }
    let rows = rows(store, seers, &period, now).await?;
    let counted = store.write(move |tx| {
        Box::pin(async move {
            // Another server may have been first.
            if settings::get(tx, seers.mark()).await?.is_some_and(|counted| counted == period) {
                return Ok(false);
            }
            settings::put(tx, seers.mark(), &period).await?;
            Entity::delete_many().filter(Column::Scope.starts_with(seers.as_str())).exec(tx).await?;
            for row in rows {
                insert(tx, row).await?;
            }
            Ok(true)
        })
    });
    counted.await
}

async fn rows(store: &Store, seers: Seers, period: &str, now: Timestamp) -> StoreResult<Vec<Model>> {
    #[derive(FromQueryResult)]
    struct Counted {
        organisation: OrganisationId,
        cohort: Option<CohortId>,
        people: i64,
    }
    const SQL: &str = "SELECT organisation, cohort, count(*) AS people FROM memberships GROUP BY organisation, cohort";
    let statement = Statement::from_string(store.reader().get_database_backend(), SQL);
    let mut members: BTreeMap<OrganisationId, Members> = BTreeMap::new();
    // A cohort without anybody is seen among the hidden ones, so it counts among them.
    for row in store.read(cohorts::Entity::find().all(store.reader())).await? {
        members.entry(row.organisation).or_default().cohorts.insert(Group(row.id.to_string()), 0);
    }
    for row in store.read(Counted::find_by_statement(statement).all(store.reader())).await? {
        let people = u32::try_from(row.people).unwrap_or(u32::MAX);
        let of = members.entry(row.organisation).or_default();
        match row.cohort {
            Some(cohort) => {
                of.cohorts.insert(Group(cohort.to_string()), people);
            }
            None => of.elsewhere = people,
        }
    }
    let key = noise_key(store);
    let mut rows = Vec::with_capacity(members.len());
    for (organisation, members) in members {
        let scope = name(seers, &organisation.to_string());
        let organisation = Group(organisation.to_string());
        let sizes = disclosure::sizes(&organisation, &members, &seers.scope(&organisation), &key);
        let (frozen, seal) = sizes.freeze(&key).into_parts();
        rows.push(Model { period: period.to_owned(), scope, frozen, seal, made_at: now });
    }
    Ok(rows)
}

fn name(seers: Seers, organisation: &str) -> String {
    format!("{}{organisation}", seers.as_str())
}

/// Weeks begin on Mondays; the first day of all was a Thursday.
fn week(now: Timestamp) -> String {
    format!("week {}", (now.day().0 + 3).div_euclid(7))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Day;

    #[test]
    fn a_week_is_from_monday_to_sunday() {
        let week_of = |day| week(Day::from_ymd(2026, 11, day).unwrap().start());
        assert_eq!(week_of(23), week_of(29));
        assert_ne!(week_of(22), week_of(23));
    }
}
