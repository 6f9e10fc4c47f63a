//! One piece of work on a trainer's desk.

use std::sync::Arc;

use rocket::{Route, get, routes};
use serde::Serialize;

use super::levels::{Chosen, PREFIX};
use super::pseudonym;
use crate::domain::course::{Course, CourseText};
use crate::domain::id::SubmissionId;
use crate::domain::policy;
use crate::domain::progress::TaskState;
use crate::domain::quiz::question::Criterion;
use crate::locale::{Argument, Words};
use crate::store::audit::{self, Act};
use crate::store::submissions::{self, StoredMarking, Submission, SubmissionState};
use crate::web::blocks::Press;
use crate::web::courses::content_language;
use crate::web::error::AppError;
use crate::web::helpers::Markup;
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::tasks::assignment::Assignment;
use crate::web::tasks::desk::{messages, of_its_edition, texts};
use crate::web::tasks::views::{EarlierTry, Marks, MessageFields, Reader, Thread, weight};
use crate::web::tasks::{asked, person};
use crate::web::visitor::{Learner, Trainer};

/// `marking/show`
#[derive(Serialize)]
struct ShowMarking {
    title: String,
    course: String,
    learner: String,
    try_label: String,
    since: String,
    lang: String,
    dir: &'static str,
    has_problem: bool,
    banner: String,
    /// What a marking said that came when somebody else's was there.
    unsent: String,
    unsent_levels: Vec<UnsentRow>,
    is_late: bool,
    /// "The task", "The question"
    brief_label: String,
    brief: Markup,
    /// Whether what was asked is short enough to stand open.
    is_short: bool,
    text: String,
    model: Markup,
    has_model: bool,
    earlier: Vec<EarlierTry>,
    has_earlier: bool,
    thread: Thread,
    message_action: String,
    typed: MessageFields,
    may_mark: bool,
    marking_action: String,
    criteria: Vec<CriterionRow>,
    comment: String,
    comment_error: String,
    return_action: String,
    return_comment: String,
    return_error: String,
    marks: Option<Marks>,
}

/// A level that was chosen too late.
#[derive(Serialize)]
struct UnsentRow {
    title: String,
    level: String,
}

#[derive(Serialize)]
struct CriterionRow {
    id: String,
    title: String,
    weight: String,
    is_required: bool,
    error: String,
    levels: Vec<LevelRow>,
}

#[derive(Serialize)]
struct LevelRow {
    name: String,
    value: String,
    label: String,
    descriptor: String,
    is_chosen: bool,
}

impl View for ShowMarking {
    const TEMPLATE: &'static str = "marking/show";
    const IS_STAFF_PAGE: bool = true;
}

/// What is to be mended in a page that is shown again.
#[derive(Default)]
pub(super) struct Mending {
    pub chosen: Chosen,
    /// Whether criteria without a level are named.
    pub names_missing: bool,
    pub comment: String,
    pub comment_error: String,
    pub return_comment: String,
    pub return_error: String,
    pub message: MessageFields,
    /// The comment of a marking that came too late; what it chose is in `chosen`.
    pub unsent: Option<String>,
}

/// What a trainer says of a work.
pub(super) struct Said {
    /// Marked or returned.
    pub state: SubmissionState,
    pub chosen: Chosen,
    pub comment: String,
}

/// A work that this trainer may see, with its course as it was in the edition it was begun with.
pub(super) struct Marked {
    pub work: Submission,
    course: Arc<Course>,
    text: Arc<CourseText>,
}

#[get("/teach/marking/<submission>")]
async fn show(trainer: Trainer<'_>, submission: &str) -> Result<Reply, AppError> {
    let learner = &trainer.0;
    let marked = Marked::load(learner, submission).await?;
    // The one thing that a page notes when it is read: its subject may know.
    let (store, now) = (&learner.visitor.house.store, learner.visitor.now);
    audit::record_look(store, marked.work.account, learner.id, Act::WorkRead, now).await?;
    learner.visitor.page(&marked.view(learner, Mending::default()).await?)
}

impl Marked {
    /// The work, if this trainer may see it: otherwise there is no such thing. One's own work has its
    /// page under `/learn`, not here.
    pub async fn load(learner: &Learner<'_>, submission: &str) -> Result<Self, AppError> {
        let id: SubmissionId = submission.parse().map_err(|_| AppError::NotFound)?;
        let house = learner.visitor.house;
        let work = submissions::by_id(&house.store, id).await?.ok_or(AppError::NotFound)?;
        if work.account == learner.id || !policy::may_read_work(&person(learner), asked(&work)) {
            return Err(AppError::NotFound);
        }
        let course = house.catalogue.edition(&house.store, &work.edition).await?;
        let text = course.text(&content_language(learner.visitor.language)).clone();
        Ok(Self { work, course, text })
    }

