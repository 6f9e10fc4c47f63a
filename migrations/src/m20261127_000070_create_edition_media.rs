//! Under which hashes the files of an edition are served, so that a server that has not compiled the
//! edition yet knows where to look.

crate::sql::migration!(
    "
    create table edition_media (
        hash text not null,
        edition text not null references editions (hash) on delete cascade,
        primary key (hash, edition)
    ) {clustered};
    create index edition_media_edition_idx on edition_media (edition);
    "
);
