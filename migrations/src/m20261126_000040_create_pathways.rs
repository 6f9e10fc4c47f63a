//! What a learner's pathway is planned from. The path itself is never stored: it is planned anew.

crate::sql::migration!(
    "
    create table pathways (
        account {uuid} not null primary key references accounts (id) on delete cascade,
        content {bytes} not null,
        updated_at {int} not null
    ) {strict};
    "
);
