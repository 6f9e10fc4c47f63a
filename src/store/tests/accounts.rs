use std::collections::BTreeSet;

use super::fresh::{NOW, how_often, name, new_account, password, person};
use crate::crypto::recovery::{self as codes, RecoveryCode};
use crate::crypto::totp::TotpSecret;
use crate::domain::account::{Registration, Role};
use crate::domain::time::{DAY, MINUTE};
use crate::store::accounts::erasure::{Erased, erase};
use crate::store::accounts::roles::{self, Revoked};
use crate::store::accounts::{self, Door, NAME_KEY, NewAccount, recovery, second_factor};
use crate::store::error::StoreError;
use crate::store::sessions::{self, NewSession};
use crate::store::{Store, invitations, settings};

super::suite! {
    a_new_account_is_found_by_any_spelling_of_its_name,
    a_name_is_taken_once,
    a_name_can_be_changed_to_a_free_one,
    a_new_password_ends_other_sessions,
    a_recovery_code_works_once_and_ends_all_sessions,
    of_a_hundred_uses_of_one_recovery_code_one_counts,
    new_recovery_codes_replace_the_old_ones,
    of_a_hundred_people_with_an_invitation_for_three_three_get_in,
    an_invitation_expires_and_can_be_withdrawn,
    registration_is_open_only_while_it_is,
    the_setup_link_makes_one_administrator,
    a_used_setup_link_is_not_renewed,
    an_administrator_ends_the_setup_link,
    a_second_factor_code_is_good_once,
    a_change_of_roles_ends_the_sessions,
    the_last_administrator_stays,
    staff_are_listed_with_their_roles,
    an_erased_account_is_gone,
}

async fn a_new_account_is_found_by_any_spelling_of_its_name(store: &Store) {
    let id = person(store, "River-Lamp-42").await;
    for typed in ["river-lamp-42", " RIVER-LAMP-42 "] {
        let found = accounts::by_name(store, typed).await.unwrap().unwrap();
        assert_eq!(found.account, id);
        assert_eq!(found.password.reveal(), password("first").reveal());
        assert!(!found.has_second_factor);
    }
    assert!(accounts::by_name(store, "river-lamp-43").await.unwrap().is_none());
    let account = accounts::by_id(store, id).await.unwrap().unwrap();
    assert_eq!(account.name.reveal(), "River-Lamp-42");
    assert_eq!(account.registered_on, NOW.day());
    assert_eq!(account.language.as_str(), "en");
    assert_eq!(accounts::count(store).await, Ok(1));
    let found = accounts::find_by_name(store, "river-lamp-42").await.unwrap().unwrap();
    assert_eq!(found.id, id);
    accounts::set_language(store, id, "id".parse().unwrap()).await.unwrap();
    assert_eq!(accounts::by_id(store, id).await.unwrap().unwrap().language.as_str(), "id");
}

async fn a_name_is_taken_once(store: &Store) {
    person(store, "river-lamp-42").await;
    let again = accounts::create(store, new_account("RIVER-lamp-42"), NOW).await;
    assert!(again.unwrap_err().is_taken(NAME_KEY));
    let store = store.clone();
    let made = how_often(20, move || {
        let store = store.clone();
        async move { accounts::create(&store, new_account("stone-cup-77"), NOW).await }
    });
    assert_eq!(made.await, 1);
}

async fn a_name_can_be_changed_to_a_free_one(store: &Store) {
    let id = person(store, "river-lamp-42").await;
    person(store, "stone-cup-77").await;
    let taken = accounts::change_name(store, id, &name("Stone-Cup-77")).await;
    assert!(taken.unwrap_err().is_taken(NAME_KEY));
    accounts::change_name(store, id, &name("Wind-Tree-10")).await.unwrap();
    assert!(accounts::by_name(store, "river-lamp-42").await.unwrap().is_none());
    assert_eq!(accounts::by_name(store, "wind-tree-10").await.unwrap().unwrap().account, id);
    assert_eq!(accounts::by_id(store, id).await.unwrap().unwrap().name.reveal(), "Wind-Tree-10");
}

fn session(account: crate::domain::id::AccountId) -> NewSession {
    NewSession { account, is_own_device: false, second_factor_passed: false }
}

