//! Certificates: what was completed and when, and whether it still holds. No name is stored; when the
//! enrolment or the account is deleted the row stays, without its link.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Statement, Value};
use uuid::Uuid;

use crate::domain::course::EditionHash;
use crate::domain::id::{AccountId, CertificateId, CourseSlug, EnrolmentId};
use crate::domain::time::{Day, Timestamp};

use super::Store;
use super::entity::certificates::{Column, Entity, Model};
use super::entity::revocations;
use super::error::{StoreError, StoreResult};
use super::rows::upsert;

/// A certificate to be issued; the ids are random and come from the caller.
pub struct NewCertificate<'a> {
    pub id: CertificateId,
    pub subject: Uuid,
    pub course: &'a CourseSlug,
    pub edition: &'a EditionHash,
    pub issued: Day,
    pub expires: Option<Day>,
}

/// A certificate as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub id: CertificateId,
    pub subject: Uuid,
    pub course: CourseSlug,
    pub edition: EditionHash,
    pub issued: Day,
    pub expires: Option<Day>,
    /// The day from which it no longer holds.
    pub revoked: Option<Day>,
}

/// Why a certificate no longer holds. Codes, so that nothing personal is written here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevocationReason {
    /// It was issued by mistake.
    Mistake,
    /// The work it stands for was not the holder's own.
    NotOwnWork,
    /// The holder asked for it.
    HoldersWish,
}

/// Issues the certificate of an enrolment, once: issuing again gives the id of the first.
pub async fn issue(store: &Store, enrolment: EnrolmentId, new: NewCertificate<'_>) -> StoreResult<CertificateId> {
    let row = Model {
        id: new.id,
        enrolment: Some(enrolment),
        course: new.course.clone(),
        edition: new.edition.clone(),
        subject: new.subject,
        issued_on: new.issued,
        expires_on: new.expires,
    };
    let issued = store.write(move |tx| {
        Box::pin(async move {
            // The key to the enrolment is checked at the end of the statement on SQLite and at once on
            // PostgreSQL; either way a missing enrolment is `NotFound`.
            upsert(tx, row, OnConflict::column(Column::Enrolment).do_nothing().to_owned()).await?;
            let held = Entity::find().filter(Column::Enrolment.eq(enrolment)).one(tx).await?;
            Ok(held.ok_or(StoreError::NotFound)?.id)
        })
    });
    issued.await
}

/// Any certificate, for checking it. `NotFound`: there is none with this id.
pub async fn by_id(store: &Store, id: CertificateId) -> StoreResult<Stored> {
    one(store, "certificates.id = $1", vec![id.into()]).await?.ok_or(StoreError::NotFound)
}

/// A person's own certificate; another's is `NotFound`.
pub async fn of_account(store: &Store, account: AccountId, id: CertificateId) -> StoreResult<Stored> {
    const OWN: &str = "certificates.id = $1 AND certificates.enrolment IN \
        (SELECT enrolments.id FROM enrolments WHERE enrolments.account = $2)";
    one(store, OWN, vec![id.into(), account.into()]).await?.ok_or(StoreError::NotFound)
}

/// The certificate of an enrolment, revoked or not.
pub async fn of_enrolment(store: &Store, enrolment: EnrolmentId) -> StoreResult<Option<Stored>> {
    one(store, "certificates.enrolment = $1", vec![enrolment.into()]).await
}

/// All of a person's certificates, the latest first.
pub async fn mine(store: &Store, account: AccountId) -> StoreResult<Vec<Stored>> {
    const MINE: &str = "certificates.enrolment IN (SELECT enrolments.id FROM enrolments \
        WHERE enrolments.account = $1) ORDER BY certificates.issued_on DESC, certificates.id";
    all(store, MINE, vec![account.into()]).await
}

/// Revokes a certificate; the first revocation stands.
pub async fn revoke(store: &Store, id: CertificateId, reason: RevocationReason, now: Timestamp) -> StoreResult<()> {
    let row = revocations::Model { certificate: id, reason: reason.as_str().to_owned(), revoked_at: now };
    let keep = OnConflict::column(revocations::Column::Certificate).do_nothing().to_owned();
    store.write(move |tx| Box::pin(async move { upsert(tx, row, keep).await.map(drop) })).await
}

/// Why a certificate was revoked, if it was.
pub async fn revocation(store: &Store, id: CertificateId) -> StoreResult<Option<RevocationReason>> {
    let row = store.read(revocations::Entity::find_by_id(id).one(store.reader())).await?;
    row.map(|row| RevocationReason::read(&row.reason)).transpose()
}

#[derive(FromQueryResult)]
struct Row {
    id: CertificateId,
    subject: Uuid,
    course: CourseSlug,
    edition: EditionHash,
    issued_on: Day,
    expires_on: Option<Day>,
    revoked_at: Option<Timestamp>,
}

/// Certificates with their revocations, where `condition` (our own words, never anyone's input) holds.
async fn all(store: &Store, condition: &'static str, values: Vec<Value>) -> StoreResult<Vec<Stored>> {
    let sql = format!(
        "SELECT certificates.id, certificates.subject, certificates.course, certificates.edition, \
         certificates.issued_on, certificates.expires_on, revocations.revoked_at FROM certificates \
         LEFT JOIN revocations ON revocations.certificate = certificates.id WHERE {condition}"
    );
    let statement = Statement::from_sql_and_values(store.reader().get_database_backend(), sql, values);
    let rows = store.read(Row::find_by_statement(statement).all(store.reader())).await?;
    Ok(rows.into_iter().map(stored).collect())
}

async fn one(store: &Store, condition: &'static str, values: Vec<Value>) -> StoreResult<Option<Stored>> {
    Ok(all(store, condition, values).await?.into_iter().next())
}

fn stored(row: Row) -> Stored {
    Stored {
        id: row.id,
        subject: row.subject,
        course: row.course,
        edition: row.edition,
        issued: row.issued_on,
        expires: row.expires_on,
        revoked: row.revoked_at.map(Timestamp::day),
    }
}

impl RevocationReason {
    pub const ALL: [Self; 3] = [Self::Mistake, Self::NotOwnWork, Self::HoldersWish];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mistake => "mistake",
            Self::NotOwnWork => "not-own-work",
            Self::HoldersWish => "holders-wish",
        }
    }

    fn read(text: &str) -> StoreResult<Self> {
        let known = Self::ALL.into_iter().find(|reason| reason.as_str() == text);
        known.ok_or(StoreError::Corrupt("an unknown reason"))
    }
}
