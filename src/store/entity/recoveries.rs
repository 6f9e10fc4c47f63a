//! Ways back in that two administrators give together.

use sea_orm::entity::prelude::*;

use crate::domain::id::AccountId;
use crate::domain::time::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recoveries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(unique)]
    pub account: AccountId,
    pub started_by: AccountId,
    pub started_at: Timestamp,
    pub confirmed_by: Option<AccountId>,
    pub confirmed_at: Option<Timestamp>,
    pub code_hash: Option<Vec<u8>>,
}

impl ActiveModelBehavior for ActiveModel {}
