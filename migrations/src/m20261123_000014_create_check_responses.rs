//! Responses to the questions inside lessons: the last one counts.

crate::sql::migration!(
    "
    create table check_responses (
        enrolment {uuid} not null references enrolments (id) on delete cascade,
        question text not null,
        response {bytes} not null,
        points_hundredths {int} not null,
        answered_at {int} not null,
        primary key (enrolment, question)
    ) {clustered};
    "
);
