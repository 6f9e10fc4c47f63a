//! Devices whose owner may always try to sign in, however many strangers guess at the name.

crate::sql::migration!(
    "
    create table remembered_devices (
        token_hash {bytes} not null primary key,
        account {uuid} not null references accounts (id) on delete cascade,
        created_at {int} not null
    ) {clustered};
    create index remembered_devices_account_idx on remembered_devices (account);
    "
);
