//! `lontar seal` and servers whose key a passphrase opens, as an operator meets them.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use crate::command_line::{lontar, printed};

const PASSPHRASE: &str = "ferry lantern copper monsoon";

/// A server on this data folder that says where it is open; its standard error is thrown away.
fn serve(data: &Path, passphrase: Option<&str>) -> Child {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut command = lontar(data, &["serve"]);
    command.env("LONTAR_PORT", port.to_string()).env("LONTAR_COURSES", data);
    command.envs(passphrase.map(|passphrase| ("LONTAR_PASSPHRASE", passphrase)));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().starts_with("Lontar is open at")), "it did not start");
    child
}

fn ended(mut child: Child) -> i32 {
    for _ in 0..200 {
        if let Some(status) = child.try_wait().unwrap() {
            // None after a signal: it is to end by itself.
            return status.code().unwrap();
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill().unwrap();
    panic!("the server goes on");
}

fn stop(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

fn with(passphrase: &str, data: &Path, arguments: &[&str]) -> Output {
    lontar(data, arguments).env("LONTAR_PASSPHRASE", passphrase).stdin(Stdio::null()).output().unwrap()
}

#[test]
fn sealing_stops_the_server_at_once_and_leaves_no_key_that_opens_without_the_passphrase() {
    let data = tempfile::tempdir().unwrap();
    let server = serve(data.path(), None);
    let create = ["account", "create", "--name", "river-lamp-42"];
    assert!(lontar(data.path(), &create).output().unwrap().status.success());
    let key = std::fs::read_to_string(data.path().join("key")).unwrap();

    let (said, wrong) = printed(&with(PASSPHRASE, data.path(), &["seal"]));

    assert!(said.contains("The server has stopped") && said.contains("The key is sealed"), "{said}{wrong}");
    assert_eq!(ended(server), 0);
    assert!(!data.path().join("key").exists());
    for file in std::fs::read_dir(data.path()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file())
    {
        let bytes = std::fs::read(&file).unwrap();
        let is_in = bytes.windows(key.trim().len()).any(|window| window == key.trim().as_bytes());
        assert!(!is_in, "{} holds the key", file.display());
    }

    let output = lontar(data.path(), &["serve"]).stdin(Stdio::null()).output().unwrap();
    assert!(printed(&output).1.contains("needs its passphrase") && !output.status.success());
    let output = with("ferry lantern copper mountain", data.path(), &["serve"]);
    assert!(printed(&output).1.contains("does not open the key") && !output.status.success());
    assert!(!data.path().join("key").exists(), "no new key is made in its place");

    let server = serve(data.path(), Some(PASSPHRASE));
    let output = with(PASSPHRASE, data.path(), &["account", "grant", "river-lamp-42", "trainer"]);
    assert!(output.status.success(), "who was there before is known: {:?}", printed(&output));
    let (said, wrong) = printed(&with(PASSPHRASE, data.path(), &["check"]));
    assert!(said.contains("A passphrase opens"), "{said}{wrong}");
    // The next time nothing lies open, and no passphrase is needed to forget.
    let output = lontar(data.path(), &["seal"]).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success() && printed(&output).0.contains("The server has stopped"));
    assert_eq!(ended(server), 0);
}

#[test]
fn a_passphrase_is_asked_for_in_a_terminal_and_not_shown() {
    let data = tempfile::tempdir().unwrap();
    stop(serve(data.path(), None));
    let (said, _) = in_terminal(data.path(), "seal", &["something long", "something else"]);
    assert!(said.contains("not the same") && data.path().join("key").exists(), "{said}");

    let (said, is_good) = in_terminal(data.path(), "seal", &[PASSPHRASE, PASSPHRASE]);
    assert!(is_good && said.contains("The key is sealed") && !said.contains("ferry"), "{said}");

    let (said, _) = in_terminal(data.path(), "check", &[PASSPHRASE]);
    assert!(said.contains("Passphrase of this server:") && !said.contains("ferry"), "{said}");
    assert!(said.contains("A passphrase opens") && said.contains("It can be read and written"), "{said}");
}

/// What a command says in a terminal of its own where these lines are typed, and whether it went well.
fn in_terminal(data: &Path, command: &str, typed: &[&str]) -> (String, bool) {
    let program = format!("{} {command}", env!("CARGO_BIN_EXE_lontar"));
    let mut terminal = Command::new("script");
    terminal.args(["-qec", &program, "/dev/null"]).current_dir(data).env("LONTAR_DATA", data);
    terminal.env("LONTAR_COURSES", data).env_remove("LONTAR_KEY").env_remove("LONTAR_PASSPHRASE");
    let mut child = terminal.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    // Kept open: at its end the terminal would hang up.
    let mut keyboard = child.stdin.take().unwrap();
    for line in typed {
        // As a person does: after the question.
        std::thread::sleep(Duration::from_millis(700));
        writeln!(keyboard, "{line}").unwrap();
    }
    let output = child.wait_with_output().unwrap();
    (printed(&output).0, output.status.success())
}

#[test]
fn a_passphrase_in_a_file_is_read_and_a_key_in_the_environment_is_warned_of() {
    let data = tempfile::tempdir().unwrap();
    let handed_over = data.path().join("handed-over");
    std::fs::write(&handed_over, format!("{PASSPHRASE}\n")).unwrap();
    let create = ["account", "create", "--name", "river-lamp-42"];
    let mut command = lontar(data.path(), &create);
    assert!(command.env("LONTAR_PASSPHRASE_FILE", &handed_over).output().unwrap().status.success());
    assert!(with(PASSPHRASE, data.path(), &["account", "grant", "river-lamp-42", "trainer"]).status.success());

    let other = tempfile::tempdir().unwrap();
    let output = lontar(other.path(), &create).env("LONTAR_KEY", "07".repeat(32)).output().unwrap();
    let (said, wrong) = printed(&output);
    assert!(output.status.success() && wrong.contains("weakest place"), "{said}{wrong}");
    let mut seal = lontar(other.path(), &["seal"]);
    let (said, wrong) = printed(&seal.env("LONTAR_KEY", "07".repeat(32)).output().unwrap());
    assert!(said.contains("No server runs") && wrong.contains("still stands in LONTAR_KEY"), "{said}{wrong}");
}
