//! Where a person belongs: one organisation at most, and within it one cohort at most.

crate::sql::migration!(
    "
    create table memberships (
        account {uuid} not null primary key references accounts (id) on delete cascade,
        organisation {uuid} not null references organisations (id) on delete cascade,
        cohort {uuid} references cohorts (id) on delete set null,
        joined_at {int} not null
    ) {clustered};
    create index memberships_organisation_idx on memberships (organisation);
    create index memberships_cohort_idx on memberships (cohort);
    "
);
