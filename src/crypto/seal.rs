//! Sealed values: the only form in which personal and sensitive fields are stored.
//!
//! XChaCha20-Poly1305 under the data key of the person the value is about. The value is bound to
//! its place (table, column, row), so a sealed value copied to another row does not open, and it is
//! padded to a few fixed sizes, so its length says little about what was written.
//!
//! A sealed value is `version (1 byte) ‖ nonce (24 bytes) ‖ ciphertext ‖ tag (16 bytes)`; the
//! plaintext inside is `length (8 bytes, little-endian) ‖ text ‖ zeros`.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::crypto::random;

/// Version of this layout and of the key it is used with; part of what is authenticated.
const VERSION: u8 = 1;
const NONCE: usize = 24;
const LENGTH: usize = 8;
const STEP: usize = 16 * 1024;
const SMALL_SIZES: [usize; 4] = [64, 256, 1024, 4096];

/// Where a sealed value lives. Names as in the database; `row` is the row's key, written as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    pub table: &'static str,
    pub column: &'static str,
    pub row: &'a [u8],
}

/// A person's own key. Whoever deletes it deletes the person.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DataKey([u8; 32]);

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// A sealed value that does not open: damaged, from another place, or sealed with another key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value does not open: it is damaged, out of place or sealed with another key")]
pub struct Unreadable;

impl DataKey {
    pub(super) fn random() -> Self {
        Self(random::bytes())
    }

    pub(super) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals `plaintext` for `place`.
    #[expect(clippy::expect_used, reason = "encryption fails only beyond 256 GiB")]
    pub fn seal(&self, place: Place<'_>, plaintext: &[u8]) -> Vec<u8> {
        let padded = pad(plaintext);
        let nonce: [u8; NONCE] = random::bytes();
        let payload = Payload { msg: &padded, aad: &associated_data(place) };
        let ciphertext = self
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .expect("encryption fails only beyond 256 GiB, and the plaintext is in memory");
        let mut sealed = Vec::with_capacity(1 + NONCE + ciphertext.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        sealed
    }

    /// Opens what [`DataKey::seal`] made for the same place.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
        let (&version, rest) = sealed.split_first().ok_or(Unreadable)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>().ok_or(Unreadable)?;
        if version != VERSION {
            return Err(Unreadable);
        }
        let payload = Payload { msg: ciphertext, aad: &associated_data(place) };
        let padded = self.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| Unreadable)?;
        unpad(Zeroizing::new(padded))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

/// Table, column and row with their lengths in front, so that no two places read alike.
fn associated_data(place: Place<'_>) -> Vec<u8> {
    let parts = [place.table.as_bytes(), place.column.as_bytes(), place.row];
    let mut data = Vec::with_capacity(1 + parts.iter().map(|part| LENGTH + part.len()).sum::<usize>());
    data.push(VERSION);
    for part in parts {
        data.extend_from_slice(&(part.len() as u64).to_le_bytes());
        data.extend_from_slice(part);
    }
    data
}

fn pad(plaintext: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut padded = Zeroizing::new(Vec::with_capacity(padded_size(plaintext.len())));
    padded.extend_from_slice(&(plaintext.len() as u64).to_le_bytes());
    padded.extend_from_slice(plaintext);
    padded.resize(padded_size(plaintext.len()), 0);
    padded
}

/// The size of the sealed plaintext: 64, 256, 1,024, 4,096 bytes, then steps of 16 KiB.
fn padded_size(length: usize) -> usize {
    let needed = length + LENGTH;
    SMALL_SIZES.into_iter().find(|size| needed <= *size).unwrap_or_else(|| needed.next_multiple_of(STEP))
}

fn unpad(mut padded: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
    let length = *padded.first_chunk::<LENGTH>().ok_or(Unreadable)?;
    let length = usize::try_from(u64::from_le_bytes(length)).map_err(|_| Unreadable)?;
    if length > padded.len() - LENGTH {
        return Err(Unreadable);
    }
    padded.copy_within(LENGTH..LENGTH + length, 0);
    padded.truncate(length);
    Ok(padded)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(row: &[u8]) -> Place<'_> {
        Place { table: "notes", column: "content", row }
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens_again(text: Vec<u8>, row: Vec<u8>) {
            let key = DataKey::random();
            let sealed = key.seal(place(&row), &text);
            prop_assert_eq!(key.open(place(&row), &sealed).unwrap().to_vec(), text);
        }

        #[test]
        fn a_changed_byte_is_noticed(text: Vec<u8>, index: prop::sample::Index, flip in 1..=255u8) {
            let key = DataKey::random();
            let mut sealed = key.seal(place(b"1"), &text);
            let index = index.index(sealed.len());
            sealed[index] ^= flip;
            prop_assert!(key.open(place(b"1"), &sealed).is_err());
        }

        #[test]
        fn a_shortened_value_is_noticed(text: Vec<u8>, index: prop::sample::Index) {
            let key = DataKey::random();
            let sealed = key.seal(place(b"1"), &text);
            prop_assert!(key.open(place(b"1"), &sealed[..index.index(sealed.len())]).is_err());
        }

        #[test]
        fn a_value_opens_only_in_its_row(text: Vec<u8>, row: Vec<u8>, other: Vec<u8>) {
            prop_assume!(row != other);
            let key = DataKey::random();
            prop_assert!(key.open(place(&other), &key.seal(place(&row), &text)).is_err());
        }

        #[test]
        fn only_a_few_lengths_are_seen(text: Vec<u8>) {
            let overhead = 1 + NONCE + 16;
            let sealed = DataKey::random().seal(place(b"1"), &text).len() - overhead;
            prop_assert!(SMALL_SIZES.contains(&sealed) || sealed.is_multiple_of(STEP));
        }
    }

    #[test]
    fn a_value_opens_only_in_its_column_and_with_its_key() {
        let key = DataKey::random();
        let sealed = key.seal(place(b"1"), b"text");
        let elsewhere = Place { table: "notes", column: "conten", row: b"t1" };
        assert!(key.open(elsewhere, &sealed).is_err());
        assert!(DataKey::random().open(place(b"1"), &sealed).is_err());
    }

    #[test]
    fn the_same_text_never_looks_the_same() {
        let key = DataKey::random();
        assert_ne!(key.seal(place(b"1"), b"text"), key.seal(place(b"1"), b"text"));
    }

    #[test]
    fn sizes_grow_in_steps() {
        let sizes = [0, 56, 57, 248, 249, 4088, 4089, 16_376, 16_377].map(padded_size);
        assert_eq!(sizes, [64, 64, 256, 256, 1024, 4096, 16_384, 16_384, 32_768]);
    }

    #[test]
    fn keys_are_not_printed() {
        assert_eq!(format!("{:?}", DataKey::random()), "…");
    }
}
