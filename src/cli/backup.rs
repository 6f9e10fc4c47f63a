//! `lontar backup FILE` and `lontar restore FILE`: the whole database, courses included, in one sealed
//! file, while the server runs.
//!
//! The file begins with a plain head: what it is, with which server key it was sealed (by fingerprint)
//! and, for a passphrase, its salt. The rest is the copy that SQLite made, sealed in chunks with a key
//! that follows from the server key: without that key nothing can be read, and no byte can be changed
//! without its being noticed.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::passphrase::key_settings;
use super::{Outcome, existing_store, open_store, sentence};
use crate::config::Settings;
use crate::crypto::stream::{self, StreamError};
use crate::crypto::vault::key::{KeySettings, SALT, ServerKey};
use crate::crypto::vault::{Purpose, Vault};
use crate::store::connect::Location;
use crate::store::existing::Age;

const MAGIC: &[u8; 16] = b"lontar backup 1\n";
const FINGERPRINT: usize = 32;
const HEAD: usize = MAGIC.len() + FINGERPRINT + 1 + SALT;

pub async fn backup(settings: Settings, file: PathBuf) -> Outcome {
    if file.exists() {
        return Err(format!("{} is there already; choose another name.", file.display()));
    }
    // As it is: a server of the release before may run on it, and its copy is what one wants before an upgrade.
    let store = existing_store(&settings, Age::Any).await?;
    let salt = KeySettings::from_env(&settings.data).and_then(|keys| ServerKey::salt(&keys));
    let salt = salt.map_err(|error| sentence(&error))?;
    // As readable as the database itself, beside it, and only until it is sealed.
    let copy = settings.data.join("backup.copy");
    remove(&copy);
    store.copy_to(&copy).await.map_err(|error| sentence(&error))?;
    let written = write(&copy, &file, store.vault(), salt);
    remove(&copy);
    written.map_err(|error| format!("{} cannot be written: {error}.", file.display()))?;
    say!(
        "Written to {}, sealed with the server key. Keep that key in another place: without it the backup cannot be \
         read by anybody, you included.",
        file.display()
    );
    Ok(ExitCode::SUCCESS)
}

/// The file gets its name when it is whole.
fn write(copy: &Path, file: &Path, vault: &Vault, salt: Option<[u8; SALT]>) -> io::Result<()> {
    let unfinished = with_ending(file, ".part");
    remove(&unfinished);
    let sealed = || {
        let head = head(vault, salt);
        let mut to = BufWriter::new(new_file(&unfinished)?);
        to.write_all(&head)?;
        stream::seal(&vault.derive(Purpose::Backup), &head, &mut BufReader::new(File::open(copy)?), &mut to)?;
        to.into_inner().map_err(|error| error.into_error())?.sync_all()?;
        put_in_place(&unfinished, file)
    };
    sealed().inspect_err(|_| remove(&unfinished))
}

fn head(vault: &Vault, salt: Option<[u8; SALT]>) -> [u8; HEAD] {
    let (fingerprint, has_salt, salt) = (vault.fingerprint(), u8::from(salt.is_some()), salt.unwrap_or_default());
    let mut head = [0; HEAD];
    head.copy_from_slice(&[MAGIC, fingerprint.as_slice(), &[has_salt], &salt].concat());
    head
}

pub async fn restore(settings: Settings, file: PathBuf) -> Outcome {
    let location: Location = settings.database_url.parse().map_err(|error| sentence(&error))?;
    let Location::Sqlite(target) = location else {
        return Err("PostgreSQL is restored with its own tools (pg_restore).".to_owned());
    };
    // SQLite would put what a log or journal of another database holds into the restored one.
    let files = ["", "-wal", "-shm", "-journal"].map(|ending| with_ending(&target, ending));
    if let Some(file) = files.iter().find(|file| file.exists()) {
        return Err(format!("{} is there already: restore only into an empty data folder.", file.display()));
    }
    let nothing = |sentence: String| format!("Nothing was restored. {sentence}");
    let mut from =
        File::open(&file).map_err(|error| nothing(format!("{} cannot be read: {error}.", file.display())))?;
    let (head, salt) = read_head(&mut from).map_err(|sentence| nothing(sentence.to_owned()))?;
    std::fs::create_dir_all(&settings.data).map_err(|error| format!("The data folder cannot be made: {error}."))?;
    let vault = vault(&settings, salt).map_err(nothing)?;
    if head[MAGIC.len()..][..FINGERPRINT] != vault.fingerprint() {
        return Err(nothing(
            "The backup was made with another server key, or its first bytes are damaged. Put back the key (or \
             passphrase) it was made with."
                .to_owned(),
        ));
    }
    bring_back(&vault, &head, from, &target).map_err(|error| match error {
        StreamError::Damaged => nothing(format!("{} is damaged: take another backup.", file.display())),
        StreamError::File(error) => nothing(format!("The data folder cannot be written: {error}.")),
    })?;
    // Opening it checks that it is not newer than this program.
    if let Err(sentence) = open_store(&settings).await {
        files.iter().for_each(|file| remove(file));
        return Err(nothing(sentence));
    }
    say!("Restored from {}.", file.display());
    Ok(ExitCode::SUCCESS)
}

/// The head, and the salt for a passphrase that it carries.
fn read_head(from: &mut File) -> Result<([u8; HEAD], Option<[u8; SALT]>), &'static str> {
    let mut head = [0; HEAD];
    let is_whole = from.read_exact(&mut head).is_ok();
    if !is_whole || !head.starts_with(MAGIC) {
        return Err("This file is no backup of Lontar, or its first bytes are damaged.");
    }
    let (_, tail) = head.split_at(MAGIC.len() + FINGERPRINT);
    let salt = tail.split_first().filter(|(has_salt, _)| **has_salt == 1).map(|(_, salt)| salt);
    Ok((head, salt.and_then(|salt| salt.try_into().ok())))
}

/// The vault of the key that must be there already: a new one opens nothing.
fn vault(settings: &Settings, salt: Option<[u8; SALT]>) -> Result<Vault, String> {
    let keys = key_settings(&settings.data)?;
    if !ServerKey::is_there(&keys) {
        return Err(format!(
            "Put the server key it was made with into {} first, or set LONTAR_KEY or LONTAR_PASSPHRASE.",
            settings.data.join("key").display()
        ));
    }
    if let (Some(salt), Some(_)) = (salt, &keys.passphrase) {
        ServerKey::put_salt(&keys, &salt).map_err(|error| sentence(&error))?;
    }
    let (key, _) = ServerKey::find(&keys).map_err(|error| sentence(&error))?;
    Ok(Vault::new(&key))
}

/// Opens the copy into the database's place; it gets its name when it is whole.
fn bring_back(vault: &Vault, head: &[u8], from: File, target: &Path) -> Result<(), StreamError> {
    let unfinished = with_ending(target, ".part");
    remove(&unfinished);
    let opened = || {
        let mut to = BufWriter::new(new_file(&unfinished)?);
        stream::open(&vault.derive(Purpose::Backup), head, &mut BufReader::new(from), &mut to)?;
        to.into_inner().map_err(|error| error.into_error())?.sync_all()?;
        Ok(put_in_place(&unfinished, target)?)
    };
    opened().inspect_err(|_| remove(&unfinished))
}

/// Gives a whole file its name, and waits until the disk has that too.
fn put_in_place(unfinished: &Path, path: &Path) -> io::Result<()> {
    std::fs::rename(unfinished, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// A new file that only its owner can read.
fn new_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// What is not there need not be removed; what cannot be is named by the next step.
fn remove(path: &Path) {
    let _ = std::fs::remove_file(path);
}
