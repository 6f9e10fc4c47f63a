//! Short text: typed words, compared as people compare them.

use crate::domain::markup::SafeHtml;
use crate::domain::quiz::feedback::Detail;
use crate::domain::quiz::response::{FieldProblem, Fields, Response};
use crate::domain::quiz::scoring::{Marked, Share};
use crate::domain::quiz::text;

/// The longest text taken, in characters.
pub(in crate::domain::quiz) const MAX_CHARS: usize = 300;

#[derive(Clone, Debug, PartialEq)]
pub struct ShortText {
    /// In authored order; the first that matches decides.
    pub variants: Vec<Variant>,
    /// For anything else.
    pub otherwise: SafeHtml,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    pub text: String,
    pub is_key: bool,
    pub feedback: SafeHtml,
}

impl ShortText {
    pub(in crate::domain::quiz) fn read(&self, fields: Fields<'_>) -> Result<Option<Response>, FieldProblem> {
        Ok(fields.line("a", MAX_CHARS)?.map(Response::Text))
    }

    /// Texts are equal when [`text::fold`] makes them so.
    pub(in crate::domain::quiz) fn mark<'a>(&'a self, given: Option<&'a str>) -> Marked<'a> {
        let matched = given
            .map(text::fold)
            .and_then(|folded| self.variants.iter().find(|variant| text::fold(&variant.text) == folded));
        let feedback = given.map(|_| matched.map_or(&self.otherwise, |variant| &variant.feedback));
        let keys = self.variants.iter().filter(|variant| variant.is_key).map(|variant| variant.text.as_str()).collect();
        Marked {
            share: Share::all_if(matched.is_some_and(|variant| variant.is_key)),
            detail: Detail::ShortText { given, feedback, keys },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variant_that_matches_decides_and_anything_else_has_its_own_words() {
        let variant = |text: &str, is_key| Variant {
            text: text.to_owned(),
            is_key,
            feedback: SafeHtml::trusted(text.to_owned()),
        };
        let question = ShortText {
            variants: vec![variant("Universal Periodic Review", true), variant("Universal Peer Review", false)],
            otherwise: SafeHtml::trusted("three words".to_owned()),
        };
        for (given, share, said) in [
            ("universal periodic review.", Share::WHOLE, "Universal Periodic Review"),
            ("Universal peer review", Share::NONE, "Universal Peer Review"),
            ("no idea", Share::NONE, "three words"),
        ] {
            let marked = question.mark(Some(given));
            assert_eq!(marked.share, share);
            assert!(matches!(marked.detail, Detail::ShortText { feedback: Some(html), .. } if html.as_str() == said));
        }
    }
}
