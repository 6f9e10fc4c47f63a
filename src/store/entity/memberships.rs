//! Where a person belongs.

use sea_orm::entity::prelude::*;

use crate::domain::id::{AccountId, CohortId, OrganisationId};
use crate::domain::time::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "memberships")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account: AccountId,
    pub organisation: OrganisationId,
    pub cohort: Option<CohortId>,
    pub joined_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
