//! The two worked people of the curriculum brief, for tests.

use crate::domain::competency::CompetencyCode;

use super::answers::{Answers, Outcome};
use super::instrument::{Form, Instrument};

/// What one person answered for a competency, and the level, gap and priority that follow.
pub type Row = (&'static str, u8, u8, u8, u8, u32);

/// Documenter; risk 3; DS some, UN not now, BH core; shared device; one to two hours a week.
/// Columns: competency, S, D, M, R, P in hundredths.
pub const MIRA: [Row; 18] = [
    ("DS1", 2, 1, 1, 2, 150),
    ("DS2", 2, 2, 2, 2, 0),
    ("DS3", 1, 1, 1, 3, 300),
    ("DS4", 2, 1, 1, 3, 300),
    ("DS5", 1, 0, 0, 2, 300),
    ("DS6", 0, 1, 1, 1, 0),
    ("UN1", 1, 1, 1, 1, 0),
    ("UN2", 0, 0, 0, 1, 50),
    ("UN3", 0, 1, 1, 2, 50),
    ("UN4", 0, 0, 0, 1, 50),
    ("UN5", 0, 0, 0, 1, 50),
    ("UN6", 1, 1, 1, 3, 150),
    ("BH1", 1, 1, 1, 2, 150),
    ("BH2", 1, 0, 0, 1, 150),
    ("BH3", 2, 1, 1, 3, 300),
    ("BH4", 2, 2, 2, 3, 225),
    ("BH5", 1, 1, 1, 2, 150),
    ("BH6", 0, 0, 0, 2, 450),
];

/// Advocacy officer; risk 2; UN core, DS and BH some; deadline UPR; three to four hours a week.
pub const LIEN: [Row; 18] = [
    ("DS1", 3, 2, 2, 2, 0),
    ("DS2", 3, 1, 2, 2, 0),
    ("DS3", 2, 2, 2, 2, 0),
    ("DS4", 1, 1, 1, 2, 120),
    ("DS5", 2, 1, 1, 2, 120),
    ("DS6", 1, 2, 2, 2, 0),
    ("UN1", 3, 3, 3, 3, 0),
    ("UN2", 2, 1, 1, 3, 300),
    ("UN3", 2, 2, 2, 3, 150),
    ("UN4", 3, 1, 2, 3, 250),
    ("UN5", 1, 1, 1, 3, 300),
    ("UN6", 2, 2, 2, 3, 180),
    ("BH1", 1, 2, 2, 2, 0),
    ("BH2", 1, 1, 1, 3, 200),
    ("BH3", 0, 1, 1, 2, 100),
    ("BH4", 1, 2, 2, 2, 0),
    ("BH5", 1, 0, 0, 2, 200),
    ("BH6", 1, 1, 1, 3, 240),
];

pub fn mira(instrument: &Instrument) -> Answers {
    let choices = [
        ("role", "documenter"),
        ("risk", "questioned-or-attacked-online"),
        ("relevance-ds", "some"),
        ("relevance-un", "not-now"),
        ("relevance-bh", "core"),
        ("device", "shared-device"),
        ("time", "1-2-hours"),
    ];
    answers(instrument, &choices, &MIRA)
}

pub fn lien(instrument: &Instrument) -> Answers {
    let choices = [
        ("role", "advocacy-officer"),
        ("risk", "some-pressure"),
        ("relevance-ds", "some"),
        ("relevance-un", "core"),
        ("relevance-bh", "some"),
        ("deadline", "upr"),
        ("device", "own-computer"),
        ("time", "3-4-hours"),
    ];
    answers(instrument, &choices, &LIEN)
}

/// Answers with these choices, and for each row its self-rating and so many right questions.
pub fn answers(instrument: &Instrument, choices: &[(&str, &str)], rows: &[Row]) -> Answers {
    let mut answers = Answers::default();
    for (item, option) in choices {
        answers.context.insert(item.parse().unwrap(), vec![option.parse().unwrap()]);
    }
    let questions = instrument.questions(Form::First, &instrument.source_language);
    for (code, self_rating, right, ..) in rows {
        let code: CompetencyCode = code.parse().unwrap();
        answers.self_ratings.insert(code, *self_rating);
        let of_it = questions.iter().filter(|question| question.competency == code);
        for (number, question) in (0_u8..).zip(of_it) {
            let outcome = if number < *right { Outcome::Right } else { Outcome::DoNotKnow };
            answers.questions.insert(question.id.clone(), outcome);
        }
    }
    answers
}
