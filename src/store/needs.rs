//! Needs assessments: what a person answered, sealed as one, and what may be counted of it.
//!
//! One assessment of a person is open at a time. Every step is saved at once, and two browsers write
//! into the same sheet: each reads, changes and writes it in one transaction. Finishing happens once;
//! then the exact risk level is gone from the sheet and the gaps are written down for counting.

use std::collections::BTreeMap;
use std::sync::Arc;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, Select, Set, Statement};
use uuid::Uuid;

use crate::crypto::seal::DataKey;
use crate::domain::course::EditionHash;
use crate::domain::id::{AccountId, AssessmentId, QuestionId};
use crate::domain::needs::answers::Outcome;
use crate::domain::needs::instrument::{Form, Instrument};
use crate::domain::needs::rasch::calibrate::{Calibration, Row};
use crate::domain::needs::sheet::{Given, NeedLevel, Sheet};
use crate::domain::time::{DAY, Timestamp};

use super::Store;
use super::entity::needs_assessments::{self, ActiveModel, Column, Entity, Model};
use super::entity::{calibrations, need_levels};
use super::error::{Outage, StoreError, StoreResult};
use super::pathways;
use super::rows::{found, insert, upsert};
use super::sealed::NEEDS_ANSWERS;
use super::writer::Tx;

/// After this the home page says once that one can look again at where one stands.
const REMIND_AFTER: i64 = 91 * DAY;

/// One assessment of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    pub id: AssessmentId,
    pub account: AccountId,
    /// The edition it was begun in, and is finished in.
    pub edition: EditionHash,
    pub form: Form,
    pub started: Timestamp,
    /// `None`: still open.
    pub finished: Option<Timestamp>,
    /// From when on the person may be reminded; `None`: not, or not any more.
    pub remind: Option<Timestamp>,
    pub sheet: Sheet,
}

#[derive(Clone, Debug)]
pub struct NewAssessment {
    pub id: AssessmentId,
    pub edition: EditionHash,
    pub sheet: Sheet,
}

/// The open assessment of a person, or a new one if none is open. Of two browsers that begin at once
/// one begins, and both get its assessment.
pub async fn open_or_resume(
    store: &Store,
    account: AccountId,
    new: NewAssessment,
    now: Timestamp,
) -> StoreResult<AssessmentId> {
    let key = store.data_key(account).await?;
    let row = Model {
        id: new.id,
        account,
        edition: new.edition,
        form: new.sheet.answers.form.as_str().to_owned(),
        started_at: now,
        finished_at: None,
        remind_at: None,
        answers: seal(&key, new.id, &new.sheet)?,
        saved_at: now,
    };
    store.write(move |tx| Box::pin(open_in(tx, row))).await
}

async fn open_in(tx: &Tx, row: Model) -> StoreResult<AssessmentId> {
    if let Some(open) = open_of(row.account).one(tx).await? {
        return Ok(open.id);
    }
    let id = row.id;
    match upsert(tx, row, OnConflict::new().do_nothing().to_owned()).await? {
        // Another began in this moment; run again, it is found.
        0 => Err(StoreError::Unavailable(Outage::Locked)),
        _ => Ok(id),
    }
}

/// An assessment, if it is this person's.
pub async fn by_id(store: &Store, account: AccountId, id: AssessmentId) -> StoreResult<Option<Assessment>> {
    let Some(row) = store.read(own(account, id).one(store.reader())).await? else { return Ok(None) };
    let key = store.data_key(account).await?;
    assessment(&key, row).map(Some)
}

/// All of a person's assessments, the one begun last first.
pub async fn mine(store: &Store, account: AccountId) -> StoreResult<Vec<Assessment>> {
    let query = of_account(account).order_by_desc(Column::StartedAt).order_by_desc(Column::Id);
    let rows = store.read(query.all(store.reader())).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let key = store.data_key(account).await?;
    rows.into_iter().map(|row| assessment(&key, row)).collect()
}

