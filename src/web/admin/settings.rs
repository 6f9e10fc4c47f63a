//! Who may make an account, and invitations.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use crate::domain::account::Registration;
use crate::domain::id::InvitationId;
use crate::domain::time::DAY;
use crate::locale::Argument;
use crate::store::{invitations, settings};
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Administrator;

/// `admin/settings`
#[derive(Serialize)]
struct ShowSettings {
    policies: Vec<PolicyRow>,
    invitations: Vec<InvitationRow>,
    has_invitations: bool,
    /// Shown once, right after it was made.
    new_code: String,
    uses_error: String,
}

#[derive(Serialize)]
struct PolicyRow {
    value: &'static str,
    label: String,
    is_chosen: bool,
}

#[derive(Serialize)]
struct InvitationRow {
    id: String,
    uses_left: String,
    expires: String,
}

impl View for ShowSettings {
    const TEMPLATE: &'static str = "admin/settings";
    const IS_STAFF_PAGE: bool = true;
}

const POLICIES: [(Registration, &str, &str); 3] = [
    (Registration::Open, "open", "admin.registration.open"),
    (Registration::ByInvitation, "by-invitation", "admin.registration.by_invitation"),
    (Registration::Closed, "closed", "admin.registration.closed"),
];

async fn view(administrator: &Administrator<'_>) -> Result<ShowSettings, AppError> {
    let visitor = &administrator.0.visitor;
    let store = &visitor.house.store;
    let words = visitor.words();
    let registration = settings::registration(store).await?;
    let policy = |(policy, value, key): (Registration, &'static str, &str)| PolicyRow {
        value,
        label: words.get(key),
        is_chosen: policy == registration,
    };
    let open = invitations::open(store, visitor.now).await?;
    let row = |invitation: &invitations::Invitation| InvitationRow {
        id: invitation.id.to_string(),
        uses_left: words.fill("admin.uses_left", &[("count", Argument::Number(invitation.uses_left.into()))]),
        expires: words.day(invitation.expires_at.day()),
    };
    Ok(ShowSettings {
        policies: POLICIES.into_iter().map(policy).collect(),
        has_invitations: !open.is_empty(),
        invitations: open.iter().map(row).collect(),
        new_code: String::new(),
        uses_error: String::new(),
    })
}

#[get("/admin/settings")]
async fn show(administrator: Administrator<'_>) -> Result<Reply, AppError> {
    administrator.0.visitor.page(&view(&administrator).await?)
}

pub struct RegistrationForm {
    policy: String,
}

impl Form for RegistrationForm {
    fn take(fields: &mut Fields) -> Self {
        Self { policy: fields.text("policy") }
    }
}

#[post("/admin/settings/registration", data = "<form>")]
async fn update(administrator: Administrator<'_>, form: Submitted<RegistrationForm>) -> Result<Reply, AppError> {
    let chosen = POLICIES.into_iter().find(|(_, value, _)| *value == form.0.policy).ok_or(AppError::Unreadable)?;
    settings::set_registration(&administrator.0.visitor.house.store, chosen.0).await?;
    Ok(Reply::see_other("/admin/settings"))
}

pub struct InvitationForm {
    uses: String,
    days: String,
}

impl Form for InvitationForm {
    fn take(fields: &mut Fields) -> Self {
        Self { uses: fields.text("uses"), days: fields.text("days") }
    }
}

/// The code stands only in this answer: the database has its hash.
#[post("/admin/invitations", data = "<form>")]
async fn invite(administrator: Administrator<'_>, form: Submitted<InvitationForm>) -> Result<Reply, AppError> {
    let visitor = &administrator.0.visitor;
    let uses = form.0.uses.parse::<u32>().ok().filter(|uses| (1..=500).contains(uses));
    let days = form.0.days.parse::<i64>().ok().filter(|days| (1..=90).contains(days));
    let (Some(uses), Some(days)) = (uses, days) else {
        let mut view = view(&administrator).await?;
        view.uses_error = visitor.words().get("admin.invitation_limits");
        return visitor.mend(&view);
    };
    let expires = visitor.now.plus(days * DAY);
    let (_, code) = invitations::create(&visitor.house.store, uses, expires, None, visitor.now).await?;
    let mut view = view(&administrator).await?;
    view.new_code = code.printed();
    visitor.page(&view)
}

pub struct WithdrawalForm {
    invitation: String,
}

impl Form for WithdrawalForm {
    fn take(fields: &mut Fields) -> Self {
        Self { invitation: fields.text("invitation") }
    }
}

#[post("/admin/invitations/withdrawal", data = "<form>")]
async fn withdraw(administrator: Administrator<'_>, form: Submitted<WithdrawalForm>) -> Result<Reply, AppError> {
    let id: InvitationId = form.0.invitation.parse().map_err(|_| AppError::Unreadable)?;
    invitations::withdraw(&administrator.0.visitor.house.store, id).await?;
    Ok(Reply::see_other("/admin/settings"))
}

pub fn routes() -> Vec<Route> {
    routes![show, update, invite, withdraw]
}
