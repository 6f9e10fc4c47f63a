//! About how many people organisations and cohorts have, for managers: counted once a week, for all at the
//! same moment, put through the disclosure gate and kept until the next week. Counted at each look, they
//! would tell whoever looks often when somebody joined or left.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Statement};

use crate::domain::disclosure::{self, Frozen, Group, Members, Scope, Sizes};
use crate::domain::id::{CohortId, OrganisationId};
use crate::domain::time::Timestamp;

use super::Store;
use super::entity::releases::{self, Column, Entity, Model};
use super::error::{StoreError, StoreResult};
use super::releases::noise_key;
use super::rows::insert;

/// What the scopes of these rows begin with; the rest names who may see whose sizes.
const SIZES: &str = "sizes ";

/// The sizes of an organisation and its cohorts as `scope` may see them. One that was made after the last
/// count is hidden until the next.
pub async fn of(store: &Store, organisation: OrganisationId, scope: &Scope) -> StoreResult<Sizes> {
    let query = Entity::find().filter(releases::COLUMN.scope.eq(name(&organisation.to_string(), scope)));
    let Some(row) = store.read(query.one(store.reader())).await? else { return Ok(Sizes::hidden()) };
    let frozen = Frozen::kept(row.frozen, row.seal);
    Sizes::thaw(&frozen, &noise_key(store)).ok_or(StoreError::Corrupt("sizes are not what the gate wrote"))
}

/// Counts anew in the first round of a week. `false`: this week's are there.
pub async fn count_weekly(store: &Store, now: Timestamp) -> StoreResult<bool> {
    let period = week(now);
    let query = of_all().filter(releases::COLUMN.period.eq(period.as_str()));
    if store.read(query.one(store.reader())).await?.is_some() {
        return Ok(false);
    }
    let rows = rows(store, &period, now).await?;
    let counted = store.write(move |tx| {
        Box::pin(async move {
            // Another server may have been first.
            if of_all().filter(releases::COLUMN.period.eq(period)).one(tx).await?.is_some() {
                return Ok(false);
            }
            Entity::delete_many().filter(Column::Scope.starts_with(SIZES)).exec(tx).await?;
            for row in rows {
                insert(tx, row).await?;
            }
            Ok(true)
        })
    });
    counted.await
}

fn of_all() -> sea_orm::Select<Entity> {
    Entity::find().filter(Column::Scope.starts_with(SIZES))
}

async fn rows(store: &Store, period: &str, now: Timestamp) -> StoreResult<Vec<Model>> {
    #[derive(FromQueryResult)]
    struct Counted {
        organisation: OrganisationId,
        cohort: Option<CohortId>,
        people: i64,
    }
    const SQL: &str = "SELECT organisation, cohort, count(*) AS people FROM memberships GROUP BY organisation, cohort";
    let statement = Statement::from_string(store.reader().get_database_backend(), SQL);
    let mut members: BTreeMap<OrganisationId, Members> = BTreeMap::new();
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
    let mut rows = Vec::with_capacity(members.len() * 2);
    for (organisation, members) in members {
        let organisation = Group(organisation.to_string());
        for scope in [Scope::Outside, Scope::Inside(organisation.clone())] {
            let sizes = disclosure::sizes(&organisation, &members, &scope, &key);
            let (frozen, seal) = sizes.freeze(&key).into_parts();
            let scope = name(&organisation.0, &scope);
            rows.push(Model { period: period.to_owned(), scope, frozen, seal, made_at: now });
        }
    }
    Ok(rows)
}

fn name(organisation: &str, scope: &Scope) -> String {
    let seen = match scope {
        Scope::Outside => "outside",
        Scope::Inside(_) => "inside",
    };
    format!("{SIZES}{seen} {organisation}")
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
