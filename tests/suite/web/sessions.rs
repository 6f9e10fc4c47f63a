//! Sessions that somebody else ends.

use std::time::Duration;

use lontar::crypto::password::{Hasher, Password};
use lontar::domain::account::Role;
use lontar::store::accounts::{self, erasure, roles};
use lontar::store::sessions;

use crate::support::{App, Browser};

/// SAFETY 28: another server, or the command line, changes what is stored, and nobody tells this one.
/// What it remembers of a session is too old after a second.
#[rocket::async_test]
async fn a_session_that_was_ended_elsewhere_is_dead_within_a_second() {
    let app = App::new().await;
    let (trainer, manager) = (app.trainer().await, app.manager().await);
    let (changed, erased, signed_out) = (app.learner().await, app.learner().await, app.learner().await);
    let hash = Hasher::default().hash(Password::new("eleven quiet hills")).await.unwrap();
    let now = app.house().now();
    let listed = sessions::list(app.store(), signed_out.account.unwrap(), now).await.unwrap();
    let people: [(&Browser<'_>, &str); 5] =
        [(&trainer, "/teach"), (&manager, "/manage"), (&changed, "/home"), (&erased, "/home"), (&signed_out, "/home")];
    for (browser, path) in people {
        assert_eq!(browser.get(path).await.status, 200, "{path}");
    }

    roles::revoke(app.store(), trainer.account.unwrap(), Role::Trainer).await.unwrap();
    roles::revoke(app.store(), manager.account.unwrap(), Role::ProgrammeManager).await.unwrap();
    accounts::change_password(app.store(), changed.account.unwrap(), &hash, None, now).await.unwrap();
    erasure::erase(app.store(), erased.account.unwrap()).await.unwrap();
    sessions::end(app.store(), signed_out.account.unwrap(), listed[0].id).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_100)).await;

    for (browser, path) in people {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 303, "{path} of {:?}", browser.account);
        assert!(answer.to().starts_with("/sign-in?"), "{path} {:?}", answer.location());
    }
}
