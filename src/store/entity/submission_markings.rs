//! What a trainer said of a piece of work.

use sea_orm::entity::prelude::*;

use crate::domain::id::{AccountId, SubmissionId};
use crate::domain::time::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "submission_markings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub submission: SubmissionId,
    pub marker: Option<AccountId>,
    pub outcome: String,
    pub levels: String,
    pub percent: i64,
    pub passed: bool,
    pub comment: Vec<u8>,
    pub marked_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
