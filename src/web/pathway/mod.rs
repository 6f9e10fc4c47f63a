//! *Your pathway*: steps made of lessons of any course, each with its reason, bent by the learner's
//! own changes. A pathway belongs to one person and no page here shows another's.
//!
//! Nothing is planned ahead and kept: every page plans anew ([`walk`]), so it follows what was done
//! a moment ago.

mod alias;
pub mod card;
mod challenges;
mod edits;
mod lessons;
mod pace;
mod rows;
mod show;
mod step;
mod walk;
mod wording;

use rocket::Route;

pub fn routes() -> Vec<Route> {
    [challenges::routes(), edits::routes(), lessons::routes(), pace::routes(), show::routes(), step::routes()].concat()
}
