//! Rows as the database has them. They never leave [`crate::store`]: functions return domain values.

pub mod accounts;
pub mod attempt_responses;
pub mod attempts;
pub mod audit_entries;
pub mod blobs;
pub mod certificates;
pub mod challenges;
pub mod check_responses;
pub mod completions;
pub mod edition_files;
pub mod editions;
pub mod enrolments;
pub mod invitations;
pub mod kept_certificates;
pub mod notes;
pub mod pathways;
pub mod recoveries;
pub mod recovery_codes;
pub mod remembered_devices;
pub mod revocations;
pub mod roles;
pub mod sessions;
pub mod settings;
pub mod submission_markings;
pub mod submission_messages;
pub mod submissions;
