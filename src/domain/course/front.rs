//! Fields: reading TOML with the line of every mistake. Each field is asked for by name and kind;
//! what nobody asked for is an error at the end, so a misspelt field is never silently lost.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};
use std::str::FromStr;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::diagnostic::{Report, Spot, rule};
use super::scan::Chunk;
use crate::domain::time::Day;

type Table<'a> = DeTable<'a>;
type Value<'a> = toml::Spanned<DeValue<'a>>;

/// A TOML document whose mistakes can be pointed at.
pub struct TomlText<'a> {
    pub file: Arc<str>,
    chunk: Chunk<'a>,
    line_ends: Vec<usize>,
}

/// One table of a TOML document while it is being read.
pub struct Fields<'a, 't> {
    text: &'t TomlText<'a>,
    table: &'t Table<'a>,
    /// Where the table is, for fields that are missing.
    spot: Spot,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl<'a> TomlText<'a> {
    pub fn new(file: &Arc<str>, chunk: Chunk<'a>) -> Self {
        let line_ends = chunk.text.match_indices('\n').map(|(at, _)| at).collect();
        Self { file: file.clone(), chunk, line_ends }
    }

    /// Parses; on a mistake in the TOML itself reports it and gives what could be read, and whether
    /// that is all of it.
    pub fn parse(&self, report: &mut Report) -> (Table<'a>, bool) {
        let (table, mistakes) = DeTable::parse_recoverable(self.chunk.text);
        // One is enough: what follows a mistake in TOML is mostly echo.
        if let Some(mistake) = mistakes.first() {
            report.error(
                &self.spot(mistake.span().unwrap_or_default()),
                rule::FRONT_MATTER,
                format!("the fields cannot be read: {}", mistake.message()),
                "a field is written name = \"text\", name = 12, name = true or name = [\"a\", \"b\"]",
            );
        }
        (table.into_inner(), mistakes.is_empty())
    }

    fn spot(&self, span: Range<usize>) -> Spot {
        let lines = self.line_ends.partition_point(|end| *end < span.start);
        Spot::line(&self.file, self.chunk.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX)))
    }

    pub fn fields<'t>(&'t self, table: &'t Table<'a>) -> Fields<'a, 't> {
        let spot = Spot::line(&self.file, self.chunk.line);
        Fields { text: self, table, spot, asked: RefCell::default() }
    }
}

impl<'a, 't> Fields<'a, 't> {
    /// Where `key` stands, or the table where it does not.
    pub fn spot(&self, key: &str) -> Spot {
        self.table.get(key).map_or_else(|| self.spot.clone(), |value| self.text.spot(value.span()))
    }

    fn value(&self, key: &'static str) -> Option<&'t Value<'a>> {
        self.asked.borrow_mut().insert(key);
        self.table.get(key)
    }

    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    fn missing(&self, key: &str, example: &str, report: &mut Report) {
        report.error(
            &self.spot,
            rule::MISSING_FIELD,
            format!("the field `{key}` is missing"),
            format!("add {key} = {example}"),
        );
    }

    fn wrong(&self, key: &str, expected: &str, report: &mut Report) {
        report.error(
            &self.spot(key),
            rule::BAD_FIELD,
            format!("`{key}` does not hold what was expected"),
            format!("expected: {expected}"),
        );
    }

    /// A text that must be there and not be empty; empty after a report.
    pub fn text(&self, key: &'static str, report: &mut Report) -> String {
        if !self.has(key) {
            self.asked.borrow_mut().insert(key);
            self.missing(key, "\"…\"", report);
            return String::new();
        }
        self.optional_text(key, report).unwrap_or_default()
    }

