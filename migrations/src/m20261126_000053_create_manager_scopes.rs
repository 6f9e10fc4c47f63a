//! Which organisation a programme manager manages. Kept apart from membership, so that nobody widens
//! what they see by joining or leaving. No row: the network. A row whose organisation is gone: none.

crate::sql::migration!(
    "
    create table manager_scopes (
        account {uuid} not null primary key references accounts (id) on delete cascade,
        organisation {uuid} references organisations (id) on delete set null
    ) {clustered};
    create index manager_scopes_organisation_idx on manager_scopes (organisation);
    "
);
