//! Matching: a right-hand side for each left-hand side.

use crate::domain::markup::SafeHtml;
use crate::domain::quiz::chance::Chance;
use crate::domain::quiz::feedback::{Detail, PairFeedback};
use crate::domain::quiz::response::{self, FieldProblem, Fields, Response};
use crate::domain::quiz::scoring::{Marked, Share};

#[derive(Clone, Debug, PartialEq)]
pub struct Matching {
    pub pairs: Vec<Pair>,
    /// Right-hand sides that match nothing.
    pub distractors: Vec<SafeHtml>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    pub left: SafeHtml,
    pub right: SafeHtml,
    pub feedback: SafeHtml,
}

impl Matching {
    /// Right-hand sides as one list: those of the pairs in their order, then the distractors.
    pub fn rights(&self) -> impl Iterator<Item = &SafeHtml> {
        self.pairs.iter().map(|pair| &pair.right).chain(&self.distractors)
    }

    /// Right-hand sides, always shuffled: their authored order is the key. Two that read the same
    /// are offered once.
    pub(in crate::domain::quiz) fn presented(&self, chance: &mut Chance) -> Vec<usize> {
        let rights: Vec<&SafeHtml> = self.rights().collect();
        let is_first = |index: &usize| !rights.iter().take(*index).any(|earlier| Some(earlier) == rights.get(*index));
        let mut order: Vec<usize> = (0..rights.len()).filter(is_first).collect();
        chance.shuffle(&mut order);
        order
    }

    /// `a0`, `a1` … hold the position of a right-hand side for each left-hand side, or nothing.
    pub(in crate::domain::quiz) fn read(
        &self,
        shown: &[usize],
        fields: Fields<'_>,
    ) -> Result<Option<Response>, FieldProblem> {
        let chosen = (0..self.pairs.len())
            .map(|left| fields.numbered(left).map(|value| response::authored(value, shown)).transpose())
            .collect::<Result<Vec<_>, _>>()?;
        Ok(chosen.iter().any(Option::is_some).then_some(Response::Pairs(chosen)))
    }

    /// Each pair counts alike. Right-hand sides are compared by what they say.
    pub(in crate::domain::quiz) fn mark<'a>(&'a self, chosen: &[Option<usize>]) -> Marked<'a> {
        let rights: Vec<&'a SafeHtml> = self.rights().collect();
        let row = |(left, pair): (usize, &'a Pair)| {
            let chosen = chosen.get(left).copied().flatten().and_then(|index| rights.get(index).copied());
            let is_right = chosen == Some(&pair.right);
            let feedback = (!is_right).then_some(&pair.feedback);
            PairFeedback { left: &pair.left, chosen, right: &pair.right, is_right, feedback }
        };
        let rows: Vec<PairFeedback<'a>> = self.pairs.iter().enumerate().map(row).collect();
        let right = rows.iter().filter(|row| row.is_right).count();
        Marked { share: Share::new(right, rows.len()), detail: Detail::Pairs(rows) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies() -> Matching {
        let html = |text: &str| SafeHtml::trusted(text.to_owned());
        let pair =
            |left: &str, right: &str| Pair { left: html(left), right: html(right), feedback: html("look again") };
        Matching {
            pairs: vec![pair("CEDAW", "A treaty"), pair("UPR", "The Charter"), pair("CRC", "A treaty")],
            distractors: vec![html("A court statute")],
        }
    }

    #[test]
    fn each_pair_counts_alike() {
        let bodies = bodies();
        assert_eq!(bodies.mark(&[Some(0), Some(1), Some(2)]).share, Share::WHOLE);
        assert_eq!(bodies.mark(&[Some(0), None, Some(3)]).share, Share::new(1, 3));
        assert_eq!(bodies.mark(&[]).share, Share::NONE);
    }

    #[test]
    fn right_hand_sides_that_read_the_same_are_the_same() {
        let bodies = bodies();
        assert_eq!(bodies.mark(&[Some(2), Some(1), Some(0)]).share, Share::WHOLE);
        let mut offered = bodies.presented(&mut Chance::from_seed(3));
        offered.sort_unstable();
        assert_eq!(offered, [0, 1, 3]);
    }
}
