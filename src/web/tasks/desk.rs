//! A piece of work as its learner sees it: what is asked, the tries, what trainers said. The page
//! of the final task and the page of a free response are this one.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::assignment::Assignment;
use super::views::{EarlierTry, Marks, MessageFields, Reader, Rubric, Thread, banner, is_fallback, text};
use super::{asked, person};
use crate::catalogue::CatalogueError;
use crate::domain::course::{CourseText, EditionHash};
use crate::domain::policy;
use crate::domain::progress::TaskState;
use crate::domain::quiz::response::{FieldProblem, read_prose};
use crate::domain::quiz::text::count_words;
use crate::domain::time::Timestamp;
use crate::locale::{Argument, Words};
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::submissions::{self, Item, Message, Submission, SubmissionState, Written};
use crate::web::blocks::Press;
use crate::web::courses::content_language;
use crate::web::error::AppError;
use crate::web::form::{Fields, Form};
use crate::web::helpers::Markup;
use crate::web::learn::journey::Journey;
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `tasks/show`: a final task, or a free response after its quiz.
#[derive(Serialize)]
struct ShowTask {
    back_url: String,
    back_title: String,
    course_lang: String,
    course_dir: &'static str,
    lang: String,
    dir: &'static str,
    is_fallback: bool,
    title: String,
    meta: String,
    has_problem: bool,
    banner: String,
    is_passed: bool,
    continue_url: String,
    marks: Option<Marks>,
    body: Markup,
    rubric: Rubric,
    exemplar: Markup,
    exemplar_label: String,
    has_exemplar: bool,
    action: String,
    may_write: bool,
    work: WorkFields,
    /// What was typed and could not be saved; with why not.
    unsent: Markup,
    is_late: bool,
    /// What was handed in, where it cannot be changed now.
    text: Markup,
    earlier: Vec<EarlierTry>,
    has_earlier: bool,
    may_comment: bool,
    message_action: String,
    thread: Thread,
    typed: MessageFields,
}

/// `tasks/_work`
#[derive(Default, Serialize)]
struct WorkFields {
    text: String,
    hint: String,
    text_error: String,
    meta: String,
    confirm_error: String,
    may_save: bool,
    /// Which draft this is written over.
    over: String,
    /// The draft that another window saved meanwhile.
    newer: Markup,
    has_newer: bool,
}

impl View for ShowTask {
    const TEMPLATE: &'static str = "tasks/show";
}

pub struct WorkForm {
    text: String,
    /// When the draft was saved that stood in the form.
    over: Option<Timestamp>,
    is_confirmed: bool,
    hands_in: bool,
}

impl Form for WorkForm {
    /// 2,500 words in a script of three bytes a letter, each byte sent as three.
    const LIMIT: u64 = 512 * 1024;

    fn take(fields: &mut Fields) -> Self {
        Self {
            text: fields.raw("text"),
            over: fields.text("over").parse().ok().map(Timestamp),
            is_confirmed: fields.is_ticked("confirm"),
            hands_in: fields.text("act") == "hand-in",
        }
    }
}

impl WorkForm {
    /// A form that can only be handed in.
    pub(super) fn handing_in(self) -> Self {
        Self { hands_in: true, ..self }
    }

    pub(super) fn into_fields(self) -> Vec<(String, String)> {
        let act = if self.hands_in { "hand-in" } else { "draft" };
        let mut fields = vec![("text".to_owned(), self.text), ("act".to_owned(), act.to_owned())];
        fields.extend(self.over.map(|over| ("over".to_owned(), over.0.to_string())));
        fields.extend(self.is_confirmed.then(|| ("confirm".to_owned(), "1".to_owned())));
        fields
    }
}

/// What is to be mended in a page that is shown again.
#[derive(Default)]
pub(super) struct Mending {
    text: Option<String>,
    text_problem: Option<Problem>,
    confirm_missing: bool,
    message: MessageFields,
    /// The draft that the text was written over.
    over: Option<Timestamp>,
    /// What was typed for a work that takes no text any more.
    unsent: Option<String>,
    /// Another window saved another draft meanwhile.
    has_newer: bool,
}

enum Problem {
    Empty,
    Field(FieldProblem),
}

impl Mending {
    pub fn of_message(message: MessageFields) -> Self {
        Self { message, ..Self::default() }
    }

