//! Single choice, multiple choice, true or false.

use std::collections::BTreeSet;

use crate::domain::markup::SafeHtml;
use crate::domain::quiz::chance::Chance;
use crate::domain::quiz::feedback::{ChoiceFeedback, Detail};
use crate::domain::quiz::response::{self, FieldProblem, Fields, Response};
use crate::domain::quiz::scoring::{Marked, Share};

/// At least two, at least one of them a key and one a distractor.
#[derive(Clone, Debug, PartialEq)]
pub struct Choices(pub Vec<Choice>);

#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub text: SafeHtml,
    pub is_key: bool,
    pub feedback: SafeHtml,
}

impl Choices {
    pub(in crate::domain::quiz) fn presented(&self, chance: &mut Chance, keeps_order: bool) -> Vec<usize> {
        if keeps_order { (0..self.0.len()).collect() } else { chance.permutation(self.0.len()) }
    }

    pub(in crate::domain::quiz) fn read_one(
        &self,
        shown: &[usize],
        fields: Fields<'_>,
    ) -> Result<Option<Response>, FieldProblem> {
        let chosen = fields.first("a").map(|value| response::authored(value, shown)).transpose()?;
        Ok(chosen.map(Response::Choice))
    }

    pub(in crate::domain::quiz) fn read_several(
        &self,
        shown: &[usize],
        fields: Fields<'_>,
    ) -> Result<Option<Response>, FieldProblem> {
        let ticked: BTreeSet<usize> =
            fields.all("a").map(|value| response::authored(value, shown)).collect::<Result<_, _>>()?;
        Ok((!ticked.is_empty()).then_some(Response::Choices(ticked)))
    }

    /// All or nothing.
    pub(in crate::domain::quiz) fn mark_one(&self, chosen: Option<usize>) -> Marked<'_> {
        let is_right = chosen.and_then(|index| self.0.get(index)).is_some_and(|choice| choice.is_key);
        Marked { share: Share::all_if(is_right), detail: self.feedback(|index| chosen == Some(index)) }
    }

    /// Each key ticked earns its part; each distractor ticked costs as much, or more where there
    /// are fewer distractors than keys; never less than nothing:
    /// `right / keys − wrong / min(keys, distractors)`.
    ///
    /// So ticking everything never pays, whatever the number of keys.
    pub(in crate::domain::quiz) fn mark_several(&self, ticked: Option<&BTreeSet<usize>>) -> Marked<'_> {
        let is_ticked = |index: usize| ticked.is_some_and(|ticked| ticked.contains(&index));
        let count = |is_key: bool, only_ticked: bool| {
            let fits =
                |(index, choice): &(usize, &Choice)| choice.is_key == is_key && (!only_ticked || is_ticked(*index));
            self.0.iter().enumerate().filter(fits).count()
        };
        let (keys, distractors) = (count(true, false), count(false, false));
        let (right, wrong) = (count(true, true), count(false, true));
        let divisor = keys.min(distractors).max(1);
        let share = Share::new((right * divisor).saturating_sub(wrong * keys), keys * divisor);
        Marked { share, detail: self.feedback(is_ticked) }
    }

    fn feedback(&self, is_chosen: impl Fn(usize) -> bool) -> Detail<'_> {
        let row = |(index, choice)| {
            let &Choice { ref text, is_key, ref feedback } = choice;
            ChoiceFeedback { index, text, is_chosen: is_chosen(index), is_key, feedback }
        };
        Detail::Choices(self.0.iter().enumerate().map(row).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(keys: &str) -> Choices {
        let choice = |sign: char| Choice {
            text: SafeHtml::trusted(sign.to_string()),
            is_key: sign == 'x',
            feedback: SafeHtml::default(),
        };
        Choices(keys.chars().map(choice).collect())
    }

    fn share(keys: &str, ticked: &[usize]) -> Share {
        choices(keys).mark_several(Some(&ticked.iter().copied().collect())).share
    }

    #[test]
    fn a_part_of_the_keys_is_a_part_of_the_points() {
        assert_eq!(share("xx--", &[0]), Share::new(1, 2));
        assert_eq!(share("xx--", &[0, 1]), Share::WHOLE);
        assert_eq!(share("xx--", &[0, 1, 2]), Share::new(1, 2));
        assert_eq!(share("xx--", &[0, 2]), Share::NONE);
        assert_eq!(share("xx--", &[2, 3]), Share::NONE);
    }

    #[test]
    fn ticking_everything_earns_nothing_even_where_most_choices_are_keys() {
        assert_eq!(share("xxx-", &[0, 1, 2, 3]), Share::NONE);
        assert_eq!(share("xxx--", &[0, 1, 2, 3, 4]), Share::NONE);
        assert_eq!(share("xxx--", &[0, 1, 2, 3]), Share::new(1, 2));
    }

    #[test]
    fn an_index_that_does_not_exist_counts_for_nothing() {
        assert_eq!(choices("x-").mark_one(Some(7)).share, Share::NONE);
        assert_eq!(share("xx-", &[0, 9]), Share::new(1, 2));
    }
}
