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

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::certificates::example;

    fn keys() -> PublicKeys {
        PublicKeys::new(vec![example::key().verifying_key()])
    }

    fn verify(token: &str) -> Result<VerifiedCertificate, VerifyProblem> {
        verify_file(token.as_bytes(), &keys())
    }

    /// The example's parts, changed, and signed with a key.
    fn forge(key: &SigningKey, change: impl Fn(&mut Value, &mut Value)) -> String {
        let badge = example::badge();
        let mut parts =
            badge.jwt.split('.').take(2).map(|part| {
                serde_json::from_slice::<Value>(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap()
            });
        let (mut header, mut claims) = (parts.next().unwrap(), parts.next().unwrap());
        change(&mut header, &mut claims);
        let encode = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", encode(&header), encode(&claims));
        format!("{signed}.{}", BASE64URL_NOPAD.encode(&key.sign(signed.as_bytes()).to_bytes()))
    }

    #[test]
    fn a_badge_says_course_edition_and_dates() {
        let read = verify(&format!("\n{}\n", example::badge().jwt)).unwrap();
        let certificate = example::certificate();
        assert_eq!(read.title, "Digital security for human rights defenders");
        assert_eq!(read.language, "en");
        assert_eq!(read.check_address, example::issuer().check_address(&certificate));
        assert_eq!(read.validity("2028-11-23".parse().unwrap()), Validity::Valid);
        assert_eq!(read.validity("2028-11-24".parse().unwrap()), Validity::Expired);
    }

    #[test]
    fn any_changed_letter_is_noticed() {
        let token = example::badge().jwt;
        for at in (0..token.len()).step_by(7) {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert!(verify_file(&changed, &keys()).is_err(), "a change at {at} went unseen");
        }
    }

    #[test]
    fn a_key_that_the_file_brings_itself_is_not_believed() {
        let theirs = SigningKey::from_bytes(&[3; 32]);
        let own_key = public_jwk(&theirs);
        let brought = forge(&theirs, |header, _| header["jwk"] = own_key.clone());
        assert_eq!(verify(&brought), Err(VerifyProblem::BadSignature));
        let named = forge(&theirs, |header, _| header["kid"] = json!("did:key:z6MkOther#z6MkOther"));
        assert_eq!(verify(&named), Err(VerifyProblem::UnknownKey));
    }

    fn public_jwk(key: &SigningKey) -> Value {
        let set: Value = serde_json::from_str(&badge::public_keys_json(&[key.verifying_key()])).unwrap();
        set["keys"][0].clone()
    }

    #[test]
    fn another_algorithm_is_not_believed() {
        for algorithm in ["none", "HS256", "ES256"] {
            let token = forge(&example::key(), |header, _| header["alg"] = json!(algorithm));
            assert_eq!(verify(&token), Err(VerifyProblem::Damaged), "{algorithm}");
        }
    }

    #[test]
    fn a_badge_in_the_name_of_another_issuer_is_not_believed() {
        let token = forge(&example::key(), |_, claims| claims["iss"] = json!("did:key:z6MkOther"));
        assert_eq!(verify(&token), Err(VerifyProblem::BadSignature));
    }

    #[test]
    fn other_files_are_said_to_be_no_certificate() {
        for file in [b"".as_slice(), b"hello", b"%PDF-1.7\n1 0 obj <<>> endobj", b"\x89PNG\r\n\x1a\n", b"\xff\xfe"] {
            assert_eq!(verify_file(file, &keys()), Err(VerifyProblem::NotACertificate));
        }
        assert_eq!(verify_file(&vec![b'a'; MOST_BYTES + 1], &keys()), Err(VerifyProblem::TooLarge));
        assert_eq!(verify("a.b.c"), Err(VerifyProblem::Damaged));
    }

    proptest! {
        #[test]
        fn no_file_makes_it_panic(head in "(%PDF-|\u{89}PNG|eyJ)?", file in prop::collection::vec(any::<u8>(), 0..300)) {
            let file = [head.as_bytes(), &file].concat();
            prop_assert!(verify_file(&file, &keys()).is_err());
        }
    }
}
