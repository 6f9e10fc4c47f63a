//! One cohort: codes by which people join it, its name, its end. Who joined is shown nowhere, and how many
//! only roughly.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::organisation::ShowDeletion;
use super::overview::NameForm;
use super::{Manager, read_name};
use crate::domain::id::InvitationId;
use crate::domain::time::DAY;
use crate::locale::Argument;
use crate::store::memberships::Placement;
use crate::store::organisations::{self, Cohort, Organisation};
use crate::store::{invitations, memberships};
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Nothing, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::ProgrammeManager;

/// `manage/cohort`
#[derive(Serialize)]
struct ShowCohort {
    name: String,
    organisation: String,
    organisation_url: String,
    size: String,
    url: String,
    codes: Vec<CodeRow>,
    has_codes: bool,
    uses: String,
    days: String,
    code_error: String,
    new_name: String,
    name_error: String,
}

/// A code until it expires. How often it was used is not said, nor whether it is used up: it would tell who
/// joined, and when.
#[derive(Serialize)]
struct CodeRow {
    id: String,
    label: String,
}

impl View for ShowCohort {
    const TEMPLATE: &'static str = "manage/cohort";
    const IS_STAFF_PAGE: bool = true;
}

/// `manage/code`: a new code, on a page to print and hand on.
#[derive(Serialize)]
struct ShowCode {
    cohort: String,
    code: String,
    uses: String,
    until: String,
    address: String,
    back_url: String,
}

impl View for ShowCode {
    const TEMPLATE: &'static str = "manage/code";
    const IS_STAFF_PAGE: bool = true;
}

async fn view(manager: &Manager<'_, '_>, cohort: &Cohort, of: &Organisation) -> Result<ShowCohort, AppError> {
    let visitor = manager.visitor;
    let words = manager.words();
    let open = invitations::of_cohort(&visitor.house.store, cohort.id, visitor.now).await?;
    let sizes = manager.sizes(of.id).await?;
    let row = |invitation: invitations::Invitation| {
        let made = words.day(invitation.created_at.day());
        let until = words.day(invitation.expires_at.day());
        let gaps = [("made", Argument::Text(&made)), ("until", Argument::Text(&until))];
        CodeRow { id: invitation.id.to_string(), label: words.fill("manage.open_code", &gaps) }
    };
    Ok(ShowCohort {
        name: cohort.name.clone(),
        organisation: of.name.clone(),
        organisation_url: format!("/manage/organisations/{}", of.id),
        size: manager.size_of_cohort(&sizes, cohort.id),
        url: format!("/manage/cohorts/{}", cohort.id),
        has_codes: !open.is_empty(),
        codes: open.into_iter().map(row).collect(),
        uses: "20".to_owned(),
        days: "14".to_owned(),
        code_error: String::new(),
        new_name: cohort.name.clone(),
        name_error: String::new(),
    })
}

#[get("/manage/cohorts/<id>")]
async fn show(manager: ProgrammeManager<'_>, id: &str) -> Result<Reply, AppError> {
    let manager = Manager::load(&manager).await?;
    let (cohort, organisation) = manager.cohort(id).await?;
    manager.visitor.page(&view(&manager, &cohort, &organisation).await?)
}

#[post("/manage/cohorts/<id>/name", data = "<form>")]
async fn rename(manager: ProgrammeManager<'_>, id: &str, form: Submitted<NameForm>) -> Result<Reply, AppError> {
    let manager = Manager::load(&manager).await?;
    let (cohort, organisation) = manager.cohort(id).await?;
    match read_name(&form.0.name) {
        Ok(name) => {
            organisations::rename_cohort(&manager.visitor.house.store, cohort.id, &name).await?;
            Ok(Reply::see_other(format!("/manage/cohorts/{}", cohort.id)))
        }
        Err(problem) => {
            let view = view(&manager, &cohort, &organisation).await?;
            let name_error = manager.words().get(problem);
            manager.visitor.mend(&ShowCohort { new_name: form.0.name, name_error, ..view })
        }
    }
}

pub struct CodeForm {
    uses: String,
    days: String,
}

