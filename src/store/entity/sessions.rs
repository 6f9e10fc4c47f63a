//! Signed-in browsers.

use sea_orm::entity::prelude::*;

use crate::domain::id::{AccountId, SessionId};
use crate::domain::time::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: Vec<u8>,
    pub id: SessionId,
    pub account: AccountId,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub is_own_device: bool,
    pub second_factor_passed: bool,
    /// Ended before its time: good for nothing but telling whose it was.
    pub was_ended: bool,
}

impl ActiveModelBehavior for ActiveModel {}
