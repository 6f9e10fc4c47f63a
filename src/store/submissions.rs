//! Submissions: work that a person marks, try by try, with what was said about it.
//!
//! A try is a draft, then handed in, then returned or marked; after that a new try begins. One try of a
//! piece of work is under way at a time: a unique key sees to it. Work, comments and messages are sealed
//! with the learner's key, whoever wrote them, so that they go with the learner.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, Set, Statement, Value,
};
use uuid::Uuid;

use crate::crypto::seal::DataKey;
use crate::domain::course::EditionHash;
use crate::domain::id::{AccountId, AttemptId, CourseSlug, CriterionId, EnrolmentId, QuestionId, SubmissionId, TaskId};
use crate::domain::progress::TaskState;
use crate::domain::time::Timestamp;

use super::Store;
use super::enrolments::Enrolment;
use super::entity::submissions::{self, ActiveModel, Column, Entity, Model};
use super::entity::{enrolments, submission_markings, submission_messages};
use super::error::{Outage, StoreError, StoreResult};
use super::rows::{insert, upsert};
use super::sealed::{MARKING_COMMENT, MESSAGE, SUBMISSION};
use super::writer::Tx;

/// What is worked on. Stored as text: `task:<task>`, `response:<attempt>:<question>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// A final task.
    Task(TaskId),
    /// A free response of an attempt.
    Response { attempt: AttemptId, question: QuestionId },
}

/// One try.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct Submission {
    pub id: SubmissionId,
    pub enrolment: EnrolmentId,
    pub account: AccountId,
    pub course: CourseSlug,
    pub item: Item,
    /// The edition whose task and rubric it answers.
    pub edition: EditionHash,
    /// 1 for the first try.
    pub number: u16,
    pub state: SubmissionState,
    pub text: String,
    pub saved: Timestamp,
    pub handed_in: Option<Timestamp>,
    /// There once it is returned or marked.
    pub marking: Option<StoredMarking>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubmissionState {
    /// Seen by nobody else.
    Draft,
    /// Waits for a trainer.
    HandedIn,
    /// Given back unmarked for another try.
    Returned,
    Marked,
}

/// What a trainer said. Of a try that was returned only the comment counts.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct StoredMarking {
    /// The index of the chosen level (0 the lowest) for each criterion.
    pub levels: Vec<(CriterionId, usize)>,
    pub percent: u8,
    pub passed: bool,
    pub comment: String,
    pub at: Timestamp,
}

/// A try that waits for a trainer, without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    pub id: SubmissionId,
    pub course: CourseSlug,
    pub item: Item,
    pub number: u16,
    pub enrolment: EnrolmentId,
    pub handed_in: Timestamp,
}

#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct Message {
    /// Else from a trainer.
    pub from_learner: bool,
    pub text: String,
    pub at: Timestamp,
}

/// The newest try of a person's work.
pub async fn current(
    store: &Store,
    account: AccountId,
    enrolment: EnrolmentId,
    item: &Item,
) -> StoreResult<Option<Submission>> {
    Ok(all(store, account, enrolment, item).await?.pop())
}

/// All tries of a person's work, oldest first.
pub async fn all(
    store: &Store,
    account: AccountId,
    enrolment: EnrolmentId,
    item: &Item,
) -> StoreResult<Vec<Submission>> {
    let own = "submissions.enrolment = $1 AND submissions.item = $2 AND enrolments.account = $3 \
        ORDER BY submissions.number";
    find(store, own, vec![enrolment.into(), item.to_string().into(), account.into()]).await
}

/// A try, for trainers and its owner: who may see it is the caller's to ask.
pub async fn by_id(store: &Store, id: SubmissionId) -> StoreResult<Option<Submission>> {
    Ok(find(store, "submissions.id = $1", vec![id.into()]).await?.pop())
}

