//! Where works stand: what waits for a trainer, what was begun, what it came to.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Statement, Value};

use super::item::read_item;
use super::{Item, SubmissionState, read_number, read_percent, read_state};
use crate::domain::id::{AttemptId, CourseSlug, EnrolmentId, QuestionId, SubmissionId, TaskId};
use crate::domain::progress::TaskState;
use crate::domain::quiz::scoring::ByHand;
use crate::domain::time::Timestamp;
use crate::store::Store;
use crate::store::entity::submissions::{self, Column, Entity};
use crate::store::error::{StoreError, StoreResult};
use crate::store::writer::Tx;

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

/// The final tasks that were begun in an enrolment.
pub(in crate::store) async fn tasks_begun(tx: &Tx, enrolment: EnrolmentId) -> StoreResult<Vec<TaskId>> {
    let items = Entity::find()
        .select_only()
        .column(Column::Item)
        .filter(submissions::COLUMN.enrolment.eq(enrolment))
        .filter(Column::Item.starts_with("task:"));
    let items: Vec<String> = items.into_tuple().all(tx).await?;
    let task = |item: &String| match read_item(item)? {
        Item::Task(task) => Ok(Some(task)),
        Item::Response { .. } => Ok(None),
    };
    items.iter().filter_map(|item| task(item).transpose()).collect()
}

/// Where each final task of an enrolment stands that was begun. Once passed is passed.
pub async fn task_states(store: &Store, enrolment: EnrolmentId) -> StoreResult<BTreeMap<TaskId, TaskState>> {
    let sql = STANDING.to_owned() + "WHERE submissions.enrolment = $1 ORDER BY submissions.number";
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

pub(super) fn task_state(state: SubmissionState, is_passed: bool) -> TaskState {
    match state {
        SubmissionState::Draft => TaskState::Drafted,
        SubmissionState::HandedIn => TaskState::HandedIn,
        SubmissionState::Returned => TaskState::Returned,
        SubmissionState::Marked if is_passed => TaskState::Passed,
        SubmissionState::Marked => TaskState::NotPassed,
    }
}

/// Where the free responses of an attempt stand.
pub(in crate::store) async fn by_hand(
    tx: &Tx,
    enrolment: EnrolmentId,
    attempt: AttemptId,
) -> StoreResult<BTreeMap<QuestionId, ByHand>> {
    let sql = STANDING.to_owned()
        + "WHERE submissions.enrolment = $1 AND submissions.item LIKE $2 ORDER BY submissions.number";
    let values: [Value; 2] = [enrolment.into(), format!("response:{attempt}:%").into()];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    let mut by_hand = BTreeMap::new();
    for row in Standing::find_by_statement(statement).all(tx).await? {
        let Item::Response { question, .. } = read_item(&row.item)? else { continue };
        let stands = match (read_state(&row.state)?, row.percent) {
            (SubmissionState::HandedIn, _) => ByHand::Waiting,
            (SubmissionState::Draft | SubmissionState::Returned, _) => ByHand::Returned,
            (SubmissionState::Marked, Some(percent)) => ByHand::Marked(read_percent(percent)?),
            (SubmissionState::Marked, None) => return Err(StoreError::Corrupt("a marked try without its marking")),
        };
        by_hand.insert(question, stands);
    }
    Ok(by_hand)
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
    percent: Option<i64>,
}

const STANDING: &str = "\
    SELECT submissions.item, submissions.state, submission_markings.passed, submission_markings.percent \
    FROM submissions \
    LEFT JOIN submission_markings ON submission_markings.submission = submissions.id ";
