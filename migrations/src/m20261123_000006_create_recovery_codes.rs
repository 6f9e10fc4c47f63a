//! Printed one-time codes, as keyed hashes. A used one stays until the next set is printed.

crate::sql::migration!(
    "
    create table recovery_codes (
        code_hash {bytes} not null primary key,
        account {uuid} not null references accounts (id) on delete cascade,
        used_at {int}
    ) {clustered};
    create index recovery_codes_account_idx on recovery_codes (account);
    "
);
