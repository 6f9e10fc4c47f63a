//! Needs by competency, for counting.

use sea_orm::entity::prelude::*;

use crate::domain::id::AssessmentId;
use crate::domain::time::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "need_levels")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub assessment: AssessmentId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub competency: String,
    pub role: String,
    pub need: i64,
    pub finished_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
