//! What a piece of work is for: the final task, or a free response of a quiz, in the reader's
//! language and as it was in the edition the work was begun with.

use std::sync::Arc;

use crate::domain::course::{CourseText, FinalTask};
use crate::domain::language::LanguageTag;
use crate::domain::quiz::Quiz;
use crate::domain::quiz::question::{Body, Criterion, FreeResponse, Question};
use crate::locale::{Argument, Words};
use crate::store::submissions::Item;
use crate::web::blocks::Press;
use crate::web::error::AppError;
use crate::web::helpers::Markup;

#[derive(Clone, Copy)]
pub enum Assignment<'a> {
    Task(&'a FinalTask),
    Response { quiz: &'a Arc<Quiz>, question: &'a Question, free: &'a FreeResponse },
}

impl<'a> Assignment<'a> {
    /// What `item` names in this course.
    pub fn of(text: &'a CourseText, item: &Item) -> Option<Self> {
        match item {
            Item::Task(id) => text.final_task.as_deref().filter(|task| task.id == *id).map(Self::Task),
            Item::Response { question, .. } => {
                let (quiz, question) = text.quizzes().find_map(|quiz| Some((quiz, quiz.question(question)?)))?;
                let Body::FreeResponse(free) = &question.body else { return None };
                Some(Self::Response { quiz, question, free })
            }
        }
    }

    /// The quiz that a free response belongs to.
    pub fn quiz(&self) -> Option<&'a Arc<Quiz>> {
        match self {
            Self::Task(_) => None,
            Self::Response { quiz, .. } => Some(quiz),
        }
    }

    /// The title alone, for a heading in the course's language.
    pub fn title(&self) -> &'a str {
        match self {
            Self::Task(task) => &task.title,
            Self::Response { quiz, .. } => &quiz.title,
        }
    }

    /// The title with what kind of work it is.
    pub fn label(&self, words: &Words) -> String {
        match self {
            Self::Task(task) => task.title.clone(),
            Self::Response { quiz, .. } => words.fill("marking.answer_in", &[("title", Argument::Text(&quiz.title))]),
        }
    }

    pub fn language(&self) -> &'a LanguageTag {
        match self {
            Self::Task(task) => &task.language,
            Self::Response { quiz, .. } => &quiz.language,
        }
    }

    pub fn rubric(&self) -> &'a [Criterion] {
        match self {
            Self::Task(task) => &task.rubric,
            Self::Response { free, .. } => &free.rubric,
        }
    }

    /// Per cent of the weights that passes; 0 where the work only adds to a quiz's points.
    pub fn pass(&self) -> u8 {
        match self {
            Self::Task(task) => task.pass,
            Self::Response { .. } => 0,
        }
    }

    pub fn max_words(&self) -> u32 {
        match self {
            Self::Task(task) => task.max_words,
            Self::Response { free, .. } => free.max_words,
        }
    }

    /// What is asked.
    pub fn body(&self, press: &Press<'_>) -> Result<Markup, AppError> {
        match self {
            Self::Task(task) => press.whole(&task.blocks),
            Self::Response { question, .. } => Ok((&question.prompt).into()),
        }
    }

    /// What a good answer looks like: its title (nothing for a model answer) and text.
    pub fn model(&self, press: &Press<'_>) -> Result<Option<(String, Markup)>, AppError> {
        match self {
            Self::Task(task) => match &task.exemplar {
                Some(exemplar) => Ok(Some((exemplar.title.clone(), press.whole(&exemplar.blocks)?))),
                None => Ok(None),
            },
            Self::Response { free, .. } => Ok(free.model.as_ref().map(|model| (String::new(), model.into()))),
        }
    }
}
