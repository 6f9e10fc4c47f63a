//! What a person may be besides a learner.

crate::sql::migration!(
    "
    create table roles (
        account {uuid} not null references accounts (id) on delete cascade,
        role text not null,
        granted_at {int} not null,
        primary key (account, role)
    ) {clustered};
    "
);
