//! Needs assessments. The partial key allows one open assessment a person, so two browsers share it.

crate::sql::migration!(
    "
    create table needs_assessments (
        id {uuid} not null primary key,
        account {uuid} not null references accounts (id) on delete cascade,
        edition text not null references instrument_editions (hash),
        form text not null,
        started_at {int} not null,
        finished_at {int},
        remind_at {int},
        answers {bytes} not null
    ) {strict};
    create unique index needs_assessments_open_key on needs_assessments (account) where finished_at is null;
    create index needs_assessments_account_idx on needs_assessments (account);
    create index needs_assessments_edition_idx on needs_assessments (edition);
    "
);
