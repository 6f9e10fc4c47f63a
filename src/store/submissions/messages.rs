//! The talk between a learner and those who teach about a piece of work.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::domain::id::SubmissionId;
use crate::domain::time::Timestamp;
use crate::store::entity::submission_messages::{self, Column, Entity, Model};
use crate::store::error::{StoreError, StoreResult};
use crate::store::rows::insert;
use crate::store::{Store, sealed};

/// Who wrote: the side, not the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    Learner,
    Trainer,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    pub sender: Sender,
    pub text: String,
    pub sent_at: Timestamp,
}

/// Adds a message to a piece of work that the caller was let to.
pub async fn add(
    store: &Store,
    submission: SubmissionId,
    sender: Sender,
    text: &str,
    now: Timestamp,
) -> StoreResult<()> {
    let owner = super::owner(store.reader(), submission).await?.account;
    let (key, id) = (store.data_key(owner).await?, Uuid::now_v7());
    let content = sealed::MESSAGE.seal_text(&key, id.as_bytes(), text);
    let row = Model { id, submission, sender: sender.as_str().to_owned(), content, sent_at: now };
    store.write(move |tx| Box::pin(insert(tx, row))).await
}

/// The talk about a piece of work that the caller was let to, from the beginning.
pub async fn thread(store: &Store, submission: SubmissionId) -> StoreResult<Vec<Message>> {
    let query = Entity::find().filter(submission_messages::COLUMN.submission.eq(submission)).order_by_asc(Column::Id);
    let rows = store.read(query.all(store.reader())).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let owner = super::owner(store.reader(), submission).await?.account;
    let key = store.data_key(owner).await?;
    let open = |row: Model| {
        Ok(Message {
            sender: Sender::read(&row.sender)?,
            text: sealed::MESSAGE.open_text(&key, row.id.as_bytes(), &row.content)?,
            sent_at: row.sent_at,
        })
    };
    rows.into_iter().map(open).collect()
}

impl Sender {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Learner => "learner",
            Self::Trainer => "trainer",
        }
    }

    fn read(text: &str) -> StoreResult<Self> {
        let known = [Self::Learner, Self::Trainer].into_iter().find(|sender| sender.as_str() == text);
        known.ok_or(StoreError::Corrupt("an unknown sender"))
    }
}
