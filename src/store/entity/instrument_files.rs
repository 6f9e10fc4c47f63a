//! Which files an edition of the instrument is made of.

use sea_orm::entity::prelude::*;

use crate::domain::course::EditionHash;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "instrument_files")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub edition: EditionHash,
    #[sea_orm(primary_key, auto_increment = false)]
    pub path: String,
    pub blob: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
