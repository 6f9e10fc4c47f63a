//! People of one organisation who learn together.

crate::sql::migration!(
    "
    create table cohorts (
        id {uuid} not null primary key,
        organisation {uuid} not null references organisations (id) on delete cascade,
        name {bytes} not null,
        created_at {int} not null
    ) {clustered};
    create index cohorts_organisation_idx on cohorts (organisation);
    "
);
