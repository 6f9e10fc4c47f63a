//! Editions of the needs assessment's instrument.

use sea_orm::entity::prelude::*;

use crate::domain::course::EditionHash;
use crate::domain::time::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "instrument_editions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: EditionHash,
    pub published_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