    pub fn optional_text(&self, key: &'static str, report: &mut Report) -> Option<String> {
        match self.value(key)?.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            _ => {
                self.wrong(key, "a text in double quotes that is not empty", report);
                None
            }
        }
    }

    /// A text that is one of a kind of its own, such as an id or a language.
    pub fn parsed<T: FromStr>(&self, key: &'static str, expected: &str, report: &mut Report) -> Option<T> {
        let text = self.text(key, report);
        if text.is_empty() {
            return None;
        }
        let value = text.parse().ok();
        if value.is_none() {
            self.wrong(key, expected, report);
        }
        value
    }

    pub fn number(&self, key: &'static str, range: RangeInclusive<u32>, report: &mut Report) -> Option<u32> {
        if !self.has(key) {
            self.asked.borrow_mut().insert(key);
            self.missing(key, &range.start().to_string(), report);
            return None;
        }
        self.optional_number(key, range, report)
    }

    pub fn optional_number(&self, key: &'static str, range: RangeInclusive<u32>, report: &mut Report) -> Option<u32> {
        let number = match self.value(key)?.get_ref() {
            DeValue::Integer(digits) => u32::from_str_radix(digits.as_str(), digits.radix()).ok(),
            _ => None,
        };
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            self.wrong(key, &whole_number(&range), report);
        }
        number
    }

    pub fn flag(&self, key: &'static str, default: bool, report: &mut Report) -> bool {
        match self.value(key).map(toml::Spanned::get_ref) {
            None => default,
            Some(DeValue::Boolean(flag)) => *flag,
            Some(_) => {
                self.wrong(key, "true or false", report);
                default
            }
        }
    }

    /// A civil date, written bare: 2026-11-23.
    pub fn day(&self, key: &'static str, report: &mut Report) -> Option<Day> {
        if !self.has(key) {
            self.asked.borrow_mut().insert(key);
            self.missing(key, "2027-01-31", report);
            return None;
        }
        let day = match self.value(key)?.get_ref() {
            DeValue::Datetime(moment) if moment.time.is_none() => moment.to_string().parse().ok(),
            DeValue::String(text) => text.parse().ok(),
            _ => None,
        };
        if day.is_none() {
            self.wrong(key, "a day such as 2027-01-31, without quotes", report);
        }
        day
    }

    /// A list of texts with their places; may be left out.
    pub fn texts(&self, key: &'static str, report: &mut Report) -> Vec<(String, Spot)> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong(key, "a list of texts: [\"…\", \"…\"]", report);
            return Vec::new();
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items.iter() {
            match item.get_ref() {
                DeValue::String(text) if !text.trim().is_empty() => {
                    texts.push((text.trim().to_owned(), self.text.spot(item.span())));
                }
                _ => self.wrong(key, "a list of texts that are not empty: [\"…\", \"…\"]", report),
            }
        }
        texts
    }

    /// A list of texts that must have at least one.
    pub fn some_texts(&self, key: &'static str, report: &mut Report) -> Vec<(String, Spot)> {
        if !self.has(key) {
            self.asked.borrow_mut().insert(key);
            self.missing(key, "[\"…\"]", report);
            return Vec::new();
        }
        let texts = self.texts(key, report);
        if texts.is_empty() {
            self.wrong(key, "a list with at least one text", report);
        }
        texts
    }

    /// A table `[key]`; may be left out.
    pub fn table(&self, key: &'static str, report: &mut Report) -> Option<Fields<'a, 't>> {
        let value = self.value(key)?;
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong(key, &format!("a table: a line [{key}] with fields below it"), report);
        }
        Some(self.inner(table?, value))
    }

    /// Every table of a document whose names are free, such as facts.toml.
    pub fn named_tables(&self, report: &mut Report) -> Vec<(&'t str, Fields<'a, 't>)> {
        let mut tables = Vec::new();
        for (key, value) in self.table {
            match value.get_ref().as_table() {
                Some(table) => tables.push((key.get_ref().as_ref(), self.inner(table, value))),
                None => report.error(
                    &self.text.spot(key.span()),
                    rule::UNKNOWN_FIELD,
                    format!("`{}` stands outside a table", key.get_ref()),
                    "every field belongs below a line [id]",
                ),
            }
        }
        tables
    }

    /// Tables `[[key]]`; may be left out.
    pub fn tables(&self, key: &'static str, report: &mut Report) -> Vec<Fields<'a, 't>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let items = value.get_ref().as_array().map(|items| items.iter().collect::<Vec<_>>()).unwrap_or_default();
        let tables: Vec<_> =
            items.iter().filter_map(|item| Some(self.inner(item.get_ref().as_table()?, item))).collect();
        if tables.is_empty() || tables.len() != items.len() {
            self.wrong(key, &format!("tables: lines [[{key}]], each with fields below it"), report);
        }
        tables
    }

    fn inner(&self, table: &'t Table<'a>, value: &Value<'a>) -> Fields<'a, 't> {
        Fields { text: self.text, table, spot: self.text.spot(value.span()), asked: RefCell::default() }
    }

    /// Reports every field that nobody asked for.
    pub fn finish(&self, report: &mut Report) {
        let asked = self.asked.borrow();
        let known: Vec<&str> = asked.iter().copied().collect();
        for (key, _) in self.table.iter().filter(|(key, _)| !asked.contains(key.get_ref().as_ref())) {
            let name = key.get_ref();
            report.error(
                &self.text.spot(key.span()),
                rule::UNKNOWN_FIELD,
                format!("there is no field `{name}` here"),
                format!("the fields here are: {}", known.join(", ")),
            );
        }
    }
}

/// What a number in `range` is called.
pub fn whole_number(range: &RangeInclusive<u32>) -> String {
    if range.start() == range.end() {
        range.start().to_string()
    } else {
        format!("a whole number from {} to {}", range.start(), range.end())
    }
}
