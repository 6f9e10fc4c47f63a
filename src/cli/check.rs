//! `lontar check`: what is wrong with this installation, in plain words, and how to mend it.

use std::path::Path;
use std::process::ExitCode;

use super::passphrase::key_settings;
use super::{Outcome, sentence};
use crate::app::system_clock;
use crate::certificates::fonts::Fonts;
use crate::config::{Settings, SettingsError};
use crate::crypto::vault::Vault;
use crate::crypto::vault::key::{KeySource, ServerKey};
use crate::domain::time::Day;
use crate::locale::Language;
use crate::store::connect::Location;
use crate::store::existing::Age;
use crate::store::{OpenError, Store};

/// One line of the report.
struct Finding {
    is_good: bool,
    what: &'static str,
    sentence: String,
}

fn good(what: &'static str, sentence: impl Into<String>) -> Finding {
    Finding { is_good: true, what, sentence: sentence.into() }
}

fn bad(what: &'static str, sentence: impl Into<String>) -> Finding {
    Finding { is_good: false, what, sentence: sentence.into() }
}

pub async fn run(settings: Result<Settings, SettingsError>) -> Outcome {
    let mut findings = Vec::new();
    match settings {
        Err(error) => findings.push(bad("settings", error.to_string())),
        Ok(settings) => {
            findings.push(good("settings", format!("The server will be at {}.", settings.public_url)));
            findings.push(public_address(&settings));
            findings.push(proxies(&settings));
            findings.extend(settings.open_door().map(|sentence| good("door", sentence)));
            findings.push(disk(&settings.data));
            findings.extend(key_and_database(&settings).await);
            findings.push(courses(&settings.courses));
        }
    }
    findings.push(clock(system_clock().day()));
    findings.push(font_report(&Fonts::find()));
    let all_good = findings.iter().all(|finding| finding.is_good);
    for Finding { is_good, what, sentence } in findings {
        say!("{} {what}: {sentence}", if is_good { "ok  " } else { "MEND" });
    }
    Ok(if all_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn public_address(settings: &Settings) -> Finding {
    let is_local = ["127.0.0.1", "localhost", "[::1]"].iter().any(|host| settings.public_url.contains(host));
    let is_onion = settings.public_url.contains(".onion");
    match settings.public_url.starts_with("https://") || is_local || is_onion {
        true => good("address", "It is reached safely."),
        false => bad(
            "address",
            "LONTAR_PUBLIC_URL begins with http:// — passwords would travel open. Put TLS in front and use https://.",
        ),
    }
}

fn proxies(settings: &Settings) -> Finding {
    let named: Vec<String> = settings.proxies.iter().map(ToString::to_string).collect();
    match named.is_empty() {
        true => good("proxy", "None is believed about where requests come from (LONTAR_PROXIES).".to_owned()),
        false => good(
            "proxy",
            format!("Believed about where requests come from, for limits: {} (LONTAR_PROXIES).", named.join(", ")),
        ),
    }
}

/// Enough room to go on writing for a while.
const ENOUGH_BYTES: u64 = 500_000_000;

fn disk(data: &Path) -> Finding {
    let probe = data.join(".write-check");
    let written = std::fs::create_dir_all(data)
        .and_then(|()| std::fs::write(&probe, b"x"))
        .and_then(|()| std::fs::remove_file(&probe));
    if let Err(error) = written {
        return bad(
            "disk",
            format!("Nothing can be written to {}: {error}. Give the server's user that folder.", data.display()),
        );
    }
    match free_bytes(data) {
        Some(free) if free < ENOUGH_BYTES => {
            bad("disk", format!("Only {} MB are free beside the data. Make room before it is full.", free / 1_000_000))
        }
        Some(free) => good("disk", format!("{} MB are free.", free / 1_000_000)),
        None => good("disk", "The data folder can be written; its free space is not known on this system."),
    }
}

/// Asked of `df`, because the standard library does not know and unsafe code is forbidden here.
fn free_bytes(folder: &Path) -> Option<u64> {
    let output = std::process::Command::new("df").arg("-Pk").arg(folder).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let kilobytes: u64 = text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kilobytes * 1024)
}

async fn key_and_database(settings: &Settings) -> Vec<Finding> {
    let location = match settings.database_url.parse::<Location>() {
        Ok(location) => location,
        Err(error) => return vec![bad("database", sentence(&error))],
    };
    let keys = match key_settings(&settings.data) {
        Ok(keys) => keys,
        Err(sentence) => return vec![bad("key", sentence)],
    };
    if !ServerKey::is_made(&keys) {
        return vec![no_key(&location, &settings.data)];
    }
    let (key, source) = match ServerKey::find(&keys) {
        Ok(found) => found,
        Err(error) => return vec![bad("key", sentence(&error))],
    };
    let key_finding = match source {
        KeySource::Environment => good(
            "key",
            "It comes from the environment: the weakest place, for whoever gets at the settings of the service has it.",
        ),
        KeySource::Passphrase => good("key", "It comes from a passphrase."),
        KeySource::SealedFile(path) => {
            good("key", format!("A passphrase opens {}. Keep a copy of that file elsewhere.", path.display()))
        }
        KeySource::File(path) | KeySource::NewFile(path) => good(
            "key",
            format!(
                "It is the file {}. It protects backups, not a machine that is seized: keep a copy elsewhere. \
                 `lontar seal` puts it under a passphrase.",
                path.display()
            ),
        ),
    };
    let database = match Store::open_existing(&location, Vault::new(&key), Age::Current).await {
        Ok(store) if store.health().await.is_good() => good("database", "It can be read and written."),
        Ok(_) => bad("database", "It opens but cannot be written. Is the disk full, or does another program hold it?"),
        Err(error @ (OpenError::Missing | OpenError::Behind)) => good("database", sentence(&error)),
        Err(error) => bad("database", sentence(&error)),
    };
    vec![key_finding, database]
}

/// Nothing is made here: that is for the first start.
fn no_key(location: &Location, data: &Path) -> Finding {
    match location {
        Location::Sqlite(path) if path.exists() => bad(
            "key",
            format!(
                "There is none in {}, but there is a database: put back the key it was made with, or set LONTAR_KEY or \
                 LONTAR_PASSPHRASE.",
                data.display()
            ),
        ),
        Location::Sqlite(_) | Location::Postgres(_) => {
            good("key", "There is none yet, and no database was opened. The first start of the server makes one.")
        }
    }
}

fn courses(folder: &Path) -> Finding {
    match crate::exchange::folder::courses(folder) {
        Ok(found) if found.is_empty() => bad(
            "courses",
            format!("{} holds no course. Put one there, or name another folder in LONTAR_COURSES.", folder.display()),
        ),
        Ok(found) => good("courses", format!("{} in {}.", found.len(), folder.display())),
        Err(error) => {
            bad("courses", format!("{} cannot be read: {error}. LONTAR_COURSES names the folder.", folder.display()))
        }
    }
}

fn clock(today: Day) -> Finding {
    // The day this release was made: a clock before it is wrong.
    let made = Day::from_ymd(2026, 11, 1).unwrap_or(Day(0));
    match today >= made {
        true => good("clock", format!("It says {today}.")),
        false => bad(
            "clock",
            format!(
                "It says {today}, which is before this program was made. Set it; dates on certificates depend on it."
            ),
        ),
    }
}

/// A letter of each script that names in our region are written in.
const LETTERS: [(&str, char); 14] = [
    ("Burmese", 'မ'),
    ("Khmer", 'ក'),
    ("Thai", 'ก'),
    ("Lao", 'ກ'),
    ("Bangla", 'ক'),
    ("Devanagari", 'क'),
    ("Sinhala", 'ක'),
    ("Tamil", 'க'),
    ("Urdu", 'ک'),
    ("Vietnamese", 'ễ'),
    ("Korean", '한'),
    ("Japanese", 'あ'),
    ("Chinese", '语'),
    ("Mongolian Cyrillic", 'ө'),
];

fn font_report(fonts: &Fonts) -> Finding {
    let english = Language::English.content_tag();
    let lacking = LETTERS.iter().filter_map(|(script, letter)| {
        let missing = fonts.coverage(&letter.to_string(), &english).err()?;
        Some(format!("{script} (package {})", missing.debian_package))
    });
    let lacking: Vec<String> = lacking.collect();
    match lacking.is_empty() {
        true => good("fonts", "Names can be printed in all the scripts of our region."),
        false => {
            bad("fonts", format!("Names in these scripts cannot be printed on certificates: {}.", lacking.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_from_before_this_release_is_to_be_set() {
        let Finding { is_good, sentence, .. } = clock("2001-01-01".parse().unwrap());
        assert!(!is_good && sentence.contains("2001-01-01") && sentence.contains("Set it"), "{sentence}");
        let Finding { is_good, sentence, .. } = clock("2026-11-01".parse().unwrap());
        assert!(is_good && sentence.contains("2026-11-01"), "{sentence}");
    }

    #[test]
    fn scripts_without_a_font_are_told_with_the_package_to_install() {
        let folder = tempfile::tempdir().unwrap();
        let Finding { is_good, sentence, .. } = font_report(&Fonts::in_folder(folder.path()));
        assert!(!is_good);
        for (script, package) in [
            ("Burmese", "fonts-noto-core"),
            ("Khmer", "fonts-noto-core"),
            ("Urdu", "fonts-noto-core"),
            ("Korean", "fonts-noto-cjk"),
            ("Chinese", "fonts-noto-cjk"),
        ] {
            assert!(sentence.contains(&format!("{script} (package {package}")), "{sentence}");
        }
        assert!(
            !sentence.contains("Vietnamese") && !sentence.contains("Mongolian"),
            "our own font has these: {sentence}"
        );
    }
}
