//! Comparing what people type, and counting its words, in any script.

use icu::casemap::CaseMapper;
use icu::properties::props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu::properties::{CodePointMapData, CodePointSetData};
use icu::segmenter::WordSegmenter;
use icu::segmenter::options::WordBreakInvariantOptions;
use unicode_normalization::UnicodeNormalization;

use super::number;

/// The form in which two texts that a person would call the same are equal: compatibility forms
/// unified (NFKC), case folded, digits of all scripts as ASCII digits, one form of apostrophes,
/// quotes and hyphens, invisible characters gone, white space as single spaces, punctuation at both
/// ends gone.
///
/// Joiners go too: they only steer how letters are drawn. Folding can undo the normal form, so that
/// is made twice, as Unicode's own `NFKC_Casefold` does.
pub fn fold(text: &str) -> String {
    let visible: String = text.nfkc().filter(|&char| !is_ignorable(char)).collect();
    let folded = CaseMapper::new().fold_string(&visible).into_owned();
    let plain: String = folded.nfkc().map(|char| to_keyboard_form(number::to_ascii_digit(char))).collect();
    let spaced = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let trimmed = spaced.trim_matches(|char: char| char == ' ' || is_punctuation(char));
    // What is punctuation all through ("?!", "*") stays as it is.
    if trimmed.is_empty() { spaced } else { trimmed.to_owned() }
}

/// Whether a reader would see nothing.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|char| char.is_whitespace() || char.is_control() || is_ignorable(char))
}

/// Words as a word processor counts them: what stands between white space and holds a letter or
/// digit. Scripts written without spaces are segmented by ICU's dictionaries and models.
pub fn count_words(text: &str) -> usize {
    let segmenter = WordSegmenter::new_auto(WordBreakInvariantOptions::default());
    let words_in = |chunk: &str| {
        if chunk.chars().any(is_written_without_spaces) {
            let mut segments = segmenter.segment_str(chunk).iter_with_word_type();
            // The first boundary is the start of the text and ends no word.
            segments.next();
            segments.filter(|(_, word_type)| word_type.is_word_like()).count()
        } else {
            usize::from(chunk.chars().any(char::is_alphanumeric))
        }
    };
    text.split_whitespace().map(words_in).sum()
}

/// Phones type curly quotes and long dashes by themselves.
fn to_keyboard_form(char: char) -> char {
    match char {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{02bc}' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201f}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => other,
    }
}

pub(super) fn is_ignorable(char: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(char)
}

fn is_punctuation(char: char) -> bool {
    GeneralCategoryGroup::Punctuation.contains(CodePointMapData::<GeneralCategory>::new().get(char))
}

/// Thai, Lao, Tibetan, Burmese, Khmer, Japanese and Chinese; not Korean, which uses spaces.
pub fn is_written_without_spaces(char: char) -> bool {
    matches!(char,
        '\u{0e00}'..='\u{0fff}'
        | '\u{1000}'..='\u{109f}' | '\u{a9e0}'..='\u{a9ff}' | '\u{aa60}'..='\u{aa7f}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_person_would_call_the_same_is_the_same() {
        for (one, other) in [
            ("Universal Periodic Review", "  universal   periodic\u{a0}review. "),
            ("CEDAW", "cedaw"),
            ("café", "cafe\u{301}"),
            ("straße", "STRASSE"),
            ("２ＦＡ", "2fa"),
            ("“metadata”", "Metadata!"),
            ("लेख १९", "लेख 19"),
            ("မြန်မာ", "မြန်မာ\u{200b}"),
            ("می‌خواهم", "میخواهم"),
            ("soft\u{ad}ware", "software"),
            ("the state’s duty", "the State's duty"),
            ("two‑factor", "two-factor"),
        ] {
            assert_eq!(fold(one), fold(other), "{one:?} and {other:?}");
        }
    }

    #[test]
    fn other_words_stay_other_words() {
        for (one, other) in [("treaty body", "treatybody"), ("resume", "résumé"), ("re-read", "reread"), ("*", "?")] {
            assert_ne!(fold(one), fold(other), "{one:?} and {other:?}");
        }
    }

    #[test]
    fn invisible_text_is_blank() {
        assert!(is_blank(" \u{200b}\u{feff}\u{3000}\n"));
        assert!(!is_blank("?"));
    }

    #[test]
    fn words_are_counted_as_people_count_them() {
        for (text, words) in [
            ("", 0),
            ("Don't re-read e-mails — at all.", 5),
            ("5,630 words", 2),
            ("ภาษาไทยภาษาไทย", 4),
            ("안녕하세요 여러분", 2),
            ("ကျွန်တော် သွားမည်။", 4),
        ] {
            assert_eq!(count_words(text), words, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing_more(text in "\\PC{0,30}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
