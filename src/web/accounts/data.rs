//! Everything we hold about a person, for that person.

use rocket::http::ContentType;
use rocket::{Route, get, routes};

use crate::store::accounts;
use crate::web::error::AppError;
use crate::web::reply::{Download, Reply};
use crate::web::visitor::Learner;

#[get("/account/data")]
async fn show(learner: Learner<'_>) -> Result<Reply, AppError> {
    let held = accounts::export(&learner.visitor.house.store, learner.id).await?;
    let body = serde_json::to_vec_pretty(&held).map_err(AppError::fault)?;
    Ok(Reply::Download(Download { content_type: ContentType::JSON, file_name: "my-data.json".to_owned(), body }))
}

pub fn routes() -> Vec<Route> {
    routes![show]
}
