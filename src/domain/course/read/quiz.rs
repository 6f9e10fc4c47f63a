//! quiz.md, pre-test.md and post-test.md: an introduction and a pool of questions.

use super::{ID_SHAPE, competency, front, small};
use crate::domain::course::block::{Block, Ground, read_blocks};
use crate::domain::course::diagnostic::{Report, rule};
use crate::domain::course::front::Fields;
use crate::domain::course::question;
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::{Document, Node};
use crate::domain::id::QuizId;
use crate::domain::language::LanguageTag;
use crate::domain::quiz::{Draw, Quiz, QuizKind};

struct Front {
    id: Option<QuizId>,
    title: String,
    minutes: u16,
    pass: u8,
    attempts: u16,
    wait_minutes: u32,
    asks_confidence: bool,
    draws: Vec<Draw>,
}

pub fn read(document: &Document, kind: QuizKind, language: &LanguageTag, reader: &mut Reader) -> Option<Quiz> {
    let front = front(document, reader.report, |fields, report| read_front(fields, kind, report));
    let title = reader.plain(&front.title, document.front.line);
    let mut introduction: Vec<Block> = Vec::new();
    let mut pool = Vec::new();
    for node in &document.nodes {
        match node {
            Node::Block(raw) if raw.name == "question" => pool.extend(question::read(raw, reader)),
            other => introduction.extend(read_blocks(std::slice::from_ref(other), Ground::Page, reader)),
        }
    }
    Some(Quiz {
        id: front.id?,
        kind,
        language: language.clone(),
        title,
        minutes: front.minutes,
        pass: front.pass,
        attempts: front.attempts,
        wait_minutes: front.wait_minutes,
        asks_confidence: front.asks_confidence,
        introduction,
        draws: front.draws,
        pool,
    })
}

fn read_front(fields: &Fields, kind: QuizKind, report: &mut Report) -> Front {
    // A pre-test or post-test measures; there is nothing to pass.
    let pass = match kind {
        QuizKind::Module => fields.number("pass", 0..=100, report),
        QuizKind::PreTest | QuizKind::PostTest => fields.optional_number("pass", 0..=0, report),
    };
    Front {
        id: fields.parsed("id", ID_SHAPE, report),
        title: fields.text("title", report),
        minutes: small(fields.number("minutes", 1..=600, report)),
        pass: pass.and_then(|pass| u8::try_from(pass).ok()).unwrap_or(0),
        attempts: small(fields.optional_number("attempts", 0..=1_000, report)),
        wait_minutes: fields.optional_number("wait_minutes", 0..=525_600, report).unwrap_or(0),
        asks_confidence: fields.flag("sure", false, report),
        draws: draws(fields, report),
    }
}

fn draws(fields: &Fields, report: &mut Report) -> Vec<Draw> {
    let mut draws: Vec<Draw> = Vec::new();
    for table in fields.tables("draw", report) {
        let code = table.text("competency", report);
        let spot = table.spot("competency");
        let competency = if code.is_empty() { None } else { competency(&code, &spot, report) };
        let level = table.optional_number("level", 1..=3, report).and_then(|level| u8::try_from(level).ok());
        let count = small(table.number("count", 1..=500, report));
        table.finish(report);
        let Some(competency) = competency else { continue };
        if draws.iter().any(|draw| draw.competency == competency && draw.level == level) {
            report.error(
                &spot,
                rule::BAD_FIELD,
                format!("two draws ask for {competency} on the same level"),
                "write one of them with both counts added",
            );
        }
        draws.push(Draw { competency, level, count });
    }
    draws
}
