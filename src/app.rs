//! Assembly: from settings to a server that can be launched, or a test can ask.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rocket::config::{Config, Ident, LogLevel, Shutdown, Sig};
use rocket::{Build, Rocket};

use crate::catalogue::{Catalogue, CatalogueError, Publication};
use crate::config::Settings;
use crate::crypto::password::Hasher;
use crate::domain::course::diagnostic::Diagnostic;
use crate::domain::time::Timestamp;
use crate::exchange::folder;
use crate::instruments::Instruments;
use crate::store::Store;
use crate::web;
use crate::web::house::{Clock, House};
use crate::web::templates::TemplateError;

/// Why the server does not start; each reads as a sentence.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{0}.")]
    Templates(#[from] TemplateError),
    #[error("LONTAR_COURSES: the folder {folder} cannot be read: {error}. Make it, or name another.")]
    Courses { folder: String, error: std::io::Error },
}

/// The moment by the system's clock.
pub fn system_clock() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Puts the server together around an open store.
pub async fn build(settings: Settings, store: Store, clock: Clock) -> Result<Rocket<Build>, StartError> {
    build_with(Hasher::default(), settings, store, clock).await
}

/// The same with a hasher of one's own.
pub async fn build_with(
    hasher: Hasher,
    settings: Settings,
    store: Store,
    clock: Clock,
) -> Result<Rocket<Build>, StartError> {
    let vault = store.vault().clone();
    let catalogue = Catalogue::default();
    let instruments = Instruments::default();
    take_in(&catalogue, &instruments, &store).await;
    let rocket_config = rocket_config(&settings);
    let mut house = House::new(settings, store, vault, (catalogue, instruments), clock)?;
    house.hasher = hasher;
    Ok(web::mount(rocket::custom(rocket_config), house))
}

/// Publishes every course in the folder, and the needs assessment, that differs from what was published
/// from there before; what there is to tell of it. Whatever is wrong with one is told and refuses that
/// one alone: what was published before goes on being served.
///
/// # Errors
/// [`StartError::Courses`] when there is no folder to read: that is a setting to be mended.
pub async fn publish_folder(house: &House) -> Result<Vec<String>, StartError> {
    let folder = &house.settings.courses;
    let unreadable = |error| StartError::Courses { folder: folder.display().to_string(), error };
    let mut told = Vec::new();
    for path in folder::courses(folder).map_err(unreadable)? {
        told.extend(tell(&path, publish_course(house, &path).await));
    }
    if let Some(path) = folder::instrument(folder) {
        told.extend(tell(&path, publish_instrument(house, &path).await));
    }
    Ok(told)
}

/// Why something of the folder of courses is not published.
#[derive(Debug, thiserror::Error)]
enum FolderError {
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    #[error("{0}")]
    Catalogue(#[from] CatalogueError),
    #[error("its name is not UTF-8")]
    Name,
}

async fn publish_course(house: &House, path: &Path) -> Result<Publication, FolderError> {
    let name = folder::name(path).ok_or(FolderError::Name)?;
    let tree = folder::read(path)?;
    Ok(house.catalogue.publish_folder(&house.store, &name, tree, house.now()).await?)
}

async fn publish_instrument(house: &House, path: &Path) -> Result<Publication, FolderError> {
    let name = folder::name(path).ok_or(FolderError::Name)?;
    let tree = folder::read(path)?;
    Ok(house.instruments.publish_folder(&house.store, &name, tree, house.now()).await?)
}

/// Takes in what the command line or another server publishes, within a minute and as long as the
/// server runs. What fails is tried again the next time.
pub async fn keep_current(catalogue: Catalogue, instruments: Arc<Instruments>, store: Store) {
    loop {
        tokio::time::sleep(Duration::from_secs(30)).await;
        take_in(&catalogue, &instruments, &store).await;
    }
}

/// Also at start: a course that cannot be read in time closes neither the others nor the server.
async fn take_in(catalogue: &Catalogue, instruments: &Instruments, store: &Store) {
    if let Err(error) = catalogue.refresh(store).await {
        tracing::error!("not all that was published was taken in, which is tried again in a minute: {error}");
    }
    if let Err(error) = instruments.refresh(store).await {
        tracing::error!("the needs assessment was not taken in, which is tried again in a minute: {error}");
    }
}

fn tell(path: &Path, publication: Result<Publication, FolderError>) -> Vec<String> {
    let path = path.display();
    let refused = |because: String| format!("{path} is not published; the edition before stays: {because}");
    match publication {
        Ok(Publication::Unchanged) => Vec::new(),
        Ok(Publication::Published(_)) => vec![format!("Published {path}.")],
        Ok(Publication::Refused(diagnostics)) => {
            let errors = diagnostics.iter().filter(|found| found.is_error()).map(Diagnostic::to_string);
            std::iter::once(refused(String::new()).trim_end().to_owned()).chain(errors).collect()
        }
        Err(error) => vec![refused(format!("{error}."))],
    }
}

fn rocket_config(settings: &Settings) -> Config {
    Config {
        address: settings.address,
        port: settings.port,
        // Nobody in front is trusted with addresses until the gate says who.
        ip_header: None,
        ident: Ident::none(),
        log_level: LogLevel::Off,
        keep_alive: 15,
        shutdown: Shutdown { ctrlc: true, signals: [Sig::Term].into(), grace: 25, mercy: 5, ..Shutdown::default() },
        ..Config::release_default()
    }
}
