//! Attempts: sittings of a quiz, from the first question to the score.
//!
//! Each response is saved as it is given, in one statement, so that a lost link loses nothing. One
//! sitting of a quiz is open at a time, and is handed in once, whatever two browsers do at once: the
//! unique keys and the conditional updates here see to it.

use std::collections::BTreeMap;

use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Set,
    Statement, Value,
};

use crate::crypto::seal::DataKey;
use crate::domain::course::EditionHash;
use crate::domain::id::{AccountId, AttemptId, EnrolmentId, QuestionId, QuizId};
use crate::domain::quiz::Quiz;
use crate::domain::quiz::response::{Confidence, Response};
use crate::domain::quiz::rules::{self, Limits, PastAttempt, Refusal};
use crate::domain::quiz::scoring::{self, ByHand, Earned, Score};
use crate::domain::time::Timestamp;

use super::Store;
use super::enrolments::Enrolment;
use super::entity::attempts::{self, ActiveModel, Column, Entity, Model};
use super::entity::{attempt_responses, enrolments};
use super::error::{Outage, StoreError, StoreResult};
use super::rows::upsert;
use super::sealed::{self, ATTEMPT_RESPONSE};
use super::submissions::{self, Item};
use super::writer::Tx;

const UNSCORED: StoreError = StoreError::Corrupt("a submitted attempt without a score");

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub id: AttemptId,
    pub enrolment: EnrolmentId,
    pub account: AccountId,
    pub quiz: QuizId,
    /// The edition it was begun in, and is marked by.
    pub edition: EditionHash,
    /// 1 for the first attempt at the quiz.
    pub number: u16,
    /// From which its questions were drawn and are shuffled.
    pub seed: u64,
    pub questions: Vec<QuestionId>,
    pub started: Timestamp,
    /// `None`: still open.
    pub submitted: Option<Timestamp>,
    /// There once it is submitted.
    pub score: Option<Score>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAttempt {
    pub id: AttemptId,
    pub quiz: QuizId,
    pub edition: EditionHash,
    pub seed: u64,
    pub questions: Vec<QuestionId>,
}

/// What is known of one question of a sitting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedResponse {
    /// `None`: it was seen and left empty.
    pub response: Option<Response>,
    pub confidence: Option<Confidence>,
    /// Hundredths of a point; there once the attempt is submitted.
    pub points_hundredths: Option<u32>,
    pub saved: Timestamp,
    /// What was answered was deleted after its time; what it earned was kept.
    pub is_expired: bool,
}

/// The open attempt at a quiz, or a new one if none is open. Of two browsers that begin at once one
/// begins, and both get its attempt.
///
/// # Errors
/// [`StoreError::Gone`] when no other may begin now, by the quiz's `limits`.
pub async fn open_or_resume(
    store: &Store,
    enrolment: &Enrolment,
    new: NewAttempt,
    limits: Limits,
    now: Timestamp,
) -> StoreResult<AttemptId> {
    let row = Model {
        id: new.id,
        enrolment: enrolment.id,
        quiz: new.quiz,
        edition: new.edition,
        number: 1,
        seed: new.seed.cast_signed(),
        questions: serde_json::to_string(&new.questions)
            .map_err(|_| StoreError::Fault("ids of questions are no JSON".into()))?,
        started_at: now,
        submitted_at: None,
        score_hundredths: None,
        max_hundredths: None,
        passed: None,
        awaiting: None,
        emptied_at: None,
        machine_units: None,
        may_still_pass: None,
    };
    store.write(move |tx| Box::pin(open_in(tx, row, limits))).await
}

async fn open_in(tx: &Tx, mut row: Model, limits: Limits) -> StoreResult<AttemptId> {
    let history = Entity::find()
        .select_only()
        .columns([Column::Id, Column::SubmittedAt, Column::Number])
        .filter(attempts::COLUMN.enrolment.eq(row.enrolment))
        .filter(attempts::COLUMN.quiz.eq(row.quiz.clone()))
        .order_by_asc(Column::Number);
    let history: Vec<(AttemptId, Option<Timestamp>, i64)> = history.into_tuple().all(tx).await?;
    let past: Vec<_> = history.iter().map(|&(id, handed_in, _)| PastAttempt { id, handed_in }).collect();
    match rules::may_begin(limits, &past, row.started_at) {
        Ok(()) => {}
        Err(Refusal::StillOpen(open)) => return Ok(open),
        Err(Refusal::UsedUp { .. } | Refusal::WaitUntil(_)) => return Err(StoreError::Gone),
    }
    row.number = history.last().map_or(1, |(_, _, last)| last + 1);
    let id = row.id;
    match upsert(tx, row, OnConflict::new().do_nothing().to_owned()).await? {
        // Another began in this moment; run again, it is found.
        0 => Err(StoreError::Unavailable(Outage::Locked)),
        _ => Ok(id),
    }
}

