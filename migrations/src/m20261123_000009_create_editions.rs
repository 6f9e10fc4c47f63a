//! Editions of courses: immutable, named by the hash of their files.

crate::sql::migration!(
    "
    create table editions (
        hash text not null primary key,
        course text not null,
        number {int} not null,
        published_at {int} not null,
        unique (course, number)
    ) {clustered};
    "
);
