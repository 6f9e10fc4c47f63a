//! The instrument: what the needs assessment asks, what each answer is for, and the rules that turn
//! answers into priorities. Authored files ([`read`]) become one immutable [`Instrument`], or a
//! list of diagnostics with file and line.

mod check;
pub mod compile;
pub mod diagnostic;
pub mod never;
mod raw;
pub mod read;
mod words;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::competency::{CompetencyCode, Level};
use crate::domain::course::EditionHash;
use crate::domain::id::{ItemId, OptionId, QuestionId};
use crate::domain::language::LanguageTag;
use crate::domain::quiz::question::Question;

use super::diagnosis::RiskBand;
use super::framework::{AreaCode, Framework};

/// One edition of the assessment. A person finishes the edition they began.
#[derive(Clone, Debug, PartialEq)]
pub struct Instrument {
    pub edition: EditionHash,
    pub source_language: LanguageTag,
    pub minutes: Minutes,
    pub framework: Framework,
    /// In the order in which they are asked.
    pub items: Vec<ContextItem>,
    pub rules: Rules,
    /// By option of the role item, then by competency.
    pub required: BTreeMap<OptionId, BTreeMap<CompetencyCode, Level>>,
    /// The short questions of both forms.
    pub questions: BTreeMap<Form, BTreeMap<LanguageTag, Vec<Question>>>,
    pub texts: BTreeMap<LanguageTag, InstrumentText>,
}

/// Which of the parallel forms of short questions: the first, or the one to measure again with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    #[default]
    First,
    Again,
}

impl Form {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Again => "again",
        }
    }

    /// The form with other questions, to measure again with.
    pub fn other(self) -> Self {
        match self {
            Self::First => Self::Again,
            Self::Again => Self::First,
        }
    }
}

impl std::str::FromStr for Form {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::First, Self::Again].into_iter().find(|form| form.as_str() == text).ok_or(())
    }
}

/// How long it takes, in minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minutes {
    pub least: u16,
    pub most: u16,
    pub one_area: u16,
}

/// A question about a person's situation. Every one can be passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextItem {
    pub id: ItemId,
    pub kind: ItemKind,
    /// What the answer changes in what the learner is shown; never empty.
    pub uses: Vec<Use>,
    pub is_multiple: bool,
    /// Empty for languages: those of the interface.
    pub options: Vec<ContextOption>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    Role,
    Setting,
    Risk,
    Relevance(AreaCode),
    Deadline,
    Connectivity,
    Device,
    Language,
    Access,
    Time,
}

/// What an answer is for. An item that is for none of these may not be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Use {
    RequiredLevels,
    Examples,
    RiskFactor,
    RelevanceFactor,
    DeadlineBonus,
    Format,
    Downloads,
    SharedDeviceWarning,
    ContentChoice,
    Pacing,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextOption {
    pub id: OptionId,
    /// "None of these": choosing it takes the others back.
    pub excludes_others: bool,
    pub meaning: Meaning,
}

/// What an option does to the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Nothing: it changes how content is shown.
    Plain,
    Risk(Risk),
    Relevance(Tenths),
    Deadline(CompetencyCode),
    /// Minutes of learning a week.
    Time(u16),
}

/// A self-judged risk level, 1–4, and its factor `k`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Risk {
    pub level: u8,
    pub factor: Tenths,
}

/// Risk is sensitive: it prints nothing of itself.
impl std::fmt::Debug for Risk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Risk(…)")
    }
}

/// A factor in tenths, so that priorities are exact: 15 is 1.5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tenths(pub u16);

impl Tenths {
    pub const ONE: Self = Self(10);
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// `d`: added to the competency that a deadline names.
    pub deadline_bonus: Tenths,
    /// A priority under this is "later, if you wish".
    pub later_below: Tenths,
    /// Self-rating minus right answers from which "let's check this together" is shown.
    pub check_together_from: u8,
    /// Right answers minus self-rating from which "you know more than you think" is shown.
    pub know_more_from: u8,
    pub floor: Floor,
    pub unanswered: Unanswered,
    /// Relevance is never below this in these areas, whatever was answered.
    pub least_relevance: BTreeMap<AreaCode, Tenths>,
}

/// What comes first for people at risk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Floor {
    /// 1 or 3, where a band of levels begins.
    pub from_risk: u8,
    pub level: Level,
    pub competencies: Vec<CompetencyCode>,
}

