//! A translation is the same course: the same ids, kinds, choices, keys and numbers.

use std::collections::BTreeMap;

use super::block::{Block, Drawing, Scenario, Scene};
use super::diagnostic::{Report, Spot, rule};
use super::language::LanguageTexts;
use super::lint::questions_in;
use super::read;
use super::shelf::Shelf;
use super::source::sha256;
use super::{CourseText, Lesson};
use crate::domain::quiz::Quiz;
use crate::domain::quiz::question::{Body, Choice, Choices, Criterion, Question};

/// Compares `found` with the language it translates.
pub fn check(source: &LanguageTexts, found: &LanguageTexts, source_shelf: &Shelf, shelf: &Shelf, report: &mut Report) {
    check_hashes(source_shelf, shelf, report);
    check_ids(source, found, shelf, report);
    check_lessons(&source.text, &found.text, found, report);
    check_quizzes(&source.text, &found.text, found, report);
    check_task(&source.text, &found.text, found, report);
}

/// The first eight hex digits of the source file's SHA-256, where the translator noted them.
fn check_hashes(source_shelf: &Shelf, shelf: &Shelf, report: &mut Report) {
    for (name, document) in &shelf.documents {
        let (Some((written, spot)), Some(bytes)) =
            (read::front_text(document, "source_hash"), source_shelf.bytes.get(name))
        else {
            continue;
        };
        let now: String = sha256(bytes).chars().take(8).collect();
        if written != now {
            report.warning(
                &spot,
                rule::TRANSLATION_STALE,
                format!("the source text changed since it was translated (then {written}, now {now})"),
                format!("compare it with the source, then write source_hash = \"{now}\""),
            );
        }
    }
}

/// Every id of a file is in its counterpart, and the other way round.
fn check_ids(source: &LanguageTexts, found: &LanguageTexts, shelf: &Shelf, report: &mut Report) {
    let kinds = [
        ("module", &source.spots.modules, &found.spots.modules),
        ("lesson", &source.spots.lessons, &found.spots.lessons),
        ("quiz or task", &source.spots.quizzes, &found.spots.quizzes),
        ("question", &source.spots.questions, &found.spots.questions),
        ("block", &source.spots.blocks, &found.spots.blocks),
        ("term", &source.spots.terms, &found.spots.terms),
    ];
    for (kind, source_ids, found_ids) in kinds {
        for (id, spot) in found_ids.iter().filter(|(id, _)| !source_ids.contains_key(*id)) {
            differs(
                spot,
                format!("the source language has no {kind} `{id}`"),
                "give it the id that it has in the source",
                report,
            );
        }
        missing(kind, source_ids, found_ids, &shelf.language.to_string(), report);
    }
}

fn missing(
    kind: &str,
    source_ids: &BTreeMap<String, Spot>,
    found_ids: &BTreeMap<String, Spot>,
    language: &str,
    report: &mut Report,
) {
    for (id, spot) in source_ids.iter().filter(|(id, _)| !found_ids.contains_key(*id)) {
        let inside = spot.file.split_once('/').map_or("", |(_, inside)| inside);
        let file = Spot::file(&format!("{language}/{inside}"));
        differs(
            &file,
            format!("the {kind} `{id}` of the source language ({spot}) is not here"),
            "translate it too, with the same id",
            report,
        );
    }
}

fn check_lessons(source: &CourseText, found: &CourseText, texts: &LanguageTexts, report: &mut Report) {
    for ((_, source), (_, found)) in source.lessons().zip(found.lessons()) {
        let Some(spot) = texts.spots.lessons.get(found.id.as_str()) else { continue };
        if !same_lesson(source, found) {
            let message = "the lesson's place, minutes, competencies or number of outcomes differ from the source";
            differs(spot, message.into(), "copy these fields from the source; only texts are translated", report);
        }
        for (source, found) in questions_in(&source.blocks).zip(questions_in(&found.blocks)) {
            check_question(source, found, texts, report);
        }
        check_blocks(&source.blocks, &found.blocks, texts, report);
    }
}

