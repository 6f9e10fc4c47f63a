//! Submissions: work that a person marks, a final task or a free response of a quiz. Learners write and
//! hand in here; trainers are in [`marking`], the talk between them in [`messages`].
//!
//! Everything written is sealed with the learner's data key, trainers' words about it too: it is about
//! the learner and goes with them.

pub mod marking;
pub mod messages;

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, Set, Statement};
use uuid::Uuid;

use crate::crypto::seal::DataKey;
use crate::domain::course::EditionHash;
use crate::domain::id::{AccountId, AttemptId, CourseSlug, EnrolmentId, QuestionId, SubmissionId, TaskId};
use crate::domain::progress::TaskState;
use crate::domain::time::Timestamp;

use super::attempts::Attempt;
use super::entity::submission_markings;
use super::entity::submissions::{self, ActiveModel, Column, Entity, Model};
use super::error::{StoreError, StoreResult};
use super::rows::{found, insert};
use super::sealed;
use super::{Store, writer::Tx};

use marking::Marking;

/// One piece of work, as its owner and trainers see it.
#[derive(Clone, PartialEq, Eq)]
pub struct Submission {
    pub id: SubmissionId,
    pub enrolment: EnrolmentId,
    /// The sitting it belongs to, when it is a free response of a quiz.
    pub attempt: Option<AttemptId>,
    /// The id of the task or question.
    pub item: String,
    pub edition: EditionHash,
    /// Counted from 1 within the enrolment and item.
    pub number: u32,
    pub state: TaskState,
    pub text: String,
    pub saved_at: Timestamp,
    pub handed_in_at: Option<Timestamp>,
    pub marking: Option<Marking>,
}

/// What somebody wrote never gets into a log.
impl std::fmt::Debug for Submission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:?}", self.id, self.state)
    }
}

/// The words of the `state` column.
const DRAFT: &str = "draft";
const HANDED_IN: &str = "handed-in";
const RETURNED: &str = "returned";
const MARKED: &str = "marked";

/// Saves the draft of a final task, beginning one when there is none or the last came back. `Gone`: it
/// was handed in and waits, or has passed.
pub async fn save_draft(
    store: &Store,
    account: AccountId,
    enrolment: EnrolmentId,
    task: &TaskId,
    text: &str,
    now: Timestamp,
) -> StoreResult<SubmissionId> {
    let (key, item, text) = (store.data_key(account).await?, task.to_string(), text.to_owned());
    let saved = store.write(move |tx| {
        Box::pin(async move {
            let edition = edition_of(tx, account, enrolment).await?;
            let last = of_task(enrolment, &item).one(tx).await?;
            let number = match &last {
                Some(last) => match state(tx, last).await? {
                    TaskState::Drafted => return write_on(tx, &key, last.id, &text, now).await,
                    TaskState::HandedIn | TaskState::Passed => return Err(StoreError::Gone),
                    TaskState::Returned | TaskState::NotPassed => last.number + 1,
                },
                None => 1,
            };
            let id = SubmissionId(Uuid::now_v7());
            let content = sealed::SUBMISSION.seal_text(&key, id.0.as_bytes(), &text);
            let new = Model {
                id,
                enrolment,
                item,
                edition,
                number,
                state: DRAFT.to_owned(),
                content,
                saved_at: now,
                handed_in_at: None,
                attempt: None,
            };
            insert(tx, new).await?;
            Ok(id)
        })
    });
    saved.await
}

/// Hands a draft in. Doing it twice is doing it once; `Gone` when it was marked or returned since.
pub async fn hand_in(store: &Store, account: AccountId, id: SubmissionId, now: Timestamp) -> StoreResult<()> {
    let handed = store.write(move |tx| {
        Box::pin(async move {
            let row = owned(tx, account, id).await?;
            match row.state.as_str() {
                HANDED_IN => Ok(()),
                DRAFT => move_on(tx, id, DRAFT, HANDED_IN, Some(now)).await,
                _ => Err(StoreError::Gone),
            }
        })
    });
    handed.await
}

