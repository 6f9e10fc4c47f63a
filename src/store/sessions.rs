//! Sessions: signed-in browsers, and devices that are remembered for signing in again.
//!
//! A session ends after 30 minutes without a request and after 12 hours at most, on one's own device
//! too; a change of password or roles ends it at once. Only hashes of tokens are stored.

use std::collections::BTreeSet;

use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, Set, Statement, UpdateMany};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::crypto::token::{Token, TokenHash};
use crate::domain::account::Role;
use crate::domain::id::{AccountId, SessionId};
use crate::domain::language::LanguageTag;
use crate::domain::time::{DAY, HOUR, MINUTE, Timestamp};

use super::Store;
use super::accounts::roles;
use super::entity::remembered_devices;
use super::entity::sessions::{self, ActiveModel, Column, Entity, Model};
use super::error::StoreResult;
use super::rows::{found, insert};
use super::writer::Tx;

/// Without a request for this long, a session is over.
pub const IDLE: i64 = 30 * MINUTE;
/// However busy, a session is over after this long.
pub const LONGEST: i64 = 12 * HOUR;
/// A remembered device is forgotten after this long.
pub const REMEMBERED: i64 = 90 * DAY;
/// A request is noted at most this often: a write for every page would be work for nothing.
const NOTED_EVERY: i64 = MINUTE;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewSession {
    pub account: AccountId,
    /// The person said that nobody else uses this device.
    pub is_own_device: bool,
    pub second_factor_passed: bool,
}

/// A session that is good now, and what every request needs to know of its person.
#[derive(Clone)]
pub struct Session {
    pub id: SessionId,
    pub account: AccountId,
    pub roles: BTreeSet<Role>,
    pub language: LanguageTag,
    pub is_own_device: bool,
    pub second_factor_passed: bool,
    pub has_second_factor: bool,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    /// From which the session's form tokens are made.
    pub csrf_secret: Zeroizing<[u8; 32]>,
    token_hash: TokenHash,
}

/// A session in its owner's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListedSession {
    pub id: SessionId,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub is_own_device: bool,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.id)
    }
}

/// Starts a session. The token goes into the cookie and is not kept.
pub async fn create(store: &Store, new: NewSession, now: Timestamp) -> StoreResult<(Token, SessionId)> {
    let (token, id) = (Token::random(), SessionId(Uuid::now_v7()));
    let row = Model {
        token_hash: token.hash().to_vec(),
        id,
        account: new.account,
        created_at: now,
        last_seen_at: now,
        is_own_device: new.is_own_device,
        second_factor_passed: new.second_factor_passed,
        was_ended: false,
    };
    store.write(move |tx| Box::pin(insert(tx, row))).await?;
    Ok((token, id))
}

/// One row for each role, or one without.
#[derive(FromQueryResult)]
struct Found {
    id: SessionId,
    account: AccountId,
    created_at: Timestamp,
    last_seen_at: Timestamp,
    is_own_device: bool,
    second_factor_passed: bool,
    language: LanguageTag,
    data_key: Vec<u8>,
    has_second_factor: bool,
    role: Option<String>,
}

/// Every request asks this, so it is one statement.
const BY_TOKEN: &str = "\
    SELECT sessions.id, sessions.account, sessions.created_at, sessions.last_seen_at, sessions.is_own_device, \
    sessions.second_factor_passed, accounts.language, accounts.data_key, \
    accounts.second_factor IS NOT NULL AS has_second_factor, roles.role \
    FROM sessions \
    JOIN accounts ON accounts.id = sessions.account \
    LEFT JOIN roles ON roles.account = sessions.account \
    WHERE sessions.token_hash = $1 AND NOT sessions.was_ended AND sessions.last_seen_at > $2 AND sessions.created_at > $3";

/// The session of a token, if it is good now.
pub async fn by_token(store: &Store, token: &Token, now: Timestamp) -> StoreResult<Option<Session>> {
    let token_hash = token.hash();
    let values = [token_hash.to_vec().into(), now.plus(-IDLE).into(), now.plus(-LONGEST).into()];
    let statement = Statement::from_sql_and_values(store.reader().get_database_backend(), BY_TOKEN, values);
    let rows = store.read(Found::find_by_statement(statement).all(store.reader())).await?;
    let roles = rows.iter().filter_map(|row| row.role.as_deref()).map(roles::read).collect::<StoreResult<_>>()?;
    let Some(row) = rows.into_iter().next() else { return Ok(None) };
    store.keep_key(row.account, &row.data_key)?;
    Ok(Some(Session {
        id: row.id,
        account: row.account,
        roles,
        language: row.language,
        is_own_device: row.is_own_device,
        second_factor_passed: row.second_factor_passed,
        has_second_factor: row.has_second_factor,
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        csrf_secret: store.vault().session_secret(&token_hash),
        token_hash,
    }))
}

