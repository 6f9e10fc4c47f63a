//! Where one is signed in, and ending it elsewhere.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use crate::store::sessions as stored;
use crate::web::error::AppError;
use crate::web::form::{Nothing, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `accounts/sessions`
#[derive(Serialize)]
struct IndexSessions {
    sessions: Vec<SessionRow>,
    has_others: bool,
}

#[derive(Serialize)]
struct SessionRow {
    began: String,
    is_this_one: bool,
    is_own_device: bool,
}

impl View for IndexSessions {
    const TEMPLATE: &'static str = "accounts/sessions";
}

#[get("/account/sessions")]
async fn index(learner: Learner<'_>) -> Result<Reply, AppError> {
    let visitor = &learner.visitor;
    let sessions = stored::list(&visitor.house.store, learner.id, visitor.now).await?;
    let words = visitor.words();
    let row = |session: &stored::ListedSession| SessionRow {
        began: words.minutes_ago(visitor.now.since(session.created_at)),
        is_this_one: session.id == learner.signed_in.id,
        is_own_device: session.is_own_device,
    };
    visitor.page(&IndexSessions { has_others: sessions.len() > 1, sessions: sessions.iter().map(row).collect() })
}

#[post("/account/sessions/others/end", data = "<_form>")]
async fn end_others(learner: Learner<'_>, _form: Submitted<Nothing>) -> Result<Reply, AppError> {
    let house = learner.visitor.house;
    stored::end_others(&house.store, learner.id, learner.signed_in.id).await?;
    house.sessions.forget(learner.id);
    Ok(Reply::see_other("/account/sessions"))
}

pub fn routes() -> Vec<Route> {
    routes![index, end_others]
}
