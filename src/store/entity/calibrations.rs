//! Difficulties of the short questions.

use sea_orm::entity::prelude::*;

use crate::domain::course::EditionHash;
use crate::domain::time::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calibrations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub edition: EditionHash,
    #[sea_orm(primary_key, auto_increment = false)]
    pub form: String,
    pub content: String,
    pub made_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
