//! What a learner keeps for themselves in a lesson: ticks and reflections, sealed, read by nobody else.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement};

use crate::crypto::seal::DataKey;
use crate::domain::id::{AccountId, BlockId, EnrolmentId};

use super::Store;
use super::entity::notes::{self, Entity, Model};
use super::error::{StoreError, StoreResult};
use super::rows::found;
use super::sealed;

/// What is kept about one block.
#[derive(Clone, PartialEq, Eq)]
pub enum Note {
    /// The ticked items of a checklist, counted from 0.
    Ticks(BTreeSet<usize>),
    /// What was written to a reflection's prompt.
    Reflection(String),
}

/// What somebody wrote never gets into a log.
impl std::fmt::Debug for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// One statement: the enrolment's owner is checked by the one that writes.
const KEEP: &str = "\
    INSERT INTO notes (enrolment, block, kind, content) \
    SELECT $1, $2, $3, $4 FROM enrolments WHERE id = $1 AND account = $5 \
    ON CONFLICT (enrolment, block) DO UPDATE SET kind = excluded.kind, content = excluded.content";

/// Keeps a note in place of the one before; an empty one is not kept. `NotFound`: the enrolment is not
/// this person's.
pub async fn keep(
    store: &Store,
    account: AccountId,
    enrolment: EnrolmentId,
    block: &BlockId,
    note: &Note,
) -> StoreResult<()> {
    if note.is_empty() {
        return forget(store, enrolment, block).await;
    }
    let key = store.data_key(account).await?;
    let content = note.seal(&key, &sealed::row(enrolment.0, block.as_str()))?;
    let values = [enrolment.into(), block.clone().into(), note.kind().into(), content.into(), account.into()];
    store
        .write(move |tx| {
            let statement = Statement::from_sql_and_values(tx.get_database_backend(), KEEP, values);
            Box::pin(async move { found(tx.execute_raw(statement).await?.rows_affected()) })
        })
        .await
}

/// The notes of an enrolment by their blocks.
pub async fn of_enrolment(
    store: &Store,
    account: AccountId,
    enrolment: EnrolmentId,
) -> StoreResult<BTreeMap<BlockId, Note>> {
    let query = Entity::find().filter(notes::COLUMN.enrolment.eq(enrolment));
    let rows = store.read(query.all(store.reader())).await?;
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let key = store.data_key(account).await?;
    rows.into_iter().map(|row| Ok((row.block.clone(), Note::open(&key, &row)?))).collect()
}

async fn forget(store: &Store, enrolment: EnrolmentId, block: &BlockId) -> StoreResult<()> {
    let delete = Entity::delete_by_id((enrolment, block.clone()));
    store.write(move |tx| Box::pin(async move { Ok(delete.exec(tx).await.map(drop)?) })).await
}

const TICKS: &str = "checklist";
const REFLECTION: &str = "reflection";

impl Note {
    fn is_empty(&self) -> bool {
        match self {
            Self::Ticks(ticks) => ticks.is_empty(),
            Self::Reflection(text) => text.is_empty(),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Ticks(_) => TICKS,
            Self::Reflection(_) => REFLECTION,
        }
    }

    fn seal(&self, key: &DataKey, row: &[u8]) -> StoreResult<Vec<u8>> {
        match self {
            Self::Ticks(ticks) => sealed::NOTE.seal(key, row, ticks),
            Self::Reflection(text) => sealed::NOTE.seal(key, row, text),
        }
    }

    fn open(key: &DataKey, row: &Model) -> StoreResult<Self> {
        let place = sealed::row(row.enrolment.0, row.block.as_str());
        match row.kind.as_str() {
            TICKS => Ok(Self::Ticks(sealed::NOTE.open(key, &place, &row.content)?)),
            REFLECTION => Ok(Self::Reflection(sealed::NOTE.open(key, &place, &row.content)?)),
            _ => Err(StoreError::Corrupt("an unknown kind of note")),
        }
    }
}
