//! What trainers do: the queue of works, marking them, notes for teaching a module together.
//!
//! A learner is a made-up name here, never a sign-in name.

mod courses;
mod levels;
mod marks;
mod messages;
mod queue;
mod returns;
mod show;

use rocket::Route;

use super::house::House;
use crate::crypto::names;
use crate::crypto::vault::Lookup;
use crate::domain::id::EnrolmentId;

pub fn routes() -> Vec<Route> {
    [courses::routes(), marks::routes(), messages::routes(), queue::routes(), returns::routes(), show::routes()]
        .concat()
}

/// The made-up name of a learner in one course: always the same there, another one in the next
/// course, and by the server key nobody can tell whose it is from an id.
fn pseudonym(house: &House, enrolment: EnrolmentId) -> String {
    names::pseudonym(&house.vault.lookup(Lookup::Pseudonym, &enrolment.to_string()))
}
