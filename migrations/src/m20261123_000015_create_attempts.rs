//! Sittings of a quiz. The partial key allows one open sitting, so two browsers share it.

crate::sql::migration!(
    "
    create table attempts (
        id {uuid} not null primary key,
        enrolment {uuid} not null references enrolments (id) on delete cascade,
        quiz text not null,
        edition text not null references editions (hash),
        number {int} not null,
        seed {int} not null,
        questions text not null,
        started_at {int} not null,
        submitted_at {int},
        score_hundredths {int},
        max_hundredths {int},
        passed {bool},
        awaiting {int},
        unique (enrolment, quiz, number)
    ) {strict};
    create unique index attempts_enrolment_quiz_key on attempts (enrolment, quiz) where submitted_at is null;
    create index attempts_edition_idx on attempts (edition);
    "
);