/// What learners tick is kept by its place in the list, and where a choice leads by its step: blocks
/// of one id have the same parts in the same order.
fn check_blocks(source: &[Block], found: &[Block], texts: &LanguageTexts, report: &mut Report) {
    let shapes: BTreeMap<&str, String> = source.iter().filter_map(shape).collect();
    for (id, found) in found.iter().filter_map(shape) {
        let (Some(source), Some(spot)) = (shapes.get(id), texts.spots.blocks.get(id)) else { continue };
        if *source != found {
            differs(
                spot,
                format!("the block `{id}` is a {found}; in the source it is a {source}"),
                "translate each part in its place; add and leave out none",
                report,
            );
        }
    }
}

/// The id of a block and what its parts are, in words.
fn shape(block: &Block) -> Option<(&str, String)> {
    let (id, shape) = match block {
        Block::Checklist(checklist) => (&checklist.id, format!("checklist of {} items", checklist.items.len())),
        Block::Reflection(reflection) => (&reflection.id, "reflection".to_owned()),
        Block::Flashcards(cards) => (&cards.id, format!("set of {} flashcards", cards.cards.len())),
        Block::Figure(figure) => (&figure.id, "figure".to_owned()),
        Block::Diagram(diagram) => (&diagram.id, drawing(&diagram.drawing)),
        Block::Audio(recording) => (&recording.id, "sound".to_owned()),
        Block::Video(recording) => (&recording.id, "film".to_owned()),
        Block::Download(download) => (&download.id, "download".to_owned()),
        Block::Scenario(scenario) => (&scenario.id, format!("scenario with the steps {}", ways(scenario))),
        Block::Table(table) => (table.id.as_ref()?, "table".to_owned()),
        Block::Prose(_)
        | Block::Note(_)
        | Block::Warning(_)
        | Block::Example(_)
        | Block::Steps(_)
        | Block::Facilitator(_)
        | Block::Question(_) => return None,
    };
    Some((id.as_str(), shape))
}

fn drawing(drawing: &Drawing) -> String {
    match drawing {
        Drawing::Cycle(items) => format!("cycle of {} items", items.len()),
        Drawing::Timeline(items) => format!("timeline of {} items", items.len()),
        Drawing::Chain(items) => format!("chain of {} items", items.len()),
        Drawing::Pillars(items) => format!("row of {} pillars", items.len()),
        Drawing::Layers(items) => format!("stack of {} layers", items.len()),
        Drawing::Matrix(matrix) => format!("matrix of {} rows and {} columns", matrix.rows.len(), matrix.head.len()),
    }
}

/// The steps of a scenario and where their choices lead: `opening (a, end), a (end)`.
fn ways(scenario: &Scenario) -> String {
    let name = |index: Option<usize>| index.and_then(|index| scenario.steps.get(index)).map_or("end", |step| &step.id);
    let scene = |id: &str, scene: &Scene| {
        let choices: Vec<&str> = scene.choices.iter().map(|choice| name(choice.leads_to)).collect();
        format!("{id} ({})", choices.join(", "))
    };
    let steps = scenario.steps.iter().map(|step| scene(&step.id, &step.scene));
    std::iter::once(scene("opening", &scenario.opening)).chain(steps).collect::<Vec<_>>().join(", ")
}

fn same_lesson(source: &Lesson, found: &Lesson) -> bool {
    source.id == found.id
        && source.minutes == found.minutes
        && source.competencies == found.competencies
        && source.outcomes.len() == found.outcomes.len()
}

fn check_quizzes(source: &CourseText, found: &CourseText, texts: &LanguageTexts, report: &mut Report) {
    for (source, found) in source.quizzes().zip(found.quizzes()) {
        let Some(spot) = texts.spots.quizzes.get(found.id.as_str()) else { continue };
        if !same_rules(source, found) {
            let message = "the quiz's rules (minutes, pass, attempts, waiting, draws) differ from the source";
            differs(spot, message.into(), "copy these fields from the source; only texts are translated", report);
        }
        for (source, found) in source.pool.iter().zip(&found.pool) {
            check_question(source, found, texts, report);
        }
    }
}

fn same_rules(source: &Quiz, found: &Quiz) -> bool {
    source.id == found.id
        && source.minutes == found.minutes
        && source.pass == found.pass
        && source.attempts == found.attempts
        && source.wait_minutes == found.wait_minutes
        && source.asks_confidence == found.asks_confidence
        && source.draws == found.draws
}

