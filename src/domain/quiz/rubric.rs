//! Marking by hand: a trainer chooses a level for each criterion of a rubric.

use serde::{Deserialize, Serialize};

use super::question::Criterion;
use crate::domain::id::CriterionId;

/// What the chosen levels come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RubricScore {
    /// Per cent of the weights, rounded down.
    pub percent: u8,
    /// Whether `percent` reaches the pass mark and no required criterion stands on its lowest level.
    pub passed: bool,
    /// The required criteria on their lowest level.
    pub lacking: Vec<CriterionId>,
}

/// Why the chosen levels do not fit the rubric.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RubricProblem {
    #[error("no level was chosen for the criterion {0}")]
    LevelMissing(CriterionId),
    #[error("the criterion {0} has two levels")]
    TwoLevels(CriterionId),
    #[error("the criterion {0} has no such level")]
    UnknownLevel(CriterionId),
    #[error("the rubric has no criterion {0}")]
    UnknownCriterion(CriterionId),
}

/// Marks with `levels`, the index of the chosen level (0 the lowest) for each criterion. `pass` is
/// in per cent; free responses in a quiz have none of their own: 0.
///
/// # Errors
/// [`RubricProblem`] unless each criterion has exactly one of its levels, and nothing else has.
pub fn mark_by_hand(
    rubric: &[Criterion],
    levels: &[(CriterionId, usize)],
    pass: u8,
) -> Result<RubricScore, RubricProblem> {
    let is_known = |id: &CriterionId| rubric.iter().any(|criterion| criterion.id == *id);
    if let Some((stranger, _)) = levels.iter().find(|(id, _)| !is_known(id)) {
        return Err(RubricProblem::UnknownCriterion(stranger.clone()));
    }
    let (mut earned, mut weights, mut lacking) = (0_u64, 0_u64, Vec::new());
    for criterion in rubric {
        let level = chosen_level(criterion, levels)?;
        let share = criterion.levels.get(level).ok_or_else(|| RubricProblem::UnknownLevel(criterion.id.clone()))?.share;
        earned += u64::from(criterion.weight) * u64::from(share.min(100));
        weights += u64::from(criterion.weight);
        if criterion.is_required && level == 0 {
            lacking.push(criterion.id.clone());
        }
    }
    // `earned` is in hundredths of a weight, so dividing by the weights gives per cent.
    let percent = u8::try_from(earned / weights.max(1)).unwrap_or(100);
    Ok(RubricScore { percent, passed: percent >= pass && lacking.is_empty(), lacking })
}

fn chosen_level(criterion: &Criterion, levels: &[(CriterionId, usize)]) -> Result<usize, RubricProblem> {
    let mut chosen = levels.iter().filter(|(id, _)| *id == criterion.id).map(|(_, level)| *level);
    let level = chosen.next().ok_or_else(|| RubricProblem::LevelMissing(criterion.id.clone()))?;
    match chosen.next() {
        None => Ok(level),
        Some(_) => Err(RubricProblem::TwoLevels(criterion.id.clone())),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::quiz::samples;

    fn id(text: &str) -> CriterionId {
        text.parse().unwrap()
    }

    fn rubric() -> Vec<Criterion> {
        samples::rubric(&[("risk", 25, true), ("plan", 50, false), ("words", 25, false)])
    }

    fn mark(risk: usize, plan: usize, words: usize) -> RubricScore {
        mark_by_hand(&rubric(), &[(id("words"), words), (id("risk"), risk), (id("plan"), plan)], 60).unwrap()
    }

    #[test]
    fn each_criterion_counts_by_its_weight() {
        assert_eq!(mark(1, 1, 1), RubricScore { percent: 70, passed: true, lacking: vec![] });
        assert_eq!(mark(1, 2, 0), RubricScore { percent: 67, passed: true, lacking: vec![] });
        assert!(!mark(1, 1, 0).passed);
    }

    #[test]
    fn work_fails_while_a_required_criterion_stands_on_its_lowest_level() {
        assert_eq!(mark(0, 2, 2), RubricScore { percent: 75, passed: false, lacking: vec![id("risk")] });
    }

    #[test]
    fn levels_must_fit_the_rubric() {
        let refused = |levels: &[(&str, usize)]| {
            let levels: Vec<_> = levels.iter().map(|(name, level)| (id(name), *level)).collect();
            mark_by_hand(&rubric(), &levels, 60).unwrap_err()
        };
        assert_eq!(refused(&[("risk", 1), ("plan", 1)]), RubricProblem::LevelMissing(id("words")));
        assert_eq!(
            refused(&[("risk", 1), ("risk", 2), ("plan", 1), ("words", 1)]),
            RubricProblem::TwoLevels(id("risk"))
        );
        assert_eq!(refused(&[("risk", 3), ("plan", 1), ("words", 1)]), RubricProblem::UnknownLevel(id("risk")));
        assert_eq!(refused(&[("style", 1)]), RubricProblem::UnknownCriterion(id("style")));
    }

    proptest! {
        #[test]
        fn a_higher_level_never_lowers_the_score(levels in [0..3_usize, 0..3_usize, 0..3_usize], raised in 0..3_usize) {
            let [risk, plan, words] = levels;
            let before = mark(risk, plan, words);
            let mut higher = levels;
            higher[raised] = (higher[raised] + 1).min(2);
            let after = mark(higher[0], higher[1], higher[2]);
            prop_assert!(after.percent >= before.percent && after.percent <= 100);
            prop_assert!(after.passed || !before.passed);
        }
    }
}
