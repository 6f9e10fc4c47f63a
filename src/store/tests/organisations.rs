//! Organisations, cohorts, who belongs to them and who manages them.

use sea_orm::EntityTrait;

use super::fresh::{NOW, how_often, new_account, person};
use crate::domain::account::{ManagerScope, Registration, Role};
use crate::domain::disclosure::{Figure, Group, Quarter, Scope, Sizes};
use crate::domain::id::{AccountId, CohortId, OrganisationId};
use crate::domain::time::{DAY, HOUR};
use crate::store::accounts::roles::Granted;
use crate::store::accounts::{self, Door, NewAccount, erasure, export, roles};
use crate::store::entity::{
    cohorts as cohort_rows, memberships as membership_rows, organisations as organisation_rows, releases,
};
use crate::store::error::StoreError;
use crate::store::memberships::{self, Placement};
use crate::store::sessions::{self, NewSession};
use crate::store::{Store, invitations, organisations, retention, settings, sizes};

super::suite! {
    names_are_sealed_and_can_be_changed,
    a_code_places_whoever_signs_up_with_it,
    who_has_an_account_joins_moves_and_leaves,
    of_a_hundred_people_with_a_code_for_three_three_join,
    a_deleted_cohort_leaves_its_people_and_takes_its_codes,
    a_deleted_organisation_takes_all_but_its_people,
    a_manager_manages_what_was_said_when_the_role_was_given,
    making_a_manager_of_an_organisation_always_says_of_which,
    joining_where_one_is_uses_up_no_place,
    a_used_up_code_is_listed_until_it_expires,
    sizes_are_hidden_or_stand_still_for_a_week,
    the_first_of_all_wait_for_the_week_as_well,
    the_export_names_where_one_belongs_and_erasure_forgets_it,
}

async fn organisation(store: &Store) -> (OrganisationId, CohortId) {
    let organisation = organisations::create(store, "River Watch", NOW).await.unwrap();
    (organisation, organisations::create_cohort(store, organisation, "Spring", NOW).await.unwrap())
}

async fn code(store: &Store, placement: Placement, uses: u32) -> String {
    invitations::create(store, uses, NOW.plus(DAY), Some(placement), NOW).await.unwrap().1.printed()
}

async fn member(store: &Store, called: &str, placement: Placement) -> AccountId {
    let account = person(store, called).await;
    memberships::join(store, account, &code(store, placement, 1).await, NOW).await.unwrap();
    account
}

async fn names_are_sealed_and_can_be_changed(store: &Store) {
    let (id, cohort) = organisation(store).await;
    organisations::rename(store, id, "Lake Watch").await.unwrap();
    organisations::rename_cohort(store, cohort, "Autumn").await.unwrap();
    assert_eq!(organisations::by_id(store, id).await.unwrap().unwrap().name, "Lake Watch");
    let cohorts = organisations::cohorts(store, Some(id)).await.unwrap();
    assert_eq!(cohorts.iter().map(|cohort| cohort.name.as_str()).collect::<Vec<_>>(), ["Autumn"]);
    let row = organisation_rows::Entity::find_by_id(id).one(store.reader()).await.unwrap().unwrap();
    let cohort_row = cohort_rows::Entity::find_by_id(cohort).one(store.reader()).await.unwrap().unwrap();
    for (sealed, text) in [(row.name, &b"Lake"[..]), (cohort_row.name, &b"Autumn"[..])] {
        assert!(!sealed.windows(text.len()).any(|window| window == text));
    }
    let nobody = OrganisationId(uuid::Uuid::now_v7());
    assert_eq!(organisations::rename(store, nobody, "X").await, Err(StoreError::NotFound));
}

async fn a_code_places_whoever_signs_up_with_it(store: &Store) {
    settings::set_registration(store, Registration::ByInvitation).await.unwrap();
    let (organisation, cohort) = organisation(store).await;
    let placement = Placement { organisation, cohort: Some(cohort) };
    let typed = code(store, placement, 1).await;
    let new = |called: &str| NewAccount { door: Door::Invitation(typed.clone()), ..new_account(called) };
    let mira = accounts::create(store, new("river-lamp-42"), NOW).await.unwrap();
    assert_eq!(memberships::of(store, mira).await.unwrap().unwrap().placement, placement);
    assert_eq!(accounts::create(store, new("stone-cup-77"), NOW).await, Err(StoreError::Gone));
    assert!(invitations::open(store, NOW).await.unwrap().is_empty(), "administrators see their own codes only");
}

