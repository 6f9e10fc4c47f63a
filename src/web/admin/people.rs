//! People with roles. Anybody else is found only by a sign-in name that they themselves gave.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use crate::domain::account::Role;
use crate::domain::id::AccountId;
use crate::domain::policy::{self, Person};
use crate::locale::Words;
use crate::store::accounts::roles::{self, Revoked};
use crate::store::accounts::{self, Account};
use crate::store::audit::{self, Act};
use crate::web::accounts::role_words;
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Administrator;

/// `admin/people`
#[derive(Default, Serialize)]
struct ShowPeople {
    staff: Vec<PersonRow>,
    is_empty: bool,
    name: String,
    error: String,
    found: Vec<PersonRow>,
}

#[derive(Serialize)]
struct PersonRow {
    name: String,
    id: String,
    is_self: bool,
    has_second_factor: bool,
    roles: Vec<RoleRow>,
}

#[derive(Serialize)]
struct RoleRow {
    value: &'static str,
    label: String,
    is_held: bool,
}

impl View for ShowPeople {
    const TEMPLATE: &'static str = "admin/people";
    const IS_STAFF_PAGE: bool = true;
}

fn row(words: &Words, account: &Account, own: AccountId) -> PersonRow {
    let role = |role: Role| RoleRow {
        value: role.as_str(),
        label: words.get(role_words(role)),
        is_held: account.roles.contains(&role),
    };
    PersonRow {
        name: account.name.reveal().to_owned(),
        id: account.id.to_string(),
        is_self: account.id == own,
        has_second_factor: account.has_second_factor,
        roles: Role::ALL.into_iter().map(role).collect(),
    }
}

async fn people(administrator: &Administrator<'_>) -> Result<ShowPeople, AppError> {
    let learner = &administrator.0;
    let words = learner.visitor.words();
    let staff = roles::staff(&learner.visitor.house.store).await?;
    let staff: Vec<_> = staff.iter().map(|account| row(words, account, learner.id)).collect();
    Ok(ShowPeople { is_empty: staff.is_empty(), staff, ..Default::default() })
}

#[get("/admin")]
async fn index(administrator: Administrator<'_>) -> Result<Reply, AppError> {
    administrator.0.visitor.page(&people(&administrator).await?)
}

pub struct SearchForm {
    name: String,
}

impl Form for SearchForm {
    fn take(fields: &mut Fields) -> Self {
        Self { name: fields.text("name") }
    }
}

/// By POST, so that the name stands in no address and no log.
#[post("/admin/people", data = "<form>")]
async fn search(administrator: Administrator<'_>, form: Submitted<SearchForm>) -> Result<Reply, AppError> {
    let visitor = &administrator.0.visitor;
    let mut view = people(&administrator).await?;
    match accounts::find_by_name(&visitor.house.store, &form.0.name).await? {
        Some(account) => {
            let (subject, actor) = (account.id, administrator.0.id);
            if subject != actor {
                audit::record_look(&visitor.house.store, subject, actor, Act::LookedUp, visitor.now).await?;
            }
            view.found = vec![row(visitor.words(), &account, administrator.0.id)];
            view.name = form.0.name;
            visitor.page(&view)
        }
        None => {
            view.name = form.0.name;
            view.error = visitor.words().get("admin.nobody");
            visitor.mend(&view)
        }
    }
}

pub struct RoleForm {
    account: String,
    role: String,
    is_taken: bool,
}

impl Form for RoleForm {
    fn take(fields: &mut Fields) -> Self {
        Self { account: fields.text("account"), role: fields.text("role"), is_taken: fields.is_ticked("take") }
    }
}

#[post("/admin/roles", data = "<form>")]
async fn change(administrator: Administrator<'_>, form: Submitted<RoleForm>) -> Result<Reply, AppError> {
    let learner = &administrator.0;
    let visitor = &learner.visitor;
    let house = visitor.house;
    let account: AccountId = form.0.account.parse().map_err(|_| AppError::Unreadable)?;
    let role: Role = form.0.role.parse().map_err(|()| AppError::Unreadable)?;
    let person = Person { account: learner.id, roles: learner.signed_in.roles.clone() };
    if !policy::may_change_roles(&person, account) {
        let mut view = people(&administrator).await?;
        view.error = visitor.words().get("admin.not_own");
        return visitor.mend(&view);
    }
    accounts::by_id(&house.store, account).await?.ok_or(AppError::NotFound)?;
    let revoked = match form.0.is_taken {
        true => roles::revoke(&house.store, account, role).await?,
        false => {
            roles::grant(&house.store, account, role, visitor.now).await?;
            Revoked::Done
        }
    };
    house.sessions.forget(account);
    match revoked {
        Revoked::Done => {
            let act = if form.0.is_taken { Act::RoleRevoked(role) } else { Act::RoleGranted(role) };
            audit::record(&house.store, account, Some(learner.id), act, visitor.now).await?;
            Ok(Reply::see_other("/admin"))
        }
        Revoked::LastAdministrator => {
            let mut view = people(&administrator).await?;
            view.error = visitor.words().get("error.last_administrator");
            visitor.mend(&view)
        }
    }
}

pub fn routes() -> Vec<Route> {
    routes![index, search, change]
}
