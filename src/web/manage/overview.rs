//! What there is to manage: the network's organisations, or one's own.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::{LinkRow, Manager, read_name};
use crate::domain::account::ManagerScope;
use crate::store::organisations;
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::ProgrammeManager;

/// `manage/overview`
#[derive(Serialize)]
struct ShowOverview {
    lead: String,
    organisations: Vec<LinkRow>,
    has_organisations: bool,
    empty: String,
    may_create: bool,
    name: String,
    error: String,
}

impl View for ShowOverview {
    const TEMPLATE: &'static str = "manage/overview";
    const IS_STAFF_PAGE: bool = true;
}

async fn view(manager: &Manager<'_, '_>) -> Result<ShowOverview, AppError> {
    let words = manager.words();
    let all = organisations::all(&manager.visitor.house.store).await?;
    let mut rows = Vec::new();
    for organisation in all.into_iter().filter(|organisation| manager.scope.manages(organisation.id)) {
        let sizes = manager.sizes(organisation.id).await?;
        rows.push(LinkRow {
            url: format!("/manage/organisations/{}", organisation.id),
            size: manager.size(Some(&sizes.whole)),
            name: organisation.name,
        });
    }
    let (lead, empty) = match manager.scope {
        ManagerScope::Network => ("manage.lead_network", "manage.no_organisations"),
        ManagerScope::Organisation(_) => ("manage.lead_organisation", "manage.no_organisations"),
        ManagerScope::Nothing => ("manage.lead_nothing", "manage.manages_nothing"),
    };
    Ok(ShowOverview {
        lead: words.get(lead),
        has_organisations: !rows.is_empty(),
        organisations: rows,
        empty: words.get(empty),
        may_create: manager.scope.is_network(),
        name: String::new(),
        error: String::new(),
    })
}

#[get("/manage")]
async fn show(manager: ProgrammeManager<'_>) -> Result<Reply, AppError> {
    let manager = Manager::load(&manager).await?;
    manager.visitor.page(&view(&manager).await?)
}

/// The one field of many forms here.
pub struct NameForm {
    pub name: String,
}

impl Form for NameForm {
    fn take(fields: &mut Fields) -> Self {
        Self { name: fields.text("name") }
    }
}

#[post("/manage/organisations", data = "<form>")]
async fn create(manager: ProgrammeManager<'_>, form: Submitted<NameForm>) -> Result<Reply, AppError> {
    let manager = Manager::load(&manager).await?;
    if !manager.scope.is_network() {
        return Err(AppError::NotFound);
    }
    match read_name(&form.0.name) {
        Ok(name) => {
            let visitor = manager.visitor;
            let id = organisations::create(&visitor.house.store, &name, visitor.now).await?;
            Ok(Reply::see_other(format!("/manage/organisations/{id}")))
        }
        Err(problem) => {
            let view = view(&manager).await?;
            let error = manager.words().get(problem);
            manager.visitor.mend(&ShowOverview { name: form.0.name, error, ..view })
        }
    }
}

pub fn routes() -> Vec<Route> {
    routes![show, create]
}
