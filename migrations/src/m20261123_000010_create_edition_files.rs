//! Which files an edition is made of.

crate::sql::migration!(
    "
    create table edition_files (
        edition text not null references editions (hash) on delete cascade,
        path text not null,
        blob {bytes} not null references blobs (hash),
        primary key (edition, path)
    ) {clustered};
    create index edition_files_blob_idx on edition_files (blob);
    "
);
