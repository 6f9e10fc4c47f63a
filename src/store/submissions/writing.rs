//! Drafts and handing in.

use std::sync::Arc;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::marking::add_up;
use super::{Item, SubmissionState, read_state};
use crate::crypto::seal::DataKey;
use crate::domain::course::EditionHash;
use crate::domain::id::{EnrolmentId, SubmissionId};
use crate::domain::quiz::Quiz;
use crate::domain::time::Timestamp;
use crate::store::Store;
use crate::store::enrolments::Enrolment;
use crate::store::entity::submission_markings;
use crate::store::entity::submissions::{self, Column, Entity, Model};
use crate::store::error::{Outage, StoreError, StoreResult};
use crate::store::rows::upsert;
use crate::store::sealed::SUBMISSION;
use crate::store::writer::Tx;

/// Work as it comes from its writer.
#[derive(Clone, Copy)]
pub struct Written<'a> {
    pub item: &'a Item,
    pub edition: &'a EditionHash,
    pub text: &'a str,
    /// When the draft was saved that this is written over; `None`: none was seen.
    pub over: Option<Timestamp>,
    /// The quiz that a free response belongs to; `None` for a task.
    pub quiz: Option<&'a Arc<Quiz>>,
}

/// Saves a draft: the one under way, or a new try.
///
/// # Errors
/// [`StoreError::Gone`] when it is handed in already, or when the work is done with;
/// [`StoreError::Changed`] when the draft is another than the one it was written over.
pub async fn save_draft(
    store: &Store,
    enrolment: &Enrolment,
    written: Written<'_>,
    now: Timestamp,
) -> StoreResult<SubmissionId> {
    let work = Work::new(store, enrolment, written, now).await?;
    let saved = store.write(move |tx| {
        Box::pin(async move {
            match work.slot(tx).await? {
                slot if slot.is_handed_in => Err(StoreError::Gone),
                slot => work.put(tx, slot, SubmissionState::Draft).await,
            }
        })
    });
    saved.await
}

/// Hands work in: the draft under way, or a new try; the attempt of a free response is added up again
/// with it. Handing in again what waits for a trainer changes nothing and gives its id.
///
/// # Errors
/// [`StoreError::Gone`] when the work is done with (a task that was passed, a response that was
/// marked) or when another text was handed in; [`StoreError::Changed`] when the draft is another than
/// the one it was written over.
pub async fn hand_in(
    store: &Store,
    enrolment: &Enrolment,
    written: Written<'_>,
    now: Timestamp,
) -> StoreResult<SubmissionId> {
    let work = Work::new(store, enrolment, written, now).await?;
    let quiz = written.quiz.cloned();
    let handed_in = store.write(move |tx| {
        Box::pin(async move {
            let item = work.item.clone();
            let id = match work.slot(tx).await? {
                slot if slot.is_handed_in && slot.holds_it => return Ok(slot.id),
                slot if slot.is_handed_in => return Err(StoreError::Gone),
                slot => work.put(tx, slot, SubmissionState::HandedIn).await?,
            };
            add_up(tx, &item, quiz).await?;
            Ok(id)
        })
    });
    handed_in.await
}

/// Hands work in within another's transaction. What is handed in or done with already stays as it is.
pub(in crate::store) async fn hand_in_within(
    tx: &Tx,
    key: &DataKey,
    enrolment: EnrolmentId,
    item: Item,
    edition: EditionHash,
    text: String,
    now: Timestamp,
) -> StoreResult<()> {
    let work = Work { key: key.clone(), enrolment, item, edition, text, over: None, now };
    match work.slot(tx).await {
        Ok(slot) if slot.is_handed_in => Ok(()),
        Ok(slot) => work.put(tx, slot, SubmissionState::HandedIn).await.map(drop),
        Err(StoreError::Gone) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Work on its way into the database. Its text is sealed inside the transaction, which alone knows into
/// which row it goes.
#[derive(Clone)]
struct Work {
    key: DataKey,
    enrolment: EnrolmentId,
    item: Item,
    edition: EditionHash,
    text: String,
    over: Option<Timestamp>,
    now: Timestamp,
}

/// The row that work goes into: the try under way, or a new one.
struct Slot {
    id: SubmissionId,
    number: i64,
    is_handed_in: bool,
    /// Whether the text is in it already.
    holds_it: bool,
}

impl Work {
    async fn new(store: &Store, enrolment: &Enrolment, written: Written<'_>, now: Timestamp) -> StoreResult<Self> {
        Ok(Self {
            key: store.data_key(enrolment.account).await?,
            enrolment: enrolment.id,
            item: written.item.clone(),
            edition: written.edition.clone(),
            text: written.text.to_owned(),
            over: written.over,
            now,
        })
    }

    async fn slot(&self, tx: &Tx) -> StoreResult<Slot> {
        let newest = Entity::find()
            .filter(submissions::COLUMN.enrolment.eq(self.enrolment))
            .filter(submissions::COLUMN.item.eq(self.item.to_string()))
            .order_by_desc(Column::Number);
        let next = |number| Slot { id: SubmissionId(Uuid::now_v7()), number, is_handed_in: false, holds_it: false };
        let Some(row) = newest.one(tx).await? else { return Ok(next(1)) };
        let there = |is_handed_in| {
            // One that waited too long was emptied; nothing that is written is the same text.
            let holds_it = !row.content.is_empty()
                && SUBMISSION.open_text(&self.key, row.id.0.as_bytes(), &row.content)? == self.text;
            Ok(Slot { id: row.id, number: row.number, is_handed_in, holds_it })
        };
        match read_state(&row.state)? {
            SubmissionState::Draft => match there(false)? {
                slot if slot.holds_it || self.over == Some(row.saved_at) => Ok(slot),
                _ => Err(StoreError::Changed),
            },
            SubmissionState::HandedIn => there(true),
            SubmissionState::Marked if self.is_over(tx, row.id).await? => Err(StoreError::Gone),
            SubmissionState::Returned | SubmissionState::Marked => Ok(next(row.number + 1)),
        }
    }

    /// Whether the marking of the last try was the last word.
    async fn is_over(&self, tx: &Tx, id: SubmissionId) -> StoreResult<bool> {
        match self.item {
            // It belongs to a quiz that was handed in, and is marked once.
            Item::Response { .. } => Ok(true),
            Item::Task(_) => {
                let marking = submission_markings::Entity::find_by_id(id).one(tx).await?;
                Ok(marking.is_some_and(|marking| marking.passed))
            }
        }
    }

    async fn put(self, tx: &Tx, slot: Slot, state: SubmissionState) -> StoreResult<SubmissionId> {
        let row = Model {
            id: slot.id,
            enrolment: self.enrolment,
            item: self.item.to_string(),
            edition: self.edition,
            number: slot.number,
            state: state.as_str().to_owned(),
            content: SUBMISSION.seal_text(&self.key, slot.id.0.as_bytes(), &self.text),
            saved_at: self.now,
            handed_in_at: (state == SubmissionState::HandedIn).then_some(self.now),
        };
        let replace = OnConflict::column(Column::Id)
            .update_columns([Column::Edition, Column::State, Column::Content, Column::SavedAt, Column::HandedInAt])
            .to_owned();
        match upsert(tx, row, replace).await {
            Ok(_) => Ok(slot.id),
            // Another began a try in this moment: run again, it is found.
            Err(StoreError::Taken(_)) => Err(StoreError::Unavailable(Outage::Locked)),
            Err(error) => Err(error),
        }
    }
}
