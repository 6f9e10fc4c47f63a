//! `lontar course import` and `export`: courses in and out of the database.

use std::path::PathBuf;
use std::process::ExitCode;

use super::{Outcome, existing_store, open_store, sentence};
use crate::app::system_clock;
use crate::catalogue::{Catalogue, Publication};
use crate::config::Settings;
use crate::domain::course::diagnostic::Diagnostic;
use crate::domain::course::source::SourceTree;
use crate::domain::id::CourseSlug;
use crate::exchange::{folder, zipped};
use crate::store::editions;
use crate::store::existing::Age;

pub async fn import(settings: Settings, file: PathBuf) -> Outcome {
    let tree = match file.is_dir() {
        true => folder::read(&file).map_err(|error| format!("{} cannot be read: {error}.", file.display()))?,
        false => zipped::read(&file).map_err(|error| format!("{} cannot be read: {error}.", file.display()))?,
    };
    let store = open_store(&settings).await?;
    let published = Catalogue::default().publish(&store, tree, system_clock()).await;
    match published.map_err(|error| sentence(&error))? {
        Publication::Unchanged => say!("This is the latest edition already."),
        Publication::Published(_) => say!("Published. A running server shows it within a minute."),
        Publication::Refused(diagnostics) => {
            diagnostics.iter().filter(|found| Diagnostic::is_error(found)).for_each(|found| say!("{found}"));
            return Err("Nothing was published; the edition before stays.".to_owned());
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub async fn export(settings: Settings, slug: String, file: PathBuf) -> Outcome {
    let slug: CourseSlug = slug.parse().map_err(|_| format!("There is no course {slug}."))?;
    if file.exists() {
        return Err(format!("{} is there already; choose another name.", file.display()));
    }
    let store = existing_store(&settings, Age::Current).await?;
    let editions = editions::current(&store).await.map_err(|error| sentence(&error))?;
    let edition = editions
        .into_iter()
        .find(|edition| edition.course == slug)
        .ok_or_else(|| format!("There is no course {slug}."))?;
    let tree = SourceTree(editions::load(&store, &edition.hash).await.map_err(|error| sentence(&error))?);
    let written = match file.extension().is_some_and(|extension| extension == "zip") {
        true => zipped::write(&tree, &file),
        false => folder::write(&tree, &file),
    };
    written.map_err(|error| format!("{} cannot be written: {error}.", file.display()))?;
    say!("Wrote {}.", file.display());
    Ok(ExitCode::SUCCESS)
}
