//! Certificates. The holder's name is not here, and the row outlives the account: only the link goes.

crate::sql::migration!(
    "
    create table certificates (
        id {uuid} not null primary key,
        enrolment {uuid} unique references enrolments (id) on delete set null,
        course text not null,
        edition text not null references editions (hash),
        subject {uuid} not null,
        issued_on {int} not null,
        expires_on {int}
    ) {clustered};
    create index certificates_edition_idx on certificates (edition);
    "
);