/// Saves what was given in one step.
///
/// # Errors
/// [`StoreError::Gone`] when it is no open assessment of this person's.
pub async fn save(
    store: &Store,
    account: AccountId,
    id: AssessmentId,
    given: Vec<Given>,
    now: Timestamp,
) -> StoreResult<()> {
    let key = store.data_key(account).await?;
    let saved = store.write(move |tx| {
        Box::pin(async move {
            let mut sheet = open_sheet(tx, &key, account, id).await?.ok_or(StoreError::Gone)?;
            given.into_iter().for_each(|given| sheet.take(given));
            let answers = Set(seal(&key, id, &sheet)?);
            let change = ActiveModel { answers, saved_at: Set(now), ..Default::default() };
            update(tx, id, change).await
        })
    });
    saved.await
}

/// Finishes an assessment by the edition it was begun in: works out what follows, makes the pathway of
/// it, lets go of the exact risk level and writes the gaps down for counting. Finishing again changes nothing.
///
/// # Errors
/// [`StoreError::NotFound`] when it is no assessment of this person's.
pub async fn finish(
    store: &Store,
    account: AccountId,
    id: AssessmentId,
    (instrument, calibration): (Arc<Instrument>, Option<Arc<Calibration>>),
    now: Timestamp,
) -> StoreResult<()> {
    let key = store.data_key(account).await?;
    // The sheet as it was, with the risk level in it, goes from the log too.
    let finished = store.write_then_forget(move |tx| {
        Box::pin(async move {
            let Some(mut sheet) = open_sheet(tx, &key, account, id).await? else {
                return own(account, id).one(tx).await?.map(drop).ok_or(StoreError::NotFound);
            };
            let levels = sheet.finish(&instrument, calibration.as_deref());
            if let Some(kept) = sheet.kept.clone() {
                pathways::put_diagnosis_in(tx, &key, account, kept, now).await?;
            }
            let change = ActiveModel {
                answers: Set(seal(&key, id, &sheet)?),
                finished_at: Set(Some(now)),
                saved_at: Set(now),
                remind_at: Set(Some(Timestamp(now.0 + REMIND_AFTER))),
                ..Default::default()
            };
            update(tx, id, change).await?;
            // Whoever looked again need not be reminded of the time before.
            let change = ActiveModel { remind_at: Set(None), ..Default::default() };
            let earlier = Entity::update_many().set(change).filter(needs_assessments::COLUMN.account.eq(account));
            earlier.filter(needs_assessments::COLUMN.id.ne(id)).exec(tx).await?;
            write_levels(tx, id, levels, now).await
        })
    });
    finished.await
}

async fn write_levels(tx: &Tx, id: AssessmentId, levels: Vec<NeedLevel>, now: Timestamp) -> StoreResult<()> {
    for level in levels {
        let row = need_levels::Model {
            assessment: id,
            competency: level.competency.as_str().to_owned(),
            role: level.role.map(String::from).unwrap_or_default(),
            need: level.need.into(),
            finished_at: now,
        };
        insert(tx, row).await?;
    }
    Ok(())
}

/// Does not remind of this assessment any more.
pub async fn dismiss_reminder(store: &Store, account: AccountId, id: AssessmentId) -> StoreResult<()> {
    let change = ActiveModel { remind_at: Set(None), ..Default::default() };
    let update = Entity::update_many()
        .set(change)
        .filter(needs_assessments::COLUMN.id.eq(id))
        .filter(needs_assessments::COLUMN.account.eq(account));
    store.write(move |tx| Box::pin(async move { found(update.exec(tx).await?.rows_affected) })).await
}

