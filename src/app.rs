//! Assembly: from settings to a server that can be launched, or a test can ask.

use std::path::Path;

use rocket::config::{Config, Ident, LogLevel, Shutdown, Sig};
use rocket::{Build, Rocket};

use crate::catalogue::{Catalogue, CatalogueError, Publication};
use crate::config::Settings;
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
    Catalogue(#[from] CatalogueError),
    #[error("{0}.")]
    Templates(#[from] TemplateError),
    #[error("The folder of courses {folder} cannot be read: {error}.")]
    Courses { folder: String, error: std::io::Error },
}

/// The moment by the system's clock.
pub fn system_clock() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Puts the server together around an open store.
pub async fn build(settings: Settings, store: Store, clock: Clock) -> Result<Rocket<Build>, StartError> {
    let vault = store.vault().clone();
    let catalogue = Catalogue::default();
    catalogue.load(&store).await?;
    let instruments = Instruments::default();
    instruments.load(&store).await?;
    let rocket_config = rocket_config(&settings);
    let house = House::new(settings, store, vault, (catalogue, instruments), clock)?;
    Ok(web::mount(rocket::custom(rocket_config), house))
}

/// Publishes every course in the folder, and the needs assessment, that differs from its latest
/// edition. What is wrong with one is printed and refuses that one alone.
pub async fn publish_folder(house: &House) -> Result<(), StartError> {
    let folder = &house.settings.courses;
    let unreadable = |error| StartError::Courses { folder: folder.display().to_string(), error };
    for path in folder::courses(folder).map_err(unreadable)? {
        let tree = folder::read(&path).map_err(unreadable)?;
        tell(&path, house.catalogue.publish(&house.store, tree, house.now()).await?);
    }
    if let Some(path) = folder::instrument(folder) {
        let tree = folder::read(&path).map_err(unreadable)?;
        tell(&path, house.instruments.publish(&house.store, tree, house.now()).await?);
    }
    Ok(())
}

fn tell(path: &Path, publication: Publication) {
    match publication {
        Publication::Unchanged => {}
        Publication::Published(_) => eprintln!("Published {}.", path.display()),
        Publication::Refused(diagnostics) => {
            eprintln!("{} is not published; the edition before stays:", path.display());
            diagnostics.iter().filter(|found| found.is_error()).for_each(|found| eprintln!("{found}"));
        }
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
