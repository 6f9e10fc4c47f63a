//! The command line: one file per command. `lontar` alone serves.

#[macro_use]
mod say;

mod account;
pub mod backup;
mod certificate;
mod check;
mod course;
pub mod demo;
mod exchange;
mod passphrase;
mod seal;
mod serve;
mod serving;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::system_clock;
use crate::config::Settings;
use crate::crypto::vault::Vault;
use crate::crypto::vault::key::{KEY_VARIABLE, KeySource, ServerKey};
use crate::domain::account::Role;
use crate::domain::time::Day;
use crate::store::connect::Location;
use crate::store::error::{Outage, StoreError};
use crate::store::existing::Age;
use crate::store::{OpenError, Store};
use passphrase::key_settings;

#[derive(Parser)]
#[command(name = "lontar", version, about = "A learning server that opens anywhere and exposes nobody")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server (what happens without a command)
    Serve,
    /// Look for what is wrong with settings, key, database, fonts, disk and clock
    Check,
    /// Read, check, make and move courses
    #[command(subcommand)]
    Course(CourseCommand),
    /// Make accounts and give roles
    #[command(subcommand)]
    Account(AccountCommand),
    /// Check a certificate file without a server
    #[command(subcommand)]
    Certificate(CertificateCommand),
    /// Fill an empty data folder with a made-up network, and print a sign-in for each role
    Demo(demo::Wanted),
    /// Stop the server at once, key and all, and put a key that lies open under a passphrase
    Seal,
    /// Write a copy of the database, courses included, to FILE, sealed with the server key
    Backup { file: PathBuf },
    /// Bring back a copy made by `backup` into an empty data folder
    Restore { file: PathBuf },
}

