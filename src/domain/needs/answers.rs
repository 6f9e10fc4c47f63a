//! What a person answered. The person's own: stored sealed, never shown to staff.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::competency::CompetencyCode;
use crate::domain::id::{ItemId, OptionId, QuestionId};

use super::framework::AreaCode;
use super::instrument::Form;

/// Answers to one edition of the instrument. Kept by item, so the order of answering changes
/// nothing; what is absent was not asked yet or passed over, which count alike.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// The areas asked about: all of them, or one for the ten-minute form.
    pub areas: BTreeSet<AreaCode>,
    /// Which of the parallel forms the short questions come from.
    pub form: Form,
    /// Chosen options; an empty list is "prefer not to say".
    pub context: BTreeMap<ItemId, Vec<OptionId>>,
    /// 0–4; absent: passed over.
    pub self_ratings: BTreeMap<CompetencyCode, u8>,
    pub questions: BTreeMap<QuestionId, Outcome>,
}

/// How a short question went. Only [`Outcome::Right`] and [`Outcome::Supposed`] count; the rest cost
/// nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    Right,
    Wrong,
    DoNotKnow,
    PassedOver,
    /// Not asked in an adaptive sitting: the other answers make a right one more likely than not.
    Supposed,
}

/// Never prints what was answered, wherever it is logged.
impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answers(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_print_nothing_of_themselves() {
        let mut answers = Answers::default();
        answers.self_ratings.insert("DS1".parse().unwrap(), 3);
        assert_eq!(format!("{answers:?}"), "Answers(…)");
    }
}
