//! Editions: published courses, kept as their files so that the same files can be given back.

use std::collections::BTreeMap;
use std::sync::Arc;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, Set, Statement};
use sha2::{Digest, Sha256};

use crate::domain::course::EditionHash;
use crate::domain::id::CourseSlug;
use crate::domain::time::Timestamp;

use super::Store;
use super::entity::editions::{self, ActiveModel, Column, Entity, Model};
use super::entity::{blobs, edition_files};
use super::error::{StoreError, StoreResult};
use super::rows::{insert, upsert};
use super::writer::Tx;

/// A course's files by their path in its folder.
pub type Files = BTreeMap<String, Vec<u8>>;

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
    let (course, hash) = (course.clone(), hash.clone());
    let published = store.write(move |tx| {
        Box::pin(async move {
            let latest = newest_first(&course).one(tx).await?;
            if let Some(current) = latest.filter(|current| current.hash == hash) {
                return edition(current);
            }
            if let Some(older) = Entity::find_by_id(hash.clone()).one(tx).await? {
                return renew(tx, older, now).await;
            }
            let number = highest_number(tx, &course).await? + 1;
            let row = Model { hash: hash.clone(), course, number, published_at: now };
            insert(tx, row.clone()).await?;
            for (path, content) in files.iter() {
                put_file(tx, &hash, path, content).await?;
            }
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

/// Editions that learners are on, current or not.
pub async fn in_use(store: &Store) -> StoreResult<Vec<Edition>> {
    const SQL: &str = "SELECT hash, course, number, published_at FROM editions \
        WHERE hash IN (SELECT edition FROM enrolments) OR hash IN (SELECT edition FROM attempts) \
        ORDER BY course, number";
    let query = Entity::find().from_raw_sql(store.statement(SQL));
    store.read(query.all(store.reader())).await?.into_iter().map(edition).collect()
}

pub async fn by_hash(store: &Store, hash: &EditionHash) -> StoreResult<Option<Edition>> {
    store.read(Entity::find_by_id(hash.clone()).one(store.reader())).await?.map(edition).transpose()
}

#[derive(FromQueryResult)]
struct File {
    path: String,
    content: Vec<u8>,
}

/// The files of an edition. `NotFound`: there is no such edition.
pub async fn load(store: &Store, hash: &EditionHash) -> StoreResult<Files> {
    const SQL: &str = "SELECT edition_files.path, blobs.content FROM edition_files \
        JOIN blobs ON blobs.hash = edition_files.blob WHERE edition_files.edition = $1";
    let statement = Statement::from_sql_and_values(store.reader().get_database_backend(), SQL, [hash.clone().into()]);
    let files = store.read(File::find_by_statement(statement).all(store.reader())).await?;
    if files.is_empty() && by_hash(store, hash).await?.is_none() {
        return Err(StoreError::NotFound);
    }
    Ok(files.into_iter().map(|file| (file.path, file.content)).collect())
}

async fn renew(tx: &Tx, older: Model, now: Timestamp) -> StoreResult<Edition> {
    let change = ActiveModel { published_at: Set(now), ..Default::default() };
    Entity::update_many().set(change).filter(editions::COLUMN.hash.eq(older.hash.clone())).exec(tx).await?;
    edition(Model { published_at: now, ..older })
}

async fn put_file(tx: &Tx, edition: &EditionHash, path: &str, content: &[u8]) -> StoreResult<()> {
    let hash = Sha256::digest(content).to_vec();
    let blob = blobs::Model { hash: hash.clone(), content: content.to_vec() };
    upsert(tx, blob, OnConflict::column(blobs::Column::Hash).do_nothing().to_owned()).await?;
    insert(tx, edition_files::Model { edition: edition.clone(), path: path.to_owned(), blob: hash }).await
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
