//! Editions of the needs assessment's instrument, named by the hash of their files.

crate::sql::migration!(
    "
    create table instrument_editions (
        hash text not null primary key,
        published_at {int} not null
    ) {strict};
    "
);
