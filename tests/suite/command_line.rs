//! The program itself, as an operator runs it.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
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

/// What `lontar check` says is to be mended, beside the fonts that this machine may lack.
fn to_mend(command: &mut Command) -> Vec<String> {
    let output = command.arg("check").output().unwrap();
    let (said, wrong) = printed(&output);
    assert_eq!(wrong, "", "it is no fault of the program");
    let mend = said.lines().filter_map(|line| line.strip_prefix("MEND ")).map(str::to_owned);
    let mend: Vec<String> = mend.filter(|line| !line.starts_with("fonts: ")).collect();
    assert!(mend.is_empty() || output.status.code() == Some(1), "{said}");
    mend
}

/// `lontar` with this data folder and the courses that are shipped.
fn installed(data: &Path) -> Command {
    let mut command = lontar(data, &[]);
    command.env("LONTAR_COURSES", Path::new(env!("CARGO_MANIFEST_DIR")).join("courses"));
    command
}

#[track_caller]
fn assert_mend(command: &mut Command, what: &str, pieces: &[&str]) {
    let mend = to_mend(command);
    assert!(mend.len() == 1 && mend[0].starts_with(&format!("{what}: ")), "{mend:?}");
    assert!(pieces.iter().all(|piece| mend[0].contains(piece)) && mend[0].ends_with('.'), "{mend:?}");
}

#[rocket::async_test]
async fn a_check_tells_each_fault_and_how_to_mend_it() {
    let data = tempfile::tempdir().unwrap();
    drop(store(data.path()).await);
    assert_eq!(to_mend(&mut installed(data.path())), Vec::<String>::new());

    let another = data_encoding::HEXLOWER.encode(&[8; 32]);
    let wrong_key = ["The server key does not belong to this database", "put back the key"];
    assert_mend(installed(data.path()).env("LONTAR_KEY", another), "database", &wrong_key);
    assert_mend(
        installed(data.path()).env("LONTAR_KEY", "nonsense"),
        "key",
        &["LONTAR_KEY is not a key", "write 32 bytes"],
    );
    std::fs::write(data.path().join("key"), "torn in two").unwrap();
    let garbage = ["The file ", "key does not hold what it should", "put back the file"];
    assert_mend(&mut installed(data.path()), "key", &garbage);
    assert_eq!(std::fs::read_to_string(data.path().join("key")).unwrap(), "torn in two");

    std::fs::remove_file(data.path().join("key")).unwrap();
    assert_mend(&mut installed(data.path()), "key", &["there is a database", "put back the key it was made with"]);
}

#[test]
fn a_check_tells_which_folder_is_wrong() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("file");
    std::fs::write(&file, "no folder").unwrap();
    // Not even root can write below a file.
    let unwritable = ["Nothing can be written to ", "Give the server's user that folder"];
    assert_mend(installed(data.path()).env("LONTAR_DATA", file.join("data")), "disk", &unwritable);

    let missing = data.path().join("none");
    let unreadable = ["none cannot be read", "LONTAR_COURSES names the folder"];
    assert_mend(installed(data.path()).env("LONTAR_COURSES", missing), "courses", &unreadable);
    let empty = tempfile::tempdir().unwrap();
    let nothing = ["holds no course", "Put one there", "LONTAR_COURSES"];
    assert_mend(installed(data.path()).env("LONTAR_COURSES", empty.path()), "courses", &nothing);
}

#[rocket::async_test]
async fn a_role_is_taken_back_and_the_last_administrator_stays() {
    let data = tempfile::tempdir().unwrap();
    let store = store(data.path()).await;
    for name in ["river-lamp-42", "stone-boat-17"] {
        let create = ["account", "create", "--name", name, "--role", "administrator", "--role", "trainer"];
        assert!(lontar(data.path(), &create).output().unwrap().status.success());
    }
    let revoke = |name: &str, role: &str| lontar(data.path(), &["account", "revoke", name, role]).output().unwrap();
    let output = revoke("river-lamp-42", "administrator");
    assert!(output.status.success(), "{:?}", printed(&output));
    let left = accounts::find_by_name(&store, "river-lamp-42").await.unwrap().unwrap();
    assert_eq!(left.roles, [Role::Trainer].into(), "this role and no other");

    let output = revoke("stone-boat-17", "administrator");
    assert!(!output.status.success() && printed(&output).1.contains("last administrator"), "{:?}", printed(&output));
    let last = accounts::find_by_name(&store, "stone-boat-17").await.unwrap().unwrap();
    assert_eq!(last.roles, [Role::Administrator, Role::Trainer].into());
    let output = revoke("nobody-at-all", "trainer");
    assert!(!output.status.success() && printed(&output).1.contains("Nobody has this"), "{:?}", printed(&output));
}

