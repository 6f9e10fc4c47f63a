//! Accounts: making, finding and changing them. Roles are in [`roles`], one-time codes in
//! [`recovery`], the second factor in [`second_factor`], erasing in [`erasure`].

pub mod erasure;
mod export;
pub mod recoveries;
pub mod recovery;
pub mod roles;
pub mod second_factor;

use std::collections::BTreeSet;

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Set};
use uuid::Uuid;

use crate::crypto::names::{SignInName, lookup_form};
use crate::crypto::password::PasswordHash;
use crate::crypto::recovery::RecoveryCode;
use crate::crypto::seal::DataKey;
use crate::crypto::token::Token;
use crate::crypto::vault::Lookup;
use crate::domain::account::{Registration, Role};
use crate::domain::id::{AccountId, SessionId};
use crate::domain::language::LanguageTag;
use crate::domain::time::{Day, Timestamp};

use super::entity::accounts::{self, ActiveModel, Entity, Model};
use super::error::{StoreError, StoreResult};
use super::memberships::{self, Placement};
use super::rows::{found, insert};
use super::writer::Tx;
use super::{Store, invitations, sealed, sessions, settings};

pub use export::{Held, export};

/// The key that is `Taken` when somebody has a sign-in name already.
pub const NAME_KEY: &str = "accounts_sign_in_lookup_key";

/// How one came to make an account; checked in the same transaction that makes it.
#[derive(Clone, Debug)]
pub enum Door {
    /// Anybody may. `Gone` when registration is not open (any more).
    Open,
    /// With an invitation code. `Gone` when it is unknown, used up or expired.
    Invitation(String),
    /// With the setup link: the account becomes an administrator. `Gone` when it was used.
    FirstAdministrator(Token),
    /// From the command line, by whoever runs the server, with these roles.
    CommandLine(BTreeSet<Role>),
}

#[derive(Clone, Debug)]
pub struct NewAccount {
    pub name: SignInName,
    pub password: PasswordHash,
    pub language: LanguageTag,
    pub recovery_codes: Vec<RecoveryCode>,
    pub door: Door,
}

#[derive(Clone, Debug)]
pub struct Account {
    pub id: AccountId,
    pub name: SignInName,
    pub language: LanguageTag,
    pub registered_on: Day,
    pub password_changed_at: Timestamp,
    pub has_second_factor: bool,
    pub roles: BTreeSet<Role>,
}

/// What the credential check needs to know of an account, and no more.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub account: AccountId,
    pub password: PasswordHash,
    pub has_second_factor: bool,
}

/// Makes an account. `Taken(NAME_KEY)` when the name is another's, `Gone` when the door is shut.
pub async fn create(store: &Store, new: NewAccount, now: Timestamp) -> StoreResult<AccountId> {
    let id = AccountId(Uuid::now_v7());
    let (key, wrapped) = store.vault().new_data_key(id.0);
    let row = Model {
        id,
        sign_in_lookup: name_lookup(store, new.name.reveal()),
        sign_in_name: seal_name(&key, id, &new.name),
        password: seal_password(&key, id, &new.password),
        data_key: wrapped,
        language: new.language,
        registered_on: now.day(),
        password_changed_at: now,
        second_factor: None,
    };
    let codes = recovery::hashes(store, &new.recovery_codes);
    let door = Entrance::of(store, new.door);
    let made = store.write(move |tx| {
        Box::pin(async move {
            // The account first: roles refer to it, and a taken name leaves the door as it was.
            insert(tx, row).await?;
            recovery::insert_all(tx, id, codes).await?;
            let (roles, placement) = door.enter(tx, now).await?;
            if let Some(placement) = placement {
                memberships::place(tx, id, placement, now).await?;
            }
            for role in roles {
                roles::insert_if_missing(tx, id, role, now).await?;
            }
            Ok(id)
        })
    });
    made.await
}

/// What the credential check needs, by a name as somebody typed it.
pub async fn by_name(store: &Store, typed: &str) -> StoreResult<Option<Credentials>> {
    let Some(row) = row_by_name(store, typed).await? else { return Ok(None) };
    let key = store.keep_key(row.id, &row.data_key)?;
    let password = sealed::PASSWORD.open_text(&key, row.id.0.as_bytes(), &row.password)?;
    Ok(Some(Credentials {
        account: row.id,
        password: PasswordHash::stored(password),
        has_second_factor: row.second_factor.is_some(),
    }))
}

/// For the people page: the account that signs in with exactly this name.
pub async fn find_by_name(store: &Store, typed: &str) -> StoreResult<Option<Account>> {
    match row_by_name(store, typed).await? {
        Some(row) => Ok(Some(with_roles(store, row).await?)),
        None => Ok(None),
    }
}

pub async fn by_id(store: &Store, id: AccountId) -> StoreResult<Option<Account>> {
    match store.read(Entity::find_by_id(id).one(store.reader())).await? {
        Some(row) => Ok(Some(with_roles(store, row).await?)),
        None => Ok(None),
    }
}

/// The stored password of an account, to check before something grave.
pub async fn password(store: &Store, id: AccountId) -> StoreResult<PasswordHash> {
    let row = store.read(Entity::find_by_id(id).one(store.reader())).await?.ok_or(StoreError::NotFound)?;
    let key = store.keep_key(id, &row.data_key)?;
    Ok(PasswordHash::stored(sealed::PASSWORD.open_text(&key, id.0.as_bytes(), &row.password)?))
}

