//! The talk about a piece of work.

use sea_orm::entity::prelude::*;

use crate::domain::id::SubmissionId;
use crate::domain::time::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "submission_messages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub submission: SubmissionId,
    pub sender: String,
    pub content: Vec<u8>,
    pub sent_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
