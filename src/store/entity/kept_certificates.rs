//! Certificates of courses that their holders have left.

use sea_orm::entity::prelude::*;

use crate::domain::id::AccountId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "kept_certificates")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account: AccountId,
    pub content: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
