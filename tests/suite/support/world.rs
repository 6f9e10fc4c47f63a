//! A learner who has done a bit of everything, with the ids of what came of it.

use lontar::domain::id::{AccountId, CertificateId};
use lontar::store::certificates::{self, NewCertificate};
use lontar::store::{enrolments, organisations, settings};
use uuid::Uuid;

use super::app::App;
use super::browser::Browser;
use super::html;

pub struct World<'a> {
    pub owner: Browser<'a>,
    pub enrolment: String,
    /// An attempt at the first module's quiz that was not submitted yet.
    pub attempt: String,
    /// A submitted attempt at the test before the course.
    pub submitted: String,
    /// The final task, handed in.
    pub work: String,
    pub certificate: String,
    /// A needs assessment that is not finished.
    pub needs: String,
    /// One that is.
    pub assessed: String,
    /// One that has a cohort.
    pub organisation: String,
    pub cohort: String,
    /// A step of the pathway that came of it.
    pub step: String,
    /// A challenge on that step, nothing answered yet.
    pub challenge: String,
    /// The secret of the link that makes the first administrator.
    pub setup: String,
}

impl<'a> World<'a> {
    pub async fn new(app: &'a App) -> Self {
        let owner = app.learner().await;
        let enrolment = owner.post("/courses/whole/enrolment", &[]).await.to().replace("/learn/", "");
        let submitted = begin(&owner, &enrolment, "before").await;
        owner.post(&format!("/attempts/{submitted}/submission"), &[]).await.to();
        let attempt = begin(&owner, &enrolment, "1").await;
        let task = [("text", "Planted work 4713."), ("act", "hand-in"), ("confirm", "1")];
        owner.post(&format!("/learn/{enrolment}/task"), &task).await.to();
        let work = work(&owner, &enrolment).await;
        let certificate = issue(app, owner.account.unwrap(), &enrolment).await;
        app.publish_instrument().await;
        app.publish_for_pathways().await;
        let assessed = assess(&owner).await;
        owner.post(&format!("/needs/{assessed}/completion"), &[]).await.to();
        let needs = assess(&owner).await;
        let step = step(&owner, "UN1-1").await;
        let challenge = owner.post(&format!("/pathway/steps/{step}/challenge"), &[]).await.to();
        let challenge = challenge.split('/').nth(3).unwrap().to_owned();
        let setup = settings::renew_first_administrator_link(app.store()).await.unwrap();
        let setup = setup.map(|token| token.reveal()).unwrap_or_default();
        let organisation = organisations::create(app.store(), "River Watch", app.house().now()).await.unwrap();
        let cohort =
            organisations::create_cohort(app.store(), organisation, "Spring", app.house().now()).await.unwrap();
        let (organisation, cohort) = (organisation.to_string(), cohort.to_string());
        Self {
            owner,
            enrolment,
            attempt,
            submitted,
            work,
            certificate,
            needs,
            assessed,
            organisation,
            cohort,
            step,
            challenge,
            setup,
        }
    }

    /// The owner in another browser, for after the first one's session has run out.
    pub async fn owner_again(&self, app: &'a App) -> Browser<'a> {
        app.other_browser(&self.owner).await
    }

    /// `path` with `{enrolment}`, `{attempt}` … filled in.
    pub fn path(&self, path: &str) -> String {
        path.replace("{enrolment}", &self.enrolment)
            .replace("{attempt}", &self.attempt)
            .replace("{submitted}", &self.submitted)
            .replace("{work}", &self.work)
            .replace("{certificate}", &self.certificate)
            .replace("{needs}", &self.needs)
            .replace("{assessed}", &self.assessed)
            .replace("{organisation}", &self.organisation)
            .replace("{cohort}", &self.cohort)
            .replace("{step}", &self.step)
            .replace("{challenge}", &self.challenge)
            .replace("{setup}", &self.setup)
    }
}

async fn begin(owner: &Browser<'_>, enrolment: &str, quiz: &str) -> String {
    let first = owner.post(&format!("/learn/{enrolment}/quizzes/{quiz}/attempts"), &[]).await.to();
    first.split('/').nth(2).unwrap().to_owned()
}

async fn assess(owner: &Browser<'_>) -> String {
    owner.post("/needs", &[("scope", "UN")]).await.to().replace("/needs/", "")
}

/// What addresses call a step of the owner's pathway: the link above the button that takes it out.
async fn step(owner: &Browser<'_>, step: &str) -> String {
    let page = owner.read("/pathway/edits").await;
    let (above, _) = page.split_once(&format!("value=\"drop {step}\"")).unwrap();
    let mut steps = html::links(above).into_iter().filter(|link| link.starts_with("/pathway/steps/"));
    steps.next_back().unwrap().replace("/pathway/steps/", "")
}

/// The id of the final task, from the form for messages about it.
async fn work(owner: &Browser<'_>, enrolment: &str) -> String {
    let page = owner.read(&format!("/learn/{enrolment}/task")).await;
    let messages = html::posted_to(&page).into_iter().find(|action| action.ends_with("/messages")).unwrap();
    messages.split('/').nth(4).unwrap().to_owned()
}

async fn issue(app: &App, owner: AccountId, enrolment: &str) -> String {
    let course = app.house().catalogue.course(&"whole".parse().unwrap()).unwrap();
    let certificate = NewCertificate {
        id: CertificateId(Uuid::new_v4()),
        subject: Uuid::new_v4(),
        course: &course.slug,
        edition: &course.edition,
        issued: app.house().now().day(),
        expires: None,
    };
    let enrolment = enrolments::by_id(app.store(), owner, enrolment.parse().unwrap()).await.unwrap().unwrap();
    certificates::issue(app.store(), &enrolment, certificate).await.unwrap().to_string()
}
