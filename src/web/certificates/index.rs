//! All one's certificates, also those of courses that one has left.

use rocket::{Route, get, routes};
use serde::Serialize;

use super::described;
use super::show::{standing, title};
use crate::store::certificates;
use crate::web::error::AppError;
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `certificates/index`
#[derive(Serialize)]
struct IndexCertificates {
    certificates: Vec<CertificateRow>,
    is_empty: bool,
}

#[derive(Serialize)]
struct CertificateRow {
    url: String,
    title: String,
    lang: String,
    standing: String,
}

impl View for IndexCertificates {
    const TEMPLATE: &'static str = "certificates/index";
}

#[get("/certificates")]
async fn index(learner: Learner<'_>) -> Result<Reply, AppError> {
    let visitor = &learner.visitor;
    let mut rows = Vec::new();
    for stored in certificates::mine(&visitor.house.store, learner.id).await? {
        let (certificate, _) = described(visitor.house, stored).await?;
        let (lang, title) = title(&certificate, visitor);
        let standing = standing(visitor.words(), &certificate, certificate.validity(visitor.now.day()));
        rows.push(CertificateRow { url: format!("/certificates/{}", certificate.id), title, lang, standing });
    }
    visitor.page(&IndexCertificates { is_empty: rows.is_empty(), certificates: rows })
}

pub fn routes() -> Vec<Route> {
    routes![index]
}