/// All files below a folder, by their paths in it.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => waiting.push(path),
                false => {
                    found.insert(path.strip_prefix(folder).unwrap().to_owned(), std::fs::read(&path).unwrap());
                }
            }
        }
    }
    found
}

fn unzipped(file: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(file).unwrap()).unwrap();
    let mut found = BTreeMap::new();
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        if entry.is_file() {
            found.insert(PathBuf::from(entry.name().unwrap().as_ref()), bytes);
        }
    }
    found
}

#[test]
fn a_course_comes_out_as_it_went_in_and_a_broken_one_leaves_it_alone() {
    let data = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/courses/whole");
    let run = |arguments: &[&str]| lontar(data.path(), arguments).output().unwrap();
    let output = run(&["course", "import", source.to_str().unwrap()]);
    assert!(output.status.success() && printed(&output).0.contains("Published."), "{:?}", printed(&output));
    for target in ["as-folder", "whole.zip"] {
        let output = run(&["course", "export", "whole", target]);
        assert!(output.status.success() && printed(&output).0.contains(target), "{:?}", printed(&output));
    }
    let kept = files(&source);
    assert!(files(&data.path().join("as-folder")) == kept, "the folder differs");
    assert!(unzipped(&data.path().join("whole.zip")) == kept, "the zip file differs");
    let output = run(&["course", "import", "whole.zip"]);
    assert!(printed(&output).0.contains("the latest edition already"), "{:?}", printed(&output));

    let lesson = data.path().join("as-folder/en/01-first/01-every-block.md");
    let text = std::fs::read_to_string(&lesson).unwrap();
    let line = text.lines().count() + 1;
    std::fs::write(&lesson, text + "[nowhere](lesson:not-there)\n").unwrap();
    let output = run(&["course", "import", "as-folder"]);
    let (said, wrong) = printed(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains(&format!("en/01-first/01-every-block.md:{line}: error")), "{said}");
    assert!(wrong.contains("Nothing was published; the edition before stays."), "{wrong}");
    assert!(run(&["course", "export", "whole", "again"]).status.success());
    assert!(files(&data.path().join("again")) == kept, "the edition before is gone");
    let output = run(&["course", "export", "whole", "again"]);
    assert!(!output.status.success() && printed(&output).1.contains("is there already"), "{:?}", printed(&output));
}

#[test]
fn programs_read_what_is_wrong_with_a_course() {
    let data = tempfile::tempdir().unwrap();
    let course = data.path().join("tiny");
    let new = lontar(data.path(), &["course", "new", "tiny"]).env("LONTAR_COURSES", data.path()).output().unwrap();
    assert!(new.status.success(), "{:?}", printed(&new));
    let lesson = course.join("en/01-first-module/01-first-lesson.md");
    let text = std::fs::read_to_string(&lesson).unwrap();
    let line = text.lines().count() + 1;
    std::fs::write(&lesson, text + "[nowhere](lesson:not-there)\n").unwrap();

    let output = lontar(data.path(), &["course", "lint", "tiny", "--format", "json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["errors"], 1, "{report}");
    let found = report["diagnostics"].as_array().unwrap().iter().find(|found| found["severity"] == "error").unwrap();
    assert_eq!(found["file"], "en/01-first-module/01-first-lesson.md");
    assert_eq!((&found["line"], &found["rule"]), (&line.into(), &"broken-link".into()));
    assert!(found["message"].as_str().unwrap().contains("not-there"), "{found}");
    assert!(!found["help"].as_str().unwrap().is_empty(), "{found}");
}