/// Whose session this was, when it ran out or was ended within the last day: what they were typing may
/// be kept for them.
pub async fn ended(store: &Store, token: &Token, now: Timestamp) -> StoreResult<Option<AccountId>> {
    let row = store.read(Entity::find_by_id(token.hash().to_vec()).one(store.reader())).await?;
    Ok(row.filter(|row| now.since(row.last_seen_at) < DAY).map(|row| row.account))
}

/// Whether it is time to note again that a session was used: at most once a minute.
pub fn is_to_touch(session: &Session, now: Timestamp) -> bool {
    now.since(session.last_seen_at) >= NOTED_EVERY
}

/// Notes that a session was used, when it is time to.
pub async fn touch(store: &Store, session: &Session, now: Timestamp) -> StoreResult<()> {
    if !is_to_touch(session, now) {
        return Ok(());
    }
    let update = Entity::update_many()
        .set(ActiveModel { last_seen_at: Set(now), ..Default::default() })
        .filter(sessions::COLUMN.token_hash.eq(session.token_hash.to_vec()))
        .filter(Column::LastSeenAt.lt(now));
    store.write(move |tx| Box::pin(async move { Ok(update.exec(tx).await.map(drop)?) })).await
}

/// Notes that the second factor was passed in this session.
pub async fn pass_second_factor(store: &Store, session: &Session) -> StoreResult<()> {
    let update = Entity::update_many()
        .set(ActiveModel { second_factor_passed: Set(true), ..Default::default() })
        .filter(sessions::COLUMN.token_hash.eq(session.token_hash.to_vec()));
    store.write(move |tx| Box::pin(async move { found(update.exec(tx).await?.rows_affected) })).await
}

/// Ends one of a person's sessions where they are, and nothing of it stays. Ending one that is over
/// already is fine.
pub async fn end(store: &Store, account: AccountId, id: SessionId) -> StoreResult<()> {
    let delete = Entity::delete_many().filter(sessions::COLUMN.id.eq(id)).filter(sessions::COLUMN.account.eq(account));
    store.write(move |tx| Box::pin(async move { Ok(delete.exec(tx).await.map(drop)?) })).await
}

/// Ends all of a person's sessions but one.
pub async fn end_others(store: &Store, account: AccountId, keep: SessionId) -> StoreResult<()> {
    let update = ended_from_afar(account, Some(keep));
    store.write(move |tx| Box::pin(async move { Ok(update.exec(tx).await.map(drop)?) })).await
}

/// A person's sessions that are good now, the one used last first.
pub async fn list(store: &Store, account: AccountId, now: Timestamp) -> StoreResult<Vec<ListedSession>> {
    let query = Entity::find()
        .filter(sessions::COLUMN.account.eq(account))
        .filter(sessions::COLUMN.was_ended.eq(false))
        .filter(Column::LastSeenAt.gt(now.plus(-IDLE)))
        .filter(Column::CreatedAt.gt(now.plus(-LONGEST)))
        .order_by_desc(Column::LastSeenAt);
    let listed = |row: Model| ListedSession {
        id: row.id,
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        is_own_device: row.is_own_device,
    };
    Ok(store.read(query.all(store.reader())).await?.into_iter().map(listed).collect())
}

/// Remembers a device: its owner's attempts to sign in are counted apart from strangers'.
pub async fn remember_device(store: &Store, account: AccountId, now: Timestamp) -> StoreResult<Token> {
    let token = Token::random();
    let row = remembered_devices::Model { token_hash: token.hash().to_vec(), account, created_at: now };
    store.write(move |tx| Box::pin(insert(tx, row))).await?;
    Ok(token)
}

/// Whose device this is, if it is remembered.
pub async fn device_owner(store: &Store, token: &Token, now: Timestamp) -> StoreResult<Option<AccountId>> {
    let query = remembered_devices::Entity::find_by_id(token.hash().to_vec());
    let row = store.read(query.one(store.reader())).await?;
    Ok(row.filter(|row| now.since(row.created_at) < REMEMBERED).map(|row| row.account))
}

/// Forgets a device.
pub async fn forget_device(store: &Store, token: &Token) -> StoreResult<()> {
    let delete = remembered_devices::Entity::delete_by_id(token.hash().to_vec());
    store.write(move |tx| Box::pin(async move { Ok(delete.exec(tx).await.map(drop)?) })).await
}

/// Ends every session of a person but `keep`, and forgets their devices.
pub(super) async fn end_all_but(tx: &Tx, account: AccountId, keep: Option<SessionId>) -> StoreResult<()> {
    ended_from_afar(account, keep).exec(tx).await?;
    let devices = remembered_devices::COLUMN.account.eq(account);
    remembered_devices::Entity::delete_many().filter(devices).exec(tx).await?;
    Ok(())
}

/// Ends sessions that somebody may be typing in: whose they were stays known for a day.
fn ended_from_afar(account: AccountId, keep: Option<SessionId>) -> UpdateMany<Entity> {
    let update = Entity::update_many()
        .set(ActiveModel { was_ended: Set(true), ..Default::default() })
        .filter(sessions::COLUMN.account.eq(account));
    match keep {
        Some(keep) => update.filter(sessions::COLUMN.id.ne(keep)),
        None => update,
    }
}
