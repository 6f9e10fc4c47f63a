//! Opening a database that is there, for commands that only look or copy: they make nothing and bring
//! nothing up to date, because another release's server may be running on it.

use migrations::Progress;

use crate::crypto::vault::Vault;

use super::connect::{self, Connections, Location};
use super::error::StoreError;
use super::{OpenError, Store};

/// Whether a database may be older than this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    Any,
    Current,
}

impl Store {
    /// Opens what is there and changes nothing in it. `Missing`: there is nothing.
    pub async fn open_existing(location: &Location, vault: Vault, age: Age) -> Result<Self, OpenError> {
        if let Location::Sqlite(path) = location
            && !path.exists()
        {
            return Err(OpenError::Missing);
        }
        let failed = |error: sea_orm::DbErr| OpenError::Store(StoreError::from(error));
        let connections: Connections = connect::connect(location).await.map_err(failed)?;
        match migrations::progress(&connections.writer).await.map_err(failed)? {
            Progress::Empty => return Err(OpenError::Missing),
            Progress::Newer { unknown } => return Err(OpenError::Newer(unknown)),
            Progress::Behind { .. } if age == Age::Current => return Err(OpenError::Behind),
            Progress::Behind { .. } | Progress::Current => {}
        }
        let store = Self::over(location, connections, vault);
        // Without one, no server ever opened it to the end: then any key is as right.
        match store.kept_fingerprint().await.map_err(OpenError::Store)? {
            Some(kept) if kept != store.fingerprint() => Err(OpenError::WrongKey),
            _ => Ok(store),
        }
    }
}
