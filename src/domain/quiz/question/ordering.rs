//! Ordering: items to be put in their right order.

use std::collections::BTreeMap;

use crate::domain::markup::SafeHtml;
use crate::domain::quiz::chance::Chance;
use crate::domain::quiz::feedback::{Detail, PlacedItem};
use crate::domain::quiz::number;
use crate::domain::quiz::response::{FieldProblem, Fields, Response};
use crate::domain::quiz::scoring::{Marked, Share};

/// Items in their right order.
#[derive(Clone, Debug, PartialEq)]
pub struct Ordering {
    pub items: Vec<SafeHtml>,
}

impl Ordering {
    /// Always shuffled, and never already in the right order.
    pub(in crate::domain::quiz) fn presented(&self, chance: &mut Chance) -> Vec<usize> {
        loop {
            let order = chance.permutation(self.items.len());
            if self.items.len() < 2 || !order.is_sorted() {
                return order;
            }
        }
    }

    /// `a0`, `a1` … hold the rank, from 1, of the item at that position, in any script's digits; each
    /// rank once.
    pub(in crate::domain::quiz) fn read(
        &self,
        shown: &[usize],
        fields: Fields<'_>,
    ) -> Result<Option<Response>, FieldProblem> {
        let ranks: Vec<Option<&str>> = (0..shown.len()).map(|position| fields.numbered(position)).collect();
        if ranks.iter().all(Option::is_none) {
            return Ok(None);
        }
        let mut by_rank = BTreeMap::new();
        for (&item, typed) in shown.iter().zip(ranks) {
            let rank = self.read_rank(typed.ok_or(FieldProblem::RankMissing)?)?;
            if by_rank.insert(rank, item).is_some() {
                return Err(FieldProblem::SameRank);
            }
        }
        Ok(Some(Response::Order(by_rank.into_values().collect())))
    }

    fn read_rank(&self, typed: &str) -> Result<usize, FieldProblem> {
        let digits: String = typed.chars().map(number::to_ascii_digit).collect();
        let rank = digits.parse().map_err(|_| FieldProblem::NotANumber)?;
        if (1..=self.items.len()).contains(&rank) { Ok(rank) } else { Err(FieldProblem::UnknownChoice) }
    }

    /// The part of neighbours kept: of the pairs that follow each other in the right order, how many
    /// follow each other in the response. What teaches is what comes after what; one slip in a long
    /// list keeps most of it, the reverse order earns nothing, and an order drawn by chance earns
    /// `1 / items` on average. Other systems know the measure as *relative to the next item,
    /// excluding the last*.
    pub(in crate::domain::quiz) fn mark(&self, order: Option<&[usize]>) -> Marked<'_> {
        let given = order.filter(|order| self.is_whole(order)).unwrap_or_default();
        let kept = given.windows(2).filter(|pair| matches!(pair, [item, next] if *next == item + 1)).count();
        let pairs = self.items.len().saturating_sub(1);
        Marked { share: Share::new(kept, pairs), detail: Detail::Order(self.places(given)) }
    }

    /// Whether each item is named once.
    fn is_whole(&self, order: &[usize]) -> bool {
        let mut sorted = order.to_vec();
        sorted.sort_unstable();
        sorted.into_iter().eq(0..self.items.len())
    }

    fn places(&self, given: &[usize]) -> Vec<PlacedItem<'_>> {
        let row = |(index, item)| PlacedItem {
            item,
            right_place: index + 1,
            given_place: given.iter().position(|placed| *placed == index).map(|place| place + 1),
        };
        self.items.iter().enumerate().map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(order: &[usize]) -> Share {
        let items = (0..5).map(|item| SafeHtml::trusted(item.to_string())).collect();
        Ordering { items }.mark(Some(order)).share
    }

    #[test]
    fn neighbours_that_stay_together_count() {
        assert_eq!(share(&[0, 1, 2, 3, 4]), Share::WHOLE);
        assert_eq!(share(&[1, 2, 3, 4, 0]), Share::new(3, 4));
        assert_eq!(share(&[1, 0, 2, 3, 4]), Share::new(2, 4));
        assert_eq!(share(&[4, 3, 2, 1, 0]), Share::NONE);
    }

    #[test]
    fn an_order_that_does_not_name_each_item_once_earns_nothing() {
        assert_eq!(share(&[0, 1, 0, 1, 0, 1, 0, 1, 0, 1]), Share::NONE);
        assert_eq!(share(&[0, 1, 2]), Share::NONE);
    }
}
