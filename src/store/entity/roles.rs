//! What a person may be besides a learner.

use sea_orm::entity::prelude::*;

use crate::domain::id::AccountId;
use crate::domain::time::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account: AccountId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: String,
    pub granted_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