    pub fn assignment(&self) -> Result<Assignment<'_>, AppError> {
        Assignment::of(&self.text, &self.work.item).ok_or(AppError::NotFound)
    }

    pub fn may_be_marked_by(&self, learner: &Learner<'_>) -> bool {
        policy::may_mark(&person(learner), asked(&self.work))
    }

    pub fn may_be_commented_by(&self, learner: &Learner<'_>) -> bool {
        policy::may_comment(&person(learner), asked(&self.work))
    }

    /// `/teach/marking/<submission>`
    pub fn url(&self) -> String {
        format!("/teach/marking/{}", self.work.id)
    }

    /// The page again, with what must be mended.
    pub async fn mend(&self, learner: &Learner<'_>, mending: Mending) -> Result<Reply, AppError> {
        learner.visitor.mend(&self.view(learner, mending).await?)
    }

    /// The answer to a marking that comes when the work waits no longer: nothing new for the same one
    /// sent twice.
    pub async fn late(&self, learner: &Learner<'_>, said: Said) -> Result<Reply, AppError> {
        let is_same = |marking: &StoredMarking| {
            marking.comment == said.comment
                && (said.state == SubmissionState::Returned || said.chosen.is(&marking.levels))
        };
        if self.work.state == said.state && self.work.marking.as_ref().is_some_and(is_same) {
            return Ok(Reply::see_other(self.url()));
        }
        let Said { chosen, comment, .. } = said;
        self.mend(learner, Mending { chosen, unsent: Some(comment), ..Mending::default() }).await
    }

    async fn view(&self, learner: &Learner<'_>, mending: Mending) -> Result<ShowMarking, AppError> {
        let visitor = &learner.visitor;
        let words = visitor.words();
        let assignment = self.assignment()?;
        let work = &self.work;
        let press = Press {
            templates: &visitor.house.templates,
            language: visitor.language,
            course: &self.course,
            for_trainers: true,
        };
        let tries = submissions::all(&visitor.house.store, work.account, work.enrolment, &work.item).await?;
        let texts = texts(learner, &tries).await?;
        let of = |earlier| of_its_edition(&texts, earlier).unwrap_or(assignment);
        let earlier: Vec<_> = tries
            .iter()
            .filter(|earlier| earlier.number < work.number)
            .rev()
            .map(|earlier| EarlierTry::of(words, &of(earlier), earlier))
            .collect();
        let messages = messages(&visitor.house.store, &tries).await?;
        let folder = format!("/courses/{}/", self.course.slug);
        let pseudonym = pseudonym(visitor.house, work.enrolment);
        let model = assignment.model(&press)?;
        let may_mark = self.may_be_marked_by(learner);
        let is_task = matches!(assignment, Assignment::Task(_));
        Ok(ShowMarking {
            title: assignment.label(words),
            course: self.text.title.clone(),
            try_label: words.fill("task.try", &[("number", Argument::Number(work.number.into()))]),
            since: words.minutes_ago(visitor.now.since(work.handed_in.unwrap_or(work.saved))),
            lang: assignment.language().to_string(),
            dir: assignment.language().dir(),
            has_problem: mending.names_missing || !mending.comment_error.is_empty() || !mending.return_error.is_empty(),
            banner: banner(words, is_task, work),
            is_late: mending.unsent.is_some(),
            unsent: mending.unsent.clone().unwrap_or_default(),
            unsent_levels: match mending.unsent {
                Some(_) => unsent_levels(&assignment, &mending.chosen),
                None => Vec::new(),
            },
            brief_label: words.get(if is_task { "marking.task" } else { "marking.question" }),
            brief: assignment.body(&press)?.in_folder(&folder),
            is_short: !is_task,
            text: if work.is_expired { words.get("marking.expired") } else { work.text.clone() },
            has_model: model.is_some(),
            model: model.map(|(_, text)| text.in_folder(&folder)).unwrap_or_default(),
            has_earlier: !earlier.is_empty(),
            earlier,
            thread: Thread::of(words, Reader::Trainer { pseudonym: &pseudonym }, &messages, visitor.now),
            message_action: format!("{}/messages", self.url()),
            may_mark,
            marking_action: format!("{}/marking", self.url()),
            criteria: criteria(words, &assignment, &mending),
            comment: mending.comment,
            comment_error: mending.comment_error,
            return_action: format!("{}/return", self.url()),
            return_comment: mending.return_comment,
            return_error: mending.return_error,
            typed: mending.message,
            marks: work.marking.as_ref().map(|marking| Marks::of(words, &assignment, marking)),
            learner: pseudonym,
        })
    }
}

/// How a work stands that waits no longer, as a trainer reads it.
fn banner(words: &Words, is_task: bool, work: &Submission) -> String {
    let points = work.marking.as_ref().map(|marking| Argument::Number(marking.percent.into()));
    let key = match work.stands() {
        TaskState::Drafted | TaskState::HandedIn => return String::new(),
        TaskState::Returned => "marking.banner.returned",
        TaskState::NotPassed | TaskState::Passed if !is_task => "marking.banner.marked",
        TaskState::NotPassed => "marking.banner.not_passed",
        TaskState::Passed => "marking.banner.passed",
    };
    words.fill(key, &[("points", points.unwrap_or(Argument::Number(0)))])
}

fn unsent_levels(assignment: &Assignment<'_>, chosen: &Chosen) -> Vec<UnsentRow> {
    let row = |criterion: &Criterion| {
        let level = criterion.levels.get(chosen.of(&criterion.id)?)?;
        Some(UnsentRow { title: criterion.title.clone(), level: level.label.clone() })
    };
    assignment.rubric().iter().filter_map(row).collect()
}

fn criteria(words: &Words, assignment: &Assignment<'_>, mending: &Mending) -> Vec<CriterionRow> {
    let row = |criterion: &Criterion| {
        let chosen = mending.chosen.of(&criterion.id);
        let is_missing = mending.names_missing && chosen.is_none();
        CriterionRow {
            id: criterion.id.to_string(),
            title: criterion.title.clone(),
            weight: weight(words, criterion),
            is_required: criterion.is_required,
            error: if is_missing { words.get("marking.level_missing") } else { String::new() },
            levels: criterion
                .levels
                .iter()
                .enumerate()
                .map(|(number, level)| LevelRow {
                    name: format!("{PREFIX}{}", criterion.id),
                    value: number.to_string(),
                    label: level.label.clone(),
                    descriptor: level.descriptor.clone(),
                    is_chosen: chosen == Some(number),
                })
                .collect(),
        }
    };
    assignment.rubric().iter().map(row).collect()
}

pub fn routes() -> Vec<Route> {
    routes![show]
}
