//! Challenges: six questions that prove a step away. The pages are those of attempts; marking
//! happens here and once, and no page before it holds a key.

mod question;
mod review;
mod show;
mod taken;

use rocket::{Route, post, routes};
use serde::Serialize;
use uuid::Uuid;

use super::walk::{Shelf, Walk};
use super::wording;
use crate::domain::id::ChallengeId;
use crate::domain::needs::pathway::challenge::{self, Asked, Past, Sitting};
use crate::domain::needs::pathway::{LESSONS_REACH, Step};
use crate::domain::quiz::question::Question;
use crate::domain::time::{MINUTE, Timestamp};
use crate::locale::{Argument, Words};
use crate::store::challenges::{self, Challenge};
use crate::web::error::AppError;
use crate::web::form::{Nothing, Submitted};
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// Whether a step can be proven away now.
#[derive(Serialize)]
pub struct Offered {
    pub is_possible: bool,
    /// One is open: go on with it.
    is_open: bool,
    /// Why not, in words.
    why_not: String,
    /// The challenge on another step that is to be handed in first.
    other_url: String,
}

/// What a step's page offers.
pub async fn offered(learner: &Learner<'_>, walk: &Walk, step: &Step) -> Result<Offered, AppError> {
    let visitor = &learner.visitor;
    let words = visitor.words();
    let mine = challenges::mine(&visitor.house.store, learner.id).await?;
    let is_open = open(&mine, step).is_some();
    let other = mine.iter().find(|challenge| challenge.finished.is_none() && !is_open);
    let wait = challenge::wait_until(past(&mine), step.key, visitor.now);
    let why_not = match (wait, other) {
        _ if is_open => String::new(),
        (_, Some(other)) => other_words(learner, walk, other),
        _ if step.key.to > LESSONS_REACH => words.get("pathway.prove_person"),
        (Some(until), None) => wait_words(words, until, visitor.now),
        (None, None) if draw(walk, step, 0, &mine).is_none() => words.get("pathway.prove_too_few"),
        (None, None) => String::new(),
    };
    let other_url = other.map(|other| format!("/pathway/challenges/{}/1", other.id)).unwrap_or_default();
    Ok(Offered { is_possible: why_not.is_empty(), is_open, why_not, other_url })
}

/// "You have begun six questions on …"
fn other_words(learner: &Learner<'_>, walk: &Walk, other: &Challenge) -> String {
    let name = wording::name(&walk.text(learner).framework, other.sitting.step.code);
    learner.visitor.words().fill("pathway.prove_other", &[("competency", Argument::Text(&name))])
}

/// "You can try again in 5 hours, with other questions."
fn wait_words(words: &Words, until: Timestamp, now: Timestamp) -> String {
    let minutes = (until.since(now) + MINUTE - 1) / MINUTE;
    let time = words.minutes(u32::try_from(minutes.max(1)).unwrap_or(u32::MAX));
    words.fill("pathway.prove_wait", &[("time", Argument::Text(&time))])
}

#[post("/pathway/steps/<called>/challenge", data = "<_form>")]
async fn create(learner: Learner<'_>, called: &str, _form: Submitted<Nothing>) -> Result<Reply, AppError> {
    let walk = Walk::existing(&learner).await?;
    let step = walk.step(&learner, called)?;
    let (store, now) = (&learner.visitor.house.store, learner.visitor.now);
    let mine = challenges::mine(store, learner.id).await?;
    if let Some(open) = open(&mine, step) {
        return Ok(Reply::see_other(format!("/pathway/challenges/{}/1", open.id)));
    }
    // The step's page says why not.
    let refused = Reply::see_other(format!("/pathway/steps/{called}"));
    if mine.iter().any(|challenge| challenge.finished.is_none()) {
        return Ok(refused);
    }
    if challenge::wait_until(past(&mine), step.key, now).is_some() {
        return Ok(refused);
    }
    let seed = getrandom::u64().map_err(AppError::fault)?;
    let Some(questions) = draw(&walk, step, seed, &mine) else { return Ok(refused) };
    let sitting =
        Sitting { step: step.key, from: step.from, seed, questions, responses: Default::default(), right: None };
    let id = ChallengeId(Uuid::now_v7());
    let id = challenges::open_or_resume(store, learner.id, id, sitting, now).await?;
    Ok(Reply::see_other(format!("/pathway/challenges/{id}/1")))
}

fn open<'a>(mine: &'a [Challenge], step: &Step) -> Option<&'a Challenge> {
    mine.iter().find(|challenge| challenge.finished.is_none() && challenge.sitting.step == step.key)
}

fn past(mine: &[Challenge]) -> impl Iterator<Item = Past<'_>> {
    mine.iter().map(|challenge| Past { sitting: &challenge.sitting, finished: challenge.finished })
}

/// Draws from what the learner's courses have for practice.
fn draw(walk: &Walk, step: &Step, seed: u64, mine: &[Challenge]) -> Option<Vec<Asked>> {
    let of_shelf = |shelf| practice(shelf, step).map(move |question| (shelf, question));
    let pool: Vec<(&Shelf, &Question)> = walk.shelves.iter().flat_map(of_shelf).collect();
    let questions: Vec<&Question> = pool.iter().map(|(_, question)| *question).collect();
    let drawn = challenge::draw(step, &questions, seed, &challenge::seen(past(mine), step.key))?;
    let asked = |question: &Question| {
        let (shelf, _) = pool.iter().find(|(_, known)| std::ptr::eq(*known, question))?;
        let (course, edition) = (shelf.course.slug.clone(), shelf.course.edition.clone());
        Some(Asked { course, edition, question: question.id.clone() })
    };
    drawn.into_iter().map(asked).collect()
}

fn practice<'a>(shelf: &'a Shelf, step: &Step) -> impl Iterator<Item = &'a Question> {
    let code = step.key.code;
    shelf.text.practice().filter(move |question| question.competency == code)
}

pub fn routes() -> Vec<Route> {
    [routes![create], question::routes(), review::routes(), show::routes()].concat()
}
