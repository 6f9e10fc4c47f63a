//! Certificates, without a name.

use sea_orm::entity::prelude::*;

use crate::domain::course::EditionHash;
use crate::domain::id::{CertificateId, CourseSlug, EnrolmentId};
use crate::domain::time::Day;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificates")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CertificateId,
    pub enrolment: Option<EnrolmentId>,
    pub course: CourseSlug,
    pub edition: EditionHash,
    pub subject: Uuid,
    pub issued_on: Day,
    pub expires_on: Option<Day>,
}

impl ActiveModelBehavior for ActiveModel {}
