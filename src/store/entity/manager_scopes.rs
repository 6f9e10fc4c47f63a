//! Which organisation a programme manager manages.

use sea_orm::entity::prelude::*;

use crate::domain::id::{AccountId, OrganisationId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "manager_scopes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account: AccountId,
    pub organisation: Option<OrganisationId>,
    pub is_network: bool,
}

impl ActiveModelBehavior for ActiveModel {}
