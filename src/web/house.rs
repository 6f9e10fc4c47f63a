//! What all requests share.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::accounts::repeats::Repeats;
use super::assets::Assets;
use super::attempts::sitting::Sittings;
use super::csrf;
use super::error::AppError;
use super::frame::Frames;
use super::learn::journey::ProgressCache;
use super::learn::pressed::PressedLessons;
use super::learn::sheets::Sheets;
use super::limits::Limits;
use super::sessions::SessionCache;
use super::templates::{TemplateError, Templates};
use crate::catalogue::Catalogue;
use crate::certificates::fonts::Fonts;
use crate::certificates::paper::Press;
use crate::config::Settings;
use crate::crypto::password::Hasher;
use crate::crypto::vault::{Purpose, Vault};
use crate::domain::time::Timestamp;
use crate::instruments::Instruments;
use crate::locale::Language;
use crate::store::Store;

/// Turns at the press that draws certificates.
struct PressTurns {
    free: Arc<Semaphore>,
    /// How long somebody waits for one.
    patience: Duration,
}

impl Default for PressTurns {
    /// As many as are drawn, or wait on a thread for it, at once: one is drawn while the next one's text
    /// is set up.
    fn default() -> Self {
        Self { free: Arc::new(Semaphore::new(2)), patience: Duration::from_secs(10) }
    }
}

impl PressTurns {
    async fn take(&self) -> Result<OwnedSemaphorePermit, AppError> {
        let turn = timeout(self.patience, self.free.clone().acquire_owned()).await;
        turn.map_err(|_| AppError::PressBusy)?.map_err(|_| AppError::PressBusy)
    }
}

/// The one managed state of the server.
pub struct House {
    pub settings: Settings,
    pub store: Store,
    pub vault: Vault,
    pub catalogue: Catalogue,
    pub instruments: Arc<Instruments>,
    pub templates: Templates,
    pub frames: Frames,
    pub assets: Assets,
    pub hasher: Hasher,
    pub limits: Limits,
    pub repeats: Repeats,
    pub sessions: SessionCache,
    pub progress: ProgressCache,
    pub pressed: PressedLessons,
    pub sheets: Sheets,
    pub sittings: Sittings,
    /// Made at the first certificate: looking for fonts takes a moment and some memory.
    press: OnceLock<Arc<Press>>,
    press_turns: PressTurns,
    /// The secret of forms for people who are not signed in.
    pub anonymous_csrf: csrf::Secret,
    clock: Clock,
}

/// Where `now` comes from; tests set it.
pub type Clock = fn() -> Timestamp;

impl House {
    pub fn new(
        settings: Settings,
        store: Store,
        vault: Vault,
        (catalogue, instruments): (Catalogue, Instruments),
        clock: Clock,
    ) -> Result<Self, TemplateError> {
        let anonymous_csrf = *vault.derive(Purpose::Csrf);
        let (progress, sittings) = (ProgressCache::new(store.is_shared()), Sittings::new(store.is_shared()));
        Ok(Self {
            settings,
            store,
            vault,
            catalogue,
            instruments: Arc::new(instruments),
            templates: Templates::load()?,
            frames: Frames::default(),
            assets: Assets::load(),
            hasher: Hasher::default(),
            limits: Limits::default(),
            repeats: Repeats::default(),
            sessions: SessionCache::default(),
            progress,
            pressed: PressedLessons::default(),
            sheets: Sheets::default(),
            sittings,
            press: OnceLock::new(),
            press_turns: PressTurns::default(),
            anonymous_csrf,
            clock,
        })
    }

    /// What draws certificates.
    pub fn press(&self) -> &Arc<Press> {
        self.press.get_or_init(|| Arc::new(Press::new(Arc::new(Fonts::find()))))
    }

    /// A turn at the press.
    ///
    /// # Errors
    /// `AppError::PressBusy` when too many wait.
    pub async fn press_turn(&self) -> Result<OwnedSemaphorePermit, AppError> {
        self.press_turns.take().await
    }

    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Whether people may choose this language here.
    pub fn offers(&self, language: Language) -> bool {
        Language::OFFERED.contains(&language) || self.settings.pseudo_language
    }

    pub fn is_https(&self) -> bool {
        self.settings.public_url.starts_with("https://")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rocket::async_test]
    async fn a_full_press_is_no_outage_of_the_database() {
        let turns = PressTurns { free: Arc::new(Semaphore::new(1)), patience: Duration::ZERO };
        let turn = turns.take().await.unwrap();
        assert!(matches!(turns.take().await, Err(AppError::PressBusy)));
        drop(turn);
        assert!(turns.take().await.is_ok());
    }
}
