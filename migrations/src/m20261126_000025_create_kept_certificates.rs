//! Certificates of courses that their holders have left: found again by the holder alone. Which
//! certificate it is, is sealed with the holder's key.

crate::sql::migration!(
    "
    create table kept_certificates (
        id {uuid} not null primary key,
        account {uuid} not null references accounts (id) on delete cascade,
        content {bytes} not null
    ) {strict};
    create index kept_certificates_account_idx on kept_certificates (account);
    "
);
