//! The published editions of the needs assessment's instrument, compiled and held in memory, as the
//! [`crate::catalogue`] holds courses.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use arc_swap::{ArcSwap, ArcSwapOption};

use crate::catalogue::{CatalogueError, Publication, on_the_side, publish_changed};
use crate::domain::course::EditionHash;
use crate::domain::course::source::SourceTree;
use crate::domain::id::QuestionId;
use crate::domain::needs::instrument::compile::{compile, compile_stored};
use crate::domain::needs::instrument::{Form, Instrument};
use crate::domain::needs::rasch::adaptive::{self, RESPONSES_NEEDED};
use crate::domain::needs::rasch::calibrate::{Calibration, calibrate};
use crate::domain::time::{HOUR, Timestamp};
use crate::kept::Kept;
use crate::store::error::StoreError;
use crate::store::{Store, instruments, needs};

/// How old a calibration may be: a little less than the day after which it is asked for, so that a clock that
/// was slowed does not put it off for another.
const EVERY: i64 = 23 * HOUR;
/// In kilobytes, each.
const WEIGHT: u32 = 2_048;

/// All editions in use; the latest is what newcomers get.
pub struct Instruments {
    latest: ArcSwapOption<Instrument>,
    older: Kept<Instrument>,
    /// Those ready to steer a sitting.
    calibrations: ArcSwap<BTreeMap<(EditionHash, Form), Arc<Calibration>>>,
    /// What is current and cannot be read; told once.
    closed: Mutex<BTreeSet<EditionHash>>,
}

impl Default for Instruments {
    fn default() -> Self {
        Self {
            latest: ArcSwapOption::empty(),
            older: Kept::new(|_| WEIGHT),
            calibrations: ArcSwap::default(),
            closed: Mutex::default(),
        }
    }
}

impl Instruments {
    /// `None`: none was ever published here, so nobody can be assessed.
    pub fn latest(&self) -> Option<Arc<Instrument>> {
        self.latest.load_full()
    }

    /// How hard a form's short questions are, once enough people answered them.
    pub fn calibration(&self, edition: &EditionHash, form: Form) -> Option<Arc<Calibration>> {
        self.calibrations.load().get(&(edition.clone(), form)).cloned()
    }

    /// One edition, from memory or from the store.
    pub async fn edition(&self, store: &Store, hash: &EditionHash) -> Result<Arc<Instrument>, CatalogueError> {
        if let Some(instrument) = self.latest().filter(|latest| latest.edition == *hash) {
            return Ok(instrument);
        }
        self.older.get(hash, self.read(store, hash)).await
    }

    async fn read(&self, store: &Store, hash: &EditionHash) -> Result<Instrument, CatalogueError> {
        let tree = SourceTree(instruments::load(store, hash).await?);
        let instrument = on_the_side(move || compile_stored(&tree)).await?;
        let instrument = instrument.ok_or_else(|| CatalogueError::UnreadableInstrument(hash.0.clone()))?;
        self.load_calibrations(store, hash).await?;
        Ok(instrument)
    }

    /// Takes in what is current in the store: at start, and later what the command line or another
    /// server on the same database has published or worked out.
    pub async fn refresh(&self, store: &Store) -> Result<(), CatalogueError> {
        let Some(hash) = instruments::current(store).await? else { return Ok(()) };
        if self.latest().is_some_and(|latest| latest.edition == hash) {
            return Ok(self.load_calibrations(store, &hash).await?);
        }
        if self.closed.lock().is_ok_and(|closed| closed.contains(&hash)) {
            return Ok(());
        }
        match self.edition(store, &hash).await {
            Ok(instrument) => self.put_forward(instrument),
            // An unreadable instrument must not close the courses.
            Err(CatalogueError::UnreadableInstrument(hash)) => {
                tracing::error!("nobody can be assessed: the instrument's edition {hash} cannot be read");
                let _ = self.closed.lock().map(|mut closed| closed.insert(EditionHash(hash)));
            }
            Err(other) => return Err(other),
        }
        Ok(())
    }

