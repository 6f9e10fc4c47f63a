//! The published courses, compiled and held in memory.
//!
//! The database holds the files of every edition; an edition is compiled the first time somebody
//! needs it and then never changes. The latest of each course is always in memory, older ones as
//! long as somebody reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use arc_swap::ArcSwap;

use crate::domain::course::diagnostic::Diagnostic;
use crate::domain::course::source::SourceTree;
use crate::domain::course::{Course, EditionHash, Medium};
use crate::domain::course::{compile_on, compile_stored};
use crate::domain::id::CourseSlug;
use crate::domain::time::Timestamp;
use crate::exchange::folder;
use crate::kept::Kept;
use crate::store::error::{StoreError, StoreResult};
use crate::store::{Store, editions};

/// All editions in use; the latest of each course is what newcomers get. Cheap to clone.
#[derive(Clone)]
pub struct Catalogue {
    latest: Arc<ArcSwap<BTreeMap<CourseSlug, Arc<Course>>>>,
    older: Kept<Course>,
    /// In which edition a served file stands, for all editions that were in memory once.
    media: Arc<Mutex<BTreeMap<String, EditionHash>>>,
    /// What is current and cannot be read; told once.
    closed: Arc<Mutex<BTreeSet<EditionHash>>>,
}

/// What became of a course that was to be published.
pub enum Publication {
    /// It was the latest edition already.
    Unchanged,
    Published(Vec<Diagnostic>),
    /// Refused whole: the edition before stays.
    Refused(Vec<Diagnostic>),
}

#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A stored edition that this release no longer reads at all.
    #[error("the stored edition {0} of a course cannot be read by this release")]
    Unreadable(String),
    #[error("the stored edition {0} of the needs assessment cannot be read by this release")]
    UnreadableInstrument(String),
    /// The server is about to stop, or the compiler broke off.
    #[error("compiling did not come to its end")]
    BrokenOff,
}

impl Default for Catalogue {
    fn default() -> Self {
        Self { latest: Arc::default(), older: Kept::new(weight), media: Arc::default(), closed: Arc::default() }
    }
}

/// In kilobytes: the texts, and the files that are served as they are.
fn weight(course: &Course) -> u32 {
    const TEXTS: usize = 2_048;
    let media: usize = course.media.values().map(|medium| medium.bytes.len()).sum();
    u32::try_from(TEXTS + media / 1024).unwrap_or(u32::MAX)
}

impl Catalogue {
    /// The latest edition of each course, by slug.
    pub fn latest(&self) -> Vec<Arc<Course>> {
        self.latest.load().values().cloned().collect()
    }

    pub fn course(&self, slug: &CourseSlug) -> Option<Arc<Course>> {
        self.latest.load().get(slug).cloned()
    }

    /// One edition, from memory or from the store.
    pub async fn edition(&self, store: &Store, hash: &EditionHash) -> Result<Arc<Course>, CatalogueError> {
        if let Some(course) = self.latest.load().values().find(|course| course.edition == *hash) {
            return Ok(course.clone());
        }
        self.older.get(hash, self.read(store, hash)).await
    }

    async fn read(&self, store: &Store, hash: &EditionHash) -> Result<Course, CatalogueError> {
        let tree = SourceTree(editions::load(store, hash).await?);
        let course = on_the_side(move || compile_stored(&tree)).await?;
        let course = course.ok_or_else(|| CatalogueError::Unreadable(hash.0.clone()))?;
        self.note_media(store, &course).await;
        Ok(course)
    }

    /// A file of any edition, by its content hash.
    pub async fn medium(&self, store: &Store, hash: &str) -> Result<Option<Medium>, CatalogueError> {
        let noted = self.media.lock().ok().and_then(|media| media.get(hash).cloned());
        let editions = match noted {
            Some(edition) => vec![edition],
            None => editions::with_medium(store, hash).await?,
        };
        for edition in editions {
            let course = match self.edition(store, &edition).await {
                Ok(course) => course,
                // Another may have the same file.
                Err(CatalogueError::Unreadable(_)) => continue,
                Err(other) => return Err(other),
            };
            if let Some(medium) = course.media.values().find(|medium| medium.hash == hash) {
                return Ok(Some(medium.clone()));
            }
        }
        Ok(None)
    }

