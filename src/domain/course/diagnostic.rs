//! What the compiler and lint tell authors: what was found, what was expected, how to mend it.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

/// An error keeps the course from being published; a warning is for the author to weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
}

/// One remark on a course, in plain words, for a person who wrote it in good faith.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    pub severity: Severity,
    /// Name of the file inside the course's folder.
    pub file: String,
    /// Counted from 1; `None`: the file as a whole.
    pub line: Option<u32>,
    /// One of [`RULES`].
    pub rule: &'static str,
    /// What was found, and what was expected.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

impl Diagnostic {
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, ": {severity}[{}]: {}", self.rule, self.message)?;
        if !self.help.is_empty() {
            write!(f, "\n  help: {}", self.help)?;
        }
        Ok(())
    }
}

/// A place in a course's files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    pub file: Arc<str>,
    pub line: Option<u32>,
}

impl Spot {
    pub fn file(file: &str) -> Self {
        Self { file: file.into(), line: None }
    }

    pub fn line(file: &Arc<str>, line: u32) -> Self {
        Self { file: file.clone(), line: Some(line) }
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line { write!(f, ":{line}") } else { Ok(()) }
    }
}

/// Diagnostics as they are found.
#[derive(Debug, Default)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
}

impl Report {
    pub fn error(&mut self, spot: &Spot, rule: &'static str, message: impl Into<String>, help: impl Into<String>) {
        self.push(Severity::Error, spot, rule, message.into(), help.into());
    }

    pub fn warning(&mut self, spot: &Spot, rule: &'static str, message: impl Into<String>, help: impl Into<String>) {
        self.push(Severity::Warning, spot, rule, message.into(), help.into());
    }

    fn push(&mut self, severity: Severity, spot: &Spot, rule: &'static str, message: String, help: String) {
        let file = spot.file.to_string();
        self.diagnostics.push(Diagnostic { severity, file, line: spot.line, rule, message, help });
    }

    /// All diagnostics by file and line, each once.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort_by(|left, right| {
            (&left.file, left.line, left.severity, left.rule, &left.message).cmp(&(
                &right.file,
                right.line,
                right.severity,
                right.rule,
                &right.message,
            ))
        });
        self.diagnostics.dedup();
        self.diagnostics
    }
}

