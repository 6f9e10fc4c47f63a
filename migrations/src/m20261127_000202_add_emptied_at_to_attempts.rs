//! When the responses of a sitting were emptied, so that the daily deletion looks at each sitting once.

crate::sql::migration!(
    "
    alter table attempts add column emptied_at {int};
    create index attempts_submitted_at_idx on attempts (submitted_at)
        where submitted_at is not null and emptied_at is null;
    "
);