async fn who_has_an_account_joins_moves_and_leaves(store: &Store) {
    let (first, cohort) = organisation(store).await;
    let (second, _) = organisation(store).await;
    let mira = member(store, "river-lamp-42", Placement { organisation: first, cohort: Some(cohort) }).await;
    let elsewhere = Placement { organisation: second, cohort: None };
    memberships::join(store, mira, &code(store, elsewhere, 1).await, NOW.plus(1)).await.unwrap();
    let membership = memberships::of(store, mira).await.unwrap().unwrap();
    assert_eq!((membership.placement, membership.joined_at), (elsewhere, NOW.plus(1)));

    // A code that only lets people in places nobody, and is not used up by trying.
    let (_, bare) = invitations::create(store, 1, NOW.plus(DAY), None, NOW).await.unwrap();
    assert_eq!(memberships::join(store, mira, &bare.printed(), NOW).await, Err(StoreError::Gone));
    assert!(invitations::is_open(store, &bare.printed(), NOW).await.unwrap());
    assert_eq!(memberships::join(store, mira, "nonsense", NOW).await, Err(StoreError::Gone));

    memberships::leave(store, mira).await.unwrap();
    memberships::leave(store, mira).await.unwrap();
    assert_eq!(memberships::of(store, mira).await, Ok(None));

    // A cohort of one organisation cannot be joined as another's.
    let crossed = Placement { organisation: second, cohort: Some(cohort) };
    assert_eq!(
        invitations::create(store, 1, NOW.plus(DAY), Some(crossed), NOW).await.map(drop),
        Err(StoreError::NotFound)
    );
}

async fn of_a_hundred_people_with_a_code_for_three_three_join(store: &Store) {
    let (organisation, cohort) = organisation(store).await;
    let typed = code(store, Placement { organisation, cohort: Some(cohort) }, 3).await;
    let mut people = Vec::new();
    for number in 0..100 {
        people.push(person(store, &format!("person-{number}")).await);
    }
    let next = std::sync::Arc::new(std::sync::Mutex::new(people));
    let shared = store.clone();
    let joined = how_often(100, move || {
        let (store, typed) = (shared.clone(), typed.clone());
        let account = next.lock().unwrap().pop().unwrap();
        async move { memberships::join(&store, account, &typed, NOW).await }
    });
    assert_eq!(joined.await, 3);
    assert_eq!(membership_rows::Entity::find().all(store.reader()).await.unwrap().len(), 3);
}

async fn a_deleted_cohort_leaves_its_people_and_takes_its_codes(store: &Store) {
    let (organisation, cohort) = organisation(store).await;
    let placement = Placement { organisation, cohort: Some(cohort) };
    let mira = member(store, "river-lamp-42", placement).await;
    let typed = code(store, placement, 5).await;
    let open = invitations::of_cohort(store, cohort, NOW).await.unwrap();
    assert_eq!(open.len(), 2, "the one that is used up as well");
    let (_, other) = self::organisation(store).await;
    assert_eq!(invitations::withdraw_of_cohort(store, other, open[0].id).await, Err(StoreError::NotFound));
    organisations::delete_cohort(store, cohort).await.unwrap();
    assert!(!invitations::is_open(store, &typed, NOW).await.unwrap());
    let left = memberships::of(store, mira).await.unwrap().unwrap().placement;
    assert_eq!(left, Placement { organisation, cohort: None });
}

async fn a_deleted_organisation_takes_all_but_its_people(store: &Store) {
    let (organisation, cohort) = organisation(store).await;
    let mira = member(store, "river-lamp-42", Placement { organisation, cohort: Some(cohort) }).await;
    roles::grant(store, mira, Role::ProgrammeManager, NOW).await.unwrap();
    assert_eq!(memberships::manager_scope(store, mira).await, Ok(ManagerScope::Organisation(organisation)));
    organisations::delete(store, organisation).await.unwrap();
    assert!(accounts::by_id(store, mira).await.unwrap().is_some());
    assert_eq!(memberships::of(store, mira).await, Ok(None));
    assert_eq!(organisations::cohort_by_id(store, cohort).await, Ok(None));
    // Whoever managed it manages nothing now, and not the network.
    assert_eq!(memberships::manager_scope(store, mira).await, Ok(ManagerScope::Nothing));
}

