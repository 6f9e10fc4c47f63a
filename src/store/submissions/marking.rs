//! What trainers do with work: the mark, the attempt it counts in and the note for the learner are one
//! transaction.

use std::sync::Arc;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::item::read_item;
use super::{Item, SubmissionState, owner};
use crate::domain::id::{AccountId, CriterionId, SubmissionId};
use crate::domain::quiz::Quiz;
use crate::domain::quiz::rubric::RubricScore;
use crate::domain::time::Timestamp;
use crate::store::audit::{Act, Noted};
use crate::store::entity::submission_markings;
use crate::store::entity::submissions::{self, ActiveModel, Entity};
use crate::store::error::{StoreError, StoreResult};
use crate::store::rows::insert;
use crate::store::sealed::MARKING_COMMENT;
use crate::store::writer::Tx;
use crate::store::{Store, attempts};

/// Who judges a try, and what they say of it.
#[derive(Clone, Copy)]
pub struct Judgement<'a> {
    pub marker: AccountId,
    pub comment: &'a str,
    /// The quiz that a free response belongs to; `None` for a task.
    pub quiz: Option<&'a Arc<Quiz>>,
}

/// Marks a try that waits for a trainer, adds up the attempt of a free response again, and notes it for
/// the learner to see.
///
/// # Errors
/// [`StoreError::Gone`] when it does not wait any more; [`StoreError::NotFound`] when it is the
/// marker's own.
pub async fn mark(
    store: &Store,
    id: SubmissionId,
    judgement: Judgement<'_>,
    levels: &[(CriterionId, usize)],
    score: &RubricScore,
    now: Timestamp,
) -> StoreResult<()> {
    let levels = serde_json::to_string(levels).map_err(|_| StoreError::Fault("levels are no JSON".into()))?;
    let said =
        Said { state: SubmissionState::Marked, act: Act::WorkMarked, levels, score: (score.percent, score.passed) };
    judge(store, id, judgement, said, now).await
}

/// Gives a try that waits for a trainer back unmarked, for another try; the rest as in [`mark`].
///
/// # Errors
/// [`StoreError::Gone`] when it does not wait any more; [`StoreError::NotFound`] when it is the
/// marker's own.
pub async fn give_back(store: &Store, id: SubmissionId, judgement: Judgement<'_>, now: Timestamp) -> StoreResult<()> {
    let levels = "[]".to_owned();
    let said = Said { state: SubmissionState::Returned, act: Act::WorkReturned, levels, score: (0, false) };
    judge(store, id, judgement, said, now).await
}

/// What marking and giving back differ in.
struct Said {
    state: SubmissionState,
    act: Act,
    levels: String,
    score: (u8, bool),
}

async fn judge(
    store: &Store,
    id: SubmissionId,
    judgement: Judgement<'_>,
    said: Said,
    now: Timestamp,
) -> StoreResult<()> {
    let Judgement { marker, comment, quiz } = judgement;
    let owner = owner(store, id).await?;
    // Nobody marks their own work.
    if owner == marker {
        return Err(StoreError::NotFound);
    }
    let marking = submission_markings::Model {
        submission: id,
        marker: Some(marker),
        outcome: said.state.as_str().to_owned(),
        levels: said.levels,
        percent: said.score.0.into(),
        passed: said.score.1,
        comment: MARKING_COMMENT.seal_text(&store.data_key(owner).await?, id.0.as_bytes(), comment),
        marked_at: now,
    };
    let noted = Noted::new(store, owner, Some(marker), said.act, now).await?;
    let update = Entity::update_many()
        .set(ActiveModel { state: Set(said.state.as_str().to_owned()), ..Default::default() })
        .filter(submissions::COLUMN.id.eq(id))
        .filter(submissions::COLUMN.state.eq(SubmissionState::HandedIn.as_str()));
    let quiz = quiz.cloned();
    let judged = store.write(move |tx| {
        Box::pin(async move {
            if update.exec(tx).await?.rows_affected == 0 {
                return Err(StoreError::Gone);
            }
            insert(tx, marking).await?;
            noted.write(tx).await?;
            let row = Entity::find_by_id(id).one(tx).await?.ok_or(StoreError::NotFound)?;
            add_up(tx, &read_item(&row.item)?, quiz).await
        })
    });
    judged.await
}

/// What was said of a free response counts in its attempt.
pub(super) async fn add_up(tx: &Tx, item: &Item, quiz: Option<Arc<Quiz>>) -> StoreResult<()> {
    match (item, quiz) {
        (Item::Task(_), _) => Ok(()),
        (Item::Response { attempt, .. }, Some(quiz)) => attempts::add_up(tx, &quiz, *attempt).await,
        (Item::Response { .. }, None) => Err(StoreError::Fault("a free response without its quiz".into())),
    }
}
