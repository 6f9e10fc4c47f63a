//! One learner in one course. Withdrawing deletes the row and all that hangs on it.

crate::sql::migration!(
    "
    create table enrolments (
        id {uuid} not null primary key,
        account {uuid} not null references accounts (id) on delete cascade,
        course text not null,
        edition text not null references editions (hash),
        enrolled_at {int} not null,
        last_place text,
        last_opened_at {int},
        unique (account, course)
    ) {clustered};
    create index enrolments_course_idx on enrolments (course);
    create index enrolments_edition_idx on enrolments (edition);
    "
);
