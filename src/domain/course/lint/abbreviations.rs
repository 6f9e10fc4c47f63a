//! Abbreviations are spelled out in the lesson that uses them, or stand in the glossary.

use std::collections::BTreeSet;

use super::Material;
use crate::domain::course::diagnostic::{Report, Spot, rule};
use crate::domain::course::reader::Setting;

/// Better known than what they stand for.
const EVERYDAY: &[&str] =
    &["AM", "CD", "DVD", "GPS", "ID", "OK", "PC", "PDF", "PIN", "PM", "SIM", "SMS", "TV", "USB", "UK", "UN", "US"];

pub fn check(material: &Material, report: &mut Report) {
    let glossary: BTreeSet<&str> = material
        .text()
        .glossary
        .iter()
        .flat_map(|term| std::iter::once(&term.name).chain(&term.aka))
        .flat_map(|name| capitals(name))
        .collect();
    for (_, lesson) in material.text().lessons() {
        let texts = || material.found.passages.iter().filter(|located| located.lesson.as_ref() == Some(&lesson.id));
        let explained: BTreeSet<&str> = texts().flat_map(|located| explained(&located.passage.text)).collect();
        let mut seen = BTreeSet::new();
        for located in texts().filter(|located| located.setting == Setting::Body) {
            for word in capitals(&located.passage.text) {
                let is_known = EVERYDAY.contains(&word) || glossary.contains(word) || explained.contains(word);
                if is_known || !seen.insert(word) {
                    continue;
                }
                report.warning(
                    &Spot::line(&located.file, located.passage.line),
                    rule::UNDEFINED_ABBREVIATION,
                    format!("`{word}` is not spelled out in this lesson and not in the glossary"),
                    format!("write “the long form ({word})” where it first stands, or add it to the glossary"),
                );
            }
        }
    }
}

/// Words of capitals, two to six of them; Roman numerals are none.
fn capitals(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '/' | '-' | '_')))
        .map(|word| word.trim_end_matches('s'))
        .filter(|word| (2..=6).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase()))
        .filter(|word| !word.bytes().all(|byte| matches!(byte, b'I' | b'V' | b'X')))
}

/// How many bytes of a bracket, and before it, are looked at: a text of brackets alone must not take
/// hours.
const NEAR: usize = 200;

/// Abbreviations in or before brackets: `Universal Periodic Review (UPR)`, `UPR (Universal …)`, or
/// after “called”, “or”, “short”.
fn explained(text: &str) -> impl Iterator<Item = &str> {
    let bracketed = text.match_indices('(').flat_map(move |(at, _)| {
        let (before, after) = text.split_at(at);
        let inside = after[..after.floor_char_boundary(NEAR)].split(')').next().unwrap_or_default();
        let before = &before[before.floor_char_boundary(before.len().saturating_sub(NEAR))..];
        let last = before.trim_end().rsplit(' ').next().unwrap_or_default();
        capitals(inside).chain(capitals(last))
    });
    let named = ["or ", "short: ", "called "].into_iter().flat_map(move |lead| {
        text.match_indices(lead).flat_map(move |(at, _)| {
            capitals(text.get(at + lead.len()..).unwrap_or_default().split([' ', ',', '.']).next().unwrap_or_default())
        })
    });
    bracketed.chain(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_are_words_of_capitals() {
        let text = "The UPR and NGOs, not A/HRC/29, LONTAR_LOG or McDonald; a VPN, Pillar III.";
        let found: Vec<&str> = capitals(text).collect();
        assert_eq!(found, ["UPR", "NGO", "VPN"]);
    }

    #[test]
    fn brackets_and_or_explain() {
        let found: Vec<&str> =
            explained("The Labour Organization, or ILO, and a network (VPN). UPR (a review).").collect();
        assert_eq!(found, ["VPN", "UPR", "ILO"]);
    }
}
