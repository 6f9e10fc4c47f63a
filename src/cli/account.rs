//! `lontar account …`: accounts and roles from the machine the server runs on.

use std::io::Read;
use std::process::ExitCode;

use super::{Outcome, open_store, sentence};
use crate::app::system_clock;
use crate::config::Settings;
use crate::crypto::names::{self, SignInName};
use crate::crypto::password::{Hasher, Password, rules};
use crate::crypto::recovery::{self, RecoveryCode};
use crate::crypto::token::Token;
use crate::domain::account::Role;
use crate::domain::id::AccountId;
use crate::locale::Language;
use crate::store::Store;
use crate::store::accounts::roles::{self, Granted, Revoked};
use crate::store::accounts::{self, Door, NewAccount};
use crate::store::audit::{self, Act};
use crate::store::error::StoreError;

pub async fn create(settings: Settings, name: Option<String>, given: Vec<Role>, from_stdin: bool) -> Outcome {
    let name = match name {
        Some(chosen) => names::choose(&chosen).map_err(|problem| sentence(&problem))?,
        None => names::propose(),
    };
    let (password, is_ours) = match from_stdin {
        true => (read_password(&name)?, false),
        // 20 random characters: nobody has to remember them, they are changed at first use.
        false => (Password::new(&Token::random().reveal()[..20]), true),
    };
    let hash = Hasher::default().hash(password.clone()).await.map_err(|error| sentence(&error))?;
    let codes = recovery::print();
    let store = open_store(&settings).await?;
    let account = NewAccount {
        name: name.clone(),
        password: hash,
        language: Language::English.content_tag(),
        recovery_codes: codes.clone(),
        door: Door::CommandLine(given.iter().copied().collect()),
    };
    let id = match accounts::create(&store, account, system_clock()).await {
        Ok(id) => id,
        Err(StoreError::Taken(_)) => return Err("Somebody already uses this name.".to_owned()),
        Err(other) => return Err(format!("{other}.")),
    };
    say!("Sign-in name: {}", name.reveal());
    if is_ours {
        say!("Password: {} (to be changed after signing in)", password.reveal());
    }
    say!("Recovery codes, each works once:");
    codes.iter().map(RecoveryCode::printed).for_each(|code| say!("  {code}"));
    if given.contains(&Role::ProgrammeManager) {
        say!(
            "As a programme manager this account manages nothing yet: let it use the code of its organisation and then \
             run `lontar account grant {0} programme-manager`, or run `lontar account grant {0} programme-manager \
             --network`.",
            name.reveal()
        );
    }
    // Last: the account is there, and without what was printed nobody could use it.
    for role in given {
        note(&store, id, Act::RoleGranted(role)).await?;
    }
    Ok(ExitCode::SUCCESS)
}

fn read_password(name: &SignInName) -> Result<Password, String> {
    let mut typed = String::new();
    std::io::stdin().take(2_000).read_to_string(&mut typed).map_err(|_| "No password could be read.".to_owned())?;
    let password = Password::new(typed.trim_end_matches(['\n', '\r']));
    rules::rules(&password, name.reveal()).map_err(|problem| sentence(&problem))?;
    Ok(password)
}

pub async fn grant(settings: Settings, name: String, role: Role, is_of_network: bool) -> Outcome {
    if is_of_network && role != Role::ProgrammeManager {
        return Err("Only a programme manager manages the network: leave out --network.".to_owned());
    }
    let (store, account) = find(&settings, &name).await?;
    let granted = match role {
        Role::ProgrammeManager if is_of_network => {
            roles::grant_network(&store, account, system_clock()).await.map(|()| Granted::Done)
        }
        Role::ProgrammeManager => roles::grant_organisation(&store, account, system_clock()).await,
        Role::Trainer | Role::Administrator => {
            roles::grant(&store, account, role, system_clock()).await.map(|()| Granted::Done)
        }
    };
    match granted.map_err(|error| sentence(&error))? {
        Granted::Done => {}
        Granted::NoOrganisation => {
            return Err(
                "This person belongs to no organisation, so there is nothing to manage. Let them use the code \
                 of their organisation first, or add --network: then they manage all of them."
                    .to_owned(),
            );
        }
    }
    note(&store, account, Act::RoleGranted(role)).await?;
    Ok(ExitCode::SUCCESS)
}

/// For the person to read under *Who looked*.
async fn note(store: &Store, account: AccountId, act: Act) -> Result<(), String> {
    audit::record(store, account, None, act, system_clock()).await.map_err(|error| sentence(&error))
}

pub async fn revoke(settings: Settings, name: String, role: Role) -> Outcome {
    let (store, account) = find(&settings, &name).await?;
    match roles::revoke(&store, account, role).await.map_err(|error| sentence(&error))? {
        Revoked::Done => {
            note(&store, account, Act::RoleRevoked(role)).await?;
            Ok(ExitCode::SUCCESS)
        }
        Revoked::LastAdministrator => {
            Err("This is the last administrator; give the role to somebody else first.".to_owned())
        }
    }
}

async fn find(settings: &Settings, name: &str) -> Result<(Store, AccountId), String> {
    let store = open_store(settings).await?;
    let found = accounts::by_name(&store, name).await.map_err(|error| sentence(&error))?;
    match found {
        Some(found) => Ok((store, found.account)),
        None => Err("Nobody has this sign-in name.".to_owned()),
    }
}
