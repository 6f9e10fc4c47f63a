//! `lontar certificate verify FILE`: whether a certificate is genuine, with no server needed.

use std::path::Path;
use std::process::ExitCode;

use super::{Outcome, existing_vault, sentence};
use crate::app::system_clock;
use crate::certificates::badge::{PublicKeys, public_keys_json};
use crate::certificates::verify::{VerifiedCertificate, verify_file};
use crate::config::Settings;
use crate::crypto::vault::key::{KeySettings, ServerKey};
use crate::domain::certificate::Validity;
use crate::domain::time::Day;

/// Largest file looked at.
const LIMIT: u64 = 20_000_000;

pub fn verify(settings: Settings, file: &Path, keys: Option<&Path>) -> Outcome {
    let size = std::fs::metadata(file).map_err(|error| format!("{} cannot be read: {error}.", file.display()))?.len();
    if size > LIMIT {
        return Err(format!("{} is too large to be a certificate.", file.display()));
    }
    let bytes = std::fs::read(file).map_err(|error| format!("{} cannot be read: {error}.", file.display()))?;
    let keys = match keys {
        Some(path) => {
            std::fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}.", path.display()))?
        }
        None => own_keys(&settings)?,
    };
    let today = system_clock().day();
    let keys = PublicKeys::read(&keys).map_err(|error| sentence(&error))?;
    match verify_file(&bytes, &keys) {
        Ok(verified) => {
            print_report(&verified, today);
            Ok(ExitCode::SUCCESS)
        }
        Err(problem) => Err(sentence(&problem)),
    }
}

/// This server's public keys; a machine without a server has none to offer.
fn own_keys(settings: &Settings) -> Result<String, String> {
    let keys = KeySettings::from_env(&settings.data).map_err(|error| sentence(&error))?;
    if !ServerKey::is_made(&keys) {
        return Err(
            "There is no server here whose certificate this could be. Give --keys FILE, with the public keys of the \
             server that issued it (they are at its address, under /.well-known/lontar-keys.json)."
                .to_owned(),
        );
    }
    Ok(public_keys_json(&[existing_vault(settings)?.signing_key().verifying_key()]))
}

fn print_report(verified: &VerifiedCertificate, today: Day) {
    match verified.validity(today) {
        Validity::Expired => say!("Genuine, but expired."),
        Validity::Valid | Validity::Revoked => say!("Genuine."),
    }
    say!("Course:  {}", verified.title);
    say!("Issued:  {}", verified.issued);
    if let Some(day) = verified.expires {
        say!("Expires: {day}");
    }
    say!("Edition: {}", verified.edition.0);
    say!("Issuer:  {}", verified.issuer);
    say!("Seal:    {}", verified.fingerprint);
    say!(
        "Not proved: the name on the paper, which its holder typed. Whether it was revoked: ask {}",
        verified.check_address
    );
}
