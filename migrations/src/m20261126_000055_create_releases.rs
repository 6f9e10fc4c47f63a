//! Figures that passed the disclosure gate, one release for a quarter and scope, never changed. An empty text
//! says that the gate stayed shut: that too is decided once.

crate::sql::migration!(
    "
    create table releases (
        period text not null,
        scope text not null,
        frozen text not null,
        seal text not null,
        made_at {int} not null,
        primary key (period, scope)
    ) {strict};
    "
);
