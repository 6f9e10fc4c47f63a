//! Certificates. They hold no name; whose one is follows from its enrolment, and is forgotten with it.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Set, Statement, Value};
use uuid::Uuid;

use crate::crypto::seal::DataKey;
use crate::domain::course::EditionHash;
use crate::domain::id::{AccountId, CertificateId, CourseSlug, EnrolmentId};
use crate::domain::time::{Day, Timestamp};

use super::Store;
use super::audit::{Act, Noted};
use super::enrolments::Enrolment;
use super::entity::certificates::{self, ActiveModel, Column, Entity, Model};
use super::entity::{enrolments, kept_certificates, revocations};
use super::error::{StoreError, StoreResult};
use super::rows::{insert, upsert};
use super::sealed::KEPT_CERTIFICATE;
use super::writer::Tx;

/// Why a certificate was revoked. There is one reason so far.
const BY_ISSUER: &str = "by-issuer";

/// A certificate as it was issued, and whether it still holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub id: CertificateId,
    pub course: CourseSlug,
    pub edition: EditionHash,
    /// The random id under which the badge speaks of its holder.
    pub subject: Uuid,
    pub issued: Day,
    pub expires: Option<Day>,
    pub revoked: Option<Day>,
    /// The enrolment it was issued for, as long as its holder is in the course and has no newer one.
    pub enrolment: Option<EnrolmentId>,
}

#[derive(Clone, Copy, Debug)]
pub struct NewCertificate<'a> {
    pub id: CertificateId,
    pub subject: Uuid,
    pub course: &'a CourseSlug,
    pub edition: &'a EditionHash,
    pub issued: Day,
    pub expires: Option<Day>,
}

/// Issues a certificate, once for each enrolment: after that the first one's id comes back, revoked or
/// not. One that has expired is kept for its holder, and a new one takes its place.
pub async fn issue(
    store: &Store,
    enrolment: &Enrolment,
    certificate: NewCertificate<'_>,
) -> StoreResult<CertificateId> {
    let (account, enrolment) = (enrolment.account, enrolment.id);
    let key = store.data_key(account).await?;
    let row = Model {
        id: certificate.id,
        enrolment: Some(enrolment),
        course: certificate.course.clone(),
        edition: certificate.edition.clone(),
        subject: certificate.subject,
        issued_on: certificate.issued,
        expires_on: certificate.expires,
    };
    let issued = store.write(move |tx| {
        Box::pin(async move {
            retire(tx, &key, account, enrolment, row.issued_on).await?;
            let first = OnConflict::column(Column::Enrolment).do_nothing().to_owned();
            upsert(tx, row, first).await?;
            let held = Entity::find().filter(certificates::COLUMN.enrolment.eq(enrolment)).one(tx).await?;
            Ok(held.ok_or(StoreError::NotFound)?.id)
        })
    });
    issued.await
}

/// Makes room for a new certificate where the one held has expired by `today`.
async fn retire(tx: &Tx, key: &DataKey, account: AccountId, enrolment: EnrolmentId, today: Day) -> StoreResult<()> {
    let held = Entity::find().filter(certificates::COLUMN.enrolment.eq(enrolment)).one(tx).await?;
    let Some(held) = held.filter(|held| held.expires_on.is_some_and(|expires| expires < today)) else { return Ok(()) };
    if revocations::Entity::find_by_id(held.id).one(tx).await?.is_some() {
        return Ok(());
    }
    keep(tx, key, account, enrolment).await?;
    let alone = ActiveModel { enrolment: Set(None), ..Default::default() };
    Entity::update_many().set(alone).filter(certificates::COLUMN.id.eq(held.id)).exec(tx).await?;
    Ok(())
}

/// A certificate, for anybody who has its id.
pub async fn by_id(store: &Store, id: CertificateId) -> StoreResult<Stored> {
    find(store, "certificates.id = $1", vec![id.into()]).await?.pop().ok_or(StoreError::NotFound)
}

/// A certificate, if it is this person's, also after they left its course.
pub async fn of_account(store: &Store, account: AccountId, id: CertificateId) -> StoreResult<Stored> {
    let own = "certificates.id = $1 AND enrolments.account = $2";
    match find(store, own, vec![id.into(), account.into()]).await?.pop() {
        Some(found) => Ok(found),
        None if kept(store, account).await?.contains(&id) => by_id(store, id).await,
        None => Err(StoreError::NotFound),
    }
}

/// Whose certificate this is, as long as they are in its course.
async fn holder(store: &Store, id: CertificateId) -> StoreResult<Option<AccountId>> {
    let row = store.read(Entity::find_by_id(id).one(store.reader())).await?;
    let Some(enrolment) = row.and_then(|row| row.enrolment) else { return Ok(None) };
    let enrolment = store.read(enrolments::Entity::find_by_id(enrolment).one(store.reader())).await?;
    Ok(enrolment.map(|enrolment| enrolment.account))
}