macro_rules! rules {
    ($($(#[doc = $about:literal])* $name:ident = $rule:literal),* $(,)?) => {
        /// The names of the rules, as they stand in diagnostics.
        pub mod rule {
            $($(#[doc = $about])* pub const $name: &str = $rule;)*
        }

        /// Every rule with what it says, for the authors' handbook.
        pub const RULES: &[(&str, &str)] = &[$(($rule, concat!($($about),*))),*];
    };
}

rules! {
    /// Files are UTF-8 text.
    ENCODING = "encoding",
    /// A file opens with front matter, TOML between two lines `+++`.
    FRONT_MATTER = "front-matter",
    /// Front matter has only fields that the format knows.
    UNKNOWN_FIELD = "unknown-field",
    /// Required fields are there.
    MISSING_FIELD = "missing-field",
    /// Fields hold what they should.
    BAD_FIELD = "bad-field",
    /// Only blocks that the format knows.
    UNKNOWN_BLOCK = "unknown-block",
    /// Blocks stand where they may.
    BLOCK_PLACE = "block-place",
    /// Blocks are closed with `:::`.
    UNCLOSED_BLOCK = "unclosed-block",
    /// Each `:::` closes a block.
    STRAY_CLOSE = "stray-close",
    /// Code fences are closed.
    UNCLOSED_FENCE = "unclosed-fence",
    /// Blocks, lists and quotes are not nested too deeply.
    TOO_DEEP = "too-deep",
    /// Attributes can be read.
    BAD_ATTRIBUTES = "bad-attributes",
    /// Only attributes that the block knows.
    UNKNOWN_ATTRIBUTE = "unknown-attribute",
    /// Required attributes are there.
    MISSING_ATTRIBUTE = "missing-attribute",
    /// Attributes hold what they should.
    BAD_ATTRIBUTE = "bad-attribute",
    /// Ids are plain: a-z, digits, hyphens.
    BAD_ID = "bad-id",
    /// Ids are used once.
    DUPLICATE_ID = "duplicate-id",
    /// A scenario has no more scenes than a page can hold.
    LARGE_SCENARIO = "large-scenario",
    /// A block holds what it is for.
    BLOCK_CONTENT = "block-content",
    /// No HTML in the text.
    RAW_HTML = "raw-html",
    /// Pictures stand in `figure` blocks.
    IMAGE_IN_TEXT = "image-in-text",
    /// Headings in texts begin at `##`.
    HEADING_LEVEL = "heading-level",
    /// Links have a scheme that is allowed.
    BAD_LINK = "bad-link",
    /// Links to lessons and downloads lead somewhere.
    BROKEN_LINK = "broken-link",
    /// Linked terms stand in the glossary.
    UNKNOWN_TERM = "unknown-term",
    /// Cited facts stand in facts.toml.
    UNKNOWN_FACT = "unknown-fact",
    /// Every fact has a source and a statement.
    UNSOURCED_FACT = "unsourced-fact",
    /// A fact is reviewed in time for how certain it is.
    FACT_REVIEW = "fact-review",
    /// A fact's day of review has not passed.
    OVERDUE_FACT = "overdue-fact",
    /// Facts are cited somewhere.
    UNUSED_FACT = "unused-fact",
    /// Files that are needed are there.
    MISSING_FILE = "missing-file",
    /// Only files that the format knows.
    UNKNOWN_FILE = "unknown-file",
    /// Media are what their names say, whole, and harmless.
    BAD_MEDIA = "bad-media",
    /// Pictures are at most 20 kB as served.
    IMAGE_WEIGHT = "image-weight",
    /// Media are used somewhere.
    UNUSED_MEDIA = "unused-media",
    /// Pictures have a text that carries what they show.
    ALT_TEXT = "alt-text",
    /// Every choice, pair and variant has feedback.
    MISSING_FEEDBACK = "missing-feedback",
    /// Questions have an explanation where the format asks for one.
    MISSING_EXPLANATION = "missing-explanation",
    /// Questions have the parts of their kind.
    QUESTION_CONTENT = "question-content",
    /// Questions have a key.
    NO_KEY = "no-key",
    /// Questions have a distractor.
    NO_DISTRACTOR = "no-distractor",
    /// The key is not the longest choice more often than chance.
    KEY_LONGEST = "key-longest",
    /// The key is not the first choice more often than chance.
    KEY_FIRST = "key-first",
    /// A question is on a competency that its lesson, or course, teaches.
    NOT_TAUGHT = "not-taught",
    /// What a lesson promises is asked somewhere.
    NOT_ASSESSED = "not-assessed",
    /// A quiz has enough questions for what it draws.
    SHORT_POOL = "short-pool",
    /// Pre-test and post-test are parallel.
    PARALLEL_TESTS = "parallel-tests",
    /// Weights of a rubric add up to 100.
    WEIGHTS = "weights",
    /// Every step of a scenario can reach an ending.
    DEAD_END = "dead-end",
    /// Every step of a scenario can be reached.
    UNREACHABLE_STEP = "unreachable-step",
    /// A lesson has at most 1,400 words.
    WORD_LIMIT = "word-limit",
    /// Sentences have at most 30 words.
    SENTENCE_LENGTH = "sentence-length",
    /// Lessons can be read without long schooling.
    READING_LEVEL = "reading-level",
    /// Abbreviations are spelled out or stand in the glossary.
    UNDEFINED_ABBREVIATION = "undefined-abbreviation",
    /// A translation has the source's ids, kinds, choices and keys.
    TRANSLATION_DIFFERS = "translation-differs",
    /// A translation is of the source as it stands now.
    TRANSLATION_STALE = "translation-stale",
}
