//! The first page after signing in: what to do next, in one glance.

use rocket::{Route, get, routes};
use serde::Serialize;

use crate::store::enrolments;
use crate::web::courses::CourseCard;
use crate::web::error::AppError;
use crate::web::learn::journey::Journey;
use crate::web::learn::outline::Leaves;
use crate::web::learn::show::Next;
use crate::web::needs::card::NeedsCard;
use crate::web::page::View;
use crate::web::pathway;
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `home/show`
#[derive(Serialize)]
struct ShowHome {
    /// At most one.
    pathway: Vec<pathway::card::Card>,
    /// The course that was opened last, on top; without a pathway it is the one thing to do.
    journeys: Vec<JourneyCard>,
    has_journeys: bool,
    /// Whether some are not the one thing to do.
    has_others: bool,
    courses: Vec<CourseCard>,
    has_courses: bool,
    needs: Option<NeedsCard>,
}

#[derive(Serialize)]
struct JourneyCard {
    is_first: bool,
    course_title: String,
    lang: String,
    dir: &'static str,
    url: String,
    opened: String,
    leaves: Leaves,
    next: Next,
}

impl View for ShowHome {
    const TEMPLATE: &'static str = "home/show";
}

#[get("/home")]
async fn show(learner: Learner<'_>) -> Result<Reply, AppError> {
    let visitor = &learner.visitor;
    let words = visitor.words();
    let mine = enrolments::mine(&visitor.house.store, learner.id).await?;
    let pathway = pathway::card::Card::load(&learner).await?;
    let mut journeys = Vec::with_capacity(mine.len());
    for enrolment in &mine {
        let journey = Journey::load(&learner, &enrolment.id.to_string()).await?;
        journeys.push(JourneyCard {
            is_first: journeys.is_empty() && pathway.is_none(),
            course_title: journey.text.title.clone(),
            lang: journey.text.language.to_string(),
            dir: journey.text.language.dir(),
            url: format!("/learn/{}", enrolment.id),
            opened: enrolment.last_opened_at.map(|at| words.minutes_ago(visitor.now.since(at))).unwrap_or_default(),
            leaves: Leaves::of_lessons(words, &journey, None),
            next: Next::of(words, &journey),
        });
    }
    let others: Vec<_> = visitor
        .house
        .catalogue
        .latest()
        .into_iter()
        .filter(|course| mine.iter().all(|enrolment| enrolment.course != course.slug))
        .map(|course| CourseCard::of(visitor, &course))
        .collect();
    visitor.page(&ShowHome {
        pathway: pathway.into_iter().collect(),
        has_journeys: !journeys.is_empty(),
        has_others: journeys.iter().any(|journey| !journey.is_first),
        journeys,
        has_courses: !others.is_empty(),
        courses: others,
        needs: NeedsCard::of(&learner).await?,
    })
}

pub fn routes() -> Vec<Route> {
    routes![show]
}
