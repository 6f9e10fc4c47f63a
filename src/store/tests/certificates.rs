use uuid::Uuid;

use super::fresh::{NOW, how_often, learner, person};
use crate::domain::id::CertificateId;
use crate::domain::time::DAY;
use crate::store::Store;
use crate::store::accounts::erasure::erase;
use crate::store::certificates::{self, NewCertificate, RevocationReason};
use crate::store::enrolments::{self, Enrolment};
use crate::store::error::{StoreError, StoreResult};

super::suite! {
    a_certificate_is_issued_once,
    a_certificate_is_its_holders_and_checked_by_anybody,
    the_first_revocation_stands,
    a_certificate_outlives_withdrawal_and_erasure,
}

async fn issue(store: &Store, mira: &Enrolment) -> StoreResult<CertificateId> {
    let new = NewCertificate {
        id: CertificateId(Uuid::new_v4()),
        subject: Uuid::new_v4(),
        course: &mira.course,
        edition: &mira.edition,
        issued: NOW.day(),
        expires: Some(NOW.plus(DAY).day()),
    };
    certificates::issue(store, mira.id, new).await
}

async fn a_certificate_is_issued_once(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let (shared, learner) = (store.clone(), mira.clone());
    let first = issue(store, &mira).await.unwrap();
    let same = how_often(20, || {
        let (store, mira) = (shared.clone(), learner.clone());
        async move { if issue(&store, &mira).await == Ok(first) { Ok(()) } else { Err(()) } }
    });
    assert_eq!(same.await, 20);
    assert_eq!(certificates::mine(store, mira.account).await.unwrap().len(), 1);
    enrolments::withdraw(store, &mira).await.unwrap();
    assert_eq!(issue(store, &mira).await, Err(StoreError::NotFound));
}

async fn a_certificate_is_its_holders_and_checked_by_anybody(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let arun = person(store, "stone-cup-77").await;
    let id = issue(store, &mira).await.unwrap();
    let held = certificates::of_account(store, mira.account, id).await.unwrap();
    assert_eq!((&held.course, &held.edition, held.revoked), (&mira.course, &mira.edition, None));
    assert_eq!((held.issued, held.expires), (NOW.day(), Some(NOW.plus(DAY).day())));
    assert_eq!(certificates::of_account(store, arun, id).await, Err(StoreError::NotFound));
    assert_eq!(certificates::by_id(store, id).await, Ok(held.clone()));
    assert_eq!(certificates::of_enrolment(store, mira.id).await, Ok(Some(held)));
    assert_eq!(certificates::by_id(store, CertificateId(Uuid::new_v4())).await, Err(StoreError::NotFound));
}

async fn the_first_revocation_stands(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let id = issue(store, &mira).await.unwrap();
    assert_eq!(certificates::revocation(store, id).await, Ok(None));
    certificates::revoke(store, id, RevocationReason::Mistake, NOW).await.unwrap();
    certificates::revoke(store, id, RevocationReason::NotOwnWork, NOW.plus(DAY)).await.unwrap();
    assert_eq!(certificates::revocation(store, id).await, Ok(Some(RevocationReason::Mistake)));
    assert_eq!(certificates::by_id(store, id).await.unwrap().revoked, Some(NOW.day()));
    let missing = certificates::revoke(store, CertificateId(Uuid::new_v4()), RevocationReason::Mistake, NOW).await;
    assert_eq!(missing, Err(StoreError::NotFound));
}

async fn a_certificate_outlives_withdrawal_and_erasure(store: &Store) {
    let mira = learner(store, "river-lamp-42").await;
    let id = issue(store, &mira).await.unwrap();
    let before = certificates::by_id(store, id).await.unwrap();
    enrolments::withdraw(store, &mira).await.unwrap();
    assert_eq!(certificates::by_id(store, id).await, Ok(before.clone()));
    assert_eq!(certificates::of_account(store, mira.account, id).await, Err(StoreError::NotFound));

    let arun = learner(store, "stone-cup-77").await;
    let other = issue(store, &arun).await.unwrap();
    erase(store, arun.account).await.unwrap();
    assert_eq!(certificates::by_id(store, other).await.unwrap().course, before.course);
}
