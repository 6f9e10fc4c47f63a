//! The pathway: what is next, then week by week.

use std::collections::BTreeSet;

use rocket::{FromForm, Route, get, routes};
use serde::Serialize;

use super::card::NextLesson;
use super::rows::{LessonRow, StepRow};
use super::walk::Walk;
use super::wording;
use crate::domain::needs::pathway::{Aside, SetAside, Step, StepKey, Week};
use crate::locale::{Argument, Words};
use crate::web::error::AppError;
use crate::web::learn::outline::Leaves;
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `pathway/show`
#[derive(Serialize)]
struct ShowPathway {
    /// "13 steps · 28 lessons to go · 6 hours"
    summary: String,
    /// "With 90 minutes a week, about 5 weeks."
    pace: String,
    leaves: Leaves,
    /// What was just taken out, to be taken back.
    taken_out: Vec<AsideRow>,
    next: Vec<NextLesson>,
    /// Nothing is left to do.
    is_walked: bool,
    /// The first of them, and then the others, folded.
    this_week: Vec<WeekRow>,
    weeks: Vec<WeekRow>,
    has_weeks: bool,
    /// Steps whose lessons all stand in others, or that a person confirms.
    on_the_way: Vec<StepRow>,
    has_on_the_way: bool,
    later: Vec<StepRow>,
    has_later: bool,
    done: Vec<StepRow>,
    has_done: bool,
    set_aside: Vec<AsideRow>,
    has_set_aside: bool,
}

#[derive(Serialize)]
struct WeekRow {
    heading: String,
    /// "85 minutes"
    time: String,
    /// "Devices and authentication, Responding to attacks"
    about: String,
    steps: Vec<StepRow>,
}

/// `pathway/_aside`
#[derive(Serialize)]
pub struct AsideRow {
    id: String,
    title: String,
    levels: String,
    why: String,
    /// What was proven stays proven.
    may_take_back: bool,
}

impl View for ShowPathway {
    const TEMPLATE: &'static str = "pathway/show";
}

/// `pathway/empty`: nobody was measured yet.
#[derive(Serialize)]
struct NoPathway {}

impl View for NoPathway {
    const TEMPLATE: &'static str = "pathway/empty";
}

/// `?out=DS1-2`: the step that was just taken out.
#[derive(FromForm)]
struct Query<'r> {
    out: Option<&'r str>,
}

#[get("/pathway?<query..>")]
async fn show(learner: Learner<'_>, query: Query<'_>) -> Result<Reply, AppError> {
    let Some(walk) = Walk::load(&learner).await? else { return learner.visitor.page(&NoPathway {}) };
    let out: Option<StepKey> = query.out.and_then(|name| name.parse().ok());
    learner.visitor.page(&view(&learner, &walk, out)?)
}

fn view(learner: &Learner<'_>, walk: &Walk, out: Option<StepKey>) -> Result<ShowPathway, AppError> {
    let words = learner.visitor.words();
    let path = &walk.pathway;
    let next = NextLesson::of(learner, walk)?;
    let mut this_week = weeks(learner, walk)?;
    let weeks = this_week.split_off(this_week.len().min(1));
    let is_open = |step: &&Step| !step.is_done() && step.lessons.iter().all(|lesson| lesson.is_done);
    let on_the_way: Vec<StepRow> = path.steps.iter().filter(is_open).map(|step| row(learner, walk, step)).collect();
    let later: Vec<StepRow> = path.later.iter().map(|step| row(learner, walk, step)).collect();
    let mut done = Vec::new();
    for step in path.steps.iter().filter(|step| step.is_done()) {
        done.push(row(learner, walk, step).with_lessons(learner, walk, step)?);
    }
    let set_aside = set_aside(learner, walk);
    let taken_out = path.set_aside.iter().filter(|aside| Some(aside.key) == out && aside.why != Aside::Proven);
    Ok(ShowPathway {
        summary: summary(words, walk),
        pace: pace(words, walk),
        leaves: leaves(words, walk),
        taken_out: taken_out.map(|aside| aside_row(learner, walk, aside)).collect(),
        is_walked: next.is_none(),
        next: next.into_iter().collect(),
        this_week,
        has_weeks: !weeks.is_empty(),
        weeks,
        has_on_the_way: !on_the_way.is_empty(),
        on_the_way,
        has_later: !later.is_empty(),
        later,
        has_done: !done.is_empty(),
        done,
        has_set_aside: !set_aside.is_empty(),
        set_aside,
    })
}

