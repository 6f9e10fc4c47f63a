//! Words on screen, plurals, numbers and dates in the reader's language. Pure: the messages are
//! embedded files.
//!
//! A language is a file `locale/messages/<tag>.json` and a variant of [`Language`]. Messages are
//! flat: key → text with `{name}` gaps, or key → plural forms by CLDR category, chosen by the
//! argument `count`.

mod negotiate;
mod pseudo;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use icu::calendar::Date;
use icu::datetime::{DateTimeFormatter, fieldsets};
use icu::decimal::DecimalFormatter;
use icu::locale::Locale;
use icu::plurals::{PluralCategory, PluralRules};
use serde::Deserialize;

use crate::domain::language::LanguageTag;
use crate::domain::time::{Day, MINUTE};

pub use negotiate::negotiate;

/// A language of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    English,
    Indonesian,
    /// English with accents and brackets, set from right to left: for tests, never for people.
    PseudoRightToLeft,
}

impl Language {
    /// Those offered to people.
    pub const OFFERED: [Self; 2] = [Self::English, Self::Indonesian];
    pub const ALL: [Self; 3] = [Self::English, Self::Indonesian, Self::PseudoRightToLeft];

    /// BCP 47.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Indonesian => "id",
            Self::PseudoRightToLeft => "ar-XB",
        }
    }

    /// The tag under which courses know this language.
    #[expect(clippy::expect_used, reason = "no outside input: our own tags are well formed")]
    pub fn content_tag(self) -> LanguageTag {
        self.tag().parse().expect("our own tags are well formed")
    }

    /// Its name in itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Indonesian => "Bahasa Indonesia",
            Self::PseudoRightToLeft => "⟦Pseudo⟧",
        }
    }

    pub fn dir(self) -> &'static str {
        match self {
            Self::English | Self::Indonesian => "ltr",
            Self::PseudoRightToLeft => "rtl",
        }
    }

    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(tag))
    }

    /// The words of this language.
    pub fn words(self) -> &'static Words {
        static WORDS: LazyLock<[Words; 3]> = LazyLock::new(|| Language::ALL.map(Words::of));
        &WORDS[self as usize]
    }

    #[expect(clippy::expect_used, reason = "no outside input: our own tags are well formed")]
    fn locale(self) -> Locale {
        let tag = match self {
            // British English: 23 November 2026, as the courses write it.
            Self::English | Self::PseudoRightToLeft => "en-GB",
            Self::Indonesian => self.tag(),
        };
        tag.parse().expect("our own tags are well formed")
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Message {
    Text(String),
    Plural(BTreeMap<String, String>),
}

/// An argument of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument<'a> {
    Text(&'a str),
    /// Printed in the language's digits and grouping; as `count` it also picks the plural form.
    Number(i64),
}

/// The messages of one language with what is needed to fill them.
pub struct Words {
    pub language: Language,
    messages: BTreeMap<String, Message>,
    plurals: PluralRules,
    decimals: DecimalFormatter,
    dates: DateTimeFormatter<fieldsets::YMD>,
}

impl Words {
    #[expect(
        clippy::expect_used,
        reason = "no outside input: messages and language data are part of the program, and tested"
    )]
    fn of(language: Language) -> Self {
        let file = match language {
            Language::English | Language::PseudoRightToLeft => include_str!("messages/en.json"),
            Language::Indonesian => include_str!("messages/id.json"),
        };
        let mut messages: BTreeMap<String, Message> =
            serde_json::from_str(file).expect("the embedded messages are tested to be well formed");
        if language == Language::PseudoRightToLeft {
            messages.values_mut().for_each(|message| match message {
                Message::Text(text) => *text = pseudo::stretch(text),
                Message::Plural(forms) => forms.values_mut().for_each(|text| *text = pseudo::stretch(text)),
            });
        }
        let locale = language.locale();
        Self {
            language,
            messages,
            plurals: PluralRules::try_new_cardinal((&locale).into()).expect("compiled data covers our languages"),
            decimals: DecimalFormatter::try_new((&locale).into(), Default::default())
                .expect("compiled data covers our languages"),
            dates: DateTimeFormatter::try_new((&locale).into(), fieldsets::YMD::long())
                .expect("compiled data covers our languages"),
        }
    }

    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.messages.keys().map(String::as_str)
    }

    pub fn has(&self, key: &str) -> bool {
        self.messages.contains_key(key)
    }

    /// The text of a message without gaps. A missing key shows itself, and fails a test.
    pub fn get(&self, key: &str) -> String {
        self.fill(key, &[])
    }

    /// The text of a message with its gaps filled.
    pub fn fill(&self, key: &str, arguments: &[(&str, Argument<'_>)]) -> String {
        let template = match self.messages.get(key) {
            Some(Message::Text(text)) => text,
            Some(Message::Plural(forms)) => self.plural_form(forms, arguments),
            None => key,
        };
        let mut filled = String::with_capacity(template.len() + 16);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, behind)) = after.split_once('}') else { break };
            filled.push_str(before);
            match arguments.iter().find(|(known, _)| *known == name) {
                Some((_, Argument::Text(text))) => filled.push_str(text),
                Some((_, Argument::Number(number))) => filled.push_str(&self.number(*number)),
                None => filled.push_str(name),
            }
            rest = behind;
        }
        filled.push_str(rest);
        filled
    }

    fn plural_form<'a>(&self, forms: &'a BTreeMap<String, String>, arguments: &[(&str, Argument<'_>)]) -> &'a str {
        let count = arguments.iter().find_map(|(name, argument)| match argument {
            Argument::Number(number) if *name == "count" => Some(*number),
            _ => None,
        });
        let category = match self.plurals.category_for(count.unwrap_or_default().unsigned_abs()) {
            PluralCategory::Zero => "zero",
            PluralCategory::One => "one",
            PluralCategory::Two => "two",
            PluralCategory::Few => "few",
            PluralCategory::Many => "many",
            PluralCategory::Other => "other",
        };
        forms.get(category).or_else(|| forms.get("other")).map(String::as_str).unwrap_or_default()
    }

    /// `12,345` in this language's digits and grouping.
    pub fn number(&self, number: i64) -> String {
        self.decimals.format(&number.into()).to_string()
    }

    /// `1.5` from 150, `2` from 200, in this language's digits.
    pub fn hundredths(&self, hundredths: i64) -> String {
        let mut decimal = icu::decimal::input::Decimal::from(hundredths);
        decimal.multiply_pow10(-2);
        decimal.trim_end();
        self.decimals.format(&decimal).to_string()
    }

    /// `23 November 2026` as this language writes it.
    pub fn day(&self, day: Day) -> String {
        let (year, month, of_month) = day.ymd();
        match Date::try_new_iso(i32::from(year), month.unsigned_abs(), of_month.unsigned_abs()) {
            Ok(date) => self.dates.format(&date).to_string(),
            Err(_) => day.to_string(),
        }
    }

    /// How long ago something was, from milliseconds: `5 minutes ago`.
    pub fn minutes_ago(&self, millis: i64) -> String {
        let minutes = millis.max(0) / MINUTE;
        let (key, count) = match minutes {
            0..=1 => return self.get("time.just_now"),
            2..=89 => ("time.minutes_ago", minutes),
            90..=2879 => ("time.hours_ago", (minutes + 30) / 60),
            _ => ("time.days_ago", minutes / (24 * 60)),
        };
        self.fill(key, &[("count", Argument::Number(count))])
    }

    /// A size as people read it: `9 kB`, at least 1; from 1,000 kB in MB.
    pub fn size(&self, bytes: u64) -> String {
        let kilobytes = bytes.div_ceil(1000).max(1) as i64;
        if kilobytes < 1000 {
            self.fill("unit.kilobytes", &[("count", Argument::Number(kilobytes))])
        } else {
            self.fill("unit.megabytes", &[("count", Argument::Number((kilobytes + 500) / 1000))])
        }
    }

    /// `12 minutes`, or from 120 on hours and halves: an agenda of 210 minutes is not 4 hours.
    pub fn minutes(&self, minutes: u32) -> String {
        let halves = minutes.saturating_add(15) / 30;
        let (key, count) = match halves % 2 {
            _ if minutes < 120 => ("unit.minutes", minutes),
            0 => ("unit.hours", halves / 2),
            _ => ("unit.hours_and_half", halves / 2),
        };
        self.fill(key, &[("count", Argument::Number(count.into()))])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaps(text: &str) -> Vec<&str> {
        let mut names: Vec<_> =
            text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn forms(message: &Message) -> Vec<&str> {
        match message {
            Message::Text(text) => vec![text],
            Message::Plural(forms) => forms.values().map(String::as_str).collect(),
        }
    }

    #[test]
    fn every_language_says_everything_english_says() {
        let english = Language::English.words();
        for language in Language::OFFERED {
            let words = language.words();
            for (key, message) in &english.messages {
                let Some(theirs) = words.messages.get(key) else { panic!("{} lacks {key}", language.tag()) };
                let expected = gaps(forms(message).last().unwrap());
                for form in forms(theirs) {
                    assert!(!form.trim().is_empty(), "{} has nothing for {key}", language.tag());
                    assert!(
                        gaps(form).iter().all(|name| expected.contains(name)),
                        "{} fills other gaps in {key}",
                        language.tag()
                    );
                }
                assert_eq!(gaps(forms(theirs).last().unwrap()), expected, "{}: {key}", language.tag());
            }
            for key in words.keys() {
                assert!(english.has(key), "{} says {key}, which English does not", language.tag());
            }
        }
    }

    #[test]
    fn plurals_numbers_and_days_follow_the_language() {
        let english = Language::English.words();
        assert_eq!(english.minutes(1), "1 minute");
        assert_eq!(english.minutes(12), "12 minutes");
        assert_eq!(english.minutes(119), "119 minutes");
        assert_eq!(english.minutes(120), "2 hours");
        assert_eq!(english.minutes(210), "3½ hours");
        assert_eq!(english.minutes(230), "4 hours");
        assert_eq!(english.number(5630), "5,630");
        assert_eq!(english.day("2026-11-23".parse().unwrap()), "23 November 2026");

        let indonesian = Language::Indonesian.words();
        assert_eq!(indonesian.number(5630), "5.630");
        assert_eq!(indonesian.day("2026-11-23".parse().unwrap()), "23 November 2026");
    }
}
