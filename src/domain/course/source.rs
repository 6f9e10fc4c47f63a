//! The files of a course as they were written: names and bytes, nothing interpreted.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::EditionHash;

/// Every file of a course by its name inside the course's folder (`en/course.md`, always with `/`).
///
/// This is what is stored and exported; the compiler only reads it, so a course comes back byte for
/// byte as it went in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceTree(pub BTreeMap<String, Vec<u8>>);

impl SourceTree {
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name).map(Vec::as_slice)
    }

    /// The edition's name: SHA-256 over names and bytes in the order of names. Each part is preceded
    /// by its length (eight bytes, big-endian), so that no two trees read alike.
    pub fn edition_hash(&self) -> EditionHash {
        let mut hasher = Sha256::new();
        for (name, bytes) in &self.0 {
            for part in [name.as_bytes(), bytes] {
                hasher.update((part.len() as u64).to_be_bytes());
                hasher.update(part);
            }
        }
        EditionHash(hex(&hasher.finalize()))
    }
}

impl FromIterator<(String, Vec<u8>)> for SourceTree {
    fn from_iter<I: IntoIterator<Item = (String, Vec<u8>)>>(files: I) -> Self {
        Self(files.into_iter().collect())
    }
}

/// The SHA-256 of `bytes` in 64 hex digits.
pub(in crate::domain) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> SourceTree {
        files.iter().map(|(name, text)| (name.to_string(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn the_edition_hash_tells_names_from_bytes() {
        let hashes = [
            tree(&[("a", "bc")]),
            tree(&[("ab", "c")]),
            tree(&[("a", "b"), ("c", "")]),
            tree(&[("a", ""), ("b", "c")]),
            tree(&[]),
        ]
        .map(|tree| tree.edition_hash().0);
        let distinct: std::collections::BTreeSet<_> = hashes.iter().collect();
        assert_eq!(distinct.len(), hashes.len());
        assert!(hashes.iter().all(|hash| hash.len() == 64));
    }

    #[test]
    fn the_edition_hash_does_not_depend_on_the_order_of_reading() {
        assert_eq!(tree(&[("a", "1"), ("b", "2")]).edition_hash(), tree(&[("b", "2"), ("a", "1")]).edition_hash());
    }
}
