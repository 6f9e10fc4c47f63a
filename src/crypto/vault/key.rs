//! Where the server key comes from: the environment, a passphrase, or a file in the data folder.
//!
//! The environment is the weakest place that is not the disk; a passphrase protects a machine that
//! is taken while switched off; a key file beside the data protects backups only. A passphrase either
//! is what the key is made from, or opens the file in which [`ServerKey::seal_file`] put the key. The
//! key is never in the database, a backup, a log or a command line.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::sealed_file;
use crate::crypto::random;

/// The environment variable that may hold the key, as base64 or hexadecimal of 32 bytes.
pub const KEY_VARIABLE: &str = "LONTAR_KEY";
/// The environment variable that may hold a passphrase.
pub const PASSPHRASE_VARIABLE: &str = "LONTAR_PASSPHRASE";
/// The environment variable that may name a file or a pipe whose first line is the passphrase: where a
/// service manager or another machine hands it over.
pub const PASSPHRASE_FILE_VARIABLE: &str = "LONTAR_PASSPHRASE_FILE";

const KEY_FILE: &str = "key";
const SALT_FILE: &str = "key-salt";
/// Bytes of salt.
pub const SALT: usize = 16;
/// A passphrase is the only thing between a thief and everything, so it must be long.
pub const SHORTEST_PASSPHRASE: usize = 12;

/// The 32 bytes from which every other key comes. Prints `…`.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct ServerKey([u8; 32]);

/// Where a key was found, for the notice at start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    Environment,
    Passphrase,
    /// A file that the passphrase opened.
    SealedFile(PathBuf),
    /// A file that was there already.
    File(PathBuf),
    /// A file that was made just now: the caller prints a warning.
    NewFile(PathBuf),
}

/// What the settings say about the key. Prints nothing of it.
#[derive(Default)]
pub struct KeySettings {
    /// The data folder.
    pub folder: PathBuf,
    pub key: Option<Zeroizing<String>>,
    pub passphrase: Option<Zeroizing<String>>,
}

/// Why there is no server key. Each is a sentence to print before stopping.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("{KEY_VARIABLE} is not a key: write 32 bytes as base64 (44 characters) or hexadecimal (64 characters)")]
    BadKey,
    #[error("a key ({KEY_VARIABLE}) and a passphrase ({PASSPHRASE_VARIABLE}) are both set; keep one of them")]
    Both,
    #[error("{PASSPHRASE_VARIABLE} and {PASSPHRASE_FILE_VARIABLE} are both set; keep one of them")]
    TwoPassphrases,
    #[error("the passphrase is too short: use at least {SHORTEST_PASSPHRASE} characters, better five words or more")]
    ShortPassphrase,
    #[error(
        "the key of this server needs its passphrase: start it in a terminal and type it there, or give it in \
         {PASSPHRASE_VARIABLE} or {PASSPHRASE_FILE_VARIABLE}"
    )]
    NoPassphrase,
    #[error("the passphrase does not open the key of this server: type the one with which it was sealed")]
    WrongPassphrase,
    #[error("the file {0} does not hold what it should: put back the file from when this server was set up")]
    BadFile(PathBuf),
    #[error("the file {path} cannot be read or made: {kind}")]
    File { path: PathBuf, kind: io::ErrorKind },
    #[error("the key could not be made from the passphrase: not enough memory")]
    Derivation,
}

impl std::fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl std::fmt::Debug for KeySettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeySettings({})", self.folder.display())
    }
}

impl KeySettings {
    /// The settings from the environment, for the data folder `folder`.
    pub fn from_env(folder: &Path) -> Result<Self, KeyError> {
        let variable = |name| std::env::var(name).ok().filter(|text| !text.is_empty()).map(Zeroizing::new);
        let passphrase = match (variable(PASSPHRASE_VARIABLE), variable(PASSPHRASE_FILE_VARIABLE)) {
            (Some(_), Some(_)) => return Err(KeyError::TwoPassphrases),
            (None, Some(file)) => Some(first_line(Path::new(&*file))?),
            (given, None) => given,
        };
        Ok(Self { folder: folder.to_owned(), key: variable(KEY_VARIABLE), passphrase })
    }

    /// Whether only a passphrase is missing.
    pub fn lacks_passphrase(&self) -> bool {
        let has = |name| self.folder.join(name).exists();
        let has_key = self.key.is_some() || self.passphrase.is_some() || has(KEY_FILE);
        !has_key && (has(SALT_FILE) || has(sealed_file::FILE))
    }
}

