//! What learners keep for themselves in a lesson: ticks and reflections. Nobody else reads them.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Select, Statement};
use serde::{Deserialize, Serialize};

use crate::domain::id::{AccountId, BlockId, EnrolmentId};

use super::Store;
use super::entity::notes::{self, Column, Entity, Model};
use super::error::StoreResult;
use super::rows::upsert;
use super::sealed::{self, NOTE};
use super::writer::Tx;

/// What is kept for one block. Stored sealed, as JSON such as `{"ticks":[0,2]}`; what is stored must
/// stay readable, so variants are added and never renamed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(Debug))]
#[serde(rename_all = "kebab-case")]
pub enum Note {
    /// The ticked items of a checklist, from 0.
    Ticks(BTreeSet<usize>),
    /// What was written for a reflection, as it was typed.
    Reflection(String),
}

const REFLECTION: &str = "reflection";

/// What somebody wrote for themselves never gets into a log.
#[cfg(not(test))]
impl std::fmt::Debug for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Note(…)")
    }
}

impl Note {
    fn kind(&self) -> &'static str {
        match self {
            Self::Ticks(_) => "ticks",
            Self::Reflection(_) => REFLECTION,
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Ticks(ticks) => ticks.is_empty(),
            Self::Reflection(text) => text.trim().is_empty(),
        }
    }
}

/// All notes of a person's enrolment.
pub async fn of_enrolment(
    store: &Store,
    account: AccountId,
    enrolment: EnrolmentId,
) -> StoreResult<BTreeMap<BlockId, Note>> {
    let query = Entity::find().filter(notes::COLUMN.enrolment.eq(enrolment));
    open_all(store, account, enrolment, query).await
}

/// The notes of these blocks, as far as there are any.
pub async fn of_blocks(
    store: &Store,
    account: AccountId,
    enrolment: EnrolmentId,
    blocks: &[BlockId],
) -> StoreResult<BTreeMap<BlockId, Note>> {
    if blocks.is_empty() {
        return Ok(BTreeMap::new());
    }
    let of_enrolment = Entity::find().filter(notes::COLUMN.enrolment.eq(enrolment));
    open_all(store, account, enrolment, of_enrolment.filter(Column::Block.is_in(blocks.iter().cloned()))).await
}

async fn open_all(
    store: &Store,
    account: AccountId,
    enrolment: EnrolmentId,
    query: Select<Entity>,
) -> StoreResult<BTreeMap<BlockId, Note>> {
    let rows = store.read(query.all(store.reader())).await?;
    let key = store.data_key(account).await?;
    let open = |row: Model| {
        let place = sealed::row(enrolment.0, row.block.as_str());
        Ok((row.block, NOTE.open(&key, &place, &row.content)?))
    };
    rows.into_iter().map(open).collect()
}

/// The blocks that hold a note and the questions that hold a response, of one enrolment.
pub async fn touched(store: &Store, enrolment: EnrolmentId) -> StoreResult<BTreeSet<String>> {
    const SQL: &str = "SELECT block AS place FROM notes WHERE enrolment = $1 \
         UNION ALL SELECT question FROM check_responses WHERE enrolment = $1";
    let backend = store.reader().get_database_backend();
    let select = PlaceRow::find_by_statement(Statement::from_sql_and_values(backend, SQL, [enrolment.0.into()]));
    let rows = store.read(select.all(store.reader())).await?;
    Ok(rows.into_iter().map(|row| row.place).collect())
}

#[derive(FromQueryResult)]
struct PlaceRow {
    place: String,
}

/// The reflections that were written in an enrolment, by their blocks.
pub(super) async fn written(tx: &Tx, enrolment: EnrolmentId) -> StoreResult<Vec<BlockId>> {
    let reflections = Entity::find()
        .select_only()
        .column(Column::Block)
        .filter(notes::COLUMN.enrolment.eq(enrolment))
        .filter(Column::Kind.eq(REFLECTION));
    Ok(reflections.into_tuple().all(tx).await?)
}

/// Keeps a note in place of the one before. One that is empty is not kept: the row goes.
pub async fn keep(
    store: &Store,
    account: AccountId,
    enrolment: EnrolmentId,
    block: &BlockId,
    note: &Note,
) -> StoreResult<()> {
    if note.is_empty() {
        return remove(store, enrolment, block).await;
    }
    let key = store.data_key(account).await?;
    let content = NOTE.seal(&key, &sealed::row(enrolment.0, block.as_str()), note)?;
    let row = Model { enrolment, block: block.clone(), kind: note.kind().to_owned(), content };
    let replace = OnConflict::columns([Column::Enrolment, Column::Block])
        .update_columns([Column::Kind, Column::Content])
        .to_owned();
    store.write(move |tx| Box::pin(async move { upsert(tx, row, replace).await.map(drop) })).await
}

async fn remove(store: &Store, enrolment: EnrolmentId, block: &BlockId) -> StoreResult<()> {
    let delete = Entity::delete_by_id((enrolment, block.clone()));
    store.write_then_forget(move |tx| Box::pin(async move { Ok(delete.exec(tx).await.map(drop)?) })).await
}
