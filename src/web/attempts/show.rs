//! A submitted attempt: the score in words, what was right and why, what to read again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rocket::{Route, get, routes};
use serde::Serialize;

use super::calibration::{sentences, was_sure_and_wrong};
use super::printed;
use super::quiz::{past, refusal_words};
use super::scoring::{Works, percent, responses, works};
use super::sitting::{Saved, Seated};
use super::topics::{self, Tallies, TopicRow};
use crate::domain::course::{CourseText, Place};
use crate::domain::id::{LessonId, QuestionId};
use crate::domain::quiz::calibration::Calibration;
use crate::domain::quiz::question::Question;
use crate::domain::quiz::response::{Confidence, Response};
use crate::domain::quiz::scoring::{self, Marking, Score, Verdict};
use crate::domain::quiz::{Quiz, QuizKind, rules};
use crate::locale::{Argument, Words};
use crate::store::attempts;
use crate::store::submissions::SubmissionState;
use crate::web::courses::content_language;
use crate::web::error::AppError;
use crate::web::helpers::Markup;
use crate::web::learn::journey::Journey;
use crate::web::page::View;
use crate::web::questions::marked::{Rereading, marked};
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `attempts/show`
#[derive(Serialize)]
struct ShowAttempt {
    quiz_title: String,
    lang: String,
    dir: &'static str,
    /// "7 of 10 points (70 %)"
    score: String,
    is_passed: bool,
    verdict: String,
    awaiting: String,
    /// What changed since the test before the course.
    change: String,
    may_retry: bool,
    retry_action: String,
    refusal: String,
    continue_url: String,
    topics: Vec<TopicRow>,
    has_topics: bool,
    has_before: bool,
    calibration: Vec<String>,
    look_first: bool,
    rereads: Vec<LinkRow>,
    answers: Vec<AnswerRow>,
}

#[derive(Serialize)]
struct LinkRow {
    url: String,
    title: String,
}

#[derive(Serialize)]
struct AnswerRow {
    label: String,
    marked: Markup,
    /// The page of a free response, for what a trainer says of it.
    work_url: String,
    work_label: String,
}

impl View for ShowAttempt {
    const TEMPLATE: &'static str = "attempts/show";
}

/// One question of the attempt after marking.
struct Answer<'a> {
    number: usize,
    question: &'a Question,
    marking: Marking<'a>,
    confidence: Option<Confidence>,
    /// What was answered was deleted; what it earned was kept.
    is_expired: bool,
}

