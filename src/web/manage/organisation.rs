//! One organisation: its cohorts, its name, its end.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::overview::NameForm;
use super::{LinkRow, Manager, read_name};
use crate::store::organisations::{self, Organisation};
use crate::web::error::AppError;
use crate::web::form::{Nothing, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::ProgrammeManager;

/// `manage/organisation`
#[derive(Serialize)]
struct ShowOrganisation {
    name: String,
    size: String,
    url: String,
    cohorts: Vec<LinkRow>,
    has_cohorts: bool,
    cohort_name: String,
    cohort_error: String,
    /// Renaming and deleting are for managers of the network.
    may_rename: bool,
    new_name: String,
    name_error: String,
}

impl View for ShowOrganisation {
    const TEMPLATE: &'static str = "manage/organisation";
    const IS_STAFF_PAGE: bool = true;
}

/// `manage/deletion`
#[derive(Serialize)]
pub struct ShowDeletion {
    pub heading: String,
    pub name: String,
    pub lead: String,
    pub action: String,
    pub back_url: String,
}

impl View for ShowDeletion {
    const TEMPLATE: &'static str = "manage/deletion";
    const IS_STAFF_PAGE: bool = true;
}

async fn view(manager: &Manager<'_, '_>, organisation: &Organisation) -> Result<ShowOrganisation, AppError> {
    let cohorts = organisations::cohorts(&manager.visitor.house.store, Some(organisation.id)).await?;
    let sizes = manager.sizes(organisation.id).await?;
    let row = |cohort: organisations::Cohort| LinkRow {
        url: format!("/manage/cohorts/{}", cohort.id),
        size: manager.size_of_cohort(&sizes, cohort.id),
        name: cohort.name,
    };
    Ok(ShowOrganisation {
        name: organisation.name.clone(),
        size: manager.size(Some(&sizes.whole)),
        url: format!("/manage/organisations/{}", organisation.id),
        has_cohorts: !cohorts.is_empty(),
        cohorts: cohorts.into_iter().map(row).collect(),
        cohort_name: String::new(),
        cohort_error: String::new(),
        may_rename: manager.scope.is_network(),
        new_name: organisation.name.clone(),
        name_error: String::new(),
    })
}

#[get("/manage/organisations/<id>")]
async fn show(manager: ProgrammeManager<'_>, id: &str) -> Result<Reply, AppError> {
    let manager = Manager::load(&manager).await?;
    let organisation = manager.organisation(id).await?;
    manager.visitor.page(&view(&manager, &organisation).await?)
}

#[post("/manage/organisations/<id>/cohorts", data = "<form>")]
async fn create_cohort(manager: ProgrammeManager<'_>, id: &str, form: Submitted<NameForm>) -> Result<Reply, AppError> {
    let manager = Manager::load(&manager).await?;
    let organisation = manager.organisation(id).await?;
    match read_name(&form.0.name) {
        Ok(name) => {
            let visitor = manager.visitor;
            let cohort =
                organisations::create_cohort(&visitor.house.store, organisation.id, &name, visitor.now).await?;
            Ok(Reply::see_other(format!("/manage/cohorts/{cohort}")))
        }
        Err(problem) => {
            let view = view(&manager, &organisation).await?;
            let cohort_error = manager.words().get(problem);
            manager.visitor.mend(&ShowOrganisation { cohort_name: form.0.name, cohort_error, ..view })
        }
    }
}

#[post("/manage/organisations/<id>/name", data = "<form>")]
async fn rename(manager: ProgrammeManager<'_>, id: &str, form: Submitted<NameForm>) -> Result<Reply, AppError> {
    let manager = Manager::load(&manager).await?;
    let organisation = manager.organisation_of_network(id).await?;
    match read_name(&form.0.name) {
        Ok(name) => {
            organisations::rename(&manager.visitor.house.store, organisation.id, &name).await?;
            Ok(Reply::see_other(format!("/manage/organisations/{}", organisation.id)))
        }
        Err(problem) => {
            let view = view(&manager, &organisation).await?;
            let name_error = manager.words().get(problem);
            manager.visitor.mend(&ShowOrganisation { new_name: form.0.name, name_error, ..view })
        }
    }
}

#[get("/manage/organisations/<id>/deletion")]
async fn ask(manager: ProgrammeManager<'_>, id: &str) -> Result<Reply, AppError> {
    let manager = Manager::load(&manager).await?;
    let organisation = manager.organisation_of_network(id).await?;
    let words = manager.words();
    let url = format!("/manage/organisations/{}", organisation.id);
    manager.visitor.page(&ShowDeletion {
        heading: words.get("manage.delete_organisation"),
        name: organisation.name,
        lead: words.get("manage.delete_organisation_lead"),
        action: format!("{url}/deletion"),
        back_url: url,
    })
}

#[post("/manage/organisations/<id>/deletion", data = "<_form>")]
async fn delete(manager: ProgrammeManager<'_>, id: &str, _form: Submitted<Nothing>) -> Result<Reply, AppError> {
    let manager = Manager::load(&manager).await?;
    let organisation = manager.organisation_of_network(id).await?;
    organisations::delete(&manager.visitor.house.store, organisation.id).await?;
    Ok(Reply::see_other("/manage"))
}

pub fn routes() -> Vec<Route> {
    routes![show, create_cohort, rename, ask, delete]
}