impl Form for CodeForm {
    fn take(fields: &mut Fields) -> Self {
        Self { uses: fields.text("uses"), days: fields.text("days") }
    }
}

/// The code stands only in this answer: the database has its hash.
#[post("/manage/cohorts/<id>/invitations", data = "<form>")]
async fn invite(manager: ProgrammeManager<'_>, id: &str, form: Submitted<CodeForm>) -> Result<Reply, AppError> {
    let manager = Manager::load(&manager).await?;
    let (cohort, organisation) = manager.cohort(id).await?;
    let (visitor, words) = (manager.visitor, manager.words());
    let uses = form.0.uses.parse::<u32>().ok().filter(|uses| (1..=500).contains(uses));
    let days = form.0.days.parse::<i64>().ok().filter(|days| (1..=90).contains(days));
    let (Some(uses), Some(days)) = (uses, days) else {
        let view = view(&manager, &cohort, &organisation).await?;
        let code_error = words.get("admin.invitation_limits");
        return visitor.mend(&ShowCohort { uses: form.0.uses, days: form.0.days, code_error, ..view });
    };
    let placement = memberships::Placement { organisation: organisation.id, cohort: Some(cohort.id) };
    let until = visitor.now.plus(days * DAY);
    let code = made(&manager, uses, until, placement).await?;
    visitor.page(&ShowCode {
        cohort: cohort.name,
        code,
        uses: words.fill("manage.code_uses", &[("count", Argument::Number(uses.into()))]),
        until: words.fill("manage.code_until", &[("day", Argument::Text(&words.day(until.day())))]),
        address: visitor.house.settings.public_url.clone(),
        back_url: format!("/manage/cohorts/{}", cohort.id),
    })
}

async fn made(
    manager: &Manager<'_, '_>,
    uses: u32,
    until: crate::domain::time::Timestamp,
    placement: Placement,
) -> Result<String, AppError> {
    let visitor = manager.visitor;
    let (_, code) = invitations::create(&visitor.house.store, uses, until, Some(placement), visitor.now).await?;
    Ok(code.printed())
}

pub struct WithdrawalForm {
    invitation: String,
}

impl Form for WithdrawalForm {
    fn take(fields: &mut Fields) -> Self {
        Self { invitation: fields.text("invitation") }
    }
}

#[post("/manage/cohorts/<id>/invitations/withdrawal", data = "<form>")]
async fn withdraw(manager: ProgrammeManager<'_>, id: &str, form: Submitted<WithdrawalForm>) -> Result<Reply, AppError> {
    let manager = Manager::load(&manager).await?;
    let (cohort, _) = manager.cohort(id).await?;
    let invitation: InvitationId = form.0.invitation.parse().map_err(|_| AppError::Unreadable)?;
    invitations::withdraw_of_cohort(&manager.visitor.house.store, cohort.id, invitation).await?;
    Ok(Reply::see_other(format!("/manage/cohorts/{}", cohort.id)))
}

#[get("/manage/cohorts/<id>/deletion")]
async fn ask(manager: ProgrammeManager<'_>, id: &str) -> Result<Reply, AppError> {
    let manager = Manager::load(&manager).await?;
    let (cohort, _) = manager.cohort(id).await?;
    let words = manager.words();
    let url = format!("/manage/cohorts/{}", cohort.id);
    manager.visitor.page(&ShowDeletion {
        heading: words.get("manage.delete_cohort"),
        name: cohort.name,
        lead: words.get("manage.delete_cohort_lead"),
        action: format!("{url}/deletion"),
        back_url: url,
    })
}

#[post("/manage/cohorts/<id>/deletion", data = "<_form>")]
async fn delete(manager: ProgrammeManager<'_>, id: &str, _form: Submitted<Nothing>) -> Result<Reply, AppError> {
    let manager = Manager::load(&manager).await?;
    let (cohort, organisation) = manager.cohort(id).await?;
    organisations::delete_cohort(&manager.visitor.house.store, cohort.id).await?;
    Ok(Reply::see_other(format!("/manage/organisations/{}", organisation.id)))
}

pub fn routes() -> Vec<Route> {
    routes![show, rename, invite, withdraw, ask, delete]
}