fn row(learner: &Learner<'_>, walk: &Walk, step: &Step) -> StepRow {
    StepRow::of(learner, walk, step)
}

fn summary(words: &Words, walk: &Walk) -> String {
    let count = |key: &str, number: usize| {
        words.fill(key, &[("count", Argument::Number(i64::try_from(number).unwrap_or_default()))])
    };
    let path = &walk.pathway;
    let left: u32 = path.steps.iter().map(Step::minutes).sum();
    let lessons = path.weeks.iter().map(|week| week.lessons.len()).sum();
    let parts = [count("pathway.steps", path.steps.len()), count("pathway.lessons_left", lessons), words.minutes(left)];
    parts.join(" · ")
}

/// How long it takes at the learner's own pace.
fn pace(words: &Words, walk: &Walk) -> String {
    let time = words.minutes(walk.basis.kept.minutes_a_week.into());
    let weeks = Argument::Number(i64::try_from(walk.pathway.weeks.len()).unwrap_or_default());
    words.fill("pathway.pace", &[("time", Argument::Text(&time)), ("count", weeks)])
}

/// One leaf for each step.
pub fn leaves(words: &Words, walk: &Walk) -> Leaves {
    let steps = &walk.pathway.steps;
    let done: Vec<bool> = steps.iter().map(Step::is_done).collect();
    let here = steps.iter().position(|step| step.lessons.iter().any(|lesson| !lesson.is_done));
    Leaves::of(words, &done, here)
}

fn weeks(learner: &Learner<'_>, walk: &Walk) -> Result<Vec<WeekRow>, AppError> {
    let mut begun = BTreeSet::new();
    walk.pathway.weeks.iter().map(|week| week_row(learner, walk, week, &mut begun)).collect()
}

fn week_row(
    learner: &Learner<'_>,
    walk: &Walk,
    week: &Week,
    begun: &mut BTreeSet<StepKey>,
) -> Result<WeekRow, AppError> {
    let words = learner.visitor.words();
    let mut steps: Vec<StepRow> = Vec::new();
    for (key, lesson) in &week.lessons {
        let id = key.to_string();
        if steps.last().is_none_or(|last| last.id != id) {
            let step = walk.pathway.step(*key).ok_or_else(|| AppError::fault("a week without its step"))?;
            let row = row(learner, walk, step);
            steps.push(if begun.insert(*key) { row } else { row.continued() });
        }
        let lesson = LessonRow::of(&learner.visitor, walk, lesson)?;
        if let Some(last) = steps.last_mut() {
            last.lessons.extend(lesson);
        }
    }
    let heading = match week.number {
        1 => words.get("pathway.this_week"),
        number => words.fill("pathway.week", &[("number", Argument::Number(number.into()))]),
    };
    let about = steps.iter().map(|step| step.title.as_str()).collect::<Vec<_>>().join(", ");
    Ok(WeekRow { heading, time: words.minutes(week.minutes.into()), about, steps })
}

pub fn set_aside(learner: &Learner<'_>, walk: &Walk) -> Vec<AsideRow> {
    walk.pathway.set_aside.iter().map(|aside| aside_row(learner, walk, aside)).collect()
}

fn aside_row(learner: &Learner<'_>, walk: &Walk, aside: &SetAside) -> AsideRow {
    let words = learner.visitor.words();
    let text = &walk.text(learner).framework;
    let to = wording::level(text, aside.key.to);
    AsideRow {
        id: aside.key.to_string(),
        title: wording::name(text, aside.key.code),
        levels: words.fill("pathway.up_to", &[("to", Argument::Text(to))]),
        why: words.get(wording::aside(aside.why)),
        may_take_back: aside.why != Aside::Proven,
    }
}

pub fn routes() -> Vec<Route> {
    routes![show]
}
