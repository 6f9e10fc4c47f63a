//! `lontar serve`: migrates, publishes the courses, says where to go, serves until told to stop.

use std::io::IsTerminal;
use std::process::ExitCode;

use super::serving::{Serving, heed_seal};
use super::{Outcome, sentence};
use crate::app;
use crate::config::Settings;
use crate::store::{self, Store};
use crate::web::house::House;
use crate::worker;

pub async fn run(settings: Settings) -> Outcome {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("LONTAR_LOG").unwrap_or_else(|_| "lontar=info,warn".into()),
        )
        .with_target(false)
        // A file or a journal keeps no colours.
        .with_ansi(std::io::stdout().is_terminal())
        // It would be told on standard error, and panic where nobody reads that either.
        .log_internal_errors(false)
        .init();
    let store = super::open_store(&settings).await?;
    let serving = Serving::begin(&settings.data).and_then(heed_seal);
    serving.map_err(|error| format!("The data folder {} cannot be written: {error}.", settings.data.display()))?;
    let setup = setup_link(&settings, &store).await?;
    let rocket = app::build(settings, store, app::system_clock).await.map_err(|error| error.to_string())?;
    let house = rocket.state::<House>().ok_or("The server was put together without its state.")?;
    let told = app::publish_folder(house).await.map_err(|error| error.to_string())?;
    told.iter().for_each(|line| complain!("{line}"));
    if house.catalogue.latest().is_empty() {
        complain!("No course is published yet. Put courses into {}.", house.settings.courses.display());
    }
    let (instruments, store) = (house.instruments.clone(), house.store.clone());
    tokio::spawn(app::keep_current(house.catalogue.clone(), instruments, store));
    if let Some(sentence) = house.settings.open_door() {
        complain!("{sentence}");
    }
    say!("Lontar is open at {}", house.settings.public_url);
    if let Some(link) = setup {
        say!("Make the first administrator's account here (this link works once): {link}");
    }
    let (store, published) = (house.store.clone(), (house.catalogue.clone(), house.instruments.clone()));
    let rocket = rocket.ignite().await.map_err(|error| launch_error(&error))?;
    let worker = tokio::spawn(worker::run(store, published, app::system_clock, rocket.shutdown()));
    rocket.launch().await.map_err(|error| launch_error(&error))?;
    worker.await.map_err(|_| "The server's own work ended in disorder.".to_owned())?;
    Ok(ExitCode::SUCCESS)
}

/// A link for the first administrator, as long as there is none.
async fn setup_link(settings: &Settings, store: &Store) -> Result<Option<String>, String> {
    let link = store::settings::renew_first_administrator_link(store).await.map_err(|error| sentence(&error))?;
    Ok(link.map(|token| format!("{}/setup/{}", settings.public_url, token.reveal())))
}

fn launch_error(error: &rocket::Error) -> String {
    use rocket::error::ErrorKind;
    match error.kind() {
        ErrorKind::Bind(error) => format!(
            "Nothing can listen at this address: {error}. Is another server running there? LONTAR_PORT chooses another port."
        ),
        other => format!("The server cannot start: {other}."),
    }
}