    /// Takes in what is current in the store: everything at start, and later what the command line or
    /// another server on the same database has published. One course that cannot be read now, or at all, closes
    /// no other; the last error comes back.
    pub async fn refresh(&self, store: &Store) -> Result<(), CatalogueError> {
        let mut result = Ok(());
        for edition in editions::current(store).await? {
            let is_known = self.course(&edition.course).is_some_and(|course| course.edition == edition.hash);
            if is_known || self.closed.lock().is_ok_and(|closed| closed.contains(&edition.hash)) {
                continue;
            }
            match self.edition(store, &edition.hash).await {
                Ok(course) => self.put_forward(course),
                Err(CatalogueError::Unreadable(hash)) => {
                    tracing::error!("the course {} stays closed: its edition {hash} cannot be read", edition.course);
                    let _ = self.closed.lock().map(|mut closed| closed.insert(edition.hash));
                }
                Err(other) => result = Err(other),
            }
        }
        result
    }

    /// Publishes `tree` as the latest edition of its course, if it compiles and differs.
    pub async fn publish(
        &self,
        store: &Store,
        tree: SourceTree,
        now: Timestamp,
    ) -> Result<Publication, CatalogueError> {
        self.publish_if(store, tree, now, |_| None).await
    }

    /// The same for what stands in the server's folder of courses, in a folder of this name: only if
    /// it differs from what was published from there before. What was published in another way since
    /// then stays.
    pub async fn publish_folder(
        &self,
        store: &Store,
        name: &str,
        tree: SourceTree,
        now: Timestamp,
    ) -> Result<Publication, CatalogueError> {
        let hash = tree.edition_hash();
        let is_there = editions::is_there(store, &hash);
        let publish = self.publish_if(store, tree, now, |course| folder::wrong_name(course, name));
        publish_changed(store, (name, &hash), is_there, publish).await
    }

    async fn publish_if(
        &self,
        store: &Store,
        tree: SourceTree,
        now: Timestamp,
        objection: impl FnOnce(&Course) -> Option<Diagnostic>,
    ) -> Result<Publication, CatalogueError> {
        let hash = tree.edition_hash();
        if editions::current(store).await?.iter().any(|edition| edition.hash == hash) {
            return Ok(Publication::Unchanged);
        }
        let tree = Arc::new(tree);
        let compiled = on_the_side({
            let tree = tree.clone();
            move || compile_on(&tree, now.day())
        });
        let compiled = compiled.await?;
        let Some(course) = compiled.course else { return Ok(Publication::Refused(compiled.diagnostics)) };
        if let Some(objection) = objection(&course) {
            return Ok(Publication::Refused(vec![objection]));
        }
        let files = Arc::new(Arc::unwrap_or_clone(tree).0);
        editions::publish(store, &course.slug, &hash, files, now).await?;
        self.note_media(store, &course).await;
        self.put_forward(Arc::new(course));
        Ok(Publication::Published(compiled.diagnostics))
    }

    /// Notes which files are served from this edition, here and for the other servers. Without it a
    /// picture is missing until somebody opens a lesson of that edition, so a failure is told only.
    async fn note_media(&self, store: &Store, course: &Course) {
        let hashes: Vec<String> = course.media.values().map(|medium| medium.hash.clone()).collect();
        if let Ok(mut media) = self.media.lock() {
            media.extend(hashes.iter().map(|hash| (hash.clone(), course.edition.clone())));
        }
        if let Err(error) = editions::put_media(store, &course.edition, hashes).await {
            tracing::error!("the files of an edition were not noted: {error}");
        }
    }

    fn put_forward(&self, course: Arc<Course>) {
        if let Some(before) = self.course(&course.slug) {
            self.older.put(&before.edition.clone(), before);
        }
        self.latest.rcu(|latest| {
            let mut latest = BTreeMap::clone(latest);
            latest.insert(course.slug.clone(), course.clone());
            latest
        });
    }
}

/// Publishes what stands in a folder, unless that was done before: the folder is remembered by what it held.
pub async fn publish_changed(
    store: &Store,
    (name, hash): (&str, &EditionHash),
    is_there: impl Future<Output = StoreResult<bool>>,
    publish: impl Future<Output = Result<Publication, CatalogueError>>,
) -> Result<Publication, CatalogueError> {
    let publication = match editions::of_folder(store, name).await? {
        Some(before) if before == *hash => return Ok(Publication::Unchanged),
        // Published by a release that did not remember folders, or in another way.
        None if is_there.await? => Publication::Unchanged,
        _ => publish.await?,
    };
    if !matches!(publication, Publication::Refused(_)) {
        editions::remember_folder(store, name, hash).await?;
    }
    Ok(publication)
}

/// Does long work where it keeps no request waiting.
pub async fn on_the_side<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, CatalogueError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| CatalogueError::BrokenOff)
}
