//! Ways in by invitation.

use sea_orm::entity::prelude::*;

use crate::domain::id::{CohortId, InvitationId, OrganisationId};
use crate::domain::time::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InvitationId,
    pub code_hash: Vec<u8>,
    pub uses_left: i64,
    pub expires_at: Timestamp,
    pub created_at: Timestamp,
    pub organisation: Option<OrganisationId>,
    pub cohort: Option<CohortId>,
}

impl ActiveModelBehavior for ActiveModel {}
