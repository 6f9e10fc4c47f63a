//! Signed-in browsers. Only the hash of a session's token is kept.

crate::sql::migration!(
    "
    create table sessions (
        token_hash {bytes} not null primary key,
        id {uuid} not null unique,
        account {uuid} not null references accounts (id) on delete cascade,
        created_at {int} not null,
        last_seen_at {int} not null,
        is_own_device {bool} not null,
        second_factor_passed {bool} not null
    ) {clustered};
    create index sessions_account_idx on sessions (account);
    "
);
