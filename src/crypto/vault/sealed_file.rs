//! The server key in a file that a passphrase opens: what `lontar seal` leaves beside the data.
//!
//! Three lines: the format, the salt of the passphrase, the sealed key, both in hexadecimal. The key
//! stays the one it was, so everything that it ever sealed still opens.

use std::fs;
use std::path::Path;

use data_encoding::HEXLOWER_PERMISSIVE;
use zeroize::Zeroizing;

use super::key::{KeyError, SALT, ServerKey, make, stretch};
use crate::crypto::random;
use crate::crypto::seal::{DataKey, Place};

pub(super) const FILE: &str = "key-sealed";

const FORMAT: &str = "lontar sealed key 1";
const PLACE: Place<'static> = Place { table: "server", column: "key", row: b"1" };

/// Writes `key` to `path`, in place of what is there once the new file is known to open.
pub(super) fn write(path: &Path, key: &ServerKey, passphrase: &str) -> Result<(), KeyError> {
    let salt = random::bytes::<SALT>();
    let sealed = under(passphrase, &salt)?.seal(PLACE, key.bytes());
    let hex = |bytes: &[u8]| HEXLOWER_PERMISSIVE.encode(bytes);
    let text = format!("{FORMAT}\n{}\n{}\n", hex(&salt), hex(&sealed));
    let fail = |error: std::io::Error| KeyError::File { path: path.to_owned(), kind: error.kind() };
    let unfinished = path.with_extension("part");
    // Left by one that was broken off.
    drop(fs::remove_file(&unfinished));
    make(&unfinished, text.as_bytes()).map_err(fail)?;
    read(&unfinished, passphrase)?;
    fs::rename(&unfinished, path).map_err(fail)
}

/// The key in the file at `path`.
pub(super) fn read(path: &Path, passphrase: &str) -> Result<ServerKey, KeyError> {
    let text =
        fs::read_to_string(path).map_err(|error| KeyError::File { path: path.to_owned(), kind: error.kind() })?;
    let (salt, sealed) = parse(&text).ok_or_else(|| KeyError::BadFile(path.to_owned()))?;
    let opened = under(passphrase, &salt)?.open(PLACE, &sealed).map_err(|_| KeyError::WrongPassphrase)?;
    let bytes = Zeroizing::new(<[u8; 32]>::try_from(opened.as_slice()).map_err(|_| KeyError::WrongPassphrase)?);
    Ok(ServerKey::from_bytes(*bytes))
}

fn parse(text: &str) -> Option<([u8; SALT], Vec<u8>)> {
    let mut lines = text.strip_prefix(FORMAT)?.trim_start().lines();
    let mut bytes = || HEXLOWER_PERMISSIVE.decode(lines.next()?.trim().as_bytes()).ok();
    Some((bytes()?.try_into().ok()?, bytes()?))
}

fn under(passphrase: &str, salt: &[u8; SALT]) -> Result<DataKey, KeyError> {
    Ok(DataKey::from_bytes(*stretch(passphrase, salt)?.bytes()))
}