#[derive(Subcommand)]
enum CourseCommand {
    /// Say everything that is wrong with the course in PATH; exit code 1 when it cannot be published
    Lint {
        path: PathBuf,
        #[arg(long, default_value = "text")]
        format: Format,
    },
    /// Start a course: a small whole one in courses/SLUG, to be written over
    New { slug: String },
    /// Count lessons, words, minutes, questions and facts
    Stats { path: PathBuf },
    /// List the facts that are due to be looked up again, and what they touch
    Facts { path: PathBuf },
    /// Publish a course from a folder or a zip file
    Import { file: PathBuf },
    /// Write a published course to a zip file or a folder, byte for byte
    Export { slug: String, file: PathBuf },
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

#[derive(Subcommand)]
enum AccountCommand {
    /// Make an account; prints its password and recovery codes
    Create {
        /// The sign-in name; without it one of ordinary words is proposed
        #[arg(long)]
        name: Option<String>,
        /// A role: trainer, programme-manager or administrator (may be given several times)
        #[arg(long, value_parser = role)]
        role: Vec<Role>,
        /// Read the password from standard input instead of making one
        #[arg(long)]
        password_stdin: bool,
    },
    /// Give a role
    Grant {
        name: String,
        #[arg(value_parser = role)]
        role: Role,
        /// A programme manager of the whole network, and not of the organisation they belong to
        #[arg(long)]
        network: bool,
    },
    /// Take a role back
    Revoke {
        name: String,
        #[arg(value_parser = role)]
        role: Role,
    },
}

#[derive(Subcommand)]
enum CertificateCommand {
    /// Check the signature inside a certificate (PDF, PNG or badge)
    Verify {
        file: PathBuf,
        /// The public keys of the server that issued it (from /.well-known/lontar-keys.json); without it this server's own
        #[arg(long)]
        keys: Option<PathBuf>,
    },
}

fn role(text: &str) -> Result<Role, String> {
    text.parse().map_err(|()| "a role is trainer, programme-manager or administrator".to_owned())
}

/// What a command ends with: a sentence on standard error and exit code 1 when it went wrong.
type Outcome = Result<ExitCode, String>;

/// Runs the command that the arguments ask for.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match dispatch(arguments.command.unwrap_or(Command::Serve)) {
        Ok(code) => code,
        Err(sentence) => {
            complain!("lontar: {sentence}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Command) -> Outcome {
    let settings = || Settings::load().map_err(|error| error.to_string());
    match command {
        Command::Serve => asynchronously(serve::run(settings()?)),
        Command::Check => asynchronously(check::run(Settings::load())),
        Command::Course(CourseCommand::Lint { path, format }) => {
            printed(course::lint(&path, matches!(format, Format::Json), today()))
        }
        Command::Course(CourseCommand::New { slug }) => printed(course::new(&settings()?.courses, &slug, today())),
        Command::Course(CourseCommand::Stats { path }) => printed(course::stats(&path, today())),
        Command::Course(CourseCommand::Facts { path }) => printed(course::facts(&path, today())),
        Command::Course(CourseCommand::Import { file }) => asynchronously(exchange::import(settings()?, file)),
        Command::Course(CourseCommand::Export { slug, file }) => {
            asynchronously(exchange::export(settings()?, slug, file))
        }
        Command::Account(AccountCommand::Create { name, role, password_stdin }) => {
            asynchronously(account::create(settings()?, name, role, password_stdin))
        }
        Command::Account(AccountCommand::Grant { name, role, network }) => {
            asynchronously(account::grant(settings()?, name, role, network))
        }
        Command::Account(AccountCommand::Revoke { name, role }) => {
            asynchronously(account::revoke(settings()?, name, role))
        }
        Command::Certificate(CertificateCommand::Verify { file, keys }) => {
            certificate::verify(settings()?, &file, keys.as_deref())
        }
        Command::Demo(wanted) => asynchronously(demo::run(settings()?, wanted)),
        Command::Seal => seal::run(&settings()?),
        Command::Backup { file } => asynchronously(backup::backup(settings()?, file)),
        Command::Restore { file } => asynchronously(backup::restore(settings()?, file)),
    }
}

fn today() -> Day {
    system_clock().day()
}

fn printed(printed: course::Printed) -> Outcome {
    // Whoever reads may stop early, as `| head` does: no fault of anybody.
    let _ = std::io::stdout().write_all(printed.text.as_bytes());
    Ok(ExitCode::from(printed.exit_code))
}

fn asynchronously(work: impl Future<Output = Outcome>) -> Outcome {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("The system refuses threads: {error}."))?
        .block_on(work)
}

/// The vault, with a printed warning when its key was made just now.
fn open_vault(settings: &Settings) -> Result<Vault, String> {
    std::fs::create_dir_all(&settings.data)
        .map_err(|error| format!("The data folder {} cannot be made: {error}.", settings.data.display()))?;
    let (key, source) = ServerKey::find(&key_settings(&settings.data)?).map_err(|error| sentence(&error))?;
    match source {
        KeySource::NewFile(path) => complain!(
            "A server key was made: {}. Without it nobody's data can be read: keep a copy apart from this machine \
             and apart from backups. It protects backups, not a machine that is seized together with it: `lontar seal` \
             puts it under a passphrase.",
            path.display()
        ),
        KeySource::Environment => complain!(
            "The server key comes from {KEY_VARIABLE}. That is its weakest place: whoever gets at the settings of this \
             service, or copies them with the machine, can read everything."
        ),
        KeySource::Passphrase | KeySource::SealedFile(_) | KeySource::File(_) => {}
    }
    Ok(Vault::new(&key))
}

async fn open_store(settings: &Settings) -> Result<Store, String> {
    let vault = open_vault(settings)?;
    let location = settings.database_url.parse().map_err(|error| sentence(&error))?;
    Store::open(&location, vault).await.map_err(|error| why_closed(&location, &error))
}

/// The vault of a server that was set up: for commands that only look, because a new key fits nothing.
fn existing_vault(settings: &Settings) -> Result<Vault, String> {
    let keys = key_settings(&settings.data)?;
    if !ServerKey::is_made(&keys) {
        return Err(format!(
            "There is no server key in {}: no server was started with this data folder. LONTAR_DATA chooses another.",
            settings.data.display()
        ));
    }
    let (key, _) = ServerKey::find(&keys).map_err(|error| sentence(&error))?;
    Ok(Vault::new(&key))
}

/// The database of a server that was set up, as it is.
async fn existing_store(settings: &Settings, age: Age) -> Result<Store, String> {
    let vault = existing_vault(settings)?;
    let location = settings.database_url.parse().map_err(|error| sentence(&error))?;
    Store::open_existing(&location, vault, age).await.map_err(|error| why_closed(&location, &error))
}

/// Why the database does not open, with the setting to look at.
fn why_closed(location: &Location, error: &OpenError) -> String {
    let (Location::Postgres(_), OpenError::Store(error)) = (location, error) else { return sentence(error) };
    let sentence = match error {
        StoreError::Unavailable(Outage::Refused) => {
            "The PostgreSQL server that DATABASE_URL names does not accept the name or the password in it."
        }
        StoreError::Unavailable(Outage::Closed) => {
            "The PostgreSQL server that DATABASE_URL names has no open database of the name in it: make one with \
             createdb, or correct the name."
        }
        StoreError::Unavailable(_) => {
            "The PostgreSQL server that DATABASE_URL names cannot be reached: look whether it is running and whether \
             host and port are right. Without DATABASE_URL everything is kept in a file in the data folder."
        }
        _ => {
            "The PostgreSQL server cannot be used as DATABASE_URL says: it should look like \
             postgres://name:password@host:5432/database."
        }
    };
    sentence.to_owned()
}

fn sentence(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_does_not_open_is_told_with_its_setting() {
        let location: Location = "postgres://lontar:hidden@host/db".parse().unwrap();
        for outage in [Outage::Gone, Outage::Busy, Outage::Refused, Outage::Closed] {
            let said = why_closed(&location, &OpenError::Store(StoreError::Unavailable(outage)));
            assert!(said.starts_with("The PostgreSQL") && said.contains("DATABASE_URL") && !said.contains("hidden"));
        }
        let file: Location = "sqlite:var/lontar.db".parse().unwrap();
        assert!(why_closed(&file, &OpenError::WrongKey).starts_with("The server key does not belong"));
    }
}
