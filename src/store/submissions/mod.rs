//! Submissions: work that a person marks, try by try, with what was said about it.
//!
//! A try is a draft, then handed in, then returned or marked; after that a new try begins. One try of a
//! piece of work is under way at a time: a unique key sees to it. Work, comments and messages are sealed
//! with the learner's key, whoever wrote them, so that they go with the learner.

mod item;
mod marking;
mod messages;
mod standing;
mod writing;

#[cfg(not(test))]
use std::fmt;

use sea_orm::{EntityTrait, FromQueryResult, JoinType, QuerySelect, Statement, Value};

use crate::crypto::seal::DataKey;
use crate::domain::course::EditionHash;
use crate::domain::id::{AccountId, CourseSlug, CriterionId, EnrolmentId, SubmissionId};
use crate::domain::progress::TaskState;
use crate::domain::time::Timestamp;

use super::Store;
use super::entity::enrolments;
use super::entity::submissions::{Column, Entity, Model};
use super::error::{StoreError, StoreResult};
use super::sealed::{MARKING_COMMENT, SUBMISSION};

use item::read_item;
use standing::task_state;

pub use item::{Item, NotAnItem};
pub use marking::{Judgement, give_back, mark};
pub use messages::{Message, add_message, thread};
pub use standing::{Queued, queue, task_states};
pub(super) use standing::{by_hand, tasks_begun};
pub(super) use writing::hand_in_within;
pub use writing::{Written, hand_in, save_draft};

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
    /// The text was deleted after its time; the marking was kept.
    pub is_expired: bool,
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

impl Submission {
    /// Where this try stands.
    pub fn stands(&self) -> TaskState {
        task_state(self.state, self.marking.as_ref().is_some_and(|marking| marking.passed))
    }
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

/// The key of the learner whose work this is.
async fn owners_key(store: &Store, id: SubmissionId) -> StoreResult<DataKey> {
    store.data_key(owner(store, id).await?).await
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
        text: match row.content.is_empty() {
            // Retention leaves an empty value in place of a free response.
            true => String::new(),
            false => SUBMISSION.open_text(key, row.id.0.as_bytes(), &row.content)?,
        },
        is_expired: row.content.is_empty(),
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
        percent: read_percent(percent)?,
        passed,
        comment: MARKING_COMMENT.open_text(key, found.row.id.0.as_bytes(), comment)?,
        at,
    }))
}

fn read_number(number: i64) -> StoreResult<u16> {
    u16::try_from(number).map_err(|_| StoreError::Corrupt("a number out of range"))
}

fn read_percent(number: i64) -> StoreResult<u8> {
    u8::try_from(number).map_err(|_| StoreError::Corrupt("a number out of range"))
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
