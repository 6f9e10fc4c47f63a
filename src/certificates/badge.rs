//! A certificate as an Open Badge 3.0: a verifiable credential, signed as a JWT (specification
//! section 8.2, "JSON Web Token Proof Format").
//!
//! Left out on purpose: the holder's name, in clear or as a digest. A digest would have to be salted
//! with something that travels in the same file, so a picture shared with the name blotted out
//! could be searched for it by trying names. The proof therefore covers course, edition and dates;
//! the name on a paper is the holder's own word, and the paper says so.
//!
//! The issuer is a `did:key`: the identifier *is* the public key, so a badge can be checked with
//! the server gone, and it names no host.

mod keys;
mod picture;

use data_encoding::BASE64URL_NOPAD;
use ed25519_dalek::{Signer, SigningKey};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::domain::certificate::Certificate;
use crate::domain::language::LanguageTag;
use crate::domain::time::Day;

pub use keys::{BadKeys, PublicKeys, issuer_id, public_keys_json};
pub use picture::{bake, baked};

const CREDENTIALS_V2: &str = "https://www.w3.org/ns/credentials/v2";
const OPEN_BADGES_3: &str = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";

/// Who signs. The key is an argument of [`sign`], so that this can be logged and compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// The network's or organisation's name as printed.
    pub name: String,
    /// The server's public address without a slash at its end.
    pub url: String,
}

impl Issuer {
    /// Where anybody can check a certificate; the paper's QR code says the same.
    pub fn check_address(&self, certificate: &Certificate) -> String {
        format!("{}/verify/{}", self.url, certificate.id)
    }
}

/// What a badge says in words, already in the holder's language; its title is the certificate's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadgeWords {
    pub language: LanguageTag,
    /// What was learnt: the course's summary.
    pub description: String,
    /// What had to be done: "All lessons read, each module quiz passed …"
    pub criteria: String,
}

/// A signed badge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    /// Three base64url parts with dots: the whole `.jwt` file.
    pub jwt: String,
    /// The first eight bytes of the SHA-256 of the signature in hex, in groups of four: short enough
    /// to compare paper and file by eye. Not a secret, not a key.
    pub fingerprint: String,
}

