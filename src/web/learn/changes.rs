//! What changed with the edition that a learner was moved to, until they have seen it.

use rocket::{Route, post, routes};
use serde::Serialize;

use super::journey::Journey;
use crate::domain::id::LessonId;
use crate::domain::progress::edition;
use crate::store::enrolments;
use crate::web::error::AppError;
use crate::web::form::{Nothing, Submitted};
use crate::web::reply::Reply;
use crate::web::visitor::Learner;

/// `learn/_changes`
#[derive(Serialize)]
pub struct Changes {
    added: Vec<String>,
    has_added: bool,
    changed: Vec<LessonLink>,
    has_changed: bool,
    removed: Vec<String>,
    has_removed: bool,
    action: String,
}

#[derive(Serialize)]
struct LessonLink {
    url: String,
    title: String,
}

impl Changes {
    /// What to tell this learner, if anything.
    pub async fn of(learner: &Learner<'_>, journey: &Journey) -> Result<Option<Self>, AppError> {
        let Some(from) = &journey.enrolment.moved_from else { return Ok(None) };
        let house = learner.visitor.house;
        let old = house.catalogue.edition(&house.store, from).await?;
        let old_text = Journey::text_of(learner, from).await?;
        let carried = edition::carry_over(old.source(), journey.course.source(), &journey.progress);
        let title = |text: &crate::domain::course::CourseText, id: &LessonId| {
            let place = text.place_of(id)?;
            Some((place, text.lesson_at(place)?.title.clone()))
        };
        let titles = |text, ids: &[LessonId]| -> Vec<String> {
            ids.iter().filter_map(|id| title(text, id)).map(|(_, title)| title).collect()
        };
        let link = |id: &LessonId| {
            let (place, title) = title(&journey.text, id)?;
            Some(LessonLink { url: journey.url(place), title })
        };
        let (added, removed) = (titles(&journey.text, &carried.added), titles(&old_text, &carried.removed));
        let changed: Vec<LessonLink> = carried.changed.iter().filter_map(link).collect();
        Ok(Some(Self {
            has_added: !added.is_empty(),
            added,
            has_changed: !changed.is_empty(),
            changed,
            has_removed: !removed.is_empty(),
            removed,
            action: journey.url("changes/seen"),
        }))
    }
}

#[post("/learn/<enrolment>/changes/seen", data = "<_form>")]
async fn seen(learner: Learner<'_>, enrolment: &str, _form: Submitted<Nothing>) -> Result<Reply, AppError> {
    let journey = Journey::load(&learner, enrolment).await?;
    let house = learner.visitor.house;
    enrolments::see_changes(&house.store, &journey.enrolment).await?;
    house.progress.forget(journey.enrolment.id);
    Ok(Reply::see_other(format!("/learn/{}", journey.enrolment.id)))
}

pub fn routes() -> Vec<Route> {
    routes![seen]
}
