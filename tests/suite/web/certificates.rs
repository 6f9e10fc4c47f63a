//! Certificates that no longer hold, and what becomes of them.

use lontar::domain::id::CertificateId;
use lontar::domain::time::DAY;
use lontar::locale::Language;
use lontar::store::certificates::{self, NewCertificate};
use lontar::store::enrolments;
use uuid::Uuid;

use crate::support::{App, World, html, pass_time};

fn words(key: &str) -> String {
    Language::English.words().get(key)
}

#[rocket::async_test]
async fn nothing_is_drawn_or_signed_for_a_revoked_certificate_until_that_is_taken_back() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let administrator = app.administrator().await;
    let page = format!("/certificates/{}", world.certificate);
    let number = [("number", world.certificate.as_str()), ("sure", "1")];
    let name = [("name", "Mira Sari")];
    administrator.post("/admin/certificates", &number).await.to();

    for file in ["pdf", "picture", "small-picture"] {
        assert_eq!(world.owner.post(&format!("{page}/{file}"), &name).await.to(), page);
    }
    assert_eq!(world.owner.get(&format!("{page}/badge")).await.to(), page);

    let reinstated = administrator.post("/admin/certificates", &[&number[..], &[("act", "reinstate")]].concat()).await;
    assert_eq!(reinstated.to(), format!("/verify/{}", world.certificate));
    assert_eq!(world.owner.get(&format!("{page}/badge")).await.status, 200);
    let looks = html::text(&world.owner.read("/account/looks").await);
    assert!(looks.contains(&words("looks.certificate_reinstated")), "{looks}");
    let none = administrator.post("/admin/certificates", &[&number[..], &[("act", "reinstate")]].concat()).await;
    assert_eq!(none.status, 422);
    assert!(html::text(&none.main()).contains(&words("admin.reinstate_none")));
}

#[rocket::async_test]
async fn a_certificate_that_has_run_out_can_be_earned_again_and_stays_in_the_list() {
    let app = App::new().await;
    let mira = app.learner().await;
    let enrolment = mira.post("/courses/whole/enrolment", &[]).await.to().replace("/learn/", "");
    let held =
        enrolments::by_id(app.store(), mira.account.unwrap(), enrolment.parse().unwrap()).await.unwrap().unwrap();
    let issued = app.house().now().day();
    let new = NewCertificate {
        id: CertificateId(Uuid::new_v4()),
        subject: Uuid::new_v4(),
        course: &held.course,
        edition: &held.edition,
        issued,
        expires: Some(issued.plus_months(1)),
    };
    let page = format!("/certificates/{}", certificates::issue(app.store(), &held, new).await.unwrap());
    let again = format!("/learn/{enrolment}/certificate");
    assert!(!html::links(&mira.read(&page).await).contains(&again));
    assert_eq!(mira.get(&again).await.to(), page);

    pass_time(40 * DAY);
    let mira = app.other_browser(&mira).await;

    assert!(html::links(&mira.read(&page).await).contains(&again));
    assert_eq!(mira.post(&format!("{page}/pdf"), &[("name", "Mira Sari")]).await.to(), page, "nothing is drawn");
    let missing = html::links(&mira.read(&again).await);
    assert!(missing.contains(&format!("/learn/{enrolment}/1-1")), "what is not done stands in between: {missing:?}");
}
