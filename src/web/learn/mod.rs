//! A learner in a course: the outline, lessons and what one does in them, reference pages, leaving.

mod changes;
pub mod checks;
mod completion;
pub mod journey;
pub mod lesson;
mod mend;
mod notes;
pub mod outline;
pub mod pressed;
mod reference;
pub mod sheets;
pub mod show;
mod withdrawal;

use rocket::Route;

pub fn routes() -> Vec<Route> {
    [
        changes::routes(),
        checks::routes(),
        completion::routes(),
        lesson::routes(),
        notes::routes(),
        reference::routes(),
        show::routes(),
        withdrawal::routes(),
    ]
    .concat()
}
