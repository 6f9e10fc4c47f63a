//! What the machine marked of an attempt, once and exactly, so that a person's mark is added to it and
//! nothing is marked a second time; and whether what waits for a person could still make it pass. Attempts that were left open are found
//! by their age.

crate::sql::migration!(
    "
    alter table attempts add column machine_units {int};
    alter table attempts add column may_still_pass {bool};
    create index attempts_open_idx on attempts (started_at) where submitted_at is null;
    "
);
