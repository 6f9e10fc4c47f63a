//! Time-based one-time codes (RFC 6238) as the second factor of staff: SHA-1, six digits, 30
//! seconds, because those are what every authenticator app understands.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::crypto::random;
use crate::domain::time::Timestamp;

const STEP_SECONDS: i64 = 30;
const DIGITS: usize = 6;

/// A shared secret of 160 bits. Prints `…`.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct TotpSecret([u8; 20]);

/// A text that is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a second-factor secret")]
pub struct NotASecret;

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl TotpSecret {
    pub fn random() -> Self {
        Self(random::bytes())
    }

    /// For typing into an app by hand: base 32.
    pub fn reveal(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// For the QR code. The label is neutral on purpose: neither site nor person is in the app.
    pub fn uri(&self) -> String {
        format!("otpauth://totp/sign-in?secret={}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}", self.reveal())
    }

    /// The step whose code was typed, looked for one step around `now` and only after `last`, the
    /// step used before: a code is good once. `None`: wrong, too old, or used already.
    pub fn check(&self, typed: &str, now: Timestamp, last: Option<i64>) -> Option<i64> {
        let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        let current = now.0.div_euclid(1_000).div_euclid(STEP_SECONDS);
        let mut found = None;
        // All three are computed whatever was typed, so that time tells nothing.
        for step in current - 1..=current + 1 {
            let is_right: bool = self.code(step).as_bytes().ct_eq(typed.as_bytes()).into();
            if is_right && last.is_none_or(|last| step > last) {
                found = found.or(Some(step));
            }
        }
        found
    }

    /// The six digits of a moment, as an app shows them.
    pub fn digits(&self, now: Timestamp) -> String {
        self.code(now.0.div_euclid(1_000).div_euclid(STEP_SECONDS))
    }

    /// The six digits of one step.
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    fn code(&self, step: i64) -> String {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(&step.to_be_bytes());
        let digest: [u8; 20] = mac.finalize().into_bytes().into();
        // RFC 4226, 5.3: the low half of the last byte says where the four bytes begin (0–15).
        let start = usize::from(digest[19] & 0x0f);
        let four = digest[start..start + 4].iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte));
        format!("{:0DIGITS$}", (four & 0x7fff_ffff) % 1_000_000)
    }
}

impl std::str::FromStr for TotpSecret {
    type Err = NotASecret;

    fn from_str(text: &str) -> Result<Self, NotASecret> {
        let bytes = BASE32_NOPAD.decode(text.as_bytes()).map_err(|_| NotASecret)?;
        Ok(Self(bytes.try_into().map_err(|_| NotASecret)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    fn secret() -> TotpSecret {
        TotpSecret(*b"12345678901234567890")
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        for (second, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(secret().code(second / 30), code);
        }
    }

    #[test]
    fn a_code_is_good_a_little_early_or_late_and_once() {
        let at = |second: i64| Timestamp(second * 1_000);
        assert_eq!(secret().check("287 082", at(59), None), Some(1));
        assert_eq!(secret().check("287082", at(29), None), Some(1));
        assert_eq!(secret().check("287082", at(89), None), Some(1));
        assert_eq!(secret().check("287082", at(120), None), None);
        assert_eq!(secret().check("287082", at(59), Some(1)), None);
        assert_eq!(secret().check("287083", at(59), None), None);
        assert_eq!(secret().check("", at(59), None), None);
    }

    #[test]
    fn a_secret_reads_back_and_is_not_printed() {
        let secret = TotpSecret::random();
        assert_eq!(secret.reveal().parse(), Ok(secret.clone()));
        assert_eq!(format!("{secret:?}"), "…");
        assert!("1".parse::<TotpSecret>().is_err());
    }
}
