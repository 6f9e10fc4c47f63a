//! Editions of courses.

use sea_orm::entity::prelude::*;

use crate::domain::course::EditionHash;
use crate::domain::id::CourseSlug;
use crate::domain::time::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "editions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: EditionHash,
    pub course: CourseSlug,
    pub number: i64,
    pub published_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
