//! How often one was right when one was sure, in words.

use crate::domain::quiz::calibration::{Calibration, Tally};
use crate::domain::quiz::response::Confidence;
use crate::locale::{Argument, Words};

/// A sentence for each confidence that was said, the surest first.
pub fn sentences(words: &Words, calibration: &Calibration) -> Vec<String> {
    let said = [Confidence::Sure, Confidence::Unsure, Confidence::Guess];
    said.into_iter().filter_map(|confidence| sentence(words, confidence, calibration.tally(confidence))).collect()
}

fn sentence(words: &Words, confidence: Confidence, tally: Tally) -> Option<String> {
    let key = match confidence {
        Confidence::Sure => "attempts.calibration.sure",
        Confidence::Unsure => "attempts.calibration.unsure",
        Confidence::Guess => "attempts.calibration.guess",
    };
    let numbers = [("right", Argument::Number(tally.right.into())), ("count", Argument::Number(tally.of.into()))];
    (tally.of > 0).then(|| words.fill(key, &numbers))
}

/// Whether something was wrong that one was sure of.
pub fn was_sure_and_wrong(calibration: &Calibration) -> bool {
    calibration.sure.right < calibration.sure.of
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Language;

    #[test]
    fn calibration_reads_as_sentences() {
        let calibration =
            Calibration { sure: Tally { right: 4, of: 5 }, guess: Tally { right: 0, of: 1 }, ..Calibration::default() };
        let words = Language::English.words();
        assert_eq!(
            sentences(words, &calibration),
            ["When you were sure, you were right 4 of 5 times.", "When you guessed, you were right 0 of 1 time."]
        );
        assert!(was_sure_and_wrong(&calibration));
        assert!(!was_sure_and_wrong(&Calibration::default()));
    }
}
