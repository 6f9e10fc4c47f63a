//! The talk between learner and trainer about a piece of work.

crate::sql::migration!(
    "
    create table submission_messages (
        id {uuid} not null primary key,
        submission {uuid} not null references submissions (id) on delete cascade,
        sender text not null,
        content {bytes} not null,
        sent_at {int} not null
    ) {strict};
    create index submission_messages_submission_idx on submission_messages (submission);
    "
);
