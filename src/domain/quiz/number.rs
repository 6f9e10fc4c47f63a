//! Reading numbers as people type them: in the digits of their script, with or without separators
//! and the unit.

use unicode_normalization::UnicodeNormalization;

use super::text::is_ignorable;

/// More characters than any number here needs.
pub const MAX_CHARS: usize = 64;

/// What a typed number can mean: one value, or two where a single separator stands before three
/// digits. *5,630* is five thousand six hundred and thirty in Manila and a little over five and a
/// half in Jakarta; *5.630* the other way round. Both are kept, and a response is right when either
/// is: nobody is marked down for the way numbers are written at home.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Readings {
    first: f64,
    second: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a number is digits, perhaps a sign, separators and the unit")]
pub struct NotANumber;

impl Readings {
    /// The values, the reading as a whole number first.
    pub fn values(self) -> impl Iterator<Item = f64> {
        std::iter::once(self.first).chain(self.second)
    }
}

/// Reads a typed number. `unit` may stand before or behind it, in any case.
///
/// Two different separators: the last is the decimal one. The same separator several times groups
/// digits, by threes or in the Indian way (`12,34,567`). One separator that is not followed by
/// exactly three digits is a decimal one. Spaces and apostrophes only ever group.
///
/// # Errors
/// [`NotANumber`] when anything else is in it, or separators stand where no country puts them.
pub fn read(typed: &str, unit: Option<&str>) -> Result<Readings, NotANumber> {
    if typed.chars().count() > MAX_CHARS {
        return Err(NotANumber);
    }
    let bare = without_unit(&plain(typed), unit);
    let (is_negative, digits) = match bare.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, bare.strip_prefix('+').unwrap_or(&bare).trim_start()),
    };
    let readings = read_digits(digits)?;
    let signed = |value: f64| if is_negative { -value } else { value };
    Ok(Readings { first: signed(readings.first), second: readings.second.map(signed) })
}

/// The ASCII digit for a decimal digit of the scripts of Asia; anything else as it is.
pub fn to_ascii_digit(char: char) -> char {
    let code = u32::from(char);
    let value = ZEROS.iter().map(|&zero| code.wrapping_sub(u32::from(zero))).find(|value| *value < 10);
    value.and_then(|value| char::from_digit(value, 10)).unwrap_or(char)
}

/// The zeros of the scripts of Asia (and full width), each followed by its one to nine.
const ZEROS: [char; 36] = [
    '\u{0660}',  // Arabic-Indic
    '\u{06f0}',  // Persian, Urdu
    '\u{0966}',  // Devanagari
    '\u{09e6}',  // Bengali
    '\u{0a66}',  // Gurmukhi
    '\u{0ae6}',  // Gujarati
    '\u{0b66}',  // Odia
    '\u{0be6}',  // Tamil
    '\u{0c66}',  // Telugu
    '\u{0ce6}',  // Kannada
    '\u{0d66}',  // Malayalam
    '\u{0de6}',  // Sinhala
    '\u{0e50}',  // Thai
    '\u{0ed0}',  // Lao
    '\u{0f20}',  // Tibetan
    '\u{1040}',  // Burmese
    '\u{1090}',  // Shan
    '\u{17e0}',  // Khmer
    '\u{1810}',  // Mongolian
    '\u{1946}',  // Limbu
    '\u{19d0}',  // New Tai Lue
    '\u{1a80}',  // Tai Tham, hora
    '\u{1a90}',  // Tai Tham, tham
    '\u{1b50}',  // Balinese
    '\u{1bb0}',  // Sundanese
    '\u{1c40}',  // Lepcha
    '\u{1c50}',  // Santali
    '\u{a8d0}',  // Saurashtra
    '\u{a900}',  // Kayah Li
    '\u{a9d0}',  // Javanese
    '\u{a9f0}',  // Tai Laing
    '\u{aa50}',  // Cham
    '\u{abf0}',  // Manipuri
    '\u{ff10}',  // full width
    '\u{10d30}', // Rohingya
    '\u{11136}', // Chakma
];

