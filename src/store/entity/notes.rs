//! What a learner keeps for themselves.

use sea_orm::entity::prelude::*;

use crate::domain::id::{BlockId, EnrolmentId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub enrolment: EnrolmentId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub block: BlockId,
    pub kind: String,
    pub content: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