/// The certificates of courses that this person has left.
async fn kept(store: &Store, account: AccountId) -> StoreResult<Vec<CertificateId>> {
    let query = kept_certificates::Entity::find().filter(kept_certificates::COLUMN.account.eq(account));
    let rows = store.read(query.all(store.reader())).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let key = store.data_key(account).await?;
    let open = |row: kept_certificates::Model| KEPT_CERTIFICATE.open(&key, row.id.as_bytes(), &row.content);
    rows.into_iter().map(open).collect()
}

/// Keeps the certificate of an enrolment that is about to go for its holder, sealed: the database
/// tells nobody else whose it was.
pub(super) async fn keep(tx: &Tx, key: &DataKey, account: AccountId, enrolment: EnrolmentId) -> StoreResult<()> {
    let held = Entity::find().filter(certificates::COLUMN.enrolment.eq(enrolment)).one(tx).await?;
    let Some(held) = held else { return Ok(()) };
    // A random id: one made from the clock would tell when.
    let id = Uuid::new_v4();
    let content = KEPT_CERTIFICATE.seal(key, id.as_bytes(), &held.id)?;
    insert(tx, kept_certificates::Model { id, account, content }).await
}

/// The certificate of an enrolment, revoked or not.
pub async fn of_enrolment(store: &Store, enrolment: EnrolmentId) -> StoreResult<Option<Stored>> {
    Ok(find(store, "certificates.enrolment = $1", vec![enrolment.into()]).await?.pop())
}

/// A person's certificates, the newest first, those of courses they have left among them.
pub async fn mine(store: &Store, account: AccountId) -> StoreResult<Vec<Stored>> {
    let own = "enrolments.account = $1 ORDER BY certificates.issued_on DESC, certificates.course";
    let mut mine = find(store, own, vec![account.into()]).await?;
    for id in kept(store, account).await? {
        mine.push(by_id(store, id).await?);
    }
    mine.sort_by_key(|held| std::cmp::Reverse(held.issued));
    Ok(mine)
}

/// Revokes a certificate and notes it for its holder to see; the first time counts.
pub async fn revoke(store: &Store, id: CertificateId, actor: AccountId, now: Timestamp) -> StoreResult<()> {
    let row = revocations::Model { certificate: id, reason: BY_ISSUER.to_owned(), revoked_at: now };
    let first = OnConflict::column(revocations::Column::Certificate).do_nothing().to_owned();
    let noted = noted(store, id, actor, Act::CertificateRevoked, now).await?;
    let revoked = store.write(move |tx| {
        Box::pin(async move {
            match (upsert(tx, row, first).await?, noted) {
                (0, _) | (_, None) => Ok(()),
                (_, Some(noted)) => noted.write(tx).await,
            }
        })
    });
    revoked.await
}

/// Takes a revocation back that was a mistake, and notes it; whether there was one.
pub async fn reinstate(store: &Store, id: CertificateId, actor: AccountId, now: Timestamp) -> StoreResult<bool> {
    let noted = noted(store, id, actor, Act::CertificateReinstated, now).await?;
    let delete = revocations::Entity::delete_by_id(id);
    let reinstated = store.write(move |tx| {
        Box::pin(async move {
            let was_revoked = delete.exec(tx).await?.rows_affected > 0;
            if let Some(noted) = noted.filter(|_| was_revoked) {
                noted.write(tx).await?;
            }
            Ok(was_revoked)
        })
    });
    reinstated.await
}

/// For the holder of a certificate, as long as they are in its course.
async fn noted(
    store: &Store,
    id: CertificateId,
    actor: AccountId,
    act: Act,
    now: Timestamp,
) -> StoreResult<Option<Noted>> {
    match holder(store, id).await? {
        Some(holder) => Noted::new(store, holder, Some(actor), act, now).await.map(Some),
        None => Ok(None),
    }
}

#[derive(FromQueryResult)]
struct Found {
    id: CertificateId,
    course: CourseSlug,
    edition: EditionHash,
    subject: Uuid,
    issued_on: Day,
    expires_on: Option<Day>,
    revoked_at: Option<Timestamp>,
    enrolment: Option<EnrolmentId>,
}

const FIND: &str = "\
    SELECT certificates.id, certificates.course, certificates.edition, certificates.subject, \
    certificates.issued_on, certificates.expires_on, revocations.revoked_at, certificates.enrolment \
    FROM certificates \
    LEFT JOIN enrolments ON enrolments.id = certificates.enrolment \
    LEFT JOIN revocations ON revocations.certificate = certificates.id \
    WHERE ";

/// `condition` is ours, and may go on after the `WHERE`.
async fn find(store: &Store, condition: &str, values: Vec<Value>) -> StoreResult<Vec<Stored>> {
    let sql = FIND.to_owned() + condition;
    let statement = Statement::from_sql_and_values(store.reader().get_database_backend(), sql, values);
    let rows = store.read(Found::find_by_statement(statement).all(store.reader())).await?;
    Ok(rows.into_iter().map(stored).collect())
}

fn stored(row: Found) -> Stored {
    Stored {
        id: row.id,
        course: row.course,
        edition: row.edition,
        subject: row.subject,
        issued: row.issued_on,
        expires: row.expires_on,
        revoked: row.revoked_at.map(Timestamp::day),
        enrolment: row.enrolment,
    }
}