/// An attempt, if it is this person's.
pub async fn by_id(store: &Store, account: AccountId, id: AttemptId) -> StoreResult<Option<Attempt>> {
    let own = "attempts.id = $1 AND enrolments.account = $2";
    Ok(find(store, own, [id.into(), account.into()]).await?.pop())
}

/// All attempts at a quiz, oldest first.
pub async fn history(store: &Store, enrolment: EnrolmentId, quiz: &QuizId) -> StoreResult<Vec<Attempt>> {
    let of_quiz = "attempts.enrolment = $1 AND attempts.quiz = $2 ORDER BY attempts.number";
    find(store, of_quiz, [enrolment.into(), quiz.clone().into()]).await
}

/// The scores of all attempts that were submitted, oldest first.
pub async fn scores(store: &Store, enrolment: EnrolmentId) -> StoreResult<BTreeMap<QuizId, Vec<Score>>> {
    let query = Entity::find()
        .filter(attempts::COLUMN.enrolment.eq(enrolment))
        .filter(Column::SubmittedAt.is_not_null())
        .order_by_asc(Column::Number);
    let mut scores: BTreeMap<QuizId, Vec<Score>> = BTreeMap::new();
    for row in store.read(query.all(store.reader())).await? {
        let score = stored_score(&row)?.ok_or(UNSCORED)?;
        scores.entry(row.quiz).or_default().push(score);
    }
    Ok(scores)
}

/// What was saved in a sitting, if it is this person's; nothing otherwise.
pub async fn responses(
    store: &Store,
    account: AccountId,
    id: AttemptId,
) -> StoreResult<BTreeMap<QuestionId, SavedResponse>> {
    let own = Query::select().column(Column::Id).from(Entity).cond_where(is_own(id, account)).to_owned();
    let query = attempt_responses::Entity::find().filter(attempt_responses::Column::Attempt.in_subquery(own));
    let rows = store.read(query.all(store.reader())).await?;
    opened(&store.data_key(account).await?, rows)
}

fn opened(key: &DataKey, rows: Vec<attempt_responses::Model>) -> StoreResult<BTreeMap<QuestionId, SavedResponse>> {
    let open = |row: attempt_responses::Model| {
        let place = sealed::row(row.attempt.0, row.question.as_str());
        // Retention leaves an empty value in place of a response.
        let is_expired = row.response.is_empty();
        let saved = SavedResponse {
            response: if is_expired { None } else { ATTEMPT_RESPONSE.open(key, &place, &row.response)? },
            confidence: row.confidence.map(confidence).transpose()?,
            points_hundredths: row.points_hundredths.map(whole).transpose()?,
            saved: row.saved_at,
            is_expired,
        };
        Ok((row.question, saved))
    };
    rows.into_iter().map(open).collect()
}

/// Every question of every sitting comes here, so it is one statement.
const SAVE: &str = "\
    INSERT INTO attempt_responses (attempt, question, position, response, confidence, saved_at) \
    SELECT attempts.id, $3, $4, $5, $6, $7 \
    FROM attempts JOIN enrolments ON enrolments.id = attempts.enrolment \
    WHERE attempts.id = $1 AND enrolments.account = $2 AND attempts.submitted_at IS NULL \
    ON CONFLICT (attempt, question) DO UPDATE \
    SET response = excluded.response, confidence = excluded.confidence, saved_at = excluded.saved_at";

/// Saves a response in place of the one before. `position` is the question's place in the sitting.
///
/// # Errors
/// [`StoreError::Gone`] when the attempt is no open one of this person's.
#[expect(clippy::too_many_arguments, reason = "the columns of one row; a struct would name them twice")]
pub async fn save_response(
    store: &Store,
    account: AccountId,
    attempt: AttemptId,
    question: &QuestionId,
    position: u16,
    response: Option<&Response>,
    confidence: Option<Confidence>,
    now: Timestamp,
) -> StoreResult<()> {
    let key = store.data_key(account).await?;
    let place = sealed::row(attempt.0, question.as_str());
    // One that was left empty is sealed as well: it looks like any other.
    let response = ATTEMPT_RESPONSE.seal(&key, &place, &response)?;
    let values: [Value; 7] = [
        attempt.into(),
        account.into(),
        question.clone().into(),
        i64::from(position).into(),
        response.into(),
        confidence.map(number_of).into(),
        now.into(),
    ];
    let statement = Statement::from_sql_and_values(store.reader().get_database_backend(), SAVE, values);
    if store.execute(statement).await? > 0 { Ok(()) } else { Err(StoreError::Gone) }
}

