//! The arrows between layers (STYLE.md, *Where things live*), read from the source.

use std::path::{Path, PathBuf};

/// What a layer may not name, and why.
struct Rule {
    /// Files below this, from `src/`.
    of: &'static str,
    except: &'static [&'static str],
    word: &'static str,
    why: &'static str,
}

const fn rule(of: &'static str, except: &'static [&'static str], word: &'static str, why: &'static str) -> Rule {
    Rule { of, except, word, why }
}

const PURE: &str = "domain is plain values and decisions: time, chance and ids come in as arguments";
const UPWARDS: &str = "arrows go web → store → domain; what domain needs is handed to it";
const SQL: &str = "only the store knows the database; ask it for a domain value";
const PAGES: &str = "only web knows requests and pages; hand it a value to show";
const NOBODY_READS: &str = "it panics where nobody reads on (`| head`); say! and complain! of the command line do not";

/// SAFETY 25: an address in a form, a course or a package must not make the server ask anybody anything.
const NO_FETCHER: &str = "the server opens no connection but to its database: a fetcher could be sent to what only \
                          this machine reaches, and would tell others who learns here";

const RULES: &[Rule] = &[
    rule("", &[], "TcpStream", NO_FETCHER),
    rule("", &[], "TcpSocket", NO_FETCHER),
    rule("", &[], "UdpSocket", NO_FETCHER),
    rule("", &[], "lookup_host", NO_FETCHER),
    rule("", &[], "ToSocketAddrs", NO_FETCHER),
    rule("", &[], "reqwest", NO_FETCHER),
    rule("", &[], "ureq", NO_FETCHER),
    rule("", &[], "hyper", NO_FETCHER),
    rule("", &[], "isahc", NO_FETCHER),
    rule("", &[], "curl", NO_FETCHER),
    rule("", &[], "wget", NO_FETCHER),
    rule("domain/", &[], "rocket", PURE),
    rule("domain/", &[], "sea_orm", PURE),
    rule("domain/", &[], "handlebars", PURE),
    rule("domain/", &[], "std::fs", PURE),
    rule("domain/", &[], "tokio", PURE),
    rule("domain/", &[], "std::time::SystemTime", PURE),
    rule("domain/", &[], "SystemTime::now", PURE),
    rule("domain/", &[], "Instant::now", PURE),
    rule("domain/", &[], "getrandom", PURE),
    rule("domain/", &[], "Uuid::now_v7", PURE),
    rule("domain/", &[], "Uuid::new_v4", PURE),
    rule("domain/", &[], "crate::web", UPWARDS),
    rule("domain/", &[], "crate::store", UPWARDS),
    rule("domain/", &[], "crate::app", UPWARDS),
    rule("domain/", &[], "crate::locale", UPWARDS),
    rule("domain/", &[], "crate::exchange", UPWARDS),
    rule("domain/", &[], "crate::catalogue", UPWARDS),
    rule("domain/", &[], "crate::certificates", UPWARDS),
    rule("locale/", &[], "crate::web", UPWARDS),
    rule("locale/", &[], "crate::store", UPWARDS),
    rule("exchange/", &[], "crate::web", UPWARDS),
    rule("exchange/", &[], "crate::store", UPWARDS),
    rule("crypto/", &[], "crate::web", UPWARDS),
    rule("crypto/", &[], "crate::store", UPWARDS),
    rule("certificates/", &[], "crate::web", UPWARDS),
    rule("certificates/", &[], "crate::store", UPWARDS),
    rule("worker/", &[], "crate::web", UPWARDS),
    rule("worker/", &[], "crate::app", UPWARDS),
    rule("store/", &[], "crate::web", UPWARDS),
    rule("store/", &[], "crate::app", UPWARDS),
    rule("store/", &[], "crate::locale", UPWARDS),
    rule("", &["store/"], "sea_orm", SQL),
    rule("", &["store/"], "sqlx", SQL),
    rule("", &["web/", "app.rs", "cli/serve.rs", "config.rs"], "rocket::", PAGES),
    rule("", &["web/"], "handlebars", PAGES),
    rule("cli/", &[], "println!", NOBODY_READS),
    rule("cli/", &[], "eprintln!", NOBODY_READS),
    rule("cli/", &[], "print!", NOBODY_READS),
    rule("app.rs", &[], "println!", NOBODY_READS),
    rule("app.rs", &[], "eprintln!", NOBODY_READS),
    rule("web/", &[], "crate::app", "app puts web together, so web cannot know it"),
    rule("", &["app.rs", "cli/", "main.rs"], "crate::cli", "only main and the command line know the command line"),
];

#[test]
fn every_arrow_points_the_right_way() {
    let mut wrong = Vec::new();
    let files = source();
    assert!(files.len() > 100, "the source was not found");
    for (path, code) in &files {
        for rule in RULES.iter().filter(|rule| path.starts_with(rule.of)) {
            if rule.except.iter().any(|exempt| path.starts_with(exempt)) {
                continue;
            }
            for (number, line) in code.lines().enumerate() {
                if says(line, rule.word) {
                    wrong.push(format!("src/{path}:{}: says `{}`. {}.", number + 1, rule.word, rule.why));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong arrows:\n{}", wrong.len(), wrong.join("\n"));
}

/// Whether a line of code names `word`; comments may.
fn says(line: &str, word: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    code.match_indices(word).any(|(at, _)| {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        !(before.is_some_and(is_part) || word.chars().next_back().is_some_and(is_part) && after.is_some_and(is_part))
    })
}

#[test]
fn a_wrong_arrow_is_noticed() {
    assert!(says("use sea_orm::EntityTrait;", "sea_orm"));
    assert!(says("    let now = std::time::SystemTime::now();", "SystemTime::now"));
    assert!(says("    let mut line = TcpStream::connect(address).await?;", "TcpStream"));
    assert!(says("    Command::new(\"curl\")", "curl"));
    assert!(!says("    let curly = '{';", "curl"));
    assert!(!says("// sea_orm would be wrong here", "sea_orm"));
    assert!(!says("let sea_orm_like = 1;", "sea_orm"));
}

#[test]
fn folders_that_say_nothing_do_not_appear() {
    for (path, _) in source() {
        for name in ["utils", "util", "common", "services", "managers", "misc"] {
            let is_named = Path::new(&path)
                .components()
                .any(|part| Path::new(part.as_os_str()).file_stem().is_some_and(|stem| stem == name));
            assert!(!is_named, "src/{path}: a noun is missing, {name} is none");
        }
    }
}

/// SAFETY 41, as far as text shows it: nothing that outside input can reach panics on purpose.
#[test]
fn nothing_is_left_to_do() {
    for (path, code) in source() {
        for word in ["todo!", "unimplemented!", "dbg!", "FIXME", "TODO"] {
            assert!(!code.contains(word), "src/{path} says {word}");
        }
    }
}

/// SAFETY 25, in what the program is built from.
#[test]
fn no_library_that_fetches_is_asked_for() {
    let manifest = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let (_, libraries) = manifest.split_once("[dependencies]\n").unwrap();
    for fetcher in ["reqwest", "ureq", "hyper", "isahc", "curl", "attohttpc", "surf", "minreq", "git2"] {
        let asked = libraries.lines().find(|line| line.split(['.', ' ', '=']).next() == Some(fetcher));
        assert_eq!(asked, None, "{NO_FETCHER}");
    }
}

/// Every file of `src/` by its path from there, without its tests.
fn source() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned();
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        (name, code)
    };
    // Tests may break what they test against.
    let is_test =
        |path: &PathBuf| path.ends_with("tests.rs") || path.components().any(|part| part.as_os_str() == "tests");
    files.into_iter().filter(|path| !is_test(path)).map(read).collect()
}

pub fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
    files.sort();
}
