//! Lessons marked as done.

use sea_orm::entity::prelude::*;

use crate::domain::id::{EnrolmentId, LessonId};
use crate::domain::time::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "completions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub enrolment: EnrolmentId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub lesson: LessonId,
    pub done_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