/// How many accounts there are.
pub async fn count(store: &Store) -> StoreResult<u64> {
    store.read(Entity::find().count(store.reader())).await
}

pub async fn set_language(store: &Store, id: AccountId, language: LanguageTag) -> StoreResult<()> {
    update(store, id, ActiveModel { language: Set(language), ..Default::default() }).await
}

/// Changes the sign-in name. `Taken(NAME_KEY)` when it is another's.
pub async fn change_name(store: &Store, id: AccountId, name: &SignInName) -> StoreResult<()> {
    let key = store.data_key(id).await?;
    let change = ActiveModel {
        sign_in_lookup: Set(name_lookup(store, name.reveal())),
        sign_in_name: Set(seal_name(&key, id, name)),
        ..Default::default()
    };
    update(store, id, change).await
}

/// Changes the password and ends every session but `keep`; remembered devices are forgotten.
pub async fn change_password(
    store: &Store,
    id: AccountId,
    password: &PasswordHash,
    keep: Option<SessionId>,
    now: Timestamp,
) -> StoreResult<()> {
    let key = store.data_key(id).await?;
    let sealed = seal_password(&key, id, password);
    store
        .write(move |tx| {
            Box::pin(async move {
                put_password(tx, id, sealed, now).await?;
                sessions::end_all_but(tx, id, keep).await
            })
        })
        .await
}

/// Takes the second factor away.
async fn drop_second_factor(tx: &Tx, id: AccountId) -> StoreResult<()> {
    let change = ActiveModel { second_factor: Set(None), ..Default::default() };
    let updated = Entity::update_many().set(change).filter(accounts::COLUMN.id.eq(id)).exec(tx).await?;
    found(updated.rows_affected)
}

/// Puts a sealed password in place.
async fn put_password(tx: &Tx, id: AccountId, sealed: Vec<u8>, now: Timestamp) -> StoreResult<()> {
    let change = ActiveModel { password: Set(sealed), password_changed_at: Set(now), ..Default::default() };
    let updated = Entity::update_many().set(change).filter(accounts::COLUMN.id.eq(id)).exec(tx).await?;
    found(updated.rows_affected)
}

async fn update(store: &Store, id: AccountId, change: ActiveModel) -> StoreResult<()> {
    let update = Entity::update_many().set(change).filter(accounts::COLUMN.id.eq(id));
    store.write(move |tx| Box::pin(async move { found(update.exec(tx).await?.rows_affected) })).await
}

async fn row_by_name(store: &Store, typed: &str) -> StoreResult<Option<Model>> {
    let lookup = name_lookup(store, typed);
    let query = Entity::find().filter(accounts::COLUMN.sign_in_lookup.eq(lookup));
    store.read(query.one(store.reader())).await
}

async fn with_roles(store: &Store, row: Model) -> StoreResult<Account> {
    let roles = roles::of(store, row.id).await?;
    account(store, row, roles)
}

fn account(store: &Store, row: Model, roles: BTreeSet<Role>) -> StoreResult<Account> {
    let key = store.keep_key(row.id, &row.data_key)?;
    let name = sealed::SIGN_IN_NAME.open_text(&key, row.id.0.as_bytes(), &row.sign_in_name)?;
    Ok(Account {
        id: row.id,
        name: SignInName::stored(name),
        language: row.language,
        registered_on: row.registered_on,
        password_changed_at: row.password_changed_at,
        has_second_factor: row.second_factor.is_some(),
        roles,
    })
}

pub(in crate::store) fn name_lookup(store: &Store, typed: &str) -> Vec<u8> {
    store.vault().lookup(Lookup::SignInName, &lookup_form(typed)).to_vec()
}

pub(in crate::store) fn seal_name(key: &DataKey, id: AccountId, name: &SignInName) -> Vec<u8> {
    sealed::SIGN_IN_NAME.seal_text(key, id.0.as_bytes(), name.reveal())
}

pub(in crate::store) fn seal_password(key: &DataKey, id: AccountId, password: &PasswordHash) -> Vec<u8> {
    sealed::PASSWORD.seal_text(key, id.0.as_bytes(), password.reveal())
}

/// A [`Door`] with its secrets hashed, ready for the transaction.
#[derive(Clone)]
enum Entrance {
    Open,
    Invitation(Vec<u8>),
    FirstAdministrator([u8; 32]),
    CommandLine(BTreeSet<Role>),
}

impl Entrance {
    fn of(store: &Store, door: Door) -> Self {
        match door {
            Door::Open => Self::Open,
            Door::Invitation(code) => Self::Invitation(invitations::code_hash(store, &code)),
            Door::FirstAdministrator(token) => Self::FirstAdministrator(token.hash()),
            Door::CommandLine(roles) => Self::CommandLine(roles),
        }
    }

    /// Goes through, or fails with `Gone`; the roles that come with it, and where it leads.
    async fn enter(self, tx: &Tx, now: Timestamp) -> StoreResult<(BTreeSet<Role>, Option<Placement>)> {
        match self {
            Self::Open if settings::registration_in(tx).await? == Registration::Open => Ok((BTreeSet::new(), None)),
            Self::Open => Err(StoreError::Gone),
            Self::Invitation(code) => Ok((BTreeSet::new(), invitations::redeem(tx, code, now).await?)),
            Self::FirstAdministrator(token) => {
                settings::redeem_first_administrator_link(tx, token).await?;
                Ok((BTreeSet::from([Role::Administrator]), None))
            }
            Self::CommandLine(roles) => Ok((roles, None)),
        }
    }
}
