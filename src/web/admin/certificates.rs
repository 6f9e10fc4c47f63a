//! Revoking a certificate, by the number on the paper, and taking that back where it was a mistake.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use crate::domain::id::CertificateId;
use crate::store::certificates;
use crate::store::error::StoreError;
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Administrator;

/// `admin/certificates`
#[derive(Default, Serialize)]
struct NewRevocation {
    number: String,
    error: String,
    confirm_error: String,
}

impl View for NewRevocation {
    const TEMPLATE: &'static str = "admin/certificates";
    const IS_STAFF_PAGE: bool = true;
}

pub struct RevocationForm {
    number: String,
    is_sure: bool,
    reinstates: bool,
}

impl Form for RevocationForm {
    fn take(fields: &mut Fields) -> Self {
        Self {
            number: fields.text("number"),
            is_sure: fields.is_ticked("sure"),
            reinstates: fields.text("act") == "reinstate",
        }
    }
}

#[get("/admin/certificates")]
fn new(administrator: Administrator<'_>) -> Result<Reply, AppError> {
    administrator.0.visitor.page(&NewRevocation::default())
}

#[post("/admin/certificates", data = "<form>")]
async fn create(administrator: Administrator<'_>, form: Submitted<RevocationForm>) -> Result<Reply, AppError> {
    let visitor = &administrator.0.visitor;
    let RevocationForm { number, is_sure, reinstates } = form.0;
    let unknown = || visitor.words().get("verify.not_a_number");
    let id = number.rsplit('/').next().and_then(|id| id.parse::<CertificateId>().ok());
    let Some(id) = id else { return visitor.mend(&NewRevocation { number, error: unknown(), ..Default::default() }) };
    if !is_sure {
        let confirm_error = visitor.words().get("admin.revoke_confirm");
        return visitor.mend(&NewRevocation { number, confirm_error, ..Default::default() });
    }
    let (store, actor) = (&visitor.house.store, administrator.0.id);
    let changed = match reinstates {
        false => certificates::revoke(store, id, actor, visitor.now).await.map(|()| true),
        true => certificates::reinstate(store, id, actor, visitor.now).await,
    };
    match changed {
        Ok(true) => Ok(Reply::see_other(format!("/verify/{id}"))),
        Ok(false) => {
            let error = visitor.words().get("admin.reinstate_none");
            visitor.mend(&NewRevocation { number, error, ..Default::default() })
        }
        Err(StoreError::NotFound) => visitor.mend(&NewRevocation { number, error: unknown(), ..Default::default() }),
        Err(other) => Err(other.into()),
    }
}

pub fn routes() -> Vec<Route> {
    routes![new, create]
}
