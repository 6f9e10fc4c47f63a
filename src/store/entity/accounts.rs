//! How one signs in.

use sea_orm::entity::prelude::*;

use crate::domain::id::AccountId;
use crate::domain::language::LanguageTag;
use crate::domain::time::{Day, Timestamp};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccountId,
    pub sign_in_lookup: Vec<u8>,
    pub sign_in_name: Vec<u8>,
    pub password: Vec<u8>,
    pub data_key: Vec<u8>,
    pub language: LanguageTag,
    pub registered_on: Day,
    pub password_changed_at: Timestamp,
    pub second_factor: Option<Vec<u8>>,
}

impl ActiveModelBehavior for ActiveModel {}