/// The signed claims. Members that JWT and the credential both have are said twice, as the
/// specification wants it: `iss` and `issuer.id`, `jti` and `id`, `sub` and `credentialSubject.id`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Claims {
    pub iss: String,
    pub jti: String,
    pub sub: String,
    /// Seconds since 1970, the start of the day of issue.
    pub nbf: i64,
    /// Seconds since 1970, the last second of the last valid day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    #[serde(flatten)]
    pub credential: Credential,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Credential {
    #[serde(rename = "@context")]
    pub context: Value,
    pub id: String,
    #[serde(rename = "type")]
    pub kind: Vec<String>,
    pub name: String,
    pub issuer: Profile,
    pub valid_from: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<String>,
    pub credential_subject: Subject,
    pub credential_status: Status,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Profile {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: Vec<String>,
    pub name: String,
    pub url: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Subject {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: Vec<String>,
    pub achievement: Achievement,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Achievement {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: Vec<String>,
    pub achievement_type: String,
    pub name: String,
    pub description: String,
    pub criteria: Criteria,
    pub in_language: String,
    /// The edition's content hash: which text was learnt, to the letter.
    pub version: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Criteria {
    pub narrative: String,
}

/// Where to ask whether it was revoked. A page for people, one certificate at a time: a status list
/// for machines would publish how many certificates there are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Status {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
}

/// Signs a certificate. The same arguments give the same badge, byte for byte: Ed25519 needs no
/// chance, and nothing says when the file was made.
pub fn sign(key: &SigningKey, issuer: &Issuer, certificate: &Certificate, words: &BadgeWords) -> Badge {
    let public = key.verifying_key();
    let header = json!({ "alg": "EdDSA", "typ": "JWT", "kid": keys::key_id(&public), "jwk": keys::jwk(&public) });
    let claims = json!(claims(&issuer_id(&public), issuer, certificate, words));

    let encode = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let signed = format!("{}.{}", encode(&header), encode(&claims));
    let signature = key.sign(signed.as_bytes()).to_bytes();
    Badge { jwt: format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature)), fingerprint: fingerprint(&signature) }
}

fn claims(issuer_id: &str, issuer: &Issuer, certificate: &Certificate, words: &BadgeWords) -> Claims {
    let id = format!("urn:uuid:{}", certificate.id);
    let subject = format!("urn:uuid:{}", certificate.subject);
    Claims {
        iss: issuer_id.to_owned(),
        jti: id.clone(),
        sub: subject.clone(),
        nbf: first_second(certificate.issued),
        exp: certificate.expires.map(|day| first_second(day) + 86_399),
        credential: Credential {
            context: json!([CREDENTIALS_V2, OPEN_BADGES_3, { "CheckPage": "https://schema.org/WebPage" }]),
            id,
            kind: owned(&["VerifiableCredential", "OpenBadgeCredential"]),
            name: title(certificate, words),
            issuer: Profile {
                id: issuer_id.to_owned(),
                kind: owned(&["Profile"]),
                name: issuer.name.clone(),
                url: issuer.url.clone(),
            },
            valid_from: format!("{}T00:00:00Z", certificate.issued),
            valid_until: certificate.expires.map(|day| format!("{day}T23:59:59Z")),
            credential_subject: Subject {
                id: subject,
                kind: owned(&["AchievementSubject"]),
                achievement: achievement(issuer, certificate, words),
            },
            credential_status: Status { id: issuer.check_address(certificate), kind: "CheckPage".to_owned() },
        },
    }
}

fn achievement(issuer: &Issuer, certificate: &Certificate, words: &BadgeWords) -> Achievement {
    let language = certificate.title(&words.language).map_or(&words.language, |(language, _)| language);
    Achievement {
        id: format!("{}/courses/{}", issuer.url, certificate.course),
        kind: owned(&["Achievement"]),
        achievement_type: "CertificateOfCompletion".to_owned(),
        name: title(certificate, words),
        description: words.description.clone(),
        criteria: Criteria { narrative: words.criteria.clone() },
        in_language: language.to_string(),
        version: certificate.edition.0.clone(),
    }
}

fn title(certificate: &Certificate, words: &BadgeWords) -> String {
    certificate.title(&words.language).map_or_else(String::new, |(_, title)| title.to_owned())
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

fn first_second(day: Day) -> i64 {
    day.start().0 / 1000
}

/// See [`Badge::fingerprint`].
pub(super) fn fingerprint(signature: &[u8]) -> String {
    let digest = Sha256::digest(signature);
    let pairs: Vec<String> = digest.chunks(2).take(4).map(|pair| data_encoding::HEXLOWER.encode(pair)).collect();
    pairs.join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jsonwebtoken::{Algorithm, DecodingKey, Validation};

    use super::*;
    use crate::certificates::example;

    /// Verified by a library that is not ours, with what we publish.
    fn read_by_another_library(jwt: &str, keys: &str) -> jsonwebtoken::errors::Result<Value> {
        let keys: jsonwebtoken::jwk::JwkSet = serde_json::from_str(keys).unwrap();
        let header = jsonwebtoken::decode_header(jwt)?;
        let key = keys.find(&header.kid.unwrap()).expect("the key is published");
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.validate_exp = false;
        rules.required_spec_claims.clear();
        Ok(jsonwebtoken::decode::<Value>(jwt, &DecodingKey::from_jwk(key)?, &rules)?.claims)
    }

    #[test]
    fn another_library_verifies_a_badge_with_the_published_keys() {
        let badge = example::badge();
        let claims = read_by_another_library(&badge.jwt, &public_keys_json(&[example::key().verifying_key()])).unwrap();
        assert_eq!(claims["jti"], claims["id"]);
        assert_eq!(claims["sub"], claims["credentialSubject"]["id"]);
        assert_eq!(claims["iss"], claims["issuer"]["id"]);
        assert_eq!(claims["validFrom"], "2026-11-23T00:00:00Z");
        assert_eq!(claims["nbf"], 1_795_392_000);
        assert_eq!(claims["validUntil"], "2028-11-23T23:59:59Z");
        assert_eq!(claims["exp"], 1_858_636_799);
        assert_eq!(claims["credentialSubject"]["achievement"]["version"], "ab".repeat(32));
        assert_eq!(claims["type"], json!(["VerifiableCredential", "OpenBadgeCredential"]));
    }

    #[test]
    fn a_changed_badge_or_another_key_is_refused_by_another_library() {
        let badge = example::badge();
        let ours = public_keys_json(&[example::key().verifying_key()]);
        let (start, signature) = badge.jwt.rsplit_once('.').unwrap();
        let (header, claims) = start.split_once('.').unwrap();
        let claims = String::from_utf8(BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap()).unwrap();
        let forged = claims.replace("Digital security", "Digital medicine");
        assert_ne!(claims, forged);
        let forged = format!("{header}.{}.{signature}", BASE64URL_NOPAD.encode(forged.as_bytes()));
        assert!(read_by_another_library(&forged, &ours).is_err());

        let theirs = SigningKey::from_bytes(&[9; 32]).verifying_key();
        let theirs =
            public_keys_json(&[theirs]).replace(&keys::key_id(&theirs), &keys::key_id(&example::key().verifying_key()));
        assert!(read_by_another_library(&badge.jwt, &theirs).is_err());
    }

    #[test]
    fn a_badge_names_nobody_and_is_the_same_each_time() {
        let badge = example::badge();
        assert_eq!(badge, example::badge());
        let claims = badge.jwt.split('.').nth(1).unwrap();
        let claims = String::from_utf8(BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap()).unwrap();
        for private in ["recipient", "identifier", "identity", "email", "hashed", "salt", "Mira"] {
            assert!(!claims.contains(private), "{private}");
        }
    }

    /// Every string and number in a badge, except those that all certificates of the course share.
    fn values(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => members.values().for_each(|member| values(member, found)),
            Value::Array(items) => items.iter().for_each(|item| values(item, found)),
            other => {
                found.insert(other.to_string());
            }
        }
    }

    #[test]
    fn two_certificates_of_one_person_share_no_value_but_the_courses() {
        let first = example::certificate();
        let second = Certificate {
            id: "7d1cb8ac-3c7a-4b7e-9c3f-6a4f0d8a1b23".parse().unwrap(),
            subject: uuid::Uuid::from_u128(0x4444),
            ..first.clone()
        };
        // What an unrelated person's certificate of the same course and day says as well is no link.
        let unrelated = Certificate {
            id: "11111111-3c7a-4b7e-9c3f-6a4f0d8a1b23".parse().unwrap(),
            subject: uuid::Uuid::from_u128(0x5555),
            ..first.clone()
        };
        let [first, second, unrelated] = [first, second, unrelated].map(|certificate| {
            let claims = claims("did:key:z6", &example::issuer(), &certificate, &example::badge_words());
            let mut found = BTreeSet::new();
            values(&json!(claims), &mut found);
            found
        });
        let shared: BTreeSet<_> = first.intersection(&second).collect();
        let common: BTreeSet<_> = first.intersection(&unrelated).collect();
        assert_eq!(shared, common);
        assert_eq!(first.difference(&second).count(), 3, "id, subject and check page, each said twice or once");
    }
}
