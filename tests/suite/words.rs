//! The words on screen: every key that pages ask for exists, and every key is asked for.

use std::collections::BTreeSet;
use std::path::Path;

use lontar::locale::Language;

use crate::layers::collect;

fn texts(folder: &str, extension: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(&root.join(folder), &mut files);
    let of_kind = files.into_iter().filter(|path| path.extension().is_some_and(|found| found == extension));
    of_kind
        .map(|path| (path.strip_prefix(root).unwrap().display().to_string(), std::fs::read_to_string(path).unwrap()))
        .collect()
}

/// Text literals of Rust code that look like keys: `noun.something`, in lower case.
fn literals(code: &str) -> impl Iterator<Item = &str> {
    let is_key = |text: &&str| {
        let mut parts = text.split('.');
        let is_part = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        text.contains('.') && parts.all(is_part)
    };
    code.split('"').filter(is_key)
}

fn asked_by_templates() -> Vec<(String, String)> {
    let mut asked = Vec::new();
    for (path, text) in texts("templates", "hbs") {
        for start in ["{{t \"", "(t \""] {
            let keys = text.split(start).skip(1).filter_map(|rest| rest.split('"').next());
            asked.extend(keys.map(|key| (path.clone(), key.to_owned())));
        }
    }
    asked
}

/// Calls that can only mean a key: `words.get("…")`, `fill("…"`.
fn asked_by_code() -> Vec<(String, String)> {
    let mut asked = Vec::new();
    for (path, code) in texts("src/web", "rs") {
        for start in ["words().get(\"", "words.get(\"", ".fill(\""] {
            let keys = code.split(start).skip(1).filter_map(|rest| rest.split('"').next());
            asked.extend(keys.map(|key| (path.clone(), key.to_owned())));
        }
    }
    asked
}

#[test]
fn every_key_that_is_asked_for_exists() {
    let words = Language::English.words();
    let asked = [asked_by_templates(), asked_by_code()].concat();
    assert!(asked.len() > 200, "too few keys were found: {}", asked.len());
    let missing: Vec<_> = asked.iter().filter(|(_, key)| !words.has(key)).collect();
    assert!(missing.is_empty(), "no words for: {missing:#?}");
}

#[test]
fn every_key_is_asked_for() {
    let mut asked: BTreeSet<String> = asked_by_templates().into_iter().map(|(_, key)| key).collect();
    for folder in ["src"] {
        for (_, code) in texts(folder, "rs") {
            asked.extend(literals(&code).map(str::to_owned));
        }
    }
    let unused: Vec<_> = Language::English
        .words()
        .keys()
        .filter(|key| !asked.contains(*key) && !key.starts_with("questions.problem."))
        .collect();
    assert!(unused.is_empty(), "{} keys that nobody asks for: {unused:#?}", unused.len());
}

/// Keys made of parts at run time would hide from the tests above.
#[test]
fn no_key_is_put_together_at_run_time() {
    for (path, code) in texts("src/web", "rs") {
        for start in ["words().get(&format!", "words.get(&format!", ".fill(&format!"] {
            assert!(!code.contains(start), "{path} makes a key of parts");
        }
    }
}

/// The names by which people who help on the telephone, and readers of screens, find their way.
#[test]
fn the_accessible_names_stay() {
    let english =
        texts("src/locale/messages", "json").into_iter().find(|(path, _)| path.ends_with("en.json")).unwrap().1;
    for name in [
        "Create an account",
        "Sign-in name",
        "Password",
        "Sign in",
        "Sign out",
        "Leave quickly",
        "Courses",
        "Enrol",
        "Continue",
        "Mark as done",
        "Start quiz",
        "Next question",
        "Submit answers",
        "Try again",
        "Get certificate",
        "Name on the certificate",
        "Download PDF",
        "Download picture",
        "Check a certificate",
        "Find what you need",
        "Your pathway",
        "Language",
    ] {
        assert!(english.contains(&format!("\"{name}\"")), "nothing is called {name:?} any more");
    }
}
