//! What a learner ticked or wrote for themselves in a lesson. Nobody else reads it.

crate::sql::migration!(
    "
    create table notes (
        enrolment {uuid} not null references enrolments (id) on delete cascade,
        block text not null,
        kind text not null,
        content {bytes} not null,
        primary key (enrolment, block)
    ) {strict};
    "
);
