//! Needs assessments, open and finished.

use sea_orm::entity::prelude::*;

use crate::domain::course::EditionHash;
use crate::domain::id::{AccountId, AssessmentId};
use crate::domain::time::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "needs_assessments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AssessmentId,
    pub account: AccountId,
    pub edition: EditionHash,
    pub form: String,
    pub started_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    pub remind_at: Option<Timestamp>,
    pub answers: Vec<u8>,
    pub saved_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