/// Deletes one assessment with all that was counted of it. The pathway is made of what is left.
pub async fn delete(store: &Store, account: AccountId, id: AssessmentId, now: Timestamp) -> StoreResult<()> {
    let key = store.data_key(account).await?;
    let deleted = store.write_then_forget(move |tx| {
        Box::pin(async move {
            let row = own(account, id).one(tx).await?.ok_or(StoreError::NotFound)?;
            Entity::delete_by_id(id).exec(tx).await?;
            if row.finished_at.is_none() {
                return Ok(());
            }
            let left = of_account(account).filter(Column::FinishedAt.is_not_null()).order_by_asc(Column::FinishedAt);
            let rows = left.all(tx).await?;
            let sheets = rows.into_iter().map(|row| unseal(&key, row.id, &row.answers));
            let sheets = sheets.collect::<StoreResult<Vec<Sheet>>>()?;
            let kept = sheets.into_iter().filter_map(|sheet| sheet.kept).collect();
            pathways::put_left_in(tx, &key, account, kept, now).await
        })
    });
    deleted.await
}

/// Deletes all of a person's assessments, and the pathway that was made of them.
pub async fn delete_all(store: &Store, account: AccountId) -> StoreResult<()> {
    let deleted = store.write_then_forget(move |tx| {
        Box::pin(async move {
            let all = Entity::delete_many().filter(needs_assessments::COLUMN.account.eq(account));
            all.exec(tx).await?;
            pathways::delete_in(tx, account).await
        })
    });
    deleted.await
}

/// Everybody's answers to these questions of a form, for working out how hard they are: a row a finished
/// assessment, right, wrong or nothing. Adaptive sittings are left out: who was asked what there depends
/// on the answers, and difficulties found from them would be bent.
pub async fn responses(
    store: &Store,
    edition: &EditionHash,
    form: Form,
    questions: &[QuestionId],
) -> StoreResult<Vec<Row>> {
    let mut rows = Vec::new();
    let mut after = AssessmentId(Uuid::nil());
    loop {
        let page = finished(store, edition, form, after).await?;
        let Some(last) = page.last() else { return Ok(rows) };
        after = last.id;
        for row in &page {
            match row.unseal(store) {
                Ok(sheet) if sheet.is_adaptive => {}
                Ok(sheet) => {
                    let outcomes = questions.iter().map(|question| sheet.answers.questions.get(question));
                    rows.push(outcomes.map(telling).collect());
                }
                // One damaged sheet is no reason to know nothing of all others.
                Err(StoreError::Corrupt(what)) => tracing::warn!("an assessment is left out of calibration: {what}"),
                Err(other) => return Err(other),
            }
        }
    }
}

/// A finished assessment with what opens it. Its key is not kept in memory: that is for people who are here.
#[derive(FromQueryResult)]
struct Finished {
    id: AssessmentId,
    account: AccountId,
    answers: Vec<u8>,
    data_key: Vec<u8>,
}

impl Finished {
    fn unseal(&self, store: &Store) -> StoreResult<Sheet> {
        let key = store.vault().unwrap_data_key(self.account.0, &self.data_key)?;
        unseal(&key, self.id, &self.answers)
    }
}

/// The next finished assessments of an edition, by id: few at once, because a sheet is padded to kilobytes.
async fn finished(store: &Store, edition: &EditionHash, form: Form, after: AssessmentId) -> StoreResult<Vec<Finished>> {
    const SQL: &str = "\
        SELECT needs_assessments.id, needs_assessments.account, needs_assessments.answers, accounts.data_key \
        FROM needs_assessments JOIN accounts ON accounts.id = needs_assessments.account \
        WHERE needs_assessments.edition = $1 AND needs_assessments.form = $2 \
        AND needs_assessments.finished_at IS NOT NULL AND needs_assessments.id > $3 \
        ORDER BY needs_assessments.id LIMIT 200";
    let values = [edition.clone().into(), form.as_str().into(), after.into()];
    let statement = Statement::from_sql_and_values(store.reader().get_database_backend(), SQL, values);
    store.read(Finished::find_by_statement(statement).all(store.reader())).await
}

