//! Responses of a sitting, saved one by one so that a lost link loses nothing.

crate::sql::migration!(
    "
    create table attempt_responses (
        attempt {uuid} not null references attempts (id) on delete cascade,
        question text not null,
        position {int} not null,
        response {bytes} not null,
        confidence {int},
        points_hundredths {int},
        saved_at {int} not null,
        primary key (attempt, question)
    ) {clustered};
    "
);
