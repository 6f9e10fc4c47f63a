//! Ways into a server whose registration is by invitation. Nothing says who used one.

crate::sql::migration!(
    "
    create table invitations (
        id {uuid} not null primary key,
        code_hash {bytes} not null unique,
        uses_left {int} not null check (uses_left >= 0),
        expires_at {int} not null,
        created_at {int} not null
    ) {clustered};
    "
);
