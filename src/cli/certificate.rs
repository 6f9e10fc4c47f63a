//! `lontar certificate verify FILE`: whether a certificate is genuine, with no server needed.

use std::path::Path;
use std::process::ExitCode;

use super::{Outcome, open_vault};
use crate::app::system_clock;
use crate::certificates;
use crate::config::Settings;

/// Largest file looked at.
const LIMIT: u64 = 20_000_000;

pub fn verify(settings: Settings, file: &Path, keys: Option<&Path>) -> Outcome {
    let size = std::fs::metadata(file).map_err(|error| format!("{} cannot be read: {error}.", file.display()))?.len();
    if size > LIMIT {
        return Err(format!("{} is too large to be a certificate.", file.display()));
    }
    let bytes = std::fs::read(file).map_err(|error| format!("{} cannot be read: {error}.", file.display()))?;
    let keys = match keys {
        Some(path) => std::fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}.", path.display()))?,
        None => certificates::public_keys_json(&open_vault(&settings)?.signing_key().verifying_key()),
    };
    let today = system_clock().day();
    match certificates::verify_file(&bytes, &keys) {
        Ok(verified) => {
            println!("{}", verified.report(today));
            Ok(ExitCode::SUCCESS)
        }
        Err(problem) => Err(format!("{problem}.")),
    }
}
