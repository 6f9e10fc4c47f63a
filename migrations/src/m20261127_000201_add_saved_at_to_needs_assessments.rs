//! When an assessment was saved last: one that is begun and left is deleted, with the exact risk level in
//! it. Those that are open count as saved now, so that an upgrade takes nobody's answers.

crate::sql::migration!(
    "
    alter table needs_assessments add column saved_at {int} not null default 0;
    update needs_assessments set saved_at = {now} where finished_at is null;
    update needs_assessments set saved_at = finished_at where finished_at is not null;
    create index needs_assessments_saved_at_idx on needs_assessments (saved_at) where finished_at is null;
    "
);
