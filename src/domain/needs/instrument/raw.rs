//! The authored files as TOML says them, with the place of each value, before any check.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::Use;

pub(super) type Word = Spanned<String>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFramework {
    pub format: Spanned<u32>,
    pub source_language: Word,
    pub area: Vec<RawArea>,
    pub competency: Vec<RawCompetency>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawArea {
    pub code: Word,
    pub course: Word,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCompetency {
    pub code: Word,
    pub safety: bool,
    pub prerequisites: Vec<Word>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawInstrument {
    pub format: Spanned<u32>,
    pub slug: Word,
    pub source_language: Word,
    pub minutes: RawMinutes,
    pub forms: RawForms,
    pub item: Vec<RawItem>,
    pub rules: Spanned<RawRules>,
    pub required: BTreeMap<Word, BTreeMap<Word, Spanned<i64>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMinutes {
    pub whole: [u16; 2],
    pub one_area: u16,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawForms {
    pub first: Word,
    pub again: Word,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawItem {
    pub id: Word,
    pub kind: Word,
    pub area: Option<Word>,
    #[serde(default)]
    pub multiple: bool,
    pub uses: Vec<Use>,
    #[serde(default)]
    pub options: Vec<RawOption>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOption {
    pub id: Word,
    pub level: Option<u8>,
    pub factor: Option<f64>,
    pub competency: Option<Word>,
    pub minutes: Option<u16>,
    #[serde(default)]
    pub excludes_others: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRules {
    pub deadline_bonus: Spanned<f64>,
    pub later_below: Spanned<f64>,
    pub check_together_from: u8,
    pub know_more_from: u8,
    pub floor: RawFloor,
    pub unanswered: RawUnanswered,
    pub least_relevance: BTreeMap<Word, Spanned<f64>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFloor {
    pub from_risk: u8,
    pub level: u8,
    pub competencies: Vec<Word>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawUnanswered {
    pub risk: Word,
    pub relevance: Word,
    pub minutes: u16,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFrameworkText {
    pub source_hash: Option<String>,
    pub level_names: [String; 5],
    pub level_meanings: [String; 5],
    pub areas: BTreeMap<Word, String>,
    pub competency: BTreeMap<Word, RawCompetencyText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCompetencyText {
    pub name: String,
    pub levels: [String; 4],
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawInstrumentText {
    pub source_hash: Option<String>,
    pub title: String,
    pub introduction: String,
    pub preview: Vec<String>,
    pub danger: String,
    pub prefer_not_to_say: String,
    pub pass_over: String,
    pub do_not_know: String,
    pub none_yet: String,
    pub item: BTreeMap<Word, RawItemText>,
    pub self_rating: BTreeMap<Word, RawSelfRatingText>,
    pub never: BTreeMap<Word, RawNever>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawItemText {
    pub prompt: Word,
    pub help: Word,
    #[serde(default)]
    pub options: BTreeMap<Word, Word>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSelfRatingText {
    pub stem: Word,
    pub options: [Word; 4],
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNever {
    pub says: String,
    pub phrases: Vec<String>,
}
