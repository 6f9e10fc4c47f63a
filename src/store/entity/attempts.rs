//! Sittings of a quiz.

use sea_orm::entity::prelude::*;

use crate::domain::course::EditionHash;
use crate::domain::id::{AttemptId, EnrolmentId, QuizId};
use crate::domain::time::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attempts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AttemptId,
    pub enrolment: EnrolmentId,
    pub quiz: QuizId,
    pub edition: EditionHash,
    pub number: i64,
    pub seed: i64,
    pub questions: String,
    pub started_at: Timestamp,
    pub submitted_at: Option<Timestamp>,
    pub score_hundredths: Option<i64>,
    pub max_hundredths: Option<i64>,
    pub passed: Option<bool>,
    pub awaiting: Option<i64>,
    pub emptied_at: Option<Timestamp>,
    pub machine_units: Option<i64>,
    pub may_still_pass: Option<bool>,
}

impl ActiveModelBehavior for ActiveModel {}
