//! `lontar seal`: running servers forget the key at once, and no file holds it open any more.

use std::process::ExitCode;

use super::passphrase::{ask, is_somebody_there};
use super::{Outcome, sentence, serving};
use crate::config::Settings;
use crate::crypto::vault::key::{KEY_VARIABLE, KeySettings, SHORTEST_PASSPHRASE, ServerKey};

/// Forgetting comes first: it may be that somebody stands at the door.
pub fn run(settings: &Settings) -> Outcome {
    let keys = KeySettings::from_env(&settings.data).map_err(|error| sentence(&error))?;
    if !ServerKey::is_there(&keys) && !keys.lacks_passphrase() {
        return Err(format!(
            "There is no server key in {}: no server was started with this data folder. LONTAR_DATA chooses another.",
            settings.data.display()
        ));
    }
    match serving::seal_all(&settings.data)? {
        0 => say!("No server runs with this data folder."),
        _ => say!("The server has stopped, and with it the key is gone from memory."),
    }
    if keys.key.is_some() {
        complain!(
            "The key still stands in {KEY_VARIABLE}, and wherever that is set: take it away from this machine. \
             Whoever has it can read everything."
        );
    }
    if keys.is_open() {
        seal_file(&keys)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Puts the key that lies open under a passphrase.
fn seal_file(keys: &KeySettings) -> Result<(), String> {
    let passphrase = match &keys.passphrase {
        Some(given) => given.clone(),
        None if !is_somebody_there() => {
            return Err(format!(
                "The key still lies open in {}, and whoever has the disk has it. Run `lontar seal` in a terminal and \
                 choose a passphrase.",
                keys.folder.join("key").display()
            ));
        }
        None => {
            complain!(
                "The key lies open in the data folder. It will be sealed with a passphrase, which the server asks for at \
                 each start from then on. Nobody can bring back a lost one. At least {SHORTEST_PASSPHRASE} characters; \
                 six random words are good."
            );
            let first = ask("New passphrase: ")?;
            if ask("Once more: ")? != first {
                return Err("The two are not the same. Nothing was sealed; run `lontar seal` again.".to_owned());
            }
            first
        }
    };
    if let Some(path) = ServerKey::seal_file(keys, &passphrase).map_err(|error| sentence(&error))? {
        say!("The key is sealed: {}. Keep a copy of that file apart from this machine.", path.display());
        say!("Copies of the open key that you made before still open everything.");
    }
    Ok(())
}
