//! Certificates that no longer hold.

use sea_orm::entity::prelude::*;

use crate::domain::id::CertificateId;
use crate::domain::time::Timestamp;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "revocations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub certificate: CertificateId,
    pub reason: String,
    pub revoked_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
