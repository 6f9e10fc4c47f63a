//! What is deleted after its time is found by its age and not by looking at every row.

crate::sql::migration!(
    "
    create index check_responses_answered_at_idx on check_responses (answered_at);
    create index challenges_started_at_idx on challenges (started_at);
    "
);
