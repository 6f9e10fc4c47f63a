//! The published editions of the needs assessment's instrument, compiled and held in memory, as the
//! [`crate::catalogue`] holds courses.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::catalogue::{CatalogueError, Publication};
use crate::domain::course::EditionHash;
use crate::domain::course::source::SourceTree;
use crate::domain::id::QuestionId;
use crate::domain::needs::instrument::compile::compile;
use crate::domain::needs::instrument::{Form, Instrument};
use crate::domain::needs::rasch::adaptive::{self, RESPONSES_NEEDED};
use crate::domain::needs::rasch::calibrate::{Calibration, calibrate};
use crate::domain::time::{DAY, Timestamp};
use crate::store::error::StoreError;
use crate::store::{Store, instruments, needs};

/// All editions in use; the latest is what newcomers get.
#[derive(Default)]
pub struct Instruments {
    shelf: ArcSwap<Shelf>,
}

#[derive(Clone, Default)]
struct Shelf {
    latest: Option<Arc<Instrument>>,
    editions: BTreeMap<EditionHash, Arc<Instrument>>,
    /// Those ready to steer a sitting.
    calibrations: BTreeMap<(EditionHash, Form), Arc<Calibration>>,
}

impl Instruments {
    /// `None`: none was ever published here, so nobody can be assessed.
    pub fn latest(&self) -> Option<Arc<Instrument>> {
        self.shelf.load().latest.clone()
    }

    /// How hard a form's short questions are, once enough people answered them.
    pub fn calibration(&self, edition: &EditionHash, form: Form) -> Option<Arc<Calibration>> {
        self.shelf.load().calibrations.get(&(edition.clone(), form)).cloned()
    }

    /// One edition, from memory or from the store.
    pub async fn edition(&self, store: &Store, hash: &EditionHash) -> Result<Arc<Instrument>, CatalogueError> {
        if let Some(instrument) = self.shelf.load().editions.get(hash) {
            return Ok(instrument.clone());
        }
        let compiled = compile(&SourceTree(instruments::load(store, hash).await?));
        let instrument = compiled.instrument.ok_or_else(|| CatalogueError::UnreadableInstrument(hash.0.clone()))?;
        self.load_calibrations(store, hash).await?;
        Ok(self.keep(instrument, false))
    }

    /// Loads the current edition from the store.
    pub async fn load(&self, store: &Store) -> Result<(), CatalogueError> {
        let Some(hash) = instruments::current(store).await? else { return Ok(()) };
        let compiled = compile(&SourceTree(instruments::load(store, &hash).await?));
        match compiled.instrument {
            Some(instrument) => {
                self.keep(instrument, true);
                self.load_calibrations(store, &hash).await?;
            }
            // An unreadable instrument must not close the courses.
            None => tracing::error!("nobody can be assessed: the instrument's edition {} cannot be read", hash.0),
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
        if self.latest().is_some_and(|latest| latest.edition == hash) {
            return Ok(Publication::Unchanged);
        }
        let compiled = compile(&tree);
        let Some(instrument) = compiled.instrument else { return Ok(Publication::Refused(compiled.diagnostics)) };
        instruments::publish(store, &hash, Arc::new(tree.0), now).await?;
        self.load_calibrations(store, &hash).await?;
        self.keep(instrument, true);
        Ok(Publication::Published(compiled.diagnostics))
    }

    /// Works out once a day how hard the short questions are, whichever server does it; the others read what
    /// it found.
    pub async fn calibrate_daily(&self, store: &Store, now: Timestamp) -> Result<(), StoreError> {
        let Some(instrument) = self.latest() else { return Ok(()) };
        match needs::calibrated_at(store, &instrument.edition).await? {
            // A clock that was set back does not put it off.
            Some(last) if (0..DAY).contains(&now.since(last)) => {
                self.load_calibrations(store, &instrument.edition).await
            }
            _ => self.calibrate(store, now).await,
        }
    }

    /// Works out from everybody's answers how hard the short questions of the latest edition are, where
    /// enough people answered, and keeps it. One sheet at a time is unsealed, and nothing of it but
    /// right and wrong is kept.
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
        self.shelf.rcu(|shelf| {
            let mut shelf = Shelf::clone(shelf);
            shelf.calibrations.insert((edition.clone(), form), calibration.clone());
            shelf
        });
    }

    fn keep(&self, instrument: Instrument, is_latest: bool) -> Arc<Instrument> {
        let instrument = Arc::new(instrument);
        self.shelf.rcu(|shelf| {
            let mut shelf = Shelf::clone(shelf);
            shelf.editions.insert(instrument.edition.clone(), instrument.clone());
            if is_latest {
                shelf.latest = Some(instrument.clone());
            }
            shelf
        });
        instrument
    }
}
