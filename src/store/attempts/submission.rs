//! Handing in: marks what was saved, once, and puts free responses into the marking queue.

use std::collections::BTreeMap;
use std::sync::Arc;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};

use crate::crypto::seal::DataKey;
use crate::domain::id::{AccountId, AttemptId, QuestionId};
use crate::domain::quiz::Quiz;
use crate::domain::quiz::response::Response;
use crate::domain::quiz::rubric::RubricScore;
use crate::domain::quiz::scoring::{self, Score};
use crate::domain::time::Timestamp;
use crate::store::Store;
use crate::store::entity::attempts::{ActiveModel, Column, Entity};
use crate::store::error::{StoreError, StoreResult};
use crate::store::submissions;
use crate::store::writer::Tx;

use super::{Attempt, HandedIn, responses};

/// Hands an attempt in. What was saved is marked in the same transaction that closes the attempt, so
/// no response slips in between. Handing in again gives the first result. `quiz` is that of the
/// attempt's edition.
pub async fn submit(
    store: &Store,
    account: AccountId,
    id: AttemptId,
    quiz: &Arc<Quiz>,
    now: Timestamp,
) -> StoreResult<Attempt> {
    let (key, quiz) = (store.data_key(account).await?, quiz.clone());
    let submitted = store.write(move |tx| {
        Box::pin(async move {
            let attempt = super::in_tx(tx, account, id).await?;
            if attempt.handed_in.is_some() {
                return Ok(attempt);
            }
            let answered = responses::answered(tx, &key, id).await?;
            let score = scoring::mark_attempt(&quiz, &attempt.questions, &answered, &BTreeMap::new());
            close(tx, id, now).await?;
            put_score(tx, id, score).await?;
            put_points(tx, &attempt, &quiz, &answered, &BTreeMap::new()).await?;
            for (question, prose) in by_hand(&attempt, &quiz, &answered) {
                submissions::hand_in_response(tx, &key, &attempt, question, prose, now).await?;
            }
            Ok(Attempt { handed_in: Some(HandedIn { at: now, score }), ..attempt })
        })
    });
    submitted.await
}

/// Marks an attempt again after a trainer marked one of its free responses. The responses must still
/// be there: once they have expired the score stands as it is.
pub(in crate::store) async fn mark_again(
    tx: &Tx,
    key: &DataKey,
    id: AttemptId,
    quiz: &Quiz,
    by_hand: &BTreeMap<QuestionId, RubricScore>,
) -> StoreResult<()> {
    let attempt = Entity::find_by_id(id).one(tx).await?.map(super::attempt).ok_or(StoreError::NotFound)??;
    let answered = responses::answered(tx, key, id).await?;
    if answered.is_empty() {
        return Ok(());
    }
    put_score(tx, id, scoring::mark_attempt(quiz, &attempt.questions, &answered, by_hand)).await?;
    put_points(tx, &attempt, quiz, &answered, by_hand).await
}

/// The free responses of an attempt: what a person marks.
fn by_hand<'a>(
    attempt: &'a Attempt,
    quiz: &'a Quiz,
    answered: &'a BTreeMap<QuestionId, Response>,
) -> impl Iterator<Item = (&'a QuestionId, &'a str)> {
    attempt.questions.iter().filter_map(|id| match answered.get(id) {
        Some(Response::Free(prose)) if quiz.question(id)?.is_marked_by_hand() => Some((id, prose.as_str())),
        _ => None,
    })
}

async fn close(tx: &Tx, id: AttemptId, now: Timestamp) -> StoreResult<()> {
    let closed = Entity::update_many()
        .set(ActiveModel { submitted_at: Set(Some(now)), ..Default::default() })
        .filter(Column::Id.eq(id))
        .filter(Column::SubmittedAt.is_null())
        .exec(tx)
        .await?;
    // In this transaction it was open a moment ago.
    if closed.rows_affected == 1 { Ok(()) } else { Err(StoreError::Unavailable(crate::store::error::Outage::Locked)) }
}

async fn put_score(tx: &Tx, id: AttemptId, score: Score) -> StoreResult<()> {
    Entity::update_many()
        .col_expr(Column::ScoreHundredths, Expr::val(i64::from(score.hundredths)))
        .col_expr(Column::MaxHundredths, Expr::val(i64::from(score.max_hundredths)))
        .col_expr(Column::Passed, Expr::val(score.passed))
        .col_expr(Column::Awaiting, Expr::val(i64::from(score.awaiting)))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// What each response earned, in one statement for all of them: points stay when responses expire.
async fn put_points(
    tx: &Tx,
    attempt: &Attempt,
    quiz: &Quiz,
    answered: &BTreeMap<QuestionId, Response>,
    by_hand: &BTreeMap<QuestionId, RubricScore>,
) -> StoreResult<()> {
    let mut cases = String::new();
    let mut values = vec![attempt.id.into()];
    for question in attempt.questions.iter().filter_map(|id| quiz.question(id)) {
        let marking = scoring::mark_with(question, answered.get(&question.id), by_hand.get(&question.id));
        cases.push_str(&format!(" WHEN ${} THEN ${}", values.len() + 1, values.len() + 2));
        values.push(question.id.clone().into());
        values.push(i64::from(marking.hundredths).into());
    }
    if cases.is_empty() {
        return Ok(());
    }
    let sql =
        format!("UPDATE attempt_responses SET points_hundredths = CASE question{cases} ELSE 0 END WHERE attempt = $1");
    tx.execute_raw(sea_orm::Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(())
}
