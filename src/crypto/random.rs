//! Randomness from the operating system.

/// `N` random bytes.
///
/// # Panics
/// When the operating system has no randomness to give. Going on without would hand out
/// predictable keys, so the request must die; no outside input can bring this about.
#[expect(clippy::expect_used, reason = "see above")]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// A number below `end`, evenly spread.
pub fn below(end: u32) -> u32 {
    // Rejection keeps it even: the last, incomplete run of `end` numbers is thrown away.
    let end = end.max(1);
    let fair = u32::MAX - u32::MAX % end;
    loop {
        let number = u32::from_le_bytes(bytes());
        if number < fair {
            return number % end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_below_their_end_and_reach_all_of_it() {
        let seen: std::collections::BTreeSet<u32> = (0..1_000).map(|_| below(7)).collect();
        assert_eq!(seen, (0..7).collect());
        assert_eq!(below(1), 0);
        assert_eq!(below(0), 0);
    }
}
