//! The keyed shift: the same figure of the same period is always shifted alike, and nobody without
//! the key knows by how much.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The key of the shifts. It prints nothing of itself.
#[derive(Clone, PartialEq, Eq)]
pub struct NoiseKey([u8; 32]);

impl std::fmt::Debug for NoiseKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NoiseKey(…)")
    }
}

/// How far a released figure lies from the truth at most: shift 2 and rounding 2.
pub const REACH: u32 = 4;

impl NoiseKey {
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A count as it is released: shifted by −2 to 2, then rounded to the nearest 5. `parts` name the
    /// figure. For a count of 5 or more the result is 5 or more.
    pub fn about(&self, parts: &[&str], count: u32) -> u32 {
        // 2 for the lowest shift, 2 for rounding to the nearest.
        (count + self.shift(parts)) / 5 * 5
    }

    /// 0–4, each as likely: the remainder of 64 bits leaves a bias under 2⁻⁶⁰.
    fn shift(&self, parts: &[&str]) -> u32 {
        let mut mac = self.mac(b"shift");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        let digest = mac.finalize().into_bytes();
        let number = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        u32::try_from(number % 5).unwrap_or(0)
    }

    pub(super) fn seal(&self, text: &str) -> String {
        HEXLOWER.encode(&self.mac(b"seal").chain_update(text).finalize().into_bytes())
    }

    pub(super) fn is_sealed(&self, text: &str, seal: &str) -> bool {
        let Ok(seal) = HEXLOWER.decode(seal.as_bytes()) else { return false };
        self.mac(b"seal").chain_update(text).verify_slice(&seal).is_ok()
    }

    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    fn mac(&self, purpose: &[u8]) -> Hmac<Sha256> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.chain_update([purpose.len() as u8]).chain_update(purpose)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> NoiseKey {
        NoiseKey::new([byte; 32])
    }

    #[test]
    fn a_figure_is_always_shifted_alike_and_never_far() {
        let mut shifts = [0_u32; 5];
        for count in 5..2_000_u32 {
            let name = count.to_string();
            let about = key(7).about(&["2026-Q3", &name], count);
            assert_eq!(about, key(7).about(&["2026-Q3", &name], count));
            assert!(about.is_multiple_of(5) && about >= 5 && about.abs_diff(count) <= REACH);
            shifts[key(7).shift(&["2026-Q3", &name]) as usize] += 1;
        }
        assert!(shifts.iter().all(|count| (320..480).contains(count)), "{shifts:?}");
    }

    #[test]
    fn on_average_nothing_is_added() {
        let sum: i64 = (0..5_000_u32)
            .map(|at| i64::from(key(1).about(&[&at.to_string()], 40 + at % 5)) - i64::from(40 + at % 5))
            .sum();
        assert!(sum.abs() < 500, "{sum}");
    }

    #[test]
    fn another_key_and_another_name_shift_otherwise() {
        let row = |key: &NoiseKey, name: &str| -> Vec<u32> {
            (0..40_u32).map(|at| key.shift(&[name, &at.to_string()])).collect()
        };
        assert_ne!(row(&key(1), "a"), row(&key(2), "a"));
        assert_ne!(row(&key(1), "a"), row(&key(1), "b"));
        assert_ne!(key(1).mac(b"a").chain_update("b").finalize(), key(1).mac(b"ab").finalize());
    }

    #[test]
    fn the_key_prints_nothing() {
        assert_eq!(format!("{:?}", key(3)), "NoiseKey(…)");
    }
}
