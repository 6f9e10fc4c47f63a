//! Editions: published courses, kept as their files so that the same files can be given back.

use std::collections::BTreeMap;
use std::sync::Arc;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, SelectExt, Set};

use crate::domain::course::EditionHash;
use crate::domain::id::CourseSlug;
use crate::domain::time::Timestamp;

use super::entity::edition_media;
use super::entity::editions::{self, ActiveModel, Column, Entity, Model};
use super::error::{StoreError, StoreResult};
use super::files::{self, Files};
use super::rows::{insert, upsert};
use super::writer::Tx;
use super::{Store, settings};

/// The table of what editions are made of.
const FILES: &str = "edition_files";
/// Before the name of a folder: as which edition it was published last.
const FOLDER: &str = "folder:";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    pub hash: EditionHash,
    pub course: CourseSlug,
    /// Counted from 1 within the course.
    pub number: u32,
    /// When it became the current one (for the last time).
    pub published_at: Timestamp,
}

/// Publishes files under their hash, which the caller has computed from them. Publishing the current
/// edition again changes nothing; publishing an older one makes it current again.
pub async fn publish(
    store: &Store,
    course: &CourseSlug,
    hash: &EditionHash,
    files: Arc<Files>,
    now: Timestamp,
) -> StoreResult<Edition> {
    let names = files::put(store, files).await?;
    let (course, hash) = (course.clone(), hash.clone());
    let published = store.write(move |tx| {
        Box::pin(async move {
            let latest = newest_first(&course).one(tx).await?;
            if let Some(current) = latest.as_ref().filter(|current| current.hash == hash) {
                return edition(current.clone());
            }
            let published_at = latest.map_or(now, |latest| now.max(latest.published_at.plus(1)));
            if let Some(older) = Entity::find_by_id(hash.clone()).one(tx).await? {
                return renew(tx, older, published_at).await;
            }
            let number = highest_number(tx, &course).await? + 1;
            let row = Model { hash: hash.clone(), course, number, published_at };
            insert(tx, row.clone()).await?;
            files::put_names(tx, FILES, &hash, &names).await?;
            edition(row)
        })
    });
    published.await
}

/// The current edition of every course.
pub async fn current(store: &Store) -> StoreResult<Vec<Edition>> {
    let rows = store.read(Entity::find().all(store.reader())).await?;
    let mut current: BTreeMap<CourseSlug, Model> = BTreeMap::new();
    for row in rows {
        match current.get(&row.course) {
            Some(other) if (other.published_at, other.number) > (row.published_at, row.number) => {}
            _ => drop(current.insert(row.course.clone(), row)),
        }
    }
    current.into_values().map(edition).collect()
}

/// The files of an edition. `NotFound`: there is no such edition.
pub async fn load(store: &Store, hash: &EditionHash) -> StoreResult<Files> {
    files::load(store, FILES, hash).await
}

pub async fn is_there(store: &Store, hash: &EditionHash) -> StoreResult<bool> {
    store.read(Entity::find_by_id(hash.clone()).exists(store.reader())).await
}

/// What the folder of this name held when it was published last.
pub async fn of_folder(store: &Store, name: &str) -> StoreResult<Option<EditionHash>> {
    let row = store.read(settings::find(&format!("{FOLDER}{name}")).one(store.reader())).await?;
    Ok(row.map(|row| EditionHash(row.value)))
}

/// Remembers what the folder of this name holds now that it is published.
pub async fn remember_folder(store: &Store, name: &str, hash: &EditionHash) -> StoreResult<()> {
    let (key, hash) = (format!("{FOLDER}{name}"), hash.clone());
    store.write(move |tx| Box::pin(async move { settings::put(tx, &key, &hash.0).await })).await
}

/// The editions that have a file which is served under this hash.
pub async fn with_medium(store: &Store, hash: &str) -> StoreResult<Vec<EditionHash>> {
    let query = edition_media::Entity::find().filter(edition_media::COLUMN.hash.eq(hash));
    Ok(store.read(query.all(store.reader())).await?.into_iter().map(|row| row.edition).collect())
}

/// Keeps under which hashes the files of an edition are served, as far as it is not kept yet.
pub async fn put_media(store: &Store, edition: &EditionHash, hashes: Vec<String>) -> StoreResult<()> {
    let query = edition_media::Entity::find().filter(edition_media::COLUMN.edition.eq(edition.clone()));
    let query = query.select_only().column(edition_media::Column::Hash);
    let kept: Vec<String> = store.read(query.into_tuple().all(store.reader())).await?;
    let missing: Vec<String> = hashes.into_iter().filter(|hash| !kept.contains(hash)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let edition = edition.clone();
    let written = store.write(move |tx| {
        Box::pin(async move {
            for hash in missing {
                let row = edition_media::Model { hash, edition: edition.clone() };
                let keep = OnConflict::columns([edition_media::Column::Hash, edition_media::Column::Edition]);
                upsert(tx, row, keep.clone().do_nothing().to_owned()).await?;
            }
            Ok(())
        })
    });
    written.await
}

async fn renew(tx: &Tx, older: Model, published_at: Timestamp) -> StoreResult<Edition> {
    let change = ActiveModel { published_at: Set(published_at), ..Default::default() };
    Entity::update_many().set(change).filter(editions::COLUMN.hash.eq(older.hash.clone())).exec(tx).await?;
    edition(Model { published_at, ..older })
}

async fn highest_number(tx: &Tx, course: &CourseSlug) -> StoreResult<i64> {
    let query = Entity::find().filter(editions::COLUMN.course.eq(course.clone())).order_by_desc(Column::Number);
    Ok(query.one(tx).await?.map_or(0, |row| row.number))
}

fn newest_first(course: &CourseSlug) -> sea_orm::Select<Entity> {
    Entity::find()
        .filter(editions::COLUMN.course.eq(course.clone()))
        .order_by_desc(Column::PublishedAt)
        .order_by_desc(Column::Number)
}

fn edition(row: Model) -> StoreResult<Edition> {
    let number = u32::try_from(row.number).map_err(|_| StoreError::Corrupt("an edition's number"))?;
    Ok(Edition { hash: row.hash, course: row.course, number, published_at: row.published_at })
}
