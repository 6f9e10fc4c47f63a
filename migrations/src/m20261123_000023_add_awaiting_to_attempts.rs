//! How many responses of a handed-in sitting still wait for a person, so that a score says whether it can
//! rise.

crate::sql::migration!(
    "
    alter table attempts add column awaiting {int};
    "
);
