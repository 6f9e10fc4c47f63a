//! How much time there is for learning in a week.

use rocket::{Route, post, routes};
use serde::Serialize;

use crate::locale::Words;
use crate::store::error::StoreError;
use crate::store::pathways;
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// Minutes a week that can be chosen.
const PACES: [u16; 8] = [20, 45, 60, 90, 120, 180, 300, 480];

#[derive(Serialize)]
pub struct OptionRow {
    value: u16,
    label: String,
    is_chosen: bool,
}

pub struct PaceForm {
    minutes: String,
}

impl Form for PaceForm {
    fn take(fields: &mut Fields) -> Self {
        Self { minutes: fields.text("minutes") }
    }
}

/// What can be chosen, the present one among it.
pub fn options(words: &Words, present: u16) -> Vec<OptionRow> {
    let mut paces = PACES.to_vec();
    if !paces.contains(&present) {
        paces.push(present);
        paces.sort_unstable();
    }
    let row = |minutes: u16| OptionRow {
        value: minutes,
        label: words.minutes(minutes.into()),
        is_chosen: minutes == present,
    };
    paces.into_iter().map(row).collect()
}

#[post("/pathway/pace", data = "<form>")]
async fn create(learner: Learner<'_>, form: Submitted<PaceForm>) -> Result<Reply, AppError> {
    let minutes: u16 = form.0.minutes.parse().map_err(|_| AppError::Unreadable)?;
    // Our pages offer nothing outside of this.
    if !(10..=600).contains(&minutes) {
        return Err(AppError::Unreadable);
    }
    match pathways::pace(&learner.visitor.house.store, learner.id, minutes, learner.visitor.now).await {
        // Without a pathway its page says how to get one.
        Ok(()) | Err(StoreError::NotFound) => Ok(Reply::see_other("/pathway")),
        Err(error) => Err(error.into()),
    }
}

pub fn routes() -> Vec<Route> {
    routes![create]
}
