//! Backups: sealed as a whole, brought back byte for byte, and refused when a byte has changed.

use std::path::Path;

use lontar::cli::backup::{backup, restore};
use lontar::config::Settings;

use crate::support::{App, World, dump_of};

/// Settings for a data folder that holds the server key of the tests.
fn settings(folder: &Path, key: [u8; 32]) -> Settings {
    std::fs::write(folder.join("key"), data_encoding::HEXLOWER.encode(&key)).unwrap();
    let mut settings = Settings::read(|_| None, None).unwrap();
    settings.data = folder.to_owned();
    settings.database_url = format!("sqlite:{}", folder.join("lontar.sqlite").display());
    settings
}

fn files(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[rocket::async_test]
async fn a_backup_is_sealed_comes_back_whole_and_notices_every_change() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let path = format!("/learn/{}/1-1/reflection", world.enrolment);
    world.owner.post(&path, &[("block", "w-think"), ("text", "A rope.")]).await.to();
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("backup.lontar");

    backup(settings(app.folder.path(), [7; 32]), file.clone()).await.unwrap();

    let sealed = std::fs::read(&file).unwrap();
    // Names of tables and courses stand in any database; here nothing does.
    for plain in ["SQLite format", "enrolments", "The whole format"] {
        let plain = plain.as_bytes();
        assert!(!sealed.windows(plain.len()).any(|window| window == plain));
    }
    assert_eq!(files(elsewhere.path()), ["backup.lontar"], "no half copy stays");
    assert!(!app.folder.path().join("backup.copy").exists(), "no plain copy stays");
    assert!(backup(settings(app.folder.path(), [7; 32]), file.clone()).await.is_err(), "no file is replaced");

    let empty = tempfile::tempdir().unwrap();
    restore(settings(empty.path(), [7; 32]), file.clone()).await.unwrap();
    assert!(dump_of(&empty.path().join("lontar.sqlite")).await == app.dump().await);
    let again = restore(settings(empty.path(), [7; 32]), file.clone()).await.unwrap_err();
    assert!(again.contains("there already"), "{again}");

    let target = tempfile::tempdir().unwrap();
    let damaged = elsewhere.path().join("damaged");
    for number in 0..200 {
        let mut changed = sealed.clone();
        // Some in the head and the first chunk, the rest all over the file.
        let position = if number < 80 { number } else { number * (sealed.len() - 1) / 199 };
        changed[position] ^= 1 << (number % 8);
        std::fs::write(&damaged, &changed).unwrap();
        let refused = restore(settings(target.path(), [7; 32]), damaged.clone()).await.expect_err("not noticed");
        assert!(refused.starts_with("Nothing was restored. ") && refused.ends_with('.'), "{refused}");
        assert_eq!(files(target.path()), ["key"], "byte {position}: something half-done stays");
    }
    for length in [0, 10, 64, 65, 84, sealed.len() / 2, sealed.len() - 1] {
        std::fs::write(&damaged, &sealed[..length]).unwrap();
        assert!(restore(settings(target.path(), [7; 32]), damaged.clone()).await.is_err(), "cut at {length}");
        assert_eq!(files(target.path()), ["key"]);
    }
}

/// After a crash somebody takes the damaged database away, and its log stays.
#[rocket::async_test]
async fn nothing_is_restored_beside_the_log_of_another_database() {
    let app = App::new().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("backup.lontar");
    backup(settings(app.folder.path(), [7; 32]), file.clone()).await.unwrap();
    for leftover in ["lontar.sqlite-wal", "lontar.sqlite-shm", "lontar.sqlite-journal"] {
        let target = tempfile::tempdir().unwrap();
        std::fs::write(target.path().join(leftover), "frames").unwrap();
        let refused = restore(settings(target.path(), [7; 32]), file.clone()).await.unwrap_err();
        assert!(refused.contains(leftover) && refused.contains("is there already"), "{refused}");
        assert_eq!(files(target.path()), ["key", leftover], "nothing was touched");
    }
}

#[rocket::async_test]
async fn without_its_key_a_backup_is_refused_with_a_sentence() {
    let app = App::new().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("backup.lontar");
    backup(settings(app.folder.path(), [7; 32]), file.clone()).await.unwrap();

    let target = tempfile::tempdir().unwrap();
    let refused = restore(settings(target.path(), [8; 32]), file.clone()).await.unwrap_err();
    assert!(refused.contains("another server key"), "{refused}");
    let with_key = settings(target.path(), [8; 32]);
    std::fs::remove_file(target.path().join("key")).unwrap();
    let refused = restore(with_key, file).await.unwrap_err();
    assert!(refused.contains("Put the server key"), "{refused}");
    assert!(files(target.path()).is_empty(), "no new key was made");
}
