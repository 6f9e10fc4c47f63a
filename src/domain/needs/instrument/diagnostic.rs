//! What is wrong in the authored files, where, and how to mend it.

use std::fmt;
use std::ops::Range;

use crate::domain::id::QuestionId;

/// One finding. Lint always returns all it found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub severity: Severity,
    /// Name of the file inside the instrument's folder.
    pub file: String,
    /// Counted from 1; `None`: the file as a whole.
    pub line: Option<u32>,
    pub rule: &'static str,
    /// What was found, and what was expected.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The instrument is refused.
    Error,
    Warning,
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
        write!(f, ": {severity}[{}]: {}. {}", self.rule, self.message, self.help)
    }
}

/// An authored file while it is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a> {
    pub name: &'a str,
    pub text: &'a str,
}

impl Source<'_> {
    /// The line, from 1, in which a byte stands.
    pub fn line(&self, byte: usize) -> u32 {
        let before = &self.text.as_bytes()[..byte.min(self.text.len())];
        let breaks = before.iter().filter(|byte| **byte == b'\n').count();
        u32::try_from(breaks + 1).unwrap_or(u32::MAX)
    }

    /// Where a question stands in its file.
    pub fn place_of(&self, question: &QuestionId) -> Range<usize> {
        let at = self.text.find(&format!("{{#{question}")).unwrap_or(0);
        at..at
    }
}

/// Findings as they are collected.
#[derive(Debug, Default)]
pub(super) struct Problems(pub Vec<Diagnostic>);

impl Problems {
    pub fn error(&mut self, source: Source<'_>, span: Range<usize>, rule: &'static str, message: String, help: &str) {
        self.add(Severity::Error, source.name, Some(source.line(span.start)), rule, message, help);
    }

    pub fn whole(&mut self, file: &str, rule: &'static str, message: String, help: &str) {
        self.add(Severity::Error, file, None, rule, message, help);
    }

    pub fn warning(&mut self, file: &str, rule: &'static str, message: String, help: &str) {
        self.add(Severity::Warning, file, None, rule, message, help);
    }

    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|problem| problem.severity == Severity::Error)
    }

    fn add(
        &mut self,
        severity: Severity,
        file: &str,
        line: Option<u32>,
        rule: &'static str,
        message: String,
        help: &str,
    ) {
        self.0.push(Diagnostic { severity, file: file.to_owned(), line, rule, message, help: help.to_owned() });
    }
}
