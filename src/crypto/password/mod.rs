//! Passwords: which are refused, and how they are hashed and checked.
//!
//! Hashing takes 64 MiB and tens of milliseconds on purpose. It runs off the async threads and at
//! most two at a time, so a flood of sign-ins costs neither memory nor other people's pages.

pub mod rules;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::crypto::random;

/// How many hashes are computed at once: 2 × 64 MiB.
const AT_ONCE: usize = 2;
/// How long a sign-in waits for its turn before it is asked to come back.
const PATIENCE: Duration = Duration::from_secs(15);
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;

/// A password as typed, in Unicode's form NFC, so that every keyboard gives the same bytes.
/// Prints `…`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Password(String);

/// A hashed password as a PHC string (`$argon2id$v=19$…`). Prints `…`; stored sealed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct PasswordHash(String);

/// Why a password could not be hashed or checked now. Neither says anything about the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashingError {
    /// Too many are waiting. 503, "try again in a moment".
    #[error("too many passwords are being checked")]
    Busy,
    /// No memory, or a stored hash that is none: our fault.
    #[error("a password could not be hashed")]
    Failed,
}

/// Hashes and checks passwords. Cheap to clone; make one for the whole server.
#[derive(Clone)]
pub struct Hasher {
    turns: Arc<Semaphore>,
    patience: Duration,
}

impl Password {
    pub fn new(typed: &str) -> Self {
        Self(typed.nfc().collect())
    }

    /// The normalised text.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl PasswordHash {
    /// Takes a PHC string back from where it was stored.
    pub fn stored(phc: String) -> Self {
        Self(phc)
    }

    /// The PHC string, for sealing.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl Default for Hasher {
    fn default() -> Self {
        Self::new(AT_ONCE, PATIENCE)
    }
}

impl Hasher {
    /// Computes so many at once, and lets nobody wait longer than `patience`.
    pub fn new(at_once: usize, patience: Duration) -> Self {
        Self { turns: Arc::new(Semaphore::new(at_once)), patience }
    }

    /// Hashes a new password with a random salt.
    pub async fn hash(&self, password: Password) -> Result<PasswordHash, HashingError> {
        self.run(move || hash(&password)).await
    }

    /// Whether `password` is the one behind `hash`. With no hash, because nobody has that name, the
    /// same work is done for nothing, so unknown and wrong take the same time.
    pub async fn verify(&self, password: Password, hash: Option<PasswordHash>) -> Result<bool, HashingError> {
        self.run(move || match hash {
            Some(hash) => verify(&password, &hash),
            None => verify(&password, &NOBODY).map(|_| false),
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashingError> + Send + 'static,
    ) -> Result<T, HashingError> {
        let turn: OwnedSemaphorePermit = tokio::time::timeout(self.patience, self.turns.clone().acquire_owned())
            .await
            .map_err(|_| HashingError::Busy)?
            .map_err(|_| HashingError::Failed)?;
        // The permit goes with the work: a caller that gives up does not let a third one start.
        let task = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        });
        task.await.map_err(|_| HashingError::Failed)?
    }
}

/// The hash of a password nobody has, with our parameters.
static NOBODY: LazyLock<PasswordHash> = LazyLock::new(|| {
    let random = Zeroizing::new(data_encoding::HEXLOWER.encode(&random::bytes::<32>()));
    hash(&Password::new(&random)).unwrap_or_else(|_| PasswordHash(String::new()))
});

fn argon2() -> Result<Argon2<'static>, HashingError> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|_| HashingError::Failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &Password) -> Result<PasswordHash, HashingError> {
    let salt: [u8; 16] = random::bytes();
    let hash = argon2()?.hash_password_with_salt(password.0.as_bytes(), &salt).map_err(|_| HashingError::Failed)?;
    Ok(PasswordHash(hash.to_string()))
}

fn verify(password: &Password, hash: &PasswordHash) -> Result<bool, HashingError> {
    use argon2::password_hash::Error;
    let hash = argon2::PasswordHash::new(&hash.0).map_err(|_| HashingError::Failed)?;
    match argon2()?.verify_password(password.0.as_bytes(), &hash) {
        Ok(()) => Ok(true),
        Err(Error::PasswordInvalid) => Ok(false),
        Err(_) => Err(HashingError::Failed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::new(text)
    }

    #[tokio::test]
    async fn the_right_password_and_no_other_opens() {
        let hasher = Hasher::default();
        let hash = hasher.hash(password("nasi goreng pedas")).await.unwrap();
        assert!(hash.reveal().starts_with("$argon2id$v=19$m=65536,t=3,p=1$"), "{}", hash.reveal());
        assert_eq!(hasher.verify(password("nasi goreng pedas"), Some(hash.clone())).await, Ok(true));
        assert_eq!(hasher.verify(password("nasi goreng"), Some(hash)).await, Ok(false));
    }

    #[tokio::test]
    async fn nobody_has_no_password() {
        assert_eq!(Hasher::default().verify(password("anything"), None).await, Ok(false));
    }

    #[tokio::test]
    async fn a_damaged_hash_is_our_fault_and_opens_nothing() {
        let damaged = PasswordHash::stored("$argon2id$".into());
        assert_eq!(Hasher::default().verify(password("a"), Some(damaged)).await, Err(HashingError::Failed));
    }

    #[tokio::test]
    async fn composed_and_decomposed_letters_are_one_password() {
        let hasher = Hasher::default();
        let hash = hasher.hash(password("caf\u{e9} sua da")).await.unwrap();
        assert_eq!(hasher.verify(password("cafe\u{301} sua da"), Some(hash)).await, Ok(true));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn no_more_than_two_work_at_once() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        let (hasher, running, most) = (Hasher::default(), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let tasks = (0..12).map(|_| {
            let (hasher, running, most) = (hasher.clone(), running.clone(), most.clone());
            tokio::spawn(async move {
                let work = move || {
                    most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::sleep(Duration::from_millis(5));
                    running.fetch_sub(1, Ordering::SeqCst);
                    Ok(())
                };
                hasher.run(work).await.unwrap();
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        assert_eq!(most.load(Ordering::SeqCst), AT_ONCE);
    }

    #[test]
    fn passwords_are_not_printed() {
        assert_eq!(format!("{:?}", password("secret")), "…");
        assert_eq!(format!("{:?}", PasswordHash::stored("secret".into())), "…");
    }
}
