//! What is never asked: the list, and how lint finds a question that asks it all the same.

use crate::domain::quiz::text::is_written_without_spaces;

/// Topics that no item may ask and nothing may store. Every language of an instrument must say each
/// of them (for the preview) and give the phrases by which lint recognises it.
pub const TOPICS: [&str; 19] = [
    "legal-name",
    "identity-number",
    "photograph",
    "address",
    "location",
    "phone-number",
    "other-people",
    "incidents",
    "tools",
    "data-places",
    "party",
    "religion",
    "ethnicity",
    "caste",
    "orientation",
    "health",
    "migration-status",
    "funding",
    "threats-in-words",
];

/// How many words `*` may stand for.
const GAP: usize = 4;

/// How many characters it may stand for in scripts that are written without spaces.
const GAP_OF_LETTERS: usize = 24;

/// The phrases of one language, ready to be looked for.
#[derive(Clone, Debug, Default)]
pub struct Watch(Vec<Phrase>);

/// The words of a phrase, in the parts between its `*`.
#[derive(Clone, Debug)]
struct Phrase {
    topic: String,
    written: String,
    parts: Vec<Vec<String>>,
    /// The same letter by letter, where there are no spaces between words: there a whole sentence would
    /// count as one word.
    glued: Vec<String>,
}

impl Watch {
    /// Adds a phrase: its words in a row, where `*` stands for none to four words.
    pub fn add(&mut self, topic: &str, phrase: &str) {
        let parts: Vec<Vec<String>> = phrase.split('*').map(words).filter(|part| !part.is_empty()).collect();
        let is_glued = phrase.chars().any(is_written_without_spaces);
        let glued: Vec<String> =
            phrase.split('*').filter(|_| is_glued).map(glued).filter(|part| !part.is_empty()).collect();
        if !parts.is_empty() || !glued.is_empty() {
            self.0.push(Phrase { topic: topic.to_owned(), written: phrase.to_owned(), parts, glued });
        }
    }

    /// The first phrase that `text` holds, letter case and punctuation aside: its topic and itself.
    pub fn finds(&self, text: &str) -> Option<(&str, &str)> {
        let (words, letters) = (words(text), glued(text));
        let asks = |phrase: &&Phrase| {
            if phrase.glued.is_empty() {
                (0..words.len()).any(|start| follows(&words[start..], &phrase.parts))
            } else {
                stands_in(&letters, &phrase.glued)
            }
        };
        self.0.iter().find(asks).map(|phrase| (phrase.topic.as_str(), phrase.written.as_str()))
    }
}

/// Whether `text` begins with the first part and the others follow, each after a small gap.
fn follows(text: &[String], parts: &[Vec<String>]) -> bool {
    let Some((first, rest)) = parts.split_first() else { return true };
    if !text.starts_with(first) {
        return false;
    }
    let after = &text[first.len()..];
    rest.is_empty() || (0..=GAP.min(after.len())).any(|gap| follows(&after[gap..], rest))
}

/// Whether the first part is anywhere in `text` and the others follow, each after a small gap.
fn stands_in(text: &str, parts: &[String]) -> bool {
    let Some((first, rest)) = parts.split_first() else { return true };
    text.match_indices(first.as_str()).any(|(at, found)| comes_soon(&text[at + found.len()..], rest))
}

fn comes_soon(text: &str, parts: &[String]) -> bool {
    let Some((next, rest)) = parts.split_first() else { return true };
    let reach = GAP_OF_LETTERS + next.chars().count();
    let end = text.char_indices().nth(reach).map_or(text.len(), |(end, _)| end);
    text[..end].match_indices(next.as_str()).any(|(at, found)| comes_soon(&text[at + found.len()..], rest))
}

/// Without white space and letter case.
fn glued(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect()
}

fn words(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(text: &str, phrase: &str) -> bool {
        let mut watch = Watch::default();
        watch.add("topic", phrase);
        watch.finds(text).is_some()
    }

    #[test]
    fn a_phrase_is_found_whatever_case_and_punctuation() {
        assert!(asks("Which VPN do you use?", "which vpn"));
        assert!(asks("What is your full legal name?", "your * name"));
        assert!(asks("Where, please, are your backups", "where * backups"));
    }

    #[test]
    fn a_phrase_is_found_where_words_are_not_parted() {
        assert!(asks("ชื่อจริงของคุณคืออะไร", "ชื่อจริง"), "Thai");
        assert!(asks("กรุณาบอก ชื่อ และนามสกุลของคุณ", "ชื่อ*ของคุณ"), "Thai, with a gap");
        assert!(asks("あなたの本名は何ですか", "本名"), "Japanese");
        assert!(asks("您使用哪个VPN？", "哪个vpn"), "Chinese");
        assert!(!asks("คุณทำงานอะไร", "ชื่อจริง"));
        let far = format!("ชื่อ{}ของคุณ", "ก".repeat(60));
        assert!(!asks(&far, "ชื่อ*ของคุณ"), "too far apart");
    }

    #[test]
    fn a_phrase_is_not_found_in_other_words() {
        assert!(!asks("Unlicensed VPNs may be punished", "which vpn"));
        assert!(!asks("your work needs what a good and well known organisation would name", "your * name"));
        assert!(!asks("", "your name"));
        assert!(!asks("anything", "*"));
    }
}
