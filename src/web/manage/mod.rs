//! What programme managers do: organisations, cohorts and codes, the needs map, what courses changed.
//!
//! No page here lists people or names a learner. Figures come from [`crate::store::releases`], through the
//! disclosure gate, and sizes of groups rounded.

mod cohort;
mod figures;
mod gain;
mod heat;
mod needs;
mod offer;
mod organisation;
mod overview;
mod sheet;

use rocket::Route;
use serde::Serialize;

use super::error::AppError;
use super::visitor::{ProgrammeManager, Visitor};
use crate::domain::account::ManagerScope;
use crate::domain::disclosure::{Figure, Group, Scope, Sizes};
use crate::domain::id::{CohortId, OrganisationId};
use crate::locale::{Argument, Words};
use crate::store::organisations::{self, Cohort, Organisation};
use crate::store::{memberships, sizes};

pub fn routes() -> Vec<Route> {
    [cohort::routes(), gain::routes(), needs::routes(), organisation::routes(), overview::routes(), sheet::routes()]
        .concat()
}

/// A manager with what they manage.
struct Manager<'a, 'r> {
    visitor: &'a Visitor<'r>,
    scope: ManagerScope,
}

impl<'a, 'r> Manager<'a, 'r> {
    async fn load(manager: &'a ProgrammeManager<'r>) -> Result<Self, AppError> {
        let visitor = &manager.0.visitor;
        let scope = memberships::manager_scope(&visitor.house.store, manager.0.id).await?;
        Ok(Self { visitor, scope })
    }

    fn words(&self) -> &'static Words {
        self.visitor.words()
    }

    /// An organisation that this manager manages; to others it does not exist.
    async fn organisation(&self, id: &str) -> Result<Organisation, AppError> {
        let id: OrganisationId = id.parse().map_err(|_| AppError::NotFound)?;
        if !self.scope.manages(id) {
            return Err(AppError::NotFound);
        }
        organisations::by_id(&self.visitor.house.store, id).await?.ok_or(AppError::NotFound)
    }

    /// The same for managers of the network alone.
    async fn organisation_of_network(&self, id: &str) -> Result<Organisation, AppError> {
        if self.scope.is_network() { self.organisation(id).await } else { Err(AppError::NotFound) }
    }

    /// A cohort of an organisation that this manager manages.
    async fn cohort(&self, id: &str) -> Result<(Cohort, Organisation), AppError> {
        let id: CohortId = id.parse().map_err(|_| AppError::NotFound)?;
        let store = &self.visitor.house.store;
        let cohort = organisations::cohort_by_id(store, id).await?.ok_or(AppError::NotFound)?;
        let organisation = self.organisation(&cohort.organisation.to_string()).await?;
        Ok((cohort, organisation))
    }

    /// Rounded sizes as they were counted last, by the threshold that holds for this manager.
    async fn sizes(&self, of: OrganisationId) -> Result<Sizes, AppError> {
        let store = &self.visitor.house.store;
        let scope = match self.scope {
            ManagerScope::Organisation(own) => Scope::Inside(Group(own.to_string())),
            ManagerScope::Network | ManagerScope::Nothing => Scope::Outside,
        };
        Ok(sizes::of(store, of, &scope).await?)
    }

    fn size_of_cohort(&self, sizes: &Sizes, cohort: CohortId) -> String {
        self.size(sizes.cohorts.get(&Group(cohort.to_string())))
    }

    fn size(&self, figure: Option<&Figure>) -> String {
        match figure.and_then(Figure::about) {
            Some(about) => self.words().fill("manage.about_people", &[("count", Argument::Number(about.into()))]),
            None => self.words().get("manage.few_people"),
        }
    }
}

/// A name of an organisation or cohort as it was typed, or the key of what is wrong with it.
fn read_name(typed: &str) -> Result<String, &'static str> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.chars().count() {
        0 => Err("manage.name_empty"),
        1..=80 => Ok(name),
        _ => Err("manage.name_long"),
    }
}

/// One row that leads somewhere.
#[derive(Serialize)]
struct LinkRow {
    url: String,
    name: String,
    size: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_line_and_not_too_long() {
        assert_eq!(read_name("  River \n Watch "), Ok("River Watch".to_owned()));
        assert!(read_name(" \t").is_err());
        assert!(read_name(&"é".repeat(80)).is_ok() && read_name(&"é".repeat(81)).is_err());
    }
}
