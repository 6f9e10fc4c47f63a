//! How many years of schooling a lesson asks for. English only: the measure is made for it.

use super::Material;
use super::sentence_length::sentences;
use crate::domain::course::diagnostic::{Report, rule};
use crate::domain::course::markdown::PassageKind;
use crate::domain::course::reader::Setting;

/// Flesch–Kincaid grade, in years of school; higher is harder. Plain English for adults is 6 to 9.
const MAX_GRADE: f32 = 10.0;
/// Shorter texts jump too much to be judged.
const MIN_WORDS: u32 = 100;

#[derive(Default)]
struct Counts {
    sentences: u32,
    words: u32,
    syllables: u32,
}

pub fn check(material: &Material, report: &mut Report) {
    for (_, lesson) in material.text().lessons().filter(|(_, lesson)| lesson.language.primary() == "en") {
        let mut counts = Counts::default();
        for located in &material.found.passages {
            let is_read = located.setting == Setting::Body && located.passage.kind == PassageKind::Prose;
            if is_read && located.lesson.as_ref() == Some(&lesson.id) {
                counts.add(&located.passage.text);
            }
        }
        let grade = counts.grade();
        if counts.words >= MIN_WORDS && grade > MAX_GRADE {
            report.warning(
                &material.lesson_spot(&lesson.id),
                rule::READING_LEVEL,
                format!("the lesson asks for about {grade:.0} years of schooling; {MAX_GRADE:.0} are the limit"),
                "use shorter sentences and everyday words",
            );
        }
    }
}

impl Counts {
    fn add(&mut self, text: &str) {
        for sentence in sentences(text) {
            self.sentences += 1;
            for word in sentence.split_whitespace().filter(|word| word.contains(char::is_alphabetic)) {
                self.words += 1;
                self.syllables += syllables(word);
            }
        }
    }

    /// Flesch and Kincaid (1975): 0.39 · words per sentence + 11.8 · syllables per word − 15.59.
    fn grade(&self) -> f32 {
        let (sentences, words) = (self.sentences.max(1) as f32, self.words.max(1) as f32);
        0.39 * words / sentences + 11.8 * self.syllables as f32 / words - 15.59
    }
}

/// Groups of vowels, without a silent final `e`; near enough over a lesson.
fn syllables(word: &str) -> u32 {
    let word: String = word.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    let mut count = 0;
    let mut was_vowel = false;
    for c in word.chars() {
        let is_vowel = matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
        count += u32::from(is_vowel && !was_vowel);
        was_vowel = is_vowel;
    }
    if word.ends_with('e') && !word.ends_with("le") && count > 1 {
        count -= 1;
    }
    count.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_near_enough() {
        for (word, expected) in [("risk", 1), ("privacy", 3), ("vulnerability", 6), ("make", 1), ("table", 2)] {
            assert_eq!(syllables(word), expected, "{word}");
        }
    }

    #[test]
    fn officialese_scores_higher_than_plain_words() {
        let grade = |text: &str| {
            let mut counts = Counts::default();
            counts.add(text);
            counts.grade()
        };
        let plain = grade("Lock the door. Ask who is there. Do not open it for a man you do not know.");
        let official = grade(
            "Organisational security considerations necessitate comprehensive authentication of unidentified individuals requesting admittance.",
        );
        assert!(plain < 3.0 && official > 20.0, "{plain} {official}");
    }
}
