//! Counting words, in scripts with and without spaces between them.

/// How many words a text has.
///
/// Words are runs between spaces that hold a letter or a digit. Thai, Lao, Khmer, Burmese, Chinese and
/// Japanese do not put spaces between words: there, characters are divided by the length of a usual
/// word, which is near enough for limits and minutes.
pub fn count(text: &str) -> u32 {
    let mut words = 0u32;
    let mut unspaced = 0.0f32;
    for run in text.split(|c: char| c.is_whitespace() || matches!(c, '—' | '–' | '/')) {
        let mut is_word = false;
        for c in run.chars() {
            match share_of_word(c) {
                Some(share) => unspaced += share,
                None => is_word |= c.is_alphanumeric(),
            }
        }
        words += u32::from(is_word);
    }
    words.saturating_add(unspaced.round() as u32)
}

/// How much of a word a character is, in scripts without spaces.
fn share_of_word(c: char) -> Option<f32> {
    match c {
        // Thai, Lao; Burmese; Khmer: marks count as characters.
        '\u{e00}'..='\u{eff}' | '\u{1780}'..='\u{17ff}' => Some(1.0 / 4.5),
        '\u{1000}'..='\u{109f}' => Some(1.0 / 5.0),
        // Kana; Han.
        '\u{3040}'..='\u{30ff}' => Some(1.0 / 3.0),
        '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}' => Some(1.0 / 1.6),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_stands_between_spaces() {
        assert_eq!(count("Don't ask — a half-day, 5,630 words…"), 6);
        assert_eq!(count(" \n - "), 0);
    }

    #[test]
    fn scripts_without_spaces_are_counted_by_length() {
        assert!((5..=9).contains(&count("人权捍卫者的数字安全")));
        assert!((5..=9).contains(&count("สิทธิมนุษยชนเป็นของทุกคน")));
    }
}