#[get("/attempts/<attempt>")]
async fn show(learner: Learner<'_>, attempt: &str) -> Result<Reply, AppError> {
    let seated = Seated::load(&learner, attempt).await?;
    let visitor = &learner.visitor;
    let store = &visitor.house.store;
    let sitting = &seated.sitting;
    let saved = seated.saved(visitor.house).await?;
    if !saved.is_submitted {
        return Ok(Reply::see_other(seated.url_of("review")));
    }
    let journey = Journey::load(&learner, &sitting.enrolment.to_string()).await?;
    let history = attempts::history(store, sitting.enrolment, &sitting.quiz).await?;
    // What was said when it was handed in is true for good: neither a language nor a deleted response
    // changes it.
    let score = history.iter().find(|attempt| attempt.id == sitting.id).and_then(|attempt| attempt.score);
    let score = score.ok_or(AppError::NotFound)?;
    let works = works(store, &seated).await?;
    let responses = responses(&saved.responses, &works);
    let answers = answers(&seated, &saved, &responses, &works);
    let now = topics::tallies(answers.iter().map(|answer| (answer.question, answer.marking.verdict)));
    let before = match seated.quiz.kind {
        QuizKind::PostTest => before(&learner, &journey).await?,
        QuizKind::Module | QuizKind::PreTest => None,
    };
    // Absent: the quiz is gone from the edition this learner is in now.
    let quiz = journey.text.quizzes().find(|quiz| quiz.id == sitting.quiz);
    let begin = quiz.map(|quiz| rules::may_begin(quiz.limits(), &past(&history), visitor.now));
    let words = visitor.words();
    let said = answers.iter().filter_map(|answer| Some((answer.confidence?, answer.marking.verdict)));
    let calibration = Calibration::of(said);
    let is_module = seated.quiz.kind == QuizKind::Module;
    let folder = seated.lessons_folder();
    let instrument = visitor.house.instruments.latest();
    let names = instrument.as_ref().map(|known| &known.text(&content_language(visitor.language)).framework);
    let shelf = topics::Shelf { names, text: &journey.text, folder: &folder };
    let view = ShowAttempt {
        quiz_title: seated.quiz.title.clone(),
        lang: seated.quiz.language.to_string(),
        dir: seated.quiz.language.dir(),
        score: if is_module {
            points(words, score)
        } else {
            topics::right_of(words, "attempts.test_result", topics::total(&now))
        },
        is_passed: score.passed,
        verdict: verdict(words, &seated, score),
        awaiting: match score.awaiting {
            0 => String::new(),
            count => words.fill("attempts.result_awaiting", &[("count", Argument::Number(count.into()))]),
        },
        change: match seated.quiz.kind {
            QuizKind::PostTest => topics::change(words, before.as_ref().map(topics::total), topics::total(&now)),
            QuizKind::Module | QuizKind::PreTest => String::new(),
        },
        may_retry: begin.is_some_and(|begin| begin.is_ok()),
        retry_action: journey.url(format_args!("quizzes/{}/attempts", journey.quiz_number(&sitting.quiz))),
        refusal: begin
            .and_then(Result::err)
            .map(|refusal| refusal_words(words, refusal, visitor.now))
            .unwrap_or_default(),
        continue_url: journey.next_url(),
        topics: if is_module { Vec::new() } else { topics::rows(words, &shelf, before.as_ref(), &now) },
        has_topics: !is_module,
        has_before: before.is_some(),
        calibration: sentences(words, &calibration),
        look_first: was_sure_and_wrong(&calibration),
        rereads: rereads(&journey.text, &folder, &answers),
        answers: rows(&learner, &journey.text, &folder, answers, &works)?,
    };
    visitor.page(&view)
}

fn answers<'a>(
    seated: &'a Seated,
    saved: &Saved,
    responses: &'a BTreeMap<QuestionId, Response>,
    works: &Works,
) -> Vec<Answer<'a>> {
    let answer = |(number, question): (usize, &'a Question)| {
        let (given, response) = (saved.responses.get(&question.id), responses.get(&question.id));
        let mut marking = match works.get(&question.id).and_then(percent) {
            Some(percent) => scoring::mark_with(question, response, percent),
            None => by_machine(seated, question, response, given.and_then(|given| given.points_hundredths)),
        };
        let confidence = given.and_then(|given| given.confidence);
        let is_expired = given.is_some_and(|given| given.is_expired);
        // Who said how sure they were had answered; without a word of it nobody knows any more.
        if is_expired && marking.verdict == Verdict::Skipped && confidence.is_some() {
            marking.verdict = Verdict::Wrong;
        }
        Answer { number, question, marking, confidence, is_expired }
    };
    seated.questions().map(answer).collect()
}

/// The points are those that were stored; marking once more only says what was right in the response,
/// in the language in which it was given.
fn by_machine<'a>(
    seated: &'a Seated,
    question: &'a Question,
    response: Option<&'a Response>,
    stored: Option<u32>,
) -> Marking<'a> {
    let marking = scoring::mark_in_any(seated.in_any(&question.id), response);
    let mut marking = marking.unwrap_or_else(|| scoring::mark(question, response)).with_stored(stored.unwrap_or(0));
    marking.feedback.explanation = question.explanation.as_ref();
    marking
}

/// What the first test before the course came to; `None` when it was not taken.
async fn before(learner: &Learner<'_>, journey: &Journey) -> Result<Option<Tallies>, AppError> {
    first(learner, journey, journey.text.pre_test.as_deref()).await
}

/// What the first attempt at a test came to; `None` when none was handed in.
async fn first(learner: &Learner<'_>, journey: &Journey, test: Option<&Quiz>) -> Result<Option<Tallies>, AppError> {
    let Some(test) = test else { return Ok(None) };
    let store = &learner.visitor.house.store;
    let history = attempts::history(store, journey.enrolment.id, &test.id).await?;
    let Some(first) = history.iter().find(|attempt| attempt.submitted.is_some()) else { return Ok(None) };
    let seated = Seated::load(learner, &first.id.to_string()).await?;
    let saved = seated.saved(learner.visitor.house).await?;
    let responses = responses(&saved.responses, &Works::new());
    let marked = answers(&seated, &saved, &responses, &Works::new());
    Ok(Some(topics::tallies(marked.iter().map(|answer| (answer.question, answer.marking.verdict)))))
}

