//! A session that its owner or a change of roles ended stays, as one that ran out does, until it is
//! purged: what was being typed in it is kept for its owner and shown to nobody else.

crate::sql::migration!(
    "
    alter table sessions add column was_ended {bool} not null default false;
    "
);
