//! Public keys: how they are named, published and read back.

use data_encoding::BASE64URL_NOPAD;
use ed25519_dalek::VerifyingKey;
use serde_json::{Value, json};

/// The multicodec prefix of an Ed25519 public key, as an unsigned varint.
const ED25519: [u8; 2] = [0xed, 0x01];

/// The keys whose signatures a verifier accepts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicKeys(Vec<VerifyingKey>);

/// Why a text is no set of public keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadKeys {
    #[error("the public keys are not a JSON Web Key Set: {{\"keys\": […]}}")]
    NotAKeySet,
    #[error("the key set has no Ed25519 key (kty OKP, crv Ed25519)")]
    NoKey,
}

impl PublicKeys {
    pub fn new(keys: Vec<VerifyingKey>) -> Self {
        Self(keys)
    }

    /// Reads what [`public_keys_json`] wrote. Keys of other kinds are passed over.
    ///
    /// # Errors
    /// [`BadKeys`], when nothing usable is left.
    pub fn read(json: &str) -> Result<Self, BadKeys> {
        let set: Value = serde_json::from_str(json).map_err(|_| BadKeys::NotAKeySet)?;
        let keys = set.get("keys").and_then(Value::as_array).ok_or(BadKeys::NotAKeySet)?;
        let keys: Vec<VerifyingKey> = keys.iter().filter_map(read_jwk).collect();
        if keys.is_empty() { Err(BadKeys::NoKey) } else { Ok(Self(keys)) }
    }

    pub(in crate::certificates) fn with_id(&self, id: &str) -> Option<&VerifyingKey> {
        self.0.iter().find(|key| key_id(key) == id)
    }
}

/// The JSON Web Key Set to publish and to hand to those who verify without the server. Old keys stay
/// in it: what they signed remains true.
pub fn public_keys_json(keys: &[VerifyingKey]) -> String {
    let keys: Vec<Value> = keys
        .iter()
        .map(|key| {
            let mut jwk = jwk(key);
            jwk["kid"] = json!(key_id(key));
            jwk["alg"] = json!("EdDSA");
            jwk["use"] = json!("sig");
            jwk
        })
        .collect();
    json!({ "keys": keys }).to_string()
}

/// `did:key:z6Mk…`: the key itself, as an identifier.
pub fn issuer_id(key: &VerifyingKey) -> String {
    format!("did:key:{}", multibase(key))
}

/// The key's address within its DID, for the JWT header `kid`.
pub(super) fn key_id(key: &VerifyingKey) -> String {
    let multibase = multibase(key);
    format!("did:key:{multibase}#{multibase}")
}

/// The public key as a JSON Web Key (RFC 8037).
pub(super) fn jwk(key: &VerifyingKey) -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "x": BASE64URL_NOPAD.encode(key.as_bytes()) })
}

fn read_jwk(jwk: &Value) -> Option<VerifyingKey> {
    let is = |member: &str, wanted: &str| jwk.get(member).and_then(Value::as_str) == Some(wanted);
    if !is("kty", "OKP") || !is("crv", "Ed25519") {
        return None;
    }
    let bytes = BASE64URL_NOPAD.decode(jwk.get("x")?.as_str()?.as_bytes()).ok()?;
    VerifyingKey::from_bytes(&bytes.try_into().ok()?).ok()
}

fn multibase(key: &VerifyingKey) -> String {
    let bytes = [ED25519.as_slice(), key.as_bytes()].concat();
    format!("z{}", base58(&bytes))
}

/// Base 58 in Bitcoin's alphabet. The input never begins with a zero byte, which would need a digit
/// of its own.
fn base58(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut digits: Vec<usize> = Vec::new();
    for byte in bytes {
        let mut carry = usize::from(*byte);
        for digit in &mut digits {
            carry += *digit << 8;
            *digit = carry % 58;
            carry /= 58;
        }
        while carry > 0 {
            digits.push(carry % 58);
            carry /= 58;
        }
    }
    digits.iter().rev().filter_map(|digit| ALPHABET.get(*digit)).map(|&letter| char::from(letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test vector of the did:key method specification.
    #[test]
    fn a_key_is_named_as_the_specification_names_it() {
        let hex = b"2e6fcce36701dc791488e0d0b1745cc1e33a4c1c9fcc41c63bd343dbbe0970e6";
        let bytes = data_encoding::HEXLOWER.decode(hex).unwrap();
        let key = VerifyingKey::from_bytes(&bytes.try_into().unwrap()).unwrap();
        assert_eq!(issuer_id(&key), "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK");
    }

    #[test]
    fn published_keys_are_read_back() {
        let keys = [1, 2].map(|seed| ed25519_dalek::SigningKey::from_bytes(&[seed; 32]).verifying_key());
        assert_eq!(PublicKeys::read(&public_keys_json(&keys)), Ok(PublicKeys(keys.to_vec())));
    }

    #[test]
    fn what_is_no_key_set_is_refused() {
        assert_eq!(PublicKeys::read("hello"), Err(BadKeys::NotAKeySet));
        assert_eq!(PublicKeys::read("{\"keys\": 7}"), Err(BadKeys::NotAKeySet));
        let other = r#"{"keys":[{"kty":"RSA","n":"x"},{"kty":"OKP","crv":"Ed25519","x":"AAAA"}]}"#;
        assert_eq!(PublicKeys::read(other), Err(BadKeys::NoKey));
    }
}
