//! Responses of a sitting.

use sea_orm::entity::prelude::*;

use crate::domain::id::{AttemptId, QuestionId};
use crate::domain::time::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attempt_responses")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub attempt: AttemptId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub question: QuestionId,
    pub position: i64,
    pub response: Vec<u8>,
    pub confidence: Option<i64>,
    pub points_hundredths: Option<i64>,
    pub saved_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
