//! Figures that passed the disclosure gate.

use sea_orm::entity::prelude::*;

use crate::domain::time::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "releases")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub period: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: String,
    pub frozen: String,
    pub seal: String,
    pub made_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
