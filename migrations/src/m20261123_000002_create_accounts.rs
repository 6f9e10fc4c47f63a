//! Accounts: how one signs in. Name and password are sealed with the person's data key, which is
//! wrapped by the server key; the name is found by its keyed hash.

crate::sql::migration!(
    "
    create table accounts (
        id {uuid} not null primary key,
        sign_in_lookup {bytes} not null unique,
        sign_in_name {bytes} not null,
        password {bytes} not null,
        data_key {bytes} not null,
        language text not null,
        registered_on {int} not null,
        password_changed_at {int} not null,
        second_factor {bytes}
    ) {strict};
    "
);