fn check_task(source: &CourseText, found: &CourseText, texts: &LanguageTexts, report: &mut Report) {
    let (Some(source), Some(found)) = (&source.final_task, &found.final_task) else { return };
    let Some(spot) = texts.spots.quizzes.get(found.id.as_str()) else { return };
    let same = source.id == found.id
        && source.minutes == found.minutes
        && source.max_words == found.max_words
        && source.pass == found.pass
        && same_rubric(&source.rubric, &found.rubric);
    if !same {
        differs(
            spot,
            "the task's numbers or rubric differ from the source".into(),
            "copy ids, weights and per cents; only texts are translated",
            report,
        );
    }
}

fn check_question(source: &Question, found: &Question, texts: &LanguageTexts, report: &mut Report) {
    let Some(spot) = texts.spots.questions.get(found.id.as_str()) else { return };
    let same_head = source.id == found.id
        && source.competency == found.competency
        && source.level == found.level
        && source.points == found.points
        && source.asks_confidence == found.asks_confidence
        && source.keeps_order == found.keeps_order
        && source.lesson == found.lesson;
    if !same_head {
        differs(
            spot,
            "the question's place or attributes differ from the source".into(),
            "keep the order and the attributes of the source",
            report,
        );
    }
    if !same_body(&source.body, &found.body) {
        differs(
            spot,
            "the question's kind, number of answers or keys differ from the source".into(),
            "translate each answer in its place; the keys stay",
            report,
        );
    }
}

/// Whether two questions are of one kind, with the same number of answers and the same keys.
pub(in crate::domain) fn same_body(source: &Body, found: &Body) -> bool {
    match (source, found) {
        (Body::SingleChoice(Choices(source)), Body::SingleChoice(Choices(found)))
        | (Body::MultipleChoice(Choices(source)), Body::MultipleChoice(Choices(found)))
        | (Body::TrueFalse(Choices(source)), Body::TrueFalse(Choices(found))) => keys(source).eq(keys(found)),
        // The words that are accepted differ from language to language, and so does their number.
        (Body::ShortText(_), Body::ShortText(_)) => true,
        (Body::Numeric(source), Body::Numeric(found)) => {
            let values = |numeric: &crate::domain::quiz::question::Numeric| {
                numeric.variants.iter().map(|variant| (variant.value.to_bits(), variant.is_key)).collect::<Vec<_>>()
            };
            source.tolerance == found.tolerance && values(source) == values(found)
        }
        (Body::Matching(source), Body::Matching(found)) => {
            source.pairs.len() == found.pairs.len() && source.distractors.len() == found.distractors.len()
        }
        (Body::Ordering(source), Body::Ordering(found)) => source.items.len() == found.items.len(),
        (Body::Blanks(source), Body::Blanks(found)) => {
            source.gaps().count() == found.gaps().count() && source.bank.is_some() == found.bank.is_some()
        }
        (Body::FreeResponse(source), Body::FreeResponse(found)) => {
            source.max_words == found.max_words && same_rubric(&source.rubric, &found.rubric)
        }
        (
            Body::SingleChoice(_)
            | Body::MultipleChoice(_)
            | Body::TrueFalse(_)
            | Body::ShortText(_)
            | Body::Numeric(_)
            | Body::Matching(_)
            | Body::Ordering(_)
            | Body::Blanks(_)
            | Body::FreeResponse(_),
            _,
        ) => false,
    }
}

fn keys(choices: &[Choice]) -> impl Iterator<Item = bool> {
    choices.iter().map(|choice| choice.is_key)
}

fn same_rubric(source: &[Criterion], found: &[Criterion]) -> bool {
    let shape = |criterion: &Criterion| {
        let shares: Vec<u8> = criterion.levels.iter().map(|level| level.share).collect();
        (criterion.id.clone(), criterion.weight, criterion.is_required, shares)
    };
    source.iter().map(shape).eq(found.iter().map(shape))
}

fn differs(spot: &Spot, message: String, help: &str, report: &mut Report) {
    report.error(spot, rule::TRANSLATION_DIFFERS, message, help);
}
