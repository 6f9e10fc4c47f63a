//! What administrators do: roles, who may register, invitations, revoking a certificate. They see
//! no answers, no results and no list of learners.

mod certificates;
mod people;
mod recoveries;
mod settings;

use rocket::Route;

pub fn routes() -> Vec<Route> {
    [certificates::routes(), people::routes(), recoveries::routes(), settings::routes()].concat()
}
