//! Work that a person marks.

use sea_orm::entity::prelude::*;

use crate::domain::course::EditionHash;
use crate::domain::id::{EnrolmentId, SubmissionId};
use crate::domain::time::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "submissions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SubmissionId,
    pub enrolment: EnrolmentId,
    pub item: String,
    pub edition: EditionHash,
    pub number: i64,
    pub state: String,
    pub content: Vec<u8>,
    pub saved_at: Timestamp,
    pub handed_in_at: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
