//! Typed ids, so that a lesson cannot be asked for with the id of a quiz.
//!
//! Two families: rows have UUIDs (`row_id!`), authored things have the ids their authors wrote
//! (`authored_id!`: `[a-z0-9][a-z0-9-]*`, at most 80 bytes).

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! row_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }
    )*};
}

row_id! {
    /// An account: how one signs in. Also the pseudonymous id under which results are kept.
    AccountId,
    /// One learner in one course.
    EnrolmentId,
    /// One needs assessment of one person.
    AssessmentId,
    /// One sitting of a quiz.
    AttemptId,
    /// One sitting of a short quiz that proves a step of a pathway.
    ChallengeId,
    /// One piece of work handed in for marking: a final task or a free response.
    SubmissionId,
    /// A certificate. Random (version 4), because the id is all one needs to check it.
    CertificateId,
    /// A way into a server whose registration is by invitation.
    InvitationId,
    /// A member organisation of the network.
    OrganisationId,
    /// People of one organisation who learn together.
    CohortId,
    /// A signed-in browser, as its owner sees it in the list of sessions (never the token).
    SessionId,
}

/// Why a text is not an authored id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is 1 to 80 of the letters a-z, digits and hyphens, and begins with a letter or digit")]
pub struct BadId;

/// Whether `text` has the shape of an authored id.
pub fn is_authored_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes.first(), Some(b'a'..=b'z' | b'0'..=b'9'))
        && bytes.len() <= 80
        && bytes.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

macro_rules! authored_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                if is_authored_id(text) { Ok(Self(text.to_owned())) } else { Err(BadId) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;

            fn try_from(text: String) -> Result<Self, BadId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

authored_id! {
    /// A course's name in addresses, and its folder's name.
    CourseSlug,
    ModuleId,
    LessonId,
    /// A module quiz, a pre-test or a post-test.
    QuizId,
    /// Unique in the whole course.
    QuestionId,
    /// A block that has state or is linked to: checklist, reflection, scenario, figure …
    BlockId,
    /// A final task.
    TaskId,
    TermId,
    FactId,
    CriterionId,
    /// A question about a person's situation in the needs assessment.
    ItemId,
    /// One of the answers such a question offers.
    OptionId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authored_ids_are_plain() {
        assert!("ds1-1".parse::<LessonId>().is_ok());
        for wrong in ["", "-a", "A", "a b", "a/b", "é", &"a".repeat(81)] {
            assert!(wrong.parse::<LessonId>().is_err(), "{wrong:?} was taken");
        }
    }
}
