//! Short quizzes with which a learner proves a step of their pathway away. The partial key allows one
//! open challenge for each person, so two browsers share it.

crate::sql::migration!(
    "
    create table challenges (
        id {uuid} not null primary key,
        account {uuid} not null references accounts (id) on delete cascade,
        content {bytes} not null,
        started_at {int} not null,
        finished_at {int}
    ) {strict};
    create unique index challenges_account_key on challenges (account) where finished_at is null;
    create index challenges_account_idx on challenges (account);
    "
);
