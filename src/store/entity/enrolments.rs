//! One learner in one course.

use sea_orm::entity::prelude::*;

use crate::domain::course::EditionHash;
use crate::domain::id::{AccountId, CourseSlug, EnrolmentId};
use crate::domain::time::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "enrolments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EnrolmentId,
    pub account: AccountId,
    pub course: CourseSlug,
    pub edition: EditionHash,
    pub enrolled_at: Timestamp,
    pub last_place: Option<String>,
    pub last_opened_at: Option<Timestamp>,
    pub moved_from: Option<EditionHash>,
}

impl ActiveModelBehavior for ActiveModel {}
