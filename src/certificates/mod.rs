//! Certificates that prove without exposing.
//!
//! [`badge`] signs what was completed, [`paper`] draws it with the name that the holder types,
//! [`verify`] reads it back with nothing but the issuer's public keys, [`fonts`] sees to it that no
//! name comes out as boxes.
//!
//! Absent on purpose: an account, a name that is kept, a list of certificates, a digest of the name
//! (see [`badge`] for why), any network. Two certificates of one person share no value that two
//! certificates of two people would not share.

pub mod badge;
pub mod fonts;
pub mod paper;
pub mod verify;

pub use verify::{VerifiedCertificate, VerifyProblem, verify_file};

#[cfg(test)]
mod example;
