//! Cutting a path into weeks.

use super::{Step, Week};

/// Fills week after week with what is not done, in order, up to `minutes_a_week`; a lesson longer
/// than that has a week of its own.
pub fn cut(steps: &[Step], minutes_a_week: u16) -> Vec<Week> {
    let mut weeks: Vec<Week> = Vec::new();
    for step in steps {
        for lesson in step.lessons.iter().filter(|lesson| !lesson.is_done) {
            let has_room = |week: &&mut Week| week.minutes.saturating_add(lesson.minutes) <= minutes_a_week;
            let entry = (step.key, lesson.lesson.clone());
            match weeks.last_mut().filter(has_room) {
                Some(week) => {
                    week.minutes = week.minutes.saturating_add(lesson.minutes);
                    week.lessons.push(entry);
                }
                None => {
                    let number = u16::try_from(weeks.len() + 1).unwrap_or(u16::MAX);
                    weeks.push(Week { number, minutes: lesson.minutes, lessons: vec![entry] });
                }
            }
        }
    }
    weeks
}
