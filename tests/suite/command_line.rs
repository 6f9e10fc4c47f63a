//! The program itself, as an operator runs it.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use lontar::config::Settings;
use lontar::crypto::vault::Vault;
use lontar::crypto::vault::key::ServerKey;
use lontar::domain::account::{ManagerScope, Registration, Role};
use lontar::store::accounts::{self, roles};
use lontar::store::memberships::{self, Placement};
use lontar::store::{Store, invitations, organisations, settings};

use crate::support::{App, BEGIN, World};

/// `lontar …` with this data folder and nothing else of this machine's settings.
pub fn lontar(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lontar"));
    command.args(arguments).current_dir(data).env("LONTAR_DATA", data);
    for name in [
        "LONTAR_KEY",
        "LONTAR_PASSPHRASE",
        "LONTAR_PASSPHRASE_FILE",
        "DATABASE_URL",
        "LONTAR_COURSES",
        "LONTAR_PUBLIC_URL",
    ] {
        command.env_remove(name);
    }
    command
}

pub fn printed(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).unwrap().next().is_none()
}

/// The store of a data folder whose key is the tests' own.
async fn store(data: &Path) -> Store {
    std::fs::write(data.join("key"), data_encoding::HEXLOWER.encode(&[7; 32])).unwrap();
    let location = format!("sqlite:{}", data.join("lontar.sqlite").display()).parse().unwrap();
    Store::open(&location, Vault::new(&ServerKey::from_bytes([7; 32]))).await.unwrap()
}

#[rocket::async_test]
async fn accounts_are_made_whatever_the_registration_and_end_the_setup_link() {
    let data = tempfile::tempdir().unwrap();
    let store = store(data.path()).await;
    settings::set_registration(&store, Registration::Closed).await.unwrap();
    let link = settings::renew_first_administrator_link(&store).await.unwrap().unwrap();

    let create = ["account", "create", "--name", "river-lamp-42", "--role", "administrator", "--role", "trainer"];
    let output = lontar(data.path(), &create).output().unwrap();
    let (said, wrong) = printed(&output);
    assert!(output.status.success() && said.contains("Sign-in name: river-lamp-42"), "{said}{wrong}");
    let made = accounts::find_by_name(&store, "river-lamp-42").await.unwrap().unwrap();
    assert_eq!(made.roles, [Role::Administrator, Role::Trainer].into());
    assert_eq!(roles::staff(&store).await.unwrap().len(), 1);

    assert!(!settings::is_first_administrator_link(&store, &link).await.unwrap(), "a printed link is of no use now");
    assert!(settings::renew_first_administrator_link(&store).await.unwrap().is_none(), "and none is printed again");
}

/// A role that reaches nowhere is said to, and giving it again says what it reaches.
#[rocket::async_test]
async fn what_a_programme_manager_manages_is_said() {
    let data = tempfile::tempdir().unwrap();
    let store = store(data.path()).await;
    let create = ["account", "create", "--name", "river-lamp-42", "--role", "programme-manager"];
    let (said, wrong) = printed(&lontar(data.path(), &create).output().unwrap());
    assert!(said.contains("manages nothing yet") && said.contains("grant river-lamp-42"), "{said}{wrong}");
    let made = accounts::find_by_name(&store, "river-lamp-42").await.unwrap().unwrap();

    let grant = ["account", "grant", "river-lamp-42", "programme-manager"];
    let (said, wrong) = printed(&lontar(data.path(), &grant).output().unwrap());
    assert!(wrong.contains("belongs to no organisation"), "{said}{wrong}");
    roles::grant_network(&store, made.id, BEGIN).await.unwrap();
    let organisation = organisations::create(&store, "River Watch", BEGIN).await.unwrap();
    let placement = Some(Placement { organisation, cohort: None });
    let (_, code) = invitations::create(&store, 1, BEGIN.plus(1), placement, BEGIN).await.unwrap();
    memberships::join(&store, made.id, &code.printed(), BEGIN).await.unwrap();
    let output = lontar(data.path(), &grant).output().unwrap();
    assert!(output.status.success(), "{:?}", printed(&output));
    let manages = memberships::manager_scope(&store, made.id).await;
    assert_eq!(manages, Ok(ManagerScope::Organisation(organisation)), "the whole network stayed");
}

