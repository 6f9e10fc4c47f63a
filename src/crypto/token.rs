//! Bearer tokens: 256 random bits that live in a cookie or a link; the database has their hash.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::crypto::random;

/// A token as its bearer has it. Prints `…`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Token([u8; 32]);

/// What the database keeps of a token. Plain SHA-256 is enough: there is nothing to guess in 256
/// random bits.
pub type TokenHash = [u8; 32];

/// A text that is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a token")]
pub struct NotAToken;

impl Token {
    pub fn random() -> Self {
        Self(random::bytes())
    }

    /// For the cookie or the link: 43 letters, digits, `-` and `_`.
    pub fn reveal(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0)
    }

    pub fn hash(&self) -> TokenHash {
        Sha256::digest(self.0).into()
    }
}

impl std::str::FromStr for Token {
    type Err = NotAToken;

    fn from_str(text: &str) -> Result<Self, NotAToken> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| NotAToken)?;
        Ok(Self(bytes.try_into().map_err(|_| NotAToken)?))
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_its_journey() {
        let token = Token::random();
        assert_eq!(token.reveal().parse::<Token>().unwrap().hash(), token.hash());
        assert_eq!(token.reveal().len(), 43);
    }

    #[test]
    fn other_texts_are_refused() {
        for wrong in ["", "short", &"=".repeat(43), &"A".repeat(44), "ö"] {
            assert!(wrong.parse::<Token>().is_err(), "{wrong:?} was taken");
        }
    }

    #[test]
    fn a_token_is_not_printed() {
        assert_eq!(format!("{:?}", Token::random()), "…");
    }
}
