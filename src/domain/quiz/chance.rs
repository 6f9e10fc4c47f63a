//! A small generator of pseudo-random numbers with a fixed definition.
//!
//! The seed comes in as an argument; from there everything is arithmetic, so that an attempt looks
//! the same on every server and in every release. Never for secrets.

/// SplitMix64: Steele, Lea and Flood, *Fast splittable pseudorandom number generators*, OOPSLA
/// 2014, with the constants of its usual 64-bit form (Stafford's variant 13).
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn from_seed(seed: u64) -> Self {
        Self(seed)
    }

    /// A generator for one thing inside something seeded: the same seed and name give the same
    /// numbers, other names independent ones. The name is hashed with FNV-1a (64 bit).
    pub(super) fn for_name(seed: u64, name: &str) -> Self {
        let hash = name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        let mixed = Self(seed).next() ^ hash;
        Self(Self(mixed).next())
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `count - 1`, all equally likely; 0 when `count` is 0.
    pub(super) fn below(&mut self, count: usize) -> usize {
        let count = (count as u64).max(1);
        loop {
            let drawn = self.next();
            let rest = drawn % count;
            // The last, incomplete run of `count` numbers would favour the small ones.
            if drawn - rest <= u64::MAX - (count - 1) {
                return rest as usize;
            }
        }
    }

    /// Shuffles in place (Fisher and Yates, as Durstenfeld wrote it in 1964).
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// The numbers from 0 to `count - 1` in a drawn order.
    pub(super) fn permutation(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        self.shuffle(&mut order);
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_published_generator() {
        let mut chance = Chance::from_seed(1_234_567);
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(expected.map(|_| chance.next()), expected);
    }

    #[test]
    fn every_order_of_three_is_equally_likely() {
        let mut counts = std::collections::BTreeMap::new();
        let mut chance = Chance::from_seed(7);
        for _ in 0..6_000 {
            *counts.entry(chance.permutation(3)).or_insert(0_u32) += 1;
        }
        assert_eq!(counts.len(), 6);
        assert!(counts.values().all(|count| (850..1_150).contains(count)), "{counts:?}");
    }

    #[test]
    fn large_counts_do_not_favour_small_numbers() {
        let count = 3 << 62;
        let mut chance = Chance::from_seed(7);
        let small = (0..3_000).filter(|_| chance.below(count) < 1 << 62).count();
        assert!((900..1_100).contains(&small), "{small} of 3,000 in the first third");
    }

    #[test]
    fn each_name_has_its_own_order() {
        let orders: std::collections::BTreeSet<_> =
            ["q1", "q2", "q3", "q4"].map(|name| Chance::for_name(1, name).permutation(8)).into();
        assert_eq!(orders.len(), 4);
    }
}