/// ASCII digits, signs and separators instead of those of other scripts; folded like any text.
fn plain(typed: &str) -> String {
    let to_plain = |char: char| match char {
        '\u{066b}' => '.',                                  // Arabic decimal separator
        '\u{066c}' | '\'' | '\u{2019}' | '\u{02bc}' => ' ', // they only ever group, as spaces do
        '\u{060c}' | '\u{3001}' => ',',
        '\u{3002}' => '.',
        '\u{2212}' | '\u{2010}' | '\u{2011}' | '\u{2013}' => '-',
        char if char.is_whitespace() => ' ',
        other => to_ascii_digit(other),
    };
    let plain: String = typed.nfkc().filter(|&char| !is_ignorable(char)).map(to_plain).collect();
    // The full stop is the sentence's.
    plain.to_lowercase().trim_end_matches([' ', '.', ',']).trim_start().to_owned()
}

fn without_unit(number: &str, unit: Option<&str>) -> String {
    let Some(unit) = unit.map(plain).filter(|unit| !unit.is_empty()) else { return number.to_owned() };
    let rest = number.strip_suffix(unit.as_str()).or_else(|| number.strip_prefix(unit.as_str()));
    rest.unwrap_or(number).trim().to_owned()
}

fn read_digits(digits: &str) -> Result<Readings, NotANumber> {
    if digits.contains(' ') {
        return read_spaced(digits);
    }
    let commas = digits.matches(',').count();
    let points = digits.matches('.').count();
    let one = |first| Ok(Readings { first, second: None });
    match (commas, points) {
        (0, 0) => one(whole(digits)?),
        (1, 0) => read_one_separator(digits, ','),
        (0, 1) => read_one_separator(digits, '.'),
        (_, 0) => one(grouped(digits, ',')?),
        (0, _) => one(grouped(digits, '.')?),
        (_, 1) if digits.rfind('.') > digits.rfind(',') => one(with_decimals(digits, ',', '.')?),
        (1, _) if digits.rfind(',') > digits.rfind('.') => one(with_decimals(digits, '.', ',')?),
        _ => Err(NotANumber),
    }
}

/// Spaces group, so a separator behind them can only be the decimal one.
fn read_spaced(digits: &str) -> Result<Readings, NotANumber> {
    let (before, after) = match digits.split_once([',', '.']) {
        Some((before, after)) => (before, Some(after)),
        None => (digits, None),
    };
    let integer = grouped(before, ' ')?;
    let first = match after {
        Some(after) => decimal(&before.replace(' ', ""), after)?,
        None => integer,
    };
    Ok(Readings { first, second: None })
}

fn read_one_separator(digits: &str, separator: char) -> Result<Readings, NotANumber> {
    let (before, after) = digits.split_once(separator).ok_or(NotANumber)?;
    let decimal = decimal(before, after)?;
    match grouped(digits, separator) {
        Ok(whole) => Ok(Readings { first: whole, second: Some(decimal) }),
        Err(NotANumber) => Ok(Readings { first: decimal, second: None }),
    }
}

fn with_decimals(digits: &str, grouping: char, separator: char) -> Result<f64, NotANumber> {
    let (before, after) = digits.rsplit_once(separator).ok_or(NotANumber)?;
    grouped(before, grouping)?;
    decimal(&before.replace(grouping, ""), after)
}

/// The first group has one to three digits and no leading zero, the last three, those between
/// three each or (as in India) two each.
fn grouped(digits: &str, separator: char) -> Result<f64, NotANumber> {
    let groups: Vec<&str> = digits.split(separator).collect();
    let [first, middle @ .., last] = groups.as_slice() else { return Err(NotANumber) };
    let by_threes = middle.iter().all(|group| group.len() == 3);
    let by_twos = first.len() < 3 && middle.iter().all(|group| group.len() == 2);
    let fits = (1..=3).contains(&first.len()) && !first.starts_with('0') && last.len() == 3;
    if fits && (by_threes || by_twos) { whole(&groups.concat()) } else { Err(NotANumber) }
}

fn decimal(before: &str, after: &str) -> Result<f64, NotANumber> {
    if !before.is_empty() {
        whole(before)?;
    }
    whole(after)?;
    format!("{before}.{after}").parse().map_err(|_| NotANumber)
}

