//! Certificates that no longer hold, and why, as a code.

crate::sql::migration!(
    "
    create table revocations (
        certificate {uuid} not null primary key references certificates (id) on delete cascade,
        reason text not null,
        revoked_at {int} not null
    ) {clustered};
    "
);