async fn a_new_password_ends_other_sessions(store: &Store) {
    let id = person(store, "river-lamp-42").await;
    let (here, kept) = sessions::create(store, session(id), NOW).await.unwrap();
    let (there, _) = sessions::create(store, session(id), NOW).await.unwrap();
    let device = sessions::remember_device(store, id, NOW).await.unwrap();

    let later = NOW.plus(MINUTE);
    accounts::change_password(store, id, &password("second"), Some(kept), later).await.unwrap();

    assert!(sessions::by_token(store, &here, later).await.unwrap().is_some());
    assert!(sessions::by_token(store, &there, later).await.unwrap().is_none());
    assert_eq!(sessions::device_owner(store, &device, later).await, Ok(None));
    assert_eq!(accounts::password(store, id).await.unwrap().reveal(), password("second").reveal());
    assert_eq!(accounts::by_id(store, id).await.unwrap().unwrap().password_changed_at, later);
}

async fn with_codes(store: &Store, called: &str) -> (crate::domain::id::AccountId, Vec<RecoveryCode>) {
    let printed = codes::print();
    let new = NewAccount { recovery_codes: printed.clone(), ..new_account(called) };
    (accounts::create(store, new, NOW).await.unwrap(), printed)
}

async fn a_recovery_code_works_once_and_ends_all_sessions(store: &Store) {
    let (id, printed) = with_codes(store, "river-lamp-42").await;
    let (_, foreign) = with_codes(store, "stone-cup-77").await;
    let (token, _) = sessions::create(store, session(id), NOW).await.unwrap();
    assert_eq!(recovery::left(store, id).await, Ok(10));

    let new = password("second");
    let redeem = async |name: &'static str, code| recovery::redeem(store, name, code, &new, NOW).await;
    assert_eq!(redeem("river-lamp-42", &foreign[0]).await, Err(StoreError::NotFound));
    assert_eq!(redeem("nobody-here-1", &printed[0]).await, Err(StoreError::NotFound));
    assert!(sessions::by_token(store, &token, NOW).await.unwrap().is_some());
    assert_eq!(redeem("River-Lamp-42", &printed[0]).await, Ok(id));
    assert_eq!(redeem("river-lamp-42", &printed[0]).await, Err(StoreError::NotFound));

    assert_eq!(recovery::left(store, id).await, Ok(9));
    assert!(sessions::by_token(store, &token, NOW).await.unwrap().is_none());
    assert_eq!(accounts::password(store, id).await.unwrap().reveal(), new.reveal());
}

async fn of_a_hundred_uses_of_one_recovery_code_one_counts(store: &Store) {
    let (_, printed) = with_codes(store, "river-lamp-42").await;
    let (store, code) = (store.clone(), printed[3].clone());
    let used = how_often(100, move || {
        let (store, code) = (store.clone(), code.clone());
        async move { recovery::redeem(&store, "river-lamp-42", &code, &password("second"), NOW).await }
    });
    assert_eq!(used.await, 1);
}

async fn new_recovery_codes_replace_the_old_ones(store: &Store) {
    let (id, old) = with_codes(store, "river-lamp-42").await;
    let new = codes::print();
    recovery::replace(store, id, &new).await.unwrap();
    let password = password("second");
    let redeem = async |code| recovery::redeem(store, "river-lamp-42", code, &password, NOW).await;
    assert_eq!(redeem(&old[0]).await, Err(StoreError::NotFound));
    assert_eq!(redeem(&new[0]).await, Ok(id));
}

async fn of_a_hundred_people_with_an_invitation_for_three_three_get_in(store: &Store) {
    settings::set_registration(store, Registration::ByInvitation).await.unwrap();
    let (_, code) = invitations::create(store, 3, NOW.plus(DAY), None, NOW).await.unwrap();
    let counter = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let (shared, code) = (store.clone(), code.printed());
    let made = how_often(100, move || {
        let number = counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let new = NewAccount { door: Door::Invitation(code.clone()), ..new_account(&format!("person-{number}")) };
        let store = shared.clone();
        async move { accounts::create(&store, new, NOW).await }
    });
    assert_eq!(made.await, 3);
    assert_eq!(accounts::count(store).await, Ok(3));
    assert!(invitations::open(store, NOW).await.unwrap().is_empty());
}

