//! What a step or lesson is called in addresses. A browser's history keeps these, and is not to tell
//! what its owner lacks (SAFETY 15): so it is a keyed hash, which stays the same through all re-planning
//! and is another one for everybody else.

use std::fmt::Display;

use data_encoding::HEXLOWER;

use crate::crypto::vault::Lookup;
use crate::web::visitor::Learner;

/// Enough that the steps of a path have one each.
const BYTES: usize = 5;

pub fn of(learner: &Learner<'_>, what: impl Display) -> String {
    let hash = learner.visitor.house.vault.lookup(Lookup::Alias, &format!("{} {what}", learner.id));
    HEXLOWER.encode(&hash[..BYTES])
}
