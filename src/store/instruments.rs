//! Editions of the needs assessment's instrument, kept as their files as courses are.

use std::sync::Arc;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, SelectExt, Set};

use crate::domain::course::EditionHash;
use crate::domain::time::Timestamp;

use super::Store;
use super::entity::instrument_editions::{self, ActiveModel, Column, Entity, Model};
use super::error::StoreResult;
use super::files::{self, Files};
use super::rows::insert;

/// The table of what editions are made of.
const FILES: &str = "instrument_files";

/// Publishes files under their hash, which the caller has computed from them. An edition that was
/// there before becomes the current one again.
pub async fn publish(store: &Store, hash: &EditionHash, files: Arc<Files>, now: Timestamp) -> StoreResult<()> {
    let names = files::put(store, files).await?;
    let hash = hash.clone();
    let published = store.write(move |tx| {
        Box::pin(async move {
            let latest = newest_first().one(tx).await?;
            if latest.as_ref().is_some_and(|latest| latest.hash == hash) {
                return Ok(());
            }
            let published_at = latest.map_or(now, |latest| now.max(latest.published_at.plus(1)));
            if Entity::find_by_id(hash.clone()).one(tx).await?.is_some() {
                let change = ActiveModel { published_at: Set(published_at), ..Default::default() };
                let update = Entity::update_many().set(change).filter(instrument_editions::COLUMN.hash.eq(hash));
                return Ok(update.exec(tx).await.map(drop)?);
            }
            insert(tx, Model { hash: hash.clone(), published_at }).await?;
            files::put_names(tx, FILES, &hash, &names).await
        })
    });
    published.await
}

/// The edition that newcomers get.
pub async fn current(store: &Store) -> StoreResult<Option<EditionHash>> {
    Ok(store.read(newest_first().one(store.reader())).await?.map(|row| row.hash))
}

/// The files of an edition. `NotFound`: there is no such edition.
pub async fn load(store: &Store, hash: &EditionHash) -> StoreResult<Files> {
    files::load(store, FILES, hash).await
}

pub async fn is_there(store: &Store, hash: &EditionHash) -> StoreResult<bool> {
    store.read(Entity::find_by_id(hash.clone()).exists(store.reader())).await
}

fn newest_first() -> sea_orm::Select<Entity> {
    Entity::find().order_by_desc(Column::PublishedAt).order_by_desc(Column::Hash)
}
