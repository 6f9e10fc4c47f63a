use super::fresh::{NOW, person};
use crate::crypto::token::Token;
use crate::domain::time::{DAY, HOUR, MINUTE};
use crate::store::Store;
use crate::store::sessions::{self, NewSession};

super::suite! {
    a_session_is_found_by_its_token_only,
    a_session_ends_after_half_an_hour_without_a_request,
    a_session_ends_after_twelve_hours_at_most,
    sessions_are_listed_and_ended_by_their_owner_only,
    passing_the_second_factor_is_remembered,
    a_remembered_device_is_known_for_a_while,
}

fn new(account: crate::domain::id::AccountId) -> NewSession {
    NewSession { account, is_own_device: true, second_factor_passed: false }
}

async fn a_session_is_found_by_its_token_only(store: &Store) {
    let id = person(store, "river-lamp-42").await;
    let (token, session) = sessions::create(store, new(id), NOW).await.unwrap();
    let (other_token, _) = sessions::create(store, new(id), NOW).await.unwrap();
    let found = sessions::by_token(store, &token, NOW).await.unwrap().unwrap();
    assert_eq!((found.id, found.account), (session, id));
    assert!(found.is_own_device && !found.second_factor_passed && !found.has_second_factor);
    assert_eq!((found.created_at, found.language.as_str()), (NOW, "en"));
    assert!(found.roles.is_empty());

    let again = sessions::by_token(store, &token, NOW).await.unwrap().unwrap();
    let other = sessions::by_token(store, &other_token, NOW).await.unwrap().unwrap();
    assert_eq!(found.csrf_secret, again.csrf_secret);
    assert_ne!(found.csrf_secret, other.csrf_secret);
    assert!(sessions::by_token(store, &Token::random(), NOW).await.unwrap().is_none());
}

async fn a_session_ends_after_half_an_hour_without_a_request(store: &Store) {
    let id = person(store, "river-lamp-42").await;
    let (token, _) = sessions::create(store, new(id), NOW).await.unwrap();
    let found = async |later| sessions::by_token(store, &token, NOW.plus(later)).await.unwrap();

    let session = found(29 * MINUTE).await.unwrap();
    sessions::touch(store, &session, NOW.plus(29 * MINUTE)).await.unwrap();
    let session = found(58 * MINUTE).await.unwrap();
    assert_eq!(session.last_seen_at, NOW.plus(29 * MINUTE));
    // Within a minute nothing is written.
    sessions::touch(store, &session, NOW.plus(29 * MINUTE + MINUTE - 1)).await.unwrap();
    assert_eq!(found(58 * MINUTE).await.unwrap().last_seen_at, NOW.plus(29 * MINUTE));
    assert!(found(59 * MINUTE).await.is_none());
}

async fn a_session_ends_after_twelve_hours_at_most(store: &Store) {
    let id = person(store, "river-lamp-42").await;
    let (token, _) = sessions::create(store, new(id), NOW).await.unwrap();
    let mut at = NOW;
    while let Some(session) = sessions::by_token(store, &token, at).await.unwrap() {
        sessions::touch(store, &session, at).await.unwrap();
        at = at.plus(20 * MINUTE);
    }
    assert_eq!(at.since(NOW), 12 * HOUR);
}

async fn sessions_are_listed_and_ended_by_their_owner_only(store: &Store) {
    let (mira, arun) = (person(store, "river-lamp-42").await, person(store, "stone-cup-77").await);
    let (here, id) = sessions::create(store, new(mira), NOW).await.unwrap();
    let (there, other) = sessions::create(store, new(mira), NOW.plus(1)).await.unwrap();
    sessions::create(store, new(arun), NOW).await.unwrap();

    let listed: Vec<_> = sessions::list(store, mira, NOW).await.unwrap().iter().map(|listed| listed.id).collect();
    assert_eq!(listed, [other, id]);
    sessions::end(store, arun, id).await.unwrap();
    assert!(sessions::by_token(store, &here, NOW).await.unwrap().is_some());
    sessions::end_others(store, mira, id).await.unwrap();
    assert!(sessions::by_token(store, &there, NOW).await.unwrap().is_none());
    sessions::end(store, mira, id).await.unwrap();
    assert!(sessions::by_token(store, &here, NOW).await.unwrap().is_none());
    assert_eq!(sessions::list(store, arun, NOW).await.unwrap().len(), 1);
}

async fn passing_the_second_factor_is_remembered(store: &Store) {
    let id = person(store, "river-lamp-42").await;
    let (token, _) = sessions::create(store, new(id), NOW).await.unwrap();
    let session = sessions::by_token(store, &token, NOW).await.unwrap().unwrap();
    sessions::pass_second_factor(store, &session).await.unwrap();
    assert!(sessions::by_token(store, &token, NOW).await.unwrap().unwrap().second_factor_passed);
}

async fn a_remembered_device_is_known_for_a_while(store: &Store) {
    let id = person(store, "river-lamp-42").await;
    let token = sessions::remember_device(store, id, NOW).await.unwrap();
    assert_eq!(sessions::device_owner(store, &token, NOW.plus(89 * DAY)).await, Ok(Some(id)));
    assert_eq!(sessions::device_owner(store, &token, NOW.plus(90 * DAY)).await, Ok(None));
    assert_eq!(sessions::device_owner(store, &Token::random(), NOW).await, Ok(None));
    sessions::forget_device(store, &token).await.unwrap();
    assert_eq!(sessions::device_owner(store, &token, NOW).await, Ok(None));
}
