//! Ways back in that two administrators give together. One at a time for each person; the code is kept
//! as a keyed hash.

crate::sql::migration!(
    "
    create table recoveries (
        id {uuid} not null primary key,
        account {uuid} not null unique references accounts (id) on delete cascade,
        started_by {uuid} not null references accounts (id) on delete cascade,
        started_at {int} not null,
        confirmed_by {uuid} references accounts (id) on delete cascade,
        confirmed_at {int},
        code_hash {bytes} unique
    ) {strict};
    "
);
