//! The learner's own changes: adding, taking out, taking back, moving, calling known, skipping a lesson.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::alias;
use super::pace;
use super::show::{AsideRow, set_aside};
use super::walk::Walk;
use super::wording;
use crate::domain::needs::framework::AreaCode;
use crate::domain::needs::pathway::edit::Edit;
use crate::domain::needs::pathway::{LESSONS_REACH, LessonRef, StepKey};
use crate::locale::Argument;
use crate::store::pathways;
use crate::web::error::AppError;
use crate::web::form::{Fields, Form, Submitted};
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `pathway/edits`
#[derive(Serialize)]
struct ShowEdits {
    steps: Vec<MovableRow>,
    areas: Vec<AreaRow>,
    has_areas: bool,
    paces: Vec<pace::OptionRow>,
    set_aside: Vec<AsideRow>,
    has_set_aside: bool,
}

#[derive(Serialize)]
struct MovableRow {
    id: String,
    /// In addresses.
    called: String,
    title: String,
    levels: String,
    may_rise: bool,
    may_sink: bool,
}

/// What can be added, by area.
#[derive(Serialize)]
struct AreaRow {
    name: String,
    steps: Vec<AddableRow>,
}

#[derive(Serialize)]
struct AddableRow {
    id: String,
    label: String,
}

impl View for ShowEdits {
    const TEMPLATE: &'static str = "pathway/edits";
}

/// `act` is what to do and the step or lesson it is done to: `up DS1-2`.
pub struct EditForm {
    act: String,
}

impl Form for EditForm {
    fn take(fields: &mut Fields) -> Self {
        Self { act: fields.text("act") }
    }
}

#[derive(Clone, PartialEq, Eq)]
enum Act {
    Up(StepKey),
    Down(StepKey),
    Add(StepKey),
    Drop(StepKey),
    Know(StepKey),
    Skip(LessonRef),
    TakeBack(LessonRef),
}

impl Act {
    fn read(text: &str) -> Option<Self> {
        let (act, subject) = text.split_once(' ')?;
        match act {
            "up" => subject.parse().ok().map(Self::Up),
            "down" => subject.parse().ok().map(Self::Down),
            "add" => subject.parse().ok().map(Self::Add),
            "drop" => subject.parse().ok().map(Self::Drop),
            "know" => subject.parse().ok().map(Self::Know),
            "skip" => subject.parse().ok().map(Self::Skip),
            "take-back" => subject.parse().ok().map(Self::TakeBack),
            _ => None,
        }
    }

    /// The change it makes; `None` for a button of an old page: what it is about is where it cannot go
    /// further, or gone.
    fn edit(&self, walk: &Walk) -> Option<Edit> {
        let lesson = |lesson: &LessonRef| walk.find(lesson).map(|_| lesson.clone());
        match self {
            Self::Up(step) => walk.pathway.up(*step),
            Self::Down(step) => walk.pathway.down(*step),
            Self::Add(step) => Some(Edit::Add(*step)),
            Self::Drop(step) => Some(Edit::Drop(*step)),
            Self::Know(step) => Some(Edit::Know(*step)),
            Self::Skip(skipped) => lesson(skipped).map(Edit::Skip),
            Self::TakeBack(skipped) => lesson(skipped).map(Edit::TakeBack),
        }
    }

    /// Where its outcome is seen.
    fn shown_at(&self, learner: &Learner<'_>) -> String {
        match self {
            Self::Up(step) | Self::Down(step) => format!("/pathway/edits#s-{}", alias::of(learner, step)),
            Self::Add(_) | Self::TakeBack(_) => "/pathway".to_owned(),
            Self::Drop(step) | Self::Know(step) => format!("/pathway?out={}", alias::of(learner, step)),
            Self::Skip(lesson) => format!("/pathway?out={}", alias::of(learner, lesson)),
        }
    }
}

