//! What is never asked: the list, and how lint finds a question that asks it all the same.

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

/// The phrases of one language, ready to be looked for.
#[derive(Clone, Debug, Default)]
pub struct Watch(Vec<Phrase>);

/// The words of a phrase, in the parts between its `*`.
#[derive(Clone, Debug)]
struct Phrase {
    topic: String,
    written: String,
    parts: Vec<Vec<String>>,
}

impl Watch {
    /// Adds a phrase: its words in a row, where `*` stands for none to four words.
    pub fn add(&mut self, topic: &str, phrase: &str) {
        let parts: Vec<Vec<String>> = phrase.split('*').map(words).filter(|part| !part.is_empty()).collect();
        if !parts.is_empty() {
            self.0.push(Phrase { topic: topic.to_owned(), written: phrase.to_owned(), parts });
        }
    }

    /// The first phrase that `text` holds, letter case and punctuation aside: its topic and itself.
    pub fn finds(&self, text: &str) -> Option<(&str, &str)> {
        let text = words(text);
        let found = self.0.iter().find(|phrase| (0..text.len()).any(|start| follows(&text[start..], &phrase.parts)));
        found.map(|phrase| (phrase.topic.as_str(), phrase.written.as_str()))
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
    fn a_phrase_is_not_found_in_other_words() {
        assert!(!asks("Unlicensed VPNs may be punished", "which vpn"));
        assert!(!asks("your work needs what a good and well known organisation would name", "your * name"));
        assert!(!asks("", "your name"));
        assert!(!asks("anything", "*"));
    }
}
