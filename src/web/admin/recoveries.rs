//! Helping somebody back in who has lost everything: two administrators, one code, handed over in
//! person. Nobody here chooses or sees a password (SAFETY 4).

use rocket::{Route, get, post, routes};
use serde::Serialize;
use uuid::Uuid;

use crate::crypto::recovery::RecoveryCode;
use crate::locale::Argument;
use crate::store::accounts;
use crate::store::accounts::recoveries::{self, Waiting};
use crate::store::audit::{self, Act};
use crate::store::error::StoreError;
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::{Administrator, Learner};

/// `admin/recoveries`
#[derive(Default, Serialize)]
struct IndexRecoveries {
    name: String,
    error: String,
    /// Why one could not be confirmed.
    problem: String,
    code: String,
    code_label: String,
    waiting: Vec<WaitingRow>,
    is_empty: bool,
}

#[derive(Serialize)]
struct WaitingRow {
    id: String,
    name: String,
    since: String,
    is_own: bool,
}

impl View for IndexRecoveries {
    const TEMPLATE: &'static str = "admin/recoveries";
    const IS_STAFF_PAGE: bool = true;
}

async fn page(learner: &Learner<'_>) -> Result<IndexRecoveries, AppError> {
    let visitor = &learner.visitor;
    let row = |waiting: &Waiting| WaitingRow {
        id: waiting.id.to_string(),
        name: waiting.name.reveal().to_owned(),
        since: visitor.words().minutes_ago(visitor.now.since(waiting.started)),
        is_own: waiting.started_by == learner.id,
    };
    let waiting = recoveries::waiting(&visitor.house.store, visitor.now).await?;
    Ok(IndexRecoveries {
        is_empty: waiting.is_empty(),
        waiting: waiting.iter().map(row).collect(),
        ..Default::default()
    })
}

#[get("/admin/recoveries")]
async fn index(administrator: Administrator<'_>) -> Result<Reply, AppError> {
    administrator.0.visitor.page(&page(&administrator.0).await?)
}

pub struct NameForm {
    name: String,
}

impl Form for NameForm {
    fn take(fields: &mut Fields) -> Self {
        Self { name: fields.text("name") }
    }
}

#[post("/admin/recoveries", data = "<form>")]
async fn create(administrator: Administrator<'_>, form: Submitted<NameForm>) -> Result<Reply, AppError> {
    let learner = &administrator.0;
    let visitor = &learner.visitor;
    let store = &visitor.house.store;
    let problem = match accounts::find_by_name(store, &form.0.name).await? {
        None => "admin.nobody",
        Some(account) if account.id == learner.id => "recoveries.yourself",
        Some(account) => {
            recoveries::start(store, account.id, learner.id, visitor.now).await?;
            audit::record(store, account.id, Some(learner.id), Act::RecoveryStarted, visitor.now).await?;
            return Ok(Reply::see_other("/admin/recoveries"));
        }
    };
    let error = visitor.words().get(problem);
    visitor.mend(&IndexRecoveries { name: form.0.name, error, ..page(learner).await? })
}

pub struct RecoveryForm {
    recovery: String,
}

impl Form for RecoveryForm {
    fn take(fields: &mut Fields) -> Self {
        Self { recovery: fields.text("recovery") }
    }
}

/// Shown in the answer to the form, because the code is stored only as a hash.
#[post("/admin/recoveries/confirmation", data = "<form>")]
async fn confirm(administrator: Administrator<'_>, form: Submitted<RecoveryForm>) -> Result<Reply, AppError> {
    let learner = &administrator.0;
    let visitor = &learner.visitor;
    let store = &visitor.house.store;
    let id: Uuid = form.0.recovery.parse().map_err(|_| AppError::Unreadable)?;
    let code = RecoveryCode::random();
    let account = match recoveries::confirm(store, id, learner.id, &code, visitor.now).await {
        Ok(account) => account,
        Err(StoreError::Gone) => {
            let problem = visitor.words().get("recoveries.gone");
            return visitor.mend(&IndexRecoveries { problem, ..page(learner).await? });
        }
        Err(error) => return Err(error.into()),
    };
    audit::record(store, account, Some(learner.id), Act::RecoveryConfirmed, visitor.now).await?;
    let account = accounts::by_id(store, account).await?.ok_or(AppError::NotFound)?;
    let name = account.name.reveal();
    visitor.page(&IndexRecoveries {
        code: code.printed(),
        code_label: visitor.words().fill("recoveries.code", &[("name", Argument::Text(name))]),
        ..page(learner).await?
    })
}

#[post("/admin/recoveries/end", data = "<form>")]
async fn end(administrator: Administrator<'_>, form: Submitted<RecoveryForm>) -> Result<Reply, AppError> {
    let learner = &administrator.0;
    let store = &learner.visitor.house.store;
    let id: Uuid = form.0.recovery.parse().map_err(|_| AppError::Unreadable)?;
    match recoveries::stop(store, id).await {
        Ok(account) => {
            audit::record(store, account, Some(learner.id), Act::RecoveryStopped, learner.visitor.now).await?
        }
        // It was stopped or used meanwhile.
        Err(StoreError::NotFound) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(Reply::see_other("/admin/recoveries"))
}

pub fn routes() -> Vec<Route> {
    routes![index, create, confirm, end]
}
