//! Settings of the whole server that are changed while it runs, each under its name.

crate::sql::migration!(
    "
    create table settings (
        key text not null primary key,
        value text not null
    ) {clustered};
    "
);
