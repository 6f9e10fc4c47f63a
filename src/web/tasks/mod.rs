//! Work that a person marks, as its learner sees it: the final task, and free responses of quizzes
//! after they were submitted.

pub mod assignment;
pub mod desk;
pub mod messages;
mod task;
pub mod views;
mod work;

use rocket::Route;

use crate::domain::policy::{self, Person, WorkKind};
use crate::domain::quiz::text::is_blank;
use crate::locale::{Argument, Words};
use crate::store::submissions::{Item, Submission};
use crate::web::visitor::Learner;

pub fn routes() -> Vec<Route> {
    [messages::routes(), task::routes(), work::routes()].concat()
}

/// Somebody signed in, as the policy asks about them.
pub fn person(learner: &Learner<'_>) -> Person {
    Person { account: learner.id, roles: learner.signed_in.roles.clone() }
}

/// A try, as the policy asks about it.
pub fn asked(work: &Submission) -> policy::Work<'_> {
    let kind = match work.item {
        Item::Task(_) => WorkKind::FinalTask,
        Item::Response { .. } => WorkKind::FreeResponse,
    };
    policy::Work { owner: work.account, course: &work.course, kind, state: work.stands() }
}

/// Longest message or comment, in characters.
const LONGEST_MESSAGE: usize = 4_000;

/// Why a message cannot be sent, in words.
pub fn message_problem(words: &Words, message: &str) -> Option<String> {
    if is_blank(message) {
        return Some(words.get("task.message_empty"));
    }
    too_long(words, message)
}

/// That a message or comment is too long, in words.
pub fn too_long(words: &Words, text: &str) -> Option<String> {
    let most = Argument::Number(LONGEST_MESSAGE as i64);
    (text.chars().count() > LONGEST_MESSAGE).then(|| words.fill("task.message_long", &[("most", most)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Language;

    #[test]
    fn a_message_has_something_in_it_and_an_end() {
        let words = Language::English.words();
        assert!(message_problem(words, "Thank you").is_none());
        assert!(message_problem(words, " \u{200b}").is_some());
        assert!(message_problem(words, &"é".repeat(4_000)).is_none());
        assert_eq!(message_problem(words, &"é".repeat(4_001)).unwrap(), "Please shorten this to 4,000 characters.");
    }
}
