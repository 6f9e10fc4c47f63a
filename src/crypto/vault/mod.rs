//! The vault: the server key and all that is derived from it.
//!
//! Each use has its own key (HKDF-SHA256 with the purpose as `info`), so none can stand in for
//! another and a leak of one tells nothing of the rest.

pub mod key;
mod sealed_file;

use std::sync::Arc;

use ed25519_dalek::SigningKey;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::crypto::seal::{DataKey, Place, Unreadable};
use crate::crypto::token::TokenHash;

use key::ServerKey;

/// What a derived key is for. A closed list, so that two uses cannot share a key by accident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Wrapping people's data keys.
    Wrap,
    /// Keyed hashes by which sealed values are found again.
    Lookup,
    /// Masking and checking form tokens.
    Csrf,
    /// The Ed25519 key that signs certificates.
    Signing,
    /// Keyed hashes of addresses, in memory only, for limits.
    Limits,
    /// Noise on published figures.
    Noise,
    /// Telling whether a database was made with this key.
    Check,
    /// Sealing backups.
    Backup,
}

/// What is looked up by keyed hash. The same text under two of these gives unrelated hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lookup {
    SignInName,
    RecoveryCode,
    InvitationCode,
    /// Not looked up but said: the made-up name under which trainers know a learner in one course.
    Pseudonym,
    /// Said as well: what a step of one person's pathway is called in addresses.
    Alias,
}

/// Cheap to clone; prints `…`.
#[derive(Clone)]
pub struct Vault(Arc<Keys>);

#[derive(ZeroizeOnDrop)]
struct Keys {
    /// The server key after HKDF-Extract; purposes are expanded from it.
    root: [u8; 32],
    wrap: DataKey,
    lookup: [u8; 32],
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl Vault {
    pub fn new(key: &ServerKey) -> Self {
        let (root, _) = Hkdf::<Sha256>::extract(Some(b"lontar server key"), key.bytes());
        let root: [u8; 32] = root.into();
        let wrap = DataKey::from_bytes(*expand(&root, Purpose::Wrap));
        let lookup = *expand(&root, Purpose::Lookup);
        Self(Arc::new(Keys { root, wrap, lookup }))
    }

    /// The key for one purpose; always the same for the same server key.
    pub fn derive(&self, purpose: Purpose) -> Zeroizing<[u8; 32]> {
        expand(&self.0.root, purpose)
    }

    /// The key that signs certificates. Its public half is published.
    pub fn signing_key(&self) -> SigningKey {
        SigningKey::from_bytes(&self.derive(Purpose::Signing))
    }

    /// A keyed hash (HMAC-SHA256) under which `text` can be found without being stored.
    pub fn lookup(&self, what: Lookup, text: &str) -> [u8; 32] {
        let mut mac = keyed(&self.0.lookup);
        mac.update(what.label().as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// A keyed hash of an address, to count by. It is for memory only.
    pub fn limit_key(&self, address: &[u8]) -> [u8; 32] {
        let mut mac = keyed(&self.derive(Purpose::Limits));
        mac.update(address);
        mac.finalize().into_bytes().into()
    }

    /// The secret from which a session's form tokens are made, by the hash of the session's token.
    /// Derived, so it is stored nowhere and known without the database: also when that is away, or
    /// has deleted the session.
    pub fn session_secret(&self, token_hash: &TokenHash) -> Zeroizing<[u8; 32]> {
        let mut mac = keyed(&self.derive(Purpose::Csrf));
        mac.update(token_hash);
        Zeroizing::new(mac.finalize().into_bytes().into())
    }

    /// A value that differs for every server key and tells nothing about it: a database keeps it to
    /// notice that it is opened with another key.
    pub fn fingerprint(&self) -> [u8; 32] {
        let mut mac = keyed(&self.derive(Purpose::Check));
        mac.update(b"which key is this");
        mac.finalize().into_bytes().into()
    }

    /// A new data key for a person, and its wrapped form for the database.
    pub fn new_data_key(&self, person: Uuid) -> (DataKey, Vec<u8>) {
        let key = DataKey::random();
        let wrapped = self.0.wrap.seal(wrapped_place(person.as_bytes()), key.bytes());
        (key, wrapped)
    }

    /// The data key of a person from its wrapped form.
    pub fn unwrap_data_key(&self, person: Uuid, wrapped: &[u8]) -> Result<DataKey, Unreadable> {
        let bytes = self.0.wrap.open(wrapped_place(person.as_bytes()), wrapped)?;
        let bytes = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| Unreadable)?;
        Ok(DataKey::from_bytes(bytes))
    }

    /// Seals something that is the server's and no person's, such as a setting.
    pub fn seal(&self, place: Place<'_>, plaintext: &[u8]) -> Vec<u8> {
        self.0.wrap.seal(place, plaintext)
    }

    /// Opens what [`Vault::seal`] made.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
        self.0.wrap.open(place, sealed)
    }
}

impl Purpose {
    fn label(self) -> &'static str {
        match self {
            Self::Wrap => "lontar/1/wrap",
            Self::Lookup => "lontar/1/lookup",
            Self::Csrf => "lontar/1/csrf",
            Self::Signing => "lontar/1/signing",
            Self::Limits => "lontar/1/limits",
            Self::Noise => "lontar/1/noise",
            Self::Check => "lontar/1/check",
            Self::Backup => "lontar/1/backup",
        }
    }
}