#[get("/pathway/edits")]
async fn show(learner: Learner<'_>) -> Result<Reply, AppError> {
    let Some(walk) = Walk::load(&learner).await? else { return Ok(Reply::see_other("/pathway")) };
    let words = learner.visitor.words();
    let text = &walk.text(&learner).framework;
    let path = &walk.pathway;
    let steps = path.steps.iter().filter(|step| !step.is_done()).map(|step| MovableRow {
        id: step.key.to_string(),
        called: alias::of(&learner, step.key),
        title: wording::name(text, step.key.code),
        levels: wording::levels(words, text, step.from, step.key.to),
        may_rise: path.up(step.key).is_some(),
        may_sink: path.down(step.key).is_some(),
    });
    let areas = areas(&learner, &walk);
    let set_aside = set_aside(&learner, &walk)?;
    learner.visitor.page(&ShowEdits {
        steps: steps.collect(),
        has_areas: !areas.is_empty(),
        areas,
        paces: pace::options(words, walk.basis.kept.minutes_a_week),
        has_set_aside: !set_aside.is_empty(),
        set_aside,
    })
}

/// For each competency the levels above what the path leads to, up to what lessons reach.
fn areas(learner: &Learner<'_>, walk: &Walk) -> Vec<AreaRow> {
    let words = learner.visitor.words();
    let text = &walk.text(learner).framework;
    let path = &walk.pathway;
    let reached = |code| {
        let shown = walk.basis.kept.standings.iter().filter(|standing| standing.code == code);
        let shown = shown.map(|standing| standing.measured.level());
        let planned = path.steps.iter().filter(|step| step.key.code == code).map(|step| step.key.to);
        let proven = walk.basis.proven.get(&code).copied();
        shown.chain(planned).chain(proven).max().unwrap_or(0)
    };
    let addable = |code| {
        (reached(code) + 1..=LESSONS_REACH).map(move |to| {
            let name = wording::name(text, code);
            let level = wording::level(text, to);
            let arguments = [("competency", Argument::Text(name.as_str())), ("level", Argument::Text(level))];
            AddableRow { id: StepKey { code, to }.to_string(), label: words.fill("pathway.addable", &arguments) }
        })
    };
    let framework = &walk.instrument.framework;
    let of_area = |area: AreaCode| {
        let codes = framework.competencies.iter().map(|competency| competency.code);
        codes.filter(move |code| AreaCode::of(*code) == area).flat_map(addable).collect::<Vec<_>>()
    };
    let rows = framework.areas.iter().map(|area| AreaRow {
        name: text.areas.get(&area.code).cloned().unwrap_or_default(),
        steps: of_area(area.code),
    });
    rows.filter(|row| !row.steps.is_empty()).collect()
}

#[post("/pathway/edits", data = "<form>")]
async fn create(learner: Learner<'_>, form: Submitted<EditForm>) -> Result<Reply, AppError> {
    let act = Act::read(&form.0.act).ok_or(AppError::Unreadable)?;
    let Some(walk) = Walk::load(&learner).await? else { return Ok(Reply::see_other("/pathway")) };
    if let Some(edit) = act.edit(&walk) {
        pathways::edit(&learner.visitor.house.store, learner.id, edit, learner.visitor.now).await?;
    }
    Ok(Reply::see_other(act.shown_at(&learner)))
}

pub fn routes() -> Vec<Route> {
    routes![show, create]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_names_what_and_which() {
        assert!(Act::read("up DS1-2") == Some(Act::Up("DS1-2".parse().unwrap())));
        assert!(Act::read("skip a-course/l1") == Some(Act::Skip("a-course/l1".parse().unwrap())));
        for wrong in ["", "up", "up ", "fly DS1-2", "up DS1-9", "up  DS1-2", "skip DS1-2", "up a-course/l1"] {
            assert!(Act::read(wrong).is_none(), "{wrong:?}");
        }
    }
}