async fn a_manager_manages_what_was_said_when_the_role_was_given(store: &Store) {
    let (first, _) = organisation(store).await;
    let (second, _) = organisation(store).await;
    let mira = member(store, "river-lamp-42", Placement { organisation: first, cohort: None }).await;
    let arun = person(store, "stone-cup-77").await;
    for account in [mira, arun] {
        roles::grant(store, account, Role::ProgrammeManager, NOW).await.unwrap();
    }
    assert_eq!(memberships::manager_scope(store, arun).await, Ok(ManagerScope::Nothing), "nobody said the network");
    roles::grant_network(store, arun, NOW).await.unwrap();
    assert_eq!(memberships::manager_scope(store, arun).await, Ok(ManagerScope::Network));
    roles::revoke(store, arun, Role::ProgrammeManager).await.unwrap();
    assert_eq!(memberships::manager_scope(store, arun).await, Ok(ManagerScope::Nothing));
    let own = Ok(ManagerScope::Organisation(first));
    memberships::leave(store, mira).await.unwrap();
    assert_eq!(memberships::manager_scope(store, mira).await, own, "leaving widened what a manager sees");
    memberships::join(store, mira, &code(store, Placement { organisation: second, cohort: None }, 1).await, NOW)
        .await
        .unwrap();
    roles::grant(store, mira, Role::ProgrammeManager, NOW).await.unwrap();
    assert_eq!(memberships::manager_scope(store, mira).await, own, "joining changed what a manager sees");
    roles::revoke(store, mira, Role::ProgrammeManager).await.unwrap();
    roles::grant(store, mira, Role::ProgrammeManager, NOW).await.unwrap();
    assert_eq!(memberships::manager_scope(store, mira).await, Ok(ManagerScope::Organisation(second)));
}

/// Also to somebody who has the role already, and manages nothing, too much or another organisation.
async fn making_a_manager_of_an_organisation_always_says_of_which(store: &Store) {
    let (first, _) = organisation(store).await;
    let (second, _) = organisation(store).await;
    let mira = person(store, "river-lamp-42").await;
    assert_eq!(roles::grant_organisation(store, mira, NOW).await, Ok(Granted::NoOrganisation));
    assert_eq!(accounts::by_id(store, mira).await.unwrap().unwrap().roles, [].into());
    roles::grant(store, mira, Role::ProgrammeManager, NOW).await.unwrap();
    for (organisation, was) in [(first, ManagerScope::Nothing), (second, ManagerScope::Organisation(first))] {
        assert_eq!(memberships::manager_scope(store, mira).await, Ok(was));
        let code = code(store, Placement { organisation, cohort: None }, 1).await;
        memberships::join(store, mira, &code, NOW).await.unwrap();
        assert_eq!(roles::grant_organisation(store, mira, NOW).await, Ok(Granted::Done));
        assert_eq!(memberships::manager_scope(store, mira).await, Ok(ManagerScope::Organisation(organisation)));
    }
    roles::grant_network(store, mira, NOW).await.unwrap();
    let session = NewSession { account: mira, is_own_device: false, second_factor_passed: false };
    let (token, _) = sessions::create(store, session, NOW).await.unwrap();
    assert_eq!(roles::grant_organisation(store, mira, NOW).await, Ok(Granted::Done));
    assert_eq!(memberships::manager_scope(store, mira).await, Ok(ManagerScope::Organisation(second)));
    assert!(sessions::by_token(store, &token, NOW).await.unwrap().is_none(), "it holds at once");
    let nobody = AccountId(uuid::Uuid::now_v7());
    assert_eq!(roles::grant_organisation(store, nobody, NOW).await, Err(StoreError::NotFound));
}

/// A form that is sent twice, and a code of where one is already, take nobody's place.
async fn joining_where_one_is_uses_up_no_place(store: &Store) {
    let (organisation, cohort) = organisation(store).await;
    let placement = Placement { organisation, cohort: Some(cohort) };
    let (mira, arun) = (person(store, "river-lamp-42").await, person(store, "stone-cup-77").await);
    let typed = code(store, placement, 2).await;
    for _ in 0..3 {
        assert_eq!(memberships::join(store, mira, &typed, NOW).await, Ok(placement));
    }
    assert_eq!(memberships::join(store, arun, &typed, NOW).await, Ok(placement));
    assert_eq!(memberships::join(store, arun, &typed, NOW).await, Ok(placement), "used up, and there");
    let late = person(store, "wind-tree-10").await;
    assert_eq!(memberships::join(store, late, &typed, NOW).await, Err(StoreError::Gone));
}

async fn a_used_up_code_is_listed_until_it_expires(store: &Store) {
    let (organisation, cohort) = organisation(store).await;
    let placement = Placement { organisation, cohort: Some(cohort) };
    let typed = code(store, placement, 1).await;
    let before = invitations::of_cohort(store, cohort, NOW).await.unwrap().len();
    memberships::join(store, person(store, "river-lamp-42").await, &typed, NOW).await.unwrap();
    retention::purge(store, NOW.plus(DAY - 1)).await.unwrap();
    assert_eq!(invitations::of_cohort(store, cohort, NOW.plus(DAY - 1)).await.unwrap().len(), before);
    assert!(invitations::of_cohort(store, cohort, NOW.plus(DAY)).await.unwrap().is_empty());
    assert_eq!(retention::purge(store, NOW.plus(DAY)).await.unwrap().invitations, 1);
}

