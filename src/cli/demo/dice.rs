//! Chance that repeats itself: the same seed gives the same network.

use uuid::Uuid;

use crate::domain::time::Timestamp;

/// SplitMix64 by G. Steele, D. Lea and C. Flood (2014): small, even, and good enough for made-up people.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// From 0 up to and without 1.
    pub fn share(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn below(&mut self, end: usize) -> usize {
        ((self.share() * end as f64) as usize).min(end.saturating_sub(1))
    }

    /// From `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below(usize::try_from(high - low + 1).unwrap_or(1)) as i64
    }

    pub fn chance(&mut self, of: f64) -> bool {
        self.share() < of
    }

    /// Around 0 with a standard deviation of 1: the sum of twelve even shares, which has no far ends.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// An id as it is made at that moment.
    pub fn id(&mut self, at: Timestamp) -> Uuid {
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.bits().to_be_bytes());
        random[8..].copy_from_slice(&self.bits().to_be_bytes()[..2]);
        uuid::Builder::from_unix_timestamp_millis(at.0.unsigned_abs(), &random).into_uuid()
    }

    /// An id that says nothing of when it was made.
    pub fn random_id(&mut self) -> Uuid {
        let bits = (u128::from(self.bits()) << 64) | u128::from(self.bits());
        uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_throws_the_same() {
        let throw = |seed| {
            let mut dice = Dice::new(seed);
            [dice.bits(), dice.bits(), dice.id(Timestamp(9)).as_u64_pair().1, dice.bits()]
        };
        assert_eq!(throw(1), throw(1));
        assert_ne!(throw(1), throw(2));
    }

    #[test]
    fn throws_are_even_and_within_their_bounds() {
        let mut dice = Dice::new(7);
        let mut seen = [0_u32; 6];
        (0..6_000).for_each(|_| seen[dice.below(6)] += 1);
        assert!(seen.iter().all(|count| (850..1_150).contains(count)), "{seen:?}");
        let normal: Vec<f64> = (0..4_000).map(|_| dice.normal()).collect();
        let mean = normal.iter().sum::<f64>() / 4_000.0;
        let spread = (normal.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 4_000.0).sqrt();
        assert!(mean.abs() < 0.06 && (spread - 1.0).abs() < 0.06, "{mean} {spread}");
        assert!((0..500).all(|_| (3..=5).contains(&dice.between(3, 5))));
    }
}