/// What changed over the course, in words; nothing until both tests were taken. Of each the first
/// attempt counts: after it the answers are known.
pub async fn change(learner: &Learner<'_>, journey: &Journey) -> Result<String, AppError> {
    let was_taken =
        |test: &Option<Arc<Quiz>>| test.as_ref().is_some_and(|test| journey.progress.quizzes.contains_key(&test.id));
    if !was_taken(&journey.text.pre_test) || !was_taken(&journey.text.post_test) {
        return Ok(String::new());
    }
    let (before, after) =
        (before(learner, journey).await?, first(learner, journey, journey.text.post_test.as_deref()).await?);
    let words = learner.visitor.words();
    Ok(after
        .map(|after| topics::change(words, before.as_ref().map(topics::total), topics::total(&after)))
        .unwrap_or_default())
}

fn points(words: &Words, score: Score) -> String {
    let shown = words.hundredths(score.hundredths.into());
    let max = words.hundredths(score.max_hundredths.into());
    let arguments = [
        ("points", Argument::Text(&shown)),
        ("max", Argument::Text(&max)),
        ("percent", Argument::Number(score.percent.into())),
    ];
    words.fill("attempts.result_points", &arguments)
}

fn verdict(words: &Words, seated: &Seated, score: Score) -> String {
    let key = match (seated.quiz.pass, score.passed) {
        (0, _) => return words.get("attempts.test_passes_nobody"),
        (_, true) => "attempts.result_passed",
        (_, false) => "attempts.result_not_passed",
    };
    words.fill(key, &[("percent", Argument::Number(seated.quiz.pass.into()))])
}

/// Lessons behind what was not right, in reading order, each once.
fn rereads(text: &CourseText, folder: &str, answers: &[Answer<'_>]) -> Vec<LinkRow> {
    let was_missed = |answer: &&Answer<'_>| !matches!(answer.marking.verdict, Verdict::Right | Verdict::Awaiting);
    let lessons: BTreeSet<&LessonId> =
        answers.iter().filter(was_missed).filter_map(|answer| answer.marking.feedback.lesson).collect();
    let link = |(place, lesson): (Place, &Arc<crate::domain::course::Lesson>)| LinkRow {
        url: format!("{folder}{place}"),
        title: lesson.title.clone(),
    };
    text.lessons().filter(|(_, lesson)| lessons.contains(&lesson.id)).map(link).collect()
}

fn rows(
    learner: &Learner<'_>,
    text: &CourseText,
    folder: &str,
    answers: Vec<Answer<'_>>,
    works: &Works,
) -> Result<Vec<AnswerRow>, AppError> {
    let words = learner.visitor.words();
    let rereading = Rereading { text, folder };
    let row = |answer: Answer<'_>| {
        let view = marked(words, answer.question, &answer.marking, answer.confidence, rereading);
        let view = if answer.is_expired { view.without_response(words, answer.marking.verdict) } else { view };
        let number = Argument::Number(i64::try_from(answer.number).unwrap_or_default());
        let work = works.get(&answer.question.id);
        Ok(AnswerRow {
            label: words.fill("attempts.question", &[("number", number)]),
            marked: printed(&learner.visitor, "questions/_marked", &view, folder)?,
            work_url: work.map(|work| format!("{folder}work/{}", work.id)).unwrap_or_default(),
            work_label: work.map(|work| words.get(work_words(work.state))).unwrap_or_default(),
        })
    };
    answers.into_iter().map(row).collect()
}

fn work_words(state: SubmissionState) -> &'static str {
    match state {
        SubmissionState::Draft | SubmissionState::HandedIn => "task.work_waiting",
        SubmissionState::Returned => "task.work_returned",
        SubmissionState::Marked => "task.work_link",
    }
}

pub fn routes() -> Vec<Route> {
    routes![show]
}
