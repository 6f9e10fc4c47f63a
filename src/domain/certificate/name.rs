//! The name that a holder types when a certificate file is made: read once, drawn, forgotten.
//!
//! Any writing system is welcome. What is refused is what would draw something else than a name:
//! control and direction characters, hidden characters, piles of marks, pictures.

use std::fmt;

use icu::properties::props::{EmojiPresentation, ExtendedPictographic, GeneralCategory, Script};
use icu::properties::{CodePointMapData, CodePointSetData};
use unicode_normalization::UnicodeNormalization;

/// The longest name, in Unicode characters after normalisation.
pub const MOST_CHARACTERS: usize = 120;

/// Marks that may follow one letter. The tallest Burmese syllables need six.
const MOST_MARKS: usize = 8;

/// Marks of no script of their own (accents, strokes) on one letter: Vietnamese and transliteration
/// need two after composition, Zalgo lives on dozens.
const MOST_ACCENTS: usize = 3;

const ZERO_WIDTH_NON_JOINER: char = '\u{200C}';
const ZERO_WIDTH_JOINER: char = '\u{200D}';

/// A name fit to be drawn: NFC, trimmed, 1 to [`MOST_CHARACTERS`] characters.
///
/// Personal: prints as `…` in debug output, and is not serialisable on purpose.
#[derive(Clone, PartialEq, Eq)]
pub struct HolderName(String);

impl fmt::Debug for HolderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HolderName(…)")
    }
}

/// Why a text cannot stand as a name on a certificate. Carries nothing of what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NameProblem {
    #[error("type the name that the certificate should show")]
    Empty,
    #[error("a name can have at most {MOST_CHARACTERS} characters; this one has {characters}")]
    TooLong { characters: usize },
    #[error("a name needs at least one letter")]
    NoLetter,
    #[error("a name is one line of text without tabs or control characters")]
    Control,
    #[error("there is a character that reverses the direction of writing; type the name again without it")]
    Direction,
    #[error("there is an invisible character between the letters; type the name again instead of pasting it")]
    Invisible,
    #[error("a vowel sign or accent stands without a letter before it")]
    LoneMark,
    #[error("there are too many marks on one letter")]
    TooManyMarks,
    #[error("pictures (emoji) cannot stand in a name")]
    Emoji,
    #[error("there is a character that no writing system uses in names")]
    NotForNames,
}

