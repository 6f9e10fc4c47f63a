//! Sentences that people who read in a third language can hold in mind.

use super::Material;
use crate::domain::course::diagnostic::{Report, Spot, rule};
use crate::domain::course::markdown::PassageKind;
use crate::domain::course::reader::Setting;
use crate::domain::course::words;

const MAX_WORDS: u32 = 30;

pub fn check(material: &Material, report: &mut Report) {
    for located in &material.found.passages {
        if located.setting == Setting::Trainers || located.passage.kind != PassageKind::Prose {
            continue;
        }
        for sentence in sentences(&located.passage.text) {
            let words = words::count(sentence);
            if words > MAX_WORDS {
                let beginning: Vec<&str> = sentence.split_whitespace().take(5).collect();
                report.warning(
                    &Spot::line(&located.file, located.passage.line),
                    rule::SENTENCE_LENGTH,
                    format!("the sentence “{} …” has {words} words; {MAX_WORDS} are the limit", beginning.join(" ")),
                    "make it two sentences",
                );
            }
        }
    }
}

/// Cuts at full stops, question and exclamation marks, colons and semicolons that a space follows, in
/// any script.
pub fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = end_of_sentence(rest);
        let (sentence, after) = rest.split_at(end);
        rest = after;
        Some(sentence.trim())
    })
    .filter(|sentence| !sentence.is_empty())
}

fn end_of_sentence(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = at + c.len_utf8();
        let is_last = |next: Option<&(usize, char)>| {
            next.is_none_or(|(_, next)| next.is_whitespace() || matches!(next, '"' | '”' | '’' | '\'' | ')'))
        };
        match c {
            '。' | '！' | '？' | '।' | '။' | '។' => return after,
            '.' | '!' | '?' | ':' | ';' | '…' | '؟' | '۔' if is_last(chars.peek()) => return after,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_readers_breathe() {
        let text = "Ask first. “Is it 3.5 kB?” he said; yes: now… 人权。数字";
        let found: Vec<&str> = sentences(text).collect();
        assert_eq!(found, ["Ask first.", "“Is it 3.5 kB?", "” he said;", "yes:", "now…", "人权。", "数字"]);
    }
}
