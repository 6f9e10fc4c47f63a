//! A lesson.

use super::{ID_SHAPE, front, small, texts};
use crate::domain::competency::CompetencySpan;
use crate::domain::course::Lesson;
use crate::domain::course::block::{Ground, read_blocks};
use crate::domain::course::diagnostic::{Report, Spot, rule};
use crate::domain::course::reader::{Reader, Setting};
use crate::domain::course::scan::Document;
use crate::domain::course::words;
use crate::domain::id::LessonId;
use crate::domain::language::LanguageTag;

struct Front {
    id: Option<LessonId>,
    title: String,
    minutes: u16,
    competencies: Vec<CompetencySpan>,
    outcomes: Vec<String>,
    sources: Vec<String>,
    content_note: Option<String>,
}

pub fn read(document: &Document, language: &LanguageTag, reader: &mut Reader) -> Option<Lesson> {
    let front = front(document, reader.report, |fields, report| Front {
        id: fields.parsed("id", ID_SHAPE, report),
        title: fields.text("title", report),
        minutes: small(fields.number("minutes", 1..=240, report)),
        competencies: spans(fields.some_texts("competencies", report), report),
        outcomes: texts(fields.some_texts("outcomes", report)),
        sources: texts(fields.texts("sources", report)),
        content_note: fields.optional_text("content_note", report),
    });
    reader.lesson = front.id.clone();
    let line = document.front.line;
    let mut plain = |text: String| reader.plain(&text, line);
    let (title, content_note) = (plain(front.title), front.content_note.map(&mut plain));
    let outcomes = front.outcomes.into_iter().map(&mut plain).collect();
    let sources = front.sources.into_iter().map(&mut plain).collect();
    let blocks = read_blocks(&document.nodes, Ground::Lesson, reader);
    let words = reader
        .passages
        .iter()
        .filter(|(setting, _)| *setting == Setting::Body)
        .map(|(_, passage)| words::count(&passage.text))
        .sum();
    Some(Lesson {
        id: front.id?,
        language: language.clone(),
        title,
        minutes: front.minutes,
        competencies: front.competencies,
        outcomes,
        sources,
        content_note,
        blocks,
        facts: reader.facts.clone(),
        words,
    })
}

fn spans(written: Vec<(String, Spot)>, report: &mut Report) -> Vec<CompetencySpan> {
    let mut spans = Vec::with_capacity(written.len());
    for (text, spot) in written {
        match span(&text) {
            Some(span) => spans.push(span),
            None => report.error(
                &spot,
                rule::BAD_FIELD,
                format!("`{text}` does not say what the lesson does for a competency"),
                "expected: the code, the level before, the level after (0 to 4), such as DS1 0-2",
            ),
        }
    }
    spans
}

fn span(text: &str) -> Option<CompetencySpan> {
    let (code, levels) = text.split_once(' ')?;
    let (before, after) = levels.trim().split_once(['-', '–'])?;
    let (before, after) = (before.trim().parse().ok()?, after.trim().parse().ok()?);
    (before <= after && after <= 4).then_some(CompetencySpan { code: code.parse().ok()?, before, after })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_code_and_two_levels() {
        let read = span("DS1 0-2").unwrap();
        assert_eq!((read.code.as_str(), read.before, read.after), ("DS1", 0, 2));
        for wrong in ["DS1", "DS1 2-1", "DS1 0-5", "D 0-1", ""] {
            assert!(span(wrong).is_none(), "{wrong} was taken");
        }
    }
}