/// Saves a draft: the one under way, or a new try.
///
/// # Errors
/// [`StoreError::Gone`] when it is handed in already, or when the work is done with.
pub async fn save_draft(
    store: &Store,
    enrolment: &Enrolment,
    item: &Item,
    edition: &EditionHash,
    text: &str,
    now: Timestamp,
) -> StoreResult<SubmissionId> {
    let work = Work::new(store, enrolment, item, edition, text, now).await?;
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

/// Hands work in: the draft under way, or a new try. Handing in again what waits for a trainer changes
/// nothing and gives its id.
///
/// # Errors
/// [`StoreError::Gone`] when the work is done with: a task that was passed, a response that was marked.
pub async fn hand_in(
    store: &Store,
    enrolment: &Enrolment,
    item: &Item,
    edition: &EditionHash,
    text: &str,
    now: Timestamp,
) -> StoreResult<SubmissionId> {
    let work = Work::new(store, enrolment, item, edition, text, now).await?;
    let handed_in = store.write(move |tx| {
        Box::pin(async move {
            match work.slot(tx).await? {
                slot if slot.is_handed_in => Ok(slot.id),
                slot => work.put(tx, slot, SubmissionState::HandedIn).await,
            }
        })
    });
    handed_in.await
}

/// Hands work in within another's transaction. What is handed in or done with already stays as it is.
pub(super) async fn hand_in_within(
    tx: &Tx,
    key: &DataKey,
    enrolment: EnrolmentId,
    item: Item,
    edition: EditionHash,
    text: String,
    now: Timestamp,
) -> StoreResult<()> {
    let work = Work { key: key.clone(), enrolment, item, edition, text, now };
    match work.slot(tx).await {
        Ok(slot) if slot.is_handed_in => Ok(()),
        Ok(slot) => work.put(tx, slot, SubmissionState::HandedIn).await.map(drop),
        Err(StoreError::Gone) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Everything that waits for a trainer, oldest first.
pub async fn queue(store: &Store) -> StoreResult<Vec<Queued>> {
    let sql = "\
        SELECT submissions.id, enrolments.course, submissions.item, submissions.number, submissions.enrolment, \
        submissions.handed_in_at \
        FROM submissions JOIN enrolments ON enrolments.id = submissions.enrolment \
        WHERE submissions.state = 'handed-in' AND submissions.handed_in_at IS NOT NULL \
        ORDER BY submissions.handed_in_at, submissions.id";
    let rows = store.read(Waiting::find_by_statement(store.statement(sql)).all(store.reader())).await?;
    let queued = |row: Waiting| {
        Ok(Queued {
            id: row.id,
            course: row.course,
            item: read_item(&row.item)?,
            number: read_number(row.number)?,
            enrolment: row.enrolment,
            handed_in: row.handed_in_at,
        })
    };
    rows.into_iter().map(queued).collect()
}

/// Marks a try that waits for a trainer.
///
/// # Errors
/// [`StoreError::Gone`] when it does not wait any more; [`StoreError::NotFound`] when it is the
/// marker's own.
#[expect(clippy::too_many_arguments, reason = "the columns of one row; a struct would name them twice")]
pub async fn mark(
    store: &Store,
    id: SubmissionId,
    marker: AccountId,
    levels: &[(CriterionId, usize)],
    percent: u8,
    passed: bool,
    comment: &str,
    now: Timestamp,
) -> StoreResult<()> {
    let row = submission_markings::Model {
        submission: id,
        marker: Some(marker),
        outcome: SubmissionState::Marked.as_str().to_owned(),
        levels: serde_json::to_string(levels).map_err(|_| StoreError::Fault("levels are no JSON".into()))?,
        percent: percent.into(),
        passed,
        comment: MARKING_COMMENT.seal_text(&key_for(store, id, marker).await?, id.0.as_bytes(), comment),
        marked_at: now,
    };
    judge(store, SubmissionState::Marked, row).await
}

/// Gives a try that waits for a trainer back unmarked, for another try.
///
/// # Errors
/// [`StoreError::Gone`] when it does not wait any more; [`StoreError::NotFound`] when it is the
/// marker's own.
pub async fn give_back(
    store: &Store,
    id: SubmissionId,
    marker: AccountId,
    comment: &str,
    now: Timestamp,
) -> StoreResult<()> {
    let row = submission_markings::Model {
        submission: id,
        marker: Some(marker),
        outcome: SubmissionState::Returned.as_str().to_owned(),
        levels: "[]".to_owned(),
        percent: 0,
        passed: false,
        comment: MARKING_COMMENT.seal_text(&key_for(store, id, marker).await?, id.0.as_bytes(), comment),
        marked_at: now,
    };
    judge(store, SubmissionState::Returned, row).await
}

async fn judge(store: &Store, state: SubmissionState, marking: submission_markings::Model) -> StoreResult<()> {
    let update = Entity::update_many()
        .set(ActiveModel { state: Set(state.as_str().to_owned()), ..Default::default() })
        .filter(submissions::COLUMN.id.eq(marking.submission))
        .filter(submissions::COLUMN.state.eq(SubmissionState::HandedIn.as_str()));
    let judged = store.write(move |tx| {
        Box::pin(async move {
            match update.exec(tx).await?.rows_affected {
                0 => Err(StoreError::Gone),
                _ => insert(tx, marking).await,
            }
        })
    });
    judged.await
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

/// Where each final task of an enrolment stands that was begun. Once passed is passed.
pub async fn task_states(store: &Store, enrolment: EnrolmentId) -> StoreResult<BTreeMap<TaskId, TaskState>> {
    let sql = "\
        SELECT submissions.item, submissions.state, submission_markings.passed \
        FROM submissions \
        LEFT JOIN submission_markings ON submission_markings.submission = submissions.id \
        WHERE submissions.enrolment = $1 ORDER BY submissions.number";
    let statement = Statement::from_sql_and_values(store.reader().get_database_backend(), sql, [enrolment.into()]);
    let mut states = BTreeMap::new();
    for row in store.read(Standing::find_by_statement(statement).all(store.reader())).await? {
        let Item::Task(task) = read_item(&row.item)? else { continue };
        let state = task_state(read_state(&row.state)?, row.passed == Some(true));
        let known = states.entry(task).or_insert(state);
        if *known != TaskState::Passed {
            *known = state;
        }
    }
    Ok(states)
}

fn task_state(state: SubmissionState, is_passed: bool) -> TaskState {
    match state {
        SubmissionState::Draft => TaskState::Drafted,
        SubmissionState::HandedIn => TaskState::HandedIn,
        SubmissionState::Returned => TaskState::Returned,
        SubmissionState::Marked if is_passed => TaskState::Passed,
        SubmissionState::Marked => TaskState::NotPassed,
    }
}

const LEARNER: &str = "learner";
const TRAINER: &str = "trainer";

/// Work on its way into the database. Its text is sealed inside the transaction, which alone knows into
/// which row it goes.
#[derive(Clone)]
struct Work {
    key: DataKey,
    enrolment: EnrolmentId,
    item: Item,
    edition: EditionHash,
    text: String,
    now: Timestamp,
}

/// The row that work goes into: the try under way, or a new one.
struct Slot {
    id: SubmissionId,
    number: i64,
    is_handed_in: bool,
}

impl Work {
    async fn new(
        store: &Store,
        enrolment: &Enrolment,
        item: &Item,
        edition: &EditionHash,
        text: &str,
        now: Timestamp,
    ) -> StoreResult<Self> {
        Ok(Self {
            key: store.data_key(enrolment.account).await?,
            enrolment: enrolment.id,
            item: item.clone(),
            edition: edition.clone(),
            text: text.to_owned(),
            now,
        })
    }

    async fn slot(&self, tx: &Tx) -> StoreResult<Slot> {
        let newest = Entity::find()
            .filter(submissions::COLUMN.enrolment.eq(self.enrolment))
            .filter(submissions::COLUMN.item.eq(self.item.to_string()))
            .order_by_desc(Column::Number);
        let next = |number| Slot { id: SubmissionId(Uuid::now_v7()), number, is_handed_in: false };
        let Some(row) = newest.one(tx).await? else { return Ok(next(1)) };
        match read_state(&row.state)? {
            SubmissionState::Draft => Ok(Slot { id: row.id, number: row.number, is_handed_in: false }),
            SubmissionState::HandedIn => Ok(Slot { id: row.id, number: row.number, is_handed_in: true }),
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

/// The key of the learner whose work this is.
async fn owners_key(store: &Store, id: SubmissionId) -> StoreResult<DataKey> {
    store.data_key(owner(store, id).await?).await
}

/// The same for somebody who marks it: nobody marks their own work.
async fn key_for(store: &Store, id: SubmissionId, marker: AccountId) -> StoreResult<DataKey> {
    match owner(store, id).await? {
        owner if owner == marker => Err(StoreError::NotFound),
        owner => store.data_key(owner).await,
    }
}

async fn owner(store: &Store, id: SubmissionId) -> StoreResult<AccountId> {
    let query = Entity::find_by_id(id)
        .select_only()
        .column(enrolments::Column::Account)
        .join(
            JoinType::InnerJoin,
            Entity::belongs_to(enrolments::Entity).from(Column::Enrolment).to(enrolments::Column::Id).into(),
        )
        .into_tuple::<AccountId>();
    store.read(query.one(store.reader())).await?.ok_or(StoreError::NotFound)
}

#[derive(FromQueryResult)]
struct Waiting {
    id: SubmissionId,
    course: CourseSlug,
    item: String,
    number: i64,
    enrolment: EnrolmentId,
    handed_in_at: Timestamp,
}

#[derive(FromQueryResult)]
struct Standing {
    item: String,
    state: String,
    passed: Option<bool>,
}

/// A try, whose it is, and what was said of it.
#[derive(FromQueryResult)]
struct Found {
    #[sea_orm(nested)]
    row: Model,
    account: AccountId,
    course: CourseSlug,
    levels: Option<String>,
    percent: Option<i64>,
    passed: Option<bool>,
    comment: Option<Vec<u8>>,
    marked_at: Option<Timestamp>,
}

const FIND: &str = "\
    SELECT submissions.*, enrolments.account, enrolments.course, submission_markings.levels, \
    submission_markings.percent, submission_markings.passed, submission_markings.comment, \
    submission_markings.marked_at \
    FROM submissions \
    JOIN enrolments ON enrolments.id = submissions.enrolment \
    LEFT JOIN submission_markings ON submission_markings.submission = submissions.id \
    WHERE ";

/// Tries, opened with their owners' keys. `condition` is ours, and may go on after the `WHERE`.
async fn find(store: &Store, condition: &str, values: Vec<Value>) -> StoreResult<Vec<Submission>> {
    let sql = FIND.to_owned() + condition;
    let statement = Statement::from_sql_and_values(store.reader().get_database_backend(), sql, values);
    let mut tries = Vec::new();
    for row in store.read(Found::find_by_statement(statement).all(store.reader())).await? {
        let key = store.data_key(row.account).await?;
        tries.push(submission(&key, row)?);
    }
    Ok(tries)
}

fn submission(key: &DataKey, found: Found) -> StoreResult<Submission> {
    let marking = marking(key, &found)?;
    let Found { row, account, course, .. } = found;
    Ok(Submission {
        id: row.id,
        enrolment: row.enrolment,
        account,
        course,
        item: read_item(&row.item)?,
        edition: row.edition,
        number: read_number(row.number)?,
        state: read_state(&row.state)?,
        text: SUBMISSION.open_text(key, row.id.0.as_bytes(), &row.content)?,
        saved: row.saved_at,
        handed_in: row.handed_in_at,
        marking,
    })
}

fn marking(key: &DataKey, found: &Found) -> StoreResult<Option<StoredMarking>> {
    let (Some(levels), Some(percent), Some(passed), Some(comment), Some(at)) =
        (&found.levels, found.percent, found.passed, &found.comment, found.marked_at)
    else {
        return Ok(None);
    };
    Ok(Some(StoredMarking {
        levels: serde_json::from_str(levels).map_err(|_| StoreError::Corrupt("levels that are none"))?,
        percent: u8::try_from(percent).map_err(|_| StoreError::Corrupt("a number out of range"))?,
        passed,
        comment: MARKING_COMMENT.open_text(key, found.row.id.0.as_bytes(), comment)?,
        at,
    }))
}

fn read_number(number: i64) -> StoreResult<u16> {
    u16::try_from(number).map_err(|_| StoreError::Corrupt("a number out of range"))
}

fn read_item(text: &str) -> StoreResult<Item> {
    text.parse().map_err(|NotAnItem| StoreError::Corrupt("an item that is none"))
}

fn read_state(text: &str) -> StoreResult<SubmissionState> {
    let known = SubmissionState::ALL.into_iter().find(|state| state.as_str() == text);
    known.ok_or(StoreError::Corrupt("a state that is none"))
}

impl SubmissionState {
    const ALL: [Self; 4] = [Self::Draft, Self::HandedIn, Self::Returned, Self::Marked];

    /// As stored.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::HandedIn => "handed-in",
            Self::Returned => "returned",
            Self::Marked => "marked",
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Task(task) => write!(f, "task:{task}"),
            Self::Response { attempt, question } => write!(f, "response:{attempt}:{question}"),
        }
    }
}

/// A text that names nothing that can be worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("work is named task:… or response:…:…")]
pub struct NotAnItem;

impl FromStr for Item {
    type Err = NotAnItem;

    fn from_str(text: &str) -> Result<Self, NotAnItem> {
        let (kind, rest) = text.split_once(':').ok_or(NotAnItem)?;
        match kind {
            "task" => Ok(Self::Task(rest.parse().map_err(|_| NotAnItem)?)),
            "response" => {
                let (attempt, question) = rest.split_once(':').ok_or(NotAnItem)?;
                let attempt = attempt.parse().map_err(|_| NotAnItem)?;
                Ok(Self::Response { attempt, question: question.parse().map_err(|_| NotAnItem)? })
            }
            _ => Err(NotAnItem),
        }
    }
}

/// What somebody wrote, or was told, never gets into a log.
#[cfg(not(test))]
impl fmt::Debug for Submission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.id)
    }
}

#[cfg(not(test))]
impl fmt::Debug for StoredMarking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredMarking(…)")
    }
}

#[cfg(not(test))]
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Message(…)")
    }
}
