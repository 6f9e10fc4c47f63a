//! `lontar account …`: accounts and roles from the machine the server runs on.

use std::io::Read;
use std::process::ExitCode;

use super::{Outcome, open_store};
use crate::app::system_clock;
use crate::config::Settings;
use crate::crypto::names::{self, SignInName};
use crate::crypto::password::{Hasher, Password, rules};
use crate::crypto::recovery::{self, RecoveryCode};
use crate::crypto::token::Token;
use crate::domain::account::Role;
use crate::domain::id::AccountId;
use crate::store::accounts::{self, NewAccount, Opening};
use crate::store::{Store, error::StoreError};

pub async fn create(settings: Settings, name: Option<String>, roles: Vec<Role>, from_stdin: bool) -> Outcome {
    let name = match name {
        Some(chosen) => names::choose(&chosen).map_err(|problem| format!("{problem}."))?,
        None => names::propose(),
    };
    let (password, is_ours) = match from_stdin {
        true => (read_password(&name)?, false),
        // 43 random characters: nobody has to remember them, they are changed at first use.
        false => (Password::new(&Token::random().reveal()[..20]), true),
    };
    let hash = Hasher::default().hash(password.clone()).await.map_err(|error| format!("{error}."))?;
    let codes = recovery::print();
    let store = open_store(&settings).await?;
    let account = NewAccount {
        name: &name,
        password: &hash,
        language: "en",
        recovery_codes: &codes,
        roles,
        opening: Opening::Free,
    };
    match accounts::create(&store, account, system_clock()).await {
        Ok(_) => {}
        Err(StoreError::Taken(_)) => return Err("Somebody already uses this name.".to_owned()),
        Err(other) => return Err(format!("{other}.")),
    }
    println!("Sign-in name: {}", name.reveal());
    if is_ours {
        println!("Password: {} (to be changed after signing in)", password.reveal());
    }
    println!("Recovery codes, each works once:");
    codes.iter().map(RecoveryCode::printed).for_each(|code| println!("  {code}"));
    Ok(ExitCode::SUCCESS)
}

fn read_password(name: &SignInName) -> Result<Password, String> {
    let mut typed = String::new();
    std::io::stdin().take(2_000).read_to_string(&mut typed).map_err(|_| "No password could be read.".to_owned())?;
    let password = Password::new(typed.trim_end_matches(['\n', '\r']));
    rules::rules(&password, name.reveal()).map_err(|problem| format!("{problem}."))?;
    Ok(password)
}

pub async fn grant(settings: Settings, name: String, role: Role) -> Outcome {
    let (store, account) = find(&settings, &name).await?;
    accounts::grant_role(&store, account, role, system_clock()).await.map_err(|error| format!("{error}."))?;
    Ok(ExitCode::SUCCESS)
}

pub async fn revoke(settings: Settings, name: String, role: Role) -> Outcome {
    let (store, account) = find(&settings, &name).await?;
    accounts::revoke_role(&store, account, role).await.map_err(|error| format!("{error}."))?;
    Ok(ExitCode::SUCCESS)
}

async fn find(settings: &Settings, name: &str) -> Result<(Store, AccountId), String> {
    let store = open_store(settings).await?;
    let found = accounts::by_name(&store, &names::lookup_form(name)).await.map_err(|error| format!("{error}."))?;
    match found {
        Some(account) => Ok((store, account.id)),
        None => Err("Nobody has this sign-in name.".to_owned()),
    }
}
