//! Under which hashes the files of an edition are served.

use sea_orm::entity::prelude::*;

use crate::domain::course::EditionHash;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "edition_media")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub edition: EditionHash,
}

impl ActiveModelBehavior for ActiveModel {}