impl HolderName {
    /// Reads what was typed. Spaces at the ends go, runs of spaces become one, and so do characters
    /// that keyboards and phones leave behind without meaning (byte order mark, zero-width space,
    /// left-to-right mark).
    ///
    /// # Errors
    /// The first [`NameProblem`] found.
    pub fn read(typed: &str) -> Result<Self, NameProblem> {
        // A body of megabytes is refused before it is normalised.
        if typed.len() > 16 * MOST_CHARACTERS {
            return Err(NameProblem::TooLong { characters: typed.chars().count() });
        }
        let name = tidy(typed);
        if name.is_empty() {
            return Err(NameProblem::Empty);
        }
        let characters: Vec<char> = name.chars().collect();
        if characters.len() > MOST_CHARACTERS {
            return Err(NameProblem::TooLong { characters: characters.len() });
        }
        check_characters(&characters)?;
        check_marks(&characters)?;
        Ok(Self(name))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn tidy(typed: &str) -> String {
    let is_litter = |c: char| matches!(c, '\u{FEFF}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{061C}');
    let mut name = String::new();
    for c in typed.trim().chars().filter(|c| !is_litter(*c)).nfc() {
        if !is_space(c) {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with(' ') {
            name.push(' ');
        }
    }
    name.truncate(name.trim_end().len());
    name
}

/// Spaces within a line, the ideographic one included; line ends and tabs are control characters.
fn is_space(c: char) -> bool {
    category(c) == GeneralCategory::SpaceSeparator
}

fn check_characters(characters: &[char]) -> Result<(), NameProblem> {
    for (at, c) in characters.iter().copied().enumerate() {
        let before = at.checked_sub(1).and_then(|before| characters.get(before)).copied();
        check_character(before, c, characters.get(at + 1).copied())?;
    }
    let has_letter = characters.iter().any(|c| c.is_alphabetic());
    if has_letter { Ok(()) } else { Err(NameProblem::NoLetter) }
}

fn check_character(before: Option<char>, c: char, after: Option<char>) -> Result<(), NameProblem> {
    use GeneralCategory as Category;

    if is_picture(c) {
        return Err(NameProblem::Emoji);
    }
    match category(c) {
        Category::Control | Category::LineSeparator | Category::ParagraphSeparator => Err(NameProblem::Control),
        Category::Format if matches!(c, ZERO_WIDTH_NON_JOINER | ZERO_WIDTH_JOINER) => check_joiner(before, after),
        Category::Format if matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}') => {
            Err(NameProblem::Direction)
        }
        Category::Format => Err(NameProblem::Invisible),
        Category::NonspacingMark if is_variation_selector(c) => check_variant(before, c),
        // Hangul and other fillers are letters that draw nothing.
        Category::OtherLetter if matches!(c, '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}') => {
            Err(NameProblem::Invisible)
        }
        Category::NonspacingMark if matches!(c, '\u{034F}' | '\u{17B4}' | '\u{17B5}') => Err(NameProblem::Invisible),
        Category::MathSymbol
        | Category::CurrencySymbol
        | Category::OtherSymbol
        | Category::EnclosingMark
        | Category::PrivateUse
        | Category::Surrogate
        | Category::Unassigned => Err(NameProblem::NotForNames),
        _ => Ok(()),
    }
}

/// The joiners shape letters in scripts that join or stack them (Sinhala, Bangla, Urdu, Persian …);
/// anywhere else they only hide differences between names.
fn check_joiner(before: Option<char>, after: Option<char>) -> Result<(), NameProblem> {
    let joins = |c: Option<char>| c.map(script).filter(|script| JOINING.contains(script));
    match (joins(before), joins(after)) {
        (Some(before), Some(after)) if before == after => Ok(()),
        _ => Err(NameProblem::Invisible),
    }
}

const JOINING: &[Script] = &[
    Script::Arabic,
    Script::Bengali,
    Script::Devanagari,
    Script::Gujarati,
    Script::Gurmukhi,
    Script::Kannada,
    Script::Khmer,
    Script::Malayalam,
    Script::Mongolian,
    Script::Myanmar,
    Script::Oriya,
    Script::Sinhala,
    Script::Syriac,
    Script::Tamil,
    Script::Telugu,
];

fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' | '\u{180B}'..='\u{180D}' | '\u{180F}')
}

/// Japanese family names choose between forms of one character; Mongolian letters between shapes.
fn check_variant(before: Option<char>, c: char) -> Result<(), NameProblem> {
    let before = before.map(script);
    match c {
        '\u{E0100}'..='\u{E01EF}' if before == Some(Script::Han) => Ok(()),
        '\u{180B}'..='\u{180D}' | '\u{180F}' if before == Some(Script::Mongolian) => Ok(()),
        '\u{FE0F}' => Err(NameProblem::Emoji),
        _ => Err(NameProblem::Invisible),
    }
}

fn check_marks(characters: &[char]) -> Result<(), NameProblem> {
    let (mut marks, mut accents, mut same) = (0, 0, 0);
    let mut before = None;
    for c in characters.iter().copied() {
        if !is_mark(c) || is_variation_selector(c) {
            (marks, accents, same) = (0, 0, 0);
        } else {
            if before.is_none_or(is_space) {
                return Err(NameProblem::LoneMark);
            }
            marks += 1;
            accents += usize::from(script(c) == Script::Inherited);
            same = if before == Some(c) { same + 1 } else { 0 };
            if marks > MOST_MARKS || accents > MOST_ACCENTS || same > 1 {
                return Err(NameProblem::TooManyMarks);
            }
        }
        before = Some(c);
    }
    Ok(())
}

fn is_mark(c: char) -> bool {
    matches!(category(c), GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark)
}

/// Emoji and dingbats, with the parts that build them: flags, skin tones, keycaps.
fn is_picture(c: char) -> bool {
    CodePointSetData::new::<ExtendedPictographic>().contains(c)
        || CodePointSetData::new::<EmojiPresentation>().contains(c)
        || matches!(c, '\u{1F1E6}'..='\u{1F1FF}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{20E3}')
}

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

