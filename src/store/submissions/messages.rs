//! The talk about a try, between its learner and those who teach.

#[cfg(not(test))]
use std::fmt;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::owners_key;
use crate::domain::id::SubmissionId;
use crate::domain::time::Timestamp;
use crate::store::Store;
use crate::store::entity::submission_messages;
use crate::store::error::StoreResult;
use crate::store::rows::insert;
use crate::store::sealed::MESSAGE;

#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct Message {
    /// Else from a trainer.
    pub from_learner: bool,
    pub text: String,
    pub at: Timestamp,
}

/// The messages about a try, oldest first.
pub async fn thread(store: &Store, id: SubmissionId) -> StoreResult<Vec<Message>> {
    let query = submission_messages::Entity::find()
        .filter(submission_messages::COLUMN.submission.eq(id))
        .order_by_asc(submission_messages::Column::SentAt)
        .order_by_asc(submission_messages::Column::Id);
    let rows = store.read(query.all(store.reader())).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let key = owners_key(store, id).await?;
    let message = |row: submission_messages::Model| {
        let text = MESSAGE.open_text(&key, row.id.as_bytes(), &row.content)?;
        Ok(Message { from_learner: row.sender == LEARNER, text, at: row.sent_at })
    };
    rows.into_iter().map(message).collect()
}

/// Adds a message about a try.
pub async fn add_message(
    store: &Store,
    submission: SubmissionId,
    from_learner: bool,
    text: &str,
    now: Timestamp,
) -> StoreResult<()> {
    let id = Uuid::now_v7();
    let row = submission_messages::Model {
        id,
        submission,
        sender: if from_learner { LEARNER } else { TRAINER }.to_owned(),
        content: MESSAGE.seal_text(&owners_key(store, submission).await?, id.as_bytes(), text),
        sent_at: now,
    };
    store.write(move |tx| Box::pin(insert(tx, row))).await
}

const LEARNER: &str = "learner";
const TRAINER: &str = "trainer";

#[cfg(not(test))]
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Message(…)")
    }
}
