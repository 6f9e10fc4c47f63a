//! `lontar course …`: reading, checking, making and moving courses.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::{Outcome, open_store};
use crate::app::system_clock;
use crate::catalogue::{Catalogue, Publication};
use crate::config::Settings;
use crate::domain::course::compile::compile_on;
use crate::domain::course::diagnostic::Diagnostic;
use crate::domain::course::source::SourceTree;
use crate::domain::course::stats::{facts_due, stats as count};
use crate::domain::course::{Course, template};
use crate::domain::id::CourseSlug;
use crate::exchange::{folder, zipped};
use crate::store::editions;

fn read(path: &Path) -> Result<SourceTree, String> {
    folder::read(path).map_err(|error| format!("{} cannot be read: {error}.", path.display()))
}

/// Prints what lint says of the course in `path`; exit code 1 when it cannot be published.
pub fn lint(path: &Path, as_json: bool) -> Outcome {
    let diagnostics = compile_on(&read(path)?, system_clock().day()).diagnostics;
    let errors = diagnostics.iter().filter(|found| found.is_error()).count();
    if as_json {
        let json = serde_json::to_string_pretty(&diagnostics).map_err(|error| format!("{error}."))?;
        println!("{json}");
    } else {
        diagnostics.iter().for_each(|found| println!("{found}"));
        println!("{}: {errors} errors, {} warnings", path.display(), diagnostics.len() - errors);
    }
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Writes a small whole course to be written over.
pub fn new(courses: &Path, slug: &str) -> Outcome {
    let slug: CourseSlug = slug.parse().map_err(|error| format!("{slug:?} cannot be a course's name: {error}."))?;
    let target = courses.join(slug.as_str());
    if target.exists() {
        return Err(format!("{} is there already; choose another name.", target.display()));
    }
    folder::write(&template::course(&slug, system_clock().day()), &target)
        .map_err(|error| format!("{} cannot be written: {error}.", target.display()))?;
    println!("Made {}. Write over it, then: lontar course lint {}", target.display(), target.display());
    Ok(ExitCode::SUCCESS)
}

fn compiled(path: &Path) -> Result<Course, String> {
    let compiled = compile_on(&read(path)?, system_clock().day());
    compiled.course.ok_or_else(|| format!("{} has errors: lontar course lint {0}", path.display()))
}

pub fn stats(path: &Path) -> Outcome {
    print!("{}", count(&compiled(path)?));
    Ok(ExitCode::SUCCESS)
}

/// Lists the facts that are due; exit code 1 when any is.
pub fn facts(path: &Path) -> Outcome {
    let course = compiled(path)?;
    let due = facts_due(&course, system_clock().day());
    due.iter().for_each(|fact| println!("{fact}"));
    println!("{} of {} facts are due", due.len(), course.source().facts.len());
    Ok(if due.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub async fn import(settings: Settings, file: PathBuf) -> Outcome {
    let tree = match file.is_dir() {
        true => read(&file)?,
        false => zipped::read(&file).map_err(|error| format!("{} cannot be read: {error}.", file.display()))?,
    };
    let store = open_store(&settings).await?;
    let catalogue = Catalogue::default();
    catalogue.load(&store).await.map_err(|error| format!("{error}."))?;
    match catalogue.publish(&store, tree, system_clock()).await.map_err(|error| format!("{error}."))? {
        Publication::Unchanged => println!("This is the latest edition already."),
        Publication::Published(_) => println!("Published. A running server shows it after a restart."),
        Publication::Refused(diagnostics) => {
            diagnostics.iter().filter(|found| Diagnostic::is_error(found)).for_each(|found| println!("{found}"));
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
    let store = open_store(&settings).await?;
    let editions = editions::current(&store).await.map_err(|error| format!("{error}."))?;
    let edition =
        editions.into_iter().find(|edition| edition.course == slug).ok_or_else(|| format!("There is no course {slug}."))?;
    let tree = SourceTree(editions::load(&store, &edition.hash).await.map_err(|error| format!("{error}."))?);
    let written = match file.extension().is_some_and(|extension| extension == "zip") {
        true => zipped::write(&tree, &file),
        false => folder::write(&tree, &file),
    };
    written.map_err(|error| format!("{} cannot be written: {error}.", file.display()))?;
    println!("Wrote {}.", file.display());
    Ok(ExitCode::SUCCESS)
}
