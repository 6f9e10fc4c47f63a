//! Editions of the needs assessment's instrument, kept as their files as courses are.

use std::sync::Arc;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use sha2::{Digest, Sha256};

use crate::domain::course::EditionHash;
use crate::domain::time::Timestamp;

use super::Store;
use super::editions::Files;
use super::entity::instrument_editions::{self, ActiveModel, Column, Entity, Model};
use super::entity::{blobs, instrument_files};
use super::error::{StoreError, StoreResult};
use super::rows::{insert, upsert};
use super::writer::Tx;

/// Publishes files under their hash, which the caller has computed from them. An edition that was
/// there before becomes the current one again.
pub async fn publish(store: &Store, hash: &EditionHash, files: Arc<Files>, now: Timestamp) -> StoreResult<()> {
    let hash = hash.clone();
    let published = store.write(move |tx| {
        Box::pin(async move {
            if Entity::find_by_id(hash.clone()).one(tx).await?.is_some() {
                let change = ActiveModel { published_at: Set(now), ..Default::default() };
                let update = Entity::update_many().set(change).filter(instrument_editions::COLUMN.hash.eq(hash));
                return Ok(update.exec(tx).await.map(drop)?);
            }
            insert(tx, Model { hash: hash.clone(), published_at: now }).await?;
            for (path, content) in files.iter() {
                put_file(tx, &hash, path, content).await?;
            }
            Ok(())
        })
    });
    published.await
}

async fn put_file(tx: &Tx, edition: &EditionHash, path: &str, content: &[u8]) -> StoreResult<()> {
    let hash = Sha256::digest(content).to_vec();
    let blob = blobs::Model { hash: hash.clone(), content: content.to_vec() };
    upsert(tx, blob, OnConflict::column(blobs::Column::Hash).do_nothing().to_owned()).await?;
    insert(tx, instrument_files::Model { edition: edition.clone(), path: path.to_owned(), blob: hash }).await
}

/// The edition that newcomers get.
pub async fn current(store: &Store) -> StoreResult<Option<EditionHash>> {
    let query = Entity::find().order_by_desc(Column::PublishedAt).order_by_desc(Column::Hash);
    Ok(store.read(query.one(store.reader())).await?.map(|row| row.hash))
}

/// The files of an edition. `NotFound`: there is no such edition.
pub async fn load(store: &Store, hash: &EditionHash) -> StoreResult<Files> {
    let of_edition = instrument_files::Entity::find().filter(instrument_files::COLUMN.edition.eq(hash.clone()));
    let mut files = Files::new();
    for row in store.read(of_edition.all(store.reader())).await? {
        let blob = store.read(blobs::Entity::find_by_id(row.blob).one(store.reader())).await?;
        let blob = blob.ok_or(StoreError::Corrupt("a file of an instrument without its content"))?;
        files.insert(row.path, blob.content);
    }
    if files.is_empty() { Err(StoreError::NotFound) } else { Ok(files) }
}
