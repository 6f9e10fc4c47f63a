//! What was right by competency, and what changed between the test before a course and the one
//! after it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::competency::CompetencyCode;
use crate::domain::course::{CourseText, Module, Place};
use crate::domain::needs::gain;
use crate::domain::needs::instrument::FrameworkText;
use crate::domain::quiz::calibration::Tally;
use crate::domain::quiz::question::Question;
use crate::domain::quiz::scoring::Verdict;
use crate::locale::{Argument, Words};

/// How many questions of each competency were wholly right.
pub type Tallies = BTreeMap<CompetencyCode, Tally>;

/// One competency in the table of a result.
#[derive(Serialize)]
pub struct TopicRow {
    title: String,
    /// Where it is taught.
    url: String,
    before: String,
    now: String,
}

/// Counts marked questions. What waits for a person counts as not right yet.
pub fn tallies<'a>(marked: impl IntoIterator<Item = (&'a Question, Verdict)>) -> Tallies {
    let mut tallies = Tallies::new();
    for (question, verdict) in marked {
        let tally = tallies.entry(question.competency).or_default();
        tally.of += 1;
        tally.right += u32::from(verdict == Verdict::Right);
    }
    tallies
}

pub fn total(tallies: &Tallies) -> Tally {
    tallies
        .values()
        .fold(Tally::default(), |sum, tally| Tally { right: sum.right + tally.right, of: sum.of + tally.of })
}

/// "2 of 3"
pub fn right_of(words: &Words, key: &str, tally: Tally) -> String {
    words.fill(key, &[("right", Argument::Number(tally.right.into())), ("all", Argument::Number(tally.of.into()))])
}

/// What changed, in honest words: how sure it is follows from the number of questions.
pub fn change(words: &Words, before: Option<Tally>, now: Tally) -> String {
    let Some(before) = before else { return words.get("attempts.change.none_before") };
    let mut sentences = vec![right_of(words, "attempts.change.before", before)];
    // Two tests of unequal length cannot be compared by counting.
    if before.of == now.of {
        let difference = now.right.abs_diff(before.right);
        let key = match now.right.cmp(&before.right) {
            std::cmp::Ordering::Greater => "attempts.change.more",
            std::cmp::Ordering::Equal => "attempts.change.same",
            std::cmp::Ordering::Less => "attempts.change.fewer",
        };
        sentences.push(words.fill(key, &[("count", Argument::Number(difference.into()))]));
        if difference > 0 {
            sentences.push(words.get(gain::certainty(now.of, difference).key()));
        }
    }
    sentences.join(" ")
}

/// Where a table of topics finds its words and links.
pub struct Shelf<'a> {
    /// What competencies are called in the reader's language; `None` where nothing is published that names them.
    pub names: Option<&'a FrameworkText>,
    pub text: &'a CourseText,
    /// Where the lessons stand.
    pub folder: &'a str,
}

/// The table: each competency by its name, with a way to the module that teaches most of it.
pub fn rows(words: &Words, shelf: &Shelf<'_>, before: Option<&Tallies>, now: &Tallies) -> Vec<TopicRow> {
    let shown = |tally: &Tally| right_of(words, "attempts.right_of", *tally);
    now.iter()
        .map(|(code, tally)| {
            let module = taught_in(shelf.text, *code);
            let name = shelf.names.and_then(|names| names.competencies.get(code)).map(|known| known.name.clone());
            TopicRow {
                title: name.or(module.map(|(_, module)| module.title.clone())).unwrap_or_else(|| code.to_string()),
                url: module.map(|(place, _)| format!("{}{place}", shelf.folder)).unwrap_or_default(),
                before: before.and_then(|before| before.get(code)).map(shown).unwrap_or_default(),
                now: shown(tally),
            }
        })
        .collect()
}

/// The module with most lessons on this competency, and the first of them.
fn taught_in(text: &CourseText, code: CompetencyCode) -> Option<(Place, &Module)> {
    let mut best: Option<(usize, Place, &Module)> = None;
    for (number, module) in (1..).zip(&text.modules) {
        let on_it = |span: &crate::domain::competency::CompetencySpan| span.code == code;
        let mut lessons = (1..).zip(&module.lessons).filter(|(_, lesson)| lesson.competencies.iter().any(on_it));
        let Some((first, _)) = lessons.next() else { continue };
        let count = 1 + lessons.count();
        if best.is_none_or(|(most, ..)| count > most) {
            best = Some((count, Place { module: number, lesson: first }, module));
        }
    }
    best.map(|(_, place, module)| (place, module))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Language;

    fn changed(before: u32, now: u32) -> String {
        change(Language::English.words(), Some(Tally { right: before, of: 18 }), Tally { right: now, of: 18 })
    }

    #[test]
    fn change_is_said_in_honest_words() {
        let before = "Before the course you had 8 of 18 right.";
        let perhaps = "This points to a change, and may still be chance.";
        let cannot_tell = "So few questions cannot tell whether this is a change.";
        assert_eq!(changed(8, 17), format!("{before} That is 9 more now. This is hardly chance."));
        assert_eq!(changed(8, 14), format!("{before} That is 6 more now. {perhaps}"));
        assert_eq!(changed(8, 9), format!("{before} That is 1 more now. {cannot_tell}"));
        assert_eq!(changed(8, 8), format!("{before} That is the same number now."));
        assert_eq!(changed(8, 5), format!("{before} That is 3 fewer now. {cannot_tell}"));
    }

    #[test]
    fn without_a_first_test_or_with_another_length_nothing_is_compared() {
        let words = Language::English.words();
        let now = Tally { right: 9, of: 18 };
        assert!(change(words, None, now).starts_with("You did not take the first test"));
        let before = Some(Tally { right: 9, of: 10 });
        assert_eq!(change(words, before, now), "Before the course you had 9 of 10 right.");
    }
}
