//! What is worked on.

use std::fmt;
use std::str::FromStr;

use crate::domain::id::{AttemptId, QuestionId, TaskId};
use crate::store::error::{StoreError, StoreResult};

/// What is worked on. Stored as text: `task:<task>`, `response:<attempt>:<question>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// A final task.
    Task(TaskId),
    /// A free response of an attempt.
    Response { attempt: AttemptId, question: QuestionId },
}

/// A text that names nothing that can be worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("work is named task:… or response:…:…")]
pub struct NotAnItem;

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Task(task) => write!(f, "task:{task}"),
            Self::Response { attempt, question } => write!(f, "response:{attempt}:{question}"),
        }
    }
}

impl FromStr for Item {
    type Err = NotAnItem;

    fn from_str(text: &str) -> Result<Self, NotAnItem> {
        let (kind, rest) = text.split_once(':').ok_or(NotAnItem)?;
        match kind {
            "task" => Ok(Self::Task(rest.parse().map_err(|_| NotAnItem)?)),
            "response" => {
                let (attempt, question) = rest.split_once(':').ok_or(NotAnItem)?;
                let attempt = attempt.parse().map_err(|_| NotAnItem)?;
                Ok(Self::Response { attempt, question: question.parse().map_err(|_| NotAnItem)? })
            }
            _ => Err(NotAnItem),
        }
    }
}

pub(super) fn read_item(text: &str) -> StoreResult<Item> {
    text.parse().map_err(|NotAnItem| StoreError::Corrupt("an item that is none"))
}
