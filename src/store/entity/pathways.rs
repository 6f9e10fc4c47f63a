//! What pathways are planned from.

use sea_orm::entity::prelude::*;

use crate::domain::id::AccountId;
use crate::domain::time::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pathways")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account: AccountId,
    pub content: Vec<u8>,
    pub updated_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
