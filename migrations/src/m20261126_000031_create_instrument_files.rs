//! Which files an edition of the instrument is made of. Their contents stand with those of the courses.

crate::sql::migration!(
    "
    create table instrument_files (
        edition text not null references instrument_editions (hash) on delete cascade,
        path text not null,
        blob {bytes} not null references blobs (hash),
        primary key (edition, path)
    ) {clustered};
    create index instrument_files_blob_idx on instrument_files (blob);
    "
);
