//! Reads a certificate file without the server: what it proves, or why it proves nothing.
//!
//! Proved: that the issuer's key signed this course, edition, day of issue and end date under this
//! certificate's id. Not proved: the name on the paper, which its holder typed and the signature
//! does not cover, and whether it was revoked since, which only the server's check page knows.

mod pdf;

use data_encoding::BASE64URL_NOPAD;
use ed25519_dalek::Signature;
use serde::Deserialize;

use super::badge::{self, Claims, PublicKeys};
use crate::domain::certificate::Validity;
use crate::domain::course::EditionHash;
use crate::domain::id::CertificateId;
use crate::domain::time::Day;

/// No certificate of ours comes near it; what is larger is not read.
pub const MOST_BYTES: usize = 16 << 20;

/// What a signature vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedCertificate {
    pub id: CertificateId,
    /// The course's title, and the language it is in.
    pub title: String,
    pub language: String,
    pub edition: EditionHash,
    pub issued: Day,
    /// The last day on which it is valid.
    pub expires: Option<Day>,
    /// The issuer's name, as the issuer writes it.
    pub issuer: String,
    /// Where to ask whether it was revoked.
    pub check_address: String,
    /// To compare with the seal on the paper.
    pub fingerprint: String,
}

impl VerifiedCertificate {
    /// How it stands on `today` as far as the file can know: never [`Validity::Revoked`].
    pub fn validity(&self, today: Day) -> Validity {
        match self.expires {
            Some(expires) if expires < today => Validity::Expired,
            _ => Validity::Valid,
        }
    }
}

/// Why a file proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyProblem {
    #[error("the file is larger than any certificate (16 MB)")]
    TooLarge,
    #[error("the file carries no certificate: it was printed anew, edited, or is something else")]
    NotACertificate,
    #[error("the certificate in the file is damaged")]
    Damaged,
    #[error("the certificate was signed by somebody whose public key is not among those given")]
    UnknownKey,
    #[error("the certificate was changed after it was signed")]
    BadSignature,
}

/// Checks a PDF, a PNG or a `.jwt` file against the issuer's public keys.
///
/// # Errors
/// [`VerifyProblem`]; an expired certificate is no problem but a [`Validity`].
pub fn verify_file(file: &[u8], keys: &PublicKeys) -> Result<VerifiedCertificate, VerifyProblem> {
    if file.len() > MOST_BYTES {
        return Err(VerifyProblem::TooLarge);
    }
    verify_token(&token(file).ok_or(VerifyProblem::NotACertificate)?, keys)
}

/// The badge in a file, whatever its kind.
fn token(file: &[u8]) -> Option<String> {
    let token = match file {
        [0x89, b'P', b'N', b'G', ..] => badge::baked(file)?.to_owned(),
        [b'%', b'P', b'D', b'F', b'-', ..] => pdf::attached(file)?,
        _ => std::str::from_utf8(file).ok()?.to_owned(),
    };
    let token = token.trim();
    let has_shape = token.split('.').count() == 3
        && token.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.'));
    has_shape.then(|| token.to_owned())
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
}

/// The algorithm is fixed and the key is one of those given: what the header says of either only
/// chooses among them, and the key that it carries for other readers is not looked at.
fn verify_token(token: &str, keys: &PublicKeys) -> Result<VerifiedCertificate, VerifyProblem> {
    let (signed, signature) = token.rsplit_once('.').ok_or(VerifyProblem::Damaged)?;
    let (header, claims) = signed.split_once('.').ok_or(VerifyProblem::Damaged)?;
    let header: Header = part(header)?;
    if header.alg != "EdDSA" {
        return Err(VerifyProblem::Damaged);
    }
    let key = keys.with_id(&header.kid).ok_or(VerifyProblem::UnknownKey)?;
    let bytes = BASE64URL_NOPAD.decode(signature.as_bytes()).map_err(|_| VerifyProblem::Damaged)?;
    let signature = Signature::from_slice(&bytes).map_err(|_| VerifyProblem::Damaged)?;
    key.verify_strict(signed.as_bytes(), &signature).map_err(|_| VerifyProblem::BadSignature)?;

    let claims: Claims = part(claims)?;
    if claims.iss != badge::issuer_id(key) {
        return Err(VerifyProblem::BadSignature);
    }
    read(claims, badge::fingerprint(&bytes)).ok_or(VerifyProblem::Damaged)
}

fn part<T: for<'a> Deserialize<'a>>(part: &str) -> Result<T, VerifyProblem> {
    let json = BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| VerifyProblem::Damaged)?;
    serde_json::from_slice(&json).map_err(|_| VerifyProblem::Damaged)
}

fn read(claims: Claims, fingerprint: String) -> Option<VerifiedCertificate> {
    let day = |moment: &str| moment.get(..10)?.parse::<Day>().ok();
    let credential = claims.credential;
    let achievement = credential.credential_subject.achievement;
    Some(VerifiedCertificate {
        id: claims.jti.strip_prefix("urn:uuid:")?.parse().ok()?,
        title: achievement.name,
        language: achievement.in_language,
        edition: EditionHash(achievement.version),
        issued: day(&credential.valid_from)?,
        expires: match credential.valid_until {
            Some(moment) => Some(day(&moment)?),
            None => None,
        },
        issuer: credential.issuer.name,
        check_address: credential.credential_status.id,
        fingerprint,
    })
}
