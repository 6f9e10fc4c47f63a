//! A free response of a quiz belongs to its sitting, and several sittings may wait for marking at once; only
//! of a final task is there one piece at a time.

crate::sql::migration!(
    "
    alter table submissions add column attempt {uuid} references attempts (id) on delete cascade;
    drop index submissions_enrolment_item_key;
    create unique index submissions_enrolment_item_key on submissions (enrolment, item)
        where state in ('draft', 'handed-in') and attempt is null;
    create unique index submissions_attempt_item_key on submissions (attempt, item)
        where state in ('draft', 'handed-in') and attempt is not null;
    create index submissions_attempt_idx on submissions (attempt);
    "
);
