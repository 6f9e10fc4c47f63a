//! Contents of course files, each kept once under its SHA-256.

crate::sql::migration!(
    "
    create table blobs (
        hash {bytes} not null primary key,
        content {bytes} not null
    ) {strict};
    "
);