fn first_line(path: &Path) -> Result<Zeroizing<String>, KeyError> {
    let text = fs::read_to_string(path).map(Zeroizing::new);
    let text = text.map_err(|error| KeyError::File { path: path.to_owned(), kind: error.kind() })?;
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

impl ServerKey {
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether [`Self::find`] would find a key rather than make one.
    pub fn is_there(settings: &KeySettings) -> bool {
        settings.key.is_some() || settings.passphrase.is_some() || settings.has_file()
    }

    /// Whether [`Self::find`] would make nothing, neither a key nor the salt of a passphrase: it finds one, or
    /// says what is missing.
    pub fn is_made(settings: &KeySettings) -> bool {
        let has_salt = settings.folder.join(SALT_FILE).exists();
        match settings.passphrase {
            Some(_) => has_salt || settings.sealed_file().is_some(),
            None => has_salt || settings.key.is_some() || settings.has_file(),
        }
    }

    /// What a passphrase is stretched with to make the key; no secret. `None` where the key is not made
    /// from a passphrase.
    pub fn salt(settings: &KeySettings) -> Result<Option<[u8; SALT]>, KeyError> {
        let path = settings.folder.join(SALT_FILE);
        if settings.key.is_some() || settings.has_file() || !path.exists() {
            return Ok(None);
        }
        Ok(Some(*read_or_make::<SALT>(&path)?.0))
    }

    /// Puts the salt of another machine into an empty folder, so that the same passphrase gives the
    /// same key. One that is there stays.
    pub fn put_salt(settings: &KeySettings, salt: &[u8; SALT]) -> Result<(), KeyError> {
        let path = settings.folder.join(SALT_FILE);
        let text = HEXLOWER_PERMISSIVE.encode(salt) + "\n";
        match make(&path, text.as_bytes()) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                Err(KeyError::File { path, kind: error.kind() })
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Finds the key, or makes one at the first start. A passphrase takes about a second.
    pub fn find(settings: &KeySettings) -> Result<(Self, KeySource), KeyError> {
        match (&settings.key, &settings.passphrase) {
            (Some(_), Some(_)) => Err(KeyError::Both),
            (Some(text), None) => Ok((parse(text).ok_or(KeyError::BadKey)?, KeySource::Environment)),
            (None, Some(passphrase)) => match settings.sealed_file() {
                Some(path) => Ok((sealed_file::read(&path, passphrase)?, KeySource::SealedFile(path))),
                None => {
                    is_long(passphrase)?;
                    let (salt, _) = read_or_make::<SALT>(&settings.folder.join(SALT_FILE))?;
                    Ok((stretch(passphrase, &salt)?, KeySource::Passphrase))
                }
            },
            (None, None) => {
                let file = settings.folder.join(KEY_FILE);
                // A new key beside what a passphrase belongs to could open nothing that is there.
                if settings.lacks_passphrase() {
                    return Err(KeyError::NoPassphrase);
                }
                from_file(&file)
            }
        }
    }

    /// Puts the key that lies open in the data folder into a file that `passphrase` opens, and takes the
    /// open one away; where the sealed file is. `None` when none lies open.
    ///
    /// The open file is written over first. A disk that moves its sectors about (every SSD and memory card
    /// does) may keep the old ones: nobody can promise otherwise.
    pub fn seal_file(settings: &KeySettings, passphrase: &str) -> Result<Option<PathBuf>, KeyError> {
        is_long(passphrase)?;
        let open = settings.folder.join(KEY_FILE);
        if !open.exists() {
            return Ok(None);
        }
        let (key, _) = from_file(&open)?;
        let sealed = settings.folder.join(sealed_file::FILE);
        sealed_file::write(&sealed, &key, passphrase)?;
        erase(&open).map_err(|error| KeyError::File { path: open, kind: error.kind() })?;
        Ok(Some(sealed))
    }
}

impl KeySettings {
    /// Whether a file holds the key, open or sealed.
    fn has_file(&self) -> bool {
        self.folder.join(KEY_FILE).exists() || self.sealed_file().is_some()
    }

    /// Whether the key lies open in the data folder.
    pub fn is_open(&self) -> bool {
        self.folder.join(KEY_FILE).exists()
    }

    fn sealed_file(&self) -> Option<PathBuf> {
        Some(self.folder.join(sealed_file::FILE)).filter(|path| path.exists())
    }
}

fn is_long(passphrase: &str) -> Result<(), KeyError> {
    if passphrase.chars().count() < SHORTEST_PASSPHRASE { Err(KeyError::ShortPassphrase) } else { Ok(()) }
}

/// Writes over a file and removes it.
fn erase(path: &Path) -> io::Result<()> {
    let length = usize::try_from(fs::metadata(path)?.len()).unwrap_or_default();
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.write_all(&vec![b'0'; length])?;
    file.sync_all()?;
    fs::remove_file(path)?;
    fs::File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

fn parse(text: &str) -> Option<ServerKey> {
    let text = text.trim().as_bytes();
    let readings = [&HEXLOWER_PERMISSIVE, &BASE64, &BASE64_NOPAD, &BASE64URL, &BASE64URL_NOPAD];
    readings.into_iter().find_map(|encoding| {
        let bytes = Zeroizing::new(encoding.decode(text).ok()?);
        Some(ServerKey(bytes.as_slice().try_into().ok()?))
    })
}

/// Argon2id, 256 MiB, 4 passes: run once at start, so it may be slow.
pub(super) fn stretch(passphrase: &str, salt: &[u8; SALT]) -> Result<ServerKey, KeyError> {
    let params = Params::new(256 * 1024, 4, 1, Some(32)).map_err(|_| KeyError::Derivation)?;
    let mut key = ServerKey([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, &mut key.0)
        .map_err(|_| KeyError::Derivation)?;
    Ok(key)
}

fn from_file(path: &Path) -> Result<(ServerKey, KeySource), KeyError> {
    let (bytes, made) = read_or_make::<32>(path)?;
    let source = if made { KeySource::NewFile(path.to_owned()) } else { KeySource::File(path.to_owned()) };
    Ok((ServerKey(*bytes), source))
}

/// `N` bytes in hexadecimal from a file, which is made (and readable by its owner only) when it is
/// missing. A present but unreadable file is never replaced: that would lose everything sealed.
fn read_or_make<const N: usize>(path: &Path) -> Result<(Zeroizing<[u8; N]>, bool), KeyError> {
    let fail = |error: io::Error| KeyError::File { path: path.to_owned(), kind: error.kind() };
    match fs::read_to_string(path) {
        Ok(text) => {
            let text = Zeroizing::new(text);
            let bytes = HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).map(Zeroizing::new);
            let bytes = bytes.ok().and_then(|bytes| <[u8; N]>::try_from(bytes.as_slice()).ok());
            Ok((Zeroizing::new(bytes.ok_or_else(|| KeyError::BadFile(path.to_owned()))?), false))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let bytes = Zeroizing::new(random::bytes::<N>());
            let text = Zeroizing::new(HEXLOWER_PERMISSIVE.encode(bytes.as_slice()) + "\n");
            make(path, text.as_bytes()).map_err(fail)?;
            Ok((bytes, true))
        }
        Err(error) => Err(fail(error)),
    }
}

/// Writes a new file that only its owner can read, and waits until it is on disk: whatever is
/// sealed from now on depends on it.
pub(super) fn make(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(folder: &Path) -> KeySettings {
        KeySettings { folder: folder.to_owned(), ..KeySettings::default() }
    }

    fn text(text: &str) -> Option<Zeroizing<String>> {
        Some(Zeroizing::new(text.to_owned()))
    }

    #[test]
    fn the_first_start_makes_a_key_that_the_second_finds() {
        let folder = tempfile::tempdir().unwrap();
        let (first, made) = ServerKey::find(&settings(&folder.path().join("new"))).unwrap();
        let (second, found) = ServerKey::find(&settings(&folder.path().join("new"))).unwrap();
        assert!(matches!(made, KeySource::NewFile(_)));
        assert!(matches!(found, KeySource::File(_)));
        assert_eq!(first.bytes(), second.bytes());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_the_key_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        ServerKey::find(&settings(folder.path())).unwrap();
        let mode = fs::metadata(folder.path().join(KEY_FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_damaged_key_file_is_refused_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(KEY_FILE), "not a key").unwrap();
        assert!(matches!(ServerKey::find(&settings(folder.path())), Err(KeyError::BadFile(_))));
        assert_eq!(fs::read_to_string(folder.path().join(KEY_FILE)).unwrap(), "not a key");
    }

    #[test]
    fn a_key_in_the_environment_is_read_in_both_spellings() {
        let folder = tempfile::tempdir().unwrap();
        for spelling in [HEXLOWER_PERMISSIVE.encode(&[7; 32]), BASE64.encode(&[7; 32])] {
            let settings = KeySettings { key: text(&spelling), ..settings(folder.path()) };
            let (key, source) = ServerKey::find(&settings).unwrap();
            assert_eq!((key.bytes(), source), (&[7; 32], KeySource::Environment));
        }
        let settings = KeySettings { key: text("too short"), ..settings(folder.path()) };
        assert!(matches!(ServerKey::find(&settings), Err(KeyError::BadKey)));
    }

    #[test]
    fn a_passphrase_gives_the_same_key_with_the_same_salt_only() {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let find = |folder: &Path| {
            let settings = KeySettings { passphrase: text("five plain words and more"), ..settings(folder) };
            *ServerKey::find(&settings).unwrap().0.bytes()
        };
        let first = find(folders[0].path());
        assert_eq!(first, find(folders[0].path()));
        assert_ne!(first, find(folders[1].path()));
    }

    #[test]
    fn a_short_passphrase_and_two_keys_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let short = KeySettings { passphrase: text("short"), ..settings(folder.path()) };
        assert!(matches!(ServerKey::find(&short), Err(KeyError::ShortPassphrase)));
        let both = KeySettings { key: text("a"), passphrase: text("b"), folder: folder.path().to_owned() };
        assert!(matches!(ServerKey::find(&both), Err(KeyError::Both)));
    }

    #[test]
    fn a_passphrase_that_is_missing_is_asked_for_and_no_key_is_made_in_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let with = KeySettings { passphrase: text("five plain words and more"), ..settings(folder.path()) };
        assert!(!ServerKey::is_made(&with) && !ServerKey::is_made(&settings(folder.path())));
        ServerKey::find(&with).unwrap();
        assert!(ServerKey::is_made(&with));
        assert!(ServerKey::is_made(&settings(folder.path())), "who only looks is told what is missing");
        assert!(matches!(ServerKey::find(&settings(folder.path())), Err(KeyError::NoPassphrase)));
        assert!(!folder.path().join(KEY_FILE).exists());
    }

    #[test]
    fn a_key_that_was_sealed_is_the_same_key_and_lies_open_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let (before, _) = ServerKey::find(&settings(folder.path())).unwrap();
        let open = fs::read_to_string(folder.path().join(KEY_FILE)).unwrap();

        let path = ServerKey::seal_file(&settings(folder.path()), "five plain words and more").unwrap().unwrap();

        assert!(!folder.path().join(KEY_FILE).exists());
        assert!(!fs::read_to_string(&path).unwrap().contains(open.trim()));
        let with = |passphrase| KeySettings { passphrase: text(passphrase), ..settings(folder.path()) };
        let (after, source) = ServerKey::find(&with("five plain words and more")).unwrap();
        assert_eq!((after.bytes(), source), (before.bytes(), KeySource::SealedFile(path)));
        assert!(matches!(ServerKey::find(&with("five other words and more")), Err(KeyError::WrongPassphrase)));
        assert!(matches!(ServerKey::find(&settings(folder.path())), Err(KeyError::NoPassphrase)));
        assert!(settings(folder.path()).lacks_passphrase() && ServerKey::is_made(&settings(folder.path())));
        assert_eq!(ServerKey::salt(&with("five plain words and more")).unwrap(), None, "a backup needs no salt");
        assert!(!folder.path().join(SALT_FILE).exists());
    }

    #[test]
    fn sealing_can_be_broken_off_and_repeated() {
        let folder = tempfile::tempdir().unwrap();
        let (key, _) = ServerKey::find(&settings(folder.path())).unwrap();
        assert!(matches!(ServerKey::seal_file(&settings(folder.path()), "short"), Err(KeyError::ShortPassphrase)));
        // As if the power went before the open file was taken away, and once more before that.
        sealed_file::write(&folder.path().join(sealed_file::FILE), &key, "five plain words and more").unwrap();
        fs::write(folder.path().join("key-sealed.part"), "half").unwrap();
        let (found, _) = ServerKey::find(&settings(folder.path())).unwrap();
        assert_eq!(found.bytes(), key.bytes(), "the open one is used as long as it is there");
        let path = ServerKey::seal_file(&settings(folder.path()), "six other plain words").unwrap().unwrap();
        assert_eq!(sealed_file::read(&path, "six other plain words").unwrap().bytes(), key.bytes());
        assert_eq!(ServerKey::seal_file(&settings(folder.path()), "six other plain words").unwrap(), None);
        fs::write(&path, "lontar sealed key 1\nabc\n").unwrap();
        assert!(matches!(sealed_file::read(&path, "six other plain words"), Err(KeyError::BadFile(_))));
    }

    #[test]
    fn settings_and_keys_are_not_printed() {
        let folder = tempfile::tempdir().unwrap();
        let settings = KeySettings { passphrase: text("five plain words"), ..settings(folder.path()) };
        assert!(!format!("{settings:?}").contains("plain"));
        assert_eq!(format!("{:?}", ServerKey::from_bytes([0; 32])), "…");
    }
}
