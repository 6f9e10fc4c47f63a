//! Learners soon see when the key is usually the first or the longest choice.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Material;
use crate::domain::course::diagnostic::{Report, Spot, rule};
use crate::domain::quiz::question::{Body, Choice, Choices, Question};

/// Files with fewer choice questions are too small to show a habit.
const MIN_IN_FILE: usize = 4;

#[derive(Default)]
struct Habit {
    questions: usize,
    first: usize,
    longest: usize,
}

pub fn check(material: &Material, report: &mut Report) {
    let mut files: BTreeMap<Arc<str>, Habit> = BTreeMap::new();
    for question in material.questions() {
        let Some(choices) = single_choice(question) else { continue };
        let habit = files.entry(material.question_spot(&question.id).file).or_default();
        habit.questions += 1;
        habit.first += usize::from(choices.first().is_some_and(|choice| choice.is_key));
        habit.longest += usize::from(is_key_longest(choices));
    }
    for (file, habit) in files.iter().filter(|(_, habit)| habit.questions >= MIN_IN_FILE) {
        let is_habit = |count: usize| count * 10 > habit.questions * 6;
        let spot = Spot::file(file);
        if is_habit(habit.first) {
            let message = format!("in {} of {} questions the key is the first choice", habit.first, habit.questions);
            report.warning(&spot, rule::KEY_FIRST, message, "spread the keys over first, middle and last");
        }
        if is_habit(habit.longest) {
            let message =
                format!("in {} of {} questions the key is the longest choice", habit.longest, habit.questions);
            report.warning(&spot, rule::KEY_LONGEST, message, "shorten the keys, or say more in the other choices");
        }
    }
}

fn single_choice(question: &Question) -> Option<&[Choice]> {
    match &question.body {
        // With `fixed` the order carries meaning.
        Body::SingleChoice(Choices(choices)) if !question.keeps_order => Some(choices),
        _ => None,
    }
}

/// Longer than every other choice by a tenth or more: less is not seen.
fn is_key_longest(choices: &[Choice]) -> bool {
    let length = |choice: &Choice| choice.text.plain_text().chars().count();
    let key = choices.iter().filter(|choice| choice.is_key).map(length).max().unwrap_or(0);
    let other = choices.iter().filter(|choice| !choice.is_key).map(length).max().unwrap_or(0);
    key * 10 >= other * 11
}
