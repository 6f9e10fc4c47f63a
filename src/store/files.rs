//! The files of which editions are made, of courses as of the needs assessment: each content is kept
//! once, by its hash.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Statement};
use sha2::{Digest, Sha256};

use crate::domain::course::EditionHash;

use super::Store;
use super::entity::blobs::{Column, Entity, Model};
use super::error::{StoreError, StoreResult};
use super::rows::upsert;

/// Files by their path in their folder.
pub type Files = BTreeMap<String, Vec<u8>>;

/// What is written in one job, so that no course is too large for a job's time.
const JOB_BYTES: usize = 4 * 1024 * 1024;
const JOB_FILES: usize = 200;
/// Rows in one statement; databases limit its values.
pub(super) const ROWS: usize = 500;

/// Writes what is not there yet, a part at a time and before the edition that names it: whatever is
/// cut off is found there by the next try.
pub(super) async fn put(store: &Store, files: &Files) -> StoreResult<()> {
    let mut part = Vec::new();
    let mut bytes = 0;
    let mut seen = there(store, files).await?;
    for content in files.values() {
        if !seen.insert(hash(content)) {
            continue;
        }
        bytes += content.len();
        part.push(Model { hash: hash(content), content: content.clone() });
        if bytes >= JOB_BYTES || part.len() >= JOB_FILES {
            write(store, std::mem::take(&mut part)).await?;
            bytes = 0;
        }
    }
    write(store, part).await
}

/// The hashes of those files that are there.
async fn there(store: &Store, files: &Files) -> StoreResult<BTreeSet<Vec<u8>>> {
    let hashes: Vec<Vec<u8>> = files.values().map(|content| hash(content)).collect();
    let mut there = BTreeSet::new();
    for some in hashes.chunks(ROWS) {
        let query = Entity::find().select_only().column(Column::Hash).filter(Column::Hash.is_in(some.to_vec()));
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

/// The name of a content.
pub(super) fn hash(content: &[u8]) -> Vec<u8> {
    Sha256::digest(content).to_vec()
}

#[derive(FromQueryResult)]
struct File {
    path: String,
    content: Vec<u8>,
}

/// The files that `table` names for an edition. `NotFound`: there is no such edition.
pub(super) async fn load(store: &Store, table: &'static str, edition: &EditionHash) -> StoreResult<Files> {
    let sql = format!(
        "SELECT named.path, blobs.content FROM {table} AS named JOIN blobs ON blobs.hash = named.blob \
        WHERE named.edition = $1"
    );
    let statement =
        Statement::from_sql_and_values(store.reader().get_database_backend(), sql, [edition.clone().into()]);
    let files = store.read(File::find_by_statement(statement).all(store.reader())).await?;
    if files.is_empty() {
        return Err(StoreError::NotFound);
    }
    Ok(files.into_iter().map(|file| (file.path, file.content)).collect())
}
