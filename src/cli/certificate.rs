//! `lontar certificate verify FILE`: whether a certificate is genuine, with no server needed.

use std::path::Path;
use std::process::ExitCode;

use super::{Outcome, open_vault};
use crate::app::system_clock;
use crate::certificates::badge::{PublicKeys, public_keys_json};
use crate::certificates::verify::{VerifiedCertificate, verify_file};
use crate::config::Settings;
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
        None => public_keys_json(&[open_vault(&settings)?.signing_key().verifying_key()]),
    };
    let today = system_clock().day();
    let keys = PublicKeys::read(&keys).map_err(|error| format!("{error}."))?;
    match verify_file(&bytes, &keys) {
        Ok(verified) => {
            print_report(&verified, today);
            Ok(ExitCode::SUCCESS)
        }
        Err(problem) => Err(format!("{problem}.")),
    }
}

fn print_report(verified: &VerifiedCertificate, today: Day) {
    match verified.validity(today) {
        Validity::Expired => println!("Genuine, but expired."),
        Validity::Valid | Validity::Revoked => println!("Genuine."),
    }
    println!("Course:  {}", verified.title);
    println!("Issued:  {}", verified.issued);
    if let Some(day) = verified.expires {
        println!("Expires: {day}");
    }
    println!("Edition: {}", verified.edition.0);
    println!("Issuer:  {}", verified.issuer);
    println!("Seal:    {}", verified.fingerprint);
    println!(
        "Not proved: the name on the paper, which its holder typed. Whether it was revoked: ask {}",
        verified.check_address
    );
}
