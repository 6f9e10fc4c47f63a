//! What a learner keeps for themselves in a lesson: ticks of checklists, written reflections.

use std::collections::{BTreeMap, BTreeSet};

use rocket::{Route, post, routes};

use super::journey::Journey;
use super::mend::{self, LongText};
use crate::domain::course::Place;
use crate::domain::course::block::Block;
use crate::domain::id::BlockId;
use crate::domain::quiz::response::FieldProblem;
use crate::store::notes::{self, Note};
use crate::web::accounts;
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::reply::Reply;
use crate::web::visitor::{Learner, Visitor};

/// All notes of one enrolment.
#[derive(Default)]
pub struct Noted(BTreeMap<BlockId, Note>);

impl From<BTreeMap<BlockId, Note>> for Noted {
    fn from(notes: BTreeMap<BlockId, Note>) -> Self {
        Self(notes)
    }
}

impl Noted {
    pub fn is_ticked(&self, checklist: &BlockId, item: usize) -> bool {
        matches!(self.0.get(checklist), Some(Note::Ticks(ticks)) if ticks.contains(&item))
    }

    pub fn reflection(&self, block: &BlockId) -> &str {
        match self.0.get(block) {
            Some(Note::Reflection(text)) => text,
            Some(Note::Ticks(_)) | None => "",
        }
    }
}

pub struct ChecklistForm {
    block: String,
    ticks: Vec<(String, String)>,
}

impl Form for ChecklistForm {
    fn take(fields: &mut Fields) -> Self {
        Self { block: fields.text("block"), ticks: fields.all(|name| name == "tick") }
    }
}

pub struct ReflectionForm {
    block: String,
    text: String,
}

/// Longest reflection, in characters.
const LONGEST: usize = 20_000;

impl Form for ReflectionForm {
    // Letters of Burmese or Khmer take nine bytes each on their way here; what is too long is shown again.
    const LIMIT: u64 = 9 * 3 * LONGEST as u64;

    fn take(fields: &mut Fields) -> Self {
        Self { block: fields.text("block"), text: fields.raw("text") }
    }
}

#[post("/learn/<enrolment>/<place>/checklist", data = "<form>")]
async fn tick(
    visitor: Visitor<'_>,
    learner: Result<Learner<'_>, AppError>,
    enrolment: &str,
    place: &str,
    form: Submitted<ChecklistForm>,
) -> Result<Reply, AppError> {
    let ChecklistForm { block, ticks } = form.0;
    let learner = match learner {
        Ok(learner) => learner,
        Err(refusal) => {
            let fields = ticks.into_iter().chain([("block".to_owned(), block)]).collect();
            return accounts::keep(&visitor, refusal, fields);
        }
    };
    let (journey, place, block) = located(&learner, enrolment, place, &block).await?;
    let ticks: BTreeSet<usize> = ticks.iter().filter_map(|(_, value)| value.parse().ok()).take(500).collect();
    let store = &visitor.house.store;
    notes::keep(store, learner.id, journey.enrolment.id, &block, &Note::Ticks(ticks)).await?;
    visitor.house.progress.forget(journey.enrolment.id);
    journey.worked_at(&learner, place).await?;
    Ok(Reply::see_other(format!("{}#b-{block}", journey.url(place))))
}

#[post("/learn/<enrolment>/<place>/reflection", data = "<form>")]
async fn reflect(
    visitor: Visitor<'_>,
    learner: Result<Learner<'_>, AppError>,
    enrolment: &str,
    place: &str,
    form: Submitted<ReflectionForm>,
) -> Result<Reply, AppError> {
    let ReflectionForm { block, text } = form.0;
    let learner = match learner {
        Ok(learner) => learner,
        Err(refusal) => {
            let fields = vec![("block".to_owned(), block), ("text".to_owned(), text)];
            return accounts::keep(&visitor, refusal, fields);
        }
    };
    let (journey, place, block) = located(&learner, enrolment, place, &block).await?;
    if text.chars().count() > LONGEST {
        let lesson_url = journey.url(place);
        let long = LongText {
            beside: ("block", block.as_str()),
            name: "text",
            text: &text,
            problem: FieldProblem::TooLong { most: LONGEST },
            lesson_url: &lesson_url,
        };
        return mend::ask(&visitor, &long);
    }
    let note = Note::Reflection(text);
    notes::keep(&visitor.house.store, learner.id, journey.enrolment.id, &block, &note).await?;
    visitor.house.progress.forget(journey.enrolment.id);
    journey.worked_at(&learner, place).await?;
    Ok(Reply::see_other(format!("{}#b-{block}", journey.url(place))))
}

/// The journey, and the block if the lesson at this place has it.
async fn located(
    learner: &Learner<'_>,
    enrolment: &str,
    place: &str,
    block: &str,
) -> Result<(Journey, Place, BlockId), AppError> {
    let journey = Journey::load(learner, enrolment).await?;
    let place: Place = place.parse().map_err(|()| AppError::NotFound)?;
    let block: BlockId = block.parse().map_err(|_| AppError::Unreadable)?;
    let lesson = journey.text.lesson_at(place).ok_or(AppError::NotFound)?;
    let is_there = lesson.blocks.iter().any(|held| match held {
        Block::Checklist(checklist) => checklist.id == block,
        Block::Reflection(reflection) => reflection.id == block,
        _ => false,
    });
    if is_there { Ok((journey, place, block)) } else { Err(AppError::NotFound) }
}

pub fn routes() -> Vec<Route> {
    routes![tick, reflect]
}
