//! The published courses, compiled and held in memory.
//!
//! The database holds the files of every edition; an edition is compiled the first time somebody
//! needs it and then never changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::domain::course::diagnostic::Diagnostic;
use crate::domain::course::source::SourceTree;
use crate::domain::course::{Course, EditionHash, Medium};
use crate::domain::course::{compile, compile_on};
use crate::domain::id::CourseSlug;
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::{Store, editions};

/// All editions in use; the latest of each course is what newcomers get. Cheap to clone.
#[derive(Clone, Default)]
pub struct Catalogue {
    shelves: Arc<ArcSwap<Shelves>>,
}

#[derive(Clone, Default)]
struct Shelves {
    latest: BTreeMap<CourseSlug, Arc<Course>>,
    editions: BTreeMap<EditionHash, Arc<Course>>,
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
    /// A stored edition that this release no longer compiles.
    #[error("the stored edition {0} of a course cannot be read by this release")]
    Unreadable(String),
    #[error("the stored edition {0} of the needs assessment cannot be read by this release")]
    UnreadableInstrument(String),
}

impl Catalogue {
    /// The latest edition of each course, by slug.
    pub fn latest(&self) -> Vec<Arc<Course>> {
        self.shelves.load().latest.values().cloned().collect()
    }

    pub fn course(&self, slug: &CourseSlug) -> Option<Arc<Course>> {
        self.shelves.load().latest.get(slug).cloned()
    }

    /// One edition, from memory or from the store.
    pub async fn edition(&self, store: &Store, hash: &EditionHash) -> Result<Arc<Course>, CatalogueError> {
        if let Some(course) = self.shelves.load().editions.get(hash) {
            return Ok(course.clone());
        }
        let files = editions::load(store, hash).await?;
        let compiled = compile(&SourceTree(files));
        let course = compiled.course.ok_or_else(|| CatalogueError::Unreadable(hash.0.clone()))?;
        Ok(self.keep(course))
    }

    /// A file of any edition in memory, by its content hash.
    pub fn medium(&self, hash: &str) -> Option<Medium> {
        let shelves = self.shelves.load();
        let mut media = shelves.editions.values().flat_map(|course| course.media.values());
        media.find(|medium| medium.hash == hash).cloned()
    }

    /// Loads the latest edition of every course in the store.
    pub async fn load(&self, store: &Store) -> Result<(), CatalogueError> {
        for edition in editions::current(store).await? {
            match self.edition(store, &edition.hash).await {
                Ok(course) => self.put_forward(course),
                // One unreadable course must not close the others.
                Err(CatalogueError::Unreadable(hash)) => {
                    tracing::error!("the course {} stays closed: its edition {hash} cannot be read", edition.course);
                }
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }

    /// Publishes `tree` as the latest edition of its course, if it compiles and differs.
    pub async fn publish(
        &self,
        store: &Store,
        tree: SourceTree,
        now: Timestamp,
    ) -> Result<Publication, CatalogueError> {
        let hash = tree.edition_hash();
        if self.shelves.load().latest.values().any(|course| course.edition == hash) {
            return Ok(Publication::Unchanged);
        }
        let compiled = compile_on(&tree, now.day());
        let Some(course) = compiled.course else { return Ok(Publication::Refused(compiled.diagnostics)) };
        editions::publish(store, &course.slug, &hash, Arc::new(tree.0), now).await?;
        let course = self.keep(course);
        self.put_forward(course);
        Ok(Publication::Published(compiled.diagnostics))
    }

    fn keep(&self, course: Course) -> Arc<Course> {
        let course = Arc::new(course);
        self.shelves.rcu(|shelves| {
            let mut shelves = Shelves::clone(shelves);
            shelves.editions.insert(course.edition.clone(), course.clone());
            shelves
        });
        course
    }

    fn put_forward(&self, course: Arc<Course>) {
        self.shelves.rcu(|shelves| {
            let mut shelves = Shelves::clone(shelves);
            shelves.latest.insert(course.slug.clone(), course.clone());
            shelves
        });
    }
}
