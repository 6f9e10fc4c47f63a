//! Short quizzes that prove steps of pathways.

use sea_orm::entity::prelude::*;

use crate::domain::id::{AccountId, ChallengeId};
use crate::domain::time::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "challenges")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ChallengeId,
    pub account: AccountId,
    pub content: Vec<u8>,
    pub started_at: Timestamp,
    pub finished_at: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
