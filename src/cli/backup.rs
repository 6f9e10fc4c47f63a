//! `lontar backup FILE` and `lontar restore FILE`: a consistent copy of the database, courses
//! included, while the server runs. What is sealed stays sealed: without the server key the copy
//! tells numbers and courses, never who.

use std::path::PathBuf;
use std::process::ExitCode;

use super::{Outcome, open_store};
use crate::config::Settings;
use crate::store::connect::Location;

pub async fn backup(settings: Settings, file: PathBuf) -> Outcome {
    if file.exists() {
        return Err(format!("{} is there already; choose another name.", file.display()));
    }
    let store = open_store(&settings).await?;
    store.copy_to(&file).await.map_err(|error| format!("{error}."))?;
    println!(
        "Written to {}. Keep the server key in another place: the copy cannot be read without it.",
        file.display()
    );
    Ok(ExitCode::SUCCESS)
}

pub async fn restore(settings: Settings, file: PathBuf) -> Outcome {
    let location: Location = settings.database_url.parse().map_err(|error| format!("{error}."))?;
    let Location::Sqlite(target) = location else {
        return Err("PostgreSQL is restored with its own tools (pg_restore).".to_owned());
    };
    if target.exists() {
        return Err(format!("{} is there already: restore only into an empty data folder.", target.display()));
    }
    if !file.is_file() {
        return Err(format!("There is no file {}.", file.display()));
    }
    std::fs::create_dir_all(&settings.data).map_err(|error| format!("The data folder cannot be made: {error}."))?;
    std::fs::copy(&file, &target).map_err(|error| format!("The copy cannot be brought back: {error}."))?;
    // Opening it checks that it is whole, not newer than this program, and made with this key.
    if let Err(sentence) = open_store(&settings).await {
        // Nothing half-done stays behind.
        let _ = std::fs::remove_file(&target);
        return Err(format!("Nothing was restored. {sentence}"));
    }
    println!("Restored from {}.", file.display());
    Ok(ExitCode::SUCCESS)
}
