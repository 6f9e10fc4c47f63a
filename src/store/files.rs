//! The files of which editions are made, of courses as of the needs assessment: each content is kept
//! once, by its hash.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Statement, Value};
use sha2::{Digest, Sha256};

use crate::domain::course::EditionHash;

use super::Store;
use super::entity::blobs::{Column, Entity, Model};
use super::error::{StoreError, StoreResult};
use super::rows::upsert;
use super::writer::Tx;

/// Files by their path in their folder.
pub type Files = BTreeMap<String, Vec<u8>>;

/// What is written in one job, or read at once, so that no course is too large for its time.
const PART_BYTES: usize = 4 * 1024 * 1024;
const PART_FILES: usize = 200;
/// Rows in one statement; databases limit its values.
const ROWS: usize = 500;

/// Files that are there, by path and hash: what an edition is made of.
#[derive(Clone)]
pub(super) struct Names(Arc<Vec<(String, Vec<u8>)>>);

/// Writes what is not there yet, a part at a time and before the edition that names it: whatever is
/// cut off is found there by the next try. The contents are hashed once and keep nobody waiting.
pub(super) async fn put(store: &Store, files: Arc<Files>) -> StoreResult<Names> {
    let hashed = files.clone();
    let hashing =
        move || hashed.iter().map(|(path, content)| (path.clone(), Sha256::digest(content).to_vec())).collect();
    let names = tokio::task::spawn_blocking(hashing).await;
    let names: Vec<(String, Vec<u8>)> = names.map_err(|_| StoreError::Fault("hashing broke off".into()))?;
    let mut part = Vec::new();
    let mut bytes = 0;
    let mut seen = there(store, &names).await?;
    for (content, (_, hash)) in files.values().zip(&names) {
        if !seen.insert(hash.clone()) {
            continue;
        }
        bytes += content.len();
        part.push(Model { hash: hash.clone(), content: content.clone() });
        if bytes >= PART_BYTES || part.len() >= PART_FILES {
            write(store, std::mem::take(&mut part)).await?;
            bytes = 0;
        }
    }
    write(store, part).await?;
    Ok(Names(Arc::new(names)))
}

/// The hashes of those files that are there.
async fn there(store: &Store, names: &[(String, Vec<u8>)]) -> StoreResult<BTreeSet<Vec<u8>>> {
    let mut there = BTreeSet::new();
    for some in names.chunks(ROWS) {
        let hashes = some.iter().map(|(_, hash)| hash.clone());
        let query = Entity::find().select_only().column(Column::Hash).filter(Column::Hash.is_in(hashes));
        there.extend(store.read(query.into_tuple::<Vec<u8>>().all(store.reader())).await?);
    }
    Ok(there)
}

async fn write(store: &Store, part: Vec<Model>) -> StoreResult<()> {
    let part = Arc::new(part);
    let written = store.write(move |tx| {
        Box::pin(async move {
            for blob in part.iter() {
                let keep = OnConflict::column(Column::Hash).do_nothing().to_owned();
                upsert(tx, blob.clone(), keep).await?;
            }
            Ok(())
        })
    });
    written.await
}

/// Writes in `table` which files an edition is made of.
pub(super) async fn put_names(tx: &Tx, table: &'static str, edition: &EditionHash, names: &Names) -> StoreResult<()> {
    for part in names.0.chunks(ROWS) {
        let rows: Vec<String> = (1..=part.len()).map(|row| format!("($1, ${}, ${})", 2 * row, 2 * row + 1)).collect();
        let sql = format!("INSERT INTO {table} (edition, path, blob) VALUES {}", rows.join(", "));
        let mut values: Vec<Value> = vec![edition.clone().into()];
        for (path, hash) in part {
            values.extend([path.clone().into(), hash.clone().into()]);
        }
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Named {
    path: String,
    hash: Vec<u8>,
    bytes: i64,
}

/// The files that `table` names for an edition, a part at a time. `NotFound`: there is no such edition.
pub(super) async fn load(store: &Store, table: &'static str, edition: &EditionHash) -> StoreResult<Files> {
    let sql = format!(
        "SELECT named.path, blobs.hash, CAST(length(blobs.content) AS BIGINT) AS bytes \
        FROM {table} AS named JOIN blobs ON blobs.hash = named.blob WHERE named.edition = $1"
    );
    let statement =
        Statement::from_sql_and_values(store.reader().get_database_backend(), sql, [edition.clone().into()]);
    let named = store.read(Named::find_by_statement(statement).all(store.reader())).await?;
    if named.is_empty() {
        return Err(StoreError::NotFound);
    }
    let sizes: BTreeMap<&[u8], usize> =
        named.iter().map(|file| (&*file.hash, usize::try_from(file.bytes).unwrap_or(PART_BYTES))).collect();
    let mut contents = BTreeMap::new();
    let mut part = Vec::new();
    let mut bytes = 0;
    for (hash, size) in sizes {
        part.push(hash.to_vec());
        bytes += size;
        if bytes >= PART_BYTES || part.len() >= PART_FILES {
            contents.extend(read(store, std::mem::take(&mut part)).await?);
            bytes = 0;
        }
    }
    contents.extend(read(store, part).await?);
    let file = |file: Named| {
        let content = contents.get(&file.hash).ok_or(StoreError::Corrupt("a file of an edition is missing"))?;
        Ok((file.path, content.clone()))
    };
    named.into_iter().map(file).collect()
}

async fn read(store: &Store, hashes: Vec<Vec<u8>>) -> StoreResult<Vec<(Vec<u8>, Vec<u8>)>> {
    let query = Entity::find().filter(Column::Hash.is_in(hashes));
    Ok(store.read(query.all(store.reader())).await?.into_iter().map(|blob| (blob.hash, blob.content)).collect())
}
