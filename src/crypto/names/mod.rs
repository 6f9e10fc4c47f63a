//! Sign-in names: proposed ones say nothing about the person; chosen ones are checked for what
//! would (an e-mail address, a phone number).

mod words;

use icu::casemap::CaseMapper;
use icu::properties::{CodePointMapData, props::GeneralCategory};
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::crypto::random;

use words::WORDS;

pub const SHORTEST: usize = 3;
pub const LONGEST: usize = 40;
/// As many digits as this are a phone number in most of Asia.
const PHONE_DIGITS: usize = 7;
/// More marks than this on one letter is decoration, and drawn over other lines.
const MOST_MARKS: usize = 4;

/// A sign-in name that passed the rules. Prints `…`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SignInName(String);

/// Why a name is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameProblem {
    #[error("a sign-in name has at least {SHORTEST} characters")]
    Short,
    #[error("a sign-in name has at most {LONGEST} characters")]
    Long,
    #[error("please choose something that is not an e-mail address: it would tell who you are")]
    LooksLikeEmail,
    #[error("please choose something without a phone number: it would tell who you are")]
    LooksLikePhone,
    #[error("a sign-in name is made of letters, digits and hyphens")]
    BadCharacter,
    #[error("a sign-in name has at least one letter")]
    NoLetter,
}

impl SignInName {
    /// Takes back a name that was checked when it was stored.
    pub fn stored(name: String) -> Self {
        Self(name)
    }

    /// The name as the person wrote it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The form under which it is looked up.
    pub fn lookup_form(&self) -> String {
        lookup_form(&self.0)
    }
}

impl std::fmt::Debug for SignInName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// Two plain words and two digits, such as `river-lamp-42`: some eight million of them.
pub fn propose() -> SignInName {
    let first = word();
    let mut second = word();
    while second == first {
        second = word();
    }
    SignInName(format!("{first}-{second}-{}", 10 + random::below(90)))
}

