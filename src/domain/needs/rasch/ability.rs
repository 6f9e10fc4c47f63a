//! A person's ability from answers to calibrated items.
//!
//! Warm's weighted likelihood: the ability `θ` at which `r − Σ P + Σ P Q (1 − 2P) / (2 Σ P Q) = 0`
//! with `r` right answers, `P` their chances and `Q = 1 − P`. It is finite for no and for all right
//! answers, and nearly without bias for short forms. Its standard error is `1 / √(Σ P Q)`.
//!
//! Source: T. A. Warm, *Weighted likelihood estimation of ability in item response theory*,
//! Psychometrika 54 (1989).

use super::{chance, information};

/// An ability in logits with its standard error, about 0.5 for eighteen items that fit the person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ability {
    pub logit: f64,
    pub error: f64,
}

/// No test of ours tells abilities beyond this apart.
const BOUND: f64 = 12.0;

/// The ability of a person who answered items of these difficulties, each rightly or not; `None`
/// where nothing, or nothing that can be used, was answered.
pub fn estimate(answers: &[(f64, bool)]) -> Option<Ability> {
    if answers.is_empty() || answers.iter().any(|(difficulty, _)| !difficulty.is_finite()) {
        return None;
    }
    let (mut low, mut high) = (-BOUND, BOUND);
    // The slope falls from above zero to below it, so halving finds the root: 60 halvings of 24.
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if slope(answers, middle) > 0.0 { low = middle } else { high = middle }
    }
    let logit = f64::midpoint(low, high);
    let total: f64 = answers.iter().map(|(difficulty, _)| information(logit, *difficulty)).sum();
    Some(Ability { logit, error: 1.0 / total.sqrt() })
}

fn slope(answers: &[(f64, bool)], ability: f64) -> f64 {
    let (mut surplus, mut total, mut lean) = (0.0, 0.0, 0.0);
    for (difficulty, is_right) in answers {
        let chance = chance(ability, *difficulty);
        let information = chance * (1.0 - chance);
        surplus += f64::from(u8::from(*is_right)) - chance;
        total += information;
        lean += information * (1.0 - 2.0 * chance);
    }
    surplus + lean / (2.0 * total)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::needs::rasch::reference;

    #[test]
    fn it_agrees_with_the_reference_for_every_score() {
        let difficulties = reference::values("conditional-difficulty");
        for (score, (logit, error)) in reference::values("warm-ability").into_iter().enumerate() {
            let answers = difficulties.iter().enumerate().map(|(at, (difficulty, _))| (*difficulty, at < score));
            let found = estimate(&answers.collect::<Vec<_>>()).unwrap();
            assert!((found.logit - logit).abs() < 1e-5, "{found:?} is not {logit}");
            assert!((found.error - error).abs() < 1e-5, "{found:?} is not {error}");
        }
    }

    #[test]
    fn one_right_answer_says_little() {
        let found = estimate(&[(0.0, true)]).unwrap();
        assert!(found.error > 2.0);
        assert_eq!(estimate(&[]), None);
        assert_eq!(estimate(&[(f64::NAN, true)]), None);
    }

    proptest! {
        #[test]
        fn one_more_right_answer_never_lowers_an_ability(
            answers in proptest::collection::vec((-3.0_f64..3.0, any::<bool>()), 1..30),
            at in any::<proptest::sample::Index>(),
        ) {
            let at = at.index(answers.len());
            let with = |is_right: bool| {
                let mut answers = answers.clone();
                answers[at].1 = is_right;
                estimate(&answers).unwrap().logit
            };
            prop_assert!(with(true) > with(false));
        }

        #[test]
        fn moving_the_scale_moves_the_ability(
            answers in proptest::collection::vec((-2.0_f64..2.0, any::<bool>()), 2..30),
            shift in -2.0_f64..2.0,
        ) {
            let moved: Vec<(f64, bool)> = answers.iter().map(|(b, right)| (b + shift, *right)).collect();
            let (here, there) = (estimate(&answers).unwrap(), estimate(&moved).unwrap());
            prop_assert!((there.logit - here.logit - shift).abs() < 1e-6);
            prop_assert!((there.error - here.error).abs() < 1e-6);
        }
    }
}
