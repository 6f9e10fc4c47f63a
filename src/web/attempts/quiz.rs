//! A quiz before one begins: what it asks, its rules, the attempts so far.

use std::sync::Arc;

use rocket::{Route, get, post, routes};
use serde::Serialize;
use uuid::Uuid;

use crate::domain::course::Place;
use crate::domain::id::AttemptId;
use crate::domain::quiz::rules::{self, PastAttempt, Refusal};
use crate::domain::quiz::scoring::Score;
use crate::domain::quiz::{Quiz, QuizKind, drawing};
use crate::domain::time::{MINUTE, Timestamp};
use crate::locale::{Argument, Words};
use crate::store::attempts::{self, Attempt, NewAttempt};
use crate::store::error::StoreError;
use crate::web::blocks::Press;
use crate::web::courses::content_language;
use crate::web::error::AppError;
use crate::web::form::{Nothing, Submitted};
use crate::web::helpers::Markup;
use crate::web::learn::journey::Journey;
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `attempts/quiz`
#[derive(Serialize)]
struct ShowQuiz {
    course_url: String,
    course_title: String,
    course_lang: String,
    course_dir: &'static str,
    title: String,
    lang: String,
    dir: &'static str,
    is_fallback: bool,
    /// "12 minutes · 9 questions · 70 % to pass · as often as you like"
    meta: String,
    introduction: Markup,
    /// How the last attempt ended, or that one is open.
    standing: String,
    /// Why no attempt may begin now.
    refusal: String,
    may_begin: bool,
    is_passed: bool,
    action: String,
    label: String,
    continue_url: String,
    history: Vec<AttemptRow>,
    has_history: bool,
}

#[derive(Serialize)]
struct AttemptRow {
    url: String,
    label: String,
    when: String,
    score: String,
    state: String,
    tag_class: &'static str,
}

impl View for ShowQuiz {
    const TEMPLATE: &'static str = "attempts/quiz";
}

#[get("/learn/<enrolment>/quizzes/<quiz>")]
async fn show(learner: Learner<'_>, enrolment: &str, quiz: &str) -> Result<Reply, AppError> {
    let journey = Journey::load(&learner, enrolment).await?;
    let quiz = find(&journey, quiz)?;
    let visitor = &learner.visitor;
    let words = visitor.words();
    let history = attempts::history(&visitor.house.store, journey.enrolment.id, &quiz.id).await?;
    let past = past(&history);
    let begin = rules::may_begin(quiz.limits(), &past, visitor.now);
    let is_open = matches!(begin, Err(Refusal::StillOpen(_)));
    let is_passed = quiz.pass > 0 && history.iter().any(|attempt| attempt.score.is_some_and(|score| score.passed));
    let press = Press {
        templates: &visitor.house.templates,
        language: visitor.language,
        course: &journey.course,
        for_trainers: false,
    };
    visitor.page(&ShowQuiz {
        course_url: format!("/learn/{}", journey.enrolment.id),
        course_title: journey.text.title.clone(),
        course_lang: journey.text.language.to_string(),
        course_dir: journey.text.language.dir(),
        title: quiz.title.clone(),
        lang: quiz.language.to_string(),
        dir: quiz.language.dir(),
        is_fallback: quiz.language.primary() != content_language(visitor.language).primary(),
        meta: meta(words, &quiz, &past),
        introduction: press.whole(&quiz.introduction)?.in_folder(&journey.url("")),
        standing: if is_open { words.get("attempts.is_open") } else { String::new() },
        refusal: begin.err().map(|refusal| refusal_words(words, refusal, visitor.now)).unwrap_or_default(),
        may_begin: begin.is_ok() || is_open,
        // While an attempt is open there is one thing to go on with.
        is_passed: is_passed && !is_open,
        action: journey.url(format_args!("quizzes/{}/attempts", journey.quiz_number(&quiz.id))),
        label: words.get(match (is_open, history.is_empty()) {
            (true, _) => "learn.continue",
            (false, true) => "attempts.start",
            (false, false) => "learn.try_again",
        }),
        continue_url: journey.next_url(),
        has_history: !history.is_empty(),
        history: history.iter().rev().map(|attempt| row(words, &quiz, attempt, visitor.now)).collect(),
    })
}

