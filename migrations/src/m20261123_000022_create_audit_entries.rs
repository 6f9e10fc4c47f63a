//! Who looked at what of a person's, shown to that person, sealed with their key, kept 90 days.

crate::sql::migration!(
    "
    create table audit_entries (
        id {uuid} not null primary key,
        account {uuid} not null references accounts (id) on delete cascade,
        content {bytes} not null,
        happened_at {int} not null
    ) {strict};
    create index audit_entries_account_idx on audit_entries (account);
    create index audit_entries_happened_at_idx on audit_entries (happened_at);
    "
);
