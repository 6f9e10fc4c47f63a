//! What a guesser is told: nothing of who has an account (SAFETY 26). Time is not measured here. Where
//! there is no room for a password to be checked, an answer tells whether one would have been.

use lontar::crypto::recovery::RecoveryCode;
use lontar::store::accounts::recovery;

use crate::support::{Answer, App, Browser, html};

/// What an answer tells, without the form's token and what was typed.
fn told(answer: &Answer) -> (u16, Option<String>, String) {
    (answer.status, answer.header("Retry-After").map(str::to_owned), html::text(&answer.main()))
}

/// Somebody with one good recovery code.
async fn with_code(app: &App) -> (Browser<'_>, String) {
    let browser = app.learner().await;
    let code = RecoveryCode::random();
    let printed = code.printed();
    recovery::add(app.store(), browser.account.unwrap(), &[code]).await.unwrap();
    (browser, printed)
}

#[rocket::async_test]
async fn a_password_is_checked_as_long_for_a_name_that_nobody_has() {
    let app = App::with_full_house().await;
    let mira = app.learner().await;
    let sign_in = async |name: &str| {
        let fields = [("name", name), ("password", "a guess at it"), ("next", "/home")];
        told(&app.visitor().post("/sign-in", &fields).await)
    };
    let known = sign_in(&mira.name).await;

    assert_eq!(known.0, 503, "the known one waits for a turn");
    for unknown in ["nobody-at-all", "Mira Sari", "", "\u{1f600}", &"x".repeat(500)] {
        assert_eq!(sign_in(unknown).await, known, "{unknown:?}");
    }
}

#[rocket::async_test]
async fn a_recovery_code_that_does_not_fit_tells_nothing_of_names() {
    for app in [App::new().await, App::with_full_house().await] {
        let (mira, code) = with_code(&app).await;
        let (arun, _) = with_code(&app).await;
        let recover = async |name: &str, code: &str| {
            let fields = [("name", name), ("code", code), ("password", "eleven quiet hills")];
            told(&app.visitor().post("/recovery", &fields).await)
        };
        let wrong = recover(&mira.name, &RecoveryCode::random().printed()).await;

        assert_eq!(wrong.0, 422, "nothing is hashed for a code that does not fit");
        for (name, code) in [
            (&*mira.name, "no code"),
            (&arun.name, &code),
            ("nobody-at-all", &code),
            ("nobody-at-all", &RecoveryCode::random().printed()),
            ("nobody-at-all", "no code"),
        ] {
            assert_eq!(recover(name, code).await, wrong, "{name} {code}");
        }
        assert!([303, 503].contains(&recover(&mira.name, &code).await.0), "the right one is let in or waits");
    }
}