impl Lookup {
    fn label(self) -> &'static str {
        match self {
            Self::SignInName => "sign-in name",
            Self::RecoveryCode => "recovery code",
            Self::InvitationCode => "invitation code",
            Self::Pseudonym => "pseudonym",
            Self::Alias => "alias",
        }
    }
}

fn wrapped_place(person: &[u8]) -> Place<'_> {
    Place { table: "accounts", column: "data_key", row: person }
}

#[expect(clippy::expect_used, reason = "the lengths are fixed, here and in the algorithms")]
fn expand(root: &[u8; 32], purpose: Purpose) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::from_prk(root)
        .expect("32 bytes are what SHA-256 gives")
        .expand(purpose.label().as_bytes(), key.as_mut())
        .expect("32 bytes are within what HKDF can give");
    key
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(byte: u8) -> Vault {
        Vault::new(&ServerKey::from_bytes([byte; 32]))
    }

    #[test]
    fn a_data_key_opens_only_for_its_person_and_server() {
        let (person, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let (key, wrapped) = vault(1).new_data_key(person);
        let place = Place { table: "notes", column: "content", row: b"1" };
        let sealed = key.seal(place, b"text");

        let again = vault(1).unwrap_data_key(person, &wrapped).unwrap();
        assert_eq!(again.open(place, &sealed).unwrap().as_slice(), b"text");
        assert!(vault(1).unwrap_data_key(other, &wrapped).is_err());
        assert!(vault(2).unwrap_data_key(person, &wrapped).is_err());
    }

    #[test]
    fn purposes_and_keys_share_nothing() {
        let purposes = [
            Purpose::Wrap,
            Purpose::Lookup,
            Purpose::Csrf,
            Purpose::Signing,
            Purpose::Limits,
            Purpose::Noise,
            Purpose::Check,
            Purpose::Backup,
        ];
        let mut keys: Vec<_> = purposes.iter().flat_map(|p| [*vault(1).derive(*p), *vault(2).derive(*p)]).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), 2 * purposes.len());
        assert_eq!(*vault(1).derive(Purpose::Csrf), *vault(1).derive(Purpose::Csrf));
    }

    #[test]
    fn lookups_depend_on_key_kind_and_text() {
        let lookup = vault(1).lookup(Lookup::SignInName, "river-lamp-42");
        assert_eq!(lookup, vault(1).lookup(Lookup::SignInName, "river-lamp-42"));
        assert_ne!(lookup, vault(1).lookup(Lookup::RecoveryCode, "river-lamp-42"));
        assert_ne!(lookup, vault(1).lookup(Lookup::SignInName, "river-lamp-43"));
        assert_ne!(lookup, vault(2).lookup(Lookup::SignInName, "river-lamp-42"));
    }

    #[test]
    fn a_vault_is_not_printed() {
        assert_eq!(format!("{:?}", vault(1)), "…");
    }
}
