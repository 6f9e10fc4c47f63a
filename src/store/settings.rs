//! Settings of the whole server that are changed while it runs: who may register, and the one-time
//! link for the first administrator. Others keep what they remember of the server here.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, Select, SelectExt};

use crate::crypto::token::{Token, TokenHash};
use crate::domain::account::Registration;

use super::accounts::roles;
use super::entity::settings::{self, Column, Entity, Model};
use super::error::{StoreError, StoreResult};
use super::rows::upsert;
use super::writer::Tx;
use super::{Store, rows};

const REGISTRATION: &str = "registration";
const FIRST_ADMINISTRATOR: &str = "first-administrator";
/// The value of the setup link once it was used.
const USED: &str = "used";

/// Who may make an account; open until somebody says otherwise.
pub async fn registration(store: &Store) -> StoreResult<Registration> {
    let row = store.read(find(REGISTRATION).one(store.reader())).await?;
    read_registration(row.map(|row| row.value))
}

pub async fn set_registration(store: &Store, registration: Registration) -> StoreResult<()> {
    store.write(move |tx| Box::pin(async move { put(tx, REGISTRATION, registration.as_str()).await })).await
}

/// Makes the one-time link for the first administrator anew, unless one was used already or there is an
/// administrator: then `None`. The link before stops working.
pub async fn renew_first_administrator_link(store: &Store) -> StoreResult<Option<Token>> {
    let token = Token::random();
    let hash = hexadecimal(&token.hash());
    let is_new = store.write(move |tx| {
        Box::pin(async move {
            if get(tx, FIRST_ADMINISTRATOR).await?.as_deref() == Some(USED) {
                return Ok(false);
            }
            if roles::administrators().exists(tx).await? {
                put(tx, FIRST_ADMINISTRATOR, USED).await?;
                return Ok(false);
            }
            put(tx, FIRST_ADMINISTRATOR, &hash).await?;
            Ok(true)
        })
    });
    Ok(is_new.await?.then_some(token))
}

/// Whether a setup link is the current, unused one, and there is no administrator yet.
pub async fn is_first_administrator_link(store: &Store, token: &Token) -> StoreResult<bool> {
    let row = store.read(find(FIRST_ADMINISTRATOR).one(store.reader())).await?;
    let is_current = row.is_some_and(|row| row.value == hexadecimal(&token.hash()));
    Ok(is_current && !store.read(roles::administrators().exists(store.reader())).await?)
}

/// Uses up a setup link; `Gone` when it is not the current one, was used, or there is an administrator.
/// Once only, whoever races.
pub(super) async fn redeem_first_administrator_link(tx: &Tx, token: TokenHash) -> StoreResult<()> {
    if roles::administrators().exists(tx).await? {
        return Err(StoreError::Gone);
    }
    let used = Entity::update_many()
        .set(settings::ActiveModel { value: sea_orm::Set(USED.to_owned()), ..Default::default() })
        .filter(settings::COLUMN.key.eq(FIRST_ADMINISTRATOR))
        .filter(settings::COLUMN.value.eq(hexadecimal(&token)))
        .exec(tx)
        .await?;
    rows::found(used.rows_affected).map_err(|_| StoreError::Gone)
}

/// The policy within a transaction.
pub(super) async fn registration_in(tx: &Tx) -> StoreResult<Registration> {
    read_registration(get(tx, REGISTRATION).await?)
}

fn read_registration(value: Option<String>) -> StoreResult<Registration> {
    match value {
        None => Ok(Registration::Open),
        // Refuse rather than guess.
        Some(value) => value.parse().map_err(|()| StoreError::Corrupt("an unknown registration policy")),
    }
}

pub(super) fn find(key: &str) -> Select<Entity> {
    Entity::find_by_id(key)
}

pub(super) async fn get<C: ConnectionTrait>(db: &C, key: &str) -> StoreResult<Option<String>> {
    Ok(find(key).one(db).await?.map(|row| row.value))
}

pub(super) async fn put(tx: &Tx, key: &str, value: &str) -> StoreResult<()> {
    let replace = OnConflict::column(Column::Key).update_column(Column::Value).to_owned();
    upsert(tx, row(key, value), replace).await.map(drop)
}

pub(super) async fn put_if_missing(tx: &Tx, key: &str, value: &str) -> StoreResult<()> {
    let keep = OnConflict::column(Column::Key).do_nothing().to_owned();
    upsert(tx, row(key, value), keep).await.map(drop)
}

fn row(key: &str, value: &str) -> Model {
    Model { key: key.to_owned(), value: value.to_owned() }
}

fn hexadecimal(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}