    fn is_needed(&self) -> bool {
        self.text_problem.is_some()
            || self.confirm_missing
            || !self.message.message_error.is_empty()
            || self.unsent.is_some()
            || self.has_newer
    }
}

/// A work with all that its page shows.
pub(super) struct Desk<'a> {
    pub learner: &'a Learner<'a>,
    pub journey: &'a Journey,
    pub assignment: Assignment<'a>,
    pub item: Item,
    pub edition: EditionHash,
    /// All tries, oldest first.
    pub tries: Vec<Submission>,
    /// About all tries, oldest first.
    pub messages: Vec<Message>,
    /// The editions of the tries: each is marked by the rubric of its own.
    pub texts: Texts,
    /// Where the form is posted, and this page is.
    pub url: String,
    pub back_url: String,
    pub back_title: String,
}

impl Desk<'_> {
    /// The try at hand: the last one.
    pub fn current(&self) -> Option<&Submission> {
        self.tries.last()
    }

    fn may_write(&self) -> bool {
        self.current().is_none_or(|current| policy::may_write(&person(self.learner), asked(current)))
    }

    pub fn may_comment(&self) -> bool {
        self.commented().is_some_and(|current| policy::may_comment(&person(self.learner), asked(current)))
    }

    /// The try that messages belong to: the last one that was handed in.
    pub fn commented(&self) -> Option<&Submission> {
        self.tries.iter().rfind(|work| work.state != SubmissionState::Draft)
    }

    /// Saves the draft or hands it in. What cannot be saved comes back with the page.
    pub async fn save(mut self, form: WorkForm) -> Result<Reply, AppError> {
        if !self.may_write() {
            return self.late(form);
        }
        let mending = check(&form, self.assignment.max_words());
        if mending.is_needed() {
            return self.page(mending);
        }
        let house = self.learner.visitor.house;
        let (store, now) = (&house.store, self.learner.visitor.now);
        let enrolment = &self.journey.enrolment;
        let written = Written {
            item: &self.item,
            edition: &self.edition,
            text: form.text.trim(),
            over: form.over,
            quiz: self.assignment.quiz(),
        };
        let stored = match form.hands_in {
            true => submissions::hand_in(store, enrolment, written, now).await,
            false => submissions::save_draft(store, enrolment, written, now).await,
        };
        house.progress.forget(enrolment.id);
        match stored {
            Ok(_) => Ok(Reply::see_other(format!("{}#work", self.url))),
            Err(StoreError::Gone) => {
                self.look_again().await?;
                self.late(form)
            }
            Err(StoreError::Changed) => {
                self.look_again().await?;
                if !self.may_write() {
                    return self.late(form);
                }
                let over = self.draft().map(|draft| draft.saved);
                self.page(Mending { text: Some(form.text), over, has_newer: true, ..Mending::default() })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The answer to a text that comes when the work was handed in or marked already: nothing new for
    /// the same text sent twice.
    fn late(self, form: WorkForm) -> Result<Reply, AppError> {
        let is_same = self.current().is_some_and(|current| current.text == form.text.trim());
        match is_same {
            true => Ok(Reply::see_other(self.url)),
            false => self.page(Mending { unsent: Some(form.text), ..Mending::default() }),
        }
    }

    /// Loads what another window changed.
    async fn look_again(&mut self) -> Result<(), AppError> {
        let (store, learner) = (&self.learner.visitor.house.store, self.learner);
        self.tries = submissions::all(store, learner.id, self.journey.enrolment.id, &self.item).await?;
        self.texts = texts(learner, &self.tries).await?;
        Ok(())
    }

    fn draft(&self) -> Option<&Submission> {
        self.current().filter(|work| work.state == SubmissionState::Draft)
    }

    /// What a try was for, as it was in the try's edition.
    fn assignment_of(&self, work: &Submission) -> Assignment<'_> {
        of_its_edition(&self.texts, work).unwrap_or(self.assignment)
    }

    pub fn page(&self, mending: Mending) -> Result<Reply, AppError> {
        let visitor = &self.learner.visitor;
        let is_mended = mending.is_needed();
        let view = self.view(mending)?;
        if is_mended { visitor.mend(&view) } else { visitor.page(&view) }
    }

    fn view(&self, mending: Mending) -> Result<ShowTask, AppError> {
        let visitor = &self.learner.visitor;
        let words = visitor.words();
        let press = Press {
            templates: &visitor.house.templates,
            language: visitor.language,
            course: &self.journey.course,
            for_trainers: false,
        };
        let assignment = &self.assignment;
        let folder = self.journey.url("");
        let current = self.current();
        // While a new try is being written, what was said of the one before stays in sight.
        let judged = self.commented();
        let language = assignment.language();
        let course_language = &self.journey.text.language;
        let model = match assignment {
            Assignment::Task(_) => assignment.model(&press)?,
            // A model answer is for after the marking only.
            Assignment::Response { .. } => match judged.map(Submission::stands) {
                Some(TaskState::Passed | TaskState::NotPassed) => assignment.model(&press)?,
                _ => None,
            },
        };
        let earlier = self.earlier(words);
        let is_passed = current.is_some_and(|work| work.stands() == TaskState::Passed);
        Ok(ShowTask {
            back_url: self.back_url.clone(),
            back_title: self.back_title.clone(),
            course_lang: course_language.to_string(),
            course_dir: course_language.dir(),
            lang: language.to_string(),
            dir: language.dir(),
            is_fallback: is_fallback(language, &content_language(visitor.language)),
            title: assignment.title().to_owned(),
            meta: meta(words, assignment),
            has_problem: mending.is_needed(),
            banner: judged.map(|work| banner(words, assignment, work, visitor.now)).unwrap_or_default(),
            is_passed,
            continue_url: if is_passed { self.journey.next_url() } else { String::new() },
            marks: judged.and_then(|work| {
                let marking = work.marking.as_ref()?;
                Some(Marks::of(words, &self.assignment_of(work), marking))
            }),
            body: assignment.body(&press)?.in_folder(&folder),
            rubric: Rubric::of(words, assignment),
            has_exemplar: model.is_some(),
            exemplar_label: match &model {
                Some((title, _)) if !title.is_empty() => {
                    words.fill("task.exemplar", &[("title", Argument::Text(title))])
                }
                _ => words.get("questions.model"),
            },
            exemplar: model.map(|(_, text)| text.in_folder(&folder)).unwrap_or_default(),
            action: self.url.clone(),
            may_write: self.may_write(),
            text: current.map(|work| text(words, work)).unwrap_or_default(),
            has_earlier: !earlier.is_empty(),
            earlier,
            may_comment: self.may_comment(),
            message_action: format!(
                "{folder}work/{}/messages",
                judged.map(|work| work.id.to_string()).unwrap_or_default()
            ),
            thread: Thread::of(words, Reader::Learner, &self.messages, visitor.now),
            work: self.fields(words, &mending),
            is_late: mending.unsent.is_some(),
            unsent: mending.unsent.map(|text| Markup::escaped(&text)).unwrap_or_default(),
            typed: mending.message,
        })
    }

    /// Tries before the one at hand. Its own marks stand at the top of the page.
    fn earlier(&self, words: &Words) -> Vec<EarlierTry> {
        let before = self.tries.split_last().map(|(_, before)| before).unwrap_or_default();
        before.iter().rev().map(|work| EarlierTry::of(words, &self.assignment_of(work), work)).collect()
    }

    fn fields(&self, words: &Words, mending: &Mending) -> WorkFields {
        let most = Argument::Number(self.assignment.max_words().into());
        let most = words.fill("task.words", &[("count", most)]);
        let saved = self.current().map(|work| work.text.as_str()).unwrap_or_default();
        let draft = self.draft();
        let over = match mending.text {
            Some(_) => mending.over,
            None => draft.map(|work| work.saved),
        };
        WorkFields {
            text: mending.text.clone().unwrap_or_else(|| saved.to_owned()),
            hint: words.fill("task.text_hint", &[("words", Argument::Text(&most))]),
            text_error: mending.text_problem.as_ref().map(|problem| problem.in_words(words)).unwrap_or_default(),
            meta: draft.map(|work| self.saved(words, work)).unwrap_or_default(),
            confirm_error: if mending.confirm_missing { words.get("task.confirm_error") } else { String::new() },
            // A free response has no drafts: it was written in its quiz.
            may_save: matches!(self.assignment, Assignment::Task(_)),
            over: over.map(|at| at.0.to_string()).unwrap_or_default(),
            newer: if mending.has_newer { Markup::escaped(saved) } else { Markup::default() },
            has_newer: mending.has_newer,
        }
    }

    fn saved(&self, words: &Words, work: &Submission) -> String {
        let when = words.minutes_ago(self.learner.visitor.now.since(work.saved));
        let count = i64::try_from(count_words(&work.text)).unwrap_or(i64::MAX);
        let count = words.fill("task.words", &[("count", Argument::Number(count))]);
        words.fill("task.saved", &[("when", Argument::Text(&when)), ("words", Argument::Text(&count))])
    }
}

/// Courses as they were in editions that tries were begun with.
pub type Texts = BTreeMap<EditionHash, Arc<CourseText>>;

/// The texts of the editions of these tries. One that this release cannot read is left out.
pub async fn texts(learner: &Learner<'_>, tries: &[Submission]) -> Result<Texts, AppError> {
    let house = learner.visitor.house;
    let mut texts = Texts::new();
    for work in tries {
        if texts.contains_key(&work.edition) {
            continue;
        }
        match house.catalogue.edition(&house.store, &work.edition).await {
            Ok(course) => {
                let text = course.text(&content_language(learner.visitor.language)).clone();
                texts.insert(work.edition.clone(), text);
            }
            Err(CatalogueError::Unreadable(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(texts)
}

/// What a try was for, as it was in the try's edition.
pub fn of_its_edition<'a>(texts: &'a Texts, work: &Submission) -> Option<Assignment<'a>> {
    Assignment::of(texts.get(&work.edition)?, &work.item)
}

/// The messages about all tries of a work, oldest first.
pub async fn messages(store: &Store, tries: &[Submission]) -> Result<Vec<Message>, AppError> {
    let mut messages = Vec::new();
    for work in tries.iter().filter(|work| work.state != SubmissionState::Draft) {
        messages.extend(submissions::thread(store, work.id).await?);
    }
    Ok(messages)
}

impl Problem {
    fn in_words(&self, words: &Words) -> String {
        match self {
            Self::Empty => words.get("task.empty_error"),
            Self::Field(problem) => {
                words.fill(problem.key(), &[("most", Argument::Number(problem.most().unwrap_or_default().into()))])
            }
        }
    }
}

/// What is wrong with a form. A draft may be empty and may have too many words: it is kept all the
/// same, up to a size that no honest text reaches.
fn check(form: &WorkForm, max_words: u32) -> Mending {
    let text_problem = match read_prose(&form.text, max_words) {
        Ok(None) if form.hands_in => Some(Problem::Empty),
        Err(FieldProblem::TooManyWords { .. }) if !form.hands_in => None,
        Err(problem) => Some(Problem::Field(problem)),
        Ok(_) => None,
    };
    Mending {
        text: Some(form.text.clone()),
        text_problem,
        confirm_missing: form.hands_in && !form.is_confirmed,
        over: form.over,
        ..Mending::default()
    }
}

/// "4 hours · 60 of 100 points to pass"; nothing for a free response.
fn meta(words: &Words, assignment: &Assignment<'_>) -> String {
    let Assignment::Task(task) = assignment else { return String::new() };
    let time = words.minutes(task.minutes.into());
    words.fill("task.meta", &[("time", Argument::Text(&time)), ("points", Argument::Number(task.pass.into()))])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str, is_confirmed: bool, hands_in: bool) -> WorkForm {
        WorkForm { text: text.to_owned(), over: None, is_confirmed, hands_in }
    }

    #[test]
    fn a_draft_is_kept_whatever_it_holds() {
        for text in ["", "one two three four"] {
            assert!(!check(&form(text, false, false), 3).is_needed(), "{text:?}");
        }
        assert!(check(&form(&"x".repeat(200), false, false), 3).is_needed());
    }

    #[test]
    fn work_is_handed_in_with_words_within_the_limit_and_a_tick() {
        assert!(!check(&form("one two", true, true), 3).is_needed());
        assert!(check(&form("one two", false, true), 3).confirm_missing);
        assert!(matches!(check(&form(" \n", true, true), 3).text_problem, Some(Problem::Empty)));
        assert!(matches!(check(&form("one two three four", true, true), 3).text_problem, Some(Problem::Field(_))));
    }
}