/// Puts a free response into the queue when its attempt is handed in.
pub(super) async fn hand_in_response(
    tx: &Tx,
    key: &DataKey,
    attempt: &Attempt,
    question: &QuestionId,
    prose: &str,
    now: Timestamp,
) -> StoreResult<()> {
    let item = question.to_string();
    let query = Entity::find()
        .filter(submissions::COLUMN.enrolment.eq(attempt.enrolment))
        .filter(submissions::COLUMN.item.eq(item.clone()))
        .order_by_desc(Column::Number);
    let number = query.one(tx).await?.map_or(1, |last| last.number + 1);
    let id = SubmissionId(Uuid::now_v7());
    let row = Model {
        id,
        enrolment: attempt.enrolment,
        item,
        edition: attempt.edition.clone(),
        number,
        state: HANDED_IN.to_owned(),
        content: sealed::SUBMISSION.seal_text(key, id.0.as_bytes(), prose),
        saved_at: now,
        handed_in_at: Some(now),
        attempt: Some(attempt.id),
    };
    insert(tx, row).await
}

/// A piece of work, if it is this person's.
pub async fn by_id(store: &Store, account: AccountId, id: SubmissionId) -> StoreResult<Option<Submission>> {
    let db = store.reader();
    let row = match owned(db, account, id).await {
        Ok(row) => row,
        Err(StoreError::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    open(store, account, row).await.map(Some)
}

/// All of a person's work on one task, the first one first.
pub async fn of_item(
    store: &Store,
    account: AccountId,
    enrolment: EnrolmentId,
    item: &str,
) -> StoreResult<Vec<Submission>> {
    let query = Entity::find()
        .filter(submissions::COLUMN.enrolment.eq(enrolment))
        .filter(submissions::COLUMN.item.eq(item))
        .order_by_asc(Column::Number);
    let rows = store.read(query.all(store.reader())).await?;
    open_all(store, account, rows).await
}

/// The free responses of an attempt, with what trainers said about them.
pub async fn of_attempt(store: &Store, account: AccountId, attempt: AttemptId) -> StoreResult<Vec<Submission>> {
    let query = Entity::find().filter(Column::Attempt.eq(attempt)).order_by_asc(Column::Number);
    let rows = store.read(query.all(store.reader())).await?;
    open_all(store, account, rows).await
}

/// Where each final task of an enrolment stands; absent: not begun.
pub async fn task_states(store: &Store, enrolment: EnrolmentId) -> StoreResult<BTreeMap<TaskId, TaskState>> {
    let query = Entity::find()
        .filter(submissions::COLUMN.enrolment.eq(enrolment))
        .filter(Column::Attempt.is_null())
        .order_by_asc(Column::Number);
    let mut states = BTreeMap::new();
    for row in store.read(query.all(store.reader())).await? {
        let task = row.item.parse().map_err(|_| StoreError::Corrupt("a task's id"))?;
        states.insert(task, state(store.reader(), &row).await?);
    }
    Ok(states)
}

async fn edition_of(tx: &Tx, account: AccountId, enrolment: EnrolmentId) -> StoreResult<EditionHash> {
    use super::entity::enrolments;
    let query = enrolments::Entity::find_by_id(enrolment).filter(enrolments::COLUMN.account.eq(account));
    Ok(query.one(tx).await?.ok_or(StoreError::NotFound)?.edition)
}

/// The latest work on a task first.
fn of_task(enrolment: EnrolmentId, item: &str) -> sea_orm::Select<Entity> {
    Entity::find()
        .filter(submissions::COLUMN.enrolment.eq(enrolment))
        .filter(submissions::COLUMN.item.eq(item))
        .filter(Column::Attempt.is_null())
        .order_by_desc(Column::Number)
}

async fn write_on(tx: &Tx, key: &DataKey, id: SubmissionId, text: &str, now: Timestamp) -> StoreResult<SubmissionId> {
    let content = sealed::SUBMISSION.seal_text(key, id.0.as_bytes(), text);
    let updated = Entity::update_many()
        .set(ActiveModel { content: Set(content), saved_at: Set(now), ..Default::default() })
        .filter(submissions::COLUMN.id.eq(id))
        .filter(submissions::COLUMN.state.eq(DRAFT))
        .exec(tx)
        .await?;
    found(updated.rows_affected)?;
    Ok(id)
}

/// Moves a piece of work from one state to the next, once. `Gone`: it was not in the first any more.
async fn move_on(tx: &Tx, id: SubmissionId, from: &str, to: &str, handed_in_at: Option<Timestamp>) -> StoreResult<()> {
    let mut change = ActiveModel { state: Set(to.to_owned()), ..Default::default() };
    if handed_in_at.is_some() {
        change.handed_in_at = Set(handed_in_at);
    }
    let moved = Entity::update_many()
        .set(change)
        .filter(submissions::COLUMN.id.eq(id))
        .filter(submissions::COLUMN.state.eq(from))
        .exec(tx)
        .await?;
    found(moved.rows_affected).map_err(|_| StoreError::Gone)
}

/// Whose work it is, and in which course.
#[derive(FromQueryResult)]
struct Owner {
    account: AccountId,
    course: CourseSlug,
}

async fn owner<C: ConnectionTrait>(db: &C, id: SubmissionId) -> StoreResult<Owner> {
    const SQL: &str = "SELECT enrolments.account, enrolments.course FROM submissions \
        JOIN enrolments ON enrolments.id = submissions.enrolment WHERE submissions.id = $1";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, [id.into()]);
    Owner::find_by_statement(statement).one(db).await?.ok_or(StoreError::NotFound)
}

async fn owned<C: ConnectionTrait>(db: &C, account: AccountId, id: SubmissionId) -> StoreResult<Model> {
    let row = Entity::find_by_id(id).one(db).await?.ok_or(StoreError::NotFound)?;
    if owner(db, id).await?.account == account { Ok(row) } else { Err(StoreError::NotFound) }
}

async fn open_all(store: &Store, account: AccountId, rows: Vec<Model>) -> StoreResult<Vec<Submission>> {
    let mut opened = Vec::with_capacity(rows.len());
    for row in rows {
        opened.push(open(store, account, row).await?);
    }
    Ok(opened)
}

pub(super) async fn open(store: &Store, account: AccountId, row: Model) -> StoreResult<Submission> {
    let key = store.data_key(account).await?;
    let text = sealed::SUBMISSION.open_text(&key, row.id.0.as_bytes(), &row.content)?;
    let query = submission_markings::Entity::find_by_id(row.id);
    let marked = store.read(query.one(store.reader())).await?;
    let state = read_state(&row, marked.as_ref())?;
    Ok(Submission {
        id: row.id,
        enrolment: row.enrolment,
        attempt: row.attempt,
        item: row.item,
        edition: row.edition,
        number: u32::try_from(row.number).map_err(|_| StoreError::Corrupt("a submission's number"))?,
        state,
        text,
        saved_at: row.saved_at,
        handed_in_at: row.handed_in_at,
        marking: marked.map(|marked| marking::open(&key, marked)).transpose()?,
    })
}

async fn state<C: ConnectionTrait>(db: &C, row: &Model) -> StoreResult<TaskState> {
    let marked = match row.state.as_str() {
        MARKED => submission_markings::Entity::find_by_id(row.id).one(db).await?,
        _ => None,
    };
    read_state(row, marked.as_ref())
}

fn read_state(row: &Model, marked: Option<&submission_markings::Model>) -> StoreResult<TaskState> {
    match (row.state.as_str(), marked) {
        (DRAFT, _) => Ok(TaskState::Drafted),
        (HANDED_IN, _) => Ok(TaskState::HandedIn),
        (RETURNED, _) => Ok(TaskState::Returned),
        (MARKED, Some(marked)) if marked.passed => Ok(TaskState::Passed),
        (MARKED, Some(_)) => Ok(TaskState::NotPassed),
        _ => Err(StoreError::Corrupt("an unknown state of work")),
    }
}
