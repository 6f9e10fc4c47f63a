//! Works that wait for a trainer, the one waiting longest first.

use std::collections::BTreeMap;
use std::sync::Arc;

use rocket::{Route, get, routes};
use serde::Serialize;

use super::pseudonym;
use crate::domain::course::CourseText;
use crate::domain::id::{CourseSlug, EnrolmentId};
use crate::locale::Argument;
use crate::store::enrolments;
use crate::store::submissions::{self, Queued};
use crate::web::courses::content_language;
use crate::web::error::AppError;
use crate::web::learn::journey::Journey;
use crate::web::page::View;
use crate::web::reply::Reply;
use crate::web::tasks::assignment::Assignment;
use crate::web::tasks::person;
use crate::web::visitor::{Learner, Trainer};

/// `marking/queue`
#[derive(Serialize)]
struct ShowQueue {
    works: Vec<WorkRow>,
    has_works: bool,
    count: String,
    empty: String,
    courses: Vec<CourseOption>,
    has_filter: bool,
}

#[derive(Serialize)]
struct WorkRow {
    url: String,
    title: String,
    try_label: String,
    course: String,
    learner: String,
    since: String,
}

#[derive(Serialize)]
struct CourseOption {
    value: String,
    label: String,
    is_chosen: bool,
}

impl View for ShowQueue {
    const TEMPLATE: &'static str = "marking/queue";
    const IS_STAFF_PAGE: bool = true;
}

#[get("/teach?<course>")]
async fn show(trainer: Trainer<'_>, course: Option<&str>) -> Result<Reply, AppError> {
    let learner = &trainer.0;
    let words = learner.visitor.words();
    let chosen: Option<CourseSlug> = course.and_then(|slug| slug.parse().ok());
    let store = &learner.visitor.house.store;
    let person = person(learner);
    // Nobody marks their own work, so it does not stand in their queue.
    let own: Vec<EnrolmentId> = enrolments::mine(store, learner.id).await?.iter().map(|own| own.id).collect();
    let waiting: Vec<Queued> = submissions::queue(store).await?;
    let may_mark = |work: &&Queued| person.teaches(&work.course) && !own.contains(&work.enrolment);
    let (mut works, mut courses) = (Vec::new(), BTreeMap::new());
    for work in waiting.iter().filter(may_mark) {
        let (title, row) = row(learner, work).await?;
        courses.insert(work.course.clone(), title);
        if chosen.as_ref().is_none_or(|chosen| *chosen == work.course) {
            works.push(row);
        }
    }
    let count = Argument::Number(i64::try_from(works.len()).unwrap_or(i64::MAX));
    let option = |(slug, title): (CourseSlug, String)| CourseOption {
        is_chosen: chosen.as_ref() == Some(&slug),
        value: slug.to_string(),
        label: title,
    };
    learner.visitor.page(&ShowQueue {
        has_works: !works.is_empty(),
        count: words.fill("marking.count", &[("count", count)]),
        empty: words.get(if chosen.is_some() { "marking.empty_of_course" } else { "marking.empty" }),
        works,
        has_filter: courses.len() > 1 || chosen.is_some(),
        courses: courses.into_iter().map(option).collect(),
    })
}

/// The course's title, and the work in one row.
async fn row(learner: &Learner<'_>, work: &Queued) -> Result<(String, WorkRow), AppError> {
    let visitor = &learner.visitor;
    let words = visitor.words();
    let text = text(learner, work).await?;
    // An item that its own edition does not have cannot be; it would be shown by its bare course.
    let title = Assignment::of(&text, &work.item).map(|assignment| assignment.label(words));
    let row = WorkRow {
        url: format!("/teach/marking/{}", work.id),
        title: title.unwrap_or_else(|| text.title.clone()),
        try_label: words.fill("task.try", &[("number", Argument::Number(work.number.into()))]),
        course: text.title.clone(),
        learner: pseudonym(visitor.house, work.enrolment),
        since: words.minutes_ago(visitor.now.since(work.handed_in)),
    };
    Ok((text.title.clone(), row))
}

/// The course that names this work: the latest edition in most cases, otherwise the one in which the
/// work was begun.
async fn text(learner: &Learner<'_>, work: &Queued) -> Result<Arc<CourseText>, AppError> {
    let house = learner.visitor.house;
    let wanted = content_language(learner.visitor.language);
    let latest = house.catalogue.course(&work.course).map(|course| course.text(&wanted).clone());
    match latest.filter(|text| Assignment::of(text, &work.item).is_some()) {
        Some(text) => Ok(text),
        None => {
            let begun = submissions::by_id(&house.store, work.id).await?.ok_or(AppError::NotFound)?;
            Journey::text_of(learner, &begun.edition).await
        }
    }
}

pub fn routes() -> Vec<Route> {
    routes![show]
}
