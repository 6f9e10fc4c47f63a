//! The pathway: what is next, then week by week.

use std::collections::BTreeSet;
use std::fmt::Display;

use rocket::{FromForm, Route, get, routes};
use serde::Serialize;

use super::alias;
use super::card::NextLesson;
use super::rows::{LessonRow, StepRow};
use super::walk::Walk;
use super::wording;
use crate::domain::needs::pathway::{Aside, LessonRef, SetAside, Step, StepKey, Week};
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
#[derive(Clone, Serialize)]
pub struct AsideRow {
    /// What takes it back: `add DS1-2`.
    act: String,
    title: String,
    /// In which the title is, where that is not the page's.
    lang: String,
    /// "up to “Applies”"; of a lesson its course.
    about: String,
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

/// `out`: what addresses call the step or lesson that was just taken out.
#[derive(FromForm)]
struct Query<'r> {
    out: Option<&'r str>,
}

#[get("/pathway?<query..>")]
async fn show(learner: Learner<'_>, query: Query<'_>) -> Result<Reply, AppError> {
    let Some(walk) = Walk::load(&learner).await? else { return learner.visitor.page(&NoPathway {}) };
    learner.visitor.page(&view(&learner, &walk, query.out)?)
}

fn view(learner: &Learner<'_>, walk: &Walk, out: Option<&str>) -> Result<ShowPathway, AppError> {
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
    let set_aside = set_aside(learner, walk)?;
    Ok(ShowPathway {
        summary: summary(words, walk),
        pace: pace(words, walk),
        leaves: leaves(words, walk),
        taken_out: out.map(|out| taken_out(learner, walk, out)).transpose()?.unwrap_or_default(),
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
        // The page of a step offers it for every week; repeating it here would make this one heavy.
        let lesson = if week.number == 1 { lesson.map(LessonRow::skippable) } else { lesson };
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

/// The step or lesson that addresses call so, if it is taken out and may come back.
fn taken_out(learner: &Learner<'_>, walk: &Walk, out: &str) -> Result<Vec<AsideRow>, AppError> {
    let path = &walk.pathway;
    let is_out = |what: &dyn Display| alias::of(learner, what) == out;
    let steps = path.set_aside.iter().filter(|aside| is_out(&aside.key) && aside.why != Aside::Proven);
    let steps: Vec<AsideRow> = steps.map(|aside| aside_row(learner, walk, aside)).collect();
    let lessons: Vec<LessonRef> = path.skipped.iter().filter(|lesson| is_out(lesson)).cloned().collect();
    Ok([steps, skipped_rows(learner, walk, &lessons)?].concat())
}

pub fn set_aside(learner: &Learner<'_>, walk: &Walk) -> Result<Vec<AsideRow>, AppError> {
    let steps: Vec<AsideRow> = walk.pathway.set_aside.iter().map(|aside| aside_row(learner, walk, aside)).collect();
    Ok([steps, skipped_rows(learner, walk, &walk.pathway.skipped)?].concat())
}

/// Lessons that were taken out.
pub fn skipped_rows(learner: &Learner<'_>, walk: &Walk, lessons: &[LessonRef]) -> Result<Vec<AsideRow>, AppError> {
    let words = learner.visitor.words();
    let mut rows = Vec::with_capacity(lessons.len());
    for lesson in lessons {
        let Some(row) = LessonRow::of(&learner.visitor, walk, lesson)? else { continue };
        rows.push(AsideRow {
            act: format!("take-back {lesson}"),
            title: row.title,
            lang: row.lang,
            about: walk.shelf(&lesson.course).map(|shelf| shelf.text.title.clone()).unwrap_or_default(),
            why: words.get("pathway.aside.skipped"),
            may_take_back: true,
        });
    }
    Ok(rows)
}

fn aside_row(learner: &Learner<'_>, walk: &Walk, aside: &SetAside) -> AsideRow {
    let words = learner.visitor.words();
    let text = &walk.text(learner).framework;
    let to = wording::level(text, aside.key.to);
    AsideRow {
        act: format!("add {}", aside.key),
        title: wording::name(text, aside.key.code),
        lang: String::new(),
        about: words.fill("pathway.up_to", &[("to", Argument::Text(to))]),
        why: words.get(wording::aside(aside.why)),
        may_take_back: aside.why != Aside::Proven,
    }
}

pub fn routes() -> Vec<Route> {
    routes![show]
}
