//! That a programme manager manages the whole network is said by a row, not by a missing one. Those who
//! did so until now go on.

crate::sql::migration!(
    "
    alter table manager_scopes add column is_network {bool} not null default false;
    insert into manager_scopes (account, organisation, is_network)
        select account, null, true from roles
        where role = 'programme-manager' and account not in (select account from manager_scopes);
    "
);