/// What marking makes of the responses of a sitting.
#[derive(Clone, Debug)]
pub struct Marked {
    pub score: Score,
    /// The part of it that is marked once and for all.
    pub machine: Earned,
    /// The hundredths of a point that each response earned.
    pub marks: Vec<(QuestionId, u32)>,
    /// Free responses, for the trainers' queue.
    pub prose: Vec<(QuestionId, String)>,
}

/// Hands an attempt in. `mark` is given what is saved at the very moment in which saving ends, so that
/// no response is kept and not counted; free responses go into the trainers' queue in the same
/// transaction. The first time counts: after that the first one's score comes back.
///
/// # Errors
/// [`StoreError::NotFound`] when the attempt is not this person's.
pub async fn submit<F>(
    store: &Store,
    account: AccountId,
    attempt: AttemptId,
    mark: F,
    now: Timestamp,
) -> StoreResult<Score>
where
    F: FnOnce(&BTreeMap<QuestionId, SavedResponse>) -> Marked + Clone + Send + 'static,
{
    let key = store.data_key(account).await?;
    let submitted = store.write(move |tx| {
        Box::pin(async move {
            let row = Entity::find().filter(is_own(attempt, account)).one(tx).await?.ok_or(StoreError::NotFound)?;
            if row.submitted_at.is_some() {
                return stored_score(&row)?.ok_or(UNSCORED);
            }
            let saved = attempt_responses::Entity::find().filter(attempt_responses::COLUMN.attempt.eq(attempt));
            let Marked { score, machine, marks, prose } = mark(&opened(&key, saved.all(tx).await?)?);
            let units = i64::try_from(machine.units()).map_err(|_| StoreError::Fault("points without end".into()))?;
            let submission =
                ActiveModel { submitted_at: Set(Some(now)), machine_units: Set(Some(units)), ..scored(score) };
            Entity::update_many().set(submission).filter(attempts::COLUMN.id.eq(attempt)).exec(tx).await?;
            keep_marks(tx, attempt, marks).await?;
            for (question, text) in prose {
                let item = Item::Response { attempt, question };
                submissions::hand_in_within(tx, &key, row.enrolment, item, row.edition.clone(), text, now).await?;
            }
            Ok(score)
        })
    });
    submitted.await
}

/// Writes the points of all responses in one statement.
async fn keep_marks(tx: &Tx, attempt: AttemptId, marks: Vec<(QuestionId, u32)>) -> StoreResult<()> {
    if marks.is_empty() {
        return Ok(());
    }
    // The columns of a bare VALUES have the same names on both databases.
    let rows: Vec<String> = (1..=marks.len()).map(|row| format!("(${}, ${})", 2 * row, 2 * row + 1)).collect();
    let sql = format!(
        "UPDATE attempt_responses SET points_hundredths = marks.column2 FROM (VALUES {}) AS marks \
         WHERE attempt_responses.attempt = $1 AND attempt_responses.question = marks.column1",
        rows.join(", ")
    );
    let mut values: Vec<Value> = vec![attempt.into()];
    for (question, hundredths) in marks {
        values.extend([question.into(), i64::from(hundredths).into()]);
    }
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(())
}

/// Adds up an attempt again in the transaction in which one of its free responses was marked, given
/// back or handed in anew. What the machine marked stays as it was marked. An attempt that is still
/// open has nothing to add up.
pub(super) async fn add_up(tx: &Tx, quiz: &Quiz, attempt: AttemptId) -> StoreResult<()> {
    let row = Entity::find_by_id(attempt).one(tx).await?.ok_or(StoreError::NotFound)?;
    if row.submitted_at.is_none() {
        return Ok(());
    }
    let by_hand = submissions::by_hand(tx, row.enrolment, attempt).await?;
    let machine = match row.machine_units {
        Some(units) => Earned::of_units(whole(units)?),
        None => machine_marked(tx, &row, &by_hand).await?,
    };
    let score = scoring::add_up(quiz, &asked(&row)?, machine, &by_hand);
    Entity::update_many().set(scored(score)).filter(attempts::COLUMN.id.eq(attempt)).exec(tx).await?;
    let marks = by_hand.iter().filter_map(|(id, stands)| match stands {
        ByHand::Marked(percent) => Some((id.clone(), scoring::hundredths_by_hand(quiz.question(id)?, *percent))),
        ByHand::Waiting | ByHand::Returned => None,
    });
    keep_marks(tx, attempt, marks.collect()).await
}

