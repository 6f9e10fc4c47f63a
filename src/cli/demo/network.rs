//! Twelve made-up organisations of very different sizes, with cohorts that began in the course of a year.

use super::dice::Dice;
use crate::domain::time::{DAY, Timestamp};
use crate::store::error::StoreResult;
use crate::store::memberships::Placement;
use crate::store::{Store, organisations};

/// Names of no real organisation, and the share of people each has. The last ones are so small that their
/// figures stay hidden.
const ORGANISATIONS: [(&str, f64); 12] = [
    ("River Watch", 0.19),
    ("Lakeside Lawyers' Circle", 0.14),
    ("Hill Farmers' Union", 0.12),
    ("Coast Documentation Centre", 0.11),
    ("Workers' Advice House", 0.10),
    ("Women's Legal Desk", 0.09),
    ("Forest Keepers", 0.07),
    ("Youth Press Club", 0.05),
    ("City Housing Network", 0.04),
    ("Island Rights Forum", 0.02),
    ("Border Health Volunteers", 0.012),
    ("Open Archive", 0.006),
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// People of one cohort, or on their own, and when the first of them came.
pub struct Group {
    pub placement: Option<Placement>,
    pub begins: Timestamp,
    pub people: usize,
}

/// Makes the organisations and says who is to be where. The largest organisation comes first.
pub async fn found(store: &Store, dice: &mut Dice, learners: usize, now: Timestamp) -> StoreResult<Vec<Group>> {
    let mut groups = Vec::new();
    let mut placed = 0;
    for (name, share) in ORGANISATIONS {
        let people = ((learners as f64 * share).round() as usize).clamp(3, learners.max(3));
        let began = now.plus(-365 * DAY);
        let organisation = organisations::create(store, name, began).await?;
        for (part, begins) in cohorts(dice, people, now) {
            let (_, month, _) = begins.day().ymd();
            let month = MONTHS[usize::from(month.unsigned_abs()).clamp(1, 12) - 1];
            let called = format!("{month} {}", begins.day().ymd().0);
            let cohort = organisations::create_cohort(store, organisation, &called, begins).await?;
            groups.push(Group {
                placement: Some(Placement { organisation, cohort: Some(cohort) }),
                begins,
                people: part,
            });
        }
        placed += people;
    }
    // The rest came by themselves, over the whole year.
    let rest = learners.saturating_sub(placed);
    for month in 0..12_usize {
        let people = rest / 12 + usize::from(month < rest % 12);
        groups.push(Group { placement: None, begins: now.plus(-((month as i64) * 30 + 35) * DAY), people });
    }
    Ok(groups)
}

/// Divides people into cohorts of about thirty (more where there are very many), begun at different times.
fn cohorts(dice: &mut Dice, people: usize, now: Timestamp) -> Vec<(usize, Timestamp)> {
    let count = people.div_ceil(36).clamp(1, 6);
    let step = 300 / count as i64;
    let begun = |number: usize, dice: &mut Dice| now.plus(-(330 - number as i64 * step - dice.between(0, 20)) * DAY);
    (0..count).map(|number| (people / count + usize::from(number < people % count), begun(number, dice))).collect()
}
