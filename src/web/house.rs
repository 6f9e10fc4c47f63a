//! What all requests share.

use std::sync::Arc;

use super::assets::Assets;
use super::csrf;
use super::sessions::SessionCache;
use super::templates::Templates;
use crate::config::Settings;
use crate::domain::time::Timestamp;
use crate::locale::Language;
use crate::store::Store;

/// The one managed state of the server.
pub struct House {
    pub settings: Settings,
    pub store: Store,
    pub templates: Templates,
    pub assets: Arc<Assets>,
    pub sessions: SessionCache,
    /// The secret of forms for people who are not signed in.
    pub anonymous_csrf: csrf::Secret,
    pub clock: Clock,
}

/// Where `now` comes from; tests set it.
pub type Clock = fn() -> Timestamp;

impl House {
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
