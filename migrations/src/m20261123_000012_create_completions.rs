//! Lessons a learner has marked as done.

crate::sql::migration!(
    "
    create table completions (
        enrolment {uuid} not null references enrolments (id) on delete cascade,
        lesson text not null,
        done_at {int} not null,
        primary key (enrolment, lesson)
    ) {clustered};
    "
);
