//! Attempts: sittings of a quiz. One may be open at a time, so two browsers share it; each response is
//! saved as it is given ([`responses`]); handing in marks what was saved, once ([`submission`]).

pub mod responses;
pub mod submission;

use std::collections::BTreeMap;
use std::sync::Arc;

use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Select};
use uuid::Uuid;

use crate::domain::course::EditionHash;
use crate::domain::id::{AccountId, AttemptId, EnrolmentId, QuestionId, QuizId};
use crate::domain::quiz::Quiz;
use crate::domain::quiz::drawing;
use crate::domain::quiz::rules::{self, PastAttempt, Refusal};
use crate::domain::quiz::scoring::Score;
use crate::domain::time::Timestamp;

use super::Store;
use super::entity::attempts::{self, Column, Entity, Model};
use super::entity::enrolments;
use super::error::{StoreError, StoreResult};
use super::rows::insert;
use super::writer::Tx;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub id: AttemptId,
    pub enrolment: EnrolmentId,
    pub quiz: QuizId,
    /// The edition it was begun with, and in which it is finished and shown.
    pub edition: EditionHash,
    /// Counted from 1 within the enrolment and quiz.
    pub number: u32,
    /// What the order of questions and of their parts follows from.
    pub seed: u64,
    /// In the order asked.
    pub questions: Vec<QuestionId>,
    pub started_at: Timestamp,
    /// `None`: still open.
    pub handed_in: Option<HandedIn>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandedIn {
    pub at: Timestamp,
    pub score: Score,
}

/// What came of wanting to sit a quiz.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    Begun(Attempt),
    /// One was open: here it is.
    Resumed(Attempt),
    Refused(Refusal),
}

/// Begins an attempt or goes on with the open one, by the quiz's rules; all in one transaction, so that
/// a hundred taps at once begin one. Questions drawn before come last in the next draw.
pub async fn open_or_resume(
    store: &Store,
    account: AccountId,
    enrolment: EnrolmentId,
    (edition, quiz): (&EditionHash, &Arc<Quiz>),
    seed: u64,
    now: Timestamp,
) -> StoreResult<Opening> {
    let (edition, quiz) = (edition.clone(), quiz.clone());
    let opened = store.write(move |tx| {
        Box::pin(async move {
            let owned = enrolments::Entity::find_by_id(enrolment).filter(enrolments::COLUMN.account.eq(account));
            owned.one(tx).await?.ok_or(StoreError::NotFound)?;
            let past = of_quiz(enrolment, &quiz.id).all(tx).await?;
            let past = past.into_iter().map(attempt).collect::<StoreResult<Vec<_>>>()?;
            if let Some(open) = past.iter().find(|attempt| attempt.handed_in.is_none()) {
                return Ok(Opening::Resumed(open.clone()));
            }
            if let Err(refusal) = rules::may_begin(&quiz, &history_of(&past), now) {
                return Ok(Opening::Refused(refusal));
            }
            let begun = begin(&past, enrolment, edition, &quiz, seed, now);
            insert(tx, row(&begun)?).await?;
            Ok(Opening::Begun(begun))
        })
    });
    opened.await
}

fn begin(
    past: &[Attempt],
    enrolment: EnrolmentId,
    edition: EditionHash,
    quiz: &Quiz,
    seed: u64,
    now: Timestamp,
) -> Attempt {
    let seen: Vec<QuestionId> = past.iter().flat_map(|attempt| attempt.questions.iter().cloned()).collect();
    Attempt {
        id: AttemptId(Uuid::now_v7()),
        enrolment,
        quiz: quiz.id.clone(),
        edition,
        number: past.iter().map(|attempt| attempt.number).max().unwrap_or_default() + 1,
        seed,
        questions: drawing::draw(quiz, seed, &seen),
        started_at: now,
        handed_in: None,
    }
}

/// An attempt, if it is this person's.
pub async fn by_id(store: &Store, account: AccountId, id: AttemptId) -> StoreResult<Option<Attempt>> {
    store.read(owned(account, id).one(store.reader())).await?.map(attempt).transpose()
}

/// All attempts at a quiz, the first one first.
pub async fn history(store: &Store, enrolment: EnrolmentId, quiz: &QuizId) -> StoreResult<Vec<Attempt>> {
    let rows = store.read(of_quiz(enrolment, quiz).all(store.reader())).await?;
    rows.into_iter().map(attempt).collect()
}

