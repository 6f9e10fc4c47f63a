//! What is known of scripts: their families, packages, directions and likely languages.

use std::collections::BTreeMap;

use icu::properties::props::{BidiClass, Script};
use icu::properties::{CodePointMapData, PropertyNamesLong};

use crate::domain::language::LanguageTag;

/// Letters that Urdu and its neighbours have and Persian and Arabic have not.
const URDU_LETTERS: &str = "ٹڈڑںےۓھہ";

/// The families to try for a cluster, best first: a serif for the printed look, else the sans.
pub fn families(cluster: &[char], text: &str, language: &LanguageTag) -> Vec<String> {
    let script = match main_script(cluster.iter().copied()) {
        // Punctuation is drawn in the manner of the text around it.
        Script::Common | Script::Inherited => main_script(text.chars()),
        script => script,
    };
    match script {
        Script::Arabic if is_nastaliq(text, language) => owned(&["Noto Nastaliq Urdu", "Noto Naskh Arabic"]),
        Script::Arabic => owned(&["Noto Naskh Arabic", "Noto Sans Arabic", "Noto Nastaliq Urdu"]),
        script if is_cjk(script) => {
            let region = region(text, language);
            ["Noto Serif CJK", "Noto Sans CJK", "Noto Serif", "Noto Sans"].map(|f| format!("{f} {region}")).into()
        }
        script if is_own(script) => owned(&["Noto Serif", "Noto Sans"]),
        other => ["Noto Serif", "Noto Sans"].map(|family| format!("{family} {}", name(other))).into(),
    }
}

fn owned(families: &[&str]) -> Vec<String> {
    families.iter().map(|&family| family.to_owned()).collect()
}

fn is_nastaliq(text: &str, language: &LanguageTag) -> bool {
    matches!(language.primary(), "ur" | "ks" | "pnb" | "skr") || text.contains(|c| URDU_LETTERS.contains(c))
}

/// Chinese, Japanese and Korean share characters and draw them differently: the sounds written
/// beside them tell, else the language of the paper.
fn region(text: &str, language: &LanguageTag) -> &'static str {
    let has = |wanted: &[Script]| text.chars().any(|c| wanted.contains(&script(c)));
    let tag = language.as_str();
    match language.primary() {
        _ if has(&[Script::Hiragana, Script::Katakana]) => "JP",
        _ if has(&[Script::Hangul]) => "KR",
        _ if has(&[Script::Bopomofo]) => "TC",
        "ja" => "JP",
        "ko" => "KR",
        "yue" => "HK",
        "zh" if tag.contains("HK") || tag.contains("MO") => "HK",
        "zh" if tag.contains("Hant") || tag.contains("TW") => "TC",
        _ => "SC",
    }
}

/// Whether a script is in the fonts for Chinese, Japanese and Korean.
pub fn is_cjk(script: Script) -> bool {
    matches!(script, Script::Han | Script::Hiragana | Script::Katakana | Script::Hangul | Script::Bopomofo)
}

/// Whether the family that is part of the program was made for a script.
pub fn is_own(script: Script) -> bool {
    matches!(script, Script::Latin | Script::Greek | Script::Cyrillic | Script::Common | Script::Inherited)
}

/// The English name, as in the names of Noto families: `Tai Viet`.
pub fn name(script: Script) -> String {
    PropertyNamesLong::<Script>::new().get(script).unwrap_or("unknown").replace('_', " ")
}

pub fn script(c: char) -> Script {
    CodePointMapData::<Script>::new().get(c)
}

/// The script of most characters; of two equals the one that Unicode counts first.
pub fn main_script(text: impl Iterator<Item = char>) -> Script {
    let mut counts = BTreeMap::new();
    for script in text.map(script).filter(|script| !matches!(*script, Script::Common | Script::Inherited)) {
        *counts.entry(script).or_insert(0_usize) += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(script, count)| (*count, std::cmp::Reverse(*script)))
        .map_or(Script::Common, |(script, _)| script)
}

/// The direction in which a name begins, by its first letter that has one: `ltr` or `rtl`.
pub fn direction(text: &str) -> &'static str {
    let classes = CodePointMapData::<BidiClass>::new();
    let first = text
        .chars()
        .map(|c| classes.get(c))
        .find(|class| matches!(*class, BidiClass::LeftToRight | BidiClass::RightToLeft | BidiClass::ArabicLetter));
    match first {
        Some(BidiClass::RightToLeft | BidiClass::ArabicLetter) => "rtl",
        _ => "ltr",
    }
}

/// The language to announce a name in, so that screen readers choose a voice that can read it and
/// fonts the right forms: the paper's, when it is written in the name's script, else the language
/// with most writers of that script.
pub fn language_of(text: &str, paper: &LanguageTag) -> String {
    let usual = |language: &str| paper.primary() == language;
    let guess = match main_script(text.chars()) {
        Script::Myanmar if !usual("my") => "my",
        Script::Khmer if !usual("km") => "km",
        Script::Thai if !usual("th") => "th",
        Script::Lao if !usual("lo") => "lo",
        Script::Bengali if !usual("bn") && !usual("as") => "bn",
        Script::Devanagari if !usual("hi") && !usual("ne") && !usual("mr") => "hi",
        Script::Sinhala if !usual("si") => "si",
        Script::Tamil if !usual("ta") => "ta",
        Script::Tibetan if !usual("bo") && !usual("dz") => "bo",
        Script::Hangul if !usual("ko") => "ko",
        Script::Hiragana | Script::Katakana if !usual("ja") => "ja",
        Script::Han if text.chars().any(|c| matches!(script(c), Script::Hiragana | Script::Katakana)) => "ja",
        Script::Han if !usual("zh") && !usual("ja") && !usual("ko") && !usual("yue") => "zh",
        Script::Arabic if text.contains(|c| URDU_LETTERS.contains(c)) => "ur",
        Script::Arabic if !paper.is_rtl() => "ar",
        Script::Hebrew if !usual("he") && !usual("yi") => "he",
        _ => paper.primary(),
    };
    guess.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_runs_as_its_first_letter_does() {
        assert_eq!(direction("Mira علی"), "ltr");
        assert_eq!(direction("(7) علی Mira"), "rtl");
        assert_eq!(direction("123"), "ltr");
    }

    #[test]
    fn a_name_is_announced_in_a_language_of_its_script() {
        let language = |text: &str, paper: &str| language_of(text, &paper.parse().unwrap());
        assert_eq!(language("ခင်", "en"), "my");
        assert_eq!(language("श्रेष्ठ", "ne"), "ne");
        assert_eq!(language("渡邉さ", "en"), "ja");
        assert_eq!(language("Nguyễn", "vi"), "vi");
        assert_eq!(language("عائشہ", "en"), "ur");
        assert_eq!(language("Mira", "zh-Hant"), "zh");
    }
}