    /// Publishes `tree` as the latest edition, if it compiles and differs.
    pub async fn publish(
        &self,
        store: &Store,
        tree: SourceTree,
        now: Timestamp,
    ) -> Result<Publication, CatalogueError> {
        let hash = tree.edition_hash();
        if instruments::current(store).await?.is_some_and(|current| current == hash) {
            return Ok(Publication::Unchanged);
        }
        let tree = Arc::new(tree);
        let compiled = on_the_side({
            let tree = tree.clone();
            move || compile(&tree)
        });
        let compiled = compiled.await?;
        let Some(instrument) = compiled.instrument else { return Ok(Publication::Refused(compiled.diagnostics)) };
        instruments::publish(store, &hash, Arc::new(Arc::unwrap_or_clone(tree).0), now).await?;
        self.load_calibrations(store, &hash).await?;
        self.put_forward(Arc::new(instrument));
        Ok(Publication::Published(compiled.diagnostics))
    }

    /// The same for what stands in the server's folder of courses: only if it differs from what was
    /// published from there before. What was published in another way since then stays.
    pub async fn publish_folder(
        &self,
        store: &Store,
        name: &str,
        tree: SourceTree,
        now: Timestamp,
    ) -> Result<Publication, CatalogueError> {
        let hash = tree.edition_hash();
        let is_there = instruments::is_there(store, &hash);
        publish_changed(store, (name, &hash), is_there, self.publish(store, tree, now)).await
    }

    /// Works out once a day how hard the short questions are, whichever server does it; the others read what
    /// it found.
    pub async fn calibrate_daily(&self, store: &Store, now: Timestamp) -> Result<(), StoreError> {
        let Some(instrument) = self.latest() else { return Ok(()) };
        match needs::calibrated_at(store, &instrument.edition).await? {
            // A clock that was set back does not put it off.
            Some(last) if (0..EVERY).contains(&now.since(last)) => {
                self.load_calibrations(store, &instrument.edition).await
            }
            _ => self.calibrate(store, now).await,
        }
    }

    /// Works out from everybody's answers how hard the short questions of the latest edition are, where
    /// enough people answered, and keeps it. Nothing of an unsealed sheet but right and wrong is
    /// looked at.
    pub async fn calibrate(&self, store: &Store, now: Timestamp) -> Result<(), StoreError> {
        let Some(instrument) = self.latest() else { return Ok(()) };
        for form in [Form::First, Form::Again] {
            let questions = instrument.questions(form, &instrument.source_language);
            let questions: Vec<QuestionId> = questions.iter().map(|question| question.id.clone()).collect();
            let rows = needs::responses(store, &instrument.edition, form, &questions).await?;
            if rows.len() < RESPONSES_NEEDED {
                continue;
            }
            // It takes a while with many people, and nobody waits for it.
            let found = tokio::task::spawn_blocking(move || calibrate(&rows)).await;
            let Ok(Ok(calibration)) = found else { continue };
            if adaptive::is_ready(&calibration) {
                needs::calibrate(store, &instrument.edition, form, &calibration, now).await?;
                self.keep_calibration(&instrument.edition, form, calibration);
            }
        }
        Ok(())
    }

    async fn load_calibrations(&self, store: &Store, edition: &EditionHash) -> Result<(), StoreError> {
        for (form, calibration) in needs::calibrations(store, edition).await? {
            self.keep_calibration(edition, form, calibration);
        }
        Ok(())
    }

    fn keep_calibration(&self, edition: &EditionHash, form: Form, calibration: Calibration) {
        let calibration = Arc::new(calibration);
        self.calibrations.rcu(|calibrations| {
            let mut calibrations = BTreeMap::clone(calibrations);
            calibrations.insert((edition.clone(), form), calibration.clone());
            calibrations
        });
    }

    fn put_forward(&self, instrument: Arc<Instrument>) {
        if let Some(before) = self.latest.swap(Some(instrument)) {
            self.older.put(&before.edition.clone(), before);
        }
    }
}
