//! The trainers' side: the queue by pseudonym, marking, returning for another try.

use std::collections::BTreeMap;
use std::sync::Arc;

use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, Statement};

use crate::crypto::seal::DataKey;
use crate::crypto::vault::{Lookup, Vault};
use crate::domain::course::EditionHash;
use crate::domain::id::{AccountId, AttemptId, CourseSlug, CriterionId, EnrolmentId, QuestionId, SubmissionId};
use crate::domain::quiz::Quiz;
use crate::domain::quiz::rubric::RubricScore;
use crate::domain::time::Timestamp;
use crate::store::entity::submission_markings::Model;
use crate::store::entity::submissions::Entity;
use crate::store::error::{StoreError, StoreResult};
use crate::store::rows::insert;
use crate::store::writer::Tx;
use crate::store::{Store, attempts, sealed};

use super::{HANDED_IN, MARKED, RETURNED, Submission, move_on};

/// What a trainer said of a piece of work.
#[derive(Clone, PartialEq, Eq)]
pub struct Marking {
    /// Given back unmarked: `levels`, `percent` and `passed` say nothing.
    pub is_returned: bool,
    /// The level chosen for each criterion, from 0.
    pub levels: BTreeMap<CriterionId, usize>,
    pub percent: u8,
    pub passed: bool,
    pub comment: String,
    pub marked_at: Timestamp,
}

/// A mark as a trainer gives it; `score` comes from the rubric and `levels`.
#[derive(Clone)]
pub struct NewMarking {
    pub levels: BTreeMap<CriterionId, usize>,
    pub score: RubricScore,
    pub comment: String,
}

/// A line of the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub id: SubmissionId,
    pub owner: AccountId,
    pub course: CourseSlug,
    pub edition: EditionHash,
    pub item: String,
    pub attempt: Option<AttemptId>,
    pub number: u32,
    pub handed_in_at: Timestamp,
    pub pseudonym: String,
}

/// A piece of work with what a trainer needs to know of it.
#[derive(Clone, Debug)]
pub struct Work {
    pub owner: AccountId,
    pub course: CourseSlug,
    pub pseudonym: String,
    pub submission: Submission,
}

#[derive(FromQueryResult)]
struct Row {
    id: SubmissionId,
    account: AccountId,
    enrolment: EnrolmentId,
    course: CourseSlug,
    edition: EditionHash,
    item: String,
    attempt: Option<AttemptId>,
    number: i64,
    handed_in_at: Timestamp,
}

const QUEUE: &str = "\
    SELECT submissions.id, enrolments.account, submissions.enrolment, enrolments.course, submissions.edition, \
    submissions.item, submissions.attempt, submissions.number, submissions.handed_in_at \
    FROM submissions JOIN enrolments ON enrolments.id = submissions.enrolment \
    WHERE submissions.state = 'handed-in' ORDER BY submissions.handed_in_at, submissions.id";

/// All work that waits, the longest waiting first; the caller keeps what the trainer teaches.
pub async fn queue(store: &Store) -> StoreResult<Vec<Waiting>> {
    let rows = store.read(Row::find_by_statement(store.statement(QUEUE)).all(store.reader())).await?;
    let waiting = |row: Row| {
        Ok(Waiting {
            pseudonym: pseudonym(store.vault(), row.enrolment),
            id: row.id,
            owner: row.account,
            course: row.course,
            edition: row.edition,
            item: row.item,
            attempt: row.attempt,
            number: u32::try_from(row.number).map_err(|_| StoreError::Corrupt("a submission's number"))?,
            handed_in_at: row.handed_in_at,
        })
    };
    rows.into_iter().map(waiting).collect()
}

/// A piece of work for a trainer; whether they may read it is for the caller to ask
/// (`policy::may_read_work`).
pub async fn by_id(store: &Store, id: SubmissionId) -> StoreResult<Option<Work>> {
    let Some(row) = store.read(Entity::find_by_id(id).one(store.reader())).await? else { return Ok(None) };
    let owner = super::owner(store.reader(), id).await?;
    Ok(Some(Work {
        pseudonym: pseudonym(store.vault(), row.enrolment),
        submission: super::open(store, owner.account, row).await?,
        owner: owner.account,
        course: owner.course,
    }))
}