fn telling(outcome: Option<&Outcome>) -> Option<bool> {
    match outcome? {
        Outcome::Right => Some(true),
        Outcome::Wrong | Outcome::DoNotKnow => Some(false),
        Outcome::PassedOver | Outcome::Supposed => None,
    }
}

/// The calibrations of an edition, by form.
pub async fn calibrations(store: &Store, edition: &EditionHash) -> StoreResult<BTreeMap<Form, Calibration>> {
    let query = calibrations::Entity::find().filter(calibrations::COLUMN.edition.eq(edition.clone()));
    let read = |row: calibrations::Model| {
        let form = row.form.parse().map_err(|()| StoreError::Corrupt("a form that is none"))?;
        let content = serde_json::from_str(&row.content);
        Ok((form, content.map_err(|_| StoreError::Corrupt("a calibration that is none"))?))
    };
    store.read(query.all(store.reader())).await?.into_iter().map(read).collect()
}

/// When an edition was calibrated last.
pub async fn calibrated_at(store: &Store, edition: &EditionHash) -> StoreResult<Option<Timestamp>> {
    let query = calibrations::Entity::find().filter(calibrations::COLUMN.edition.eq(edition.clone()));
    let rows = store.read(query.all(store.reader())).await?;
    Ok(rows.into_iter().map(|row| row.made_at).max())
}

/// Keeps a calibration in place of the one before.
pub async fn calibrate(
    store: &Store,
    edition: &EditionHash,
    form: Form,
    calibration: &Calibration,
    now: Timestamp,
) -> StoreResult<()> {
    let content =
        serde_json::to_string(calibration).map_err(|_| StoreError::Fault("a calibration is no JSON".into()))?;
    let row = calibrations::Model { edition: edition.clone(), form: form.as_str().to_owned(), content, made_at: now };
    let replace = OnConflict::columns([calibrations::Column::Edition, calibrations::Column::Form])
        .update_columns([calibrations::Column::Content, calibrations::Column::MadeAt])
        .to_owned();
    store.write(move |tx| Box::pin(async move { upsert(tx, row, replace).await.map(drop) })).await
}

async fn open_sheet(tx: &Tx, key: &DataKey, account: AccountId, id: AssessmentId) -> StoreResult<Option<Sheet>> {
    let open = open_of(account).filter(needs_assessments::COLUMN.id.eq(id));
    open.one(tx).await?.map(|row| unseal(key, id, &row.answers)).transpose()
}

async fn update(tx: &Tx, id: AssessmentId, change: ActiveModel) -> StoreResult<()> {
    let update = Entity::update_many().set(change).filter(needs_assessments::COLUMN.id.eq(id));
    found(update.exec(tx).await?.rows_affected)
}

fn of_account(account: AccountId) -> Select<Entity> {
    Entity::find().filter(needs_assessments::COLUMN.account.eq(account))
}

fn open_of(account: AccountId) -> Select<Entity> {
    of_account(account).filter(Column::FinishedAt.is_null())
}

fn own(account: AccountId, id: AssessmentId) -> Select<Entity> {
    of_account(account).filter(needs_assessments::COLUMN.id.eq(id))
}

fn seal(key: &DataKey, id: AssessmentId, sheet: &Sheet) -> StoreResult<Vec<u8>> {
    NEEDS_ANSWERS.seal(key, id.0.as_bytes(), sheet)
}

fn unseal(key: &DataKey, id: AssessmentId, sealed: &[u8]) -> StoreResult<Sheet> {
    NEEDS_ANSWERS.open(key, id.0.as_bytes(), sealed)
}

fn assessment(key: &DataKey, row: Model) -> StoreResult<Assessment> {
    Ok(Assessment {
        sheet: unseal(key, row.id, &row.answers)?,
        id: row.id,
        account: row.account,
        edition: row.edition,
        form: row.form.parse().map_err(|()| StoreError::Corrupt("a form that is none"))?,
        started: row.started_at,
        finished: row.finished_at,
        remind: row.remind_at,
    })
}
