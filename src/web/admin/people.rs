//! People with roles. Anybody else is found only by a sign-in name that they themselves gave.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use crate::domain::account::{ManagerScope, Role};
use crate::domain::id::AccountId;
use crate::domain::policy::{self, Person};
use crate::locale::Words;
use crate::store::accounts::roles::{self, Granted, Revoked};
use crate::store::accounts::{self, Account};
use crate::store::audit::{self, Act};
use crate::store::memberships;
use crate::web::accounts::role_words;
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::{Administrator, Learner};

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

/// A role that is held, or one that can be given.
#[derive(Serialize)]
struct RoleRow {
    value: &'static str,
    /// What a programme manager is to manage; empty for others.
    reach: &'static str,
    label: String,
    is_held: bool,
}

impl View for ShowPeople {
    const TEMPLATE: &'static str = "admin/people";
    const IS_STAFF_PAGE: bool = true;
}

fn row(words: &Words, (account, manages): (&Account, ManagerScope), own: AccountId) -> PersonRow {
    let role = |role: Role| {
        let is_held = account.roles.contains(&role);
        let rows: &[_] = match (role, is_held) {
            (Role::ProgrammeManager, true) => &[("", manager_words(manages))],
            (Role::ProgrammeManager, false) => &[
                (OF_ORGANISATION, "role.programme_manager_of_organisation"),
                (OF_NETWORK, "role.programme_manager_of_network"),
            ],
            (Role::Trainer | Role::Administrator, _) => &[("", role_words(role))],
        };
        let row = |&(reach, key): &(_, &str)| RoleRow { value: role.as_str(), reach, label: words.get(key), is_held };
        rows.iter().map(row).collect::<Vec<_>>()
    };
    PersonRow {
        name: account.name.reveal().to_owned(),
        id: account.id.to_string(),
        is_self: account.id == own,
        has_second_factor: account.has_second_factor,
        roles: Role::ALL.into_iter().flat_map(role).collect(),
    }
}

/// What a programme manager manages is said and never guessed.
const OF_ORGANISATION: &str = "organisation";
const OF_NETWORK: &str = "network";

fn manager_words(manages: ManagerScope) -> &'static str {
    match manages {
        ManagerScope::Network => "role.programme_manager_of_network",
        ManagerScope::Organisation(_) => "role.programme_manager_of_organisation",
        ManagerScope::Nothing => "role.programme_manager_of_nothing",
    }
}

async fn load_row(learner: &Learner<'_>, account: &Account) -> Result<PersonRow, AppError> {
    let visitor = &learner.visitor;
    let manages = memberships::manager_scope(&visitor.house.store, account.id).await?;
    Ok(row(visitor.words(), (account, manages), learner.id))
}

async fn people(administrator: &Administrator<'_>) -> Result<ShowPeople, AppError> {
    let learner = &administrator.0;
    let mut staff = Vec::new();
    for account in roles::staff(&learner.visitor.house.store).await? {
        staff.push(load_row(learner, &account).await?);
    }
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
            view.found = vec![load_row(&administrator.0, &account).await?];
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
    reach: String,
    is_taken: bool,
}

impl Form for RoleForm {
    fn take(fields: &mut Fields) -> Self {
        Self {
            account: fields.text("account"),
            role: fields.text("role"),
            reach: fields.text("reach"),
            is_taken: fields.is_ticked("take"),
        }
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
    let revoked = match (form.0.is_taken, role, form.0.reach.as_str()) {
        (true, ..) => roles::revoke(&house.store, account, role).await?,
        (false, Role::ProgrammeManager, OF_NETWORK) => {
            roles::grant_network(&house.store, account, visitor.now).await?;
            Revoked::Done
        }
        (false, Role::ProgrammeManager, OF_ORGANISATION) => {
            match roles::grant_organisation(&house.store, account, visitor.now).await? {
                Granted::Done => Revoked::Done,
                Granted::NoOrganisation => {
                    let mut view = people(&administrator).await?;
                    view.error = visitor.words().get("admin.no_organisation");
                    return visitor.mend(&view);
                }
            }
        }
        (false, Role::ProgrammeManager, _) => return Err(AppError::Unreadable),
        (false, Role::Trainer | Role::Administrator, _) => {
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
