//! Responses to questions inside lessons.

use sea_orm::entity::prelude::*;

use crate::domain::id::{EnrolmentId, QuestionId};
use crate::domain::time::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "check_responses")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub enrolment: EnrolmentId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub question: QuestionId,
    pub response: Vec<u8>,
    pub points_hundredths: i64,
    pub answered_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