/// A made-up name from a keyed hash, such as `Lamp River K`: some two million of them, none of which
/// looks like a sign-in name. The same hash gives the same name as long as the list of words stays.
pub fn pseudonym(hash: &[u8; 32]) -> String {
    let [first, second, third, ..] = *hash.as_chunks::<4>().0 else { return String::new() };
    let number = |bytes: [u8; 4]| u32::from_be_bytes(bytes) as usize;
    let word = |bytes| capitalised(WORDS.get(number(bytes) % WORDS.len()).copied().unwrap_or_default());
    let letter = char::from(b'A' + (number(third) % 26) as u8);
    format!("{} {} {letter}", word(first), word(second))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// Reads a chosen name: trimmed, in Unicode's form NFC.
pub fn choose(typed: &str) -> Result<SignInName, NameProblem> {
    // Judged before it is worked on: normalising a megabyte is work.
    if typed.len() > 64 * LONGEST {
        return Err(NameProblem::Long);
    }
    let name: String = typed.trim().nfc().collect();
    let compatible: String = name.nfkc().collect();
    if compatible.contains('@') {
        return Err(NameProblem::LooksLikeEmail);
    }
    match name.chars().count() {
        ..SHORTEST => return Err(NameProblem::Short),
        SHORTEST..=LONGEST => {}
        _ => return Err(NameProblem::Long),
    }
    check_characters(&compatible)?;
    Ok(SignInName(name))
}

/// The form under which any typed name is looked up: compatibility forms, case and invisible
/// joiners make no difference. Folded until nothing changes: one pass can bring out a letter that
/// folds again, and a joiner taken away can bare a space.
pub fn lookup_form(typed: &str) -> String {
    let mut form = folded(typed);
    // Each pass maps towards Unicode's fixed forms; three are more than any known letter needs.
    for _ in 0..3 {
        let again = folded(&form);
        if again == form {
            break;
        }
        form = again;
    }
    form
}

/// One pass: NFKC, full case folding, NFKC again.
fn folded(text: &str) -> String {
    let visible: String = text.nfkc().filter(|character| !is_joiner(*character)).collect();
    CaseMapper::new().fold_string(visible.trim()).nfkc().collect()
}

fn check_characters(name: &str) -> Result<(), NameProblem> {
    let (mut letters, mut digits, mut marks) = (0, 0, 0);
    for character in name.chars() {
        match kind(character) {
            Kind::Letter => (letters, marks) = (letters + 1, 0),
            Kind::Digit => (digits, marks) = (digits + 1, 0),
            // A mark with nothing to stand on, or a tower of them, is no name.
            Kind::Mark if letters + digits == 0 || marks == MOST_MARKS => return Err(NameProblem::BadCharacter),
            Kind::Mark => marks += 1,
            Kind::Hyphen => marks = 0,
            Kind::Other => return Err(NameProblem::BadCharacter),
        }
    }
    if digits >= PHONE_DIGITS {
        Err(NameProblem::LooksLikePhone)
    } else if letters == 0 {
        Err(NameProblem::NoLetter)
    } else {
        Ok(())
    }
}

enum Kind {
    Letter,
    Digit,
    Mark,
    Hyphen,
    Other,
}

fn kind(character: char) -> Kind {
    use GeneralCategory as Category;
    match CodePointMapData::<GeneralCategory>::new().get(character) {
        Category::UppercaseLetter
        | Category::LowercaseLetter
        | Category::TitlecaseLetter
        | Category::ModifierLetter
        | Category::OtherLetter => Kind::Letter,
        Category::DecimalNumber => Kind::Digit,
        Category::NonspacingMark | Category::SpacingMark => Kind::Mark,
        // Joiners shape words in Sinhala, Persian, Kannada and others.
        _ if is_joiner(character) => Kind::Mark,
        _ if character == '-' => Kind::Hyphen,
        _ => Kind::Other,
    }
}

fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

fn word() -> &'static str {
    let index = random::below(u32::try_from(WORDS.len()).unwrap_or(u32::MAX));
    WORDS[index as usize % WORDS.len()]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn proposed_names_follow_the_rules_and_differ() {
        let names: std::collections::BTreeSet<String> = (0..200).map(|_| propose().reveal().to_owned()).collect();
        assert!(names.len() > 190);
        for name in names {
            assert!(choose(&name).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_pseudonym_stays_the_same_and_is_no_proposed_name() {
        assert_eq!(pseudonym(&[7; 32]), pseudonym(&[7; 32]));
        let names: std::collections::BTreeSet<String> = (0..200).map(|number: u8| pseudonym(&[number; 32])).collect();
        assert!(names.len() > 190, "{} names", names.len());
        assert!(names.iter().all(|name| choose(name).is_err()), "a space is in no sign-in name");
    }

    #[test]
    fn the_words_are_plain_and_none_stands_twice() {
        let mut sorted = WORDS.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), WORDS.len());
        assert!(WORDS.len() >= 300, "{} words", WORDS.len());
        for word in WORDS {
            assert!((3..=8).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase()), "{word}");
        }
    }

    #[test]
    fn names_of_any_script_are_taken() {
        for name in ["Mira", "ស្រីមុំ", "မြင့်မြတ်", "मीरा-७", "மீரா", "سارہ", "ශ්\u{200d}රී", "さくら-2", "Đặng", "สมชาย"]
        {
            assert!(choose(name).is_ok(), "{name}: {:?}", choose(name));
        }
    }

    #[test]
    fn what_tells_who_one_is_is_refused_with_a_reason() {
        let cases = [
            ("ab", NameProblem::Short),
            ("", NameProblem::Short),
            ("mira@example.org", NameProblem::LooksLikeEmail),
            ("mira＠example", NameProblem::LooksLikeEmail),
            ("62-812-3456789", NameProblem::LooksLikePhone),
            ("mira-08123456789", NameProblem::LooksLikePhone),
            ("123-45", NameProblem::NoLetter),
            ("river lamp", NameProblem::BadCharacter),
            ("river_lamp", NameProblem::BadCharacter),
            ("mira🙂", NameProblem::BadCharacter),
            ("z\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}alg", NameProblem::BadCharacter),
        ];
        for (name, problem) in cases {
            assert_eq!(choose(name).unwrap_err(), problem, "{name:?}");
        }
        assert_eq!(choose(&"a".repeat(41)).unwrap_err(), NameProblem::Long);
        assert_eq!(choose(&"a".repeat(1_000_000)).unwrap_err(), NameProblem::Long);
    }

    #[test]
    fn spelling_variants_find_the_same_name() {
        for typed in
            ["River-Lamp-42", " river-lamp-42 ", "ＲＩＶＥＲ-lamp-42", "rıver-lamp-42".replace('ı', "i").as_str()]
        {
            assert_eq!(lookup_form(typed), "river-lamp-42");
        }
        assert_eq!(lookup_form("STRASSE"), lookup_form("straße"));
        assert_eq!(lookup_form("cafe\u{301}"), lookup_form("CAF\u{c9}"));
    }

    #[test]
    fn a_joiner_at_the_edge_hides_no_space() {
        assert_eq!(lookup_form("\u{200d} river-lamp-42"), "river-lamp-42");
    }

    proptest! {
        #[test]
        fn looking_up_never_panics_and_is_stable(typed: String) {
            let once = lookup_form(&typed);
            prop_assert_eq!(lookup_form(&once), once);
            let _ = choose(&typed);
        }
    }

    #[test]
    fn a_name_is_not_printed() {
        assert_eq!(format!("{:?}", propose()), "…");
    }
}