#[post("/learn/<enrolment>/quizzes/<quiz>/attempts", data = "<_form>")]
async fn create(
    learner: Learner<'_>,
    enrolment: &str,
    quiz: &str,
    _form: Submitted<Nothing>,
) -> Result<Reply, AppError> {
    let journey = Journey::load(&learner, enrolment).await?;
    let quiz = find(&journey, quiz)?;
    let visitor = &learner.visitor;
    let store = &visitor.house.store;
    let quiz_url = journey.url(format_args!("quizzes/{}", journey.quiz_number(&quiz.id)));
    let seed = getrandom::u64().map_err(AppError::fault)?;
    // What was asked before matters only where there is something else to ask.
    let seen: Vec<_> = match quiz.length() < quiz.pool.len() {
        true => attempts::history(store, journey.enrolment.id, &quiz.id).await?,
        false => Vec::new(),
    };
    let seen: Vec<_> = seen.into_iter().flat_map(|attempt| attempt.questions).collect();
    let questions = drawing::draw(&quiz, seed, &seen);
    let new = NewAttempt {
        id: AttemptId(Uuid::now_v7()),
        quiz: quiz.id.clone(),
        edition: journey.enrolment.edition.clone(),
        seed,
        questions,
    };
    match attempts::open_or_resume(store, &journey.enrolment, new, quiz.limits(), visitor.now).await {
        Ok(attempt) => {
            if let Some(place) = journey.end_of_module_with(&quiz.id) {
                journey.worked_at(&learner, place).await?;
            }
            Ok(Reply::see_other(format!("/attempts/{attempt}/1")))
        }
        // None is left, or it is too early: the quiz's page says which.
        Err(StoreError::Gone) => Ok(Reply::see_other(quiz_url)),
        Err(error) => Err(error.into()),
    }
}

/// The quiz under its number in addresses: a module's, `before` or `after`.
fn find(journey: &Journey, number: &str) -> Result<Arc<Quiz>, AppError> {
    let text = &journey.text;
    let quiz = match number {
        "before" => text.pre_test.as_ref(),
        "after" => text.post_test.as_ref(),
        _ => {
            // One reading of a number, so that a page has one address.
            let Ok(Place { module, .. }) = format!("{number}-1").parse() else { return Err(AppError::NotFound) };
            text.modules.get(usize::from(module) - 1).and_then(|module| module.quiz.as_ref())
        }
    };
    quiz.cloned().ok_or(AppError::NotFound)
}

pub(super) fn past(history: &[Attempt]) -> Vec<PastAttempt> {
    history.iter().map(|attempt| PastAttempt { id: attempt.id, handed_in: attempt.submitted }).collect()
}

fn meta(words: &Words, quiz: &Quiz, past: &[PastAttempt]) -> String {
    let length = i64::try_from(quiz.length()).unwrap_or_default();
    let mut parts = vec![
        words.minutes(quiz.minutes.into()),
        words.fill("attempts.questions", &[("count", Argument::Number(length))]),
        match quiz.pass {
            0 => words.get("attempts.no_pass_mark"),
            percent => words.fill("attempts.pass_mark", &[("percent", Argument::Number(percent.into()))]),
        },
        match rules::attempts_left(quiz.limits(), past) {
            None => words.get("attempts.any_number"),
            Some(left) => words.fill("attempts.left", &[("count", Argument::Number(left.into()))]),
        },
    ];
    if quiz.wait_minutes > 0 {
        let time = words.minutes(quiz.wait_minutes);
        parts.push(words.fill("attempts.wait_rule", &[("time", Argument::Text(&time))]));
    }
    parts.join(" · ")
}

/// Why no attempt may begin now; nothing while one is open, which is no refusal to the learner.
pub(super) fn refusal_words(words: &Words, refusal: Refusal, now: Timestamp) -> String {
    match refusal {
        Refusal::StillOpen(_) => String::new(),
        Refusal::UsedUp { .. } => words.get("attempts.used_up"),
        Refusal::WaitUntil(until) => {
            let minutes = (until.since(now) + MINUTE - 1) / MINUTE;
            let time = words.minutes(u32::try_from(minutes.max(1)).unwrap_or(u32::MAX));
            words.fill("attempts.wait", &[("time", Argument::Text(&time))])
        }
    }
}

fn row(words: &Words, quiz: &Quiz, attempt: &Attempt, now: Timestamp) -> AttemptRow {
    let (state, tag_class) = match attempt.score {
        None => ("attempts.state.open", "wait"),
        Some(_) if quiz.kind != QuizKind::Module => ("attempts.state.done", "done"),
        Some(score) if score.passed => ("attempts.state.passed", "done"),
        Some(score) if score.may_still_pass => ("attempts.state.awaiting", "wait"),
        Some(_) => ("attempts.state.not_passed", ""),
    };
    let percent = |score: Score| words.fill("attempts.percent", &[("percent", Argument::Number(score.percent.into()))]);
    AttemptRow {
        url: format!("/attempts/{}", attempt.id),
        label: words.fill("attempts.number", &[("number", Argument::Number(attempt.number.into()))]),
        when: words.minutes_ago(now.since(attempt.submitted.unwrap_or(attempt.started))),
        score: attempt.score.map(percent).unwrap_or_default(),
        state: words.get(state),
        tag_class,
    }
}

pub fn routes() -> Vec<Route> {
    routes![show, create]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Language;

    #[test]
    fn a_refusal_says_how_long_to_wait() {
        let words = Language::English.words();
        let now = Timestamp(1_000_000);
        let wait = |millis| refusal_words(words, Refusal::WaitUntil(now.plus(millis)), now);
        assert!(wait(24 * MINUTE + 1).starts_with("You can try again in 25 minutes."), "{}", wait(24 * MINUTE + 1));
        assert!(wait(1).contains("1 minute."));
        assert!(refusal_words(words, Refusal::UsedUp { allowed: 2 }, now).starts_with("You have no attempts left."));
    }
}
