//! The audit log: who did what with a person's things, for that person to read. Entries are sealed
//! with the person's key, name the other by pseudonym, and last 90 days.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::crypto::vault::{Lookup, Vault};
use crate::domain::account::Role;
use crate::domain::id::AccountId;
use crate::domain::time::{DAY, HOUR, Timestamp};

use super::Store;
use super::entity::audit_entries::{self, Column, Entity, Model};
use super::error::StoreResult;
use super::rows::insert;
use super::sealed;
use super::writer::Tx;

/// How long entries are kept.
pub const KEPT_FOR: i64 = 90 * DAY;

/// What was done. Stored sealed; variants are added and never renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Somebody looked the person up by name.
    LookedUp,
    /// A trainer opened a piece of work.
    WorkRead,
    WorkMarked,
    WorkReturned,
    RoleGranted(Role),
    RoleRevoked(Role),
    CertificateRevoked,
    /// The revocation was a mistake.
    CertificateReinstated,
    /// An administrator wants to give the person a way back in.
    RecoveryStarted,
    /// A second one gave it.
    RecoveryConfirmed,
    RecoveryStopped,
}

/// An entry as its subject reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub act: Act,
    /// The pseudonym of whoever did it; `None`: from the command line.
    pub by: Option<String>,
    pub at: Timestamp,
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Content {
    act: Act,
    by: Option<String>,
}

/// An entry on its way into the database: made before the transaction in which the act and its entry
/// are written, or neither.
#[derive(Clone)]
pub struct Noted(Model);

impl Noted {
    /// That `actor` did this with something of `subject`'s.
    pub async fn new(
        store: &Store,
        subject: AccountId,
        actor: Option<AccountId>,
        act: Act,
        now: Timestamp,
    ) -> StoreResult<Self> {
        let (key, id) = (store.data_key(subject).await?, Uuid::now_v7());
        let content = Content { act, by: actor.map(|actor| pseudonym(store.vault(), subject, actor)) };
        let content = sealed::AUDIT_ENTRY.seal(&key, id.as_bytes(), &content)?;
        Ok(Self(Model { id, account: subject, content, happened_at: now }))
    }

    pub(super) async fn write(self, tx: &Tx) -> StoreResult<()> {
        insert(tx, self.0).await
    }
}

/// Records what `actor` did with something of `subject`'s.
pub async fn record(
    store: &Store,
    subject: AccountId,
    actor: Option<AccountId>,
    act: Act,
    now: Timestamp,
) -> StoreResult<()> {
    let noted = Noted::new(store, subject, actor, act, now).await?;
    store.write(move |tx| Box::pin(noted.write(tx))).await
}

/// The same for looking, which is noted once an hour however often a page is loaded.
pub async fn record_look(
    store: &Store,
    subject: AccountId,
    actor: AccountId,
    act: Act,
    now: Timestamp,
) -> StoreResult<()> {
    let by = Some(pseudonym(store.vault(), subject, actor));
    let is_noted = |entry: &Entry| entry.act == act && entry.by == by && now.since(entry.at) < HOUR;
    if mine(store, subject).await?.iter().any(is_noted) {
        return Ok(());
    }
    record(store, subject, Some(actor), act, now).await
}

/// The entries about a person, the latest first.
pub async fn mine(store: &Store, account: AccountId) -> StoreResult<Vec<Entry>> {
    let query = Entity::find().filter(audit_entries::COLUMN.account.eq(account)).order_by_desc(Column::Id);
    let rows = store.read(query.all(store.reader())).await?;
    let key = store.data_key(account).await?;
    let open = |row: Model| {
        let content: Content = sealed::AUDIT_ENTRY.open(&key, row.id.as_bytes(), &row.content)?;
        Ok(Entry { act: content.act, by: content.by, at: row.happened_at })
    };
    rows.into_iter().map(open).collect()
}

/// One person's name for another: the same in all entries about them, unlike in anybody else's.
fn pseudonym(vault: &Vault, subject: AccountId, actor: AccountId) -> String {
    let hash = vault.lookup(Lookup::Pseudonym, &format!("{subject} {actor}"));
    data_encoding::BASE32_NOPAD.encode(&hash)[..6].to_owned()
}