/// Marks work that waits, once: `Gone` when another trainer was quicker. Nobody marks their own work
/// (`NotFound`). For a free response give the quiz of its edition: the attempt's score follows in the
/// same transaction.
pub async fn mark(
    store: &Store,
    id: SubmissionId,
    marker: AccountId,
    new: NewMarking,
    quiz: Option<Arc<Quiz>>,
    now: Timestamp,
) -> StoreResult<()> {
    let key = key_of_owner(store, id, marker).await?;
    let row = Model {
        submission: id,
        marker: Some(marker),
        outcome: MARKED.to_owned(),
        levels: serde_json::to_string(&new.levels).map_err(|_| StoreError::Fault("levels are no JSON".into()))?,
        percent: new.score.percent.into(),
        passed: new.score.passed,
        comment: sealed::MARKING_COMMENT.seal_text(&key, id.0.as_bytes(), &new.comment),
        marked_at: now,
    };
    let marked = store.write(move |tx| {
        Box::pin(async move {
            move_on(tx, id, HANDED_IN, MARKED, None).await?;
            insert(tx, row).await?;
            let work = Entity::find_by_id(id).one(tx).await?.ok_or(StoreError::NotFound)?;
            if let (Some(attempt), Some(quiz)) = (work.attempt, quiz) {
                let by_hand = marked_by_hand(tx, attempt).await?;
                attempts::submission::mark_again(tx, &key, attempt, &quiz, &by_hand).await?;
            }
            Ok(())
        })
    });
    marked.await
}

/// Gives work back unmarked, for another try. `Gone` and `NotFound` as in [`mark`].
pub async fn return_for_another_try(
    store: &Store,
    id: SubmissionId,
    marker: AccountId,
    comment: &str,
    now: Timestamp,
) -> StoreResult<()> {
    let key = key_of_owner(store, id, marker).await?;
    let row = Model {
        submission: id,
        marker: Some(marker),
        outcome: RETURNED.to_owned(),
        levels: "{}".to_owned(),
        percent: 0,
        passed: false,
        comment: sealed::MARKING_COMMENT.seal_text(&key, id.0.as_bytes(), comment),
        marked_at: now,
    };
    let returned = store.write(move |tx| {
        Box::pin(async move {
            move_on(tx, id, HANDED_IN, RETURNED, None).await?;
            insert(tx, row).await
        })
    });
    returned.await
}

pub(super) fn open(key: &DataKey, row: Model) -> StoreResult<Marking> {
    let damaged = StoreError::Corrupt("a marking");
    Ok(Marking {
        is_returned: row.outcome == RETURNED,
        levels: serde_json::from_str(&row.levels).map_err(|_| damaged.clone())?,
        percent: u8::try_from(row.percent).map_err(|_| damaged)?,
        passed: row.passed,
        comment: sealed::MARKING_COMMENT.open_text(key, row.submission.0.as_bytes(), &row.comment)?,
        marked_at: row.marked_at,
    })
}

/// The name under which trainers know somebody in one course: the same for all their work there, and
/// unlike the one in another course.
fn pseudonym(vault: &Vault, enrolment: EnrolmentId) -> String {
    let hash = vault.lookup(Lookup::Pseudonym, &enrolment.to_string());
    data_encoding::BASE32_NOPAD.encode(&hash)[..6].to_owned()
}

async fn key_of_owner(store: &Store, id: SubmissionId, marker: AccountId) -> StoreResult<DataKey> {
    let owner = super::owner(store.reader(), id).await?.account;
    if owner == marker { Err(StoreError::NotFound) } else { store.data_key(owner).await }
}

#[derive(FromQueryResult)]
struct ByHand {
    item: String,
    percent: i64,
    passed: bool,
}

/// What trainers said of an attempt's free responses, by question; the last one counts.
async fn marked_by_hand(tx: &Tx, attempt: AttemptId) -> StoreResult<BTreeMap<QuestionId, RubricScore>> {
    const SQL: &str = "SELECT submissions.item, submission_markings.percent, submission_markings.passed \
        FROM submissions JOIN submission_markings ON submission_markings.submission = submissions.id \
        WHERE submissions.attempt = $1 AND submissions.state = 'marked' ORDER BY submissions.number";
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), SQL, [attempt.into()]);
    let mut marked = BTreeMap::new();
    for row in ByHand::find_by_statement(statement).all(tx).await? {
        let question = row.item.parse().map_err(|_| StoreError::Corrupt("a question's id"))?;
        let percent = u8::try_from(row.percent).map_err(|_| StoreError::Corrupt("a marking"))?;
        marked.insert(question, RubricScore { percent, passed: row.passed, lacking: Vec::new() });
    }
    Ok(marked)
}