async fn an_invitation_expires_and_can_be_withdrawn(store: &Store) {
    let (first, code) = invitations::create(store, 1, NOW.plus(DAY), None, NOW).await.unwrap();
    let (_, second) = invitations::create(store, 1, NOW.plus(2 * DAY), None, NOW).await.unwrap();
    let typed = code.printed().to_lowercase();
    assert!(invitations::is_open(store, &typed, NOW).await.unwrap());
    assert!(!invitations::is_open(store, &typed, NOW.plus(DAY)).await.unwrap());
    assert!(!invitations::is_open(store, "nonsense", NOW).await.unwrap());
    assert_eq!(invitations::open(store, NOW.plus(DAY)).await.unwrap().len(), 1);

    invitations::withdraw(store, first).await.unwrap();
    let new = |code: &RecoveryCode| NewAccount { door: Door::Invitation(code.printed()), ..new_account("some-body") };
    assert_eq!(accounts::create(store, new(&code), NOW).await, Err(StoreError::Gone));
    assert!(accounts::create(store, new(&second), NOW).await.is_ok());
    assert_eq!(invitations::withdraw(store, first).await, Err(StoreError::NotFound));
}

async fn registration_is_open_only_while_it_is(store: &Store) {
    assert_eq!(settings::registration(store).await, Ok(Registration::Open));
    for policy in [Registration::ByInvitation, Registration::Closed] {
        settings::set_registration(store, policy).await.unwrap();
        assert_eq!(settings::registration(store).await, Ok(policy));
        let refused = accounts::create(store, new_account("river-lamp-42"), NOW).await;
        assert_eq!(refused, Err(StoreError::Gone));
    }
    assert_eq!(accounts::count(store).await, Ok(0));
}

async fn the_setup_link_makes_one_administrator(store: &Store) {
    settings::set_registration(store, Registration::Closed).await.unwrap();
    let old = settings::renew_first_administrator_link(store).await.unwrap().unwrap();
    let link = settings::renew_first_administrator_link(store).await.unwrap().unwrap();
    assert!(!settings::is_first_administrator_link(store, &old).await.unwrap());
    assert!(settings::is_first_administrator_link(store, &link).await.unwrap());

    let counter = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let (shared, token) = (store.clone(), link.clone());
    let made = how_often(20, move || {
        let number = counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let door = Door::FirstAdministrator(token.clone());
        let (store, new) = (shared.clone(), NewAccount { door, ..new_account(&format!("person-{number}")) });
        async move { accounts::create(&store, new, NOW).await }
    });
    assert_eq!(made.await, 1);
    assert!(!settings::is_first_administrator_link(store, &link).await.unwrap());
    let staff = roles::staff(store).await.unwrap();
    assert_eq!(staff.len(), 1);
    assert_eq!(staff[0].roles, BTreeSet::from([Role::Administrator]));
}

async fn a_used_setup_link_is_not_renewed(store: &Store) {
    let link = settings::renew_first_administrator_link(store).await.unwrap().unwrap();
    let new = NewAccount { door: Door::FirstAdministrator(link), ..new_account("river-lamp-42") };
    accounts::create(store, new, NOW).await.unwrap();
    assert!(settings::renew_first_administrator_link(store).await.unwrap().is_none());
}

async fn an_administrator_ends_the_setup_link(store: &Store) {
    let link = settings::renew_first_administrator_link(store).await.unwrap().unwrap();
    let door = Door::CommandLine(BTreeSet::from([Role::Administrator]));
    accounts::create(store, NewAccount { door, ..new_account("river-lamp-42") }, NOW).await.unwrap();

    assert!(!settings::is_first_administrator_link(store, &link).await.unwrap());
    let second = NewAccount { door: Door::FirstAdministrator(link), ..new_account("stone-cup-77") };
    assert_eq!(accounts::create(store, second, NOW).await, Err(StoreError::Gone));
    assert!(settings::renew_first_administrator_link(store).await.unwrap().is_none());
    assert_eq!(roles::staff(store).await.unwrap().len(), 1);
}

