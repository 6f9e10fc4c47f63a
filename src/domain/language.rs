//! Languages of content and of the interface, by BCP 47 tag.

use serde::{Deserialize, Serialize};

/// A BCP 47 language tag as authored: `en`, `id`, `zh-Hant`. Only its shape is checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LanguageTag(String);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a language is written as a BCP 47 tag such as en, id or zh-Hant")]
pub struct BadLanguageTag;

impl LanguageTag {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the first hyphen.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }

    /// Whether text in this language runs from right to left by default.
    pub fn is_rtl(&self) -> bool {
        matches!(self.primary(), "ar" | "fa" | "he" | "ps" | "ur" | "ug" | "dv" | "ckb" | "sd" | "yi")
    }

    /// `ltr` or `rtl`, for the `dir` attribute.
    pub fn dir(&self) -> &'static str {
        if self.is_rtl() { "rtl" } else { "ltr" }
    }
}

impl std::str::FromStr for LanguageTag {
    type Err = BadLanguageTag;

    fn from_str(text: &str) -> Result<Self, BadLanguageTag> {
        let mut parts = text.split('-');
        let primary = parts.next().unwrap_or_default();
        let primary_fits = (2..=3).contains(&primary.len()) && primary.bytes().all(|byte| byte.is_ascii_lowercase());
        let rest_fits =
            parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        if primary_fits && rest_fits && text.len() <= 35 { Ok(Self(text.to_owned())) } else { Err(BadLanguageTag) }
    }
}

impl TryFrom<String> for LanguageTag {
    type Error = BadLanguageTag;

    fn try_from(text: String) -> Result<Self, BadLanguageTag> {
        text.parse()
    }
}

impl From<LanguageTag> for String {
    fn from(tag: LanguageTag) -> String {
        tag.0
    }
}

impl std::fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
