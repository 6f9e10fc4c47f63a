//! What a trainer said of a piece of work: marked, or returned for another try.

crate::sql::migration!(
    "
    create table submission_markings (
        submission {uuid} not null primary key references submissions (id) on delete cascade,
        marker {uuid} references accounts (id) on delete set null,
        outcome text not null,
        levels text not null,
        percent {int} not null,
        passed {bool} not null,
        comment {bytes} not null,
        marked_at {int} not null
    ) {strict};
    create index submission_markings_marker_idx on submission_markings (marker);
    "
);