/// The same, as the rules for beginning another want it.
pub fn history_of(past: &[Attempt]) -> Vec<PastAttempt> {
    let brief = |attempt: &Attempt| PastAttempt { id: attempt.id, handed_in: attempt.handed_in.map(|done| done.at) };
    past.iter().map(brief).collect()
}

/// The scores of all attempts handed in, by quiz.
pub async fn scores(store: &Store, enrolment: EnrolmentId) -> StoreResult<BTreeMap<QuizId, Vec<Score>>> {
    let query = Entity::find()
        .filter(attempts::COLUMN.enrolment.eq(enrolment))
        .filter(Column::SubmittedAt.is_not_null())
        .order_by_asc(Column::Number);
    let mut scores: BTreeMap<QuizId, Vec<Score>> = BTreeMap::new();
    for row in store.read(query.all(store.reader())).await? {
        let Attempt { quiz, handed_in, .. } = attempt(row)?;
        scores.entry(quiz).or_default().extend(handed_in.map(|done| done.score));
    }
    Ok(scores)
}

fn of_quiz(enrolment: EnrolmentId, quiz: &QuizId) -> Select<Entity> {
    Entity::find()
        .filter(attempts::COLUMN.enrolment.eq(enrolment))
        .filter(attempts::COLUMN.quiz.eq(quiz.clone()))
        .order_by_asc(Column::Number)
}

/// An attempt whose enrolment is this person's.
fn owned(account: AccountId, id: AttemptId) -> Select<Entity> {
    let theirs = Query::select()
        .column(enrolments::Column::Id)
        .from(enrolments::Entity)
        .and_where(enrolments::COLUMN.account.eq(account))
        .take();
    Entity::find_by_id(id).filter(Column::Enrolment.in_subquery(theirs))
}

/// An attempt within a transaction, by whoever owns it.
async fn in_tx(tx: &Tx, account: AccountId, id: AttemptId) -> StoreResult<Attempt> {
    owned(account, id).one(tx).await?.map(attempt).ok_or(StoreError::NotFound)?
}

fn row(attempt: &Attempt) -> StoreResult<Model> {
    let questions = serde_json::to_string(&attempt.questions);
    Ok(Model {
        id: attempt.id,
        enrolment: attempt.enrolment,
        quiz: attempt.quiz.clone(),
        edition: attempt.edition.clone(),
        number: attempt.number.into(),
        seed: attempt.seed.cast_signed(),
        questions: questions.map_err(|_| StoreError::Fault("question ids are no JSON".into()))?,
        started_at: attempt.started_at,
        submitted_at: None,
        score_hundredths: None,
        max_hundredths: None,
        passed: None,
        awaiting: None,
    })
}

pub(super) fn attempt(row: Model) -> StoreResult<Attempt> {
    let damaged = |_| StoreError::Corrupt("an attempt's questions");
    Ok(Attempt {
        id: row.id,
        enrolment: row.enrolment,
        quiz: row.quiz.clone(),
        edition: row.edition.clone(),
        number: u32::try_from(row.number).map_err(|_| StoreError::Corrupt("an attempt's number"))?,
        seed: row.seed.cast_unsigned(),
        questions: serde_json::from_str(&row.questions).map_err(damaged)?,
        started_at: row.started_at,
        handed_in: match row.submitted_at {
            Some(at) => Some(HandedIn { at, score: score(&row)? }),
            None => None,
        },
    })
}

fn score(row: &Model) -> StoreResult<Score> {
    let damaged = StoreError::Corrupt("a score");
    let number = |column: Option<i64>| column.and_then(|number| u32::try_from(number).ok()).ok_or(damaged.clone());
    let (hundredths, max_hundredths) = (number(row.score_hundredths)?, number(row.max_hundredths)?);
    // Rounding the points down first gives the same per cent: whole per cents of whole points are
    // whole hundredths.
    let percent = (u64::from(hundredths) * 100).checked_div(u64::from(max_hundredths)).unwrap_or_default();
    Ok(Score {
        hundredths,
        max_hundredths,
        percent: u8::try_from(percent.min(100)).unwrap_or(100),
        passed: row.passed.ok_or(damaged.clone())?,
        awaiting: u16::try_from(row.awaiting.unwrap_or_default()).map_err(|_| damaged)?,
    })
}

/// The backend of a transaction, for statements written out.
fn statement<const N: usize>(tx: &Tx, sql: &str, values: [sea_orm::Value; N]) -> sea_orm::Statement {
    sea_orm::Statement::from_sql_and_values(tx.get_database_backend(), sql, values)
}
