//! An invitation may place whoever uses it. It goes with the cohort or organisation it leads to.

crate::sql::migration!(
    "
    alter table invitations add column organisation {uuid} references organisations (id) on delete cascade;
    alter table invitations add column cohort {uuid} references cohorts (id) on delete cascade;
    create index invitations_organisation_idx on invitations (organisation);
    create index invitations_cohort_idx on invitations (cohort);
    "
);
