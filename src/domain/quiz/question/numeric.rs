//! Numbers, with a tolerance and perhaps a unit.

use crate::domain::markup::SafeHtml;
use crate::domain::quiz::feedback::Detail;
use crate::domain::quiz::number::{self, Readings};
use crate::domain::quiz::response::{FieldProblem, Fields, Response};
use crate::domain::quiz::scoring::{Marked, Share};

#[derive(Clone, Debug, PartialEq)]
pub struct Numeric {
    pub unit: Option<String>,
    /// A response within this distance of a variant's value matches it.
    pub tolerance: f64,
    pub variants: Vec<NumericVariant>,
    pub otherwise: SafeHtml,
}

#[derive(Clone, Debug, PartialEq)]
pub struct NumericVariant {
    pub value: f64,
    pub is_key: bool,
    pub feedback: SafeHtml,
}

impl Numeric {
    /// The number is kept as it was typed; marking reads it again.
    pub(in crate::domain::quiz) fn read(&self, fields: Fields<'_>) -> Result<Option<Response>, FieldProblem> {
        let Some(typed) = fields.line("a", number::MAX_CHARS)? else { return Ok(None) };
        number::read(&typed, self.unit.as_deref()).map_err(|_| FieldProblem::NotANumber)?;
        Ok(Some(Response::Number(typed)))
    }

    /// Where a number can be read in two ways, the reading that is right counts.
    pub(in crate::domain::quiz) fn mark<'a>(&'a self, given: Option<&'a str>) -> Marked<'a> {
        let readings = given.and_then(|typed| number::read(typed, self.unit.as_deref()).ok());
        let matching = |variant: &&NumericVariant| readings.is_some_and(|readings| self.matches(variant, readings));
        let key = self.variants.iter().filter(|variant| variant.is_key).find(matching);
        let matched = key.or_else(|| self.variants.iter().find(matching));
        let feedback = given.map(|_| matched.map_or(&self.otherwise, |variant| &variant.feedback));
        let keys = self.variants.iter().filter(|variant| variant.is_key).map(|variant| variant.value).collect();
        Marked {
            share: Share::all_if(key.is_some()),
            detail: Detail::Numeric { given, feedback, keys, unit: self.unit.as_deref() },
        }
    }

    fn matches(&self, variant: &NumericVariant, readings: Readings) -> bool {
        // 1.1 − 1 is a little more than 0.1 in binary.
        let slack = 1e-9 * variant.value.abs().max(1.0);
        readings.values().any(|value| (value - variant.value).abs() <= self.tolerance + slack)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joint_words(tolerance: f64) -> Numeric {
        let variant = |value, is_key| NumericVariant { value, is_key, feedback: SafeHtml::default() };
        Numeric {
            unit: Some("words".to_owned()),
            tolerance,
            variants: vec![variant(2815.0, false), variant(5630.0, true)],
            otherwise: SafeHtml::default(),
        }
    }

    #[test]
    fn the_number_counts_and_not_how_it_is_written() {
        for typed in ["5630", "5,630 words", "5.630", "၅၆၃၀"] {
            assert_eq!(joint_words(0.0).mark(Some(typed)).share, Share::WHOLE, "{typed:?}");
        }
        for typed in ["2815", "2,815", "563", "many"] {
            assert_eq!(joint_words(0.0).mark(Some(typed)).share, Share::NONE, "{typed:?}");
        }
    }

    #[test]
    fn the_reading_that_is_right_has_the_word() {
        let variant = |value, is_key| NumericVariant { value, is_key, feedback: SafeHtml::trusted(is_key.to_string()) };
        let question = Numeric { variants: vec![variant(5.63, false), variant(5630.0, true)], ..joint_words(0.0) };
        for (typed, said) in [("5,630", "true"), ("5.63", "false")] {
            let detail = question.mark(Some(typed)).detail;
            assert!(matches!(detail, Detail::Numeric { feedback: Some(html), .. } if html.as_str() == said));
        }
    }

    #[test]
    fn the_edge_of_the_tolerance_is_inside() {
        let question = joint_words(0.1);
        assert_eq!(question.mark(Some("5630.1")).share, Share::WHOLE);
        assert_eq!(question.mark(Some("5629.9")).share, Share::WHOLE);
        assert_eq!(question.mark(Some("5630.11")).share, Share::NONE);
    }
}