/// `lontar account create | head -0`
#[test]
fn who_stops_reading_breaks_no_command() {
    let data = tempfile::tempdir().unwrap();
    let courses = data.path().join("none");
    for arguments in
        [&["account", "create"][..], &["check"], &["course", "lint", courses.to_str().unwrap()], &["--help"]]
    {
        let mut command = lontar(data.path(), arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let (_, wrong) = printed(&child.wait_with_output().unwrap());
        assert!(!wrong.contains("panicked"), "{arguments:?}: {wrong}");
    }
}

#[rocket::async_test]
async fn commands_that_look_make_no_key_and_no_database() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let picture = world.owner.get(&format!("/certificates/{}/badge", world.certificate)).await.bytes;
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("certificate.jwt");
    std::fs::write(&file, picture).unwrap();
    let file = file.to_str().unwrap();
    let data = tempfile::tempdir().unwrap();
    let target = elsewhere.path().join("backup.lontar");

    let output = lontar(data.path(), &["certificate", "verify", file]).output().unwrap();
    assert!(!output.status.success() && printed(&output).1.contains("--keys"), "{:?}", printed(&output));
    let output = lontar(data.path(), &["backup", target.to_str().unwrap()]).output().unwrap();
    assert!(!output.status.success() && printed(&output).1.contains("no server key"), "{:?}", printed(&output));
    let output = lontar(data.path(), &["course", "export", "whole", "whole.zip"]).output().unwrap();
    assert!(!output.status.success() && printed(&output).1.contains("no server key"), "{:?}", printed(&output));
    let output = lontar(data.path(), &["check"]).output().unwrap();
    assert!(printed(&output).0.contains("The first start of the server makes one."), "{:?}", printed(&output));
    assert!(is_empty(data.path()), "something was made");

    let keys = elsewhere.path().join("keys.json");
    std::fs::write(&keys, app.visitor().get("/.well-known/lontar-keys.json").await.bytes).unwrap();
    let with_keys = ["certificate", "verify", file, "--keys", keys.to_str().unwrap()];
    let output = lontar(data.path(), &with_keys).output().unwrap();
    assert!(printed(&output).0.contains("Genuine."), "{:?}", printed(&output));
}

/// The copy that one wants before an upgrade is of the database as it was.
#[rocket::async_test]
async fn a_backup_by_a_newer_program_leaves_the_database_as_it_is() {
    let data = tempfile::tempdir().unwrap();
    drop(store(data.path()).await);
    let file = data.path().join("lontar.sqlite");
    let url = format!("sqlite:{}", file.display());
    let newest = "FROM migrations WHERE version = (SELECT max(version) FROM migrations)";
    let db = sea_orm::Database::connect(&url).await.unwrap();
    sea_orm::ConnectionTrait::execute_unprepared(&db, &format!("DELETE {newest}")).await.unwrap();
    db.close().await.unwrap();
    let before = crate::support::dump_of(&file).await;

    let target = data.path().join("backup.lontar");
    let output = lontar(data.path(), &["backup", target.to_str().unwrap()]).output().unwrap();
    assert!(output.status.success() && target.exists(), "{:?}", printed(&output));
    let output = lontar(data.path(), &["check"]).output().unwrap();
    assert!(printed(&output).0.contains("made by an older Lontar"), "{:?}", printed(&output));
    let output = lontar(data.path(), &["course", "export", "whole", "whole.zip"]).output().unwrap();
    assert!(printed(&output).1.contains("made by an older Lontar"), "{:?}", printed(&output));
    assert!(crate::support::dump_of(&file).await == before, "the database was changed");
    let made = std::fs::read_dir(data.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(made.into_iter().all(|name| !name.to_string_lossy().contains("before-")), "an upgrade began");
}

#[test]
fn a_door_past_the_proxy_is_told() {
    let read = |address: &'static str| {
        Settings::read(move |asked| (asked == "LONTAR_ADDRESS").then(|| address.into()), None).unwrap()
    };
    assert!(read("0.0.0.0").open_door().unwrap().contains("0.0.0.0"));
    assert_eq!([read("127.0.0.1").open_door(), read("::1").open_door()], [None, None]);
    let data = tempfile::tempdir().unwrap();
    let output = lontar(data.path(), &["check"]).env("LONTAR_ADDRESS", "0.0.0.0").output().unwrap();
    assert!(printed(&output).0.contains("LONTAR_ADDRESS is 0.0.0.0"));
}
