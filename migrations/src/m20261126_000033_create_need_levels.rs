//! How much a finished assessment found somebody to need, for counting: a gap a competency, and the
//! role. No answer stands here, and no risk level.

crate::sql::migration!(
    "
    create table need_levels (
        assessment {uuid} not null references needs_assessments (id) on delete cascade,
        competency text not null,
        role text not null,
        need {int} not null,
        finished_at {int} not null,
        primary key (assessment, competency)
    ) {clustered};
    create index need_levels_finished_at_idx on need_levels (finished_at);
    "
);
