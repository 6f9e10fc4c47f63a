//! Work that a person marks. The partial key allows one piece at a time that is not yet marked.

crate::sql::migration!(
    "
    create table submissions (
        id {uuid} not null primary key,
        enrolment {uuid} not null references enrolments (id) on delete cascade,
        item text not null,
        edition text not null references editions (hash),
        number {int} not null,
        state text not null,
        content {bytes} not null,
        saved_at {int} not null,
        handed_in_at {int},
        unique (enrolment, item, number)
    ) {strict};
    create unique index submissions_enrolment_item_key on submissions (enrolment, item)
        where state in ('draft', 'handed-in');
    create index submissions_handed_in_at_idx on submissions (handed_in_at) where state = 'handed-in';
    create index submissions_edition_idx on submissions (edition);
    "
);
