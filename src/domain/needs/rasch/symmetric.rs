//! Elementary symmetric functions: the heart of conditional likelihood.
//!
//! `γ_r` of items with easiness `ε_i = e^(−b_i)` is the sum, over all ways to answer `r` of them
//! rightly, of the products of their easiness.

/// `γ_0 … γ_k` of the given items, by adding one item after the other. All terms are positive, so
/// nothing is lost to cancellation.
pub fn functions(easiness: &[f64]) -> Vec<f64> {
    let mut gamma = vec![0.0; easiness.len() + 1];
    gamma[0] = 1.0;
    for (count, item) in easiness.iter().enumerate() {
        for score in (1..=count + 1).rev() {
            gamma[score] += item * gamma[score - 1];
        }
    }
    gamma
}

/// The same functions without one of the items, from those with it.
///
/// Going up, `g_r = γ_r − ε g_(r−1)` is exact enough while the item is more likely wrong than right
/// at that score; going down, `g_(r−1) = (γ_r − g_r) / ε` is, while it is more likely right. The
/// chance only rises with the score, so there is one place to change over (compare F. Baker and
/// M. Harwell, *Computing elementary symmetric functions*, Applied Psychological Measurement 1996).
pub fn without(gamma: &[f64], easiness: f64) -> Vec<f64> {
    let top = gamma.len() - 1;
    let mut less = vec![0.0; top];
    let mut score = 0;
    let mut last = 0.0;
    while score < top {
        let next = gamma[score] - easiness * last;
        if easiness * last > next {
            break;
        }
        less[score] = next;
        last = next;
        score += 1;
    }
    let mut above = 0.0;
    for place in (score..top).rev() {
        above = (gamma[place + 1] - above) / easiness;
        less[place] = above;
    }
    less
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn three_items_by_hand() {
        assert_eq!(functions(&[1.0, 2.0, 3.0]), [1.0, 6.0, 11.0, 6.0]);
        assert_eq!(without(&[1.0, 6.0, 11.0, 6.0], 2.0), [1.0, 4.0, 3.0]);
        assert_eq!(functions(&[]), [1.0]);
    }

    proptest! {
        #[test]
        fn taking_an_item_out_is_leaving_it_out(
            logits in proptest::collection::vec(-4.0_f64..4.0, 2..60),
            at in any::<proptest::sample::Index>(),
        ) {
            let easiness: Vec<f64> = logits.iter().map(|logit| (-logit).exp()).collect();
            let at = at.index(easiness.len());
            let mut rest = easiness.clone();
            let item = rest.remove(at);
            let direct = functions(&rest);
            for (quick, slow) in without(&functions(&easiness), item).iter().zip(&direct) {
                prop_assert!((quick / slow - 1.0).abs() < 1e-9, "{quick} is not {slow}");
            }
        }
    }
}