/// The same of an attempt from before that was kept: its stored score, which was rounded down once, without
/// the points given by hand. Those of each response were rounded down before they could be added up.
async fn machine_marked(tx: &Tx, row: &Model, by_hand: &BTreeMap<QuestionId, ByHand>) -> StoreResult<Earned> {
    let rows = attempt_responses::Entity::find().filter(attempt_responses::COLUMN.attempt.eq(row.id)).all(tx).await?;
    let given_by_hand = rows.iter().filter(|row| by_hand.contains_key(&row.question));
    let hundredths: i64 = given_by_hand.filter_map(|row| row.points_hundredths).sum();
    let all = row.score_hundredths.ok_or(UNSCORED)?;
    Ok(Earned::of_hundredths(whole(all.saturating_sub(hundredths).max(0))?))
}

/// The columns that a score changes.
fn scored(score: Score) -> ActiveModel {
    ActiveModel {
        score_hundredths: Set(Some(score.hundredths.into())),
        max_hundredths: Set(Some(score.max_hundredths.into())),
        passed: Set(Some(score.passed)),
        awaiting: Set(Some(score.awaiting.into())),
        may_still_pass: Set(Some(score.may_still_pass)),
        ..Default::default()
    }
}

fn is_own(id: AttemptId, account: AccountId) -> Condition {
    let enrolled = Query::select()
        .column(enrolments::Column::Id)
        .from(enrolments::Entity)
        .and_where(enrolments::COLUMN.account.eq(account))
        .to_owned();
    Condition::all().add(attempts::COLUMN.id.eq(id)).add(Column::Enrolment.in_subquery(enrolled))
}

/// An attempt and whose it is.
#[derive(FromQueryResult)]
struct Found {
    #[sea_orm(nested)]
    row: Model,
    account: AccountId,
}

const FIND: &str = "\
    SELECT attempts.*, enrolments.account \
    FROM attempts JOIN enrolments ON enrolments.id = attempts.enrolment \
    WHERE ";

/// `condition` is ours, and may go on after the `WHERE`.
async fn find(store: &Store, condition: &str, values: [Value; 2]) -> StoreResult<Vec<Attempt>> {
    let sql = FIND.to_owned() + condition;
    let statement = Statement::from_sql_and_values(store.reader().get_database_backend(), sql, values);
    let rows = store.read(Found::find_by_statement(statement).all(store.reader())).await?;
    rows.into_iter().map(attempt).collect()
}

fn attempt(Found { row, account }: Found) -> StoreResult<Attempt> {
    Ok(Attempt {
        score: stored_score(&row)?,
        questions: asked(&row)?,
        id: row.id,
        enrolment: row.enrolment,
        account,
        quiz: row.quiz,
        edition: row.edition,
        number: whole(row.number)?,
        seed: row.seed.cast_unsigned(),
        started: row.started_at,
        submitted: row.submitted_at,
    })
}

fn asked(row: &Model) -> StoreResult<Vec<QuestionId>> {
    serde_json::from_str(&row.questions).map_err(|_| StoreError::Corrupt("the questions of an attempt are no list"))
}

/// Per cent are not stored: as the most is whole points, rounding the hundredths down first changes
/// nothing.
fn stored_score(row: &Model) -> StoreResult<Option<Score>> {
    let (Some(hundredths), Some(max), Some(passed), Some(awaiting)) =
        (row.score_hundredths, row.max_hundredths, row.passed, row.awaiting)
    else {
        return Ok(None);
    };
    Ok(Some(Score {
        hundredths: whole(hundredths)?,
        max_hundredths: whole(max)?,
        percent: whole(hundredths.saturating_mul(100) / max.max(1))?,
        passed,
        awaiting: whole(awaiting)?,
        // Of a score from before this was kept everything that waits counts.
        may_still_pass: row.may_still_pass.unwrap_or(!passed && awaiting > 0),
    }))
}

fn whole<T: TryFrom<i64>>(number: i64) -> StoreResult<T> {
    T::try_from(number).map_err(|_| StoreError::Corrupt("a number out of range"))
}

/// As stored; what is stored must stay readable.
fn number_of(confidence: Confidence) -> i64 {
    match confidence {
        Confidence::Guess => 0,
        Confidence::Unsure => 1,
        Confidence::Sure => 2,
    }
}

fn confidence(number: i64) -> StoreResult<Confidence> {
    let known = Confidence::ALL.into_iter().find(|confidence| number_of(*confidence) == number);
    known.ok_or(StoreError::Corrupt("a confidence that is none"))
}
