//! Member organisations. The name is sealed with the server key: it belongs to no one person.

crate::sql::migration!(
    "
    create table organisations (
        id {uuid} not null primary key,
        name {bytes} not null,
        created_at {int} not null
    ) {clustered};
    "
);