fn script(c: char) -> Script {
    CodePointMapData::<Script>::new().get(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(typed: &str) -> Result<String, NameProblem> {
        HolderName::read(typed).map(|name| name.as_str().to_owned())
    }

    #[test]
    fn names_of_many_scripts_are_taken_as_they_are() {
        for name in [
            "Mira Kanthasamy",
            "Jean-Luc O’Brien, Jr.",
            "ဒေါ်ခင်မြင့်မြင့်ကြည်",
            "ကြွှို့",
            "សុខ វណ្ណា",
            "ณัฐวุฒิ ศรีสุวรรณ",
            "ສົມສະຫວາດ ພົມມະຈັນ",
            "মোঃ রফিকুল ইসলাম",
            "र\u{94d}\u{200d}याङ श्रेष्ठ",
            "ක\u{dca}\u{200d}ෂමා විජේසේකර",
            "র\u{200d}\u{9cd}যাব",
            "மீனாட்சி சுந்தரம்",
            "محمد علی رضائی\u{200c}نژاد",
            "Nguyễn Thị Ánh Tuyết",
            "김서연",
            "渡邉 さくら",
            "葛\u{E0100}城",
            "歐陽詠詩",
            "Ганбаатарын Оюунчимэг",
            "བསྟན་འཛིན་",
        ] {
            assert_eq!(read(name).as_deref(), Ok(name));
        }
    }

    #[test]
    fn a_name_is_composed_and_trimmed() {
        assert_eq!(read("  Nguye\u{302}\u{303}n \u{a0} Thi\u{323}\u{feff} ").as_deref(), Ok("Nguyễn Thị"));
        assert_eq!(read("\u{200e}Mira\u{3000}K\u{200b}").as_deref(), Ok("Mira K"));
    }

    #[test]
    fn what_is_not_a_name_is_refused_with_its_reason() {
        for (typed, problem) in [
            ("", NameProblem::Empty),
            (" \u{200b} ", NameProblem::Empty),
            ("7 – 8", NameProblem::NoLetter),
            ("Mira\nKanth", NameProblem::Control),
            ("Mira\tKanth", NameProblem::Control),
            ("Mira\u{0}", NameProblem::Control),
            ("Mira\u{2028}Kanth", NameProblem::Control),
            ("Mira \u{202e}htnaK", NameProblem::Direction),
            ("Mira \u{2067}Kanth", NameProblem::Direction),
            ("Mi\u{200d}ra", NameProblem::Invisible),
            ("Mi\u{ad}ra", NameProblem::Invisible),
            ("Mi\u{2060}ra", NameProblem::Invisible),
            ("Mi\u{e0041}ra", NameProblem::Invisible),
            ("رضا\u{200c}", NameProblem::Invisible),
            ("김\u{3164}서연", NameProblem::Invisible),
            ("Mi\u{fe00}ra", NameProblem::Invisible),
            ("\u{301}Mira", NameProblem::LoneMark),
            ("Mira \u{e31}", NameProblem::LoneMark),
            ("M\u{316}\u{317}\u{318}\u{319}ira", NameProblem::TooManyMarks),
            ("ก็็็็", NameProblem::TooManyMarks),
            ("Mira 🌿", NameProblem::Emoji),
            ("Mira ❤\u{fe0f}", NameProblem::Emoji),
            ("Mira 🇲🇲", NameProblem::Emoji),
            ("Mira\u{e000}", NameProblem::NotForNames),
            ("Mira €", NameProblem::NotForNames),
        ] {
            assert_eq!(read(typed), Err(problem), "{typed:?}");
        }
    }

    #[test]
    fn a_name_has_at_most_120_characters() {
        assert!(read(&"ก".repeat(MOST_CHARACTERS)).is_ok());
        assert_eq!(read(&"a".repeat(121)), Err(NameProblem::TooLong { characters: 121 }));
        assert_eq!(read(&"a".repeat(1_000_000)), Err(NameProblem::TooLong { characters: 1_000_000 }));
    }

    #[test]
    fn a_name_never_shows_in_debug_output() {
        assert_eq!(format!("{:?}", HolderName::read("Mira").unwrap()), "HolderName(…)");
    }

    proptest! {
        #[test]
        fn reading_never_panics_and_what_it_gives_reads_as_itself(typed in "\\PC{0,60}|.{0,60}") {
            if let Ok(name) = read(&typed) {
                prop_assert_eq!(read(&name), Ok(name.clone()));
                prop_assert!(name.chars().count() <= MOST_CHARACTERS);
            }
        }
    }
}
