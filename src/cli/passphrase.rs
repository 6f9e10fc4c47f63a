//! Asking for a passphrase where somebody sits in front of the terminal.

use std::io::{IsTerminal, Write};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use super::sentence;
use crate::crypto::vault::key::KeySettings;

/// The settings of the key. A passphrase that is missing is asked for, if there is somebody to ask.
pub fn key_settings(folder: &std::path::Path) -> Result<KeySettings, String> {
    let mut keys = KeySettings::from_env(folder).map_err(|error| sentence(&error))?;
    if keys.lacks_passphrase() && is_somebody_there() {
        keys.passphrase = Some(ask("Passphrase of this server: ")?);
    }
    Ok(keys)
}

pub fn is_somebody_there() -> bool {
    std::io::stdin().is_terminal()
}

/// A line that is typed without being shown.
pub fn ask(prompt: &str) -> Result<Zeroizing<String>, String> {
    let failed = |error: std::io::Error| format!("The terminal cannot be read: {error}.");
    let mut terminal = std::io::stderr();
    write!(terminal, "{prompt}").and_then(|()| terminal.flush()).map_err(failed)?;
    let mut line = Zeroizing::new(String::new());
    let _unseen = Unseen::begin().map_err(failed)?;
    std::io::stdin().read_line(&mut line).map_err(failed)?;
    complain!("");
    Ok(Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}

/// What is typed is not shown until this ends.
struct Unseen(Termios);

impl Unseen {
    fn begin() -> std::io::Result<Self> {
        let before = tcgetattr(std::io::stdin())?;
        let mut unseen = before.clone();
        unseen.local_modes.remove(LocalModes::ECHO);
        tcsetattr(std::io::stdin(), OptionalActions::Flush, &unseen)?;
        Ok(Self(before))
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        // If the terminal went away there is nobody left to see anything.
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &self.0);
    }
}