/// Small groups are hidden, and nobody sees a single person come or go by looking again.
async fn sizes_are_hidden_or_stand_still_for_a_week(store: &Store) {
    let (organisation, cohort) = organisation(store).await;
    let small = organisations::create_cohort(store, organisation, "Small", NOW).await.unwrap();
    for number in 0..26 {
        let cohort = Some(if number < 3 { small } else { cohort });
        member(store, &format!("person-{number}"), Placement { organisation, cohort }).await;
    }
    let inside = Scope::Inside(Group(organisation.to_string()));
    assert_eq!(sizes::of(store, organisation, &inside).await, Ok(Sizes::hidden()), "not counted yet");
    assert_eq!(sizes::count_due(store, NOW).await, Ok(true));
    let counted = sizes::of(store, organisation, &inside).await.unwrap();
    let outside = sizes::of(store, organisation, &Scope::Outside).await.unwrap();
    assert!(outside.whole.about().is_some());
    assert!(counted.whole.about().is_some_and(|about| about.is_multiple_of(5) && about.abs_diff(26) <= 4));
    let of = |cohort: CohortId| counted.cohorts[&Group(cohort.to_string())];
    assert_eq!(of(small), Figure::Hidden);

    for number in 26..46 {
        member(store, &format!("person-{number}"), Placement { organisation, cohort: Some(small) }).await;
    }
    assert_eq!(sizes::count_due(store, NOW).await, Ok(false));
    assert_eq!(sizes::of(store, organisation, &inside).await, Ok(counted.clone()), "they joined in this week");
    assert_eq!(sizes::count_due(store, NOW.plus(7 * DAY)).await, Ok(true));
    let later = sizes::of(store, organisation, &inside).await.unwrap();
    assert_eq!(sizes::of(store, organisation, &Scope::Outside).await, Ok(outside), "what leaves it stands for longer");
    assert!(later.whole.about().is_some_and(|about| about.abs_diff(46) <= 4), "{later:?}");
    let rows = releases::Entity::find().all(store.reader()).await.unwrap();
    assert_eq!(rows.len(), 2, "last week's are gone");
    let next = Quarter::of(NOW.day()).after().start().start();
    assert_eq!(sizes::count_due(store, next).await, Ok(true));
    let outside = sizes::of(store, organisation, &Scope::Outside).await.unwrap();
    assert!(outside.whole.about().is_some_and(|about| about.abs_diff(46) <= 4), "{outside:?}");
}

/// Whoever joins first, in a week in which nobody belonged anywhere, would be counted at that very hour.
async fn the_first_of_all_wait_for_the_week_as_well(store: &Store) {
    assert_eq!(sizes::count_due(store, NOW).await, Ok(true));
    let (organisation, cohort) = organisation(store).await;
    for number in 0..26 {
        let cohort = Some(cohort);
        member(store, &format!("person-{number}"), Placement { organisation, cohort }).await;
    }
    let inside = Scope::Inside(Group(organisation.to_string()));
    assert_eq!(sizes::count_due(store, NOW.plus(HOUR)).await, Ok(false));
    assert_eq!(sizes::of(store, organisation, &inside).await, Ok(Sizes::hidden()));
    let empty = organisations::create_cohort(store, organisation, "Empty", NOW).await.unwrap();
    assert_eq!(sizes::count_due(store, NOW.plus(7 * DAY)).await, Ok(true));
    let counted = sizes::of(store, organisation, &inside).await.unwrap();
    assert!(counted.whole.about().is_some());
    assert_eq!(counted.cohorts[&Group(empty.to_string())], Figure::Hidden, "seen as hidden, so counted so");
}

async fn the_export_names_where_one_belongs_and_erasure_forgets_it(store: &Store) {
    let (organisation, cohort) = organisation(store).await;
    let mira = member(store, "river-lamp-42", Placement { organisation, cohort: Some(cohort) }).await;
    roles::grant(store, mira, Role::ProgrammeManager, NOW).await.unwrap();
    let held = serde_json::to_string(&export(store, mira).await.unwrap()).unwrap();
    assert!(held.contains("River Watch") && held.contains("Spring"), "{held}");
    assert!(held.contains("\"manages\":\"River Watch\""), "{held}");
    let arun = person(store, "stone-cup-77").await;
    assert!(!serde_json::to_string(&export(store, arun).await.unwrap()).unwrap().contains("River"));
    erasure::erase(store, mira).await.unwrap();
    assert!(membership_rows::Entity::find().all(store.reader()).await.unwrap().is_empty());
    let scopes = crate::store::entity::manager_scopes::Entity::find().all(store.reader()).await.unwrap();
    assert!(scopes.is_empty());
}
