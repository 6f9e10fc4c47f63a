//! How hard the short questions of a form are, once enough people answered them.

crate::sql::migration!(
    "
    create table calibrations (
        edition text not null references instrument_editions (hash) on delete cascade,
        form text not null,
        content text not null,
        made_at {int} not null,
        primary key (edition, form)
    ) {strict};
    "
);
