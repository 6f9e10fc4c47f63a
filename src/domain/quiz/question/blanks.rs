//! Fill in the blanks, typed or picked from a bank of words.

use crate::domain::quiz::chance::Chance;
use crate::domain::quiz::feedback::{Detail, GapFeedback};
use crate::domain::quiz::response::{FieldProblem, Fields, Response};
use crate::domain::quiz::scoring::{Marked, Share};
use crate::domain::quiz::text;

/// The longest text taken for one gap, in characters.
pub(in crate::domain::quiz) const MAX_CHARS: usize = 100;

#[derive(Clone, Debug, PartialEq)]
pub struct Blanks {
    /// Text and gaps in reading order.
    pub pieces: Vec<Piece>,
    /// Wrong words offered beside the right ones; `None`: learners type.
    pub bank: Option<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Plain text between gaps.
    Text(String),
    /// The accepted forms, the first being the one shown.
    Gap(Vec<String>),
}

impl Blanks {
    /// The gaps in reading order, each with its accepted forms.
    pub fn gaps(&self) -> impl Iterator<Item = &[String]> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Gap(forms) => Some(forms.as_slice()),
        })
    }

    /// The words to pick from: the first form of each gap, then the bank's own, each once. Empty
    /// where learners type. This order is the key; pages print the presented one.
    pub fn words(&self) -> Vec<&str> {
        let Some(bank) = &self.bank else { return Vec::new() };
        let mut words: Vec<&str> = Vec::new();
        for word in self.gaps().filter_map(|forms| forms.first()).chain(bank) {
            if !words.iter().any(|known| text::fold(known) == text::fold(word)) {
                words.push(word);
            }
        }
        words
    }

    /// The bank's words, always shuffled; nothing where learners type.
    pub(in crate::domain::quiz) fn presented(&self, chance: &mut Chance) -> Vec<usize> {
        chance.permutation(self.words().len())
    }

    /// `a0`, `a1` … hold each gap's words, or nothing.
    pub(in crate::domain::quiz) fn read(&self, fields: Fields<'_>) -> Result<Option<Response>, FieldProblem> {
        let words = self.words();
        let mut given = Vec::new();
        for gap in 0..self.gaps().count() {
            let typed = fields.line(&format!("a{gap}"), MAX_CHARS)?.unwrap_or_default();
            if self.bank.is_some() && !typed.is_empty() && !words.contains(&typed.as_str()) {
                return Err(FieldProblem::UnknownChoice);
            }
            given.push(typed);
        }
        Ok(given.iter().any(|typed| !typed.is_empty()).then_some(Response::Blanks(given)))
    }

    /// Each gap counts alike.
    pub(in crate::domain::quiz) fn mark<'a>(&'a self, given: &'a [String]) -> Marked<'a> {
        let row = |(gap, forms): (usize, &'a [String])| {
            let given = given.get(gap).map(String::as_str).filter(|typed| !typed.is_empty());
            let folded = given.map(text::fold);
            let is_right = folded.is_some_and(|folded| forms.iter().any(|form| text::fold(form) == folded));
            GapFeedback { given, right: forms.first().map_or("", String::as_str), is_right }
        };
        let rows: Vec<GapFeedback<'a>> = self.gaps().enumerate().map(row).collect();
        let right = rows.iter().filter(|row| row.is_right).count();
        Marked { share: Share::new(right, rows.len()), detail: Detail::Gaps(rows) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copies(bank: Option<&[&str]>) -> Blanks {
        let gap = |forms: &[&str]| Piece::Gap(forms.iter().map(|form| (*form).to_owned()).collect());
        Blanks {
            pieces: vec![
                Piece::Text("Keep ".to_owned()),
                gap(&["three", "3"]),
                Piece::Text(" copies on ".to_owned()),
                gap(&["two", "2"]),
                Piece::Text(" kinds of storage".to_owned()),
            ],
            bank: bank.map(|words| words.iter().map(|word| (*word).to_owned()).collect()),
        }
    }

    fn share(given: &[&str]) -> Share {
        let given: Vec<String> = given.iter().map(|typed| (*typed).to_owned()).collect();
        copies(None).mark(&given).share
    }

    #[test]
    fn each_gap_counts_alike_in_every_accepted_form() {
        assert_eq!(share(&["Three", "၂"]), Share::WHOLE);
        assert_eq!(share(&["3", "three"]), Share::new(1, 2));
        assert_eq!(share(&["", ""]), Share::NONE);
        assert_eq!(share(&[]), Share::NONE);
    }

    #[test]
    fn the_bank_offers_each_word_once() {
        assert_eq!(copies(Some(&["weeks", "Two"])).words(), ["three", "two", "weeks"]);
        assert!(copies(None).words().is_empty());
    }

    #[test]
    fn a_word_that_was_not_offered_is_refused() {
        let fields = [("a0".to_owned(), "3".to_owned())];
        assert_eq!(copies(Some(&["weeks"])).read(Fields::new(&fields)), Err(FieldProblem::UnknownChoice));
        assert!(copies(None).read(Fields::new(&fields)).is_ok());
    }
}
