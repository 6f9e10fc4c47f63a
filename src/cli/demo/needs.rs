//! Made-up needs assessments: every question of the real instrument, answered by what somebody can do.

use super::dice::Dice;
use super::person::Character;
use crate::domain::id::AssessmentId;
use crate::domain::needs::answers::Outcome;
use crate::domain::needs::framework::AreaCode;
use crate::domain::needs::instrument::{ContextItem, Form, Instrument, ItemKind};
use crate::domain::needs::pathway::StepKey;
use crate::domain::needs::pathway::basis::Basis;
use crate::domain::needs::pathway::edit::Edit;
use crate::domain::needs::sheet::{Given, Sheet};
use crate::domain::time::{DAY, HOUR, MINUTE, Timestamp};
use crate::store::demo::Assessed;

/// All assessments of one person up to `now`. `grown`: what they learned until a moment, in levels.
pub fn assessments(
    dice: &mut Dice,
    instrument: &Instrument,
    character: &Character,
    registered: Timestamp,
    now: Timestamp,
    grown: impl Fn(AreaCode, Timestamp) -> f64,
) -> Vec<Assessed> {
    let begun = registered.plus(dice.between(0, 9) * DAY + dice.between(0, 8) * HOUR);
    let area = match dice.below(100) {
        // Nobody has to.
        0..7 => return Vec::new(),
        7..15 => Some(dice.pick(&instrument.framework.areas).code),
        _ => None,
    };
    if begun > now {
        return Vec::new();
    }
    let mut made = Vec::new();
    if dice.chance(0.06) {
        made.push(begin(dice, instrument, character, area, begun));
        return made;
    }
    made.extend(whole(dice, instrument, character, (Form::First, area), begun, now, &grown));
    let again = begun.plus(dice.between(91, 170) * DAY);
    if again < now && dice.chance(0.45) {
        made.extend(whole(dice, instrument, character, (Form::Again, area), again, now, &grown));
    }
    made
}

/// One that was finished.
pub fn whole(
    dice: &mut Dice,
    instrument: &Instrument,
    character: &Character,
    (form, area): (Form, Option<AreaCode>),
    begun: Timestamp,
    now: Timestamp,
    grown: impl Fn(AreaCode, Timestamp) -> f64,
) -> Option<Assessed> {
    let mut sheet = Sheet::new(form, area, false);
    for item in &instrument.items {
        answer_item(dice, character, item, &mut sheet);
    }
    let asked = |code| area.is_none_or(|area| area == AreaCode::of(code));
    let grown = |area| grown(area, begun);
    for (code, ability) in character.ability.iter().filter(|(code, _)| asked(**code)) {
        // People judge themselves roughly; four in a hundred would rather not.
        let felt = ability + grown(AreaCode::of(*code)) * 0.8 + dice.normal() * 0.6;
        let rating = (!dice.chance(0.04)).then_some(felt.round().clamp(0.0, 4.0) as u8);
        sheet.take(Given::SelfRating(*code, rating));
    }
    for question in instrument.questions(form, &instrument.source_language) {
        if asked(question.competency) {
            let ability = character.ability.get(&question.competency).copied().unwrap_or(1.0);
            let ability = ability + grown(AreaCode::of(question.competency));
            let outcome = outcome(dice, ability, question.level);
            sheet.take(Given::Question { question: question.id.clone(), outcome, choice: None });
        }
    }
    let minutes = if area.is_some() { dice.between(6, 18) } else { dice.between(18, 60) };
    let finished = begun.plus(minutes * MINUTE);
    let levels = sheet.finish(instrument, None);
    (finished <= now).then(|| Assessed {
        id: AssessmentId(dice.id(begun)),
        edition: instrument.edition.clone(),
        sheet,
        started: begun,
        finished: Some((finished, levels)),
    })
}

/// The pathway that came of somebody's assessments, if they finished any: now and then with a change of their
/// own, or a step that they proved away. Which of its lessons are done follows from their courses.
pub fn pathway(dice: &mut Dice, assessments: &[Assessed]) -> Option<(Basis, Timestamp)> {
    let mut measured = assessments.iter().filter_map(|assessed| {
        let (finished, _) = assessed.finished.as_ref()?;
        Some((assessed.sheet.kept.clone()?, *finished))
    });
    let (kept, mut at) = measured.next()?;
    let mut basis = Basis::new(kept);
    for (kept, finished) in measured {
        basis.measured_again(kept);
        at = finished;
    }
    if basis.kept.needs.is_empty() {
        return Some((basis, at));
    }
    let need = dice.pick(&basis.kept.needs).clone();
    let step = StepKey { code: need.code, to: (need.from + 1).min(need.to) };
    match dice.below(100) {
        0..12 => basis.prove(step),
        12..20 => basis.edit(Edit::Know(step)),
        20..28 => basis.edit(Edit::Drop(step)),
        _ => {}
    }
    Some((basis, at))
}

/// One that was left after a few questions.
fn begin(
    dice: &mut Dice,
    instrument: &Instrument,
    character: &Character,
    area: Option<AreaCode>,
    begun: Timestamp,
) -> Assessed {
    let mut sheet = Sheet::new(Form::First, area, false);
    for item in instrument.items.iter().take(4) {
        answer_item(dice, character, item, &mut sheet);
    }
    sheet.take(Given::Reached(2));
    let id = AssessmentId(dice.id(begun));
    Assessed { id, edition: instrument.edition.clone(), sheet, started: begun, finished: None }
}

/// Right the more surely, the further the ability lies above the question's level (a logistic curve).
fn outcome(dice: &mut Dice, ability: f64, level: u8) -> Outcome {
    let right = 1.0 / (1.0 + (-1.7 * (ability + 0.6 - f64::from(level))).exp());
    // Of four choices one is hit by guessing.
    match dice.share() {
        share if share < right => Outcome::Right,
        _ if dice.chance(0.16) => Outcome::Right,
        _ if dice.chance(0.4) => Outcome::DoNotKnow,
        _ if dice.chance(0.05) => Outcome::PassedOver,
        _ => Outcome::Wrong,
    }
}

fn answer_item(dice: &mut Dice, character: &Character, item: &ContextItem, sheet: &mut Sheet) {
    let last = item.options.len().saturating_sub(1);
    // Low options are the more frequent ones: little risk, much relevance, no deadline.
    let low = |dice: &mut Dice| item.options[dice.below(last + 1).min(dice.below(last + 1))].id.clone();
    let chosen = match item.kind {
        _ if item.options.is_empty() || dice.chance(0.03) => Vec::new(),
        ItemKind::Role => vec![character.role.clone()],
        ItemKind::Setting
        | ItemKind::Risk
        | ItemKind::Relevance(_)
        | ItemKind::Deadline
        | ItemKind::Connectivity
        | ItemKind::Device
        | ItemKind::Language
        | ItemKind::Access
        | ItemKind::Time => vec![low(dice)],
    };
    match item.kind {
        ItemKind::Risk => sheet.take(Given::Risk(item.id.clone(), chosen)),
        _ => sheet.take(Given::Context(item.id.clone(), chosen)),
    }
}
