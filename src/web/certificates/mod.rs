//! Certificates: getting one, making its files, checking one.

mod files;
mod index;
mod issue;
mod show;
mod verify;

use std::sync::Arc;

use rocket::Route;

use super::error::AppError;
use super::house::House;
use super::visitor::Learner;
use crate::certificates::badge::Issuer;
use crate::domain::certificate::Certificate;
use crate::domain::course::Course;
use crate::domain::id::CertificateId;
use crate::store::certificates::{self as stored, Stored};

pub fn routes() -> Vec<Route> {
    [files::routes(), index::routes(), issue::routes(), show::routes(), verify::routes()].concat()
}

/// Who signs: this server, under its public address.
fn issuer(house: &House) -> Issuer {
    Issuer { name: "Lontar".to_owned(), url: house.settings.public_url.clone() }
}

/// A certificate with what its edition says about it.
async fn described(house: &House, stored: Stored) -> Result<(Certificate, Arc<Course>), AppError> {
    let course = house.catalogue.edition(&house.store, &stored.edition).await?;
    let titles = course.texts.iter().map(|(tag, text)| (tag.clone(), text.certificate_title.clone())).collect();
    let certificate = Certificate {
        id: stored.id,
        course: stored.course,
        titles,
        source_language: course.source_language.clone(),
        edition: stored.edition,
        issued: stored.issued,
        expires: stored.expires,
        subject: stored.subject,
        revoked: stored.revoked,
    };
    Ok((certificate, course))
}

/// One's own certificate; another's does not exist.
async fn own(learner: &Learner<'_>, id: &str) -> Result<(Certificate, Arc<Course>), AppError> {
    described(learner.visitor.house, own_stored(learner, id).await?).await
}

async fn own_stored(learner: &Learner<'_>, id: &str) -> Result<Stored, AppError> {
    let id: CertificateId = id.parse().map_err(|_| AppError::NotFound)?;
    Ok(stored::of_account(&learner.visitor.house.store, learner.id, id).await?)
}