/// What counts where nothing was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unanswered {
    pub risk: Risk,
    pub relevance: Tenths,
    /// Minutes a week.
    pub minutes: u16,
}

/// The instrument in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstrumentText {
    pub title: String,
    pub introduction: String,
    /// Who sees what, shown before the first question.
    pub preview: Vec<String>,
    /// A fixed banner, never a stored answer.
    pub danger: String,
    pub prefer_not_to_say: String,
    pub pass_over: String,
    pub do_not_know: String,
    pub none_yet: String,
    pub items: BTreeMap<ItemId, ItemText>,
    pub self_ratings: BTreeMap<CompetencyCode, SelfRatingText>,
    /// What is never asked, for the preview, in the order of [`never::TOPICS`].
    pub never: Vec<String>,
    pub framework: FrameworkText,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemText {
    pub prompt: String,
    pub help: String,
    pub options: BTreeMap<OptionId, String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelfRatingText {
    pub stem: String,
    /// For the ratings 1–4; 0 is [`InstrumentText::none_yet`].
    pub options: [String; 4],
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameworkText {
    /// For the levels 0–4.
    pub level_names: [String; 5],
    pub level_meanings: [String; 5],
    pub areas: BTreeMap<AreaCode, String>,
    pub competencies: BTreeMap<CompetencyCode, CompetencyText>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompetencyText {
    pub name: String,
    /// What one can do at the levels 1–4.
    pub levels: [String; 4],
}

impl Instrument {
    /// The language in which a reader of `language` gets it: theirs, or their language's main form, or
    /// the source's.
    pub fn language_of(&self, language: &LanguageTag) -> LanguageTag {
        self.language_for(language, |tag| self.texts.contains_key(tag))
    }

    /// The words for a reader of `language`.
    #[expect(clippy::expect_used, reason = "the reader refuses an instrument without its source words")]
    pub fn text(&self, language: &LanguageTag) -> &InstrumentText {
        let tag = self.language_of(language);
        self.texts.get(&tag).expect("the reader refuses an instrument without its source words")
    }

    /// The short questions of a form, for a reader of `language`.
    pub fn questions(&self, form: Form, language: &LanguageTag) -> &[Question] {
        let Some(by_language) = self.questions.get(&form) else { return &[] };
        let tag = self.language_for(language, |tag| by_language.contains_key(tag));
        by_language.get(&tag).map_or(&[], Vec::as_slice)
    }

    /// The short questions of a form about one area, for the ten-minute form.
    pub fn questions_of(&self, form: Form, area: AreaCode, language: &LanguageTag) -> Vec<&Question> {
        let all = self.questions(form, language);
        all.iter().filter(|question| AreaCode::of(question.competency) == area).collect()
    }

    /// Which competency a short question of `form` is about.
    pub fn competency_of(&self, form: Form, question: &QuestionId) -> Option<CompetencyCode> {
        let questions = self.questions(form, &self.source_language);
        questions.iter().find(|known| known.id == *question).map(|known| known.competency)
    }

    /// The level and factor that stand for the whole band of `risk`: of its levels the one next to the
    /// other band.
    pub fn band_risk(&self, risk: Risk) -> Risk {
        let options = self.item(|kind| kind == ItemKind::Risk).map_or(&[][..], |item| &item.options);
        let levels = options.iter().filter_map(|option| match option.meaning {
            Meaning::Risk(known) => Some(known),
            Meaning::Plain | Meaning::Relevance(_) | Meaning::Deadline(_) | Meaning::Time(_) => None,
        });
        let same_band = levels.filter(|known| RiskBand::of(known.level) == RiskBand::of(risk.level));
        // Levels 2 and 3 are nearest to the middle of 1 to 4.
        same_band.min_by_key(|known| (2 * known.level).abs_diff(5)).unwrap_or(risk)
    }

    /// The first item of a kind that `wanted` accepts.
    pub fn item(&self, wanted: impl Fn(ItemKind) -> bool) -> Option<&ContextItem> {
        self.items.iter().find(|item| wanted(item.kind))
    }

    fn language_for(&self, language: &LanguageTag, exists: impl Fn(&LanguageTag) -> bool) -> LanguageTag {
        let primary = language.primary().parse::<LanguageTag>().ok();
        [Some(language.clone()), primary].into_iter().flatten().find(exists).unwrap_or(self.source_language.clone())
    }
}

impl ContextItem {
    pub fn option(&self, id: &OptionId) -> Option<&ContextOption> {
        self.options.iter().find(|option| option.id == *id)
    }
}
