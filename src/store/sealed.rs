//! Sealed columns: which there are, and JSON in and out of them.

use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::crypto::seal::{DataKey, Place};
use crate::crypto::vault::Vault;

use super::error::{StoreError, StoreResult};

/// A sealed column. Values are bound to it and to their row.
#[derive(Clone, Copy)]
pub(super) struct Column {
    table: &'static str,
    name: &'static str,
}

pub(super) const SIGN_IN_NAME: Column = Column::new("accounts", "sign_in_name");
pub(super) const PASSWORD: Column = Column::new("accounts", "password");
pub(super) const SECOND_FACTOR: Column = Column::new("accounts", "second_factor");
pub(super) const NOTE: Column = Column::new("notes", "content");
pub(super) const CHECK_RESPONSE: Column = Column::new("check_responses", "response");
pub(super) const ATTEMPT_RESPONSE: Column = Column::new("attempt_responses", "response");
pub(super) const SUBMISSION: Column = Column::new("submissions", "content");
pub(super) const MARKING_COMMENT: Column = Column::new("submission_markings", "comment");
pub(super) const MESSAGE: Column = Column::new("submission_messages", "content");
pub(super) const NEEDS_ANSWERS: Column = Column::new("needs_assessments", "answers");
pub(super) const PATHWAY: Column = Column::new("pathways", "content");
pub(super) const CHALLENGE: Column = Column::new("challenges", "content");
pub(super) const KEPT_CERTIFICATE: Column = Column::new("kept_certificates", "content");
pub(super) const AUDIT_ENTRY: Column = Column::new("audit_entries", "content");
/// These two belong to no one person and are sealed with the server key.
pub(super) const ORGANISATION_NAME: Column = Column::new("organisations", "name");
pub(super) const COHORT_NAME: Column = Column::new("cohorts", "name");

impl Column {
    const fn new(table: &'static str, name: &'static str) -> Self {
        Self { table, name }
    }

    pub fn seal_text(self, key: &DataKey, row: &[u8], text: &str) -> Vec<u8> {
        key.seal(self.place(row), text.as_bytes())
    }

    pub fn open_text(self, key: &DataKey, row: &[u8], sealed: &[u8]) -> StoreResult<String> {
        let text = key.open(self.place(row), sealed)?;
        String::from_utf8(text.to_vec()).map_err(|_| StoreError::Corrupt("a sealed text is no text"))
    }

    pub fn seal<T: Serialize>(self, key: &DataKey, row: &[u8], value: &T) -> StoreResult<Vec<u8>> {
        let json = serde_json::to_vec(value).map_err(|_| StoreError::Fault("a value is no JSON".into()))?;
        Ok(key.seal(self.place(row), &Zeroizing::new(json)))
    }

    pub fn open<T: DeserializeOwned>(self, key: &DataKey, row: &[u8], sealed: &[u8]) -> StoreResult<T> {
        let json = key.open(self.place(row), sealed)?;
        serde_json::from_slice(&json).map_err(|_| StoreError::Corrupt("a sealed value is not of its type"))
    }

    pub fn seal_shared(self, vault: &Vault, row: &[u8], text: &str) -> Vec<u8> {
        vault.seal(self.place(row), text.as_bytes())
    }

    pub fn open_shared(self, vault: &Vault, row: &[u8], sealed: &[u8]) -> StoreResult<String> {
        let text = vault.open(self.place(row), sealed)?;
        String::from_utf8(text.to_vec()).map_err(|_| StoreError::Corrupt("a sealed text is no text"))
    }

    fn place(self, row: &[u8]) -> Place<'_> {
        Place { table: self.table, column: self.name, row }
    }
}

/// The key of a row that has two parts: an id (of fixed length, so the parts cannot shift) and a text.
pub(super) fn row(id: Uuid, text: &str) -> Vec<u8> {
    [id.as_bytes(), text.as_bytes()].concat()
}
