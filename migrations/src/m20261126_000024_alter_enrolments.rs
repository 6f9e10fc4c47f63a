//! The edition from which a learner was moved to a newer one, until they have seen what changed.

crate::sql::migration!("alter table enrolments add column moved_from text;");