async fn a_second_factor_code_is_good_once(store: &Store) {
    let id = person(store, "river-lamp-42").await;
    assert_eq!(second_factor::check(store, id, "000000", NOW).await, Err(StoreError::Gone));
    // The secret of RFC 6238; at second 59 its code is 287082.
    let secret: TotpSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".parse().unwrap();
    second_factor::set(store, id, Some(&secret)).await.unwrap();
    assert!(accounts::by_name(store, "river-lamp-42").await.unwrap().unwrap().has_second_factor);

    let at = crate::domain::time::Timestamp(59_000);
    assert_eq!(second_factor::check(store, id, "287083", at).await, Ok(false));
    let shared = store.clone();
    let used = how_often(20, move || {
        let store = shared.clone();
        async move { second_factor::check(&store, id, "287082", at).await?.then_some(()).ok_or(StoreError::Gone) }
    });
    assert_eq!(used.await, 1);
    second_factor::set(store, id, None).await.unwrap();
    assert_eq!(second_factor::check(store, id, "287082", at).await, Err(StoreError::Gone));
}

async fn a_change_of_roles_ends_the_sessions(store: &Store) {
    let id = person(store, "river-lamp-42").await;
    let (token, _) = sessions::create(store, session(id), NOW).await.unwrap();
    roles::grant(store, id, Role::Trainer, NOW).await.unwrap();
    assert!(sessions::by_token(store, &token, NOW).await.unwrap().is_none());

    let (token, _) = sessions::create(store, session(id), NOW).await.unwrap();
    roles::grant(store, id, Role::Trainer, NOW).await.unwrap();
    let found = sessions::by_token(store, &token, NOW).await.unwrap().unwrap();
    assert_eq!(found.roles, BTreeSet::from([Role::Trainer]));

    assert_eq!(roles::revoke(store, id, Role::Trainer).await, Ok(Revoked::Done));
    assert!(sessions::by_token(store, &token, NOW).await.unwrap().is_none());
    let nobody = crate::domain::id::AccountId(uuid::Uuid::now_v7());
    assert_eq!(roles::grant(store, nobody, Role::Trainer, NOW).await, Err(StoreError::NotFound));
}

async fn the_last_administrator_stays(store: &Store) {
    let mira = person(store, "river-lamp-42").await;
    let arun = person(store, "stone-cup-77").await;
    for id in [mira, arun] {
        roles::grant(store, id, Role::Administrator, NOW).await.unwrap();
    }
    let (first, second) = (store.clone(), store.clone());
    let both = tokio::join!(
        tokio::spawn(async move { roles::revoke(&first, mira, Role::Administrator).await.unwrap() }),
        tokio::spawn(async move { roles::revoke(&second, arun, Role::Administrator).await.unwrap() }),
    );
    let outcomes = [both.0.unwrap(), both.1.unwrap()];
    assert!(outcomes.contains(&Revoked::Done) && outcomes.contains(&Revoked::LastAdministrator));
    let left = roles::staff(store).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(erase(store, left[0].id).await, Ok(Erased::LastAdministrator));
}

async fn staff_are_listed_with_their_roles(store: &Store) {
    let roles = BTreeSet::from([Role::Trainer, Role::Administrator]);
    let new = NewAccount { door: Door::CommandLine(roles.clone()), ..new_account("river-lamp-42") };
    let id = accounts::create(store, new, NOW).await.unwrap();
    person(store, "stone-cup-77").await;
    let staff = roles::staff(store).await.unwrap();
    assert_eq!(staff.len(), 1);
    assert_eq!((staff[0].id, &staff[0].roles, staff[0].name.reveal()), (id, &roles, "river-lamp-42"));
}

async fn an_erased_account_is_gone(store: &Store) {
    let id = person(store, "river-lamp-42").await;
    let (token, _) = sessions::create(store, session(id), NOW).await.unwrap();
    assert_eq!(erase(store, id).await, Ok(Erased::Done));
    assert_eq!(erase(store, id).await, Err(StoreError::NotFound));
    assert!(accounts::by_id(store, id).await.unwrap().is_none());
    assert!(sessions::by_token(store, &token, NOW).await.unwrap().is_none());
    assert_eq!(store.data_key(id).await.unwrap_err(), StoreError::NotFound);
    person(store, "river-lamp-42").await;
}