fn whole(digits: &str) -> Result<f64, NotANumber> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NotANumber);
    }
    digits.parse().map_err(|_| NotANumber)
}

#[cfg(test)]
mod tests {
    use icu::properties::CodePointMapData;
    use icu::properties::props::GeneralCategory;
    use proptest::prelude::*;

    use super::*;

    fn values(typed: &str) -> Vec<f64> {
        read(typed, Some("words")).map(|readings| readings.values().collect()).unwrap_or_default()
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for typed in [
            "5630",
            " 5630 words",
            "5630 WORDS.",
            "5 630",
            "5'630",
            "5’630",
            "+5630",
            "٥٦٣٠",
            "५६३०",
            "৫৬৩০",
            "၅၆၃၀",
            "៥៦៣០",
            "๕๖๓๐",
            "໕໖໓໐",
            "௫௬௩௦",
            "５６３０",
            "٥٬٦٣٠",
            "5630.0",
            "5,630.00",
            "5.630,00",
            "5 630,00",
        ] {
            assert_eq!(values(typed), [5630.0], "{typed:?}");
        }
    }

    #[test]
    fn one_separator_before_three_digits_is_read_both_ways() {
        assert_eq!(values("5,630"), [5630.0, 5.63]);
        assert_eq!(values("5.630"), [5630.0, 5.63]);
        assert_eq!(values("၅,၆၃၀"), [5630.0, 5.63]);
        assert_eq!(values("-1,500"), [-1500.0, -1.5]);
    }

    #[test]
    fn where_it_is_clear_there_is_one_reading() {
        for (typed, value) in [
            ("0,630", 0.63),
            ("5,63", 5.63),
            ("5.6300", 5.63),
            ("5630,5", 5630.5),
            (".5", 0.5),
            (",500", 0.5),
            ("5630,500", 5630.5),
            ("1,234,567", 1_234_567.0),
            ("1.234.567", 1_234_567.0),
            ("12,34,567", 1_234_567.0),
            ("12,34,567.5", 1_234_567.5),
            ("−3", -3.0),
            ("٣٫٥", 3.5),
            ("1,234.5", 1234.5),
        ] {
            assert_eq!(values(typed), [value], "{typed:?}");
        }
    }

    #[test]
    fn a_unit_may_stand_before_the_number() {
        let readings = read("Rp 5.000", Some("Rp")).unwrap();
        assert_eq!(readings.values().collect::<Vec<_>>(), [5000.0, 5.0]);
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for typed in [
            "",
            "words",
            "five",
            "5e3",
            "1,23,4",
            "1,2345,678",
            "5 6",
            "5..6",
            "1,2.3,4",
            "1,2.3",
            "½",
            "NaN",
            "inf",
            "--5",
            "0x10",
            ",",
            "5 weeks",
            &"9".repeat(65),
        ] {
            assert!(values(typed).is_empty(), "{typed:?} was taken");
        }
    }

    #[test]
    fn the_table_of_zeros_is_unicode_s() {
        let category = CodePointMapData::<GeneralCategory>::new();
        let is_digit = |code: u32| category.get32(code) == GeneralCategory::DecimalNumber;
        for zero in ZEROS.map(u32::from) {
            assert!((zero..zero + 10).all(is_digit) && !is_digit(zero + 10), "{zero:x}");
            // Tai Tham's two sets and Tai Laing's stand close to others, but not side by side.
            assert!(!is_digit(zero - 1), "{zero:x}");
        }
    }

    proptest! {
        #[test]
        fn whole_numbers_are_read_in_every_script(number in 0_u32..10_000_000, script in 0..ZEROS.len()) {
            let zero = u32::from(ZEROS[script]);
            let typed: String =
                number.to_string().chars().map(|digit| char::from_u32(zero + digit.to_digit(10).unwrap()).unwrap()).collect();
            prop_assert_eq!(values(&typed), [f64::from(number)]);
        }

        #[test]
        fn reading_never_panics_and_is_finite(typed in "\\PC{0,70}|[0-9., '-]{0,20}") {
            prop_assert!(values(&typed).into_iter().all(f64::is_finite));
        }
    }
}
